"""`patches` of a `Workspace`: changes to compiled documents, as data."""

from __future__ import annotations

from typing import Any

from mlspec.schema import FieldClass, Identifier, Items, SpecModel, declare

__all__ = ["Patch", "PatchTarget"]

_GLOB: dict[str, Any] = {
    "pattern": r"^[A-Za-z0-9*?][A-Za-z0-9*?._-]{0,252}$",
    "form": "a name; `*` stands for any text and `?` for one character",
}
_PART = r"[A-Za-z0-9_*?][A-Za-z0-9_*?.+@-]{0,199}"
_PATH: dict[str, Any] = {
    "pattern": rf"^{_PART}(/{_PART}){{0,15}}$",
    "form": "a path in the output folder such as `prometheus/*.yaml`: no leading `/`, no `..`",
}
_SEGMENT = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
_FILE: dict[str, Any] = {
    "pattern": rf"^{_SEGMENT}(/{_SEGMENT}){{0,15}}$",
    "form": "a file inside the workspace such as `patches/replicas.yaml`",
}


class PatchTarget(SpecModel):
    """Objects of Kubernetes; what is absent matches all, and `*` and `?` match any text."""

    group: str | None = declare(
        "API group; `core` is the one without a name.",
        FieldClass.POLICY,
        default=None,
        examples=["apps"],
        **_GLOB,
    )
    kind: str | None = declare(
        "Kind.", FieldClass.POLICY, default=None, examples=["Deployment"], **_GLOB
    )
    name: str | None = declare(
        "Name.", FieldClass.POLICY, default=None, examples=["screen-*"], **_GLOB
    )
    namespace: str | None = declare("Namespace.", FieldClass.POLICY, default=None, **_GLOB)


class Patch(SpecModel):
    """A change to compiled documents, made after they are compiled and checked again.

    It says which documents (`target`, or `path` for a file) and what changes (one of `merge`,
    `operations` and `file`). A `merge` that is an object with `kind` and `metadata.name` says both.
    """

    id: Identifier = declare("Name of the patch; it stands in what it changes.", FieldClass.POLICY)
    target: PatchTarget | None = declare(
        "Objects of Kubernetes that it changes.", FieldClass.POLICY, default=None
    )
    path: str | None = declare(
        "Files that it changes, in the output folder.",
        FieldClass.POLICY,
        default=None,
        examples=["prometheus/*.yaml"],
        **_PATH,
    )
    merge: dict[str, Any] | None = declare(
        "Strategic merge: `null` takes a key away, lists with a key are merged by it, and "
        "`$patch: delete` or `replace` says so.",
        FieldClass.POLICY,
        default=None,
        examples=[{"spec": {"replicas": 3}}],
    )
    operations: Items[dict[str, Any]] | None = declare(
        "JSON patch (RFC 6902).",
        FieldClass.POLICY,
        default=None,
        examples=[[{"op": "replace", "path": "/spec/replicas", "value": 3}]],
    )
    file: str | None = declare(
        "A file of the workspace with the change: a mapping is merged, a list is a JSON patch.",
        FieldClass.POLICY,
        default=None,
        **_FILE,
    )
