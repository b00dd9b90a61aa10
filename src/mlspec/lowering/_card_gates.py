"""The card section about gates: what is required, what was measured, and whether it still holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

from mlspec.evidence import EvidenceStatus, status
from mlspec.gates import gates_digest, load_gates
from mlspec.ir import CardSection, CardValue, ValueStatus
from mlspec.lowering._card_facts import Facts, number, percent
from mlspec.lowering._card_parts import part_values
from mlspec.printable import counted
from mlspec.workspace import gates_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.evidence import EvidenceRecord, GateResult, Interval, Verdict
    from mlspec.kinds.gate_set import GateSetSpec
    from mlspec.kinds.model import ModelSpec
    from mlspec.workspace import Workspace

__all__ = ["Known", "gates", "security"]

_STATUS = {
    EvidenceStatus.PRESENT: ValueStatus.PRESENT,
    EvidenceStatus.STALE: ValueStatus.STALE,
    EvidenceStatus.MISSING: ValueStatus.MISSING,
}


_SECURITY = ("attack-resistance", "security")
_SAMPLE_FIRST = ("rows", "positives", "negatives")


class Known(NamedTuple):
    """What is known of records besides what they say.

    `digests` are those of today of the files that they rest on, None where nobody looked; `doubts`
    say by address of a model why the record of it that is there does not count.
    """

    digests: Mapping[str, str | None] | None
    doubts: Mapping[str, str]


class _Measured(NamedTuple):
    """Something that was measured: in words, and in full the numbers that the words round."""

    label: str
    text: str
    numbers: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The record of the model, how it stands and why; `how` is the command that renews it.

    `facts` makes the values.

    There can be a record that is stale and can't be read: then there is none here, and `file` is
    where it lies.
    """

    facts: Facts
    record: EvidenceRecord | None
    status: ValueStatus
    reason: str
    how: str
    file: str

    def verdict(self, label: str, verdict: Verdict | None, group: str = "") -> CardValue:
        """Return a verdict; one that is no pass is present: it is known, and it is bad news."""
        made = self.facts.about(group).beside
        if self.record is None and self.status is ValueStatus.STALE:
            return made(label, self.status, self.reason, self.file, self.how)
        if self.record is None or verdict is None:
            return made(label, ValueStatus.MISSING, how=self.how)
        how = "" if self.status is ValueStatus.PRESENT else self.how
        return made(label, self.status, verdict.value, self.record.digest, how)

    def measured(self, group: str, found: _Measured) -> CardValue:
        """Return a number behind a verdict; it is as current as the verdict."""
        value = self.recorded(found.label, found.text)
        return value._replace(status=self.status, group=group, numbers=found.numbers)

    def recorded(self, label: str, text: str) -> CardValue:
        """Return a fact about the record itself, which holds however old it is."""
        source = self.record.digest if self.record else ""
        return CardValue(label, ValueStatus.PRESENT, text, source)


def gates(
    workspace: Workspace,
    facts: Facts,
    spec: ModelSpec,
    record: EvidenceRecord | None,
    known: Known,
) -> CardSection:
    """Return each gate with its verdict, and the record that the verdicts stand in."""
    required = [*_required(workspace, facts, spec)]
    if not required:
        missing = facts.missing("Gates", "spec.gates")
        return CardSection("gates", "Gates and evidence", (missing,))
    evidence = _evidence(workspace, facts, spec, record, known)
    values = [*_summary(evidence)]
    for gate, requirement in zip(gates_of(workspace, facts.resource), required, strict=True):
        values.append(requirement)
        values += _judged(gate.id, requirement.group, evidence)
    return CardSection("gates", "Gates and evidence", tuple(values))


def security(workspace: Workspace, facts: Facts, judged: CardSection) -> CardSection:
    """Return the verdicts of the gates that attack a model or look into its file."""
    model = facts.resource
    tests = [gate.id for gate in gates_of(workspace, model) if gate.gate_type in _SECURITY]
    verdicts = {each.group: each for each in judged.values if tests and each.label == "Verdict"}
    values = [
        verdicts[f"Gate: {gate}"]._replace(label=f"Security test {gate}", group="", id="")
        for gate in tests
        if f"Gate: {gate}" in verdicts
    ]
    if not values:
        file = model.document.source.file
        how = f"add a gate of type `security` to spec.gates of {model.address} in {file}"
        values = [facts.beside("Security tests", ValueStatus.MISSING, how=how)]
    return CardSection("security", "Security tests", tuple(values))


