# ruff: noqa: E501  (a hint is one line)
from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from mlspec.rules import check

TEAM = "kind: Team\nmetadata: {name: workforce}\nspec: {alertBudgetPerWeek: %s}\n"
MODEL = "---\nkind: Model\nspec:\n  monitoring:\n"
SERVED = "---\nkind: Model\nspec:\n  serving: {requestsPerSecond: 50}\n  monitoring:\n"
MONITOR = (
    "    - {{id: {id}, dimension: data-drift, metric: m_total, receiver: workforce, {rest}}}\n"
)


def monitors(*rests):
    return "".join(MONITOR.format(id=f"m{place}", rest=rest) for place, rest in enumerate(rests))


@pytest.fixture
def told(load_patched):
    def found(*rests, budget=1, head=MODEL):
        workspace = load_patched(TEAM % budget + head + monitors(*rests))
        return [
            (each.code, each.message, each.hint)
            for each in check(workspace)
            if each.code in ("MLS509", "MLS510")
        ]

    return found


GAUGE = "above: 0.2, usual: 0.1, deviation: 0.05, windowMinutes: 60, forMinutes: 0"
SHARE = "statistic: share, total: t, above: 0.02"
PSI = "statistic: psi, feature: age, above: 0.2"


def test_the_noisiest_are_named_with_what_would_calm_them(told):
    assert told(GAUGE, GAUGE.replace("0.05", "0.04"), budget=2) == snapshot(
        [
            (
                "MLS509",
                "`workforce` can expect up to 52.2 false alerts a week, and is ready for 2",
                "`employment-screen/m0`: `forMinutes: 120` or `above: 0.275`; `employment-screen/m1`: `forMinutes: 120` or `above: 0.24`",
            )
        ]
    )


def test_noise_that_is_stated_and_far_below_the_limit_is_within_the_budget(told):
    assert [] == told(GAUGE.replace("0.05", "0.02"))


def test_a_limit_below_is_as_far_away_as_one_above(told):
    above, below = (
        told(f"{side}, usual: 0.5, deviation: 0.05, forMinutes: 0")[0][1]
        for side in ("above: 0.6", "below: 0.4")
    )

    assert above == below


def test_an_alert_that_fires_on_ordinary_days_is_told_daily(told):
    ((_, message, hint),) = told(GAUGE.replace("usual: 0.1", "usual: 9"))

    assert "`workforce` can expect up to 7 false alerts a week, and is ready for 1" == message
    assert hint == snapshot("`employment-screen/m0`: `above: 9.18`")


def test_a_share_of_unknown_traffic_is_taken_at_its_worst(told):
    ((code, message, hint),) = told(SHARE, budget=5)

    assert "MLS509" == code
    assert message == snapshot(
        "`workforce` can expect up to 25.2 false alerts a week, and is ready for 5"
    )
    assert hint == snapshot("`employment-screen/m0`: `forMinutes: 60`")


def test_a_share_of_much_traffic_far_below_its_limit_is_quiet(told):
    assert [] == told(f"{SHARE}, usual: 0.005", head=SERVED)


def test_a_share_of_much_traffic_at_its_limit_is_held_by_its_interval_alone(told):
    at_limit = told(f"{SHARE}, usual: 0.02", head=SERVED)

    assert at_limit == told(SHARE, head=SERVED)


@pytest.mark.parametrize(("usual", "is_loud"), [(0, False), (1, True)])
def test_a_share_that_never_varies_is_on_one_side_of_its_limit(told, usual, is_loud):
    assert is_loud == bool(told(f"{SHARE}, usual: {usual}", head=SERVED))


def test_drift_of_many_rows_is_quiet_and_of_unknown_many_taken_at_its_worst(told):
    assert [] == told(PSI, head=SERVED)
    assert ["MLS509"] == [code for code, _, _ in told(PSI, head=MODEL)]


def test_late_labels_are_fewer_rows(load_patched, told):
    rest = f"{SHARE}, usual: 0.019, labels: {{predictions: p_total, delayMinutes: 60, %s}}"

    few, all_of_them = (
        told(rest % f"minimumCoverage: {share}", budget=0, head=SERVED) for share in (0.01, 1.0)
    )

    assert few[0][1] != all_of_them[0][1]


def test_a_gauge_whose_noise_nobody_states_is_named(told):
    assert told("above: 0.2") == snapshot(
        [
            (
                "MLS510",
                "nobody knows how often `m0` fires without a fault, and `workforce` has a budget of alerts",
                "add `usual` and `deviation`, its mean and its standard deviation over windows of ordinary days",
            )
        ]
    )


def test_a_monitor_without_a_limit_gives_no_alert(told):
    assert [] == told("usual: 0.2")


def test_the_budget_of_the_workspace_holds_for_teams_without_one(load_patched):
    patch = "kind: Workspace\nspec: {alertBudgetPerWeek: 1}\n" + MODEL + monitors(GAUGE)

    (found,) = (each for each in check(load_patched(patch)) if each.code == "MLS509")

    assert "`workforce` can expect up to" in found.message
    assert ["up to 39.5 a week"] == [each.message for each in found.related]


def test_without_a_budget_nothing_is_counted(load_patched):
    found = check(load_patched(MODEL.removeprefix("---\n") + monitors(GAUGE, "above: 1")))

    assert not {"MLS509", "MLS510"} & {each.code for each in found}


SERVED_BY = (
    "---\nkind: Model\nspec:\n  monitoring: []\n"
    "  serving: {availability: %s, p99Ms: %s, requestsPerSecond: %s}\n"
)


@pytest.fixture
def of_objectives(load_patched):
    def found(availability, p99, rate, budget=0):
        patch = TEAM % budget + SERVED_BY % (availability, p99, rate)
        codes = ("MLS509", "MLS510")
        return [
            (each.code, each.message) for each in check(load_patched(patch)) if each.code in codes
        ]

    return found


def test_objectives_count_for_the_owner(of_objectives):
    assert of_objectives(0.99, "null", 0.01) == snapshot(
        [("MLS509", "`workforce` can expect up to 0.03 false alerts a week, and is ready for 0")]
    )
    assert of_objectives("null", 100, 0.01) == snapshot(
        [("MLS509", "`workforce` can expect up to 27.6 false alerts a week, and is ready for 0")]
    )


def test_much_traffic_is_sure_enough_for_any_objective(of_objectives):
    assert [] == of_objectives(0.99, 100, 1000, budget=0.001)


def test_objectives_of_unknown_traffic_are_named(of_objectives):
    assert of_objectives(0.99, 100, "null") == snapshot(
        [
            (
                "MLS510",
                "nobody knows how often `availability` fires without a fault, and `workforce` has a budget of alerts",
            ),
            (
                "MLS510",
                "nobody knows how often `p99Ms` fires without a fault, and `workforce` has a budget of alerts",
            ),
        ]
    )


def test_a_perfect_objective_has_no_ordinary_errors(of_objectives):
    assert [] == of_objectives(1.0, "null", 5)


def test_a_burn_that_is_not_compiled_gives_no_alert(of_objectives):
    assert of_objectives(0.5, "null", 0.001) == snapshot(
        [
            (
                "MLS509",
                "`workforce` can expect up to 1.08e-10 false alerts a week, and is ready for 0",
            )
        ]
    )
