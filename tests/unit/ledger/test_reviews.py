"""What a forge says counts as it stands now: the newest word of people, on a commit."""

from __future__ import annotations

import json

import pytest

from mlspec.canonical import digest_bytes
from mlspec.ledger import Strength
from mlspec.ledger.reviews import Review, approval_of, read_reviews

COMMIT = "a" * 40


def review(login="ana", state="APPROVED", at="2026-11-21T10:00:00Z", **others):
    """A review as GitHub's API gives it, shortened."""
    user = {"login": login, "id": 1, "type": "User", "site_admin": False}
    facts = {"id": 80, "user": user, "body": "Fine.", "state": state, "submitted_at": at}
    facts |= {"commit_id": COMMIT, "author_association": "MEMBER"}
    facts |= {"html_url": "https://github.com/o/r/pull/12#pullrequestreview-80"}
    return facts | others


def approvals(*users, **others):
    """Approvals of a merge request as GitLab's API gives them, with the commit put into it."""
    listed = [{"user": {"id": 1, "state": "active", "name": "A"} | each} for each in users]
    facts = {"id": 5, "iid": 5, "approvals_required": 2, "approvals_left": 1}
    return facts | {"approved_by": listed, "sha": COMMIT} | others


def standing(value):
    return [each.login for each in read_reviews(value).standing]


def test_a_review_of_github_names_person_commit_and_time():
    found = read_reviews([review()])

    source = "https://github.com/o/r/pull/12#pullrequestreview-80"
    assert (Review("ana", COMMIT, "2026-11-21T10:00:00Z", "Fine.", source),) == found.standing
    assert {} == found.refused


def test_pages_of_reviews_are_one_list():
    assert ["ana", "li"] == standing([[review("ana")], [review("li")]])


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("CHANGES_REQUESTED", "changes were requested"),
        ("DISMISSED", "the review was dismissed"),
    ],
)
def test_a_later_word_of_the_same_person_replaces_an_earlier_one(state, why):
    later = review("Ana", state, "2026-11-21T11:00:00Z")

    for order in ([review(), later], [later, review()]):
        assert {"Ana": why} == read_reviews(order).refused
        assert [] == standing(order)


def test_a_later_approval_counts_again_and_a_comment_changes_nothing():
    refused = review(state="CHANGES_REQUESTED", at="2026-11-21T09:00:00Z")
    comment = review(state="COMMENTED", at="2026-11-21T11:00:00Z")

    assert ["ana"] == standing([refused, review(), comment])
    assert [] == standing([comment])
    assert [] == standing([review(state="PENDING", at=None)])


@pytest.mark.parametrize(
    "others",
    [
        {"user": None},
        {"user": {}},
        {"user": {"login": "", "type": "User"}},
        {"user": {"login": "a\nb", "type": "User"}},
        {"user": {"login": "renovate[bot]", "type": "Bot"}},
        {"user": {"login": "renovate[bot]", "type": "User"}},
        {"user": {"login": "ana", "type": "Bot"}},
        {"user": {"login": "ana"}},
        {"commit_id": None},
        {"commit_id": "main"},
        {"commit_id": "A" * 40},
        {"commit_id": "--upload-pack=x"},
    ],
)
def test_programs_and_reviews_of_nothing_do_not_count(others):
    found = read_reviews([review(**others)])

    assert () == found.standing
    assert 1 == len(found.refused)


def test_approvals_of_gitlab_count_for_the_commit_that_was_put_into_them():
    found = read_reviews(approvals({"username": "ana"}, {"username": "li"}))

    assert (Review("ana", COMMIT), Review("li", COMMIT)) == found.standing


def test_an_approval_of_gitlab_has_a_time_where_the_forge_gives_one():
    value = approvals({"username": "ana"})
    value["approved_by"][0]["approved_at"] = "2026-11-21T10:00:00.000Z"

    assert ["2026-11-21T10:00:00.000Z"] == [each.at for each in read_reviews(value).standing]


@pytest.mark.parametrize(
    "user",
    [
        {"username": "project_12_bot_0f3c"},
        {"username": "group_1_bot"},
        {"username": "ana", "bot": True},
        {"username": "ana", "state": "blocked"},
        {"username": ""},
        {},
    ],
)
def test_programs_and_blocked_accounts_of_gitlab_do_not_count(user):
    assert [] == standing(approvals(user))


@pytest.mark.parametrize("sha", [None, "", "main", "a" * 39])
def test_approvals_of_gitlab_need_their_commit(sha):
    with pytest.raises(ValueError, match="lack `sha`"):
        read_reviews(approvals({"username": "ana"}, sha=sha))


@pytest.mark.parametrize("value", [None, "x", 1, {}, {"approved_by": "ana"}, [1], [{}], [[None]]])
def test_other_json_is_refused(value):
    with pytest.raises(ValueError):
        read_reviews(value)


def test_no_reviews_are_none():
    assert [] == standing([])


def test_an_approval_of_a_review_is_of_the_forge_and_bound_to_the_plan():
    (found,) = read_reviews([review()]).standing

    approval, statement = approval_of(found, "sha256:1", "prod", "sha256:2")

    assert ("@ana", "", Strength.HOST, "sha256:1", "") == (
        approval.principal,
        approval.role,
        approval.strength,
        approval.plan,
        approval.risk,
    )
    assert digest_bytes(statement.content.encode()) == approval.digest == statement.digest
    said = json.loads(statement.content)["predicate"]
    assert (COMMIT, "sha256:2", "prod") == (said["commit"], said["specs"], said["environment"])
