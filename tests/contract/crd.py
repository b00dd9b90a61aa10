"""What a real API server says about a custom resource, without one: the product's own check.

The recorded definitions are converted as `mlspec crds add` does. `test_definitions` holds them to
the recorded verdicts of a kube-apiserver, so that the other tests may trust them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mlspec.manifests.definitions import Definition, VersionedDefinition, convert_all
from mlspec.syntax import Limits, SourceText, parse

CONFORMANCE = Path(__file__).resolve().parents[3] / "shared" / "conformance"
WHY_SKIPPED = "the recorded CRDs and verdicts (../shared/conformance) are not beside this checkout"

_LIMITS = Limits(file_bytes=8 << 20, nodes=2_000_000, depth=200)


@dataclass(frozen=True)
class Recorded:
    """One version of a recorded kind."""

    definition: VersionedDefinition

    def problems(self, resource: dict[str, Any]) -> list[str]:
        """Return why an API server would refuse the object; nothing if it would not."""
        return [each.message for each in self.definition.findings(resource)]

    def defaulted(self, resource: dict[str, Any]) -> dict[str, Any]:
        """Return the object as it would be stored."""
        return self.definition.defaulted(resource)


def definition(api_version: str, kind: str) -> Recorded:
    """Return the recorded definition of a version of a kind."""
    group, _, version = api_version.partition("/")
    for file in sorted((CONFORMANCE / "crds").glob(f"{group}_*.yaml")):
        if f"\n    kind: {kind}\n" in file.read_text("utf-8"):
            return Recorded(converted(file).version(version))
    raise LookupError(f"{api_version} {kind}")


def every_definition() -> tuple[Definition, ...]:
    """Return all recorded definitions."""
    return tuple(converted(file) for file in sorted((CONFORMANCE / "crds").glob("*.yaml")))


@cache
def converted(file: Path) -> Definition:
    """Return the definition in a file."""
    documents = parse(SourceText(file.name, file.read_bytes()), _LIMITS).documents
    found = convert_all(each.data for each in documents)
    assert not found.problems
    return found.definitions[0]
