"""What cards say: each value with a source that is there, and what rules ask for by their ids."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.unit.lowering import card_world
from tests.unit.targets.test_card import Page

from mlspec.diagnostics import Severity
from mlspec.evidence import ItemStatus
from mlspec.ir import Audience, ValueStatus
from mlspec.lowering import CardFacts, CardHistory, Live, Policies
from mlspec.lowering.cards import lower_cards
from mlspec.policy import Force, Judged, LockedPack
from mlspec.resources import data_path

VALIDATOR = Draft202012Validator(
    json.loads((data_path("schemas") / "v1/card.json").read_text(encoding="utf-8"))
)
PLACE = re.compile(r"(.+):([0-9]+)")


def cards(found=None, facts=None, **changes):
    if found is None:
        found, facts = card_world.whole()
    known = replace(facts or card_world.facts(found), **changes)
    return [*lower_cards(found, "prod", card_world.records(), facts=known)]


def model(**options):
    return next(each for each in cards(**options) if each.kind == "Model")


def text_of(world, file="specs/all.yaml"):
    return world.sources[file].content.decode()


def by_id(card):
    return {
        value.id: value
        for section in card.sections
        if section.id != "missing"
        for value in section.values
    }


def without(line, text=None):
    """Return the specs without the lines that hold a text."""
    lines = (text or card_world.marked()).splitlines(keepends=True)
    assert any(line in each for each in lines)
    return "".join(each for each in lines if line not in each)


@pytest.mark.parametrize("audience", [*Audience])
def test_every_card_fits_the_published_schema(audience):
    found = card_world.documents(cards(audience=audience))

    assert 3 == len(found)
    for document in found.values():
        assert [] == [error.message for error in VALIDATOR.iter_errors(document)]


def test_a_card_for_somebody_else_has_another_file():
    found = card_world.emitted(cards(audience=Audience.PUBLIC))

    assert {
        "cards/screen.public",
        "cards/systems/desk.public",
        "cards/datasets/applicants.public",
    } == {path.rpartition(".")[0] for path in found}


def test_every_value_that_is_there_has_a_source_that_exists():
    world = card_world.workspace()
    report = card_world.report(world)
    packs = {
        f"{each.pack.name}@{each.pack.version}, {each.pack.digest}" for each in report.force.packs
    }
    record = card_world.records()["model/screen"].digest
    papers = {each.file for each in card_world.ITEMS}
    event = f"event [12] of model/screen, {card_world.EVENT}"
    seen = set()

    for value in (value for card in cards(world) for value in by_id(card).values()):
        if value.status is ValueStatus.MISSING:
            assert value.how
            assert (value.text, value.source) == ("", "")
            continue
        assert value.text
        kind = _kind(world, value.source, packs, papers, record, event)
        seen.add(kind)

    assert {"spec", "pack", "paper", "record", "event", "approval", "both"} == seen


def _kind(world, source, packs, papers, record, event):
    known = {record: "record", card_world.DIGEST: "approval", **dict.fromkeys(packs, "pack")}
    if source in known:
        return known[source]
    if re.fullmatch(event, source):
        return "event"
    stated, _, rest = source.partition("; ")
    assert not rest or re.fullmatch(event, rest)
    files = [PLACE.fullmatch(part).groups() for part in stated.split(", ")]
    if files[0][0] in papers:
        return "paper"
    assert all(1 <= int(line) <= len(text_of(world, file).splitlines()) for file, line in files)
    return "both" if rest else "spec"


def test_a_value_of_a_spec_stands_on_the_line_it_names():
    world = card_world.workspace()
    lines = text_of(world).splitlines()
    checked = 0

    for value in (value for card in cards(world) for value in by_id(card).values()):
        found = PLACE.fullmatch(value.source)
        marks = re.findall(r"mark-[0-9]+-text", value.text)
        if found and found[1] == "specs/all.yaml" and len(marks) == 1:
            assert marks[0] in lines[int(found[2]) - 1], value
            checked += 1

    assert checked > 50


def test_rules_ask_for_values_by_the_place_that_they_look_at():
    found = by_id(model())

    assert ("CORE-001",) == found["ownership.accountable"].required_by
    assert "CORE-010" in found["identity.digest"].required_by
    assert "CORE-011" in found["lineage.commit"].required_by
    assert "CORE-012" in found["data.digest[Training data: applicants@v1]"].required_by
    assert "CORE-041" in found["purpose.limitation"].required_by
    assert () == found["cost.budget"].required_by
    assert () == found["identity.name"].required_by


def test_what_a_rule_misses_is_missing_where_it_would_stand():
    world = card_world.workspace(without("owners: {accountable"))
    found = by_id(model(found=world))

    missing = found["ownership.answering"]
    assert ValueStatus.MISSING is missing.status
    assert "CORE-001" in missing.required_by
    assert "set spec.owners of model/screen" in missing.how
    outcome = found["policy.rule[core@2026.11.0: CORE-001]"]
    assert ValueStatus.PRESENT is outcome.status
    assert outcome.text.startswith("fail: ")
    assert outcome.how


def test_what_a_rule_misses_in_a_list_is_missing_at_the_rule():
    world = card_world.workspace(without("monitoring: [{id: drift"))
    texts = card_world.marked().replace("dimension: data-drift", "dimension: service")
    other = card_world.workspace(texts)
    served = "  serving: {mode: online, image: x}\n  logging"
    for specs in (world, other):
        text = text_of(specs).replace("  logging", served)
        found = by_id(model(found=card_world.workspace(text)))
        asking = [each for each in found.values() if "CORE-030" in each.required_by]

        assert {ValueStatus.MISSING} == {each.status for each in asking}
        assert 1 == len(asking)


def test_no_rule_means_nothing_is_required_and_the_card_says_so():
    world = card_world.workspace()
    (card, *_) = cards(found=world, facts=CardFacts())
    (bare, *_) = cards(found=world, facts=CardFacts(Policies(world, Force(), Judged())))

    for each in (card, bare):
        value = by_id(each)["policy.packs"]
        assert (ValueStatus.NOT_APPLICABLE, "no policy pack is in force") == (
            value.status,
            value.text,
        )
        assert not any(value.required_by for value in by_id(each).values())
        assert "No policy pack is in force: no value is required." in card_world.pages([each])[1]
    assert by_id(bare)["policy.packs"].source == "mlspec.yaml:2"


def test_counts_are_told_and_no_percentage():
    (card, *_) = cards()
    document = card_world.documents([card])["cards/screen.json"]
    _, markdown, html = card_world.pages([card])
    required = document["required"]
    told = (
        f"{required['present']} present, {required['missing']} missing, {required['stale']} stale"
    )

    assert told in markdown
    assert f" of {sum(required.values())} required; " in html
    assert sum(required.values()) == sum(bool(each.required_by) for each in by_id(card).values())
    assert not re.search(r"[0-9] ?% (complete|present|required)", markdown)


def test_a_pack_that_can_not_be_used_is_the_first_thing_to_say():
    world = card_world.workspace()
    bound = [each.pack for each in card_world.report(world).force.packs]
    right = {each.name: LockedPack(each.name, each.version, each.digest) for each in bound}
    lock = {**right, "core": LockedPack("core", "2026.11.0", card_world.DIGEST)}
    known = card_world.report(world, lock)
    errors = [each for each in known.force.diagnostics if each.severity is Severity.ERROR]
    assert 1 == len(errors)
    facts = CardFacts(Policies(world, known.force, known.judged))

    (card, *_) = cards(found=world, facts=facts)

    faulty = [each for name, each in by_id(card).items() if name.startswith("policy.faulty")]
    assert [ValueStatus.MISSING] == [each.status for each in faulty]
    assert "[MLS1405]" in faulty[0].how
    assert "A policy pack can't be used" in card_world.pages([card])[1]


def test_tiers_are_declared_and_computed_with_the_reasons():
    found = by_id(model())

    conflict = found["risk.declared-tier"]
    assert ValueStatus.CONFLICT is conflict.status
    assert conflict.text.startswith("limited by the spec, high by ")
    assert found["risk.computed-tier"].text == "high"
    reasons = [each.text for name, each in found.items() if name.startswith("risk.reason")]
    assert any("system/desk" in each for each in reasons)
    assert reasons == sorted(reasons, key=lambda each: not each.startswith("high"))


def test_a_digest_that_the_registry_has_otherwise_is_a_conflict_with_both():
    found = by_id(model())["identity.registered"]

    assert ValueStatus.CONFLICT is found.status
    assert f"{card_world.DIGEST} by the spec, {card_world.OTHER} by the registry" == found.text
    same = CardHistory(card_world.HISTORY.changes, Live("v2", card_world.DIGEST, (), "v1"))
    other = CardHistory(card_world.HISTORY.changes, Live("v1", card_world.OTHER, ()))

    agreed = by_id(model(histories={"model/screen": same}))
    assert ValueStatus.PRESENT is agreed["identity.registered"].status
    assert "v1" == agreed["identity.previous"].text
    earlier = by_id(model(histories={"model/screen": other}))
    assert "identity.registered" not in earlier
    assert "identity.previous" not in earlier


def test_changes_and_approvals_come_from_the_ledger():
    found = by_id(model())

    assert "update to v2 at 2026-11-01T10:00:00+00:00, risk medium" == (
        found["history.change[2]"].text
    )
    assert "ada" == found["history.actor[2]"].text
    assert (
        f"bo as model-risk, signed, of plan {card_world.OTHER}" == found["history.approval[1]"].text
    )
    assert "spec.gates[floor].atLeast" == found["history.since"].text


@pytest.mark.parametrize(
    ("histories", "how"),
    [
        ({}, "mlspec card model/screen --env prod, which asks the registry"),
        ({"model/screen": CardHistory()}, "mlspec plan --env prod, then mlspec apply"),
    ],
)
def test_a_ledger_that_was_not_asked_and_one_that_is_empty_are_told_apart(histories, how):
    found = by_id(model(histories=histories))["history.asked"]

    assert (ValueStatus.MISSING, how) == (found.status, found.how)


def test_a_change_without_an_approval_lacks_one():
    bare = CardHistory(card_world.HISTORY.changes[:1], Live("v1", "", ()))

    found = by_id(model(histories={"model/screen": bare}))["history.approvals"]

    assert ValueStatus.MISSING is found.status


def test_papers_stand_as_they_do_everywhere_else():
    found = {
        name: value for name, value in by_id(model()).items() if name.startswith("papers.paper[")
    }

    assert {
        "papers.paper[audit]": ValueStatus.WITHHELD,
        "papers.paper[marking]": ValueStatus.NOT_APPLICABLE,
        "papers.paper[notice]": ValueStatus.STALE,
        "papers.paper[scan]": ValueStatus.MISSING,
        "papers.paper[test-report]": ValueStatus.PRESENT,
    } == {name: value.status for name, value in found.items()}
    assert "signed by bo" in found["papers.paper[test-report]"].text
    assert "it names people" in found["papers.paper[audit]"].text
    assert "mlspec evidence add model/screen --kind scan" in found["papers.paper[scan]"].how
    assert ("CORE-050",) == found["papers.paper[scan]"].required_by


def test_waivers_of_rules_and_of_gates_have_an_end():
    found = [value for name, value in by_id(model()).items() if name.startswith("waivers.")]

    ends = [each for each in found if re.search("until 2026-1[12]-3[01]", each.text)]
    assert ["Waiver no-lineage", "Waiver of the gate floor"] == [each.label for each in ends]
    named = [each.label for each in found if each not in ends]
    assert [
        "Approver named by waiver no-lineage",
        "Approver named by waiver of the gate floor",
    ] == named


def test_incidents_tell_the_last_day_and_no_countdown():
    found = by_id(model())["incidents.incident[skipped]"]

    assert re.search(r"serious, known since .*; report due by 2026-11-17 by eu-ai-act@", found.text)


def test_tomorrow_s_card_differs_only_where_something_ends():
    worlds = [card_world.workspace(), replace(card_world.workspace(), today="2026-11-22")]

    assert card_world.pages(cards(worlds[0])) == card_world.pages(cards(worlds[1]))


def test_the_same_inputs_give_the_same_bytes():
    assert card_world.pages(cards()) == card_world.pages(cards())


def test_inputs_are_the_files_that_values_were_copied_from():
    (card, *_) = cards()

    assert [{"file": "specs/all.yaml", "digest": card_world.OTHER}] == (
        card_world.documents([card])["cards/screen.json"]["inputs"]
    )


def test_no_card_says_the_word():
    for audience in Audience:
        assert "compliant" not in "".join(card_world.pages(cards(audience=audience))).lower()


HOSTILE = st.text("<>&\"'`|[](){}%#@*_~\\!-\n a", min_size=1, max_size=30).filter(str.strip)


@settings(max_examples=12)
@given(HOSTILE, st.sampled_from([*Audience]))
def test_no_text_of_a_spec_becomes_markup(text, audience):
    quoted = json.dumps(f"a {text} b")
    specs = re.sub(
        r"(?<=purpose: )TEXT|(?<=hazard: )TEXT|(?<=sink: )TEXT", lambda _: quoted, card_world.SPECS
    )
    plain = card_world.workspace(card_world.marked(card_world.SPECS))
    hostile = card_world.workspace(card_world.marked(specs))

    for before, after in zip(
        card_world.pages(cards(plain, audience=audience)),
        card_world.pages(cards(hostile, audience=audience)),
        strict=True,
    ):
        if before.startswith("<!doctype"):
            assert Page(before).tags == Page(after).tags
        elif before.startswith("{"):
            assert [] == [*VALIDATOR.iter_errors(json.loads(after))]
        else:
            assert before.count("\n") == after.count("\n")


SERVED = """\
  serving:
    mode: online
    image: registry.example.org/screen@sha256:%s
  monitoring:""" % ("a" * 64)


@pytest.fixture(scope="module")
def served():
    """The same world, whose model answers online."""
    return card_world.workspace(card_world.marked().replace("  monitoring:", SERVED, 1))


def test_how_a_live_version_was_let_go_is_told_by_the_ledger(served):
    live = replace(card_world.HISTORY.live, course="by canary")
    known = CardHistory(card_world.HISTORY.changes, live)
    facts = card_world.facts(served)

    found = by_id(model(found=served, facts=facts, histories={"model/screen": known}))

    state = found["serving.state[Rollout]"]
    assert "v2, applied at 2026-11-01T10:00:00+00:00, by canary" == state.text
    assert f"event 2 of model/screen, {card_world.EVENT}" == state.source
    for unknown in ({}, {"model/screen": CardHistory()}):
        told = by_id(model(found=served, facts=facts, histories=unknown))
        assert "serving.state[Rollout]" not in told


def test_traffic_is_what_a_paper_says_of_it_and_missing_otherwise(served):
    facts, paper = card_world.facts(served), noted("traffic-share", "20 % of requests")

    missing, told = (
        by_id(model(found=served, facts=facts, items={"model/screen": each}))
        for each in ((), (paper,))
    )

    assert ValueStatus.MISSING is missing["serving.traffic[Rollout]"].status
    how = missing["serving.traffic[Rollout]"].how
    assert how.startswith("mlspec evidence add model/screen --kind traffic-share --note ")
    assert "20 % of requests, 2026-11-01, " in told["serving.traffic[Rollout]"].text
    assert "evidence/traffic-share.json:1" == told["serving.traffic[Rollout]"].source


def test_a_model_that_nobody_waits_for_has_no_traffic():
    assert not [name for name in by_id(model()) if name.startswith("serving.traffic")]


def noted(kind, note, part="", status=ItemStatus.PRESENT):
    found = card_world.item(kind, status)
    return replace(found, record=replace(found.record, note=note, part=part))


def test_the_last_value_of_a_monitor_is_that_of_its_own_paper():
    name = "monitoring.value[Monitor: drift]"
    other = noted("monitor-values", "0.9", "another")
    stale = noted("monitor-values", "psi 0.11", "drift", ItemStatus.STALE)

    missing = by_id(model(items={"model/screen": (other,)}))[name]
    found = by_id(model(items={"model/screen": (other, stale)}))[name]

    assert ValueStatus.MISSING is missing.status
    assert "--kind monitor-values --part drift --note VALUE" in missing.how
    assert (ValueStatus.STALE, True) == (found.status, found.text.startswith("psi 0.11, "))
    assert found.how


def test_a_paper_that_is_not_whole_leaves_no_monitor_with_a_value():
    broken = replace(noted("monitor-values", "0.9"), record=None, is_whole=False)
    broken = broken.told(ItemStatus.CONFLICT, "its paper was changed")

    found = by_id(model(items={"model/screen": (broken,)}))

    values = [each for name, each in found.items() if name.startswith("monitoring.value")]
    assert values
    assert {(ValueStatus.CONFLICT, "its paper was changed")} == {
        (each.status, each.text) for each in values
    }


def test_what_it_is_built_of_and_what_that_took_is_copied_from_its_line():
    found = by_id(model())

    assert "1,200" == found["lineage.parameters"].text
    assert "12.5 kWh" == found["lineage.energy"].text
    assert found["lineage.computing"].text.endswith(", 3.5 hours")
    assert found["lineage.architecture"].source.startswith("specs/all.yaml:")
    assert "lineage.operations" in found
