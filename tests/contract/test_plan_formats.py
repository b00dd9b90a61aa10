"""Every format of a plan, on plans that were made by planning: they fit what is published."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from markdown_it import MarkdownIt
from tests.contract.crd import CONFORMANCE
from tests.unit.planning.worlds import CONTEXT, GATE, tree, wanted

from mlspec.canonical import digest_value
from mlspec.ledger import Strength
from mlspec.planning import (
    Action,
    BlockCode,
    ChangeDirection,
    Compatibility,
    EvidenceEntry,
    Freeze,
    Level,
    Move,
    Removal,
    Reversibility,
    Scope,
    ScopeMode,
    make_plan,
    read_plan,
)
from mlspec.reporting.plans import PLAN_FORMATS, render_plan
from mlspec.resources import data_path
from mlspec.state import Lifecycle, ObjectRecord, Snapshot

SARIF = CONFORMANCE / "sarif" / "sarif-schema-2.1.0.json"
SPEC = {
    "purpose": "x",
    "risk": {"tier": "high"},
    "gates": [GATE],
    "output": {"fields": [{"name": "score", "type": "float"}]},
}


def record(desired, lifecycle=Lifecycle.LIVE, **changes):
    kept = ObjectRecord(desired.address, f"u-{desired.address}", 3, desired.digest, desired.body)
    return replace(kept, lifecycle=lifecycle, protect=desired.protect, **changes)


def snapshot(*records):
    objects = {each.address: each for each in records}
    return Snapshot("prod", "0123456789abcdef" * 2, 41, "sha256:" + "0" * 64, objects, 7)


def every_action(**changes):
    """Return a plan with every action, a blocked operation, evidence and approvals."""
    before = [
        wanted("Model", "screen", SPEC),
        wanted("Model", "churn-v1", {"purpose": "y"}),
        wanted("Dataset", "gone", {"rows": 1}),
        wanted("Dataset", "absent", {"rows": 1}, protect=True),
        wanted("Team", "left", {"members": ["bo"]}),
    ]
    looser = {
        "risk": {"tier": "limited"},
        "gates": [GATE | {"atLeast": 0.8}],
        "output": {"fields": []},
    }
    back = wanted("Team", "back", {"members": ["li"]})
    desired = tree(
        wanted("Model", "screen", SPEC | looser),
        wanted("Model", "churn", {"purpose": "y"}),
        wanted("Team", "new", {"members": ["ana"]}),
        back,
    )
    context = replace(
        CONTEXT,
        toolchain=replace(CONTEXT.toolchain, schema=digest_value("s"), templates=digest_value("t")),
        require_approvals=True,
        require_gates=True,
        minimum_strength=Strength.SIGNED,
        moves=(Move("model/churn-v1", "model/churn"),),
        removals=(
            Removal("dataset/gone", Action.DELETE, "never used"),
            Removal("team/left", Action.FORGET, "now in payroll"),
        ),
        authors=("ana",),
        valid_from="2026-11-20T18:00:00Z",
        freezes=(Freeze("f", "2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z", "sale"),),
        **changes,
    )
    observed = snapshot(*map(record, before), record(back, Lifecycle.FORGOTTEN))
    evidence = {"model/screen": EvidenceEntry("model/screen", "stale", "fail", digest_value("e"))}
    return make_plan(desired, observed, context, evidence)


PLANS = {
    "every action": every_action(),
    "nothing": make_plan({}, snapshot(), replace(CONTEXT, toolchain=every_action().toolchain)),
    "partial": every_action(scope=Scope(ScopeMode.TARGET, ("model/screen",))),
}


@pytest.fixture(params=PLANS, name="plan")
def _plan(request):
    return PLANS[request.param]


def schema(name="plan"):
    return json.loads((data_path("schemas") / "v1" / f"{name}.json").read_text(encoding="utf-8"))


def complaints(value):
    return [each.message for each in Draft202012Validator(schema()).iter_errors(value)]


def test_the_sample_holds_every_action_and_what_makes_a_report_long():
    plan = PLANS["every action"]

    assert {*Action} == {each.action for each in plan.operations}
    assert plan.required_approvals
    assert plan.expires_at
    assert plan.blocked
    assert any(each.risk.reasons for each in plan.operations)


def test_a_plan_file_fits_its_published_schema(plan):
    file = json.loads(render_plan(plan, "json"))

    assert [] == complaints(file)
    assert plan == read_plan(render_plan(plan, "json"))


def places(value, path=()):
    """Yield the path of every object in a value."""
    if isinstance(value, dict):
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in items if isinstance(value, dict | list) else ():
        if isinstance(each, dict | list):
            yield from places(each, (*path, key))


def test_the_schema_refuses_a_word_too_many_and_one_too_few_wherever_it_stands():
    text = render_plan(PLANS["every action"], "json")
    free = ("old", "new", "files")  # values of specs, and names of files

    for path in places(json.loads(text)):
        if {*path} & {*free}:
            continue
        for change in ("add", "remove"):
            file = json.loads(text)
            target = file
            for key in path:
                target = target[key]
            if change == "add":
                target["extra"] = 1
            else:
                target.pop(min(target))
            assert complaints(file), (change, path)


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (Action, ("$defs", "operation", "properties", "action")),
        (ChangeDirection, ("$defs", "change", "properties", "direction")),
        (Level, ("$defs", "level")),
        (Reversibility, ("$defs", "risk", "properties", "reversibility")),
        (Compatibility, ("$defs", "contract", "properties", "compatibility")),
        (Strength, ("$defs", "requirement", "properties", "strength")),
        (ScopeMode, ("properties", "body", "properties", "scope", "properties", "mode")),
    ],
)
def test_the_schema_knows_the_words_that_planning_uses(words, where):
    node = schema()
    for key in where:
        node = node[key]

    assert sorted(words) == sorted(node["enum"])


def test_the_schema_knows_every_reason_to_block():
    blocked = schema()["$defs"]["operation"]["properties"]["blocked"]["anyOf"][1]

    assert sorted(BlockCode) == sorted(blocked["properties"]["code"]["enum"])


def test_the_findings_fit_the_published_schema_of_sarif(plan):
    if not SARIF.is_file():
        pytest.skip("the schema of SARIF (../shared/conformance/sarif) is not beside this checkout")
    validator = Draft7Validator(json.loads(SARIF.read_text(encoding="utf-8")))

    assert [] == [each.message for each in validator.iter_errors(json.loads(_sarif(plan)))]


def _sarif(plan):
    return render_plan(plan, "sarif")


def test_every_risk_of_a_plan_is_a_finding():
    plan = PLANS["every action"]
    (run,) = json.loads(_sarif(plan))["runs"]

    rules = [reason.rule for each in plan.operations for reason in each.risk.reasons]
    told = [each["ruleId"] for each in run["results"] if not each["properties"]["blocking"]]
    assert sorted(rules) == sorted(told)


def test_code_quality_has_the_documented_fields_of_the_documented_types(plan):
    severities = {"info", "minor", "major", "critical", "blocker"}

    for each in json.loads(render_plan(plan, "gitlab-codequality")):
        assert {"description", "check_name", "fingerprint", "severity", "location"} == {*each}
        assert each["severity"] in severities
        assert re.fullmatch(r"[0-9a-f]{64}", each["fingerprint"])
        assert not each["location"]["path"].startswith(("/", "./"))
        assert each["location"]["lines"]["begin"] >= 1


def test_markdown_is_read_as_blocks_that_end_where_they_should(plan):
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(render_plan(plan, "markdown"))

    folded = [each.content for each in tokens if each.type == "html_block"]
    assert folded[0].startswith(f"<!-- mlspec:plan env={plan.environment} -->")
    assert len(plan.operations) == sum(each.startswith("<details") for each in folded)
    assert len(plan.operations) == sum(each.startswith("</details>") for each in folded)
    assert all(token.level == 0 for token in tokens if token.type == "html_block")


def test_no_format_depends_on_who_asks(plan):
    for output_format in PLAN_FORMATS:
        again = read_plan(render_plan(plan, "json"))
        assert render_plan(plan, output_format) == render_plan(again, output_format)
