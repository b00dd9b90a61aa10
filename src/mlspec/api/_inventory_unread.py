"""Specs of an inventory that have errors: what they say is not known, and they are not left out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.importing import storage_key
from mlspec.inventory import Documented, Source
from mlspec.kinds import find_kind
from mlspec.members import text, whole
from mlspec.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from mlspec.api.session import Session
    from mlspec.diagnostics import Diagnostic
    from mlspec.syntax import Document
    from mlspec.workspace import Workspace

__all__ = ["unread_files", "unread_specs"]


def unread_specs(
    session: Session, workspace: Workspace, kinds: Collection[str], errors: Iterable[Diagnostic]
) -> Iterator[Documented]:
    """Yield the specs of some kinds whose name and kind is all that is certain, as unread ones.

    What a model says of where it is registered and where its bytes are tells live objects of it
    from those that nobody documents; nothing else of it is taken.
    """
    known = {(kind, name) for kind, name in workspace.unbound if kind in kinds}
    counts = _by_file(errors)
    for file in sorted(counts.keys() & session.sources.keys() if known else ()):
        for document in parse(session.sources[file]).documents:
            told = _told(document)
            if told in known and told[1]:  # the file itself is told in any case
                yield _unread(document, *told, counts[file])


def unread_files(workspace: Workspace, errors: Iterable[Diagnostic]) -> Iterator[Source]:
    """Yield the files of which something could not be read, as sources that nobody looked at."""
    read = {each.document.source.file for each in workspace.resources.values()}
    for file, number in sorted(_by_file(errors).items()):
        is_spec = file in workspace.sources  # and no pack, nor another file that specs name
        if is_spec and (file not in read or _is_cut(workspace, file)):
            many = "1 error" if number == 1 else f"{number:,} errors"
            why_not = f"it has {many}, so what it says is not known; see `mlspec validate`"
            yield Source(file, "specs", why_not=why_not)


def _is_cut(workspace: Workspace, file: str) -> bool:
    """Tell whether a document of a file, of which others were read, was not."""
    documents = parse(workspace.sources[file]).documents
    return any(_told(each) in workspace.unbound for each in documents)


def _by_file(errors: Iterable[Diagnostic]) -> Counter[str]:
    spans = (each.span for each in errors if each.severity is Severity.ERROR)
    return Counter(each.file for each in spans if each is not None)


def _told(document: Document) -> tuple[str, str]:
    return text(document.data, "kind"), text(document.data, "metadata", "name")


def _unread(document: Document, kind: str, name: str, findings: int) -> Documented:
    found, data = find_kind(kind), document.data
    written = text(data, "spec", "registry", "name")
    key = storage_key(text(data, "spec", "artifact", "uri"))
    made = whole(data, "spec", "registry", "id")
    return Documented(
        f"{found.prefix if found else ''}/{name}",
        kind,
        findings=findings,
        file=document.source.file,
        registered=((written, made),) if written else (),
        implied=() if written or kind != "Model" else (name,),
        storage=(key,) if key else (),
        is_readable=False,
    )
