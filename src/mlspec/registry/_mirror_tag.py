"""The tag that says which object of which record a registered model is, and what was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlspec.canonical import canonical_json, digest_bytes, strict_json
from mlspec.members import text, whole

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.registry._server import ServedModel

__all__ = [
    "DIGEST_TAG",
    "OP_TAG",
    "VERSION_TAG",
    "Tag",
    "described_digest",
    "facts_of",
    "is_described_elsewhere",
    "is_tagged_elsewhere",
    "tag_key",
    "tag_of",
]

OP_TAG: Final = "mlspec.op"
VERSION_TAG: Final = "mlspec.version"
DIGEST_TAG: Final = "mlspec.artifact-digest"
_PREFIX = "mlspec.env."


@dataclass(frozen=True, slots=True)
class Tag:
    """What mlspec wrote to a registered model for one environment.

    `created_ms` is when the server made the model, `number` and `version_ms` name the version that
    the alias was set to: another model or version of the same name is told apart by them; 0 and
    "" where there was none. `described` is the digest of the description, "" where it is left to
    others.
    """

    uid: str
    revision: int
    op: str
    digest: str
    created_ms: int = 0
    number: str = ""
    version_ms: int = 0
    described: str = ""
    plan: str = ""

    def text(self) -> str:
        """Return the value of the tag: one JSON object, far below 5,000 characters."""
        facts: dict[str, Json] = {
            "uid": self.uid,
            "revision": self.revision,
            "op": self.op,
            "digest": self.digest,
            "created": self.created_ms,
            "version": self.number,
            "versionCreated": self.version_ms,
            "described": self.described,
            "plan": self.plan,
        }
        return canonical_json(facts).decode()


def tag_key(environment: str) -> str:
    """Return the key of the tag of an environment."""
    return _PREFIX + environment


def tag_of(model: ServedModel, key: str) -> Tag | None:
    """Return the tag of one environment; None where there is none that can be read."""
    facts = facts_of(model, key)
    return None if facts is None else _read(facts)


def facts_of(model: ServedModel, key: str) -> dict[str, Json] | None:
    """Return the JSON object that a tag is; None where it is none."""
    try:
        facts = strict_json(model.tags.get(key, ""))
    except ValueError:
        return None
    return facts if isinstance(facts, dict) else None


def is_tagged_elsewhere(model: ServedModel, key: str) -> bool:
    """Tell whether another environment has its tag on a model."""
    return any(each.startswith(_PREFIX) and each != key for each in model.tags)


def is_described_elsewhere(model: ServedModel, key: str) -> bool:
    """Tell whether the description is one that mlspec wrote for another environment."""
    digest = described_digest(model.description)
    others = (each for each in model.tags if each.startswith(_PREFIX) and each != key)
    found = (tag_of(model, each) for each in others)
    return any(each is not None and each.described == digest for each in found)


def described_digest(description: str) -> str:
    """Return the digest of a description."""
    return digest_bytes(description.encode())


def _read(facts: dict[str, Json]) -> Tag:
    return Tag(
        uid=text(facts, "uid"),
        revision=whole(facts, "revision"),
        op=text(facts, "op"),
        digest=text(facts, "digest"),
        created_ms=whole(facts, "created"),
        number=text(facts, "version"),
        version_ms=whole(facts, "versionCreated"),
        described=text(facts, "described"),
        plan=text(facts, "plan"),
    )
