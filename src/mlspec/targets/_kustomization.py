"""A kustomization over the files of a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact
from mlspec.syntax import emit_documents
from mlspec.targets._header import header_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json
    from mlspec.ir import Bundle

__all__ = ["kustomization"]


def kustomization(bundle: Bundle, folder: str, names: Iterable[str]) -> Artifact:
    """Return `kustomization.yaml` of a folder over `<name>.yaml`, in order of name."""
    source = bundle.pipeline.source
    files: list[Json] = [f"{name}.yaml" for name in sorted(names)]
    content: Json = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": files,
    }
    text = emit_documents([content], header=header_text(bundle, source))
    return Artifact(f"{folder}/kustomization.yaml", text, source)
