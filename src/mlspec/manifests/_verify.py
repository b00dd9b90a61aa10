"""Hold everything in a folder against what is known of it, and keep count of what is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.diagnostics import Position, Severity, Span, sort_diagnostics
from mlspec.manifests._codes import report
from mlspec.manifests._documents import CHECKED_PARTS, FileKind, file_kind
from mlspec.manifests._kustomization import kustomization_findings
from mlspec.manifests._model import Manifest
from mlspec.manifests._rule_files import rule_findings
from mlspec.manifests._semantic import find_problems
from mlspec.manifests.definitions import (
    QUOTE,
    convert_all,
    core_kinds,
    core_versions,
    is_core_group,
    is_definition,
)
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.diagnostics import Diagnostic
    from mlspec.manifests._catalogue import Catalogue
    from mlspec.manifests._read import Folder
    from mlspec.manifests.definitions import Finding, VersionedDefinition

__all__ = ["Verification", "verify"]

_MOST_FINDINGS = 100
_MOST_OF_A_FILE = 200
_LONGEST_TITLE = 120
_WEIGHTS = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
_ON_KEYS = ("unknown-manifest-field", "missing-manifest-field")
_UNCHECKED = ("missing-checker", "unchecked-rule")
_CAUSES = ("missing-manifest-field", "wrong-manifest-type")
_PROMETHEUS = ("monitoring.coreos.com", "PrometheusRule")
_HOW_TO_ADD = "`kubectl get crd -o json | mlspec crds add -` reads it from your cluster"


@dataclass
class Verification:
    """What was found, and how many objects of which kind were checked, or were not."""

    diagnostics: tuple[Diagnostic, ...] = ()
    checked: Counter[str] = field(default_factory=Counter)
    unchecked: Counter[str] = field(default_factory=Counter)
    files: Counter[FileKind] = field(default_factory=Counter)

    @property
    def has_checked_files(self) -> bool:
        """Whether files were checked that are no objects."""
        return any(kind in self.files for kind in CHECKED_PARTS)


def verify(
    folder: Folder, catalogue: Catalogue, kubernetes: tuple[int, int] | None = None
) -> Verification:
    """Check every object and file of a folder; many problems in one run, none twice.

    `kubernetes` is the version of the cluster; without it, the newest whose schemas are installed.
    Definitions that lie in the folder are used, after those of the catalogue.
    """
    run = _Run(folder, catalogue, kubernetes)
    run.use_definitions()
    for manifest in folder.manifests.manifests:
        run.check(manifest)
    run.check_files()
    echoes = [*folder.diagnostics, *find_problems(folder.manifests)]
    found = [*run.found, *_without_echoes(echoes, run.found), *catalogue.diagnostics]
    if not (found or folder.manifests.manifests or run.result.has_checked_files):
        message = "nothing in this folder is checked: it holds no objects and no rules"
        hint = "name a folder of manifests"
        found.append(report("nothing-to-verify", message, None, hint=hint))
    run.result.diagnostics = tuple(sort_diagnostics(_bounded(sort_diagnostics(found))))
    return run.result


class _Run:
    def __init__(
        self, folder: Folder, catalogue: Catalogue, kubernetes: tuple[int, int] | None
    ) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._kubernetes = _installed(kubernetes)
        self._told: set[tuple[str, ...]] = set()
        self.found: list[Diagnostic] = []
        self.result = Verification()

    def use_definitions(self) -> None:
        """Make definitions of the CustomResourceDefinitions that lie among the objects."""
        for manifest in self._folder.manifests.manifests:
            if is_definition(dict(manifest.data)):
                converted = convert_all([dict(manifest.data)])
                self._catalogue.add(converted.definitions)
                for problem in converted.problems:
                    span = _trimmed(manifest, manifest.span(("spec",)))
                    self.found.append(report("unusable-definition", problem, span))

    def check(self, manifest: Manifest) -> None:
        """Check one object by its definition."""
        definition = self._definition(manifest)
        counts = self.result.unchecked if definition is None else self.result.checked
        counts[_title(manifest)] += 1
        findings: list[Finding] = []
        if definition is not None:
            findings += definition.findings(manifest.data)[:_MOST_FINDINGS]
        if (manifest.group, manifest.kind) == _PROMETHEUS:
            findings += rule_findings(
                manifest.data.get("spec"), ("spec",), shaped=definition is not None
            )
        self._place(manifest, findings)

    def check_files(self) -> None:
        """Check the files that are no objects, as far as we know how."""
        for document in self._folder.manifests.files:
            kind = file_kind(document)
            if kind is None:
                continue
            self.result.files[kind] += 1
            data, file = document.data, document.source.file
            if kind is FileKind.PROMETHEUS_RULES:
                self._place(Manifest(document), rule_findings(data))
            elif kind is FileKind.KUSTOMIZATION:
                found = kustomization_findings(data, file, self._folder)
                self._place(Manifest(document), found)

    def _definition(self, manifest: Manifest) -> VersionedDefinition | None:
        if is_core_group(manifest.group):
            return self._core(manifest)
        known = self._catalogue.find(manifest.group, manifest.kind)
        if known is None:
            self._tell_missing(manifest)
            return None
        if manifest.version in known.versions:
            return known.version(manifest.version)
        self._unserved(manifest, sorted(known.versions))
        return None

    def _core(self, manifest: Manifest) -> VersionedDefinition | None:
        if self._kubernetes is None:
            message = f"{manifest.kind} objects are not checked: their schemas are not installed"
            hint = "pip install 'mlspec-compiler[k8s]'"
            self._once(manifest, "missing-checker", message, hint, ("core",))
            return None
        kinds = core_kinds(self._kubernetes)
        found = kinds.find(manifest.group, manifest.version, manifest.kind)
        if found is None:
            self._unserved(manifest, kinds.versions_of(manifest.group, manifest.kind))
        return found

    def _unserved(self, manifest: Manifest, versions: list[str]) -> None:
        written = printable(str(manifest.data["apiVersion"]))
        kind = printable(manifest.kind)
        if versions:
            message = f"there is no {kind} in `{written}`"
            prefix = f"{manifest.group}/" if manifest.group else ""
            hint = "it is in " + ", ".join(f"`{prefix}{each}`" for each in versions)
            path = "apiVersion"
        else:
            version = ".".join(map(str, self._kubernetes or ()))
            message = f"Kubernetes {version} has no kind `{kind}` in `{written}`"
            hint, path = "kinds are written as in `kubectl api-resources`", "kind"
        span = manifest.span((path,))
        self.found.append(report("unserved-version", message, span, hint=hint))

    def _tell_missing(self, manifest: Manifest) -> None:
        group, kind = printable(manifest.group), printable(manifest.kind)
        known = self._catalogue.knows_group(manifest.group)
        start = f"the definitions of `{group}` hold no {kind}" if known else ""
        start = start or f"nothing is known of {kind} in `{group}`"
        message = f"{start}, so its fields are not checked"
        self._once(manifest, "missing-definition", message, _HOW_TO_ADD, (group, kind))

    def _once(
        self, manifest: Manifest, name: str, message: str, hint: str | None, key: tuple[str, ...]
    ) -> None:
        if (name, *key) not in self._told:
            self._told.add((name, *key))
            span = manifest.span(("kind",))
            self.found.append(report(name, message, span, hint=hint))

    def _place(self, manifest: Manifest, findings: Iterable[Finding]) -> None:
        for each in findings:
            if _is_of_checks(each):
                continue
            if each.name in _UNCHECKED and not self._is_news(manifest, each):
                continue
            span = _span(manifest, each)
            hint = _quoted(manifest, span) if each.hint == QUOTE else each.hint
            self.found.append(report(each.name, each.message, span, hint=hint))

    def _is_news(self, manifest: Manifest, finding: Finding) -> bool:
        """A rule that can't be evaluated is told once for a kind, a missing extra once."""
        key: tuple[str, ...] = (manifest.group, manifest.kind, finding.hint or finding.message)
        if finding.name == "missing-checker":
            key = (finding.message.rpartition(": ")[2],)
        is_news = (finding.name, *key) not in self._told
        self._told.add((finding.name, *key))
        return is_news


