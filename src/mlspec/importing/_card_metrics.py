"""The numbers of a model card: `model-index`, as people and tools have written it.

A value stays letter by letter as it stands in the file. What is odd about it is remarked, and
nothing is made of it: a percentage is not divided, a mean is not taken out of `0.8 +/- 0.1`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mlspec.importing._model import FoundMetric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.importing._taken import Taken
    from mlspec.importing._written import Written

__all__ = ["take_metrics"]

_NUMBER = r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_FORMS: Final = {
    re.compile(rf"(?:{_NUMBER})?"): "",
    re.compile(rf"({_NUMBER}|nan)\s*(?:\+/-|\+-|±)\s*({_NUMBER}|nan)\s*%?", re.IGNORECASE): (
        "a mean of {} with a spread of {}"
    ),
    re.compile(rf"{_NUMBER}\s*%"): "a percentage",
    re.compile(r"[-+]?[0-9]+(?:,[0-9]+)+"): (
        "a comma stands in it: whether it parts thousands or decimals is not known"
    ),
}
"""Forms of values, with what is remarked of them."""
_LEADING = re.compile(rf"({_NUMBER})(?:\Z|\s*(?:\+/-|\+-|±))")
_WORDS = re.compile(r"[^a-z0-9]+")
_SHARES: Final = frozenset({"acc", "accuracy", "f1", "precision", "recall"})
_LONGEST: Final = 200
"""How many characters of a name go into a remark, and how many a number may have."""

_ENTRY: Final = frozenset({"name", "results"})
_RESULT: Final = frozenset({"dataset", "metrics"})
_METRIC: Final = frozenset({"name", "type", "value"})
_DATASET: Final = frozenset({"config", "name", "split", "type"})


def take_metrics(index: Written, taken: Taken) -> None:
    """Take the numbers of `model-index`; what is none of its form is told."""
    if not isinstance(index.data, list) or not index.items:
        what = "is empty" if not index.data else "is no list of entries"
        taken.lose(index.place, f"`model-index` {what}")
        return
    count = len(index.items)
    if count > 1:
        taken.lose(index.place, f"{count:,} entries of `model-index` are read as one model")
    for entry in _mappings(index, taken):
        taken.lose_fields(entry, _ENTRY)
        name = entry.at("name").text if count > 1 else ""
        results = entry.at("results")
        if not results.items:
            taken.lose(entry.place, "this entry of `model-index` has no results")
        for result in _mappings(results, taken):
            _take_result(result, name, taken)


def _mappings(value: Written, taken: Taken) -> Iterator[Written]:
    """Yield the mappings of a list; what else is in it is told."""
    for each in value.items:
        if isinstance(each.data, dict):
            yield each
        else:
            taken.lose(each.place, "a mapping is expected here")


def _take_result(result: Written, entry: str, taken: Taken) -> None:
    taken.lose_fields(result, _RESULT)
    dataset = result.at("dataset")
    taken.lose_fields(dataset, _DATASET)
    metrics = result.at("metrics")
    if not metrics.items:
        taken.lose(result.place, "this result has no metrics")
    for metric in _mappings(metrics, taken):
        _take_metric(metric, _dataset(dataset), entry, taken)


def _take_metric(metric: Written, dataset: str, entry: str, taken: Taken) -> None:
    taken.lose_fields(metric, _METRIC)
    kind, called, value = (metric.at(key) for key in ("type", "name", "value"))
    if not value.is_plain:
        taken.lose(value.place, "the value of this metric is no single value")
    name = kind.text or called.text
    remarks = [*_remarks(value.text, f"{kind.text} {called.text}")]
    if called.text and _folded(called.text) != _folded(name):
        remarks.append(f"called `{called.text[:_LONGEST]}`")
    if entry:
        remarks.append(f"of the entry `{entry[:_LONGEST]}`")
    taken.metric(FoundMetric(name, value.text, dataset, "; ".join(remarks)), metric.place)


def _folded(text: str) -> str:
    return _WORDS.sub("", text.casefold()) or text


def _dataset(dataset: Written) -> str:
    """Return the name of a data set, with what else says which part of it was measured on."""
    if dataset.is_plain:
        return dataset.text
    name, kind = dataset.at("name").text, dataset.at("type").text
    parts = {key: dataset.at(key).text for key in ("type", "config", "split")}
    if not name or _folded(kind) == _folded(name):
        parts["type"] = ""
    more = ", ".join(f"{key} {text}" for key, text in parts.items() if text)
    return f"{name or kind} ({more})".strip() if more else name or kind


def _remarks(value: str, names: str) -> Iterator[str]:
    """Yield what is odd about a value."""
    text = value.strip() if len(value) <= _LONGEST else "long"
    for pattern, remark in _FORMS.items():
        if (found := pattern.fullmatch(text)) is not None:
            yield from [remark.format(*found.groups())] if remark else []
            break
    else:
        yield "not a number"
    number = _LEADING.match(text)
    is_share = not _SHARES.isdisjoint(_WORDS.split(names.casefold()))
    if is_share and number and not text.endswith("%") and float(number[1]) > 1:
        yield "more than 1, so it may be a percentage: nothing was rescaled"
