"""Documents, sights and sources of inventories, with what a case does not care about left out."""

from __future__ import annotations

from mlspec.inventory import Applied, Documented, Expected, Owner, Sight, Source, rows_of

DAY = "2026-11-22"
TEAM = Owner("growth", "team", ("ana@example.org",))


def document(name="churn", kind="Model", **facts):
    """Return a model with an owner and a tier."""
    prefix = {"Model": "model", "ObservedModel": "observed-model", "System": "system"}[kind]
    return Documented(f"{prefix}/{name}", kind, **{"owner": TEAM, "tier": "limited", **facts})


def served(name="ml/churn", system="kserve", source="live.yaml", **facts):
    """Return an object of a cluster."""
    return Sight(system, source, name, **facts)


def registered(name="churn", source="http://mlflow", **facts):
    """Return a model of a registry."""
    return Sight("mlflow", source, name, **{"is_registered": True, "version": "1", **facts})


def dump(*systems, name="live.yaml", **facts):
    """Return a dump of a cluster that was read."""
    return Source(name, "cluster", systems, is_live=True, is_dump=True, **facts)


def server(name="http://mlflow", **facts):
    """Return an MLflow server that was read."""
    return Source(name, "mlflow", ("mlflow",), is_live=True, **facts)


def registry(environment="prod", **facts):
    """Return a registry of mlspec that was read."""
    return Source(f"registry of {environment}", "mlspec", environments=(environment,), **facts)


def applied(environment="prod", version="v1", lifecycle="live"):
    return Applied(environment, version, lifecycle)


def awaited(system="kserve", place="", *environments):
    return Expected(system, place, environments)


def rows(documents=(), records=None, sights=(), sources=(), as_of=DAY):
    """Return the rows of an inventory by name."""
    found = rows_of(documents, records or {}, sights, sources, as_of)
    assert len({(each.address, each.name, each.sights) for each in found}) == len(found)
    return {each.address or each.name: each for each in found}


def row(*arguments, **options):
    """Return the only row of an inventory."""
    (found,) = rows(*arguments, **options).values()
    return found
