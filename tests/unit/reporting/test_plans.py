"""The text of plans, word for word, and the table of formats."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest
from inline_snapshot import snapshot
from tests.unit.reporting.sample_plans import (
    BLOCKED,
    CHURN,
    EMPTY,
    LOOSER,
    OPS,
    PLAN,
    SCREEN,
    many,
    saying,
)

from mlspec.cli._options import PlanFormat
from mlspec.errors import UsageError
from mlspec.planning import (
    Action,
    Blast,
    Block,
    BlockCode,
    EvidenceEntry,
    Level,
    Risk,
    RiskReason,
    Scope,
    ScopeMode,
    read_plan,
)
from mlspec.planning.selection import restricted
from mlspec.reporting.plans import PLAN_FORMATS, render_plan

BLOCKED_AND_OPS = replace(BLOCKED, operations=(*BLOCKED.operations, OPS), evidence=())


def lines_of(plan, **options):
    return render_plan(plan, **options).splitlines()


def test_a_plan_as_text():
    assert render_plan(PLAN, plan_file="plan.json") == snapshot("""\
Plan for prod (registry 0123456789ab serial 41, specs sha256:861ebe06a780)
~ CRITICAL  model/screen  update                       specs/screen.yaml:1:1
    gate  spec.gates[auc-floor].atLeast  0.92 -> 0.88                                 (loosened)  specs/screen.yaml:31:16
    tier  spec.risk.tier                 "high" -> "limited"                          (loosened)  specs/screen.yaml:7:9
    data  spec.purpose                   "x" -> "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...              specs/screen.yaml:8:3
    judged at:        high (tier high -> limited)
    R-TIER-LOWERED:   critical, the tier is lowered (spec.risk.tier)
    R-GATE-LOOSENED:  high, a gate lets more through (spec.gates[auc-floor].atLeast)
    reaches:          5 % of live traffic at once; 2 consumers (api/checkout, api/desk); 1 dependant (system/intake)
    contract:         breaking; the output `score` is gone; breaks api/checkout
    evidence:         present, pass: auc-floor pass, speed fail (advisory)
x HIGH      model/gone    delete                       the record goes, its events stay
    judged at:   minimal
    R-DELETED:   high, its record goes
    reversible:  no: applying the state before does not bring it back
- MEDIUM    dataset/old   retire                       no longer in the specs; kept, marked as retired
    R-RETIRED:  medium, it has 1 dependant
- MEDIUM    team/x        forget                       kept as it is, and left to others
    R-RETIRED:  medium, it has 1 dependant
> LOW       model/churn   renamed from model/churn-v1  specs/churn.yaml:1:1
    oversight  spec.oversight  (none) -> {"mode": "human-in-the-loop"}  (tightened)  specs/churn.yaml:40:3
    judged at:  minimal
    R-RENAMED:  low, it is called something else
+ NONE      dataset/x     adopt                        specs/ops.yaml:1:1
+ NONE      team/ops      create                       specs/ops.yaml:1:1
= 14 unchanged

1 to create, 1 to update, 1 to rename, 1 to adopt, 1 to retire, 1 to delete, 1 to forget; 2 loosening changes; 1 tightening change; highest risk critical
Approvals needed (3), not by an author of the change (ana)
  model-risk  x2  at least signed  R-GATE-LOOSENED model/screen, R-DELETED model/gone
  compliance  x1  at least host    R-TIER-LOWERED model/screen
Valid until: 2026-11-23T18:00:00Z
Digest: sha256:64a413be2b09bb14958327e534cbcac9f5c7ad9198ae544e77ae5faf57669c07
Risk digest: sha256:7f7df1f0e628b41388965eee53177b18632142254ac23d0efed99d5c3889f44e
Freeze: black-friday, 2026-11-23T00:00:00Z to 2026-12-01T00:00:00Z, changes up to low: peak season
Approve: mlspec approve plan.json --as NAME --role model-risk --sign KEY
Approve: mlspec approve plan.json --as NAME --role compliance --sign KEY
Apply: mlspec apply plan.json
""")  # noqa: E501  (the report is as wide as its values)


def test_a_blocked_plan_as_text():
    assert render_plan(BLOCKED, plan_file="plan.json") == snapshot("""\
