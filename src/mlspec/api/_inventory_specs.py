"""What specs say of the models and systems of an inventory, with evidence and findings."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from mlspec.api._inventory_unread import unread_specs
from mlspec.api._signers import signers_text
from mlspec.api.build import repository_of
from mlspec.api.evidence_store import evidence_of, record_path, run_path
from mlspec.api.files import read_text
from mlspec.diagnostics import Severity
from mlspec.errors import UsageError
from mlspec.evidence import EvidenceStatus, Verdict, read_run
from mlspec.importing import storage_key
from mlspec.inventory import (
    CODEOWNERS_FILES,
    CodeOwners,
    Documented,
    Expected,
    Gates,
    Origin,
    Owner,
    Review,
)
from mlspec.kinds.observed_model import UNKNOWN
from mlspec.policy import models_in, prompts_in
from mlspec.workspace import gates_of, model_of, observed_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from mlspec.api.evidence_store import KeptEvidence
    from mlspec.api.session import Session
    from mlspec.diagnostics import Diagnostic, Span
    from mlspec.inventory import Applied
    from mlspec.kinds.model import ModelSpec
    from mlspec.kinds.observed_model import ObservedModelSpec
    from mlspec.kinds.system import SystemSpec
    from mlspec.kinds.team import TeamSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["Specs", "code_owners_of", "documented", "findings_by_address"]

_KINDS: Final = ("Model", "ObservedModel", "System")
_CLUSTER: Final = ("argo-rollouts", "kserve")
_BACKENDS: Final = {"kserve": "kserve", "rollouts": "argo-rollouts"}
"""What moves traffic, and the sort of objects that serve then; Deployments do otherwise."""
_CODEOWNERS_BYTES: Final = 3 << 20


@dataclass(frozen=True)
class Specs:
    """The workspace to tell of, and the workspaces of the environments that are looked at.

    `servers` has the address of the MLflow server of each environment, where there is one.
    """

    session: Session
    workspace: Workspace
    environments: tuple[Workspace, ...]
    as_of: str
    servers: Mapping[str, str]
    applied: Mapping[str, Sequence[Applied]]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the environments."""
        return tuple(each.environment for each in self.environments)


def documented(specs: Specs) -> Iterator[Documented]:
    """Yield every model and system that a spec documents, those last whose spec can't be read.

    Raises:
        TamperedPlanError: an evidence record was changed, or its signature is for another text.
        UsageError: an evidence record, or the file of allowed signers, can't be read.
    """
    owners, _ = code_owners_of(specs)
    found = findings_by_address(specs.workspace, specs.diagnostics)
    told = _Told(specs, owners, found, _below(specs), signers_text(specs.session.root))
    for kind in _KINDS:
        for each in specs.workspace.of_kind(kind):
            yield told.of(each)
    yield from unread_specs(specs.session, specs.workspace, _KINDS, specs.diagnostics)


def _below(specs: Specs) -> str:
    """Return where the workspace lies in its repository, to be put before the name of a file."""
    folder = specs.session.folder
    return "" if folder == "." else f"{folder}/"


def code_owners_of(specs: Specs) -> tuple[CodeOwners, str]:
    """Return the CODEOWNERS of the repository, and where it lies; "" where there is none.

    One that is a link, or too large, is as if there were none.
    """
    try:
        top = repository_of(specs.session.root, specs.session.folder)
    except UsageError:  # `compile` refuses that, and says why
        top = specs.session.root
    for name in CODEOWNERS_FILES:
        file = top / name
        if file.is_file() and file.resolve().is_relative_to(top.resolve()):
            return CodeOwners.read(read_text(file, limit_bytes=_CODEOWNERS_BYTES)), name
    return CodeOwners(), ""


def findings_by_address(
    workspace: Workspace, diagnostics: Iterable[Diagnostic]
) -> Mapping[str, int]:
    """Return how many errors and warnings stand in the document of each resource.

    What somebody has waived is not open, and a note is none. One that is told of several
    environments is one.
    """
    open_ones = {
        (each.code, each.message, each.span)
        for each in diagnostics
        if each.severity is not Severity.NOTE and not each.waived
    }
    spans = [span for _, _, span in open_ones if span is not None]
    places = _places(workspace, {span.file for span in spans})
    return Counter(filter(None, (_at(span, places.get(span.file, [])) for span in spans)))


