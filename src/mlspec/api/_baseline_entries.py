"""The entries of a policy baseline: what findings become, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.diagnostics import Severity
from mlspec.kinds import API_VERSION
from mlspec.kinds.policy_baseline import KIND, BaselineEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlspec.api._sightings import Sighting
    from mlspec.canonical import Json

__all__ = ["Terms", "baseline_text", "extended"]

_NAME = "known-findings"
_RANK = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


@dataclass(frozen=True, slots=True)
class Terms:
    """Why findings are taken into a baseline, from which day, and until which; "" for none."""

    reason: str = ""
    as_of: str = ""
    until: str = ""


def extended(
    entries: Iterable[BaselineEntry], seen: Iterable[Sighting], terms: Terms
) -> tuple[tuple[BaselineEntry, ...], tuple[BaselineEntry, ...]]:
    """Return all entries with those for what none covers yet, and these alone."""
    known = {each.fingerprint: each for each in entries}
    fresh: dict[str, list[Sighting]] = {}
    for each in seen:
        if not each.is_known:
            fresh.setdefault(each.fingerprint, []).append(each)
    added = {mark: _entry(group, known.get(mark), terms) for mark, group in fresh.items()}
    return _sorted({**known, **added}.values()), _sorted(added.values())


def _entry(seen: Sequence[Sighting], earlier: BaselineEntry | None, terms: Terms) -> BaselineEntry:
    """Return the entry of a finding; one that was there before keeps the places it had."""
    places = {each.environment for each in seen}
    if earlier is not None:
        places |= {*earlier.environments} or {""}
    gravest = max((each.severity for each in seen), key=_RANK.__getitem__)
    stated: dict[str, object] = {
        "fingerprint": seen[0].fingerprint,
        "rule": seen[0].rule,
        "resource": seen[0].resource,
        "environments": [] if "" in places else sorted(places),
        "severity": gravest.value,
        "reason": terms.reason.strip(),
        "recorded": terms.as_of or datetime.now(UTC).date().isoformat(),
        "until": terms.until or None,
    }
    return BaselineEntry.model_validate(stated)


def _sorted(entries: Iterable[BaselineEntry]) -> tuple[BaselineEntry, ...]:
    return tuple(sorted(entries, key=lambda each: (each.resource, each.rule, each.fingerprint)))


def baseline_text(entries: Iterable[BaselineEntry]) -> str:
    """Return the file of a baseline: sorted, an entry a line, and YAML as well as JSON."""
    head = {"apiVersion": API_VERSION, "kind": KIND.name, "metadata": {"name": _NAME}}
    top = pretty_json(head).removesuffix("\n}\n")
    lines = ",\n".join(f"      {_line(each)}" for each in _sorted(entries))
    return f'{top},\n  "spec": {{\n    "entries": [\n{lines}\n    ]\n  }}\n}}\n'


def _line(entry: BaselineEntry) -> str:
    stated: Json = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return " ".join(each.strip() for each in pretty_json(stated).split("\n")).strip()
