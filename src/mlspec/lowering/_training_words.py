"""Whether every engine can run what trains a model: an image, and words that nothing changes.

The words of a command are the arguments that the container gets, one by one, whatever runs it: no
engine may replace a part of them, and no shell reads them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.kinds.dataset import DatasetSpec
from mlspec.lowering._codes import problem
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.diagnostics import Diagnostic, Path
    from mlspec.kinds.dataset import DatasetSpec as Data
    from mlspec.kinds.model import Training
    from mlspec.workspace import Resource, Workspace

__all__ = ["check_words", "training_data"]

_TRAINING = ("spec", "training")
_IMAGE = re.compile(r"[a-z0-9][A-Za-z0-9._:/@-]{0,499}")
_MARKS = ("{{", "$[[")
"""What begins a template of Argo Workflows, Kubeflow and GitHub, and one of GitLab."""
_LAID_OUT = str.maketrans("", "", "\n\t")
"""A script in a word has lines; what else is invisible hides what runs from who reviews it."""


def training_data(workspace: Workspace, model: Resource) -> Iterator[tuple[str, Data]]:
    """Yield the name and the spec of each data set that a model is trained on, each once."""
    for reference in dict.fromkeys(model_of(model).data.training):
        found = workspace.find("Dataset", reference)
        if found is not None and isinstance(found.spec, DatasetSpec):
            yield found.name, found.spec


def check_words(workspace: Workspace, model: Resource, training: Training) -> Iterator[Diagnostic]:
    """Yield what no engine could run as it was reviewed."""
    if not _IMAGE.fullmatch(training.image):
        yield problem(
            "MLS449",
            model,
            (*_TRAINING, "image"),
            f"`{training.image[:120]!a}` is no reference of an image",
            "write `registry/name@sha256:...`, without spaces",
        )
    for path, word in _hidden(training):
        yield problem(
            "MLS450",
            model,
            path,
            f"the word {word[:120]!a} holds a character that nobody sees",
            "take it out, or put it into a script of the image",
        )
    yield from _templates(_stated(workspace, model, training), model)


def _hidden(training: Training) -> Iterator[tuple[Path, str]]:
    for field in ("command", "evaluate"):
        words: Iterable[str] = getattr(training, field)
        for index, word in enumerate(words):
            if not word.translate(_LAID_OUT).isprintable():
                yield (*_TRAINING, field, index), word


def _stated(
    workspace: Workspace, model: Resource, training: Training
) -> Mapping[Path, tuple[str, ...]]:
    return {
        (*_TRAINING, "command"): training.command,
        (*_TRAINING, "evaluate"): training.evaluate,
        (*_TRAINING, "image"): (training.image,),
        ("spec", "artifact", "uri"): (model_of(model).artifact.uri,),
        ("spec", "data", "training"): tuple(
            each.uri for _, each in training_data(workspace, model)
        ),
    }


def _templates(stated: Mapping[Path, tuple[str, ...]], model: Resource) -> Iterator[Diagnostic]:
    """Yield what pipelines would take for a template of their own."""
    for path, words in stated.items():
        mark = next((each for each in _MARKS if any(each in word for word in words)), "")
        if mark:
            yield problem(
                "MLS597",
                model,
                path,
                f"`{path[-1]}` holds `{mark}`, which pipelines replace by something else",
                "read what you need from the environment: `MLSPEC_DATA`, `MLSPEC_TRIGGER`",
            )
