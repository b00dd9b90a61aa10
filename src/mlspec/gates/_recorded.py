"""Whether a record can be what an evaluation of the gates of a spec wrote.

A record names its gates by a digest, and says of each what it weighs: whether it is required,
waived, excused, and what it asks for. All that stands in the spec, too, so it is compared; and a
verdict has to be the one that its numbers give. No file is read here: plans ask for it each time.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from mlspec.evidence import Verdict, instant, is_remote, shown
from mlspec.gates._digest import by_id
from mlspec.gates._facts import other_fact
from mlspec.gates._first_release import as_before_excuse, with_first_release
from mlspec.gates._follows import unfounded
from mlspec.gates._possible import impossible
from mlspec.gates._registry import find_gate
from mlspec.gates._weight import as_stated, depends_on_time, governed, waivers_end
from mlspec.gates._whole import Seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.evidence import EvidenceRecord
    from mlspec.gates._inputs import EvaluationInputs
    from mlspec.gates._port import Need
    from mlspec.gates._spec import GateSpecBase

__all__ = ["spec_difference"]


def spec_difference(
    record: EvidenceRecord,
    gate_specs: Sequence[GateSpecBase],
    inputs: EvaluationInputs | None,
    features: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Return what a record says of gates otherwise than the spec, in words; "" for nothing.

    Args:
        record: of these very gates: its digest of the gates was compared before.
        gate_specs: the gates, those of gate sets included.
        inputs: which files the gates are evaluated from.
        features: what `feature_names` finds in the references of drift gates; without, features
            that only `*` asks for are not compared.
    """
    specs = by_id(gate_specs)
    judged = [(each.gate, each.gate_type) for each in record.results]
    if judged != [(each.id, each.gate_type) for each in specs]:
        return "the record lacks a gate of the spec, or has another"
    found = chain(
        _of_weights(record, specs),
        _of_numbers(record, specs, features or {}),
        _of_facts(record, specs, inputs),
        _of_time(record, depends=depends_on_time(specs, inputs)),
        _of_ages(record, specs, inputs),
        _of_materials(record, specs, inputs),
    )
    return next(found, "")


def _of_weights(record: EvidenceRecord, specs: Sequence[GateSpecBase]) -> Iterator[str]:
    """Yield what gates weigh otherwise; an excuse needs a floor among the other results."""
    bare = [as_before_excuse(each) for each in record.results]
    ruled = [governed(*pair, record.as_of) for pair in zip(specs, bare, strict=True)]
    expected = with_first_release(specs, ruled)
    for spec, said, other in zip(specs, record.results, expected, strict=True):
        told, stated = said.to_json(), as_stated(spec, other).to_json()
        for name in sorted(told.keys() | stated.keys()):
            if told.get(name) != stated.get(name):
                yield _told(spec, name, told.get(name), stated.get(name))


def _told(spec: GateSpecBase, name: str, said: Json, stated: Json) -> str:
    brief = "something else" if isinstance(said, dict | list) else f"`{said}`"
    other = "" if isinstance(stated, dict | list) or stated is None else f", not `{stated}`"
    return f"gate {spec.id}: the record says {brief} as `{name}`{other}, which the spec does not"


def _of_numbers(
    record: EvidenceRecord,
    specs: Sequence[GateSpecBase],
    features: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    rows = {each.name: each.rows for each in record.materials}
    seen = Seen(rows.get("predictions") or 0, record.as_of, features)
    for spec, result in zip(specs, record.results, strict=True):
        found = unfounded(spec, result, seen) or impossible(spec, result, rows.get("predictions"))
        if found:
            yield f"gate {spec.id} contradicts what the spec asks for, {found}"


def _of_facts(
    record: EvidenceRecord, specs: Sequence[GateSpecBase], inputs: EvaluationInputs | None
) -> Iterator[str]:
    """Yield facts that are otherwise than the spec and the parts of a verdict have them."""
    for spec, result in zip(specs, record.results, strict=True):
        found = other_fact(spec, result, inputs)
        if found:
            yield f"gate {spec.id}: {found}"


def _of_time(record: EvidenceRecord, *, depends: bool) -> Iterator[str]:
    if depends and not record.as_of:
        yield "the record does not say when its gates were judged, which depend on time"
    ends = waivers_end(record.results)
    if ends and not "" < record.valid_until <= min(ends):
        yield "the record is to hold for longer than its waivers do"


def _of_ages(
    record: EvidenceRecord, specs: Sequence[GateSpecBase], inputs: EvaluationInputs | None
) -> Iterator[str]:
    """Yield sources of passes that grow too old before the record ends.

    What a source says was measured before the gates were judged, so it holds no longer than its
    days from then.
    """
    days = _days(inputs)
    judged, end = instant(record.as_of), instant(record.valid_until)
    for need in _needs_of_passes(record, specs):
        if judged is None or need.source not in days:
            continue
        if end is None or end > judged + timedelta(days=days[need.source]):
            yield f"the record is to hold for longer than {shown(need.source)} may be used"


def _days(inputs: EvaluationInputs | None) -> dict[str, int]:
    """Return for how many days sources may be used, of those that say so."""
    sources = () if inputs is None else inputs.sources
    return {e.name: e.maximum_age_days for e in sources if e.maximum_age_days is not None}


def _needs_of_passes(record: EvidenceRecord, specs: Sequence[GateSpecBase]) -> Iterator[Need]:
    for spec, result in zip(specs, record.results, strict=True):
        yield from find_gate(spec).reads(spec) if result.verdict is Verdict.PASS else ()


def _of_materials(
    record: EvidenceRecord, specs: Sequence[GateSpecBase], inputs: EvaluationInputs | None
) -> Iterator[str]:
    """Yield which files passes do not rest on although the spec has the gates read them."""
    read = {each.name: (each.file, each.digest) for each in record.materials}
    stated = _stated(inputs)
    for spec, result in zip(specs, record.results, strict=True):
        needs = find_gate(spec).reads(spec) if result.verdict is Verdict.PASS else ()
        for need in (each for each in needs if not each.may_be_absent):
            file, pin = stated.get(need.source, ("", None))
            if not _is_stated(read.get(need.source), file, pin):
                yield f"gate {spec.id} passes without {shown(need.source)} as the spec states it"


def _is_stated(read: tuple[str, str] | None, file: str, pin: str | None) -> bool:
    """Tell whether a file is the one of the spec; nothing but a pin says so of one in S3."""
    if read is None or read[0] != file:
        return False
    return pin == read[1] or (pin is None and not is_remote(file))


def _stated(inputs: EvaluationInputs | None) -> dict[str, tuple[str, str | None]]:
    """Return the file and the pin of everything that gates may read, by name."""
    if inputs is None:
        return {}
    files: dict[str, tuple[str, str | None]] = {
        "predictions": (inputs.predictions or "", inputs.predictions_digest),
        "champion": (inputs.champion or "", inputs.champion_digest),
        "labels": (inputs.labels or "", inputs.labels_digest),
        "metrics": (inputs.metrics or "", inputs.metrics_digest),
    }
    return files | {each.name: (each.file, each.digest) for each in inputs.sources}