def _title(manifest: Manifest) -> str:
    """Return a kind for people; whatever it is called, it is short and moves no cursor."""
    return printable(f"{manifest.kind} ({manifest.data['apiVersion']})")[:_LONGEST_TITLE]


def _bounded(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Keep the first diagnostics of each file, errors before others; count the rest in a note."""
    kept: Counter[str] = Counter()
    last: dict[str, Diagnostic] = {}
    for each in sorted(diagnostics, key=lambda each: _WEIGHTS.index(each.severity)):
        file = each.span.file if each.span is not None else ""
        kept[file] += 1
        if kept[file] <= _MOST_OF_A_FILE or not file:
            yield each
            last[file] = each
    for file, count in kept.items():
        if file and count > _MOST_OF_A_FILE:
            message = f"{count - _MOST_OF_A_FILE} more problems of this file are not shown"
            yield report("more-manifest-problems", message, last[file].span)


def _is_of_checks(finding: Finding) -> bool:
    """The name is judged by a check, whatever it is."""
    return finding.path == ("metadata", "name") and finding.name == "wrong-manifest-type"


def _installed(wanted: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return the newest version that is installed and not newer than the wanted one."""
    versions = [each for each in core_versions() if wanted is None or each <= wanted]
    return versions[-1] if versions else None


def _span(manifest: Manifest, finding: Finding) -> Span:
    value = manifest.at(finding.path)
    if finding.inside is not None:
        return _trimmed(manifest, manifest.span_inside(finding.path, finding.inside))
    if finding.name in _ON_KEYS or isinstance(value, dict | list):
        return _trimmed(manifest, manifest.key_span(finding.path))
    return _trimmed(manifest, manifest.span(finding.path))


def _quoted(manifest: Manifest, span: Span) -> str:
    """Return the hint to quote a value as it is written, not as it was read."""
    lines = manifest.document.source.lines
    line = lines[span.start.line - 1] if span.start.line <= len(lines) else ""
    text = printable(line[span.start.column - 1 : span.end.column - 1])
    return f'{QUOTE}: `"{text}"`'


def _without_echoes(
    diagnostics: Iterable[Diagnostic], found: Iterable[Diagnostic]
) -> Iterator[Diagnostic]:
    """Leave out what has the cause of another diagnostic: a value of the wrong type, or none.

    A word that kubectl reads as a boolean, or a check that wants a number at the same place.
    """
    wrong = {each.span for each in found if each.name in _CAUSES}
    return (each for each in diagnostics if each.span not in wrong)


def _trimmed(manifest: Manifest, span: Span) -> Span:
    """Keep the first line of a span: more would underline whole objects."""
    if span.start.line == span.end.line:
        return span
    lines = manifest.document.source.lines
    text = lines[span.start.line - 1].rstrip() if span.start.line <= len(lines) else ""
    end = max(span.start.column + 1, len(text) + 1)
    return Span(span.file, span.start, Position(span.start.line, end))
