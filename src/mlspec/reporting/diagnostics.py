"""Diagnostics as text for people, JSON for programs, and for what forges and CI show.

In: diagnostics and the texts they are about. Out: text. Nothing here decides, and nothing that a
spec says reaches a terminal, a log or an annotation with its control characters.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.reporting.diagnostics_github import render_github
from mlspec.reporting.diagnostics_gitlab import render_gitlab
from mlspec.reporting.diagnostics_json import render_json
from mlspec.reporting.diagnostics_junit import render_diagnostics_junit
from mlspec.reporting.diagnostics_sarif import render_diagnostics_sarif
from mlspec.reporting.diagnostics_text import render_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mlspec.diagnostics import Diagnostic, Span
    from mlspec.syntax import SourceText

__all__ = [
    "render_diagnostics",
    "render_github",
    "render_gitlab",
    "render_json",
    "render_text",
]

_TOP = "."


def render_diagnostics(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, SourceText],
    output_format: str = "text",
    *,
    colour: bool = False,
    folder: str = _TOP,
    category: str = "specs",
) -> str:
    """Return diagnostics as `text`, `json`, or one of the formats for CI and pull requests.

    That are `github`, `gitlab`, `sarif`, `junit`, and `markdown` or `md`.

    Forges name files from the top of a repository: `folder` is where the workspace lies in it.
    `category` says what was looked at: forges keep the results of each category.
    """
    if output_format == "json":
        return render_json(diagnostics)
    if output_format not in _FORGES:
        return render_text(diagnostics, sources, colour=colour)
    return _FORGES[output_format](_in_repository(diagnostics, folder), category)


def _markdown(diagnostics: Iterable[Diagnostic], category: str) -> str:
    from mlspec.reporting.diagnostics_markdown import render_diagnostics_markdown

    return render_diagnostics_markdown(diagnostics, category)


_FORGES: Mapping[str, Callable[[Iterable[Diagnostic], str], str]] = {
    "github": lambda found, _category: render_github(found),
    "gitlab": lambda found, _category: render_gitlab(found),
    "junit": render_diagnostics_junit,
    "markdown": _markdown,
    "md": _markdown,
    "sarif": render_diagnostics_sarif,
}
"""How to render for what names files from the top of a repository, by the name of the format."""


def _in_repository(diagnostics: Iterable[Diagnostic], folder: str) -> Iterable[Diagnostic]:
    if folder == _TOP:
        return diagnostics
    return [
        replace(
            each,
            span=_moved(each.span, folder) if each.span else None,
            related=tuple(replace(also, span=_moved(also.span, folder)) for also in each.related),
        )
        for each in diagnostics
    ]


def _moved(span: Span, folder: str) -> Span:
    return replace(span, file=f"{folder}/{span.file}")
