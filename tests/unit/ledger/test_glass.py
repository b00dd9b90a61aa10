"""A run that broke the glass does not hide it, and is reviewed by somebody who was there."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.unit.ledger.ledgers import facts_of, run_of

from mlspec.canonical import canonical_json, digest_bytes
from mlspec.errors import RegistryUnavailableError
from mlspec.ledger import RequirementFact, Strength, read_run_statement, run_statement
from mlspec.ledger.glass import GlassReview, review_statement, review_text, verify_reviews
from mlspec.state import BreakGlass, LackingApprovals, PassedOver, Snapshot, Statement

GLASS = BreakGlass("sre", "the site is down")
FACTS = facts_of(Snapshot("prod", "lineage", 0, ""), [], break_glass=GLASS)
TOLD = run_statement(FACTS)
RUN = replace(run_of(FACTS), break_glass=GLASS, statement=TOLD.digest)
REVIEW = GlassReview("bo", "compliance", "It was right.", "2026-01-03T00:00:00+00:00")
REVIEWED = replace(RUN, break_glass=replace(GLASS, reviewed_by="bo"))


def problems(run, *statements):
    return [each.what for each in verify_reviews([run], {each.digest: each for each in statements})]


def review(run=RUN, told=REVIEW):
    return review_statement(review_text(told, run, "lineage"), "")


def test_a_review_names_the_run_and_what_its_statement_says():
    value = json.loads(review().content)

    assert TOLD.digest == value["predicate"]["runDigest"]
    assert ("bo", "compliance", "It was right.") == tuple(
        value["predicate"][each] for each in ("principal", "role", "comment")
    )


def test_a_run_that_waits_and_one_that_was_reviewed_are_sound():
    assert [] == problems(RUN, TOLD)
    assert [] == problems(REVIEWED, TOLD, review())


@pytest.mark.parametrize(
    "glass",
    [
        None,
        replace(GLASS, role="compliance"),
        replace(GLASS, reason="a picnic"),
        replace(GLASS, passed_over=PassedOver(freezes=("q4",))),
    ],
)
def test_a_run_can_not_hide_or_reword_that_it_broke_the_glass(glass):
    assert ["the history hides or invents that it broke the glass"] == problems(
        replace(RUN, break_glass=glass), TOLD
    )


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ((), "it says that it passed over 0 x model-risk, but 2 lacked"),
        ((("model-risk", 1),), "it says that it passed over 1 x model-risk, but 2 lacked"),
        ((("model-risk", 2), ("sre", 1)), "it says that it passed over 1 x sre, but 0 lacked"),
    ],
)
def test_a_run_says_of_how_many_approvals_it_went_without(told, what):
    passed = PassedOver(tuple(LackingApprovals(*each) for each in told))
    glass = replace(GLASS, passed_over=passed)
    needed = (
        RequirementFact("model-risk", 1, Strength.SIGNED),
        RequirementFact("model-risk", 1, Strength.ASSERTED),
    )
    facts = replace(FACTS, break_glass=glass, required=needed)
    told = run_statement(facts)

    assert [what] == problems(replace(RUN, break_glass=glass, statement=told.digest), told)


def test_a_statement_from_before_that_was_recorded_is_refused_and_not_guessed_at():
    value = json.loads(TOLD.content)
    del value["predicate"]["breakGlass"]["passedOver"]
    content = canonical_json(value)

    with pytest.raises(RegistryUnavailableError, match="never wrote"):
        read_run_statement(Statement(digest_bytes(content), content.decode()))


def test_a_run_can_not_invent_that_it_broke_the_glass():
    facts = replace(FACTS, break_glass=None)
    told = run_statement(facts)

    assert 1 == len(problems(replace(RUN, statement=told.digest), told))


@pytest.mark.parametrize(
    "statement",
    [
        review(told=replace(REVIEW, principal="eve")),
        review(replace(RUN, statement="sha256:other")),
        review_statement('["https://mlspec.dev/review/v1"', ""),
        review_statement('["https://mlspec.dev/review/v1"]', ""),
        TOLD,
    ],
)
def test_a_review_that_nobody_made_is_noticed(statement):
    assert ["the review of it by `bo` is not there"] == problems(REVIEWED, TOLD, statement)