! BREAK GLASS: run 4-ab was not reviewed
Plan for prod (registry 0123456789ab serial 41, specs sha256:861ebe06a780)
! CRITICAL  model/screen  update   specs/screen.yaml:1:1
    blocked: gates do not pass: auc-floor fail
    gate  spec.gates[auc-floor].atLeast  0.92 -> 0.88                                 (loosened)  specs/screen.yaml:31:16
    tier  spec.risk.tier                 "high" -> "limited"                          (loosened)  specs/screen.yaml:7:9
    data  spec.purpose                   "x" -> "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...              specs/screen.yaml:8:3
    judged at:        high (tier high -> limited)
    R-TIER-LOWERED:   critical, the tier is lowered (spec.risk.tier)
    R-GATE-LOOSENED:  high, a gate lets more through (spec.gates[auc-floor].atLeast)
    reaches:          5 % of live traffic at once; 2 consumers (api/checkout, api/desk); 1 dependant (system/intake)
    contract:         breaking; the output `score` is gone; breaks api/checkout
    evidence:         stale, fail (`a.csv` was changed after it)
! MEDIUM    dataset/old   retire   no longer in the specs; kept, marked as retired
    blocked: protected
    R-RETIRED:  medium, it has 1 dependant
~ LOW       model/churn   restore  specs/churn.yaml:1:1
    unknown  spec.bogus  1 -> (none)  (unknown: counts as loosened)  specs/churn.yaml:1:1
    judged at:  minimal
    R-RENAMED:  low, it is called something else
= 14 unchanged

2 to update, 1 to retire; 2 blocked; 3 loosening changes; highest risk critical
Digest: sha256:a627ed2a9ac8116bb25667f14fd2be3a1fef28ecd168d9692f4ccc3d2ced676c
Apply: not yet: what is blocked comes first
""")  # noqa: E501  (the report is as wide as its values)


def test_a_plan_that_is_not_kept_says_how_to_keep_it():
    first = replace(
        EMPTY, operations=(OPS,), lineage="", unchanged=0, require_approvals=False, freezes=()
    )

    assert render_plan(first) == snapshot("""\
Plan for prod (no registry yet, specs sha256:861ebe06a780)
+ NONE  team/ops  create  specs/ops.yaml:1:1

1 to create; highest risk none
Digest: sha256:e4f9a4381ccb9f17c1848d6a886de686103e7feb81cf1c8bdd16b99e9bd13379
Keep: mlspec plan --env prod --out plan.json
Apply: mlspec apply plan.json
""")


def test_no_changes_as_text():
    assert render_plan(EMPTY) == snapshot(
        "No changes: the registry of prod holds what the specs say (14 resources).\n"
    )


def test_no_changes_within_a_scope_say_what_was_left_out():
    partial = replace(EMPTY, scope=Scope(ScopeMode.TARGET, ("model/churn",)))

    assert render_plan(partial) == snapshot("""\
