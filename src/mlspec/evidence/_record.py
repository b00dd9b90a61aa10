"""Evidence records as text, and back; the worst of the verdicts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value, pretty_json
from mlspec.errors import TamperedPlanError
from mlspec.evidence._model import (
    PREDICATE_TYPE,
    STATEMENT_TYPE,
    DataUse,
    DataUses,
    EvidenceRecord,
    GateResult,
    Interval,
    Material,
    PartResult,
    Verdict,
    Waived,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json

__all__ = ["OtherFormatError", "overall_verdict", "read_record", "worst", "write_record"]

_ANY_VERSION = PREDICATE_TYPE.rpartition("/")[0]
_WORST_FIRST = (Verdict.FAIL, Verdict.NOT_EVALUATED, Verdict.INCONCLUSIVE, Verdict.PASS)


class OtherFormatError(Exception):
    """A record that another version wrote, in a form that this one does not read."""

    def __init__(self, version: str) -> None:
        by = f"mlspec {version[:40]}" if version else "another version of mlspec"
        super().__init__(f"{by} wrote the record in another form than this version reads")


def overall_verdict(results: Iterable[GateResult]) -> Verdict:
    """Return the worst verdict that blocks; without required gates, nothing was evaluated.

    What is waived, inconclusive where the spec allows that, or excused does not block.
    """
    required = [each for each in results if each.required]
    blocking = [each.verdict for each in required if each.blocks]
    return Verdict.PASS if required and not blocking else worst(blocking)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of some verdicts; of none, not evaluated."""
    found = set(verdicts)
    return next((each for each in _WORST_FIRST if each in found), Verdict.NOT_EVALUATED)


def write_record(record: EvidenceRecord) -> str:
    """Return the record as text for a file: the same bytes for the same record."""
    return pretty_json(record.to_json())


def read_record(text: str) -> EvidenceRecord:
    """Return the record that `write_record` wrote.

    Raises:
        TamperedPlanError: the text is no evidence record, or was changed after it was written.
        OtherFormatError: it is whole, and written in a form that this version does not read.
    """
    try:
        statement = json.loads(text)
        predicate = statement["predicate"]
        known = statement["_type"], statement["predicateType"]
        stated = predicate.pop("recordDigest", None)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise _unreadable() from error
    if known[0] != STATEMENT_TYPE or not str(known[1]).startswith(_ANY_VERSION):
        raise _unreadable()
    if known[1] != PREDICATE_TYPE:
        raise OtherFormatError(_maker(predicate))
    return _checked(statement, stated)


def _checked(statement: dict[str, Json], stated: Json) -> EvidenceRecord:
    try:
        same = stated == digest_value(statement)
    except (TypeError, ValueError) as error:
        raise _unreadable() from error
    if not same:
        raise TamperedPlanError(
            "the evidence record was changed after it was written: its digest does not match",
            hint="run `mlspec gate run` again",
        )
    try:
        record = _record(statement)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise OtherFormatError(_maker(_object(statement["predicate"]))) from error
    if record.overall != overall_verdict(record.results):
        raise TamperedPlanError(
            f"the evidence record says `{record.overall}`, which its own results do not give",
            hint="run `mlspec gate run` again",
        )
    return record


def _maker(predicate: dict[str, Json]) -> str:
    """Return which version says that it wrote a record; "" where that can't be told."""
    tool = predicate.get("tool")
    version = tool.get("version") if isinstance(tool, dict) else None
    return version if isinstance(version, str) and version.isprintable() else ""


def _unreadable() -> TamperedPlanError:
    return TamperedPlanError(
        "the file is not an evidence record, or only a part of one",
        hint="run `mlspec gate run` again",
    )


def _record(statement: dict[str, Json]) -> EvidenceRecord:
    (subject,) = _list(statement["subject"])
    predicate = _object(statement["predicate"])
    return EvidenceRecord(
        subject=_text(_object(subject)["name"]),
        subject_digest=_digest(_object(subject)["digest"]),
        gates_digest=_digest(predicate["gatesDigest"]),
        tool_version=_text(_object(predicate["tool"])["version"]),
        overall=Verdict(_text(predicate["overall"])),
        results=tuple(_result(_object(each)) for each in _list(predicate["gates"])),
        materials=tuple(_material(_object(each)) for each in _list(predicate["materials"])),
        as_of=_text(predicate.get("asOf", "")),
        valid_until=_text(predicate.get("validUntil", "")),
        uses=_uses(_object(predicate["dataUse"])) if "dataUse" in predicate else None,
        signed=_truth(predicate.get("signed", False)),
    )


