"""Changes that people make to generated documents: strategic merge and JSON patch.

In: one document as data, and a change. Out: the changed document, or the first reason why not.
Must not: read files, know which artifact a document stands in, change what it is given.
"""

from mlspec.manifests.patching._codes import PATCH_CODES, patch_report
from mlspec.manifests.patching._keys import ListKeys, list_keys
from mlspec.manifests.patching._loosened import loosened
from mlspec.manifests.patching._merge import merge
from mlspec.manifests.patching._operations import Operation, apply_operations, read_operations
from mlspec.manifests.patching._shares import Split, outnumbered, replicas
from mlspec.manifests.patching._values import PatchError

__all__ = [
    "PATCH_CODES",
    "ListKeys",
    "Operation",
    "PatchError",
    "Split",
    "apply_operations",
    "list_keys",
    "loosened",
    "merge",
    "outnumbered",
    "patch_report",
    "read_operations",
    "replicas",
]
