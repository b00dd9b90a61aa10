"""What a code means: read from the docstring of its rule, or from the table of its stage."""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from mlspec.rules._registry import documented_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.diagnostics import Severity
    from mlspec.rules._port import Rule

__all__ = ["HEADINGS", "CodeEntry", "Explanation", "explain", "explain_all", "explain_rule"]

HEADINGS = ("What it does", "Why is this bad?", "What to do", "Bad", "Good", "References")
_WIDTH = 100
GATE = "gate"
"""Stands for the code of a reason: gates give words, not numbers."""


class CodeEntry(Protocol):
    """A row of the table of codes that another stage keeps."""

    @property
    def code(self) -> str:
        """The code, such as `MLS002`."""

    @property
    def name(self) -> str:
        """The name, such as `duplicate-key`."""

    @property
    def severity(self) -> Severity:
        """How much the diagnostic weighs."""

    @property
    def summary(self) -> str:
        """What is wrong, in one line."""

    @property
    def why(self) -> str:
        """What harm it does."""

    @property
    def bad(self) -> str:
        """YAML that gives the diagnostic."""

    @property
    def good(self) -> str:
        """YAML that does not."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `mlspec explain` says about one code; empty parts are not known."""

    code: str
    name: str
    severity: str
    summary: str
    what: str = ""
    why: str = ""
    step: str = ""
    bad: str = ""
    good: str = ""
    references: tuple[str, ...] = ()
    suppressible: bool = False

    def sections(self) -> Iterator[tuple[str, str]]:
        """Yield heading and text of each part that is there, examples as indented blocks."""
        references = "\n".join(f"- {each}" for each in self.references)
        bad, good = (_indented(each) for each in (self.bad, self.good))
        for heading, text in zip(
            HEADINGS, (self.what, self.why, self.step, bad, good, references), strict=True
        ):
            if text:
                yield heading, text

    def to_text(self) -> str:
        """Return the explanation for a terminal, without a final line end."""
        head = f"{self.name} ({self.code}, {self.severity})\n\n{self.summary}"
        parts = [f"{heading}\n{_filled(text)}" for heading, text in self.sections()]
        if self.suppressible:
            parts.append(f"Suppress it where it is right\n    # mlspec: ignore[{self.name}] reason")
        return "\n\n".join([head, *parts])

    def to_json(self) -> dict[str, Json]:
        """Return the explanation as JSON."""
        return {**asdict(self), "references": list(self.references)}


def explain(word: str, higher: tuple[CodeEntry, ...] = ()) -> Explanation | None:
    """Return the explanation of a code (in any case), of a name, or of the reason of a gate.

    `higher` holds the codes of stages above the rules.
    """
    return _by_word(higher).get(word.strip().casefold())


@cache
def explain_all(higher: tuple[CodeEntry, ...] = ()) -> tuple[Explanation, ...]:
    """Return the explanations of every code of every stage, in order of code and name."""
    rules = (explain_rule(rule, text) for rule, text in documented_rules().items())
    found = [*rules, *(_from_entry(entry) for entry in (*_tables(), *higher)), *_reasons()]
    return tuple(sorted(found, key=_order))


def _order(explanation: Explanation) -> tuple[bool, int, str, str]:
    """Codes of four digits come after those of three; gates have none and come last."""
    code = explanation.code
    return code == GATE, len(code), code, explanation.name


def explain_rule(rule: Rule, documentation: str) -> Explanation:
    """Return the explanation of a rule from the docstring of its module."""
    summary, parts = _split(inspect.cleandoc(documentation))
    return Explanation(
        code=rule.code,
        name=rule.name,
        severity=rule.severity.value,
        summary=_as_phrase(summary),
        what=parts.get("What it does", ""),
        why=parts.get("Why is this bad?", ""),
        step=parts.get("What to do", ""),
        bad=inspect.cleandoc(parts.get("Bad", "")),
        good=inspect.cleandoc(parts.get("Good", "")),
        references=_listed(parts.get("References", "")),
        suppressible=rule.suppressible,
    )


@cache
def _by_word(higher: tuple[CodeEntry, ...]) -> dict[str, Explanation]:
    """A diagnostic goes before a reason of the same name; `gate:NAME` always means the reason."""
    every = explain_all(higher)
    reasons = {f"{GATE}:{each.name}": each for each in every if each.code == GATE}
    named = {each.name: each for each in reversed(every)}
    coded = {each.code.casefold(): each for each in every if each.code != GATE}
    return reasons | named | coded


def _tables() -> Iterable[CodeEntry]:
    """Imported here: only whoever asks for an explanation needs them."""
    from mlspec.rules._suppression import SUPPRESSION_CODES
    from mlspec.schema import SCHEMA_CODES
    from mlspec.syntax import SYNTAX_CODES
    from mlspec.workspace import WORKSPACE_CODES

    return (*SYNTAX_CODES, *SCHEMA_CODES, *WORKSPACE_CODES, *SUPPRESSION_CODES)


def _reasons() -> Iterator[Explanation]:
    from mlspec.gates import reasons

    for name, words in reasons().items():
        summary, _, rest = words.cause.partition(". ")
        yield Explanation(GATE, name, "reason", _as_phrase(summary), why=rest, step=words.step)


def _from_entry(entry: CodeEntry) -> Explanation:
    return Explanation(
        code=entry.code,
        name=entry.name,
        severity=entry.severity.value,
        summary=_as_phrase(entry.summary),
        why=entry.why,
        bad=entry.bad.rstrip(),
        good=entry.good.rstrip(),
    )


def _split(text: str) -> tuple[str, dict[str, str]]:
    """Split at the lines that are headings; what stands before the first is the summary."""
    parts: dict[str, list[str]] = {"": []}
    heading = ""
    for line in text.splitlines():
        if line in HEADINGS:
            heading = line
            parts[heading] = []
        else:
            parts[heading].append(line)
    texts = {each: "\n".join(lines).strip("\n") for each, lines in parts.items()}
    return texts.pop(""), texts


def _listed(text: str) -> tuple[str, ...]:
    entries = f"\n{text}".split("\n- ")[1:]
    return tuple(" ".join(entry.split()) for entry in entries)


def _as_phrase(text: str) -> str:
    phrase = " ".join(text.split()).removesuffix(".")
    return (
        phrase[:1].lower() + phrase[1:] if phrase[1:2].islower() or phrase[:2] == "A " else phrase
    )


def _filled(text: str) -> str:
    """Return a text whose lines fit a terminal; those that do already stay as they are."""
    return "\n".join(
        line if len(line) <= _WIDTH or line.startswith((" ", "-")) else _wrapped(line)
        for line in text.splitlines()
    )


def _wrapped(line: str) -> str:
    return textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