No changes to prod within this scope.
Partial: only model/churn; the rest is left out
""")


def test_a_partial_plan_says_what_it_is_limited_to():
    targets = tuple(f"model/m{number:02}" for number in range(12))

    told = lines_of(replace(PLAN, scope=Scope(ScopeMode.TARGET, targets)))

    listed = ", ".join(targets[:10])
    assert f"Partial: only {listed} and 2 more; the rest is left out" in told


def test_a_revert_names_the_run():
    plan = replace(PLAN, scope=Scope(ScopeMode.REVERT, (), "4-ab"))

    assert "Reverts: run 4-ab; other changes are left out" in lines_of(plan)


def test_approvals_that_nothing_asks_for_are_said_to_be_none():
    told = lines_of(replace(PLAN, required_approvals=()))

    assert "Approvals needed: none" in told
    assert not [each for each in told if "mlspec approve" in each]


def test_notices_come_before_anything_else_even_without_changes():
    for plan in (BLOCKED, replace(BLOCKED, operations=())):
        assert "! BREAK GLASS: run 4-ab was not reviewed" == lines_of(plan)[0]


def test_blocked_operations_come_first_then_the_level_then_the_address():
    blocked = Block(BlockCode.PROTECTED, "protected")
    operations = (
        replace(OPS, address="model/b", risk=Risk(Level.HIGH)),
        replace(OPS, address="model/a", risk=Risk(Level.HIGH)),
        replace(OPS, address="model/z", risk=Risk(Level.CRITICAL)),
        replace(OPS, address="model/0", risk=Risk(Level.MEDIUM)),
        replace(OPS, address="model/y", risk=Risk(Level.NONE), blocked=blocked),
    )

    told = lines_of(replace(PLAN, operations=operations, evidence=()))

    addresses = [each.split()[2] for each in told if "specs/ops.yaml" in each]
    assert ["model/y", "model/z", "model/a", "model/b", "model/0"] == addresses


@pytest.mark.parametrize(
    ("action", "symbol"),
    [
        (Action.CREATE, "+"),
        (Action.UPDATE, "~"),
        (Action.RENAME, ">"),
        (Action.RETIRE, "-"),
        (Action.DELETE, "x"),
        (Action.ADOPT, "+"),
        (Action.FORGET, "-"),
    ],
)
def test_every_action_has_its_sign(action, symbol):
    told = lines_of(replace(PLAN, operations=(replace(OPS, action=action),)))

    assert told[1].startswith(f"{symbol} NONE")


def test_long_lists_are_cut_and_say_by_how_much():
    names = tuple(f"api/{number}" for number in range(9))
    operation = replace(
        SCREEN,
        changes=(LOOSER,) * 45,
        contract=None,
        risk=Risk(
            Level.HIGH,
            (RiskReason("R-GATE-LOOSENED", Level.HIGH, "a gate lets more through"),) * 11,
            blast=Blast(1.0, names, ()),
        ),
    )

    told = [each.strip() for each in lines_of(replace(PLAN, operations=(operation,)))]

    assert 40 == sum(each.startswith("gate") for each in told)
    assert "and 5 more fields, see the plan file" in told
    assert 8 == sum(each.startswith("R-GATE-LOOSENED:") for each in told)
    assert "rules:            3 more, see the plan file" in told
    assert (
        "reaches:          100 % of live traffic at once; "
        "9 consumers (api/0, api/1, api/2, api/3, api/4 and 4 more)" in told
    )


def test_the_evidence_of_affected_models_stands_under_the_gate_set():
    addresses = tuple(f"model/m{number:02}" for number in range(12))
    shared = replace(CHURN, address="gate-set/shared", affects=addresses, changes=(), risk=Risk())
    entries = [EvidenceEntry(each, "present", "pass") for each in addresses]
    entries[7] = EvidenceEntry("model/m07", "stale", "pass", reason="the gates have changed")

    told = lines_of(replace(PLAN, operations=(shared,), evidence=tuple(entries)))

    assert "    affects:  model/m07: evidence stale, pass (the gates have changed)" == told[2]
    assert "    affects:  model/m00: evidence present, pass" == told[3]
    assert "    affects:  2 more models" == told[12]


def test_colour_adds_nothing_but_colour():
    coloured = render_plan(BLOCKED, colour=True)

    for code in ("\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == render_plan(BLOCKED, colour=False)
    assert "\x1b[31m" in render_plan(PLAN, colour=True)


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\r", "a\nb", "\u202e", "\x00", "\u200b\U000e0001"])
def test_text_from_specs_moves_no_cursor(hostile):
    text = render_plan(saying(hostile), plan_file=hostile)

    assert hostile not in text
    assert all(line.isprintable() for line in text.split("\n"))


def test_the_work_grows_with_the_plan_and_no_faster():
    small, large = calls(many(200)), calls(many(2_000))

    assert large < 11 * small


def calls(plan):
    """Count the calls that the text takes: the same on any machine, however busy."""
    count = 0

    def profile(_frame, event, _argument):
        nonlocal count
        count += event == "call"

    plan.digest, plan.risk_digest  # noqa: B018  (kept by the plan; not part of the text)
    sys.setprofile(profile)
    try:
        render_plan(plan)
    finally:
        sys.setprofile(None)
    return count


def test_the_json_of_a_plan_is_its_file():
    assert PLAN == read_plan(render_plan(PLAN, "json"))


def test_the_command_line_offers_every_format_and_no_other():
    assert list(PlanFormat) == list(PLAN_FORMATS)


def test_every_format_shows_every_plan():
    for output_format in PLAN_FORMATS:
        for plan in (PLAN, BLOCKED, EMPTY):
            text = render_plan(plan, output_format, plan_file="plan.json")
            assert text.endswith("\n")
            if output_format in ("json", "gitlab-terraform", "gitlab-codequality", "sarif"):
                json.loads(text)


@pytest.mark.parametrize("output_format", ["gitlab-terraform", "gitlab-codequality", "sarif"])
def test_the_order_of_operations_does_not_matter(output_format):
    turned = replace(PLAN, operations=PLAN.operations[::-1])

    assert render_plan(PLAN, output_format) == render_plan(turned, output_format)


def test_a_format_that_is_not_there_names_those_that_are():
    with pytest.raises(UsageError, match="`pdf` is no format of a plan") as caught:
        render_plan(PLAN, "pdf")

    assert "one of text, json, markdown, html" in caught.value.hint


@pytest.mark.parametrize("addresses", [("team/ops",), ()])
def test_a_report_on_some_operations_keeps_the_terms_of_all(addresses):
    view = restricted(BLOCKED_AND_OPS, addresses)

    for output_format in ("text", "markdown", "html"):
        told = render_plan(view, output_format)
        assert "FILTERED" in told
        assert "model/screen" not in told
        assert BLOCKED_AND_OPS.digest in told
        assert "not yet: what is blocked comes first" in told
