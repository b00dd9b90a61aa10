"""What gates need before they can decide, as text and as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.reporting._cells import Style, clean, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.gates import Assumed, PlannedGate, PlannedRead, RowsNeeded

    Planned = tuple[str, tuple[str, ...], tuple[PlannedGate, ...]]

__all__ = ["render_gate_plan", "render_gate_plan_json"]

_MOST_PARTS = 3
_STATES = {True: "enough", False: "too few", None: "unknown"}


def render_gate_plan(models: Sequence[Planned], assumed: Assumed, *, colour: bool) -> str:
    """Return a block per model: gate by gate what is read, what is missing, the rows needed."""
    lines = [line for each in models for line in (*_model(*each, colour=colour), "")]
    return "\n".join([*lines, *_assumptions(models, assumed)]) + "\n"


def render_gate_plan_json(models: Sequence[Planned], assumed: Assumed) -> str:
    """Return the same as one JSON document (`mlspec.gate-plan/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.gate-plan/1.0",
            "power": assumed.power,
            "effect": assumed.effect,
            "models": [
                {
                    "address": address,
                    "environments": list(environments),
                    "gates": [_gate_json(each) for each in gates],
                }
                for address, environments, gates in models
            ],
        }
    )


def _model(
    address: str, environments: tuple[str, ...], gates: tuple[PlannedGate, ...], *, colour: bool
) -> Iterator[str]:
    missing = sum(not each.is_complete for each in gates)
    told = f"{counted(missing, 'gate')} cannot be evaluated" if missing else "nothing is missing"
    style = Style.RED if missing else Style.GREEN
    yield f"{clean(address)} ({', '.join(environments)}): {style.paint(told, colour=colour)}"
    for each in gates:
        yield from _gate(each, colour=colour)


def _gate(gate: PlannedGate, *, colour: bool) -> Iterator[str]:
    weight = "" if gate.is_required else "  (advisory)"
    yield f"  {gate.gate}  {clean(gate.require)}{weight}"
    for read in gate.reads:
        yield f"    {_read(read, colour=colour)}"
    if gate.problem is not None:
        told = f"{clean(gate.problem.sentence)} [{gate.problem.code}]"
        yield f"    {Style.RED.paint('missing', colour=colour)}  {told}"
    if gate.is_excused:
        yield "    first release: a required floor that passes stands in for the champion"
    listed = sorted(gate.power, key=lambda each: each.lacking, reverse=True)
    for need in listed[:_MOST_PARTS]:
        yield from (f"    {line}" for line in _need(need, colour=colour))
    if len(listed) > _MOST_PARTS:
        yield f"    and {len(listed) - _MOST_PARTS} more that lack less"


def _read(read: PlannedRead, *, colour: bool) -> str:
    columns = f", columns {', '.join(map(clean, read.columns))}" if read.columns else ""
    where = f"{read.source}: {clean(read.file)}{columns}" if read.file else read.source
    if read.problem is None:
        return f"reads    {where}"
    word = Style.RED.paint("missing", colour=colour)
    return f"{word}  {where}: {clean(read.problem.sentence)} [{read.problem.code}]"


def _need(need: RowsNeeded, *, colour: bool) -> Iterator[str]:
    part = f"{clean(need.part)}: " if need.part else ""
    have = "" if need.have is None else f"; there are {need.have:,}"
    if need.is_enough is False:
        have = Style.YELLOW.paint(f"{have}, too few", colour=colour)
    yield f"needs    {part}{_amount(need)}{have}"
    yield f"         {_assumption(need)}"
    if need.decides is not None:
        yield f"         those there decide {need.decides:g} beyond the limit"


def _amount(need: RowsNeeded) -> str:
    if need.needed is None:
        return f"a number of {need.unit} that is not known"
    if math.isinf(need.needed):
        return f"no number of {need.unit} is enough"
    return f"{need.needed:,.0f} {need.unit}"


def _assumption(need: RowsNeeded) -> str:
    return need.assuming if need.needed is None else f"if {clean(need.assuming)}"


def _assumptions(models: Sequence[Planned], assumed: Assumed) -> list[str]:
    if not models:
        return ["no model has gates"]
    power, effect = 100 * assumed.power, 100 * assumed.effect
    return [
        f"Nothing was decided. So many rows decide in {power:.4g} % of such evaluations,",
        f"if a metric lies {effect:.4g} % of the way from its limit to the best value.",
    ]


def _gate_json(gate: PlannedGate) -> Json:
    problem = gate.problem
    return {
        "id": gate.gate,
        "type": gate.gate_type,
        "require": gate.require,
        "required": gate.is_required,
        "decide": gate.decide,
        "isComplete": gate.is_complete,
        "isExcused": gate.is_excused,
        "reason": problem.sentence if problem else "",
        "reasonCode": problem.code if problem else "",
        "reads": [_read_json(each) for each in gate.reads],
        "rows": [_need_json(each) for each in gate.power],
    }


def _read_json(read: PlannedRead) -> Json:
    return {
        "source": read.source,
        "file": read.file or None,
        "columns": list(read.columns),
        "reason": read.problem.sentence if read.problem else "",
        "reasonCode": read.problem.code if read.problem else "",
    }


def _need_json(need: RowsNeeded) -> Json:
    is_finite = need.needed is not None and math.isfinite(need.needed)
    return {
        "part": need.part,
        "unit": need.unit,
        "needed": int(need.needed) if is_finite and need.needed is not None else None,
        "isPossible": not (need.needed is not None and math.isinf(need.needed)),
        "have": need.have,
        "status": _STATES[need.is_enough],
        "assuming": need.assuming,
        "decides": need.decides,
    }
