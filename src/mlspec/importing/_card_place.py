"""What the place of a card says: the name of the model, and in a cache of the Hub its revision."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from mlspec.importing._walk import read_start

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CardPlace", "card_place"]

_MODELS: Final = "models--"
_OTHERS: Final = {"datasets--": "a data set", "spaces--": "an application"}
_SNAPSHOTS: Final = "snapshots"
_REFERENCE_BYTES: Final = 256
_NAMED: Final = frozenset({"readme", "modelcard", "model_card", "model-card"})


@dataclass(frozen=True, slots=True)
class CardPlace:
    """Where a card lies. `revision` is "" outside of a cache of the Hub.

    `is_named` tells whether the file is called as cards are. `refusal` says why it is not the card
    of a model as it is now, "" where it is.
    """

    name: str
    is_named: bool
    revision: str = ""
    refusal: str = ""


def card_place(folder: Path, file: str) -> CardPlace:
    """Return what the place of a file says.

    `folder` is resolved; `file` is relative to it, with `/`.
    """
    inside = PurePosixPath(file)
    stem = inside.stem.lower()
    parts = (*folder.parts, *inside.parts)
    cached = _cached(parts) if stem == "readme" else None
    if cached is not None:
        return cached
    if stem in _NAMED:
        name = inside.parent.as_posix() if inside.parent.name else parts[-2]
    else:
        name = inside.with_suffix("").as_posix()
    return CardPlace(name or "model", stem in _NAMED)


def _cached(parts: Sequence[str]) -> CardPlace | None:
    """Return what a cache says: `models--ORG--NAME/snapshots/REVISION/README.md`."""
    repository, snapshots, revision = ("", "", "", *parts)[-4:-1]
    if snapshots != _SNAPSHOTS:
        return None
    for prefix, what in _OTHERS.items():
        if repository.startswith(prefix):
            return CardPlace(repository, is_named=True, refusal=f"it is the card of {what}")
    if not repository.startswith(_MODELS) or repository == _MODELS:
        return None
    name = repository.removeprefix(_MODELS).replace("--", "/")
    is_main = _main(Path(*parts[:-3])) in ("", revision)
    refusal = "" if is_main else "`refs/main` of the cache is at another revision"
    return CardPlace(name, is_named=True, revision=revision, refusal=refusal)


def _main(repository: Path) -> str:
    try:
        return read_start(str(repository / "refs" / "main"), _REFERENCE_BYTES).decode().strip()
    except (OSError, UnicodeDecodeError):
        return ""
