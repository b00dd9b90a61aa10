"""Writing one model to an MLflow server so that the same write, made again, ends the same.

The order is part of the contract: the tag that says whose write it is goes before what people
see, and the alias, which traffic follows, last. Afterwards it is read back: a server has no
compare-and-set, so that is the only way to see that another writer came in between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.errors import OperationFailedError
from mlspec.mlflow.failures import AbsentError, ExistsError
from mlspec.mlflow.reading import find_versions, read_model
from mlspec.mlflow.writing import (
    create_model,
    create_version,
    delete_alias,
    delete_model,
    delete_model_tag,
    describe_model,
    rename_model,
    set_alias,
    set_model_tag,
    set_version_tag,
)
from mlspec.registry._mirror_body import declared
from mlspec.registry._mirror_tag import (
    DIGEST_TAG,
    OP_TAG,
    VERSION_TAG,
    Tag,
    described_digest,
    is_tagged_elsewhere,
    tag_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlspec.mlflow.client import Client
    from mlspec.mlflow.model import ModelVersion, RegisteredModel
    from mlspec.registry._mirror_body import Declared
    from mlspec.state import ObjectRecord

__all__ = ["ModelWriter"]


@dataclass(frozen=True, slots=True)
class ModelWriter:
    """Writes models of one environment; `key` is that of its tag.

    `seen` are the models as they were read under the lock, by name; `plan` is what is applied.
    `knows` tells whether a run of a plan is recorded: what it left when it was given up is ours.
    """

    client: Client
    key: str
    alias: str
    seen: Mapping[str, RegisteredModel]
    knows: Callable[[str], bool]
    plan: str = ""

    def put(self, name: str, record: ObjectRecord, known: RegisteredModel | None = None) -> None:
        """Make a model as its record says; `record` has its body, `known` is the model, if read.

        Raises:
            OperationFailedError: the model is not ours, or another writer came in between.
        """
        told = declared(record.body)
        model, is_new = self._claimed(name, record, told, known)
        version = self._version(model, told, record, is_new=is_new) if told.source else None
        tag = self._tag(record, told, model, version)
        set_model_tag(self.client, name, self.key, tag.text())
        if told.description is not None and told.description != model.description:
            describe_model(self.client, name, told.description)
        if version is not None:
            self._point(model, version)
        self._require_written(name, told, tag)

    def retire(self, name: str, record: ObjectRecord) -> None:
        """Take the alias away; the model, its versions and its tag stay."""
        model = read_model(self.client, name)
        if model is None:
            return
        self._require_ours(model, record, declared(record.body))
        delete_alias(self.client, name, self.alias)
        tag = Tag(
            record.uid,
            record.revision,
            record.op_id,
            record.digest,
            model.created_ms,
            plan=self.plan,
        )
        set_model_tag(self.client, name, self.key, tag.text())

    def forget(self, name: str, record: ObjectRecord) -> None:
        """Take our tag away and leave the rest to others."""
        model = read_model(self.client, name)
        if model is not None and self._is_ours(model, record):
            delete_model_tag(self.client, name, self.key)

    def remove(self, name: str, record: ObjectRecord) -> None:
        """Delete a model with its versions; where another environment has it, what is ours."""
        model = read_model(self.client, name)
        if model is None:
            return
        self._require_ours(model, record, declared(record.body))
        if is_tagged_elsewhere(model, self.key):
            delete_alias(self.client, name, self.alias)
            delete_model_tag(self.client, name, self.key)
        else:
            delete_model(self.client, name)

    def rename(self, previous: str, name: str, record: ObjectRecord) -> RegisteredModel | None:
        """Give a model its new name, and return it; None where it is to be made.

        Where another environment has it, it stays under the old name as well.

        Raises:
            OperationFailedError: the new name is taken.
        """
        model = read_model(self.client, previous)
        if model is None or not self._is_ours(model, record):
            return read_model(self.client, name)
        if is_tagged_elsewhere(model, self.key):
            delete_alias(self.client, previous, self.alias)
            delete_model_tag(self.client, previous, self.key)
            return None
        try:
            rename_model(self.client, previous, name)
        except AbsentError:  # the answer was lost, and then the old name was gone
            return read_model(self.client, name)
        except ExistsError as error:
            raise OperationFailedError(
                f"`{previous}` can't be renamed at the MLflow server: `{name}` is taken"
            ) from error
        return replace(model, name=name)

    def _claimed(
        self, name: str, record: ObjectRecord, told: Declared, known: RegisteredModel | None
    ) -> tuple[RegisteredModel, bool]:
        """Return the model, and whether it was made just now.

        Raises:
            OperationFailedError: there is one that is not ours.
        """
        model = known or self.seen.get(name)
        if model is None:  # to make it costs one request, to look first two
            tag = Tag(record.uid, record.revision, record.op_id, record.digest, plan=self.plan)
            tags = {self.key: tag.text()}
            try:
                return create_model(self.client, name, tags, told.description or ""), True
            except ExistsError:
                model = read_model(self.client, name)
        if model is None:
            raise OperationFailedError(
                f"`{name}` can't be made at the MLflow server, and can't be read",
                hint="it may be a prompt of that name: they share the names of models",
            )
        self._require_ours(model, record, told)
        return model, False

    def _require_ours(self, model: RegisteredModel, record: ObjectRecord, told: Declared) -> None:
        if model.is_prompt or not (
            self._is_ours(model, record)
            or told.adopts == model.created_ms
            or (tag_of(model, self.key) is None and is_tagged_elsewhere(model, self.key))
        ):
            raise OperationFailedError(
                f"`{model.name}` is on the MLflow server already, and not from here",
                hint="`mlspec import mlflow` writes a spec for it; or say that it is meant, by"
                f" `spec.registry.id: {model.created_ms}`",
            )

    def _is_ours(self, model: RegisteredModel, record: ObjectRecord) -> bool:
        """Tell whether a model is the object of a record, or was made by the same operation."""
        tag = tag_of(model, self.key)
        if tag is None or tag.created_ms not in {0, model.created_ms}:
            return False
        is_same = tag.uid == record.uid or tag.op == record.op_id
        return is_same or (bool(tag.plan) and self.knows(tag.plan))

    def _version(
        self, model: RegisteredModel, told: Declared, record: ObjectRecord, *, is_new: bool
    ) -> ModelVersion:
        """Return the version of that name and artifact; it is made where there is none."""
        tags = {OP_TAG: record.op_id, VERSION_TAG: told.version}
        if told.digest:
            tags[DIGEST_TAG] = told.digest
        there = [] if is_new else find_versions(self.client, model.name)
        for each in reversed(there):
            if _is_that(each, told):
                return each
        for each in reversed(there):
            if _is_adopted(each, told):
                for key, value in tags.items():
                    set_version_tag(self.client, each, key, value)
                return each
        return create_version(self.client, model.name, told.source, tags, OP_TAG)

    def _tag(
        self,
        record: ObjectRecord,
        told: Declared,
        model: RegisteredModel,
        version: ModelVersion | None,
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

    def _point(self, model: RegisteredModel, version: ModelVersion) -> None:
        """Let the alias lead to a version; where it led before is kept first."""
        before = model.aliases.get(self.alias, "")
        if before == version.number:
            return
        if before:
            try:
                set_alias(self.client, model.name, f"previous-{self.alias}", before)
            except AbsentError:  # on 2.x an alias outlives its version
                delete_alias(self.client, model.name, f"previous-{self.alias}")
        set_alias(self.client, model.name, self.alias, version.number)

    def _require_written(self, name: str, told: Declared, tag: Tag) -> None:
        model = read_model(self.client, name)
        if (
            model is None
            or model.tags.get(self.key) != tag.text()
            or (told.source and model.aliases.get(self.alias, "") != tag.number)
            or (told.description is not None and model.description != told.description)
        ):
            raise OperationFailedError(
                f"somebody else has written to `{name}` on the MLflow server at the same time",
                hint="`mlspec drift` shows what is there now; plan again",
            )


def _is_that(version: ModelVersion, told: Declared) -> bool:
    """Tell whether a version is one that mlspec made of this name and artifact."""
    return (
        version.source == told.source
        and version.tags.get(VERSION_TAG) == told.version
        and version.tags.get(DIGEST_TAG, "") == told.digest
    )


def _is_adopted(version: ModelVersion, told: Declared) -> bool:
    """Tell whether a version of others is the one that a spec names by its number."""
    is_named = told.version in {version.number, f"v{version.number}"}
    return is_named and version.source == told.source and VERSION_TAG not in version.tags
