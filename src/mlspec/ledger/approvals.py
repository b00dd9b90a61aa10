"""The statement of an approval: written by who approves, read as something a stranger wrote.

In: the text of a statement and its signature. Out: an `Approval` whose strength was verified, or
the reason why it is refused. A statement without a signature is one that anybody may have written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

from mlspec.canonical import canonical_json, digest_bytes, strict_json
from mlspec.ledger._approval import Approval, Strength
from mlspec.ledger._run import in_toto
from mlspec.ledger.signing import APPROVAL_NAMESPACE, can_verify, principals_of, verify
from mlspec.state import CLOCKS_DIFFER, Statement, moment_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json

__all__ = [
    "APPROVAL_PREDICATE",
    "MOST_STATEMENT_BYTES",
    "Claim",
    "StatementRefusedError",
    "approval_text",
    "read_approval",
    "read_claim",
]

APPROVAL_PREDICATE: Final = "https://mlspec.dev/approval/v1"
MOST_STATEMENT_BYTES: Final = 1 << 16

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ROLE = re.compile(r"[a-z][a-z0-9-]{0,62}")
_MOST_CHARACTERS = {"principal": 254, "comment": 4_000}
_USUAL_CHARACTERS = 100


class StatementRefusedError(Exception):
    """A statement does not count; the text says why."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a statement says: who approves which plan as what.

    `risk` is the digest of the plan's risk, `specs` of its spec files, `commit` where they were
    read, or "". `at` is UTC in ISO 8601.
    """

    plan: str
    risk: str
    environment: str
    role: str
    principal: str
    comment: str
    at: str
    specs: str
    commit: str


_NAMES: Final = {"riskDigest" if each.name == "risk" else each.name for each in fields(Claim)}


def approval_text(claim: Claim) -> str:
    """Return the text of a statement: one line of canonical JSON."""
    predicate: dict[str, Json] = {
        "plan": claim.plan,
        "riskDigest": claim.risk,
        "environment": claim.environment,
        "role": claim.role,
        "principal": claim.principal,
        "comment": claim.comment,
        "at": claim.at,
        "specs": claim.specs,
        "commit": claim.commit,
    }
    return canonical_json(_statement(claim, predicate)).decode() + "\n"


def read_claim(text: str) -> Claim:
    """Return what a statement says.

    Raises:
        StatementRefusedError: it is no statement of an approval, or contradicts itself.
    """
    value = _object(text)
    said = _said(value.get("predicate"))
    texts = dict(said)
    claim = Claim(risk=texts.pop("riskDigest"), **texts)
    _require_sound(claim)
    if value != _statement(claim, said):
        raise StatementRefusedError(
            "its type or its subject is not that of an approval of this plan"
        )
    return claim


def _object(text: str) -> dict[str, Json]:
    try:
        value = strict_json(text)
    except ValueError as error:
        raise StatementRefusedError(f"it can't be read: {error}") from error
    if not isinstance(value, dict):
        raise StatementRefusedError("it is no statement of an approval")
    return value


def _said(predicate: Json) -> dict[str, str]:
    """Return the texts of a predicate that says what an approval has to, and no more."""
    if not isinstance(predicate, dict):
        raise StatementRefusedError("it is no statement of an approval")
    texts = {key: each for key, each in predicate.items() if isinstance(each, str)}
    if not _NAMES == texts.keys() == predicate.keys():
        raise StatementRefusedError("it does not say what an approval has to say, and no more")
    return texts


def read_approval(
    text: str, signature: str, signers: str, environment: str, now: str
) -> tuple[Approval, Statement]:
    """Return the approval that a statement gives, and the statement, to be kept.

    `signature` is "" where there is none; `signers` is the text of the allowed signers in force.
    A key has to be valid at the time that the statement names and now: the first alone could be
    chosen by whoever stole an expired key.

    Raises:
        StatementRefusedError: the statement or its signature is wrong.
    """
    claim = read_claim(text)
    if claim.environment != environment:
        raise StatementRefusedError(f"it is for the environment `{claim.environment}`")
    if moment_of(claim.at) > moment_of(now) + CLOCKS_DIFFER:
        raise StatementRefusedError(f"it is dated in the future: {claim.at}")
    content = text.encode()
    approval = Approval(
        principal=claim.principal,
        role=claim.role,
        strength=Strength.ASSERTED,
        plan=claim.plan,
        risk=claim.risk,
        digest=digest_bytes(content),
        at=claim.at,
        comment=claim.comment,
        note="it has no signature",
    )
    if signature:
        approval = _verified(approval, content, signature, signers, now)
    return approval, Statement(approval.digest, text, signature)


def _verified(
    approval: Approval, content: bytes, signature: str, signers: str, now: str
) -> Approval:
    """Return an approval with the strength of its signature; what can't be checked is none."""
    if not signers:
        return replace(approval, note="no key is in force that could have signed it")
    if not can_verify():
        return replace(approval, note="`ssh-keygen` is not installed to check its signature")
    for moment in (approval.at, now):
        wrong = verify(content, signature, signers, approval.principal, APPROVAL_NAMESPACE, moment)
        if wrong:
            raise StatementRefusedError(f"its signature does not count: {wrong}")
    names = principals_of(signature, signers)
    return replace(approval, strength=Strength.SIGNED, names=names, note="")


def _require_sound(claim: Claim) -> None:
    for field in fields(Claim):
        text: str = getattr(claim, field.name)
        if len(text) > _MOST_CHARACTERS.get(field.name, _USUAL_CHARACTERS):
            raise StatementRefusedError(f"its `{field.name}` is too long")
    for is_right, wrong in (
        (_DIGEST.fullmatch(claim.plan), "its `plan` is no digest"),
        (_ROLE.fullmatch(claim.role), "its `role` is none"),
        (_is_readable(claim.principal), "its `principal` can't be read"),
        (_is_moment(claim.at), "its `at` is no moment in ISO 8601"),
    ):
        if not is_right:
            raise StatementRefusedError(wrong)


def _is_readable(principal: str) -> bool:
    return principal.isprintable() and bool(principal.strip())


def _is_moment(text: str) -> bool:
    try:
        moment_of(text)
    except ValueError:
        return False
    return True


def _statement(claim: Claim, predicate: Mapping[str, Json]) -> dict[str, Json]:
    return in_toto({f"plan/{claim.environment}": claim.plan}, APPROVAL_PREDICATE, predicate)