def _places(workspace: Workspace, files: set[str]) -> Mapping[str, list[tuple[int, str]]]:
    """Return where documents begin in some files; of others nobody has to know it."""
    places: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for each in workspace.resources.values():
        if each.document.source.file in files:
            places[each.document.source.file].append(
                (each.document.span(()).start.line, each.address)
            )
    return {file: sorted(starts) for file, starts in places.items()}


def _at(span: Span, starts: Sequence[tuple[int, str]]) -> str:
    place = bisect_right(starts, span.start.line, key=lambda each: each[0])
    return starts[place - 1][1] if place else ""


@dataclass(frozen=True)
class _Told:
    specs: Specs
    owners: CodeOwners
    findings: Mapping[str, int]
    below: str
    signers: str

    def of(self, resource: Resource) -> Documented:
        """Return what is documented of one resource; each kind says other things."""
        file = resource.document.source.file
        owners = self.owners.of(f"{self.below}{file}")
        facts = {
            "Model": self._model,
            "ObservedModel": self._observed,
            "System": self._system,
        }[resource.kind](resource)
        return Documented(
            resource.address,
            resource.kind,
            owner=self._owner(resource, owners),
            code_owners=owners,
            findings=self.findings.get(resource.address, 0),
            file=file,
            **facts,
        )

    def _owner(self, resource: Resource, owners: tuple[str, ...]) -> Owner:
        named = resource.metadata.owner or ""
        stated = getattr(resource.spec, "owner", UNKNOWN)
        for name in (each for each in (named, stated) if each not in ("", UNKNOWN)):
            team = self.specs.workspace.find("Team", name)
            if team is not None:
                return Owner(name, "team", tuple(cast("TeamSpec", team.spec).members))
            return Owner(name, "stated")
        return Owner(" ".join(owners), "codeowners") if owners else Owner()

    def _model(self, resource: Resource) -> dict[str, Any]:
        spec = model_of(resource)
        told = spec.registry
        prefix = self.specs.workspace.spec.registry.mlflow.name_prefix
        written = told.name if told else None
        uris = (spec.artifact.uri, told.source if told and told.source else "")
        return {
            "version": resource.metadata.version or "",
            "tier": spec.risk.tier,
            "review": review_of(spec),
            "gates": tuple(self._gates(resource)),
            "registered": ((written, (told.id if told else 0) or 0),) if written else (),
            "implied": () if written else (f"{prefix}{resource.name}",),
            "storage": tuple(sorted({storage_key(each) for each in uris} - {""})),
            "expected": tuple(self._expected(resource, spec)),
        }

    def _observed(self, resource: Resource) -> dict[str, Any]:
        spec = cast("ObservedModelSpec", resource.spec)
        key = storage_key(spec.artifact.uri)
        origins = tuple(
            Origin(each.system, each.location, each.name, each.created or 0)
            for each in spec.origins
        )
        return {
            "version": "" if spec.version == UNKNOWN else spec.version,
            "tier": "" if spec.tier == UNKNOWN else spec.tier,
            "is_hosted": bool(spec.provider) or _is_hosted(spec),
            "provider": spec.provider or "",
            "origins": origins,
            "storage": (key,) if key else (),
            "expected": tuple(_expected_of(each) for each in origins if each.system in _LIVE),
        }

    def _system(self, resource: Resource) -> dict[str, Any]:
        """Return what is told of a system; models that its prompts ask are its own, too."""
        spec = cast("SystemSpec", resource.spec)
        workspace = self.specs.workspace
        parts = (each for each in spec.components if each.is_model and not each.digest)
        asked = (each.hosted for each in prompts_in(workspace, spec) if each.hosted)
        hosted = [*(each.supplier for each in parts), *(each.provider for each in asked)]
        observed = {index: each.address for index, each in observed_in(workspace, spec)}
        named = [
            observed.get(index, f"model/{each.partition('@')[0]}")
            for index, each in enumerate(spec.models)
        ]
        found = (each.address for each in models_in(workspace, spec))
        return {
            "version": resource.metadata.version or "",
            "tier": spec.risk.tier,
            "review": review_of(spec),
            "is_hosted": bool(hosted),
            "provider": ", ".join(sorted({*hosted})),
            "models": tuple(dict.fromkeys([*named, *found])),
        }

    def _expected(self, resource: Resource, spec: ModelSpec) -> Iterator[Expected]:
        """Yield where a managed model is awaited: at the server, and where its pods run.

        A model that was applied is awaited where it was; else nobody says where.
        """
        live = {
            each.environment
            for each in self.specs.applied.get(resource.address, ())
            if each.lifecycle == "live"
        }
        backend = (spec.serving.backend or self._backend) if spec.serving else ""
        for name in self.specs.names:
            if live and name not in live:
                continue
            if name in self.specs.servers:
                yield Expected("mlflow", self.specs.servers[name], (name,))
            if backend:
                namespace = self.specs.workspace.spec.environments[name].namespace or ""
                yield Expected(_BACKENDS.get(backend, "kubernetes"), namespace, (name,))

    @property
    def _backend(self) -> str:
        return self.specs.workspace.spec.targets.backend

    def _gates(self, resource: Resource) -> Iterator[Gates]:
        for workspace in self.specs.environments:
            model = workspace.resources[resource.address]
            declared = {each.id for each in gates_of(workspace, model)}
            if not declared:
                continue
            root, moment = self.specs.session.root, f"{self.specs.as_of}T00:00:00+00:00"
            kept = evidence_of(root, workspace, model, moment, self.signers)
            is_good = kept.status is EvidenceStatus.PRESENT
            yield Gates(
                workspace.environment,
                len(declared),
                _passed(kept, declared) if is_good else 0,
                _age(record_path(root, workspace, model.address), kept, self.specs.as_of),
                kept.status.value,
            )


