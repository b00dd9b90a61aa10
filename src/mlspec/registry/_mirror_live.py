"""How a server differs from what is recorded of a model: a record as it is live.

In: a record with its body, and what the server says of it. Out: the same record, one with another
body, revision or identity, or none where the model is gone. What no spec declares is not compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.registry._mirror_body import declared, replaced
from mlspec.registry._mirror_prompt import asks_otherwise
from mlspec.registry._mirror_tag import (
    DIGEST_TAG,
    VERSION_TAG,
    described_digest,
    is_described_elsewhere,
    tag_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.registry._mirror_body import Declared
    from mlspec.registry._mirror_tag import Tag
    from mlspec.registry._server import ServedModel, ServedVersion, Traits
    from mlspec.state import ObjectRecord

__all__ = ["Live", "Seen"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server says of one name; `version` is the one that the alias leads to."""

    model: ServedModel | None = None
    version: ServedVersion | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """One record beside the server. `key` is that of the tag of the environment."""

    record: ObjectRecord
    seen: Seen
    key: str
    traits: Traits

    def as_seen(self) -> ObjectRecord | None:
        """Return the record as it is live; None where the model is gone."""
        model, tag = self.seen.model, self.tag
        if model is None:
            return None
        values = dict(self._differences(model))
        uid, revision = f"{self.traits.scheme}:{model.created_ms}", self.record.revision
        if tag is not None and self._is_same(model, tag):
            uid, revision = tag.uid, tag.revision
        if (uid, revision) == (self.record.uid, self.record.revision) and not values:
            return self.record
        return self._changed(values, uid, revision)

    def is_left_by(self, ops: frozenset[str]) -> bool:
        """Tell whether all that differs was written by one of these operations.

        A run that was killed leaves a tag with its operation, and then one part after another.
        """
        model, tag = self.seen.model, self.tag
        if model is None or tag is None or tag.op not in ops or tag.op == self.record.op_id:
            return False
        names = {name for name, _ in self._differences(model)}
        return names <= set(self._explained(model, tag))

    @property
    def tag(self) -> Tag | None:
        """What mlspec wrote to the model."""
        return tag_of(self.seen.model, self.key) if self.seen.model else None

    def _explained(self, model: ServedModel, tag: Tag) -> Iterator[str]:
        version = self.seen.version
        there = (version.number, version.created_ms) if version else ("", 0)
        if there == (tag.number, tag.version_ms):
            yield from ("version", "source", "image", "digest")
            yield from ("template", "hosted", "model", "parameters")
        if described_digest(model.description) == tag.described:
            yield "description"

    def _is_same(self, model: ServedModel, tag: Tag) -> bool:
        """Tell whether model and version are those that were written: names can be taken again."""
        version = self.seen.version
        is_other_version = (
            version is not None
            and version.number == tag.number
            and version.created_ms != tag.version_ms
        )
        return tag.created_ms == model.created_ms and not is_other_version

    def _differences(self, model: ServedModel) -> Iterator[tuple[str, Json]]:
        told = declared(self.record.body)
        if (
            self.traits.describes
            and told.description is not None
            and model.description != told.description
            and not is_described_elsewhere(model, self.key)
        ):
            yield "description", model.description
        if told.has_version:
            tag = self.tag
            is_known = tag is not None and self._is_same(model, tag)
            yield from _of_version(told, self.seen.version, self.traits, is_known=is_known)

    def _changed(self, values: dict[str, Json], uid: str, revision: int) -> ObjectRecord:
        if not values:
            return replace(self.record, uid=uid, revision=revision)
        body = replaced(self.record.body, values)
        return replace(
            self.record, uid=uid, revision=revision, digest=digest_value(body), body=body
        )


def _of_version(
    told: Declared, version: ServedVersion | None, traits: Traits, *, is_known: bool
) -> Iterator[tuple[str, Json]]:
    """Yield what differs; the tags of a version that only has the name of ours say nothing."""
    if version is None:
        yield "version", None
        return
    tags = version.tags if is_known else {}
    name = tags.get(VERSION_TAG, f"{traits.scheme}:{version.number}")
    if name != told.version:
        yield "version", name or None
    if traits.prompts:
        yield from asks_otherwise(traits.prompts, told.asks, version.tags)
    else:
        yield from _of_artifact(told, version, tags.get(DIGEST_TAG))


def _of_artifact(
    told: Declared, version: ServedVersion, digest: str | None
) -> Iterator[tuple[str, Json]]:
    """Yield what differs of the artifact of a model; `digest` is the one that a tag tells."""
    if version.source != told.source:
        yield "source", version.source
    if version.image is not None and version.image != told.image:
        yield "image", version.image or None
    if told.digest and digest != told.digest:
        yield "digest", digest
