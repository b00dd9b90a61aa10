"""A folder of manifests to objects: multi-document files, lists, and what else lies there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.diagnostics import Position, Span, has_errors
from mlspec.manifests._codes import report
from mlspec.manifests._documents import FileKind, file_kind
from mlspec.manifests._folder import LIMITS, read_sources
from mlspec.manifests._model import Manifest, ManifestSet
from mlspec.manifests._scalars import may_differ, read_as_kubernetes
from mlspec.manifests._tolerance import is_plain_tag, joined, tagged, without_pairs
from mlspec.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from mlspec.diagnostics import Diagnostic
    from mlspec.syntax import Document, SourceText

__all__ = ["Folder", "read_folder", "read_manifests"]

_MERGE_KEY = "merge-key"
_CHART = "Chart.yaml"


@dataclass(frozen=True)
class Folder:
    """What a folder holds, and what is wrong with its files before any object is looked at.

    `shown` stands before the name of each file, relative to the folder.
    """

    manifests: ManifestSet
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceText]
    shown: str = ""


def read_folder(path: Path, shown: str = "") -> Folder:
    """Read the YAML and JSON files below a folder; whatever they hold, nothing raises.

    `shown` is put before the relative name of each file in diagnostics.
    """
    sources, diagnostics = read_sources(str(path), shown)
    folder = read_manifests(sources)
    return replace(folder, diagnostics=(*diagnostics, *folder.diagnostics), shown=shown)


def read_manifests(sources: Iterable[SourceText]) -> Folder:
    """Read files that are at hand."""
    kept = {each.file: each for each in sources}
    charts = {file.removesuffix(_CHART) for file in kept if file.rpartition("/")[2] == _CHART}
    manifests: list[Manifest] = []
    files: list[Document] = []
    diagnostics: list[Diagnostic] = []
    for source in kept.values():
        documents, found = _documents(source, charts)
        diagnostics += found
        for document in documents:
            if file_kind(document) is None:
                manifests += _objects(document, diagnostics)
            else:
                files.append(document)
    diagnostics += _unrecognised(files)
    return Folder(ManifestSet(tuple(manifests), tuple(files)), tuple(diagnostics), kept)


def _documents(
    source: SourceText, charts: set[str]
) -> tuple[tuple[Document, ...], list[Diagnostic]]:
    readable = without_pairs(_without_tabs(source))
    parsed = parse(readable, LIMITS)
    found = [each for each in parsed.diagnostics if not is_plain_tag(each)]
    if has_errors(found) and _is_template(source, charts):
        message = "this is a template of a Helm chart, which can't be checked before it is rendered"
        hint = "run `helm template NAME CHART --output-dir DIR`, then `mlspec verify DIR`"
        return (), [report("unrendered-chart", message, _start(source), hint=hint)]
    if any(each.name == _MERGE_KEY for each in found):
        return (), _with_merges(found)
    read = _as_kubernetes(parsed.documents, found) if may_differ(source) else parsed.documents
    if readable.content != source.content:
        read = tuple(replace(each, data=joined(each.data)) for each in read)
    return tuple(tagged(each, parsed.diagnostics) for each in read), found


def _with_merges(found: list[Diagnostic]) -> list[Diagnostic]:
    """Tell the first merge key alone: what all of them come to is not known."""
    merges = [each for each in found if each.name == _MERGE_KEY]
    message = "merge keys are not resolved here, so no object of this file is checked"
    hint = "write the merged fields out"
    told = report("merge-key-in-manifest", message, merges[0].span, hint=hint)
    return [*(each for each in found if each.name != _MERGE_KEY), told]


def _as_kubernetes(
    documents: tuple[Document, ...], found: list[Diagnostic]
) -> tuple[Document, ...]:
    read = []
    for document in documents:
        if file_kind(document) not in (None, FileKind.KUSTOMIZATION):
            read.append(document)
            continue
        reading = read_as_kubernetes(document)
        for span, text, value in reading.surprises:
            became = str(value).lower()
            message = f"kubectl reads the plain word `{text}` as {became}"
            hint = f'write `"{text}"` for text, or `{became}`'
            found.append(report("ambiguous-scalar", message, span, hint=hint))
        read.append(replace(document, data=reading.data))
    return tuple(read)


def _is_template(source: SourceText, charts: set[str]) -> bool:
    in_chart = any(source.file.startswith(f"{chart}templates/") for chart in charts)
    return in_chart or (b"{{" in source.content and any(map(source.file.startswith, charts)))


def _objects(document: Document, diagnostics: list[Diagnostic]) -> list[Manifest]:
    """Return the object of a document, or the items of a list; what is none is reported."""
    kept = []
    for each in _unrolled(Manifest(document)):
        wrong = [key for key in ("apiVersion", "kind") if not _is_word(each.data.get(key))]
        if not wrong:
            kept.append(each)
            continue
        listed = " and ".join(f"`{key}`" for key in wrong)
        span = each.span((wrong[0],) if wrong[0] in each.data else ())
        message = f"an object needs {listed} as text"
        hint = "every object of Kubernetes starts with `apiVersion` and `kind`"
        diagnostics.append(report("incomplete-object", message, _first_line(span), hint=hint))
    return kept


def _unrolled(manifest: Manifest) -> Iterator[Manifest]:
    """`List` and `ServiceList` wrap objects, as `kubectl get -o yaml` prints them."""
    items = manifest.data.get("items")
    if not isinstance(items, list) or not manifest.kind.endswith("List"):
        yield manifest
        return
    for index in range(len(items)):
        yield Manifest(manifest.document, ("items", index))


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _unrecognised(files: Iterable[Document]) -> Iterator[Diagnostic]:
    for document in files:
        if file_kind(document) is FileKind.UNKNOWN:
            message = "this document is no object of Kubernetes, so it is not checked"
            hint = "an object starts with `apiVersion` and `kind`"
            place = document.start
            span = Span(document.source.file, place, Position(place.line, place.column + 1))
            yield report("unrecognised-document", message, span, hint=hint)


def _without_tabs(source: SourceText) -> SourceText:
    """Tabs indent JSON as well as spaces do, and can't stand in its texts."""
    if not source.file.endswith(".json") or b"\t" not in source.content:
        return source
    return replace(source, content=source.content.replace(b"\t", b" "))


def _start(source: SourceText) -> Span:
    return Span(source.file, Position(1, 1), Position(1, 2))


def _first_line(span: Span) -> Span:
    """A span of a whole object would underline all of it: its first character is enough."""
    if span.start.line == span.end.line:
        return span
    return Span(span.file, span.start, Position(span.start.line, span.start.column + 1))
