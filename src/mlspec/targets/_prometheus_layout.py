"""The layout of rules and of their unit tests: what stands there many times over is text.

Every value is written by the emitter, and the text is what the emitter makes of the same data;
but to make and to write a mapping for each of many rules and checks takes several times as long.
"""

from __future__ import annotations

from functools import lru_cache
from textwrap import indent
from typing import TYPE_CHECKING

from mlspec.syntax import emit_members, emit_scalar
from mlspec.targets._prometheus_alert import Record
from mlspec.targets._prometheus_query import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.targets._prometheus_alert import Alert

__all__ = ["check_text", "document_text", "group_text", "series_text", "test_text"]

_IN_RULE = " " * 8
_BELOW_RULE = " " * 10
_BELOW_CHECK = " " * 14


def group_text(name: str, rules: Sequence[Record | Alert]) -> str:
    """Return a group of rules, in a list of groups."""
    return f"""\
  - name: {emit_scalar(name)}
{_listed("    rules", [_rule(each) for each in rules])}"""


def _rule(rule: Record | Alert) -> str:
    if isinstance(rule, Record):
        text = emit_members(rule.to_rule(), indent=_IN_RULE)
        return f"      - {text.removeprefix(_IN_RULE)}"
    return f"""\
      - alert: {emit_scalar(rule.name)}
        expr: {emit_scalar(rule.expression)}
        for: {emit_scalar(duration(rule.for_minutes))}
        labels:
{_labels(rule.literals, _BELOW_RULE)}
        annotations:
{emit_members(rule.templates, indent=_BELOW_RULE)}"""


def document_text(rule_file: str, step: int, tests: Sequence[str]) -> str:
    """Return the document of tests that evaluate a rule file every `step` minutes."""
    return f"""\
rule_files:
  - {emit_scalar(rule_file)}
evaluation_interval: "{step}m"
{_listed("tests", tests)}
"""


def test_text(name: str, seconds: int, series: Sequence[str], checks: Sequence[str]) -> str:
    """Return a test whose series have a sample every so many seconds."""
    return f"""\
  - name: {emit_scalar(name)}
    interval: "{seconds}s"
{_listed("    input_series", series)}
{_listed("    alert_rule_test", checks)}"""


def series_text(series: str, values: str) -> str:
    """Return an input series."""
    return f"""\
      - series: {emit_scalar(series)}
        values: "{values}\""""


def check_text(alert: Alert, minute: int, value: float | None) -> str:
    """Return what is expected of an alert: that it has fired with a value, or is silent."""
    expected = " []" if value is None else _fired(alert, value)
    return f"""\
      - eval_time: "{minute}m"
        alertname: {emit_scalar(alert.name)}
        exp_alerts:{expected}"""


def _fired(alert: Alert, value: float) -> str:
    return f"""
          - exp_labels:
{_labels(alert.labels, _BELOW_CHECK)}
            exp_annotations:
{emit_members(alert.shown(value), indent=_BELOW_CHECK)}"""


def _labels(labels: tuple[tuple[str, str], ...], lead: str) -> str:
    text = _at_margin(labels)
    if "\n\n" in text:
        return indent(text, lead)  # leaves the empty lines of a text alone
    return lead + text.replace("\n", f"\n{lead}")


@lru_cache(maxsize=256)  # a rule and the checks of it have the same labels, file after file
def _at_margin(labels: tuple[tuple[str, str], ...]) -> str:
    return emit_members(dict(labels), indent="")


def _listed(key: str, items: Sequence[str]) -> str:
    return "\n".join([f"{key}:", *items]) if items else f"{key}: []"
