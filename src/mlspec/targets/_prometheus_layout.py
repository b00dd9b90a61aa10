"""The layout of a unit test for promtool: what stands in it many times over is laid out as text.

Every value is written by the emitter, and the text is what the emitter makes of the same data;
but a mapping of three members for each of many checks takes several times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.syntax import emit_members, emit_scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.targets._prometheus_alert import Alert

__all__ = ["check_text", "document_text", "series_text", "test_text"]

_DEEP = " " * 14


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
{emit_members(dict(alert.labels), indent=_DEEP)}
            exp_annotations:
{emit_members(alert.shown(value), indent=_DEEP)}"""


def _listed(key: str, items: Sequence[str]) -> str:
    return "\n".join([f"{key}:", *items]) if items else f"{key}: []"
