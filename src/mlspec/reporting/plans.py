"""A plan in every format: for people, for pull requests, for the widgets of forges.

In: a plan. Out: text. Nothing here decides, and all formats show the gravest operation first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.planning import write_plan
from mlspec.reporting._formats import renderer_of
from mlspec.reporting._plan_options import MAX_BYTES, TOP, Options
from mlspec.reporting.plans_text import render_plan_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlspec.planning import Plan

__all__ = ["MAX_BYTES", "PLAN_FORMATS", "render_plan"]


def _json(plan: Plan, options: Options) -> str:
    """Return the plan file: the JSON of a plan is its own file."""
    return write_plan(plan)


def _markdown(plan: Plan, options: Options) -> str:
    from mlspec.reporting.plans_markdown import render_plan_markdown

    return render_plan_markdown(plan, options)


def _html(plan: Plan, options: Options) -> str:
    from mlspec.reporting.plans_html import render_plan_html

    return render_plan_html(plan, options)


def _terraform(plan: Plan, options: Options) -> str:
    from mlspec.reporting.plans_gitlab import render_plan_terraform

    return render_plan_terraform(plan, options)


def _codequality(plan: Plan, options: Options) -> str:
    from mlspec.reporting.plans_gitlab import render_plan_codequality

    return render_plan_codequality(plan, options)


def _sarif(plan: Plan, options: Options) -> str:
    from mlspec.reporting.plans_sarif import render_plan_sarif

    return render_plan_sarif(plan, options)


def _junit(plan: Plan, options: Options) -> str:
    from mlspec.reporting.plans_junit import render_plan_junit

    return render_plan_junit(plan, options)


PLAN_FORMATS: Mapping[str, Callable[[Plan, Options], str]] = {
    "text": render_plan_text,
    "json": _json,
    "markdown": _markdown,
    "html": _html,
    "gitlab-terraform": _terraform,
    "gitlab-codequality": _codequality,
    "sarif": _sarif,
    "junit": _junit,
}
"""How to render a plan, by the name of the format."""


def render_plan(
    plan: Plan,
    output_format: str = "text",
    *,
    colour: bool = False,
    plan_file: str | None = None,
    max_bytes: int = MAX_BYTES,
    folder: str = TOP,
) -> str:
    """Return a plan in one of `PLAN_FORMATS`.

    `plan_file` is where the plan was written, for the commands to run next; `max_bytes` limits
    Markdown, which forges cut; `folder` is where the workspace lies in its repository.

    Raises:
        UsageError: there is no such format.
    """
    renderer = renderer_of(PLAN_FORMATS, output_format, "a plan")
    return renderer(plan, Options(colour, plan_file, max_bytes, folder))
