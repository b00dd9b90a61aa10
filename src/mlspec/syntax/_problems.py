"""What is said about nodes that YAML allows and specs do not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlspec.diagnostics import Edit, Fix, did_you_mean
from mlspec.syntax._scalars import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json
    from mlspec.diagnostics import Span
    from mlspec.syntax._events import Event, Mark
    from mlspec.syntax._limits import Limits
    from mlspec.syntax._report import Place, Report

__all__ = ["Problems", "quoted_fix"]

_INT64_MOST = (1 << 63) - 1
_SHOWN = 40
_STANDARD_TAG = "tag:yaml.org,2002:"
_TEMPLATE_HINT = "render the template first, or quote the value when the expression is meant"


class Problems:
    """Words problems of nodes; `text` is what the marks count in."""

    __slots__ = ("_limits", "_report", "_text", "lines_before", "saw_template")

    def __init__(self, text: str, lines_before: int, report: Report, limits: Limits) -> None:
        self._text = text
        self.lines_before = lines_before
        self._report = report
        self._limits = limits
        self.saw_template = False  # what the parser says about the rest is noise then

    def place(self, mark: Mark) -> Place:
        """Return a mark as line and column of the file."""
        return self.lines_before + mark.line + 1, mark.column + 1

    def span(self, start: Mark, end: Mark) -> Span:
        """Return the span between two marks."""
        return self._report.span(self.place(start), self.place(end))

    def tag(self, event: Event) -> None:
        """Report a tag; the value is read as if it had none."""
        name = shown((event.tag or "").replace(_STANDARD_TAG, "!!"))
        line, column = self.place(event.start_mark)
        span = self._report.span((line, column), (line, column + len(name)))
        hint = "remove the tag; quotes make a value text, no quotes make it a number or boolean"
        self._report.add("MLS020", f"`{name}` is a tag, and specs are plain data", span, hint=hint)

    def depth(self, start: Mark, end: Mark) -> None:
        """Report nesting beyond the limit."""
        message = f"lists and mappings are nested more than {self._limits.depth} levels deep here"
        self._report.add("MLS010", message, self.span(start, end), hint="flatten the structure")

    def nodes(self) -> None:
        """Report that there are more nodes than the limit."""
        message = f"this file has more than {self._limits.nodes:,} values"
        hint = "move data into files of their own and refer to them"
        self._report.add("MLS011", message, self._report.span((1, 1)), hint=hint)

    def expansion(self, event: Event) -> None:
        """Report aliases that stand for too much."""
        limits = self._limits
        message = (
            f"the aliases of this file stand for more than {limits.expanded_nodes:,} values"
            f" or are more than {limits.aliases:,}"
        )
        span = self.span(event.start_mark, event.end_mark)
        self._report.add("MLS013", message, span, hint="write the values out, or use fewer aliases")

    def undefined(self, event: Event, names: Iterable[str]) -> None:
        """Report an alias without anchor."""
        name = shown(event.anchor or "")
        close = did_you_mean(name, sorted(names))
        hint = f"did you mean `*{close}`?" if close else f"mark a value before it with `&{name}`"
        message = f"`*{name}` repeats an anchor that does not stand before it"
        self._report.add("MLS014", message, self.span(event.start_mark, event.end_mark), hint=hint)

    def cycle(self, event: Event) -> None:
        """Report an alias inside of its own anchor."""
        message = f"`*{shown(event.anchor or '')}` stands inside of the value it repeats"
        span = self.span(event.start_mark, event.end_mark)
        self._report.add("MLS015", message, span, hint="write out the value that is meant")

    def duplicate(self, key: str, first: tuple[Place, Place], again: tuple[Place, Place]) -> None:
        """Report the second of two keys."""
        related = self._report.related("first defined here", *first)
        message = f"`{shown(key)}` stands twice in this mapping (first on line {first[0][0]})"
        span = self._report.span(*again)
        hint = "remove one of the two; the first one was used for the remaining checks"
        self._report.add("MLS002", message, span, hint=hint, related=(related,))

    def merge(self, event: Event) -> None:
        """Report a merge key."""
        hint = "write the keys out, or use an overlay of the workspace"
        message = "`<<` is a merge key, and specs have none"
        self._report.add("MLS018", message, self.span(event.start_mark, event.end_mark), hint=hint)

    def complex_key(self, event: Event) -> None:
        """Report a key that is a list, a mapping or an alias."""
        span = self.span(event.start_mark, event.end_mark)
        message = "a list, a mapping or an alias stands as a key, and keys are text"
        self._report.add("MLS019", message, span, hint="write the key as text")

    def template(self, start: Mark) -> None:
        """Report a template expression that stands where a value is read."""
        self.saw_template = True
        end = self._text.find("}}", start.index)
        line, column = self.place(start)
        same_line = end >= 0 and "\n" not in self._text[start.index : end]
        stop = column + end + 2 - start.index if same_line else column + 2
        span = self._report.span((line, column), (line, stop))
        message = "this template expression was not rendered"
        self._report.add("MLS041", message, span, hint=_TEMPLATE_HINT)

    def key(self, event: Event, value: Json | Trouble) -> str:
        """Report a key that is no text, and return it as text."""
        key = event.value
        span = self.span(event.start_mark, event.end_mark)
        if value is Trouble.TEMPLATE:
            self.template(event.start_mark)
        elif not key:
            message = "a key is missing before the colon"
            self._report.add("MLS019", message, span, hint="write `key: value`")
        else:
            message = f"`{shown(key)}` is {_kind(value)} here, and keys are text"
            fixes = (quoted_fix(key, span),)
            self._report.add("MLS019", message, span, hint="put it in double quotes", fixes=fixes)
        return key

    def trouble(self, trouble: Trouble, event: Event, span: Span) -> Json:
        """Report a scalar without a value, and return one of the same type."""
        text = event.value
        fixes = (quoted_fix(text, span),)
        hint = "put it in double quotes if it is a name, not a number"
        match trouble:
            case Trouble.TEMPLATE:
                self.template(event.start_mark)
                return text
            case Trouble.INTEGER:
                message = f"`{shown(text)}` does not fit into 64 bits"
                self._report.add("MLS016", message, span, hint=hint, fixes=fixes)
                return -_INT64_MOST if text.startswith("-") else _INT64_MOST
            case Trouble.NON_FINITE:
                message = f"`{shown(text)}` is not a finite number"
                self._report.add("MLS017", message, span, hint=hint, fixes=fixes)
                return 0.0

    def length(self, event: Event) -> None:
        """Report a scalar beyond the limit."""
        limit = self._limits.scalar_characters
        message = f"this value has {len(event.value):,} characters; the limit is {limit:,}"
        hint = "move it into a file of its own and refer to that"
        line, column = self.place(event.start_mark)
        self._report.add("MLS012", message, self._report.span((line, column)), hint=hint)

    def surrogate(self, event: Event) -> None:
        """Report half of a surrogate pair, written as an escape."""
        message = "this text holds half of a surrogate pair (`\\ud800` to `\\udfff`)"
        hint = "write the character itself, or its full code as `\\U0001f600`"
        span = self.span(event.start_mark, event.end_mark)
        self._report.add("MLS009", message, span, hint=hint)


def shown(text: str) -> str:
    """Return a text short enough for a message."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def quoted_fix(text: str, span: Span) -> Fix:
    """Return the fix that makes a scalar text."""
    return Fix("quote it", (Edit(span, json.dumps(text, ensure_ascii=False)),))


def _kind(value: Json | Trouble) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case _:
            return "a number"
