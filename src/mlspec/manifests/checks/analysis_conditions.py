"""Conditions of gates that don't parse, don't look at the result, or trip over no data.

Argo Rollouts compiles a condition when it has the first measurement: until then nobody says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._expression import ExpressionError, Kind, parse_condition
from mlspec.manifests.checks._metrics import metrics_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._expression import Condition
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _template(conditions: str) -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: slo}\n"
        "spec:\n  metrics:\n  - name: errors\n"
        f"    {conditions}\n"
        "    provider: {prometheus: {address: http://prometheus:9090, query: vector(0)}}\n"
    )


_GUARDED = _template('successCondition: "len(result) > 0 && !isNaN(result[0]) && result[0] < 0.01"')

_BROKEN = breaks(
    "MLS1170",
    "broken-condition",
    "A condition of a gate does not parse, or gives no truth value.",
    """Each measurement ends in an error then. After five of them the release is stopped, whatever
    the model did.""",
    bad=_template('successCondition: "result[0] <"'),
    good=_GUARDED,
)
_BLIND = breaks(
    "MLS1171",
    "condition-without-result",
    "A condition does not look at what was measured.",
    "It always says the same: the gate lets everything through, or nothing.",
    bad=_template('successCondition: "0.005 < 0.01"'),
    good=_GUARDED,
)
_ABSENT = breaks(
    "MLS1172",
    "metric-without-condition",
    "A metric has neither a success nor a failure condition.",
    "Every measurement that gives anything counts as a success: the gate can't fail.",
    bad=_template("count: 1"),
    good=_GUARDED,
)
_UNGUARDED = warns(
    "MLS1173",
    "unguarded-condition",
    "A condition on Prometheus does not think of an empty answer, or of a division by zero.",
    """A canary without traffic gives an empty answer or NaN. The first ends in an error; of NaN
    every comparison is false, so that a failure condition passes it as good.""",
    bad=_template('failureCondition: "result[0] > 0.01"'),
    good=_GUARDED,
)

_CONDITIONS = ("successCondition", "failureCondition")
_NEED_CONDITION = (
    "prometheus",
    "web",
    "wavefront",
    "datadog",
    "newRelic",
    "cloudWatch",
    "graphite",
    "influxdb",
    "skywalking",
)
_GUARDS = frozenset({"len", "isNil", "default", "all", "any", "none", "count"})


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield conditions that are broken, blind, absent or unguarded."""
    for metrics in metrics_of(manifests):
        for metric in metrics.each():
            yield from _absent(metric)
            for key in _CONDITIONS:
                if metric[key].text:
                    yield from _condition(metric[key], metric["provider"])


def _absent(metric: Node) -> Iterator[Problem]:
    stated = [key for key in _CONDITIONS if metric[key].text]
    if not stated and metric["provider"].set_keys(*_NEED_CONDITION):
        message = "the metric has no condition: whatever is measured counts as a success"
        yield metric.problem(_ABSENT, message, "add `successCondition`")


def _condition(node: Node, provider: Node) -> Iterator[Problem]:
    if "{{" in node.text:  # an argument may stand for any part of it
        return
    try:
        condition = parse_condition(node.text)
    except ExpressionError as error:
        hint = "mend it: a condition is written in the language of expr-lang"
        yield node.problem(_BROKEN, f"the condition does not parse: {error}", hint)
        return
    if condition.kind not in (Kind.TRUTH, Kind.UNKNOWN):
        message = f"the condition gives {condition.kind.value}, not a truth value"
        yield node.problem(_BROKEN, message, "compare it with something")
    if "result" not in condition.names:
        yield node.problem(_BLIND, "the condition does not look at `result`", "use `result`")
    elif provider["prometheus"].is_set:
        yield from _guards(node, condition)


def _guards(node: Node, condition: Condition) -> Iterator[Problem]:
    missing = []
    if not condition.calls & _GUARDS:
        missing.append("an empty answer")
    if "isNaN" not in condition.calls:
        missing.append("NaN")
    if missing:
        message = f"the condition does not think of {' and '.join(missing)}"
        hint = "start with `len(result) > 0 && !isNaN(result[0]) && ...`"
        yield node.problem(_UNGUARDED, message, hint)


CHECK = Check("analysis-conditions", (_BROKEN, _BLIND, _ABSENT, _UNGUARDED), find)