def _evidence(
    workspace: Workspace,
    facts: Facts,
    spec: ModelSpec,
    record: EvidenceRecord | None,
    known: Known,
) -> _Evidence:
    model = facts.resource
    digests, doubt = known.digests, known.doubts.get(model.address, "")
    # without a record nothing is compared with the gates, and their digest is dear
    judging = record and gates_digest(gates_of(workspace, model), spec.evaluation)
    judged, reason = status(
        record,
        subject_digest=spec.artifact.digest or "",
        gates_digest=judging or "",
        current_digests=_assumed(record) if digests is None else digests,
    )
    if doubt and judged is not EvidenceStatus.STALE:
        judged, reason = EvidenceStatus.STALE, doubt
    chosen = f" --env {workspace.environment}" if workspace.environment else ""
    how = f"mlspec gate run {model.address}{chosen}"
    folder = f"{workspace.spec.paths.evidence}/{workspace.environment}"
    file = f"{folder}/{model.name}.evidence.json:1"
    return _Evidence(facts, record, _STATUS[judged], reason, how, file)


def _assumed(record: EvidenceRecord | None) -> Mapping[str, str | None]:
    """Return the digests of the record itself: this stage reads no files."""
    return {each.file: each.digest for each in record.materials} if record else {}


def _required(workspace: Workspace, facts: Facts, spec: ModelSpec) -> Iterator[CardValue]:
    """Yield what each gate requires, in the order of `gates_of`; a shared set is told once."""
    for reference in spec.gate_sets:
        shared = workspace.find("GateSet", reference)
        if shared is not None:
            yield from facts.linked(shared, _requirements)
    yield from _requirements(facts)


def _requirements(facts: Facts) -> Iterator[CardValue]:
    spec = cast("ModelSpec | GateSetSpec", facts.resource.spec)  # of models and gate sets only
    for index, gate in enumerate(spec.gates):
        require = load_gates()[gate.gate_type].require(gate)
        need = "required" if gate.required else "advisory"
        decided = f"decided on the {gate.decide}"
        if gate.decide == "bound":
            decided += f" at {percent(gate.confidence)} confidence"
        about, text = facts.about(f"Gate: {gate.id}"), f"{require}; {need}, {decided}"
        yield about.said("Requirement", f"spec.gates[{index}]", text)


def _summary(evidence: _Evidence) -> Iterator[CardValue]:
    record = evidence.record
    yield evidence.verdict("Verdict of the required gates", record.overall if record else None)
    if record is None:
        return
    if evidence.reason:
        yield evidence.recorded("Why it is not current", evidence.reason)
    yield evidence.recorded("Record", record.digest)
    yield evidence.recorded("Judged by", f"mlspec {record.tool_version}")
    for each in record.materials:
        rows = "" if each.rows is None else f", {counted(each.rows, 'row')}"
        yield evidence.recorded(f"Rests on {each.name}", f"{each.file}{rows}, {each.digest}")


def _judged(gate: str, group: str, evidence: _Evidence) -> Iterator[CardValue]:
    result = _result(evidence.record, gate)
    yield evidence.verdict("Verdict", result.verdict if result else None, group)
    for found in _measured(result) if result else ():
        yield evidence.measured(group, found)


def _result(record: EvidenceRecord | None, gate: str) -> GateResult | None:
    results = record.results if record else ()
    return next((each for each in results if each.gate == gate), None)


def _measured(result: GateResult) -> Iterator[_Measured]:
    is_change = _is_difference(result)
    if result.estimate is not None:
        of = f"difference of {result.metric}" if is_change else _named(result)
        text = " ".join(filter(None, [of, _rounded(result.estimate, signed=is_change)]))
        yield _Measured("Estimate", text, (("estimate", result.estimate),))
    if result.interval is not None:
        yield _interval(result.interval, signed=is_change)
    if result.counts:
        yield _Measured("Sample", _sample(result.counts))
    if result.reason:
        yield _Measured("Reason", result.reason)
    for label, text, numbers in part_values(result):
        yield _Measured(label, text, numbers)


def _named(result: GateResult) -> str:
    """Return what was measured: the metric, or the part whose number it is, as a percentile."""
    own = (each.name for each in result.parts if each.estimate == result.estimate)
    return result.metric or next(own, "")


def _is_difference(result: GateResult) -> bool:
    """Tell a comparison by its own words: its numbers are no value of the metric."""
    return result.require.startswith(f"difference of {result.metric} ")


def _interval(found: Interval, *, signed: bool) -> _Measured:
    lower, upper = (_rounded(each, signed=signed) for each in (found.lower, found.upper))
    text = f"{lower} to {upper} ({percent(found.level)} interval, {found.method})"
    return _Measured("Interval", text, (("lower", found.lower), ("upper", found.upper)))


def _rounded(value: float, *, signed: bool) -> str:
    """Return four digits that count, as the terminal shows them."""
    return f"{value:+.4g}" if signed and value else f"{value:.4g}"


def _sample(counts: Sequence[tuple[str, int]]) -> str:
    order = {name: place for place, name in enumerate(_SAMPLE_FIRST)}
    ordered = sorted(counts, key=lambda each: order.get(each[0], len(order)))
    return ", ".join(f"{number(count)} {_words(name)}" for name, count in ordered)


def _words(name: str) -> str:
    """Return a camelCase name as words."""
    return re.sub(r"(?=[A-Z])", " ", name).lower()