_LIVE: Final = (*_CLUSTER, "mlflow")
"""Systems of an origin that can show whether a model is live; cards and files can't."""


def _is_hosted(spec: ObservedModelSpec) -> bool:
    return any(each.platform == "hosted-api" for each in spec.serving)


def _expected_of(origin: Origin) -> Expected:
    if origin.system in _CLUSTER:
        return Expected(origin.system, origin.name.partition("/")[0])
    return Expected(origin.system, origin.place)


def review_of(spec: ModelSpec | SystemSpec) -> Review:
    """Return the last day of a validation, and the next one that the spec asks for.

    Hazards of the risk block that have a day count, too: the earliest day is the next one. A spec
    that asks for validations and tells of none was never validated.
    """
    days = [each.review_by for each in spec.risk.hazards if each.review_by]
    review = spec.review
    last = (review.last or "") if review else ""
    if review and last:
        days += [_later(last, review.every_days)]
    return Review(last, min(days, default=""), is_never=review is not None and not last)


def _later(day: str, days: int) -> str:
    """Return the day after some days; the last one of the calendar where it ends before."""
    start = date.fromisoformat(day)
    return (start + timedelta(days=min(days, (date.max - start).days))).isoformat()


def _passed(kept: KeptEvidence, declared: set[str]) -> int:
    results = kept.record.results if kept.record else ()
    return sum(each.verdict is Verdict.PASS and each.gate in declared for each in results)


def _age(path: Path, kept: KeptEvidence, as_of: str) -> int | None:
    """Return how many days before a day verdicts were made; None where nothing tells when.

    The moment is that of the record, or of the facts of its run beside it.
    """
    if kept.record is None:
        return None
    moment = kept.record.as_of
    beside = run_path(path)
    if not moment and beside.is_file():
        try:
            moment = read_run(read_text(beside), kept.record).started_at
        except ValueError:  # it tells of another record: `gate verify` says so
            return None
    if not moment:
        return None
    return (date.fromisoformat(as_of) - date.fromisoformat(moment[:10])).days
