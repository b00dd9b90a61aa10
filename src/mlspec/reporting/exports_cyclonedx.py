"""A model as a bill of materials: CycloneDX 1.6 (ECMA-424) with a model card, as JSON.

The same model gives the same bytes: the serial number is made of what the bill says, and it has a
time only where somebody names a day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.reporting._export_parts import address, hexadecimal, one_line, shown_number, uuid_of
from mlspec.reporting._licences import spdx_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import DataSheet, HazardLine, Measure, ModelSheet, PartSheet

__all__ = ["render_bill"]

_SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"


def render_bill(sheet: ModelSheet, version: str, day: str = "") -> str:
    """Return the bill of a model; `version` is that of mlspec, `day` the day that it is made on."""
    parts: list[Json] = [_data(each) for each in sheet.data]
    parts += [_part(each) for each in sheet.parts]
    bill: dict[str, Json] = {
        "$schema": _SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": _metadata(sheet, version, day),
        "components": parts,
        "dependencies": _dependencies(sheet),
    }
    return pretty_json(bill | {"serialNumber": f"urn:uuid:{uuid_of('cyclonedx', bill)}"})


def _metadata(sheet: ModelSheet, version: str, day: str) -> Json:
    tool: Json = {"type": "application", "name": "mlspec", "version": version}
    found: dict[str, Json] = {"tools": {"components": [tool]}, "component": _model(sheet)}
    return found | ({"timestamp": f"{day}T00:00:00Z"} if day else {})


def _model(sheet: ModelSheet) -> Json:
    return _stated(
        {
            "type": "machine-learning-model",
            "bom-ref": _reference("model", sheet.name),
            "name": sheet.name,
            "version": sheet.version,
            "description": sheet.description or sheet.purpose,
            "hashes": _hashes(sheet.digest),
            "externalReferences": [*_links(sheet)],
            "modelCard": _card(sheet),
            "properties": [*_properties(sheet)],
        }
    )


def _reference(kind: str, name: str) -> str:
    return f"{kind}/{name}"


def _links(sheet: ModelSheet) -> Iterator[Json]:
    if sheet.uri:
        hashes = _hashes(sheet.digest)
        yield _stated({"type": "distribution", "url": address(sheet.uri), "hashes": hashes})
    if sheet.repository:
        commit = f"commit {sheet.commit}"
        yield {"type": "vcs", "url": address(sheet.repository), "comment": commit}


def _card(sheet: ModelSheet) -> Json:
    datasets: list[Json] = [{"ref": _reference("dataset", each.name)} for each in sheet.data]
    return _stated(
        {
            "modelParameters": _stated(
                {
                    "task": sheet.task,
                    "datasets": datasets,
                    "inputs": [{"format": each} for each in sheet.inputs],
                    "outputs": [{"format": f"{each.name}: {each.type}"} for each in sheet.outputs],
                }
            ),
            "quantitativeAnalysis": _stated(
                {"performanceMetrics": [_metric(each) for each in sheet.measures]}
            ),
            "considerations": _considerations(sheet),
        }
    )


def _considerations(sheet: ModelSheet) -> Json:
    return _stated(
        {
            "users": [*sheet.consumers],
            "useCases": [sheet.purpose],
            "technicalLimitations": [*sheet.limitations],
            "ethicalConsiderations": [_risk(each) for each in sheet.hazards],
            "fairnessAssessments": [{"groupAtRisk": each} for each in sheet.groups],
        }
    )


def _metric(measure: Measure) -> Json:
    kind = f"difference of {measure.metric}" if measure.is_change else measure.metric
    ends: dict[str, Json] = {}
    if measure.lower is not None and measure.upper is not None:
        lower, upper = shown_number(measure.lower), shown_number(measure.upper)
        ends = {"confidenceInterval": {"lowerBound": lower, "upperBound": upper}}
    value = shown_number(measure.value)
    return _stated({"type": kind, "value": value, "slice": measure.slice, **ends})


def _risk(hazard: HazardLine) -> Json:
    return _stated({"name": hazard.hazard, "mitigationStrategy": "; ".join(hazard.controls)})


def _data(data: DataSheet) -> Json:
    described: dict[str, Json] = {
        "type": "dataset",
        "name": data.name,
        "contents": {"url": address(data.uri)},
        "sensitiveData": [each.name for each in data.columns if each.is_sensitive],
        "description": " ".join(filter(None, [data.origin, data.preparation, *data.gaps])),
    }
    return _stated(
        {
            "type": "data",
            "bom-ref": _reference("dataset", data.name),
            "name": data.name,
            "version": data.version,
            "description": data.description,
            "hashes": _hashes(data.digest),
            "licenses": _licences(data.licence),
            "data": [_stated(described)],
            "properties": [_property("source", data.source)],
        }
    )


def _part(part: PartSheet) -> Json:
    return _stated(
        {
            "type": "library",
            "bom-ref": _reference("component", part.name),
            "name": part.name,
            "version": part.version,
            "supplier": {"name": part.supplier},
            "hashes": _hashes(part.digest),
            "licenses": _licences(part.licence),
        }
    )


def _dependencies(sheet: ModelSheet) -> list[Json]:
    below = [_reference("dataset", each.name) for each in sheet.data]
    below += [_reference("component", each.name) for each in sheet.parts]
    rest: list[Json] = [{"ref": each} for each in sorted(below)]
    return [{"ref": _reference("model", sheet.name), "dependsOn": [*sorted(below)]}, *rest]


def _properties(sheet: ModelSheet) -> Iterator[Json]:
    for name, text in (
        ("source", sheet.source),
        ("environment", sheet.environment),
        ("owner", sheet.owner),
        ("risk-tier", sheet.tier),
        ("artifact-format", sheet.format),
        ("evidence", sheet.record),
        ("evidence-missing", sheet.why_unmeasured),
    ):
        if text:
            yield _property(name, text)
    for name in sheet.training:
        yield _property("training-data", name)
    for name in sheet.evaluation:
        yield _property("evaluation-data", name)
    for hazard in sheet.hazards:
        yield _property(f"hazard:{hazard.id}", f"{hazard.severity}, {hazard.likelihood}")


def _property(name: str, text: str) -> Json:
    return {"name": f"mlspec:{name}", "value": one_line(text)}


def _hashes(digest: str) -> list[Json]:
    return [{"alg": "SHA-256", "content": hexadecimal(digest)}] if digest else []


def _licences(licence: str) -> list[Json]:
    if not licence:
        return []
    known = spdx_id(licence)
    return [{"license": {"id": known} if known else {"name": one_line(licence)}}]


def _stated(found: dict[str, Json]) -> dict[str, Json]:
    """Return what was stated: nothing is filled in, and an empty list says that nobody did."""
    return {key: each for key, each in found.items() if each not in ("", [], {}, None)}
