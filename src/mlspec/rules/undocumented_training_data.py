"""A high-tier model is trained on data about which little is written down.

What it does
Checks that every data set in `data.training` of a model of high tier has `origin`, `preparation`
and `gaps`.

Why is this bad?
Who is missing from the data decides for whom the model is wrong. Whoever collected it knows this
for some months; then nobody does.

Bad
    kind: Dataset
    metadata:
      name: acs-2015
    spec:
      gaps: []

Good
    kind: Dataset
    metadata:
      name: acs-2015
    spec:
      gaps:
        - People without a fixed address are not in the survey.

References
- Regulation (EU) 2024/1689, Article 10(2)(b), (c) and (h)
- Gebru et al., Datasheets for Datasets, Communications of the ACM 64(12), 2021
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import dataset_of, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

KEYS = ("origin", "preparation", "gaps")


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each data set behind a high-tier model that lacks documentation."""
    spec = model_of(resource)
    if spec.risk.tier != "high":
        return
    for reference in spec.data.training:
        dataset = workspace.find("Dataset", reference)
        if dataset is not None:
            yield from _of_dataset(dataset)


def _of_dataset(dataset: Resource) -> Iterator[Finding]:
    missing = [key for key in KEYS if not getattr(dataset_of(dataset), key)]
    if missing:
        words = ", ".join(f"`{key}`" for key in missing)
        yield Finding(
            dataset,
            ("spec", missing[0]),
            f"`{dataset.name}` trains a model of high tier, but says nothing under {words}",
            hint="write what is known; a known gap is better than an unknown one",
        )


RULE = Rule("MLS606", "undocumented-training-data", Severity.WARNING, ("Model",), check)
