"""Drift, comparisons and edits of state as people read them; hostile text moves no cursor."""

from __future__ import annotations

from inline_snapshot import snapshot

from mlspec.planning import ChangeDirection, FieldChange
from mlspec.planning.compare import Compared, ComparedView, Presence
from mlspec.planning.drift import Drift, DriftCode, DriftField, DriftView, Owner, SubjectKind
from mlspec.planning.state_edit import Edited, EditedObject
from mlspec.reporting.compare import render_compared
from mlspec.reporting.drift import render_drift
from mlspec.reporting.state import render_edited, render_object
from mlspec.state import ObjectRecord

FIELDS = (
    DriftField("spec.gates[auc].atLeast", 0.75, 0.7, Owner.MLSPEC),
    DriftField("metadata.note", None, "hot\x1b[2Jfix", Owner.EXTERNAL),
)
DRIFTS = (
    Drift("model/churn", DriftCode.CHANGED, FIELDS, run="3-ab", at="2026-11-21T10:00:00Z"),
    Drift("team/x", DriftCode.GONE, run="1-cd", at="2026-11-20T10:00:00Z"),
    Drift("model/shadow", DriftCode.UNDOCUMENTED),
    Drift("rendered/prod", DriftCode.GONE, subject_kind=SubjectKind.BRANCH),
)


def test_drift_names_fields_values_and_owners():
    view = DriftView("prod", "l", 4, DRIFTS, ignored=2)

    assert render_drift(view, colour=False) == snapshot("""\
Drift of prod from what was recorded at serial 4
~ model/churn: changed outside of mlspec; last written by run 3-ab at 2026-11-21T10:00:00Z
    spec.gates[auc].atLeast  0.75 -> 0.7                  (set by its spec)
    metadata.note            (none) -> "hot\\u001b[2Jfix"  (set by others)
- team/x: recorded, but not there any more; last written by run 1-cd at 2026-11-20T10:00:00Z
+ model/shadow: there, but nothing recorded wrote it
- branch rendered/prod: recorded, but not there any more

4 subjects drifted (2 differences ignored)
What can be brought back: mlspec state rebuild --check --env prod
A branch is published again by the next apply
""")


def test_no_drift_is_one_line():
    assert render_drift(DriftView("prod", "l", 4, (), 1), colour=False) == snapshot(
        "No drift: prod is as it was recorded at serial 4 (1 difference ignored).\n"
    )


def test_a_comparison_names_both_values():
    change = FieldChange("spec.replicas", 1, 2, "serving", ChangeDirection.NEUTRAL)
    differences = (
        Compared("model/churn", Presence.BOTH, (change,)),
        Compared("team/a", Presence.LEFT),
        Compared("team/b", Presence.RIGHT),
    )

    text = render_compared(ComparedView("staging", "prod", "specs", differences, 7))

    assert text == snapshot("""\
staging -> prod, in the specs
~ model/churn
    spec.replicas  1 -> 2
- team/a  only in staging
+ team/b  only in prod
= 7 equal

3 resources differ
""")


def test_an_edit_that_was_only_checked_says_that_nothing_was_written():
    changes = (EditedObject("team/x", "rebuild", "it was lost"),)

    text = render_edited(Edited("prod", changes, left=("`team/y`: no event wrote it",)))

    assert text == snapshot("""\
rebuild  team/x  it was lost
left as it is: `team/y`: no event wrote it

1 change to make; nothing was written.
""")


def test_an_object_that_lost_its_body_says_so():
    record = ObjectRecord("team/x", "u1", 2, "sha256:00", protect=True)

    assert render_object("prod", record, None) == snapshot("""\
team/x
  environment  prod
  uid          u1
  revision     2
  state        live
  protected    yes
  digest       sha256:00
  operation    (none)
  written by   no event wrote it

The registry has lost the body.
""")
