"""Writing one model to a server so that the same write, made again, ends the same.

The order is part of the contract: the tag that says whose write it is goes before what people
see, and the alias, which traffic follows, last. Afterwards it is read back: a server has no
compare-and-set, so that is the only way to see that another writer came in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.errors import AbsentError, ExistsError, OperationFailedError
from mlspec.registry._mirror_body import declared
from mlspec.registry._mirror_prompt import asks_alike
from mlspec.registry._mirror_tag import (
    DIGEST_TAG,
    OP_TAG,
    VERSION_TAG,
    Tag,
    described_digest,
    is_tagged_elsewhere,
    tag_of,
)
from mlspec.registry._server import Artifact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlspec.registry._mirror_body import Declared
    from mlspec.registry._server import ServedModel, ServedVersion, Server
    from mlspec.state import ObjectRecord

__all__ = ["ModelWriter"]


@dataclass(frozen=True, slots=True)
class ModelWriter:
    """Writes models of one environment; `key` is that of its tag.

    `seen` are the models as they were read under the lock, by name; `plan` is what is applied.
    `knows` tells whether a run of a plan is recorded: what it left when it was given up is ours.
    """

    server: Server
    key: str
    alias: str
    seen: Mapping[str, ServedModel]
    knows: Callable[[str], bool]
    plan: str = ""

    def put(self, name: str, record: ObjectRecord, known: ServedModel | None = None) -> None:
        """Make a model as its record says; `record` has its body, `known` is the model, if read.

        Raises:
            OperationFailedError: the model is not ours, is too long for the server, or another
                writer came in between.
        """
        told = declared(record.body)
        self._require_room(name, told)
        model, is_new = self._claimed(name, record, told, known)
        version = self._version(model, told, record, is_new=is_new) if told.has_version else None
        tag = self._tag(record, told, model, version)
        self.server.set_model_tag(name, self.key, tag.text())
        if self._differs(told, model):
            self.server.describe_model(name, told.description or "")
        if version is not None:
            self.server.point(model, self.alias, version.number)
        self._require_written(name, told, tag)

    def retire(self, name: str, record: ObjectRecord) -> None:
        """Take the alias away; the model, its versions and its tag stay."""
        model = self.server.read_model(name)
        if model is None:
            return
        self._require_ours(model, record, declared(record.body))
        tag = Tag(
            record.uid,
            record.revision,
            record.op_id,
            record.digest,
            model.created_ms,
            plan=self.plan,
        )
        self.server.set_model_tag(name, self.key, tag.text())
        self.server.delete_alias(name, self.alias)

    def forget(self, name: str, record: ObjectRecord) -> None:
        """Take our tag away and leave the rest to others."""
        model = self.server.read_model(name)
        if model is not None and self._is_ours(model, record):
            self.server.delete_model_tag(name, self.key)

    def remove(self, name: str, record: ObjectRecord) -> None:
        """Delete a model with its versions; where another environment has it, what is ours."""
        model = self.server.read_model(name)
        if model is None:
            return
        self._require_ours(model, record, declared(record.body))
        if is_tagged_elsewhere(model, self.key):
            self.server.delete_alias(name, self.alias)
            self.server.delete_model_tag(name, self.key)
        else:
            self.server.delete_model(name)

    def rename(self, previous: str, name: str, record: ObjectRecord) -> ServedModel | None:
        """Give a model its new name, and return it; None where it is to be made.

        Where another environment has it, or names are for ever, the old one stays as well.

        Raises:
            OperationFailedError: the new name is taken.
        """
        model = self.server.read_model(previous)
        if model is None or not self._is_ours(model, record):
            return self.server.read_model(name)
        if not self.server.traits.renames:
            self.retire(previous, record)
            return None
        if is_tagged_elsewhere(model, self.key):
            self.server.delete_alias(previous, self.alias)
            self.server.delete_model_tag(previous, self.key)
            return None
        try:
            return self.server.rename_model(previous, name)
        except AbsentError:  # the answer was lost, and then the old name was gone
            return self.server.read_model(name)
        except ExistsError as error:
            raise OperationFailedError(
                f"`{previous}` can't be renamed at the {self._named}: `{name}` is taken"
            ) from error

    def _claimed(
        self, name: str, record: ObjectRecord, told: Declared, known: ServedModel | None
    ) -> tuple[ServedModel, bool]:
        """Return the model, and whether it was made just now.

        Raises:
            OperationFailedError: there is one that is not ours.
        """
        model = known or self.seen.get(name)
        if model is None:  # to make it costs one request, to look first two
            tag = Tag(record.uid, record.revision, record.op_id, record.digest, plan=self.plan)
            tags = {self.key: tag.text()}
            try:
                return self.server.create_model(name, tags, self._description(told)), True
            except ExistsError:
                model = self.server.read_model(name)
        if model is None:
            raise OperationFailedError(
                f"`{name}` can't be made at the {self._named}, and can't be read",
                hint=self.server.traits.unread,
            )
        self._require_ours(model, record, told)
        return model, False

    def _require_ours(self, model: ServedModel, record: ObjectRecord, told: Declared) -> None:
        if model.is_prompt != bool(self.server.traits.prompts):
            noun = "prompt" if model.is_prompt else "model"
            raise OperationFailedError(
                f"`{model.name}` is the name of a {noun} on the {self._named} already",
                hint="models and prompts share their names there: give one another `registry.name`",
            )
        if not (
            self._is_ours(model, record)
            or told.adopts == model.created_ms
            or (tag_of(model, self.key) is None and is_tagged_elsewhere(model, self.key))
        ):
            raise OperationFailedError(
                f"`{model.name}` is on the {self._named} already, and not from here",
                hint=self._hint(model),
            )

    def _require_room(self, name: str, told: Declared) -> None:
        most = self.server.traits.tag_characters
        length = max(map(len, self._asked(told).values()), default=0)
        if length > most:
            raise OperationFailedError(
                f"`{name}` has {length:,} characters, and the {self._named} keeps {most:,}",
                hint="shorten the template, or use a later server",
            )

    def _hint(self, model: ServedModel) -> str:
        traits = self.server.traits
        imported = f"`mlspec import {traits.scheme}` writes a spec for it; or " * traits.imports
        return f"{imported}say that it is meant, by `spec.registry.id: {model.created_ms}`"

    def _is_ours(self, model: ServedModel, record: ObjectRecord) -> bool:
        """Tell whether a model is the object of a record, or was made by the same operation."""
        tag = tag_of(model, self.key)
        if tag is None or tag.created_ms not in {0, model.created_ms}:
            return False
        is_same = tag.uid == record.uid or tag.op == record.op_id
        return is_same or (bool(tag.plan) and self.knows(tag.plan))

    def _version(
        self, model: ServedModel, told: Declared, record: ObjectRecord, *, is_new: bool
    ) -> ServedVersion:
        """Return the version of that name and artifact; it is made where there is none."""
        tags = {OP_TAG: record.op_id, VERSION_TAG: told.version}
        if told.digest:
            tags[DIGEST_TAG] = told.digest
        there = [] if is_new else self.server.find_versions(model.name)
        for each in reversed(there):
            if self._is_that(each, told):
                return each
        for each in reversed(there):
            if self._is_adopted(each, told):
                for key, value in tags.items():
                    self.server.set_version_tag(each, key, value)
                return each
        artifact = Artifact(told.source, told.image)
        return self.server.create_version(
            model.name, artifact, {**self._asked(told), **tags}, OP_TAG
        )

    def _tag(
        self,
        record: ObjectRecord,
        told: Declared,
        model: ServedModel,
        version: ServedVersion | None,
    ) -> Tag:
        is_described = told.description is not None
        return Tag(
            uid=record.uid,
            revision=record.revision,
            op=record.op_id,
            digest=record.digest,
            created_ms=model.created_ms,
            number=version.number if version else "",
            version_ms=version.created_ms if version else 0,
            described=described_digest(told.description or "") if is_described else "",
            plan=self.plan,
        )

    def _description(self, told: Declared) -> str:
        """Return how a new model is described: not at all where that can never be changed."""
        return (told.description or "") if self.server.traits.describes else ""

    def _differs(self, told: Declared, model: ServedModel) -> bool:
        """Tell whether a model is described otherwise than its spec says, and can be mended."""
        is_told = self.server.traits.describes and told.description is not None
        return is_told and model.description != told.description

    @property
    def _named(self) -> str:
        return self.server.traits.named

    def _require_written(self, name: str, told: Declared, tag: Tag) -> None:
        model = self.server.read_model(name)
        if (
            model is None
            or model.tags.get(self.key) != tag.text()
            or (told.has_version and model.aliases.get(self.alias, "") != tag.number)
            or self._differs(told, model)
        ):
            raise OperationFailedError(
                f"somebody else has written to `{name}` on the {self._named} at the same time",
                hint="`mlspec drift` shows what is there now; plan again",
            )

    def _asked(self, told: Declared) -> Mapping[str, str]:
        """Return the tags of a version that say what a prompt says; none of a model."""
        form = self.server.traits.prompts
        return form.tags(told.asks) if form else {}

    def _is_that(self, version: ServedVersion, told: Declared) -> bool:
        """Tell whether a version is one that mlspec made of this name and artifact."""
        return (
            self._has_content(version, told)
            and version.image in {None, told.image}
            and version.tags.get(VERSION_TAG) == told.version
            and version.tags.get(DIGEST_TAG, "") == told.digest
        )

    def _is_adopted(self, version: ServedVersion, told: Declared) -> bool:
        """Tell whether a version of others is the one that a spec names by its number."""
        is_named = told.version in {version.number, f"v{version.number}"}
        is_free = VERSION_TAG not in version.tags
        return is_named and is_free and self._has_content(version, told)

    def _has_content(self, version: ServedVersion, told: Declared) -> bool:
        """Tell whether a version has the artifact of a model, or says what a prompt says."""
        form = self.server.traits.prompts
        return asks_alike(form, told.asks, version.tags) if form else version.source == told.source
