"""A report may show a part of a plan; what is approved and applied stays whole."""

from __future__ import annotations

import pytest

from mlspec.errors import UsageError
from mlspec.planning import (
    Action,
    Block,
    BlockCode,
    Desired,
    FieldChange,
    Level,
    Operation,
    Plan,
    Risk,
    Source,
    Toolchain,
)
from mlspec.planning.selection import restricted, selected, touched


def operation(address, action=Action.UPDATE, level=Level.LOW, **facts):
    kind = address.partition("/")[0].title()
    defaults = {"reason": "changed", "uid": "u", "pre": "a", "post": "b", "at": ""}
    risk = Risk(level=level)
    return Operation(address, address, kind, action, **(defaults | facts), risk=risk)


def wanted(address, file, owner="", references=()):
    body = {"metadata": {"owner": owner}}
    return Desired(address, "", body, "", references, locate=lambda _path: f"{file}:1:1")


OPERATIONS = (
    operation("model/churn", level=Level.HIGH, at="specs/churn.yaml:1:1"),
    operation("model/fraud", Action.RENAME, previous="model/old-fraud", at="specs/fraud.yaml:1:1"),
    operation("team/risk", level=Level.CRITICAL, at="specs/team.yaml:1:1"),
    operation("dataset/gone", Action.RETIRE),
)
DESIRED = {
    "model/churn": wanted("model/churn", "specs/churn.yaml", "growth", ("dataset/base",)),
    "model/fraud": wanted("model/fraud", "specs/fraud.yaml", "risk", ("feature-view/x",)),
    "feature-view/x": wanted("feature-view/x", "specs/x.yaml", "", ("dataset/base",)),
    "dataset/base": wanted("dataset/base", "specs/base.yaml", "", ("feature-view/x",)),
    "team/risk": wanted("team/risk", "specs/team.yaml"),
}


@pytest.mark.parametrize(
    ("expressions", "expected"),
    [
        (["model/churn"], {"model/churn"}),
        (["model/*"], {"model/churn", "model/fraud"}),
        (["model/old-*"], {"model/fraud"}),
        (["kind:Team"], {"team/risk"}),
        (["owner:growth"], {"model/churn"}),
        (["risk:high"], {"model/churn", "team/risk"}),
        (["risk:critical", "action:retire"], {"team/risk", "dataset/gone"}),
        (["kind:Nothing", "churn"], set()),
    ],
)
def test_an_operation_is_selected_by_any_expression(expressions, expected):
    assert expected == selected(OPERATIONS, expressions, DESIRED)


@pytest.mark.parametrize("expression", ["risk:enormous", "colour:red", "kind", ":"])
def test_an_expression_that_can_fit_nothing_is_refused_unless_it_is_an_address(expression):
    if ":" not in expression:
        assert selected(OPERATIONS, [expression], DESIRED) == set()
        return
    with pytest.raises(UsageError, match="selects nothing"):
        selected(OPERATIONS, [expression], DESIRED)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["specs/churn.yaml"], {"model/churn"}),
        (["specs/base.yaml"], {"model/churn", "model/fraud"}),
        (["specs/x.yaml"], {"model/churn", "model/fraud"}),
        (["specs/team.yaml"], {"team/risk"}),
        (["README.md"], set()),
    ],
)
def test_an_operation_is_touched_by_its_file_and_those_of_all_it_refers_to(files, expected):
    assert {*expected, "dataset/gone"} == touched(OPERATIONS, files, DESIRED)


def test_an_override_in_another_file_touches_an_operation():
    change = FieldChange("spec.x", 1, 2, "serving", "neutral", "mlspec.yaml:9:1")
    changed = operation("team/risk", at="specs/team.yaml:1:1", changes=(change,))

    assert touched([changed], ["mlspec.yaml"], DESIRED) == {"team/risk"}


def plan(*operations):
    return Plan("prod", "embedded", "l", Source({}), Toolchain("a", "b"), operations=operations)


def test_a_restricted_plan_keeps_digests_and_counts_and_says_what_it_hides():
    blocked = operation("model/stuck", blocked=Block(BlockCode.PROTECTED, "guarded"))
    whole = plan(*OPERATIONS, blocked)

    shown = restricted(whole, {"team/risk"})

    assert ["team/risk"] == [each.address for each in shown.operations]
    assert (whole.digest, whole.risk_digest) == (shown.digest, shown.risk_digest)
    assert (whole.body, whole.summary) == (shown.body, shown.summary)
    (notice,) = shown.envelope.notices
    assert "4 of 5 operations are hidden, 1 of them blocked" in notice


def test_a_plan_of_which_nothing_is_shown_still_has_changes():
    assert restricted(plan(*OPERATIONS), ()).has_changes
    assert not restricted(plan(), ()).has_changes
