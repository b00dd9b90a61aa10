"""Reviews that a forge knows: who agreed to which commit, by the forge's own word.

In: the JSON of GitHub's reviews of a pull request, or of GitLab's approvals of a merge request.
Out: the reviews that stand, and why the others do not. Whether the commit holds the specs of a
plan is the caller's question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

from mlspec.canonical import canonical_json, digest_bytes
from mlspec.ledger._approval import Approval, Strength
from mlspec.ledger._run import in_toto
from mlspec.members import section, text
from mlspec.state import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json

__all__ = ["FORGE_REVIEW_PREDICATE", "Review", "Reviews", "approval_of", "read_reviews"]

FORGE_REVIEW_PREDICATE: Final = "https://mlspec.dev/forge-review/v1"

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LOGIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}")
_DECIDING: Final = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")
"""What replaces an earlier review of the same person; a comment does not."""
_BOT = re.compile(r"(project|group)_[0-9]+_bot(_[0-9a-z]+)?|.*\[bot\]")
_OF_A_PROGRAM: Final = "a program reviews for nobody"
_STATES_AGAINST: Final = {
    "CHANGES_REQUESTED": "changes were requested",
    "DISMISSED": "the review was dismissed",
}
_MOST_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody, by their login, agreed to a commit; `at` is "" where nothing says when."""

    login: str
    commit: str
    at: str = ""
    comment: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Reviews:
    """The reviews that stand, in order of login, and why those of others do not, by login."""

    standing: tuple[Review, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


def read_reviews(value: Json) -> Reviews:
    """Return the reviews in what a forge said.

    GitHub gives a list of reviews, or a list of pages of them. GitLab gives an object with
    `approved_by`, which lacks the commit: `sha` of the merge request has to be put into it.

    Raises:
        ValueError: it is neither; the text says what it lacks.
    """
    if isinstance(value, list):
        pages = (each if isinstance(each, list) else [each] for each in value)
        return _github(chain.from_iterable(pages))
    if isinstance(value, dict) and isinstance(value.get("approved_by"), list):
        return _gitlab(value)
    raise ValueError("it holds neither reviews of GitHub nor approvals of GitLab")


def approval_of(
    review: Review, plan: str, environment: str, specs: str
) -> tuple[Approval, Statement]:
    """Return the approval that a review gives to the plan whose specs its commit holds.

    The statement, to be kept, says what the forge said.
    """
    predicate: dict[str, Json] = {
        "plan": plan,
        "environment": environment,
        "principal": f"@{review.login}",
        "comment": review.comment,
        "at": review.at,
        "specs": specs,
        "commit": review.commit,
        "source": review.source,
    }
    statement = in_toto({f"plan/{environment}": plan}, FORGE_REVIEW_PREDICATE, predicate)
    content = canonical_json(statement) + b"\n"
    approval = Approval(
        principal=f"@{review.login}",
        role="",
        strength=Strength.HOST,
        plan=plan,
        risk="",
        digest=digest_bytes(content),
        at=review.at,
        comment=review.comment,
        note="it is a review on the forge",
    )
    return approval, Statement(approval.digest, content.decode())


def _github(reviews: Iterable[Json]) -> Reviews:
    """Judge each person by their newest deciding review, and by its state."""
    newest: dict[str, Mapping[str, Json]] = {}
    for review in map(_review, reviews):
        key = _login(review).lower()
        is_newest = text(review, "submitted_at") >= text(newest.get(key, {}), "submitted_at")
        if is_newest and review.get("state") in _DECIDING:
            newest[key] = review
    return _judged(newest[key] for key in sorted(newest))


def _review(entry: Json) -> Mapping[str, Json]:
    if not isinstance(entry, dict) or "state" not in entry:
        raise ValueError("an entry is no review of GitHub")
    return entry


def _judged(reviews: Iterable[Mapping[str, Json]]) -> Reviews:
    standing: list[Review] = []
    refused: dict[str, str] = {}
    for review in reviews:
        login = _login(review)
        reason = _reason_against(login, review)
        if reason:
            refused[login or "somebody"] = reason
            continue
        standing.append(
            Review(
                login,
                commit=text(review, "commit_id"),
                at=text(review, "submitted_at"),
                comment=text(review, "body")[:_MOST_CHARACTERS],
                source=text(review, "html_url")[:_MOST_CHARACTERS],
            )
        )
    return Reviews(tuple(standing), refused)


def _reason_against(login: str, review: Mapping[str, Json]) -> str:
    if not _LOGIN.fullmatch(login.removesuffix("[bot]")):
        return "the review does not say who made it"
    if text(review, "user", "type") != "User" or _BOT.fullmatch(login):
        return _OF_A_PROGRAM
    state = text(review, "state")
    if state in _STATES_AGAINST:
        return _STATES_AGAINST[state]
    if not _COMMIT.fullmatch(text(review, "commit_id")):
        return "the review does not say of which commit"
    return ""


def _login(review: Mapping[str, Json]) -> str:
    return text(review, "user", "login")


def _gitlab(value: Mapping[str, Json]) -> Reviews:
    commit = text(value, "sha")
    if not _COMMIT.fullmatch(commit):
        raise ValueError("the approvals of GitLab lack `sha`, the commit of the merge request")
    standing: list[Review] = []
    refused: dict[str, str] = {}
    source = text(value, "web_url")[:_MOST_CHARACTERS]
    for each in _entries(value.get("approved_by")):
        user = section(each, "user")
        login, reason = text(user, "username"), _reason_against_user(user)
        if reason:
            refused[login or "somebody"] = reason
        else:
            standing.append(Review(login, commit, at=text(each, "approved_at"), source=source))
    return Reviews(tuple(sorted(standing, key=lambda each: each.login.lower())), refused)


def _reason_against_user(user: Mapping[str, Json]) -> str:
    login = text(user, "username")
    if not _LOGIN.fullmatch(login):
        return "the approval does not say who gave it"
    if _BOT.fullmatch(login) or user.get("bot") is True:
        return _OF_A_PROGRAM
    return "" if text(user, "state") in ("", "active") else "the account is not active"


def _entries(value: Json) -> Iterator[Mapping[str, Json]]:
    yield from (
        each for each in (value if isinstance(value, list) else ()) if isinstance(each, dict)
    )
