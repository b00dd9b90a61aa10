"""Patches that match nothing that is compiled, each with what it may have meant."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mlspec.api._patched_file import is_data
from mlspec.diagnostics import did_you_mean
from mlspec.manifests.patching import patch_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.api._patch_sources import DeclaredPatch
    from mlspec.diagnostics import Diagnostic
    from mlspec.ir import Emitted
    from mlspec.kinds.workspace import PatchTarget

__all__ = ["idle_patches"]

_OBJECT = re.compile(r'^kind: "?([^\s"]+)"?\nmetadata:\n  name: "?([^\s"]+)"?$', re.MULTILINE)
"""Kind and name of an object as they are written here; nothing is parsed for a hint."""
_MOST = 8


def idle_patches(
    patches: Sequence[DeclaredPatch], artifacts: Sequence[Emitted]
) -> Iterator[Diagnostic]:
    """Yield what is told of patches that nothing among the artifacts is for."""
    for each in patches:
        what, hint = _meant(each, artifacts)
        message = f"the patch `{each.spec.id}` matches no {what} that is compiled"
        yield patch_report("idle-patch", message, each.place.span(), hint)


def _meant(patch: DeclaredPatch, artifacts: Sequence[Emitted]) -> tuple[str, str]:
    """Return what a patch matches none of, and the next step."""
    path = patch.spec.path
    if path is not None:
        paths = [each.path.removeprefix("/") for each in artifacts]
        artifacts = [each for each in artifacts if fnmatchcase(each.path.removeprefix("/"), path)]
        if not artifacts or patch.target is None:
            guess = did_you_mean(path, paths)
            listed = "`mlspec compile` lists the files; `*` stands for any text"
            return f"file `{path}`", f"did you mean `{guess}`?" if guess else listed
    target = patch.target
    place = f" of `{path}`" if path is not None else ""
    return f"object{place}", _of_objects(target, artifacts) if target else _ALL


_ALL = "`mlspec compile` lists the files with the objects"


def _of_objects(target: PatchTarget, artifacts: Sequence[Emitted]) -> str:
    found = {pair for each in artifacts if is_data(each) for pair in _OBJECT.findall(each.content)}
    kinds = sorted({kind for kind, name in found if _fits(name, target.name)})
    names = sorted({name for kind, name in found if _fits(kind, target.kind)})
    if target.name is not None and kinds:
        if target.kind is None or any(_fits(each, target.kind) for each in kinds):
            return "an object of that kind and name has another `group` or `namespace`"
        return f"what is called `{target.name}` is {_listed(kinds)}"
    if target.kind is None or names:
        guess = did_you_mean(target.name or "", names)
        return f"did you mean `{guess}`?" if guess else f"there is {_listed(names)}"
    guess = did_you_mean(target.kind, {kind for kind, _ in found})
    return f"did you mean `{guess}`?" if guess else f"there is {_listed(sorted(dict(found)))}"


def _fits(word: str, pattern: str | None) -> bool:
    return pattern is None or fnmatchcase(word, pattern)


def _listed(words: Sequence[str]) -> str:
    shown = [f"`{each}`" for each in words[:_MOST]]
    rest = len(words) - len(shown)
    return ", ".join([*shown, *([f"and {rest} more"] if rest else [])]) or "no object"
