"""Checks on a table as it is: rows, columns, and the values of single columns."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from mlspec.canonical import digest_value
from mlspec.evidence import PartResult, Reason, Verdict, shown
from mlspec.gates._exact import exact_part, missed
from mlspec.gates._measure import rounded
from mlspec.gates._parts import unmeasured_part
from mlspec.gates._sample import too_few
from mlspec.printable import counted, there_are

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence import Frame
    from mlspec.gates._data_quality_spec import ColumnCheck, DataQuality

__all__ = ["check_part", "row_parts", "table_parts"]

Cells: TypeAlias = "Sequence[float | str | None]"


def check_part(
    spec: DataQuality,
    name: str,
    rows: int | None,
    against: Reason | None,
    *,
    estimate: float | None = None,
) -> PartResult:
    """Return what follows of a check that fails for a reason, or passes where there is none.

    On fewer rows than the spec states nothing follows; where it is unknown how many there were,
    its minimum can't be met.
    """
    counts = () if rows is None else (("rows", rows),)
    few = too_few(spec, (("rows", 0),), counts)
    if few is not None:
        return PartResult(name, Verdict.INCONCLUSIVE, few.sentence, few.code, counts=counts)
    return exact_part(name, against, estimate=estimate, counts=counts)


def row_parts(spec: DataQuality, rows: int) -> list[PartResult]:
    """Return the check of the number of rows."""
    sentence = None
    if rows < spec.rows_at_least:
        sentence = f"{there_are(rows, 'row')}, fewer than {spec.rows_at_least}"
    elif spec.rows_at_most is not None and rows > spec.rows_at_most:
        sentence = f"{there_are(rows, 'row')}, more than {spec.rows_at_most}"
    counts = (("rows", rows),)
    return [exact_part("rows", missed(sentence), estimate=float(rows), counts=counts)]


def table_parts(spec: DataQuality, frame: Frame) -> list[PartResult]:
    """Return the checks of the columns of a table."""
    parts = [] if spec.schema_digest is None else [_schema(spec, spec.schema_digest, frame)]
    return parts + [part for each in spec.columns for part in _column(spec, each, frame)]


def _schema(spec: DataQuality, digest: str, frame: Frame) -> PartResult:
    found = digest_value(sorted(frame.names))
    sentence = f"the digest of the {len(frame.names)} column names is {found}, not {digest}"
    return check_part(spec, "schema", frame.rows, missed(None if found == digest else sentence))


def _column(spec: DataQuality, check: ColumnCheck, frame: Frame) -> Iterator[PartResult]:
    read = _read(check, frame)
    if isinstance(read, Reason):
        yield unmeasured_part(check.name, read)
        return
    cells, names = read
    there = [each for each in cells if each is not None]
    yield _nulls(spec, check, len(cells), len(there))
    for aspect, sentence in _values(check, there, [each for each in names if each is not None]):
        name = f"{check.name}: {aspect}"
        if there:
            yield check_part(spec, name, len(there), missed(sentence))
        else:
            nothing = f"column {shown(check.name)} holds no value"
            yield unmeasured_part(name, Reason("nothing-in-column", nothing))


def _read(check: ColumnCheck, frame: Frame) -> tuple[Cells, Sequence[str | None]] | Reason:
    """Return a column as it is judged, and as the file has it."""
    cells = _cells(check, frame)
    if isinstance(cells, Reason):
        return cells
    names = _as_written(check, frame, cells)
    return names if isinstance(names, Reason) else (cells, names)


def _cells(check: ColumnCheck, frame: Frame) -> Cells | Reason:
    """Return a column as numbers where it holds numbers or has to, else as text."""
    numbers = frame.measured(check.name)
    if not isinstance(numbers, Reason):
        return [None if math.isnan(each) else each for each in numbers.tolist()]
    if numbers.code != "not-a-number" or _has_range(check):
        return numbers
    return frame.texts(check.name)


def _as_written(check: ColumnCheck, frame: Frame, cells: Cells) -> Sequence[str | None] | Reason:
    """Return the cells as the file has them: as numbers, 50 becomes 50.0, and long ones the same.

    A number with a fraction is no category, but may be repeated.
    """
    texts = frame.texts(check.name)
    if not isinstance(texts, Reason):
        return [_unless_missing(*each) for each in zip(cells, texts, strict=True)]
    return texts if check.values else [_unless_missing(each, repr(each)) for each in cells]


def _unless_missing(cell: float | str | None, text: str | None) -> str | None:
    return None if cell is None else text


def _has_range(check: ColumnCheck) -> bool:
    return check.at_least is not None or check.at_most is not None


def _nulls(spec: DataQuality, check: ColumnCheck, rows: int, there: int) -> PartResult:
    share = rounded((rows - there) / rows)
    sentence = (
        f"{rows - there} of {rows} values are missing, a share of {share:.6g}, but at most "
        f"{check.maximum_null_share:g} may be"
    )
    against = missed(None if share <= check.maximum_null_share else sentence)
    return check_part(spec, f"{check.name}: missing", rows, against, estimate=share)


def _values(
    check: ColumnCheck, there: Sequence[float | str], names: Sequence[str]
) -> Iterator[tuple[str, str | None]]:
    """Yield each aspect that the spec asks for, and in what it fails; a range is one of numbers."""
    if _has_range(check):
        yield "range", _outside(check, [each for each in there if not isinstance(each, str)])
    if check.unique:
        yield "unique", _repeated(names)
    if check.values:
        yield "values", _not_allowed(check, names)


def _outside(check: ColumnCheck, there: Sequence[float]) -> str | None:
    low = -math.inf if check.at_least is None else check.at_least
    high = math.inf if check.at_most is None else check.at_most
    outside = [each for each in there if not low <= each <= high]
    if not outside:
        return None
    return f"{len(outside)} of {len(there)} values are outside, such as {outside[0]:g}"


def _repeated(there: Sequence[str]) -> str | None:
    times = Counter(there)
    if len(times) == len(there):
        return None
    twice, count = times.most_common(1)[0]
    again = counted(len(there) - len(times), "repetition")
    return f"{again}: {shown(twice)} stands there {count} times"


def _not_allowed(check: ColumnCheck, there: Sequence[str]) -> str | None:
    other = sorted(set(there) - set(check.values))
    if not other:
        return None
    return f"{counted(len(other), 'value')} not allowed, such as {shown(other[0])}"
