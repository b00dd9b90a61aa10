"""Waivers: who agreed to one, when it ends, and what a waived gate is worth."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mlspec.rules import check

NOW = "2027-01-31"
MODEL = "kind: Model\nspec:\n  gateSets: []\n  gates:\n"
GATE = "    - {{id: {}, type: metric-threshold, metric: recall, atLeast: 0.7{}}}\n"
WAIVER = ", waiver: {{reason: Known., owner: li@example.org, approver: {}, until: {}}}"
TEAMS = """kind: Team
metadata: {name: archive}
spec: {members: ["Sam Ro", "kim@example.org @kim"], roles: [model-risk]}
---
kind: Team
metadata: {name: workforce}
spec: {roles: ROLES}
---
"""
FOUR_EYES = "kind: Workspace\nspec: {environments: {prod: {requireApprovals: true}}}\n---\n"


def gate(name="recall-floor", more=""):
    return GATE.format(name, more)


def waived(approver="kim", until=NOW, name="recall-floor"):
    return gate(name, WAIVER.format(approver, until))


def found(load_patched, gates, code, *, today=NOW, before="", roles="[ml-engineer]"):
    workspace = load_patched(before + TEAMS.replace("ROLES", roles) + MODEL + gates)
    return [each for each in check(replace(workspace, today=today)) if each.code == code]


class TestApprovers:
    @pytest.mark.parametrize(
        "approver",
        ["kim", '"@Kim"', "KIM@example.org", "Sam Ro", "archive", "team/archive", "model-risk"],
    )
    def test_a_person_team_or_role_that_may_approve_is_known(self, load_patched, approver):
        assert not found(load_patched, waived(approver), "MLS407")
        assert not found(load_patched, waived(approver), "MLS407", before=FOUR_EYES)

    @pytest.mark.parametrize(
        ("approver", "close"),
        [
            ("kin", "kim"),
            ("model-rsik", "model-risk"),
            ("archiv", "archive"),
            ("ana@exmple.org", "ana@example.org"),
        ],
    )
    def test_one_that_is_not_known_gets_a_suggestion(self, load_patched, approver, close):
        (each,) = found(load_patched, waived(approver), "MLS407")

        assert f"`{approver}`" in each.message
        assert each.hint == f"did you mean `{close}`?"

    @pytest.mark.parametrize("approver", ["zzzzzz", "compliance", "team/zzzzzz", '"\\u0430na"'])
    def test_one_that_is_like_nobody_is_told_who_can_be_named(self, load_patched, approver):
        (each,) = found(load_patched, waived(approver), "MLS407")

        assert "nobody who may approve" in each.message
        assert "role" in each.hint

    @pytest.mark.parametrize("approver", ["ana@example.org", '"@Li li@example.org"', "workforce"])
    def test_a_member_of_a_team_without_roles_may_not(self, load_patched, approver):
        (each,) = found(load_patched, waived(approver), "MLS407", roles="[]")

        assert "`team/workforce`, which has no role" in each.message

    def test_the_place_is_that_of_the_approver(self, load_patched):
        (each,) = found(load_patched, waived("zzzzzz"), "MLS407")

        assert each.span is not None
        assert each.span.end.column - each.span.start.column == len("zzzzzz")

    def test_the_owning_team_may_waive_where_no_approval_is_asked_for(self, load_patched):
        assert not found(load_patched, waived("ana@example.org"), "MLS407")

    @pytest.mark.parametrize("approver", ["ana@example.org", "workforce", "ml-engineer"])
    def test_the_owning_team_may_not_waive_where_approvals_are_required(
        self, load_patched, approver
    ):
        (each,) = found(load_patched, waived(approver), "MLS407", before=FOUR_EYES)

        assert "`team/workforce`, which owns the spec" in each.message
        assert "`team/archive`" in each.hint

    def test_the_owner_of_a_waiver_does_not_agree_to_it_where_approvals_are_required(
        self, load_patched
    ):
        text = waived("kim").replace("owner: li@example.org", 'owner: "@Kim"')

        (each,) = found(load_patched, text, "MLS407", before=FOUR_EYES)
        assert "owns the waiver and agreed to it" in each.message
        assert not found(load_patched, text, "MLS407")

    def test_a_waiver_in_a_gate_set_is_looked_at_as_well(self, load_patched):
        text = waived("zzzzzz").replace("\n", "")
        patch = f"kind: GateSet\nmetadata: {{name: classifier-floor}}\nspec:\n  gates:\n{text}\n"

        assert ["MLS407"] == [each.code for each in check(load_patched(patch))]


class TestEnds:
    def test_the_last_day_is_the_last_on_which_it_holds(self, load_patched):
        assert not found(load_patched, waived(), "MLS406")
        (each,) = found(load_patched, waived(), "MLS406", today="2027-02-01")

        assert "ended on 2027-01-31" in each.message
        assert each.severity.value == "warning"

    def test_where_nobody_says_the_day_nothing_has_ended(self, load_patched):
        assert not found(load_patched, waived(until="2020-01-01"), "MLS406", today="")

    @pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01"])
    def test_a_day_of_no_calendar_is_an_error(self, load_patched, day):
        (each,) = found(load_patched, waived(until=day), "MLS306")

        assert each.message == f"`{day}` is on no calendar"
        assert not found(load_patched, waived(until=day), "MLS406")

    def test_a_day_of_prices_has_to_exist_too(self, load_patched):
        cost = (
            "    - {id: cost, type: cost, source: bills, currency: EUR, maximumPerThousand: 1,\n"
            "       prices: {asOf: 2026-02-30, inputPerMillion: 1, outputPerMillion: 1}}\n"
        )

        assert len(found(load_patched, cost, "MLS306")) == 1


class TestWeight:
    """What a gate is worth that has to hold a model of high tier back."""

    def weighed(self, load_patched, gates, today=NOW):
        return [each.message for each in found(load_patched, gates, "MLS401", today=today)]

    def test_a_waived_gate_holds_nothing_back(self, load_patched):
        (message,) = self.weighed(load_patched, waived())

        assert message == (
            "the model is of high tier, but none of its gates holds it back: "
            "`recall-floor` is waived until 2027-01-31"
        )

    def test_a_waiver_that_has_ended_passes_over_nothing(self, load_patched):
        assert not self.weighed(load_patched, waived(), today="2027-02-01")

    def test_each_gate_is_told_with_its_reason(self, load_patched):
        gates = (
            waived() + gate("soft", ", required: false") + gate("unsure", ", onInconclusive: allow")
        )

        (message,) = self.weighed(load_patched, gates)
        assert "`soft` is advisory" in message
        assert "`unsure` lets an inconclusive verdict through" in message

    @pytest.mark.parametrize("more", ["", ", onInconclusive: block"])
    def test_one_gate_that_holds_is_enough(self, load_patched, more):
        assert not self.weighed(load_patched, waived() + gate("firm", more))
