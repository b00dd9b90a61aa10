"""What nobody has said yet of managed models: each `unknown` is told, and told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.diagnostics import Diagnostic, has_errors
from mlspec.members import text
from mlspec.rules.unsaid_value import HINT, RULE, unsaid_message, unsaid_places
from mlspec.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.syntax import Document, SourceText
    from mlspec.workspace import Workspace

__all__ = ["told_once"]

_DANGLING: Final = "MLS201"
"""That nothing has the name `unknown` is no other problem than that nobody has said the name."""


def told_once(
    found: Sequence[Diagnostic], workspace: Workspace | None, sources: Mapping[str, SourceText]
) -> list[Diagnostic]:
    """Return diagnostics with every `unknown` of a model, whether its spec binds or not.

    Where a value is no `unknown` for another reason, such as its type, that is told alone.
    """
    known = [*found, *_of_unbound(found, workspace, sources)]
    unsaid = {each.span for each in known if each.code == RULE.code}
    return [each for each in known if each.code != _DANGLING or each.span not in unsaid]


def _of_unbound(
    found: Iterable[Diagnostic], workspace: Workspace | None, sources: Mapping[str, SourceText]
) -> Iterator[Diagnostic]:
    """Yield what rules would say of models that do not bind: rules look at others only."""
    unbound = _unbound(workspace)
    told = {each.span for each in found}
    wrong = {each.span.file for each in found if each.span and has_errors([each])}
    for file in sorted(wrong & sources.keys()) if unbound else ():
        for document in parse(sources[file]).documents:
            unsaid = _unsaid(document) if _name(document) in unbound else ()
            yield from (each for each in unsaid if each.span not in told)


def _unbound(workspace: Workspace | None) -> set[str]:
    """Return the names of models that do not bind."""
    return {name for kind, name in workspace.unbound if kind == "Model"} if workspace else set()


def _unsaid(document: Document) -> Iterator[Diagnostic]:
    for path in unsaid_places(document.data):
        at, message = document.span(path), unsaid_message(path)
        yield Diagnostic(RULE.code, RULE.name, RULE.severity, message, at, hint=HINT)


def _name(document: Document) -> str:
    """Return the name of a model; "" for another document."""
    is_model = text(document.data, "kind") == "Model"
    return text(document.data, "metadata", "name") if is_model else ""
