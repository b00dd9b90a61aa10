"""Verdicts of gates in every format: for people, for machines, for the widgets of CI.

In: evidence records with the environments that they hold for. Out: text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.reporting._formats import renderer_of
from mlspec.reporting._verdict_words import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlspec.diagnostics import Span
    from mlspec.evidence import Reason
    from mlspec.gates import Curves
    from mlspec.reporting._verdict_words import Judged

__all__ = ["VERDICT_FORMATS", "VerdictOptions", "numbers", "render_verdicts"]

_NO_FILES: Mapping[str, str] = MappingProxyType({})
_NO_PLACES: Mapping[str, Mapping[str, Span]] = MappingProxyType({})
_NO_CURVES: Mapping[str, Curves | Reason] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class VerdictOptions:
    """How verdicts are shown, with what is known of each model by its address.

    `files` is its spec file; `places` where its gates are written, by id; `curves` what a page of
    HTML draws of it.
    """

    colour: bool = False
    files: Mapping[str, str] = field(default_factory=lambda: _NO_FILES)
    curves: Mapping[str, Curves | Reason] = field(default_factory=lambda: _NO_CURVES)
    places: Mapping[str, Mapping[str, Span]] = field(default_factory=lambda: _NO_PLACES)


def render_verdicts(
    records: Sequence[Judged],
    output_format: str = "text",
    options: VerdictOptions | None = None,
) -> str:
    """Return verdicts in one of `VERDICT_FORMATS`.

    Raises:
        UsageError: there is no such format.
    """
    renderer = renderer_of(VERDICT_FORMATS, output_format, "verdicts")
    return renderer(records, options or VerdictOptions())


def _text(records: Sequence[Judged], options: VerdictOptions) -> str:
    from mlspec.reporting.verdicts_text import render_verdicts_text

    return render_verdicts_text(records, colour=options.colour)


def _json(records: Sequence[Judged], _options: VerdictOptions) -> str:
    listed = [
        {"environments": list(environments), "record": record.to_json()}
        for record, environments in records
    ]
    return pretty_json({"format": "mlspec.verdicts/1.0", "records": listed})


def _junit(records: Sequence[Judged], _options: VerdictOptions) -> str:
    from mlspec.reporting.verdicts_junit import render_verdicts_junit

    return render_verdicts_junit(records)


def _sarif(records: Sequence[Judged], options: VerdictOptions) -> str:
    from mlspec.reporting.verdicts_sarif import render_verdicts_sarif

    return render_verdicts_sarif(records, options.files, options.places)


def _markdown(records: Sequence[Judged], _options: VerdictOptions) -> str:
    from mlspec.reporting.verdicts_markdown import render_verdicts_markdown

    return render_verdicts_markdown(records)


def _html(records: Sequence[Judged], options: VerdictOptions) -> str:
    from mlspec.reporting.verdicts_html import render_verdicts_html

    return render_verdicts_html(records, options.curves)


VERDICT_FORMATS: Mapping[str, Callable[[Sequence[Judged], VerdictOptions], str]] = MappingProxyType(
    {
        "text": _text,
        "json": _json,
        "junit": _junit,
        "sarif": _sarif,
        "markdown": _markdown,
        "html": _html,
    }
)
"""How to render verdicts, by the name of the format."""
