"""Models and data sets as sheets: what exports say, copied from specs and evidence.

In: the effective workspace, and the record of a model where it holds today. Out: plain values.
Must not: fill a gap, or name a measure that belongs to other bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.evidence import EvidenceStatus
from mlspec.ir import DataColumn, DataSheet, HazardLine, Measure, ModelSheet, PartSheet
from mlspec.lowering._card_facts import place
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.evidence import EvidenceRecord, GateResult, Interval
    from mlspec.kinds._risk import Hazard
    from mlspec.kinds.dataset import DatasetSpec
    from mlspec.kinds.model import ModelSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["data_sheet", "model_sheet"]


def data_sheet(resource: Resource) -> DataSheet:
    """Return the sheet of a resource of the kind `Dataset`."""
    spec, metadata = cast("DatasetSpec", resource.spec), resource.metadata
    return DataSheet(
        name=resource.name,
        version=metadata.version or "",
        description=metadata.description or "",
        uri=spec.uri,
        format=spec.format,
        digest=spec.digest or "",
        source=place(resource.span(("metadata", "name"))),
        owner=metadata.owner or "",
        rows=spec.rows,
        start=spec.period.start if spec.period else "",
        end=spec.period.end if spec.period else "",
        columns=tuple(
            DataColumn(each.name, each.type, each.description or "", each.sensitive)
            for each in spec.columns
        ),
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
    holds = record is not None and status is EvidenceStatus.PRESENT
    lineage, notices = spec.lineage, spec.transparency
    return ModelSheet(
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
        misuse=tuple((each.use, each.mitigation) for each in spec.risk.misuse),
        groups=tuple(spec.risk.affected.groups) if spec.risk.affected else (),
        hazards=tuple(_hazard(each) for each in spec.risk.hazards),
        data=tuple(_data(workspace, spec)),
        training=tuple(_names(spec.data.training)),
        evaluation=tuple(_names(spec.data.evaluation)),
        parts=tuple(
            PartSheet(
                each.name,
                each.supplier,
                each.version or "",
                each.licence or "",
                each.digest or "",
            )
            for each in spec.components
        ),
        inputs=tuple(
            f"{each.view}: {', '.join(each.columns)}".rstrip(": ") for each in spec.features
        ),
        outputs=tuple(
            DataColumn(each.name, each.type, each.description or "") for each in spec.output.fields
        ),
        consumers=tuple(each.system for each in spec.output.consumers),
        repository=lineage.repository if lineage else "",
        commit=lineage.commit if lineage else "",
        contact=(notices.contact or "") if notices else "",
        labels=tuple(sorted(metadata.labels.items())),
        measures=tuple(_measures(record)) if record is not None and holds else (),
        record=record.digest if record is not None and holds else "",
        why_unmeasured="" if holds else reason or "no gates were judged",
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
