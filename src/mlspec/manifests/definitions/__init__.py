"""Definitions of custom resources: converted once, and what they say of an object.

In: CustomResourceDefinitions as data. Out: definitions, their files, defaults and findings.
Must not: read files, know diagnostics beyond their paths, trust what a definition holds.
"""

from mlspec.manifests.definitions._core import (
    CoreKinds,
    core_kinds,
    core_versions,
    is_core_group,
)
from mlspec.manifests.definitions._crd import Converted, convert_all, is_definition
from mlspec.manifests.definitions._definition import Definition, VersionedDefinition
from mlspec.manifests.definitions._leaves import QUOTE
from mlspec.manifests.definitions._patterns import bounded_patterns
from mlspec.manifests.definitions._stored import (
    FORMAT,
    definition_from_text,
    definition_to_text,
)
from mlspec.manifests.definitions._words import Finding

__all__ = [
    "FORMAT",
    "QUOTE",
    "Converted",
    "CoreKinds",
    "Definition",
    "Finding",
    "VersionedDefinition",
    "bounded_patterns",
    "convert_all",
    "core_kinds",
    "core_versions",
    "definition_from_text",
    "definition_to_text",
    "is_core_group",
    "is_definition",
]
