"""`promote`: an environment gets the version that another one has, by one line of `mlspec.yaml`.

Nothing is applied: the line goes through review like any other change, and the plan of that
change says what travels.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, cast

from mlspec.api.files import write_text
from mlspec.api.session import open_session
from mlspec.diagnostics import did_you_mean
from mlspec.errors import EvidenceMissingError, MlspecError, SpecInvalidError, UsageError
from mlspec.planning.travel import Promotion, moving_models, travel_from, travel_notice
from mlspec.syntax import with_text
from mlspec.workspace import WORKSPACE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.kinds.model import ModelSpec
    from mlspec.planning import Desired, Plan
    from mlspec.planning.travel import Travel
    from mlspec.workspace import Resource

__all__ = ["promote", "travel_notices"]

_KIND = "Model"


def promote(
    address: str,
    directory: Path | None,
    *,
    source: str,
    target: str,
    check: bool = False,
) -> Promotion:
    """Let an environment have the version of a model that another one has.

    `check` writes nothing.

    Raises:
        SpecInvalidError: the specs have errors, or `mlspec.yaml` gives no place for the line.
        UsageError: there is no such model or environment, or both are one.
        EvidenceMissingError: the version that `source` asks for was not applied there.
        RegistryUnavailableError: the registry can't be read.
    """
    if source == target:
        raise UsageError(f"`{source}` has what it has", hint="give two environments")
    session = open_session(directory)
    wanted, held = (_model(session, name, address) for name in (source, target))
    travel = _applied(session, source, wanted)
    _require_release(session, wanted, travel.version)
    before = held.metadata.version or ""
    is_written = travel.version != before and not check
    if is_written:
        _write(session, target, wanted.name, travel.version)
    return Promotion(wanted.address, target, before, travel, is_written)


def travel_notices(session: Session, plan: Plan, desired: Mapping[str, Desired]) -> Iterator[str]:
    """Yield where the versions come from that a plan brings to an environment."""
    for wanted in moving_models(plan, desired):
        notice = travel_notice(wanted, _travels(session, plan.environment, wanted.address))
        if notice:
            yield notice


def _travels(session: Session, environment: str, address: str) -> Iterator[Travel]:
    """Yield how other environments have a model; one that can't be asked tells nothing."""
    for name in sorted({*session.sound().spec.environments} - {environment}):
        with suppress(MlspecError):
            if (found := travel_from(session.backend(name), name, address)) is not None:
                yield found


def _model(session: Session, environment: str, address: str) -> Resource:
    workspace = session.environment(environment)
    models = {each.address: each for each in workspace.of_kind(_KIND)}
    name = address if "/" in address else f"model/{address}"
    if name not in models:
        close = did_you_mean(name, list(models))
        hint = f"did you mean `{close}`?" if close else "`mlspec status` lists what there is"
        raise UsageError(f"there is no model `{address}`", hint=hint)
    return models[name]


def _applied(session: Session, environment: str, wanted: Resource) -> Travel:
    found = travel_from(session.backend(environment), environment, wanted.address)
    version = wanted.metadata.version
    if version is None:
        raise UsageError(
            f"`{wanted.address}` has no version", hint="give it one in `metadata.version`"
        )
    if found is None or found.version != version:
        there = f"{found.version or 'no version'} is" if found else "nothing of it is"
        raise EvidenceMissingError(
            f"`{wanted.address}` {version} was never applied in `{environment}`: {there} live",
            hint=f"mlspec plan --env {environment} --out plan.json, and apply it first",
        )
    return found


def _require_release(session: Session, model: Resource, version: str) -> None:
    """Require that the line leads somewhere: a version of the spec as written, or a release."""
    written = session.sound().resources[model.address]
    releases = [each.version for each in cast("ModelSpec", written.spec).releases]
    if version not in (written.metadata.version, *releases):
        raise UsageError(
            f"`{model.address}` {version} is neither the version of its spec nor a release",
            hint="an override chose it; write it down as one of `releases`",
        )


def _write(session: Session, environment: str, name: str, version: str) -> None:
    home = session.sound().of_kind("Workspace")[0].document
    path = ("spec", "environments", environment, "releases", name)
    text = with_text(home, path, version)
    if text is None:
        raise SpecInvalidError(
            f"`{WORKSPACE_FILE}` has no place for the line",
            hint=f"write `releases: {{{name}: {version}}}` into the environment `{environment}`",
        )
    write_text(session.root / WORKSPACE_FILE, text)
