"""A card as JSON, and what a page is made of: groups, signs, the facts at the top."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.ir import PART, Audience, ValueStatus
from mlspec.targets._header import source_digest
from mlspec.targets._interval_picture import Mark, draw_intervals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Card, CardSection, CardValue

__all__ = [
    "DIGEST",
    "GAPS",
    "SIGNS",
    "TITLES",
    "VERDICTS",
    "VERDICT_LABELS",
    "card_json",
    "card_path",
    "card_text",
    "card_view",
    "headline",
    "record_of",
    "shortened",
    "values_of",
]

FORMAT = "mlspec.card/2.1"
GAPS = "missing"
SIGNS = {
    ValueStatus.PRESENT: "",
    ValueStatus.MISSING: "○",
    ValueStatus.STALE: "△",
    ValueStatus.CONFLICT: "≠",
    ValueStatus.NOT_APPLICABLE: "\u2013",
    ValueStatus.WITHHELD: "▪",
}
VERDICTS = {"pass": "✓", "fail": "✗", "inconclusive": "?", "not-evaluated": "\u2013"}
VERDICT_LABELS = ("Verdict", "Verdict of the required gates")
_AT_THE_TOP = (
    ("ownership", "Owner"),
    ("risk", "Declared tier"),
    ("gates", "Verdict of the required gates"),
)
_FOLDERS = {"Model": "", "System": "systems/", "Prompt": "prompts/", "Dataset": "datasets/"}
TITLES = {
    "Model": "Model card",
    "System": "System card",
    "Prompt": "Prompt card",
    "Dataset": "Data card",
}
DIGEST = "sha256:"
_RECORD = re.compile(rf"{DIGEST}[0-9a-f]{{64}}")
_DIGEST_SHOWN = 19
_FAULTY = "policy.faulty"
_WORDS = {each: each.value for each in ValueStatus}
_ALWAYS = ("present", "missing", "stale")
_STATUSES = {each: _WORDS[each] for each in sorted(ValueStatus)}


def card_path(card: Card) -> str:
    """Return the path of a card below the folder of cards, without its suffix."""
    seen = "" if card.audience is Audience.REVIEWER else f".{card.audience}"
    return f"{_FOLDERS[card.kind]}{card.model}{seen}"


def card_json(bundle: Bundle, card: Card) -> dict[str, Json]:
    """Return the card as JSON, its keys in order; pages show nothing else."""
    listed = _listed(card)
    told = _head(bundle, card) | {
        "counts": {**_counts(listed)},
        "format": FORMAT,
        "inputs": [*_inputs(bundle, card)],
        "packs": list(card.packs),
        "required": {**_counts([each for each in listed if each.required_by])},
        "sections": [_section(section) for section in card.sections],
    }
    return {key: told[key] for key in sorted(told)}


def _head(bundle: Bundle, card: Card) -> dict[str, Json]:
    """Return what a card is of, and who made it."""
    return {
        "audience": card.audience.value,
        "environment": card.environment,
        "generator": {"name": "mlspec", "version": bundle.pipeline.mlspec_version},
        "kind": card.kind,
        "name": card.model,
        "source": {"digest": source_digest(bundle, card.source) or None, "file": card.source},
        "version": card.version or None,
    }


def card_text(bundle: Bundle, card: Card) -> str:
    """Return the text of a card as JSON; only numbers have keys that are not in order."""
    is_sorted = not any(value.numbers for section in card.sections for value in section.values)
    return pretty_json(card_json(bundle, card), is_sorted=is_sorted)


def _listed(card: Card) -> list[CardValue]:
    """Return the values of a card; the last section says again what is missing."""
    return [value for section in card.sections if section.id != GAPS for value in section.values]


def _counts(values: list[CardValue]) -> dict[str, int]:
    found = Counter([each.status for each in values])
    return {word: found[status] for status, word in _STATUSES.items()}


def _inputs(bundle: Bundle, card: Card) -> Iterator[Json]:
    """Yield the files that values were copied from, with their digests, in order of name."""
    sources = {value.source for value in _listed(card)}
    named = {name for source in sources for name in _files(source)}
    for file in sorted({*named, card.source}):
        digest = source_digest(bundle, file)
        if digest:
            yield {"digest": digest, "file": file}


def _files(source: str) -> Iterator[str]:
    """Yield the files that a source may name: what is none has no digest among the specs."""
    for part in source.split(", "):
        yield part.rpartition(":")[0]


def _section(section: CardSection) -> Json:
    values = [_value(value) for value in section.values]
    return {"id": section.id, "title": section.title, "values": values}


def _value(value: CardValue) -> Json:
    found: dict[str, Json] = {
        "add": value.how or None,
        "group": value.group or None,
        "id": value.id,
        "label": value.label,
        "requiredBy": [*value.required_by],
        "source": value.source or None,
        "status": _WORDS[value.status],
        "value": value.text or None,
    }
    return found | {"numbers": dict(value.numbers)} if value.numbers else found


def card_view(bundle: Bundle, card: Card) -> dict[str, object]:
    """Return the values of the templates: what the card is of, and its sections in groups."""
    return {
        "card": _head(bundle, card),
        "title": TITLES[card.kind],
        "headline": headline(card),
        "facts": list(_facts(card)),
        "gaps": [_gap(value) for value in values_of(card, GAPS)],
        "sections": [_groups(section) for section in card.sections if section.id != GAPS],
    }


def headline(card: Card) -> str:
    """Return how many of the values that rules in force ask for are there: counts, no score."""
    listed = _listed(card)
    told = _told(_counts(listed))
    if any(each.id.startswith(_FAULTY) for each in values_of(card, "policy")):
        return f"A policy pack can't be used, so nobody can tell what is required. {told}."
    if not card.packs:
        return f"No policy pack is in force: no value is required. {told}."
    required = [each for each in listed if each.required_by]
    return f"{_told(_counts(required))} of {len(required)} required; {told} in all."


def _told(counts: Mapping[str, int]) -> str:
    """Return the counts in words; statuses that no value has are left out but for the first."""
    shown = [word for word in _WORDS.values() if counts[word] or word in _ALWAYS]
    return ", ".join([f"{counts[word]} {word.replace('-', ' ')}" for word in shown])


def _facts(card: Card) -> Iterator[dict[str, object]]:
    for section, label in _AT_THE_TOP:
        for value in values_of(card, section):
            if value.label == label and not value.group:
                yield _row(value, section)


def values_of(card: Card, section: str) -> tuple[CardValue, ...]:
    """Return the values of a section; none where a card does not have it."""
    return next((each.values for each in card.sections if each.id == section), ())


def _groups(section: CardSection) -> dict[str, object]:
    groups = [
        {"title": title, "rows": [_row(value, section.id) for value in values]}
        for title, values in groupby(section.values, key=lambda value: value.group)
    ]
    if section.id != "gates":
        return {
            "id": section.id,
            "title": section.title,
            "groups": groups,
            "gates": [],
            "record": "",
        }
    summary = [each for each in groups if not each["title"]]
    gates = [
        _gate(title, rows) | _parts(values, f"gate-{place}-parts")
        for place, (title, rows, values) in enumerate(_gate_rows(section), start=1)
    ]
    known = {"id": section.id, "title": section.title, "record": record_of(section)}
    return known | {"groups": summary, "gates": gates}


def record_of(section: CardSection) -> str:
    """Return the record that verdicts and numbers of gates are copied from; "" without one."""
    found = {value.source for value in section.values if _RECORD.fullmatch(value.source)}
    return ", ".join(sorted(found))


def _gate_rows(
    section: CardSection,
) -> Iterator[tuple[str, dict[str, object], list[CardValue]]]:
    """Yield the rows of each gate by label: gates are read side by side, one line each."""
    for title, grouped in groupby(section.values, key=lambda value: value.group):
        values = list(grouped)
        if title:
            yield title, {value.label: _row(value, section.id) for value in values}, values


def _parts(values: Iterable[CardValue], name: str) -> dict[str, object]:
    """Return the parts of a gate as rows, and a picture of those with an interval."""
    parts = [value for value in values if value.label.startswith(PART)]
    rows = [{"name": each.label.removeprefix(PART), "text": each.text} for each in parts]
    return {"parts": rows, "picture": draw_intervals(list(_marks(parts)), name)}


def _marks(parts: Iterable[CardValue]) -> Iterator[Mark]:
    for each in parts:
        numbers = dict(each.numbers)
        if numbers:
            verdict = each.text.partition(",")[0]
            yield Mark(each.label.removeprefix(PART), verdict=verdict, **numbers)


def _gate(title: str, rows: dict[str, object]) -> dict[str, object]:
    cells = ("Requirement", "Verdict", "Estimate", "Interval", "Sample", "Reason")
    return {"title": title.removeprefix("Gate: "), **{key: rows.get(key) for key in cells}}


def _row(value: CardValue, section: str) -> dict[str, object]:
    is_verdict = section == "gates" and value.label in VERDICT_LABELS
    return {
        "group": value.group,
        "label": value.label,
        "status": _WORDS[value.status],
        "sign": SIGNS[value.status],
        "text": value.text,
        "is_digest": DIGEST in value.text and _RECORD.fullmatch(value.text) is not None,
        "source": value.source,
        "place": shortened(value.source),
        "how": value.how,
        "required": ", ".join(value.required_by) if value.required_by else "",
        "verdict": value.text if is_verdict else "",
        "verdict_sign": VERDICTS.get(value.text, "") if is_verdict else "",
    }


def _gap(value: CardValue) -> dict[str, object]:
    detail = "" if value.label == value.group else value.label
    return _row(value, GAPS) | {"section": value.group, "detail": detail}


def shortened(source: str) -> str:
    """Return a source with the first signs of its digests, which name a record well enough."""
    if DIGEST not in source:
        return source
    if _RECORD.fullmatch(source):
        return f"record {source[:_DIGEST_SHOWN]}…"
    return _RECORD.sub(lambda found: f"{found[0][:_DIGEST_SHOWN]}…", source)
