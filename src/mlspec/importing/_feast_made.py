"""What calls of Feast in Python say, in words: names, columns, keys, data, lifetimes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.importing._model import Certainty, Fact
from mlspec.importing._python_told import Library, Made, Untold
from mlspec.importing._storage import without_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.importing._python_told import Value

__all__ = [
    "VIEWS",
    "about_view",
    "argument",
    "fields_of",
    "is_of_feast",
    "key_column",
    "shown",
    "sources_of",
    "tags_of",
    "texts_of",
]

VIEWS: Final = {
    "BatchFeatureView": "batch feature view",
    "FeatureView": "feature view",
    "LabelView": "label view",
    "OnDemandFeatureView": "on-demand feature view",
    "StreamFeatureView": "stream feature view",
    "batch_feature_view": "batch feature view",
    "on_demand_feature_view": "on-demand feature view",
    "stream_feature_view": "stream feature view",
}
"""What makes a view, and what that is called."""
_HOURS: Final = {"weeks": 168.0, "days": 24.0, "hours": 1.0, "minutes": 1 / 60, "seconds": 1 / 3600}
_DEEPEST: Final = 4


def is_of_feast(made: Made) -> bool:
    """Tell whether something of Feast was called."""
    return made.kind.partition(".")[0] == "feast"


def argument(made: Made, *names: str) -> Value:
    """Return the first argument of a name that is given; None where none is."""
    return next((made.arguments[name] for name in names if name in made.arguments), None)


def texts_of(made: Made) -> dict[str, Fact]:
    """Return description and owner; what can't be told is its text, and a guess."""
    found = {}
    for name in ("description", "owner"):
        value = made.arguments.get(name)
        if isinstance(value, str) and value.strip():
            sure = Certainty.MAPPED if name == "description" else Certainty.GUESSED
            found[name] = Fact(value, made.place, sure)
        elif isinstance(value, Untold):
            found[name] = Fact(value.text, made.place, Certainty.GUESSED)
    return found


def tags_of(made: Made) -> dict[str, str]:
    """Return the tags that are listed."""
    held = made.arguments.get("tags")
    return {key: shown(each) for key, each in held.items()} if isinstance(held, dict) else {}


def shown(value: Value) -> str:
    """Return a value in words: text as it is, and what can't be told as it is written."""
    if isinstance(value, Untold):
        return value.text
    if isinstance(value, Made):
        return f"{value.name}(...)"
    if isinstance(value, Library):
        return value.name.rpartition(".")[2]
    return str(value) if isinstance(value, str | int | float) else "..."


def fields_of(made: Made) -> Iterator[tuple[str, str]]:
    """Yield the columns of a view, those that are no features among them, each with its type."""
    for part in ("schema", "features"):
        held = made.arguments.get(part)
        for each in held if isinstance(held, list) else ():
            name = argument(each, "name", "0") if isinstance(each, Made) else each
            kind = argument(each, "dtype", "1") if isinstance(each, Made) else None
            if name is not None:
                yield shown(name), _type(kind)


def _type(kind: Value) -> str:
    """Return the type of a column: `Float32`, or what makes one, such as `Array`."""
    name = kind.name if isinstance(kind, Library | Made) else ""
    return name.rpartition(".")[2]


def key_column(entity: Value) -> str:
    """Return the column that tells rows of an entity apart."""
    if not isinstance(entity, Made):
        return shown(entity)
    keys = argument(entity, "join_keys", "join_key")
    first = keys[0] if isinstance(keys, list) and keys else keys
    return shown(first or argument(entity, "name", "0"))


def sources_of(made: Made) -> tuple[str, ...]:
    """Return the data behind a view, by name, else by what is read; each once."""
    return tuple(dict.fromkeys(_sources(made, set(), 0)))


def _sources(made: Made, seen: set[tuple[str, int]], depth: int) -> Iterator[str]:
    for part in ("batch_source", "source", "sources", "stream_source"):
        held = made.arguments.get(part)
        for each in held if isinstance(held, list) else [held]:
            is_new = isinstance(each, Made) and (each.place, each.column) not in seen
            if isinstance(each, Made) and is_new and depth < _DEEPEST:
                seen.add((each.place, each.column))
                yield from _of_source(each, seen, depth + 1)


def _of_source(source: Made, seen: set[tuple[str, int]], depth: int) -> Iterator[str]:
    inner = list(_sources(source, seen, depth))
    yield from inner
    told = argument(source, "name", "table", "path", "table_ref", "query")
    if not inner and told is not None and source.name not in (*VIEWS, "RequestSource"):
        name = shown(told)
        yield without_credentials(name) if "://" in name else name


def about_view(made: Made, keys: tuple[str, ...], fields: list[tuple[str, str]]) -> Iterator[str]:
    """Yield what else a view says of itself, in words."""
    if keys:
        yield f"keys {', '.join(keys)}"
    if data := sources_of(made):
        yield f"data {', '.join(data)}"
    ttl = made.arguments.get("ttl")
    if isinstance(ttl, Made) and (hours := _hours(ttl)):
        yield f"lives {_counted(hours)} hours"
    if made.arguments.get("online") is True:
        yield "online"
    if fields:
        yield f"columns {', '.join(' '.join(filter(None, each)) for each in fields)}"


def _counted(hours: float) -> str:
    return f"{hours:,.0f}" if hours.is_integer() else f"{hours:.3g}"


def _hours(ttl: Made) -> float:
    parts = {"days": argument(ttl, "0"), **ttl.arguments}
    return sum(
        value * _HOURS[unit]
        for unit, value in parts.items()
        if unit in _HOURS and isinstance(value, int | float)
    )
