"""What is said of a model follows from what was read, and from nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.inventory.models import (
    DAY,
    applied,
    awaited,
    document,
    dump,
    registered,
    registry,
    row,
    rows,
    served,
    server,
)

from mlspec.inventory import Class, Gates, Inventory, Origin, Owner, Review, Standing

WANTED = document(expected=(awaited("kserve", "ml", "prod"),))
LIVE = {"model/churn": (applied(),)}
RETIRED = {"model/churn": (applied(lifecycle="retired"),)}
KSERVE = dump("kserve", environments=("prod",), namespaces=("ml",))


@pytest.mark.parametrize(
    ("records", "sources", "standing"),
    [
        pytest.param({}, (), "not-looked", id="nothing-was-read"),
        pytest.param(LIVE, (registry(),), "not-looked", id="a-record-is-no-look"),
        pytest.param(LIVE, (registry(), KSERVE), "dead", id="looked-and-not-there"),
        pytest.param({}, (KSERVE,), "dead", id="looked-without-a-registry"),
        pytest.param({}, (registry(), KSERVE), "not-applied", id="on-its-way"),
        pytest.param(RETIRED, (registry(), KSERVE), "retired", id="retired"),
        pytest.param(LIVE, (dump("kubernetes"),), "not-looked", id="other-objects"),
        pytest.param(LIVE, (dump(),), "not-looked", id="an-empty-dump"),
        pytest.param(LIVE, (server(),), "not-looked", id="another-system"),
        pytest.param(
            LIVE, (replace(KSERVE, environments=("staging",)),), "not-looked", id="elsewhere"
        ),
        pytest.param(LIVE, (replace(KSERVE, environments=()),), "dead", id="of-any-environment"),
        pytest.param(
            LIVE, (replace(KSERVE, namespaces=("shop",)),), "not-looked", id="another-namespace"
        ),
        pytest.param(
            LIVE, (replace(KSERVE, namespaces=("a", "b")),), "dead", id="of-the-whole-cluster"
        ),
        pytest.param(LIVE, (replace(KSERVE, namespaces=()),), "dead", id="no-objects-of-its-sort"),
        pytest.param(
            LIVE, (replace(KSERVE, why_not="gone"),), "not-looked", id="it-could-not-be-read"
        ),
        pytest.param(
            {}, (replace(registry(), why_not="offline"), KSERVE), "dead", id="registry-not-asked"
        ),
    ],
)
def test_dead_is_said_only_where_somebody_looked(records, sources, standing):
    found = row([WANTED], records, (), sources)

    assert standing == found.standing.value
    assert (standing == "dead") == (Class.DOCUMENTED_DEAD in found.classes)


def test_a_model_of_two_environments_is_dead_only_where_both_were_looked_at():
    both = replace(WANTED, expected=(awaited("kserve", "", "prod"), awaited("kserve", "", "test")))
    sources = [dump("kserve", environments=("prod",), namespaces=("ml",))]

    assert Standing.NOT_LOOKED is row([both], LIVE, (), sources).standing
    sources.append(dump("kserve", name="test.yaml", environments=("test",)))
    found = row([both], LIVE, (), sources)
    assert (Standing.DEAD, ("live.yaml", "test.yaml")) == (found.standing, found.looked)


def test_a_model_that_nothing_could_show_is_never_dead():
    batch = document()

    assert Standing.NOT_LOOKED is row([batch], LIVE, (), (KSERVE, server())).standing


@pytest.mark.parametrize(
    ("sight", "standing"),
    [
        (served(), Standing.LIVE),
        (served(is_live=False), Standing.PRESENT),
        (registered(), Standing.LIVE),
        (registered(is_live=False), Standing.PRESENT),
    ],
)
@pytest.mark.parametrize("records", [{}, LIVE, RETIRED])
def test_what_is_seen_is_there_whatever_was_recorded(sight, standing, records):
    found = row([WANTED], records, [replace(sight, labelled="churn")], (KSERVE,))

    assert (standing, 1) == (found.standing, len(found.sights))


@pytest.mark.parametrize("kind", ["Model", "ObservedModel"])
def test_what_a_spec_documents_is_managed_or_observed(kind):
    wanted = Class.MANAGED if kind == "Model" else Class.OBSERVED

    assert (wanted,) == row([document(kind=kind)]).classes


def test_what_no_spec_documents_and_a_source_shows_is_undocumented():
    found = rows((), {}, [served(), registered("fraud", is_live=False)], (KSERVE, server()))

    expected = (Class.LIVE_UNDOCUMENTED, Class.UNOWNED, Class.TIER_UNKNOWN)
    assert {"ml/churn": expected, "fraud": expected} == {k: v.classes for k, v in found.items()}
    assert [None, None] == [each.findings for each in found.values()]


def test_what_is_recorded_without_a_spec_is_undocumented_once_it_is_seen():
    unseen = row((), LIVE)
    seen = row((), LIVE, [served(labelled="churn")], (KSERVE,))

    assert (Class.UNOWNED, Class.TIER_UNKNOWN, Class.MANAGED) == unseen.classes
    assert Class.LIVE_UNDOCUMENTED in seen.classes
    assert ("model/churn", "Model") == (seen.address, seen.kind)


def test_what_is_retired_and_gone_is_of_no_class_and_what_came_back_is():
    assert () == row([WANTED], RETIRED).classes
    seen = row((), RETIRED, [served(labelled="churn")], (KSERVE,))
    assert Class.LIVE_UNDOCUMENTED in seen.classes
    assert Class.MANAGED not in seen.classes


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, set()),
        ({"owner": Owner()}, {Class.UNOWNED}),
        ({"owner": Owner("@ana", "codeowners")}, set()),
        ({"tier": ""}, {Class.TIER_UNKNOWN}),
        ({"is_hosted": True}, {Class.HOSTED_API}),
        ({"review": Review()}, set()),
        ({"review": Review(DAY, "2026-11-21")}, {Class.REVIEW_OVERDUE}),
        ({"review": Review("2026-01-01", DAY)}, set()),
        ({"review": Review("2026-01-01", "2026-11-23")}, set()),
        ({"review": Review(is_never=True)}, {Class.REVIEW_OVERDUE}),
        ({"review": Review(next="2027-01-01", is_never=True)}, {Class.REVIEW_OVERDUE}),
    ],
)
def test_each_other_class_follows_from_the_spec(facts, expected):
    assert expected == {*row([document(**facts)]).classes} - {Class.MANAGED}


def test_what_a_live_object_says_of_itself_is_a_guess_that_ends_a_class():
    found = row((), {}, [served(owner="crm", tier="high", provider="acme")])

    assert (Class.LIVE_UNDOCUMENTED, Class.HOSTED_API) == found.classes
    assert (Owner("crm", "label"), "high", "acme") == (found.owner, found.tier, found.provider)


@pytest.mark.parametrize(
    ("standings", "expected"),
    [
        ("live dead", "live"),
        ("dead dead", "dead"),
        ("dead not-looked", "not-looked"),
        ("not-applied not-applied", "not-applied"),
        ("not-applied dead", "not-looked"),
        ("present dead", "present"),
        ("", "not-looked"),
    ],
)
def test_a_system_is_as_live_as_the_liveliest_of_its_models(standings, expected):
    models, records, sights = [], {}, []
    for place, word in enumerate(standings.split()):
        name = f"m{place}"
        system = "argo-rollouts" if word == "not-looked" else "kserve"
        models.append(document(name, expected=(awaited(system),)))
        if word not in ("not-applied", "not-looked"):
            records[f"model/{name}"] = (applied(),)
        if word == "not-looked":
            records[f"model/{name}"] = (applied(),)
        if word in ("live", "present"):
            sights.append(served(f"ml/{name}", labelled=name, is_live=word == "live"))
    system = document("desk", "System", models=tuple(each.address for each in models))

    found = rows([*models, system], records, sights, (registry(), KSERVE))

    assert [*standings.split()] == [found[each.address].standing.value for each in models]
    assert expected == found["system/desk"].standing.value
    assert (expected == "dead") == (Class.DOCUMENTED_DEAD in found["system/desk"].classes)


def test_an_observed_model_is_dead_where_it_was_found_and_is_not_any_more():
    origin = Origin("mlflow", "http://mlflow", "churn", 7)
    observed = document(
        kind="ObservedModel", origins=(origin,), expected=(awaited("mlflow", "http://mlflow"),)
    )

    assert Standing.DEAD is row([observed], {}, (), (server(),)).standing
    assert Standing.NOT_LOOKED is row([observed], {}, (), (server("http://other"),)).standing
    assert Standing.NOT_LOOKED is row([observed], {}, (), (KSERVE,)).standing


@pytest.mark.parametrize(
    ("gates", "expected"),
    [
        ([], None),
        ([Gates("prod", 0)], None),
        ([Gates("prod", 4, 4, 1, "present"), Gates("test", 4, 3, 1, "present")], "test"),
        ([Gates("prod", 4, 4, 9, "present"), Gates("test", 4, 4, 1, "present")], "prod"),
        ([Gates("test", 4, 4, 1, "present"), Gates("prod", 4, 4, 1, "present")], "prod"),
        ([Gates("prod", 9, 5, 1, "present"), Gates("test", 2, 1, 1, "present")], "test"),
    ],
)
def test_gates_are_told_of_the_environment_where_the_fewest_pass(gates, expected):
    worst = row([document(gates=tuple(gates))]).worst_gates

    assert expected == (worst.environment if worst else None)


def test_a_model_is_in_the_environments_where_it_was_applied_or_is_seen():
    records = {"model/churn": (applied(version="v2"), applied("old", "v1", "retired"))}
    seen = served(labelled="churn", places=(("prod", "v1"), ("test", "v3")))

    assert {"prod": ("v2",), "test": ("v3",)} == row([WANTED], records, [seen]).environments


def test_counts_are_of_all_rows_and_only_some_are_shown():
    found = tuple(rows([document(), document("fraud", tier="")]).values())
    inventory = Inventory(DAY, "", found, (), shown=(Class.TIER_UNKNOWN,))

    assert (2, 1) == (inventory.counts[Class.MANAGED], inventory.counts[Class.TIER_UNKNOWN])
    assert ["model/fraud"] == [each.address for each in inventory.chosen]
    assert {*Class} == {*inventory.counts}


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ((), False),
        ((registry(),), False),
        ((KSERVE,), True),
        ((dump(),), False),
        ((server(why_not="no"),), False),
    ],
)
def test_a_look_is_a_live_source_that_was_read(sources, expected):
    assert expected is Inventory(DAY, "", (), sources).has_looked
