"""Documents, sights and sources of inventories, with what a case does not care about left out."""

from __future__ import annotations

from mlspec.inventory import (
    Applied,
    Documented,
    Expected,
    Gates,
    Inventory,
    Owner,
    Review,
    Sight,
    Source,
    rows_of,
)

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


SOURCES = (
    registry(objects=1),
    dump(
        "kserve",
        objects=2,
        newest="2026-11-01T00:00:00Z",
        remarks=("1 workload was passed by",),
        unread=(("a.yaml:1", "it is broken"),),
    ),
    server(why_not="`--offline`"),
)
INVENTORY = Inventory(
    DAY,
    "prod",
    rows_of(
        [
            document(
                version="v2",
                code_owners=("@growth",),
                review=Review("2026-01-01", "2026-07-01"),
                gates=(Gates("prod", 4), Gates("test", 4, 3, 9, "present")),
                findings=2,
                file="specs/churn.yaml",
            ),
            document("old", "ObservedModel", provider="acme", is_hosted=True, owner=Owner()),
            document("desk", "System", models=("model/churn",)),
        ],
        {"model/churn": (applied(),), "model/gone": ()},
        [
            served(labelled="churn", kind="InferenceService", places=(("prod", "v2"),)),
            registered("Churn", aliases=("prod -> 1",), is_live=False, version=""),
        ],
        SOURCES,
        DAY,
    ),
    SOURCES,
    "CODEOWNERS",
)
"""One of everything."""
