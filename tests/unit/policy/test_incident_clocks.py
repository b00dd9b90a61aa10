"""Clocks of incidents: how long a pack gives, from the day somebody knew."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import HOME, pack_of, rule
from tests.unit.policy.worlds import BINDING, model, workspace

from mlspec.policy import BoundPack, TierReason, incident_clocks, read_pack, shipped_folder
from mlspec.policy import read_pack_folder as pack_folder
from mlspec.policy._incidents import tier_about

HOUSE = HOME + (
    "  values:\n    incident-markets: [EU]\n"
    '    incident-days-serious: ["15"]\n    incident-days-death: ["10"]\n'
)
INCIDENT = """\
apiVersion: mlspec.dev/v1
kind: Incident
metadata: {name: NAME, owner: builders}
spec:
  resource: model/churn
  category: serious
  markets: [EU]
  happened: 2026-11-01T07:00:00Z
  known: 2026-11-11T23:59:59Z
  description: Nobody was called, for a whole week.
"""


def incident(name="silence", **fields):
    text = INCIDENT.replace("NAME", name)
    for key, value in fields.items():
        kept = [each for each in text.splitlines() if not each.startswith(f"  {key}:")]
        text = "\n".join([*kept, f"  {key}: {value}"]) + "\n"
    return text


def clocks(
    *incidents,
    home=HOUSE,
    today="2026-11-21",
    address="",
    environments=(),
    tier="minimal",
    tiers=None,
):
    world = workspace(model(tier=tier), BINDING, *incidents, today=today)
    [binding] = world.of_kind("PolicyBinding")
    bound = BoundPack(pack_of(rule(), home=home), binding, environments, {})
    return incident_clocks(world, [bound], tiers or {}, address)


def test_a_clock_runs_from_the_day_somebody_knew_and_not_from_when_it_happened():
    [clock] = clocks(incident())

    assert ("2026-11-26", 5, "house@2026.11.0") == (clock.due, clock.in_days, clock.pack)
    assert "report due by 2026-11-26 (in 5 days)" == clock.told


@pytest.mark.parametrize(
    ("today", "told", "is_overdue"),
    [
        ("2026-11-11", "(in 15 days)", False),
        ("2026-11-25", "(in 1 day)", False),
        ("2026-11-26", "(today)", False),
        ("2026-11-27", "(1 day overdue)", True),
        ("2026-12-06", "(10 days overdue)", True),
    ],
)
def test_the_last_day_is_not_overdue_and_the_next_is(today, told, is_overdue):
    [clock] = clocks(incident(), today=today)

    assert f"report due by 2026-11-26 {told}" == clock.told
    assert is_overdue is clock.is_overdue


@pytest.mark.parametrize(
    ("reported", "told"),
    [
        ("2026-11-26", "reported on 2026-11-26"),
        ("2026-11-27", "reported on 2026-11-27, due by 2026-11-26: late"),
    ],
)
def test_what_was_reported_is_never_overdue_and_late_is_said(reported, told):
    [clock] = clocks(incident(reported=reported), today="2026-12-31")

    assert (told, False) == (clock.told, clock.is_overdue)


@pytest.mark.parametrize(
    "fields",
    [{"category": "other"}, {"markets": "[US-MA]"}],
)
def test_what_no_pack_counts_days_for_is_told_without_a_day(fields):
    [clock] = clocks(incident(**fields))

    assert ("", None, "") == (clock.due, clock.in_days, clock.pack)
    assert ("no clock runs for its category", False) == (clock.told, clock.is_overdue)


def test_the_shortest_clock_comes_first_and_those_without_one_last():
    found = clocks(incident("c", category="other"), incident("b"), incident("a", category="death"))

    assert ["incident/a", "incident/b", "incident/c"] == [each.incident for each in found]
    assert ["2026-11-21", "2026-11-26", ""] == [each.due for each in found]


def test_a_pack_of_another_environment_counts_no_days():
    [clock] = clocks(incident(), environments=("staging",))

    assert "" == clock.due


def test_of_one_resource_its_own_incidents_alone_are_told():
    assert 1 == len(clocks(incident(), address="model/churn"))
    assert () == clocks(incident(), address="model/other")


@pytest.mark.parametrize("days", ["many", "-1", "99999999999999999999", ""])
def test_a_pack_that_states_no_number_gives_no_day(days):
    home = HOUSE.replace('"15"', f'"{days}"') if days else HOUSE.replace('["15"]', "[]")

    [clock] = clocks(incident(), home=home)

    assert "" == clock.due


def test_a_moment_that_no_calendar_has_gives_no_day():
    [clock] = clocks(incident(known="2026-13-11T00:00:00Z"))

    assert ("", False) == (clock.due, clock.is_overdue)


@pytest.mark.parametrize(
    ("category", "due"),
    [
        ("serious", "2026-11-26"),
        ("death", "2026-11-21"),
        ("widespread-or-critical-infrastructure", "2026-11-13"),
    ],
)
def test_the_pack_of_the_ai_act_gives_fifteen_ten_and_two_days(category, due):
    world = workspace(model(tier="high"), BINDING, incident(category=category))
    [binding] = world.of_kind("PolicyBinding")
    read = read_pack(pack_folder(shipped_folder() / "eu-ai-act", "eu-ai-act"))
    assert read.pack is not None

    [clock] = incident_clocks(world, [BoundPack(read.pack, binding, (), {})], {})

    assert due == clock.due


SEVERE = HOUSE + "    incident-tiers: [high, prohibited]\n"
ASSUMED = (TierReason("high", "EUAI-T03", "point 4(a) of Annex III"),)


@pytest.mark.parametrize(
    ("tier", "tiers", "home", "due"),
    [
        ("high", {}, SEVERE, "2026-11-26"),
        ("limited", {}, SEVERE, ""),
        ("minimal", {}, SEVERE, ""),
        ("minimal", {}, HOUSE, "2026-11-26"),
        ("limited", {"model/churn": ASSUMED}, SEVERE, "2026-11-26"),
        ("limited", {"model/other": ASSUMED}, SEVERE, ""),
    ],
)
def test_a_clock_runs_for_the_tiers_that_the_law_is_about(tier, tiers, home, due):
    [clock] = clocks(incident(), home=home, tier=tier, tiers=tiers)

    assert due == clock.due
    assert bool(due) == (clock.told != f"no clock runs at tier {tier}")
    assert bool(due) == bool(clock.pack)


def test_a_category_without_days_is_told_before_the_tier():
    [clock] = clocks(incident(category="other"), home=SEVERE)

    assert "no clock runs for its category" == clock.told


OBSERVED = """\
apiVersion: mlspec.dev/v1
kind: ObservedModel
metadata: {name: found}
spec:
  lifecycle: observed
  origins: [{id: mlflow, system: mlflow, location: "http://x", name: found}]
  owner: unknown
  purpose: unknown
  task: unknown
  tier: TIER
  version: unknown
  artifact: {uri: unknown, format: unknown, digest: unknown}
  licence: unknown
"""


@pytest.mark.parametrize(
    ("tier", "found"), [("minimal", "minimal"), ("high", "high"), ("unknown", "high")]
)
def test_what_nobody_stated_a_tier_of_counts_as_of_high_risk(tier, found):
    world = workspace(model(), OBSERVED.replace("TIER", tier))

    assert found == tier_about(world, "observed-model/found", {})
    assert "high" == tier_about(world, "model/gone", {})
    assert "minimal" == tier_about(world, "dataset/past", {})
