"""Verifying a whole registry: approvals, reviews, signatures, and the history of runs."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle

import pytest
from tests.unit.ledger.ledgers import PLAN, Ledger, at, record, run_of
from tests.unit.ledger.ssh import line, make_key

from mlspec.api.inspect import _reasons
from mlspec.canonical import canonical_json, digest_bytes
from mlspec.errors import RegistryMovedError
from mlspec.ledger import (
    Approval,
    RequirementFact,
    RunFacts,
    Strength,
    make_checkpoint,
    predicate_of,
)
from mlspec.ledger.approvals import Claim, approval_text
from mlspec.ledger.glass import GlassReview, review_statement, review_text
from mlspec.ledger.reviews import Review, approval_of
from mlspec.ledger.signing import (
    APPROVAL_NAMESPACE,
    CHECKPOINT_NAMESPACE,
    REVIEW_NAMESPACE,
    sign,
)
from mlspec.planning.verification import audit_view
from mlspec.state import BreakGlass, Head, LackingApprovals, PassedOver, RunOutcome, Statement

RISK = "sha256:" + "cd" * 32
OTHER = "sha256:" + "ef" * 32


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder, name) for name in ("ana", "bo", "ci", "eve")}


class Opened:
    """A ledger as a backend that can be read."""

    def __init__(self, ledger):
        self.ledger = ledger

    def observe(self, *, bodies=True):
        assert bodies in (True, False)
        return self.ledger.snapshot()

    def bodies(self, digests):
        kept = self.ledger.bodies()
        return {each: kept[each] for each in digests if each in kept}

    def events(self):
        return iter(self.ledger.events)

    def heads(self):
        return self.ledger.heads()

    def checkpoints(self):
        return iter(self.ledger.checkpoints)

    def runs(self):
        return iter(self.ledger.runs)

    def statements(self):
        return self.ledger.statements


def found(ledger, **options):
    return [
        (each.where, each.what) for each in audit_view(Opened(ledger), _reasons, **options).problems
    ]


def workspace(revision, *signers):
    body = {
        "kind": "Workspace",
        "metadata": {"name": "shop"},
        "spec": {"environments": {"prod": {}}},
        "governed": {"signers": sorted(signers)},
    }
    return record("workspace/shop", body, uid="w", revision=revision)


def sealing(key):
    return lambda checkpoint: sign(canonical_json(checkpoint.body), key, CHECKPOINT_NAMESPACE)


def approval(principal, key=None, **told):
    """An approval as apply counts it, and its statement."""
    claim = Claim(PLAN, RISK, "prod", "model-risk", principal, "ok", at(1), OTHER, "")
    text = approval_text(replace(claim, **told))
    signature = sign(text.encode(), key, APPROVAL_NAMESPACE) if key else ""
    digest = digest_bytes(text.encode())
    strength = Strength.SIGNED if key else Strength.ASSERTED
    counted = Approval(principal, "model-risk", strength, PLAN, RISK, digest, at(1), "ok")
    return counted, Statement(digest, text, signature)


def governed(keys, **told):
    """A ledger whose first run records who may sign."""
    return Ledger().apply(
        workspace(1, line("ana@x.org", keys["ana"]), line("ci", keys["ci"])), **told
    )


def approved(keys, counted, statement, **told):
    """The same, with a second run that somebody approved."""
    return governed(keys).apply(
        record(), approvals=(counted,), kept=[statement], risk_digest=RISK, **told
    )


# approvals


def test_a_run_with_good_approvals_is_intact(keys):
    assert [] == found(approved(keys, *approval("ana@x.org", keys["ana"])))
    assert [] == found(approved(keys, *approval("ana@x.org")))


def test_an_approval_that_was_carried_over_by_its_risk_counts(keys):
    counted, statement = approval("ana@x.org", keys["ana"], plan=OTHER)

    assert [] == found(approved(keys, replace(counted, plan=OTHER), statement))


WRONG = {
    "another plan": ({"plan": OTHER, "risk": OTHER}, "it is for another plan than the one"),
    "another environment": ({"environment": "dev"}, "it is for another environment"),
    "another role": ({"role": "sre"}, "the run names another person, role or time"),
    "another time": ({"at": at(2)}, "the run names another person, role or time"),
}


@pytest.mark.parametrize(("told", "what"), WRONG.values(), ids=WRONG)
def test_an_approval_of_something_else_is_named(keys, told, what):
    made = approved(keys, *approval("ana@x.org", keys["ana"], **told))

    assert ["run 2-ab, approval by ana@x.org"] == [where for where, _ in found(made)]
    assert what in found(made)[0][1]


def test_an_approval_by_a_key_that_was_not_allowed_then_is_named(keys):
    made = approved(keys, *approval("eve@x.org", keys["eve"]))

    assert {"run 2-ab, approval by eve@x.org"} == {where for where, _ in found(made)}
    assert "its key is not among the allowed signers" in found(made)[0][1]


def test_a_change_can_not_bring_the_key_that_approves_it(keys):
    allowed = [line("ana@x.org", keys["ana"]), line("eve@x.org", keys["eve"])]
    counted, statement = approval("eve@x.org", keys["eve"])
    made = governed(keys).apply(
        workspace(2, *allowed), approvals=(counted,), kept=[statement], risk_digest=RISK
    )

    assert ["run 2-ab, approval by eve@x.org"] == [where for where, _ in found(made)]


def test_a_key_that_is_taken_out_later_still_counts_for_what_it_signed(keys):
    made = approved(keys, *approval("ana@x.org", keys["ana"]))
    made.apply(workspace(2, line("ci", keys["ci"])))

    assert [] == found(made)


def test_a_swapped_signature_is_named(keys):
    counted, statement = approval("ana@x.org", keys["ana"])
    _, other = approval("ana@x.org", keys["ana"], comment="not ok")
    made = approved(keys, counted, replace(statement, signature=other.signature))

    (problem,) = found(made)

    assert "run 2-ab, approval by ana@x.org" == problem[0]
    assert "the text or the signature was changed" in problem[1]


def test_a_signature_for_another_purpose_is_named(keys):
    counted, statement = approval("ana@x.org", keys["ana"])
    swapped = sign(statement.content.encode(), keys["ana"], REVIEW_NAMESPACE)

    (problem,) = found(approved(keys, counted, replace(statement, signature=swapped)))

    assert "it was made for another purpose" in problem[1]


def test_a_signature_that_is_gone_is_named(keys):
    counted, statement = approval("ana@x.org", keys["ana"])

    problems = found(approved(keys, counted, replace(statement, signature="")))

    assert "it counted as signed, and its signature is gone" in [what for _, what in problems]


def test_a_strength_that_a_statement_can_not_have_is_named(keys):
    counted, statement = approval("ana@x.org")
    boasting = replace(counted, strength=Strength.HOST)

    assert [what for _, what in found(approved(keys, boasting, statement))] == [
        "it counted as host, which its statement can't be"
    ]


def test_a_review_of_the_forge_counts_for_the_plan_it_was_made_for(keys):
    review = Review("bo", "c0ffee", at(1), "", "github")
    counted, statement = approval_of(review, PLAN, "prod", OTHER)
    other, foreign = approval_of(review, OTHER, "prod", OTHER)

    assert [] == found(approved(keys, counted, statement))
    assert ["it is for another plan than the one that was applied"] == [
        what for _, what in found(approved(keys, other, foreign))
    ]


def test_a_review_of_the_forge_counts_for_the_role_that_its_person_has(keys):
    counted, statement = approval_of(Review("bo", "c0ffee", at(1), "", ""), PLAN, "prod", OTHER)
    other = replace(counted, role="model-risk", at=at(2))

    assert [] == found(approved(keys, replace(counted, role="model-risk"), statement))
    assert ["the run names another person, role or time than its statement"] == [
        what for _, what in found(approved(keys, other, statement))
    ]


def test_a_run_with_fewer_approvals_than_it_needed_is_named(keys):
    one = RequirementFact("model-risk", 1, Strength.SIGNED)
    needs = {
        "nothing more": ((one,), True),
        "another person": ((replace(one, count=2),), False),
        "another role": ((one, replace(one, role="sre")), False),
        "a second one that may be weaker": ((one, replace(one, strength=Strength.HOST)), False),
    }
    made = {
        name: found(approved(keys, *approval("ana@x.org", keys["ana"]), required=required))
        for name, (required, _) in needs.items()
    }

    assert {name: is_enough for name, (_, is_enough) in needs.items()} == {
        name: not problems for name, problems in made.items()
    }
    what = "it lacks approvals that its plan needed: 1 x sre, signed, of which 0 counted"
    assert [("run 2-ab", what)] == made["another role"]


def test_an_approval_weaker_than_needed_and_a_broken_glass_are_told_apart(keys):
    needed = {"required": (RequirementFact("model-risk", 1, Strength.SIGNED),)}
    weak = approval("ana@x.org")

    assert ["run 2-ab"] == [where for where, _ in found(approved(keys, *weak, **needed))]
    passed = PassedOver((LackingApprovals("model-risk", 1),))
    glass = BreakGlass("sre", "outage", passed_over=passed)
    assert [] == found(approved(keys, *weak, **needed, break_glass=glass))


def test_a_document_that_is_no_approval_is_named(keys):
    text = canonical_json({"predicateType": "https://example.org/cheese", "predicate": {}})
    statement = Statement(digest_bytes(text), text.decode())
    counted = Approval("ana@x.org", "", Strength.ASSERTED, PLAN, RISK, statement.digest)

    assert [what for _, what in found(approved(keys, counted, statement))] == [
        "its statement does not count: it is no approval"
    ]


# checkpoints


def test_checkpoints_are_held_against_who_could_sign_then(keys):
    made = governed(keys, sign=sealing(keys["ci"])).apply(record(), sign=sealing(keys["ci"]))
    made.apply(
        workspace(2, line("bo", keys["bo"])), sign=sealing(keys["ci"])
    )  # the last of the old key
    made.apply(record(revision=2), sign=sealing(keys["bo"]))

    view = audit_view(Opened(made), _reasons, require_signatures=True)

    assert ((), 4) == (view.problems, view.signed)


def test_a_run_that_brings_its_own_key_can_not_sign_with_it(keys):
    made = governed(keys, sign=sealing(keys["ci"]))
    made.apply(workspace(2, line("eve", keys["eve"])), sign=sealing(keys["eve"]))

    assert [("checkpoint 2", "its signature does not count")] == [
        (where, what.partition(":")[0]) for where, what in found(made)
    ]


def test_signatures_are_required_once_there_was_one_or_when_asked_for(keys):
    unsigned = governed(keys).apply(record())
    ended = governed(keys, sign=sealing(keys["ci"])).apply(record())

    assert [] == found(unsigned)
    assert ["checkpoint 2"] == [where for where, _ in found(ended)]
    asked = found(unsigned, require_signatures=True)
    assert ["checkpoint 1", "checkpoint 2"] == [where for where, _ in asked]


def test_a_signature_that_nobody_can_vouch_for_counts_as_none(keys):
    made = Ledger().apply(record(), sign=sealing(keys["eve"])).apply(record(revision=2))
    view = audit_view(Opened(made), _reasons)

    assert ((), 0) == (view.problems, view.signed)
    assert ["checkpoint 1", "checkpoint 2"] == [
        where for where, _ in found(made, require_signatures=True)
    ]


@pytest.mark.parametrize("harm", ["cut", "swapped", "text"])
def test_a_checkpoint_whose_signature_was_touched_is_named(keys, harm):
    made = governed(keys, sign=sealing(keys["ci"])).apply(record(), sign=sealing(keys["ci"]))
    one, two = made.checkpoints
    signature = {"cut": two.signature[:200], "swapped": one.signature, "text": "signed, ci"}
    made.checkpoints[1] = replace(two, signature=signature[harm])

    assert ["checkpoint 2"] == [where for where, _ in found(made)]


def test_a_checkpoint_whose_time_was_made_unreadable_is_named(keys):
    made = governed(keys, sign=sealing(keys["ci"]))
    body = made.checkpoints[0].body
    told = {**predicate_of(body), "at": "noon"}
    made.checkpoints[0] = replace(made.checkpoints[0], body={**body, "predicate": told})

    assert {"checkpoint 1"} == {where for where, _ in found(made)}


# runs


def test_a_run_that_the_history_lost_is_named(keys):
    made = governed(keys).apply(record()).apply(record(revision=2))
    del made.runs[1]

    assert [("run 2-ab", "the history has lost it")] == found(made)


def test_a_run_that_was_added_to_the_history_is_named(keys):
    made = governed(keys).apply(record())
    facts = RunFacts("x", PLAN, "", "", "", "prod", "L1", 2, "eve", at(2), RunOutcome.APPLIED)
    made.runs.append(run_of(facts, made.runs[0].statement))

    assert {"run x"} == {where for where, _ in found(made)}


def test_an_outcome_that_was_changed_is_named(keys):
    made = governed(keys, outcome=RunOutcome.PARTIAL)
    made.runs[0] = replace(made.runs[0], outcome=RunOutcome.APPLIED)

    assert ["run 1-ab"] == [where for where, _ in found(made)]


# reviews of runs that broke the glass


def broken(keys):
    return governed(keys).apply(record(), break_glass=BreakGlass("sre", "the site is down"))


def reviewed(made, principal, key, *, is_sealed=True):
    """Keep a review of the newest run, as `mlspec review` does."""
    run = made.runs[-1]
    text = review_text(GlassReview(principal, "sre", "fine", at(9)), run, "L1")
    signature = sign(text.encode(), key, REVIEW_NAMESPACE) if key else ""
    statement = review_statement(text, signature)
    made.keep([statement])
    if is_sealed:
        facts = RunFacts(
            *(run.run_id, PLAN, "", "", "", "prod", "L1", run.serial),
            *(principal, at(9), RunOutcome.APPLIED),
        )
        made.seal(make_checkpoint(made.head, facts, statement.digest, made.heads(), ()))
    made.finish(replace(run, break_glass=replace(run.break_glass, reviewed_by=principal)))
    return made


def test_a_review_that_was_sealed_and_signed_counts(keys):
    assert [] == found(reviewed(broken(keys), "ana@x.org", keys["ana"]))


def test_a_review_that_no_checkpoint_knows_is_named(keys):
    made = reviewed(broken(keys), "ana@x.org", keys["ana"], is_sealed=False)

    assert [("run 2-ab", "the review of it by `ana@x.org` is not there")] == found(made)


def test_a_review_signed_by_a_key_that_was_not_allowed_is_named(keys):
    made = reviewed(broken(keys), "eve@x.org", keys["eve"])

    assert ["review of run 2-ab by eve@x.org"] == [where for where, _ in found(made)]


def team(revision, roles, *members):
    body = {"kind": "Team", "metadata": {"name": "ml"}, "spec": {"roles": roles}}
    body["spec"]["members"] = list(members)
    return record("team/ml", body, uid="t", revision=revision)


def not_counting(made):
    """Why reviews do not count, all else being sound."""
    told = found(made)
    assert {where for where, _ in told} <= {"review of run 3-ab by bo@x.org"}
    return [what for _, what in told]


def staffed(keys, *roles, members=("bo@x.org @bo",), **told):
    """A run that broke the glass, after another that recorded who holds which role."""
    glass = BreakGlass("sre", "the site is down")
    return (
        governed(keys)
        .apply(team(1, list(roles), *members))
        .apply(record(), break_glass=glass, **told)
    )


def test_a_review_by_somebody_who_held_the_role_counts_also_when_they_lose_it_later(keys):
    made = reviewed(staffed(keys, "sre"), "bo@x.org", None)
    assert [] == not_counting(made)

    assert [] == not_counting(made.apply(team(2, ["ml-engineer"], "bo@x.org @bo")))


INELIGIBLE = {
    "no role": (("ml-engineer",), {}, "no team in force gives `bo@x.org` the role `sre`"),
    "applied it": (("sre",), {"actor": "@Bo"}, "`bo@x.org` applied run `3-ab`"),
    "made it": (("sre",), {"authors": ("bo",)}, "`bo@x.org` made what run `3-ab` applied"),
    "nobody lacked it": (
        ("sre",),
        {"required": (RequirementFact("model-risk", 1, Strength.ASSERTED),)},
        "did not lack an approval as `sre`",
    ),
}


@pytest.mark.parametrize(("roles", "told", "what"), INELIGIBLE.values(), ids=INELIGIBLE)
def test_a_review_by_somebody_who_could_not_is_named_however_well_it_was_sealed(
    keys, roles, told, what
):
    """Written straight into the registry: no command refused it."""
    passed = PassedOver(tuple(LackingApprovals(x.role, x.count) for x in told.get("required", ())))
    glass = BreakGlass("sre", "the site is down", passed_over=passed)
    ground = governed(keys).apply(team(1, list(roles), "bo@x.org @bo"))
    made = reviewed(ground.apply(record(), break_glass=glass, **told), "bo@x.org", None)

    (why,) = not_counting(made)
    assert "it does not count: " in why
    assert what in why


def test_a_role_that_was_given_after_a_review_does_not_count_for_it(keys):
    made = reviewed(staffed(keys, "ml-engineer"), "bo@x.org", None)

    (why,) = not_counting(made.apply(team(2, ["sre"], "bo@x.org @bo")))
    assert "no team in force gives" in why


def test_a_review_whose_team_lost_its_body_is_not_guessed_at(keys):
    made = reviewed(staffed(keys, "sre"), "bo@x.org", None).apply(team(2, ["sre"], "bo@x.org"))
    first = next(x for x in made.written if x.address == "team/ml" and x.revision == 1)
    made.lose(first.digest)

    (why,) = not_counting(made)
    assert "the body of a team of that time is lost" in why


def test_without_any_team_on_record_still_nobody_reviews_what_they_applied(keys):
    made = reviewed(broken(keys), "ana", None)

    ((where, what),) = found(made)
    assert "review of run 2-ab by ana" == where
    assert "`ana` applied run `2-ab`" in what


# reading while others write


def test_what_is_verified_is_of_one_moment(keys):
    first, second = governed(keys), governed(keys).apply(record())

    class Moving(Opened):
        """Another run ends between two reads, as often as told."""

        def __init__(self, times):
            super().__init__(first)
            self.ledgers = iter([first, second] * times)
            self.rest = cycle([second])

        def observe(self, *, bodies=True):
            self.ledger = next(self.ledgers, None) or next(self.rest)
            return super().observe(bodies=bodies)

    assert () == audit_view(Moving(1), _reasons).problems
    with pytest.raises(RegistryMovedError, match="faster than they can be verified"):
        audit_view(Moving(9), _reasons)


def test_an_empty_registry_is_intact():
    assert [] == found(Ledger())
    assert Head() == Ledger().head
