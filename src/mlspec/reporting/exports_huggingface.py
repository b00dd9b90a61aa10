"""A model or a data set as a README of the Hugging Face Hub: front matter, and text for people.

The front matter holds what the Hub has fields for; a field that nobody stated is not there. The
text is what anybody may read: no people, no hazards, no approvals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.reporting._cells import counted
from mlspec.reporting._export_parts import hexadecimal, one_line
from mlspec.reporting._licences import hub_licence
from mlspec.reporting._markdown import row
from mlspec.syntax import emit_documents
from mlspec.targets import quote_markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.ir import DataSheet, Measure, ModelSheet

__all__ = ["render_data_readme", "render_model_readme"]

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
    (10_000_000_000, "1B<n<10B"),
    (100_000_000_000, "10B<n<100B"),
    (1_000_000_000_000, "100B<n<1T"),
)
_LARGEST = "n>1T"
_OF_ANSWERS = frozenset(
    ("calibration", "fairness", "llm-quality", "metric-threshold", "retrieval", "slices")
)
"""Gates whose numbers are those of answers to the evaluation data, and not of time or input."""


def render_model_readme(sheet: ModelSheet, version: str) -> str:
    """Return the README of a model; `version` is that of mlspec."""
    lines = [
        f"# {quote_markdown(sheet.name)}",
        *_paragraphs([sheet.description, sheet.purpose]),
        *_list("Not for", sheet.limitations),
        *_list("Foreseeable misuse", (f"{use} ({stop})" for use, stop in sheet.misuse)),
        *_list("Data", map(_data_line, sheet.data)),
        *_measured(sheet),
        *_provenance(_origins(sheet), version),
    ]
    return _page(_model_matter(sheet), lines)


def render_data_readme(sheet: DataSheet, version: str) -> str:
    """Return the README of a data set; `version` is that of mlspec."""
    lines = [
        f"# {quote_markdown(sheet.name)}",
        *_paragraphs([sheet.description]),
        *_list("Origin", [sheet.origin]),
        *_list("Preparation", [sheet.preparation]),
        *_list("Known gaps and biases", sheet.gaps),
        *_columns(sheet),
        *_provenance([("File", sheet.uri), ("SHA-256", hexadecimal(sheet.digest))], version),
    ]
    return _page(_data_matter(sheet), lines)


def _page(matter: dict[str, Json], lines: Iterable[str]) -> str:
    return "\n".join(["---", emit_documents([matter]).rstrip("\n"), "---", "", *lines]) + "\n"


def _model_matter(sheet: ModelSheet) -> dict[str, Json]:
    tags = [sheet.task, f"risk-tier:{sheet.tier}", *(f"{key}:{each}" for key, each in sheet.labels)]
    found: dict[str, Json] = {"tags": [*tags]}
    names: list[Json] = [each.name for each in sheet.data if each.name in sheet.training]
    if names:
        found["datasets"] = names
    metrics: list[Json] = [*dict.fromkeys(each.metric for each in _values(sheet))]
    if metrics:
        found["metrics"] = metrics
    results = _results(sheet)
    if not results:
        return found | {"model_name": sheet.name}
    return found | {"model-index": [{"name": sheet.name, "results": [results]}]}


def _values(sheet: ModelSheet) -> Iterator[Measure]:
    """Yield what was measured of the answers: a difference of two models is no value of one."""
    told = (each for each in sheet.measures if each.gate_type in _OF_ANSWERS)
    return (each for each in told if not each.is_change)


def _results(sheet: ModelSheet) -> dict[str, Json]:
    """Return what was measured on the evaluation data; the Hub asks which data that was."""
    data = [each for each in sheet.data if each.name in sheet.evaluation]
    metrics: list[Json] = [_metric(each) for each in _values(sheet)]
    if not data or not metrics:
        return {}
    name = ", ".join(each.name for each in data)
    stated: dict[str, Json] = {
        each.name: {"version": each.version, "digest": each.digest} for each in data
    }
    return {
        "task": {"type": sheet.task},
        "dataset": {"name": name, "type": name, "args": stated},
        "metrics": metrics,
    }


def _metric(measure: Measure) -> dict[str, Json]:
    stated: dict[str, Json] = {"gate": measure.gate, "requirement": measure.require}
    if measure.slice:
        stated["slice"] = measure.slice
    if measure.lower is not None and measure.upper is not None:
        stated["interval"] = [measure.lower, measure.upper]
        stated["level"] = measure.level
        stated["method"] = measure.method
    name = f"{measure.metric} ({measure.slice})" if measure.slice else measure.metric
    return {"type": measure.metric, "value": measure.value, "name": name, "args": stated}


def _data_matter(sheet: DataSheet) -> dict[str, Json]:
    found: dict[str, Json] = {"pretty_name": sheet.name, **_licence(sheet.licence)}
    if sheet.rows is not None:
        found["size_categories"] = [_size(sheet.rows)]
    if sheet.derived_from:
        found["source_datasets"] = [*sheet.derived_from]
    return found


def _licence(licence: str) -> dict[str, Json]:
    if not licence:
        return {}
    known = hub_licence(licence)
    return {"license": known} if known else {"license": "other", "license_name": one_line(licence)}


def _size(rows: int) -> str:
    return next((word for most, word in _SIZES if rows < most), _LARGEST)


def _paragraphs(texts: Iterable[str]) -> Iterator[str]:
    for each in texts:
        if each:
            yield from ("", quote_markdown(each))


def _list(title: str, texts: Iterable[str]) -> Iterator[str]:
    stated = [each for each in texts if each]
    if stated:
        yield from ("", f"## {title}", "")
        yield from (f"* {quote_markdown(each)}" for each in stated)


def _data_line(data: DataSheet) -> str:
    rows = counted(data.rows, "row") if data.rows is not None else ""
    period = f"{data.start} to {data.end}" if data.start else ""
    name = f"{data.name} {data.version}".strip()
    return ", ".join(filter(None, [name, rows, period, data.licence]))


def _measured(sheet: ModelSheet) -> Iterator[str]:
    yield from ("", "## Evaluation", "")
    if not sheet.measures:
        yield quote_markdown(f"Nothing is told here: {sheet.why_unmeasured or 'nothing measured'}.")
        return
    yield row("Gate", "Metric", "Rows", "Value", "Interval", "Required", "Verdict")
    yield row(*["---"] * 7)
    for each in sheet.measures:
        metric = f"difference of {each.metric}" if each.is_change else each.metric
        cells = (each.gate, metric, each.slice or "all", _rounded(each.value))
        yield row(*map(quote_markdown, (*cells, _interval(each), each.require, each.verdict)))


def _interval(measure: Measure) -> str:
    if measure.lower is None or measure.upper is None:
        return ""
    ends = f"{_rounded(measure.lower)} to {_rounded(measure.upper)}"
    return f"{ends} ({_rounded((measure.level or 0) * 100)} %, {measure.method})"


def _rounded(value: float) -> str:
    """Return four digits that count, as everywhere else; the front matter holds all of them."""
    return f"{value:.4g}"


def _origins(sheet: ModelSheet) -> list[tuple[str, str]]:
    return [
        ("Version", sheet.version),
        ("Artifact", sheet.uri),
        ("SHA-256", hexadecimal(sheet.digest)),
        ("Code", f"{sheet.repository} {sheet.commit}".strip()),
        ("Evidence", sheet.record),
        ("Contact", sheet.contact),
    ]


def _columns(sheet: DataSheet) -> Iterator[str]:
    if not sheet.columns:
        return
    yield from ("", "## Columns", "", row("Name", "Type", "Sensitive", "Description"))
    yield row(*["---"] * 4)
    for each in sheet.columns:
        sensitive = "yes" if each.is_sensitive else "no"
        yield row(*map(quote_markdown, (each.name, each.type, sensitive, each.description)))


def _provenance(stated: Iterable[tuple[str, str]], version: str) -> Iterator[str]:
    yield from ("", "## Where this is from", "")
    for label, text in stated:
        yield f"* {label}: {quote_markdown(text) if text else 'not stated'}"
    yield from ("", f"Written by mlspec {quote_markdown(version)} from specs and evidence.")
