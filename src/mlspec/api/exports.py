"""`export`: a model or a data set in a form that tools of others read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._reliable import require_reliable
from mlspec.api._versioned import subject_of_version
from mlspec.api.evidence_store import evidence_of
from mlspec.api.policy import policy_of
from mlspec.api.session import open_session, require_day
from mlspec.errors import UsageError
from mlspec.lowering.sheets import data_sheet, model_sheet
from mlspec.reporting.exports_croissant import FILES, render_croissant
from mlspec.reporting.exports_cyclonedx import render_bill
from mlspec.reporting.exports_huggingface import render_data_readme, render_model_readme
from mlspec.reporting.exports_oscal import Assessed, render_assessment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mlspec.api.policy import PolicyReport
    from mlspec.api.session import Session
    from mlspec.ir import ModelSheet
    from mlspec.workspace import Resource, Workspace

__all__ = ["EXPORTS", "Exported", "assessed", "exported"]


@dataclass(frozen=True, slots=True)
class Exported:
    """A text for another tool; `notes` say what it could not be told."""

    address: str
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    session: Session
    workspace: Workspace
    resource: Resource
    day: str
    """The day that was named; "" where nobody named one."""


def exported(
    name: str,
    form: str,
    directory: Path | None = None,
    environment: str | None = None,
    as_of: str = "",
) -> Exported:
    """Return a resource in one of the forms of `EXPORTS`, by the specs and evidence of now.

    Args:
        name: An address, a name, or `NAME@VERSION`, which must be the version of the specs.
        form: The name of the form.
        directory: The workspace; the nearest one above the current folder otherwise.
        environment: Its environment; the only one otherwise.
        as_of: The day by which policy is judged, and that a bill of materials carries.

    Raises:
        SpecInvalidError: the specs have errors.
        UsageError: `as_of` is no day, there is no such resource, or the form can't say what it is.
    """
    require_day(as_of)
    kinds = EXPORTS[form]
    session = open_session(directory)
    workspace = session.environment(environment)
    resource = subject_of_version(workspace, name)
    if resource.kind not in kinds:
        raise _unsayable(resource, form)
    if as_of:
        workspace = replace(workspace, today=as_of)
    return kinds[resource.kind](_Asked(session, workspace, resource, as_of))


def _unsayable(resource: Resource, form: str) -> UsageError:
    listed = " or ".join(f"a {each}" for each in EXPORTS[form])
    others = ", ".join(f"`{name}`" for name in EXPORTS if resource.kind in EXPORTS[name])
    return UsageError(
        f"`{form}` describes {listed}, and `{resource.address}` is a {resource.kind}",
        hint=f"for a {resource.kind} there are {others}",
    )


def assessed(workspace: Workspace, report: PolicyReport, resource: Resource) -> Assessed:
    """Return what the packs in force say about a resource, as exports tell it."""
    packs = [each.pack for each in report.force.packs if each.applies_in(workspace.environment)]
    return Assessed(
        resource.address,
        resource.metadata.version or "",
        workspace.environment,
        workspace.today,
        tuple((f"{each.name}@{each.version}", each.digest) for each in packs),
        report.judged.of(resource.address),
    )


def _model_readme(asked: _Asked) -> Exported:
    sheet = _sheet(asked)
    return Exported(asked.resource.address, render_model_readme(sheet, __version__), _notes(sheet))


def _bill(asked: _Asked) -> Exported:
    sheet = _sheet(asked)
    text = render_bill(sheet, __version__, asked.day)
    return Exported(asked.resource.address, text, _notes(sheet))


def _sheet(asked: _Asked) -> ModelSheet:
    kept = evidence_of(asked.session.root, asked.workspace, asked.resource)
    return model_sheet(asked.workspace, asked.resource, kept.record, kept.status, kept.reason)


def _notes(sheet: ModelSheet) -> tuple[str, ...]:
    return (f"no metrics are told: {sheet.why_unmeasured}",) if sheet.why_unmeasured else ()


def _data_readme(asked: _Asked) -> Exported:
    text = render_data_readme(data_sheet(asked.resource), __version__)
    return Exported(asked.resource.address, text)


def _croissant(asked: _Asked) -> Exported:
    sheet = data_sheet(asked.resource)
    if sheet.format not in FILES:
        raise UsageError(
            f"Croissant describes files, and `{asked.resource.address}` is a {sheet.format}",
            hint=f"it takes {', '.join(sorted(FILES))}",
        )
    if not sheet.digest:
        raise UsageError(
            f"Croissant pins each file by its SHA-256, and `{asked.resource.address}` has none",
            hint=f"state `spec.digest` in {sheet.source}",
        )
    missing = [] if sheet.licence else ["no licence is stated, which Croissant asks for"]
    return Exported(asked.resource.address, render_croissant(sheet), tuple(missing))


def _assessment(asked: _Asked) -> Exported:
    registry = partial(asked.session.backend, asked.workspace.environment)
    report = policy_of(asked.session.root, asked.workspace, registry=registry)
    require_reliable(report.force)
    found = assessed(asked.workspace, report, asked.resource)
    if not found.packs:
        raise UsageError(
            f"no policy pack is in force in `{asked.workspace.environment}`",
            hint="bind one: a `PolicyBinding` with `spec: {pack: core, version: 2026.11.0}`",
        )
    return Exported(asked.resource.address, render_assessment(found, __version__))


EXPORTS: Mapping[str, Mapping[str, Callable[[_Asked], Exported]]] = {
    "croissant": {"Dataset": _croissant},
    "cyclonedx": {"Model": _bill},
    "huggingface": {"Model": _model_readme, "Dataset": _data_readme},
    "oscal": {"Model": _assessment, "System": _assessment, "Dataset": _assessment},
}
"""Form -> kind of resource that it can say -> how; the first kind wins where names are shared."""
