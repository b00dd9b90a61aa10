"""The two files that a gate of a high-tier model compares are not pinned.

What it does
Checks that `predictionsDigest` and `championDigest` are stated where a model of high tier has a
gate that reads the champion, those of its gate sets included.

Why is this bad?
Both files have the same columns, keys and labels. Where they are swapped, or the champion is
replaced by one that is easier to beat, no gate can tell: the numbers are sound, and they are about
the wrong model. A digest is all that says which file was meant.

What to do
Write the SHA-256 of each file, as `sha256sum` prints it, in the change that reviews the files. The
record of a comparison without it has the fact `unpinnedFiles`.

Bad
    kind: Model
    spec:
      evaluation:
        predictions: evaluation/challenger.csv
        predictionsDigest: null
        champion: evaluation/champion.csv
        championDigest: null
      gates:
        - {id: no-worse, type: champion-challenger, metric: roc-auc, mode: non-inferiority,
           margin: 0.005}

Good
    kind: Model
    spec:
      evaluation:
        predictions: evaluation/challenger.csv
        predictionsDigest: sha256:9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab
        champion: evaluation/champion.csv
        championDigest: sha256:4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce
      gates:
        - {id: no-worse, type: champion-challenger, metric: roc-auc, mode: non-inferiority,
           margin: 0.005}

References
- `mlspec explain unusable-evaluation`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.gates import find_gate, unpinned
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of
from mlspec.workspace import gates_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.gates import GateSpecBase
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield a comparison with the champion whose files may be swapped unseen."""
    spec = model_of(resource)
    inputs = spec.evaluation
    if spec.risk.tier != "high" or inputs is None or inputs.champion is None:
        return
    loose = unpinned(inputs)
    gate = next((each for each in gates_of(workspace, resource) if _reads_champion(each)), None)
    if gate is None or not loose:
        return
    digests = [f"{name}Digest" for name in loose]
    yield Finding(
        resource,
        ("spec", "evaluation", digests[0]),
        f"gate `{gate.id}` compares files that may be swapped unseen: nothing pins {_words(loose)}",
        hint=f"add {_words(digests)}: `sha256:` and what `sha256sum` prints for the file",
    )


def _words(names: Sequence[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)


def _reads_champion(gate: GateSpecBase) -> bool:
    return any(each.source == "champion" for each in find_gate(gate).reads(gate))


RULE = Rule("MLS428", "unpinned-comparison", Severity.WARNING, ("Model",), check)
