"""Who looks at what specs state, and what of it an expression names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from mlspec.policy._papers import PAPER_KINDS

if TYPE_CHECKING:
    from mlspec.cel import Program
    from mlspec.evidence import PaperLook
    from mlspec.policy._papers import StatedPaper

__all__ = ["Asked", "GateLook", "Looks", "asked_by"]

_WORD: Final = re.compile(r"\.([A-Za-z_]\w*)")
_ITEMS: Final = ("evidence", "items")
_GATES: Final = "gates"
_PLACES: Final = [tuple(key for key in each if key != "*") for each in PAPER_KINDS]


@dataclass(frozen=True, slots=True)
class GateLook:
    """What was seen of the gates of a model: how its record stands, and the gates that passed."""

    look: PaperLook
    passed: frozenset[str] = frozenset()


class Looks(Protocol):
    """Looks at what specs state; each of them answers for a resource by its address."""

    def paper(self, address: str, paper: StatedPaper) -> PaperLook:
        """Look for a paper that the spec of a resource states."""

    def gates(self, address: str) -> GateLook:
        """Look at the record of the gates of a model, which is of its version of today."""

    def item(self, address: str, kind: str, digest: str) -> PaperLook:
        """Look for the paper of an evidence item; "" stands for whichever there is of the kind."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an expression names: paths, and all fields, those that macros read of entries too."""

    paths: frozenset[tuple[str, ...]]
    words: frozenset[str]

    @property
    def spec(self) -> bool:
        """Whether it names anything of the spec."""
        return any(each[0] == "spec" for each in self.paths)

    @property
    def items(self) -> bool:
        """Whether it reads evidence items itself."""
        return _ITEMS in self.paths

    @property
    def gates(self) -> bool:
        """Whether it reads gates, of a model or of each model of a system."""
        first = {each[0] for each in self.paths}
        return _GATES in first or ("models" in first and _GATES in self.words)

    @property
    def reads_none(self) -> bool:
        """Whether nothing that can be looked at decides: then it is told by the rule beside it."""
        return not (self.items or self.gates)

    @property
    def papers(self) -> bool:
        """Whether it asks for a paper of any kind that a spec may state."""
        return any(self.names(("spec", *each)) for each in _PLACES)

    def names(self, path: tuple[str, ...]) -> bool:
        """Tell whether it asks for a paper at a path: for it, within it, or as part of entries."""
        if any(each[: len(path)] == path for each in self.paths):
            return True
        return path[-1] in self.words and any(path[: len(each)] == each for each in self.paths)


@lru_cache(maxsize=4096)
def asked_by(program: Program) -> Asked:
    """Return what an expression names; the same program judges thousands of resources."""
    reads = program.reads()
    deepest = {
        path
        for path in reads
        if not any(len(each) > len(path) and each[: len(path)] == path for each in reads)
    }
    return Asked(frozenset(deepest), frozenset(_WORD.findall(program.text)))
