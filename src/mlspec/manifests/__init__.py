"""Manifests of Kubernetes and its neighbours: read, checked, completed, whoever wrote them.

In: documents of a folder, and the definitions (CRDs) of the cluster they go to. Out: diagnostics.
Must not: know kinds or the IR, touch a cluster, ship a definition, read a clock.
Modules are imported on first use: reading a folder needs no CEL, and a definition no PromQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lazy import importer

if TYPE_CHECKING:
    from mlspec.manifests._catalogue import Catalogue, definition_file
    from mlspec.manifests._codes import MANIFEST_CODES
    from mlspec.manifests._documents import CHECKED_PARTS, FileKind, file_kind
    from mlspec.manifests._model import Manifest, ManifestSet, Problem
    from mlspec.manifests._port import Check
    from mlspec.manifests._read import Folder, read_folder, read_manifests
    from mlspec.manifests._semantic import check_codes, find_problems, load_checks
    from mlspec.manifests._verify import Verification, verify
    from mlspec.manifests.checks._cron import schedule_fault
    from mlspec.manifests.checks._quantity import quantity

__all__ = [
    "CHECKED_PARTS",
    "MANIFEST_CODES",
    "Catalogue",
    "Check",
    "FileKind",
    "Folder",
    "Manifest",
    "ManifestSet",
    "Problem",
    "Verification",
    "check_codes",
    "definition_file",
    "file_kind",
    "find_problems",
    "load_checks",
    "quantity",
    "read_folder",
    "read_manifests",
    "schedule_fault",
    "verify",
]

_MODULES = {
    "CHECKED_PARTS": "_documents",
    "MANIFEST_CODES": "_codes",
    "Catalogue": "_catalogue",
    "Check": "_port",
    "FileKind": "_documents",
    "Folder": "_read",
    "Manifest": "_model",
    "ManifestSet": "_model",
    "Problem": "_model",
    "Verification": "_verify",
    "check_codes": "_semantic",
    "definition_file": "_catalogue",
    "file_kind": "_documents",
    "find_problems": "_semantic",
    "load_checks": "_semantic",
    "quantity": "checks._quantity",
    "read_folder": "_read",
    "read_manifests": "_read",
    "schedule_fault": "checks._cron",
    "verify": "_verify",
}

__getattr__ = importer(__name__, _MODULES)
