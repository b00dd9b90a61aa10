"""`adopt`: an observed model becomes a managed one, in the file where it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from mlspec.api._unsaid import told_once
from mlspec.api.files import write_text
from mlspec.api.session import open_session
from mlspec.api.start import is_example
from mlspec.diagnostics import Severity, did_you_mean, sort_diagnostics
from mlspec.errors import UsageError
from mlspec.importing import adopted_text
from mlspec.rules import check
from mlspec.syntax import SourceText, parse
from mlspec.workspace import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.observed_model import ObservedModelSpec
    from mlspec.workspace import Resource

__all__ = ["Adopted", "adopt"]

_KIND = "ObservedModel"


@dataclass(frozen=True, slots=True)
class Adopted:
    """One model that is managed from now on: its address, its file, and what has to be said yet."""

    address: str
    file: str
    missing: tuple[Diagnostic, ...]


def adopt(
    addresses: Sequence[str], directory: Path | None = None, *, is_check: bool = False
) -> tuple[Adopted, ...]:
    """Write observed models as managed ones, and return what is missing in each; in order.

    What nobody knows is written as `unknown`: the specs have errors until somebody says it.
    With `is_check` nothing is written.

    Raises:
        UsageError: there is no such observed model, its file holds others, or a managed model has
            its name.
        OutputError: a file can't be written.
    """
    session = open_session(directory)
    found = [_observed(session, each) for each in dict.fromkeys(addresses)]
    texts = {each.document.source.file: _text(session, each) for each in found}
    missing = _missing(session, texts)
    if not is_check:
        for file, text in texts.items():
            write_text(session.root / file, text)
    return tuple(
        Adopted(f"model/{each.name}", file, tuple(m for m in missing if _is_in(m, file)))
        for each, file in zip(found, texts, strict=True)
    )


def _observed(session: Session, address: str) -> Resource:
    workspace = session.workspace
    resources = workspace.of_kind(_KIND) if workspace else ()
    known = {each.address: each for each in resources}
    name = address.rpartition("/")[2]
    found = known.get(f"observed-model/{name}")
    if found is None:
        close = did_you_mean(f"observed-model/{name}", list(known))
        hint = f"did you mean `{close}`?" if close else "`mlspec import` writes observed models"
        raise UsageError(f"no model `{name}` is observed", hint=hint)
    if workspace is not None and (managed := workspace.resources.get(f"model/{name}")):
        file, hint = managed.document.source.file, "give one of them another name"
        if is_example(managed):
            hint = f"`{file}` is the example of `mlspec init`: take it away"
        raise UsageError(f"there is a managed model `{name}` already", hint=hint)
    if len(parse(found.document.source).documents) > 1:
        raise UsageError(
            f"`{found.document.source.file}` holds other documents, too",
            hint=f"move `{found.address}` into a file of its own",
        )
    return found


def _text(session: Session, resource: Resource) -> str:
    workspace = session.workspace
    teams = {each.name for each in workspace.of_kind("Team")} if workspace else set()
    written = resource.document.source.content.decode()
    spec = cast("ObservedModelSpec", resource.spec)
    return adopted_text(resource.metadata, spec, written, teams)


def _missing(session: Session, texts: dict[str, str]) -> list[Diagnostic]:
    """Return what is wrong with the new texts in the place of the old ones."""
    sources = {
        file: SourceText(file, texts[file].encode()) if file in texts else each
        for file, each in session.sources.items()
    }
    loaded = load(sources.values())
    found = list(loaded.diagnostics)
    if loaded.workspace is not None:
        today = session.workspace.today if session.workspace else ""
        found += check(replace(loaded.workspace, today=today))
    told = told_once(found, loaded.workspace, sources)
    return sort_diagnostics(each for each in told if each.severity is Severity.ERROR)


def _is_in(diagnostic: Diagnostic, file: str) -> bool:
    return diagnostic.span is not None and diagnostic.span.file == file
