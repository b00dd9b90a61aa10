"""Models and data sets as sheets: what exports say, copied from specs and evidence.

In: the effective workspace, and the record of a model where it holds today. Out: plain values.
Must not: fill a gap, or name a measure that belongs to other bytes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from mlspec.evidence import EvidenceStatus
from mlspec.ir import DataColumn, DataSheet, HazardLine, Measure, ModelSheet, PartSheet
from mlspec.lowering._card_facts import place
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.evidence import EvidenceRecord, GateResult, Interval
    from mlspec.kinds._accountability import Component
    from mlspec.kinds._risk import Hazard
    from mlspec.kinds.dataset import DatasetSpec
    from mlspec.kinds.model import ModelSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["data_sheet", "model_sheet"]


def data_sheet(resource: Resource) -> DataSheet:
    """Return the sheet of a resource of the kind `Dataset`."""
    spec, metadata = cast("DatasetSpec", resource.spec), resource.metadata
    sheet = DataSheet(
        name=resource.name,
        version=metadata.version or "",
        description=metadata.description or "",
        uri=spec.uri,
        format=spec.format,
        digest=spec.digest or "",
        source=place(resource.span(("metadata", "name"))),
        owner=metadata.owner or "",
        rows=spec.rows,
        columns=tuple(
            DataColumn(each.name, each.type, each.description or "", each.sensitive)
            for each in spec.columns
        ),
    )
    return _with_account(sheet, spec)


def _with_account(sheet: DataSheet, spec: DatasetSpec) -> DataSheet:
    """Add where data are from, what was done to them, and what is missing."""
    return replace(
        sheet,
        start=spec.period.start if spec.period else "",
        end=spec.period.end if spec.period else "",
        licence=spec.licence or "",
        origin=spec.origin or "",
        preparation=spec.preparation or "",
        gaps=tuple(spec.gaps),
        derived_from=tuple(spec.derived_from),
        produced_by=spec.produced_by or "",
    )


def model_sheet(
    workspace: Workspace,
    model: Resource,
    record: EvidenceRecord | None,
    status: EvidenceStatus,
    reason: str,
) -> ModelSheet:
    """Return the sheet of a model.

    `record` is its evidence, `status` how that stands to the specs of today, `reason` why it does
    not hold. Measures of a record that does not hold are left out.
    """
    spec, metadata = model_of(model), model.metadata
    sheet = ModelSheet(
        name=model.name,
        version=metadata.version or "",
        description=metadata.description or "",
        environment=workspace.environment,
        purpose=spec.purpose,
        task=spec.task,
        uri=spec.artifact.uri,
        format=spec.artifact.format,
        digest=spec.artifact.digest or "",
        owner=metadata.owner or "",
        tier=spec.risk.tier,
        source=place(model.span(("metadata", "name"))),
        limitations=tuple(spec.limitations),
        labels=tuple(sorted(metadata.labels.items())),
    )
    sheet = _with_origin(_with_use(_with_risk(sheet, spec), spec), spec)
    return _with_measures(_with_data(sheet, workspace, spec), record, status, reason)


def _with_risk(sheet: ModelSheet, spec: ModelSpec) -> ModelSheet:
    risk = spec.risk
    return replace(
        sheet,
        misuse=tuple((each.use, each.mitigation) for each in risk.misuse),
        groups=tuple(risk.affected.groups) if risk.affected else (),
        hazards=tuple(_hazard(each) for each in risk.hazards),
    )


def _with_use(sheet: ModelSheet, spec: ModelSpec) -> ModelSheet:
    """Add what goes in and out, and for whom."""
    return replace(
        sheet,
        inputs=tuple(
            f"{each.view}: {', '.join(each.columns)}" if each.columns else each.view
            for each in spec.features
        ),
        outputs=tuple(
            DataColumn(each.name, each.type, each.description or "") for each in spec.output.fields
        ),
        consumers=tuple(each.system for each in spec.output.consumers),
        contact=(spec.transparency.contact or "") if spec.transparency else "",
    )


def _with_origin(sheet: ModelSheet, spec: ModelSpec) -> ModelSheet:
    """Add what it is made of, and from which code."""
    lineage = spec.lineage
    return replace(
        sheet,
        parts=tuple(map(_part, spec.components)),
        repository=lineage.repository if lineage else "",
        commit=lineage.commit if lineage else "",
    )


def _with_data(sheet: ModelSheet, workspace: Workspace, spec: ModelSpec) -> ModelSheet:
    return replace(
        sheet,
        data=tuple(_data(workspace, spec)),
        training=tuple(_names(spec.data.training)),
        evaluation=tuple(_names(spec.data.evaluation)),
    )


def _with_measures(
    sheet: ModelSheet, record: EvidenceRecord | None, status: EvidenceStatus, reason: str
) -> ModelSheet:
    if record is None or status is not EvidenceStatus.PRESENT:
        return replace(sheet, why_unmeasured=reason or "no gates were judged")
    return replace(sheet, measures=tuple(_measures(record)), record=record.digest)


def _part(part: Component) -> PartSheet:
    return PartSheet(
        part.name, part.supplier, part.version or "", part.licence or "", part.digest or ""
    )


def _hazard(hazard: Hazard) -> HazardLine:
    stated = (("gate", hazard.gate), ("monitor", hazard.monitor), ("", hazard.control))
    controls = tuple(f"{kind} {each}".strip() for kind, each in stated if each)
    return HazardLine(
        hazard.id,
        hazard.hazard,
        hazard.severity,
        hazard.likelihood,
        controls,
        hazard.residual or "",
    )


def _names(references: Iterable[str]) -> Iterator[str]:
    yield from dict.fromkeys(each.partition("@")[0] for each in references)


def _data(workspace: Workspace, spec: ModelSpec) -> Iterator[DataSheet]:
    """Yield every data set behind the model once, those it was trained on first."""
    references = (*spec.data.training, *spec.data.evaluation)
    found = (workspace.find("Dataset", each) for each in references)
    for data in {each.address: each for each in found if each is not None}.values():
        yield data_sheet(data)


def _measures(record: EvidenceRecord) -> Iterator[Measure]:
    for result in record.results:
        yield from _of_gate(result)


def _of_gate(result: GateResult) -> Iterator[Measure]:
    """Yield what a gate measured of each part, and of all rows.

    The estimate of a gate that looks at parts is that of the part which decides: it is told once,
    as that of the part.
    """
    told = [(each.name, each.estimate, each.interval, each.verdict) for each in result.parts]
    if result.estimate not in [each.estimate for each in result.parts]:
        told.insert(0, ("", result.estimate, result.interval, result.verdict))
    for name, value, interval, verdict in told:
        if value is not None:
            yield Measure(
                result.gate,
                result.gate_type,
                result.metric or result.gate_type,
                value,
                name,
                *_ends(interval),
                verdict=verdict.value,
                require=result.require,
                is_change=result.require.startswith("difference of "),
            )


def _ends(interval: Interval | None) -> tuple[float | None, float | None, float | None, str]:
    if interval is None:
        return None, None, None, ""
    return interval.lower, interval.upper, interval.level, interval.method
