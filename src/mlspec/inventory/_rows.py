"""Documents, records and sights -> the rows of an inventory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.importing import slug_of
from mlspec.inventory._classes import classes_of, looked_at, standing_of, standing_of_system
from mlspec.inventory._joining import join
from mlspec.inventory._model import Owner, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.inventory._model import Applied, Documented, Sight, Source, Standing

__all__ = ["rows_of"]

_KINDS = {"model": "Model", "observed-model": "ObservedModel", "system": "System"}


def rows_of(
    documented: Iterable[Documented],
    applied: Mapping[str, Sequence[Applied]],
    sights: Iterable[Sight],
    sources: Sequence[Source],
    as_of: str,
) -> tuple[Row, ...]:
    """Return one row for each model and system, those with an address first, in order of name.

    `applied` has what the registries of all environments hold, by address.
    """
    known = {each.address: each for each in documented}
    joined = join(known.values(), applied, sights)
    rows = {
        address: _row(
            address,
            known.get(address),
            applied.get(address, ()),
            joined.known.get(address, ()),
            sources,
        )
        for address in sorted({*known, *applied})
    }
    standings = {address: each.standing for address, each in rows.items()}
    rows |= {
        address: replace(rows[address], standing=_of_system(each, standings))
        for address, each in known.items()
        if each.kind == "System"
    }
    names = _names(known)
    loose = [_loose(each, names) for each in joined.loose]
    return tuple(
        _classed(each, known.get(each.address), as_of)
        for each in (*rows.values(), *sorted(loose, key=lambda each: (each.name, each.sights)))
    )


def _row(
    address: str,
    documented: Documented | None,
    applied: Sequence[Applied],
    sights: Sequence[Sight],
    sources: Sequence[Source],
) -> Row:
    standing = standing_of(documented, applied, sights, sources)
    prefix, _, name = address.partition("/")
    row = Row(
        address, name, _KINDS.get(prefix, ""), standing, (), tuple(sights), tuple(sorted(applied))
    )
    if documented is None:
        return replace(_of_sights(row), version=_version(applied, sights))
    return replace(
        row,
        kind=documented.kind,
        version=documented.version or _version(applied, sights),
        owner=documented.owner,
        code_owners=documented.code_owners,
        tier=documented.tier,
        review=documented.review,
        gates=documented.gates,
        findings=documented.findings,
        file=documented.file,
        provider=documented.provider or _first(each.provider for each in sights),
        looked=looked_at(documented.expected, sources),
        is_readable=documented.is_readable,
    )


def _of_system(system: Documented, standings: Mapping[str, Standing]) -> Standing:
    return standing_of_system([standings[each] for each in system.models if each in standings])


def _loose(sights: Sequence[Sight], names: Mapping[str, str]) -> Row:
    """Return the row of objects that no address is known of; a registry's name goes first."""
    first = min(sights, key=lambda each: (not each.labelled, not each.is_registered, each))
    name = first.labelled or first.name
    standing = standing_of(None, (), sights, ())
    row = Row("", name, "", standing, (), tuple(sights), version=_version((), sights))
    likely = names.get(slug_of(name.rpartition("/")[2]), "")
    return replace(_of_sights(row), suggestion=likely)


def _of_sights(row: Row) -> Row:
    """Return a row with what live objects say of themselves: it is a guess, and told as one."""
    owner = _first(each.owner for each in row.sights)
    return replace(
        row,
        owner=Owner(owner, "label") if owner else Owner(),
        tier=_first(each.tier for each in row.sights),
        provider=_first(each.provider for each in row.sights),
    )


def _version(applied: Sequence[Applied], sights: Sequence[Sight]) -> str:
    """Return the one version that is live; "" where there are several, or none is known."""
    versions = {each.version for each in applied if each.lifecycle == "live"}
    versions |= {each.version for each in sights if each.is_live}
    versions -= {""}
    return versions.pop() if len(versions) == 1 else ""


def _names(known: Mapping[str, Documented]) -> dict[str, str]:
    """Return addresses of specs by name; a managed model goes before one that is only observed."""
    found: dict[str, str] = {}
    for address in sorted(known):
        if known[address].kind != "System":
            found.setdefault(address.partition("/")[2], address)
    return found


def _classed(row: Row, documented: Documented | None, as_of: str) -> Row:
    is_hosted = documented.is_hosted if documented else bool(row.provider)
    found = classes_of(row, is_documented=documented is not None, is_hosted=is_hosted, as_of=as_of)
    return replace(row, classes=found)


def _first(texts: Iterable[str]) -> str:
    return next(_said(texts), "")


def _said(texts: Iterable[str]) -> Iterator[str]:
    return (each for each in texts if each)
