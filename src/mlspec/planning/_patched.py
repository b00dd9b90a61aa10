"""Which models a change of patches can reach, by what the patches say; nothing is compiled.

Objects and files are named after their model, so that the name in `target` or `path` of a patch
tells whose they may be. A patch of a kind of object, without a name, may be for any model.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from mlspec.canonical import digest_value
from mlspec.members import entries, section, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json

__all__ = ["models_of_patches"]

_SUFFIXES: Final = (
    "",
    "-canary",
    "-challenger",
    "-champion",
    "-drill",
    "-next",
    "-predictor",
    "-primary",
    "-retraining",
    "-shadow",
)
"""What objects of a model have after its name."""


def models_of_patches(old: Json, new: Json, models: Iterable[str]) -> tuple[str, ...]:
    """Return the models, of some names, whose files the patches that differ may change."""
    before, after = _patches(old), _patches(new)
    changed = [before[each] for each in before.keys() - after.keys()]
    changed += [after[each] for each in after.keys() - before.keys()]
    if not changed:
        return ()
    return tuple(name for name in models if any(_may_reach(each, name) for each in changed))


def _patches(body: Json) -> dict[str, Json]:
    """Return the patches of a workspace in its environment, with their files, by digest."""
    spec, files = section(body, "spec"), section(body, "governed", "patchFiles")
    groups = [entries(section(spec, "targets"), "patches")]
    groups += [entries(each, "patches") for each in section(spec, "environments").values()]
    found = [each for group in groups for each in group]
    return {digest_value([each, files.get(text(each, "file"))]): each for each in found}


def _may_reach(patch: Json, model: str) -> bool:
    if path := text(patch, "path"):
        return any(fnmatchcase(model, each) for each in _names_in(path))
    names = [text(section(patch, "target"), "name")]
    names.append(text(section(patch, "merge", "metadata"), "name"))
    wanted = next(filter(None, names), "*")
    return any(fnmatchcase(f"{model}{suffix}", wanted) for suffix in _SUFFIXES)


def _names_in(path: str) -> Iterator[str]:
    """Yield the parts of a path that may be the name of a model, without what follows a dot."""
    _, _, below = path.partition("/")
    for part in (below or path).split("/"):
        yield part.partition(".")[0]