def _uses(found: dict[str, Json]) -> DataUses:
    data = _digest(found["data"])
    if "earlier" not in found:
        return DataUses(data, None)
    told = [_object(each) for each in _list(found["earlier"])]
    return DataUses(
        data, tuple(DataUse(_digest(each["data"]), _digest(each["subject"])) for each in told)
    )


def _result(found: dict[str, Json]) -> GateResult:
    metric, estimate, interval = found["metric"], found["estimate"], found["interval"]
    return GateResult(
        gate=_text(found["id"]),
        gate_type=_text(found["type"]),
        verdict=Verdict(_text(found["verdict"])),
        require=_text(found["require"]),
        reason=_text(found["reason"]),
        reason_code=_text(found["reasonCode"]),
        metric=None if metric is None else _text(metric),
        estimate=None if estimate is None else _number(estimate),
        interval=None if interval is None else _interval(_object(interval)),
        counts=tuple((name, int(_number(n))) for name, n in _object(found["counts"]).items()),
        required=_truth(found["required"]),
        decide=_text(found["decide"]),
        facts=tuple((name, _number(value)) for name, value in _object(found["facts"]).items()),
        parts=tuple(_part(_object(each)) for each in _list(found["parts"])),
        on_inconclusive=_on_inconclusive(found["onInconclusive"]),
        waived=None if found["waiver"] is None else _waived(_object(found["waiver"])),
        lapsed=_waived(_object(found["lapsedWaiver"])) if "lapsedWaiver" in found else None,
        excused=_text(found.get("excused", "")),
    )


def _on_inconclusive(found: Json) -> str:
    if found not in ("allow", "block", "review"):
        raise ValueError("neither `allow` nor `block` nor `review`")
    return _text(found)


def _waived(found: dict[str, Json]) -> Waived:
    return Waived(
        reason=_text(found["reason"]),
        owner=_text(found["owner"]),
        approver=_text(found["approver"]),
        until=_text(found["until"]),
    )


def _part(found: dict[str, Json]) -> PartResult:
    estimate, interval = found["estimate"], found["interval"]
    return PartResult(
        name=_text(found["name"]),
        verdict=Verdict(_text(found["verdict"])),
        reason=_text(found["reason"]),
        reason_code=_text(found["reasonCode"]),
        estimate=None if estimate is None else _number(estimate),
        interval=None if interval is None else _interval(_object(interval)),
        counts=tuple((name, int(_number(n))) for name, n in _object(found["counts"]).items()),
    )


def _interval(found: dict[str, Json]) -> Interval:
    return Interval(
        _text(found["method"]),
        _number(found["level"]),
        _number(found["lower"]),
        _number(found["upper"]),
    )


def _material(found: dict[str, Json]) -> Material:
    rows = found.get("rows")
    return Material(
        _text(found["name"]),
        _text(found["uri"]),
        _digest(found["digest"]),
        None if rows is None else int(_number(rows)),
        _digest(found.get("queryDigest", {})),
        _text(found.get("snapshot", "")),
        _digest(found.get("keyDigest", {})),
        _digest(found.get("labelDigest", {})),
        _text(found.get("engine", "")),
    )


def _digest(found: Json) -> str:
    digests = _object(found)
    return f"sha256:{_text(digests['sha256'])}" if digests else ""


def _object(found: Json) -> dict[str, Json]:
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found


def _list(found: Json) -> list[Json]:
    if not isinstance(found, list):
        raise TypeError("not a list")
    return found


def _text(found: Json) -> str:
    if not isinstance(found, str):
        raise TypeError("not a text")
    return found


def _number(found: Json) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise TypeError("not a number")
    return found


def _truth(found: Json) -> bool:
    if not isinstance(found, bool):
        raise TypeError("neither true nor false")
    return found
