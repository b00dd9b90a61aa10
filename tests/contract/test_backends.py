"""What every registry backend promises, run on each one that is discovered.

A new backend needs one line in `PLACES`: how to make a place for it.
"""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import replace

import pytest
from tests.contract.plugin.acme.folder import BACKEND as FOLDER
from tests.unit.ledger.ledgers import BODY, Change, apply, facts_of, record, run_of, write
from tests.unit.registry.remotes import Remotes

from mlspec.canonical import digest_bytes
from mlspec.errors import MlspecError, OperationFailedError, UsageError
from mlspec.ledger import change_event
from mlspec.ledger._change import Applied
from mlspec.registry import Place, backend_names, find_backend
from mlspec.state import (
    BreakGlass,
    Event,
    Head,
    LackingApprovals,
    Lifecycle,
    PassedOver,
    Publication,
    RunOutcome,
    Statement,
)


def file_of_this_machine(folder):
    return Place(folder / "state" / "registry.db", folder)


def clone_of_a_remote(folder):
    folder.mkdir(exist_ok=True)
    clone = Remotes(folder).folder / "first"
    return Place(clone / ".mlspec" / "registry.db", clone)


def place_at_a_server(folder, server):
    """Return a place whose models nobody else has at a server that all tests share."""
    names = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    path = folder / "state" / "registry.db"
    return Place(path, folder, options={"uri": server, "prefix": f"t{names}-"})


def place_in_a_schema(folder, server):
    """Return such a place in the schema that all tests share."""
    place = place_at_a_server(folder, server)
    return replace(place, options={**place.options, "catalog": "ml", "schema": "growth"})


PLACES = {
    "embedded": file_of_this_machine,
    "folder": file_of_this_machine,
    "git": clone_of_a_remote,
    "mlflow": place_at_a_server,
    "mlflow_2": place_at_a_server,
    "mlflow_postgres": place_at_a_server,
    "sagemaker": place_at_a_server,
    "unity": place_in_a_schema,
}
SERVERS = {
    "mlflow": "mlflow",
    "mlflow_2": "mlflow",
    "mlflow_postgres": "mlflow",
    "sagemaker": "sagemaker",
    "unity": "unity-catalog",
}
"""The fixtures of servers, and the backend of each; two of them are doubles."""
ATOMIC = ("embedded", "git")


def type_of(name):
    if name in SERVERS:
        return find_backend(SERVERS[name])
    return FOLDER if name == FOLDER.name else find_backend(name)


class Registry:
    """A backend at a place, opened anew for every question, as separate runs do."""

    def __init__(self, name, folder, *server):
        self.name, self.folder, self.server = name, folder, server
        self.place = PLACES[name](folder, *server)

    def open(self, environment="prod"):
        return type_of(self.name).open(self.place, environment)

    def apply(self, *changes, environment="prod", **told):
        return apply(self.open(environment), *changes, **told)

    def state(self):
        opened = self.open()
        return (
            opened.observe(),
            *(list(each()) for each in (opened.runs, opened.events, opened.checkpoints)),
            opened.statements(),
        )


@pytest.fixture(params=sorted(PLACES))
def registry(request, tmp_path):
    server = [request.getfixturevalue(request.param)] if request.param in SERVERS else []
    return Registry(request.param, tmp_path / "here", *server)


@pytest.fixture(params=ATOMIC)
def atomic(request, tmp_path):
    return Registry(request.param, tmp_path / "here")


def write_and_raise(registry, exception):
    with registry.open().transaction() as transaction:
        write(transaction, record(revision=2, body={"kind": "Other"}), record("model/new"))
        raise exception


def test_every_discovered_backend_is_tried():
    assert {*backend_names()} <= {*PLACES, *SERVERS.values()}


def test_observing_what_does_not_exist_gives_an_empty_snapshot_and_creates_nothing(registry):
    before = sorted(registry.folder.rglob("*"))
    snapshot = registry.open().observe()

    assert (
        snapshot.environment,
        snapshot.lineage,
        snapshot.serial,
        snapshot.head,
        dict(snapshot.objects),
        snapshot.sequence,
    ) == ("prod", "", 0, "", {}, 0)
    opened = registry.open()
    assert [[], [], []] == [
        list(each()) for each in (opened.runs, opened.events, opened.checkpoints)
    ]
    assert ({}, {}) == (opened.bodies(["sha256:x"]), opened.statements())
    assert None is opened.published("rendered/prod")
    assert before == sorted(registry.folder.rglob("*"))


def test_what_was_put_is_observed_by_another_run(registry):
    kept = record(protect=True, op_id="x-1")
    gone = record("dataset/old", {"kind": "Dataset"}, lifecycle=Lifecycle.RETIRED, revision=4)
    left = record("team/old", {"kind": "Team"}, lifecycle=Lifecycle.FORGOTTEN, op_id="x-3")

    registry.apply(kept, replace(gone, op_id="x-2"), left)

    observed = registry.open().observe().objects
    assert ["dataset/old", "model/churn", "team/old"] == list(observed)
    assert [replace(gone, op_id="x-2"), kept, left] == list(observed.values())


def test_bodies_are_read_only_where_asked_for(registry):
    registry.apply(record())

    heads = registry.open().observe(bodies=False).objects

    assert heads["model/churn"].body is None
    assert {record().digest: BODY} == registry.open().bodies([record().digest, "sha256:none"])


def test_a_body_outlives_the_object_that_had_it(registry):
    registry.apply(record())
    registry.apply(record(body={"kind": "Model"}, revision=2))
    registry.apply(Change(record(body={"kind": "Model"}, revision=3), "delete", is_gone=True))

    assert {record().digest: BODY} == registry.open().bodies([record().digest])


def test_a_record_without_a_body_keeps_the_stored_one(registry):
    registry.apply(record())
    registry.apply(replace(record(revision=2, lifecycle=Lifecycle.RETIRED), body=None))

    assert registry.open().observe().objects["model/churn"].body == BODY


def test_serial_counts_runs_and_lineage_stays(registry):
    registry.apply(record())
    first = registry.open().observe()
    registry.apply(record(revision=2))
    second = registry.open().observe()

    assert (1, 2) == (first.serial, second.serial)
    assert first.lineage
    assert first.lineage == second.lineage


def test_two_registries_have_two_lineages(tmp_path, registry):
    registry.apply(record())
    other = Registry(registry.name, tmp_path / "other", *registry.server)
    other.apply(record())

    assert registry.open().observe().lineage != other.open().observe().lineage


def test_environments_have_their_own_objects_serials_and_chains(registry):
    registry.apply(record())
    registry.apply(record(revision=2))
    registry.apply(record("model/other"), environment="dev")

    prod, dev = registry.open().observe(), registry.open("dev").observe()

    assert (2, 1) == (prod.serial, dev.serial)
    assert ["model/other"] == list(dev.objects)
    assert ["model/churn"] * 2 == [each.address for each in registry.open().events()]
    assert (2, 1) == (prod.sequence, dev.sequence)
    assert 1 == len(registry.open("dev").statements())


def test_a_transaction_sees_what_it_wrote(registry):
    registry.apply(record())

    with registry.open().transaction("ana") as transaction:
        run = write(transaction, record("model/b", {"n": 1}, op_id="x-1"))
        seen = transaction.snapshot()
        assert ["model/b", "model/churn"] == list(seen.objects)
        assert {"model/b", "model/churn"} == {*transaction.heads()}
        assert (True, False) == (transaction.probe("x-1"), transaction.probe("x-9"))
        assert {record().digest: BODY} == transaction.bodies([record().digest])
        assert run in transaction.runs_of(run.plan_digest)
        assert None is transaction.journal()


# chains, checkpoints, documents


def test_events_come_in_order_of_address_and_number(registry):
    registry.apply(record("model/b"), record("dataset/a"))
    for revision in range(2, 13):
        registry.apply(record("model/b", revision=revision))

    events = list(registry.open().events())
    assert [("dataset/a", 1), *(("model/b", n) for n in range(1, 13))] == [
        (each.address, each.sequence) for each in events
    ]
    assert events[1:] == list(registry.open().events("model/b"))
    assert [] == list(registry.open().events("model/none"))
    assert [""] + [each.digest for each in events[1:-1]] == [each.previous for each in events[1:]]


def test_the_head_of_every_chain_is_told(registry):
    registry.apply(record("model/b"), record("dataset/a"))
    registry.apply(record("model/b", revision=2))

    newest = {each.address: each for each in registry.open().events()}
    with registry.open().transaction() as transaction:
        assert {x.address: Head(x.sequence, x.digest) for x in newest.values()} == (
            transaction.heads()
        )


def test_the_heads_that_are_kept_are_read_without_the_lock(registry):
    assert {} == dict(registry.open().heads())
    registry.apply(record(), record("model/other"))
    registry.apply(Change(record("model/new", revision=2), previous="model/churn"))

    newest = {each.address: each for each in registry.open().events()}
    expected = {address: Head(each.sequence, each.digest) for address, each in newest.items()}
    assert expected == dict(registry.open().heads())
    assert {} == dict(registry.open("dev").heads())


def test_heads_can_be_restored_and_the_next_event_follows_them(registry):
    registry.apply(record(), record("model/other"))
    right = dict(registry.open().heads())
    with registry.open().transaction() as transaction:
        transaction.restore_heads({"model/other": Head(7, "sha256:wrong")})
        write(transaction, record("model/third"))
    kept_apart = registry.name != "folder"
    expected = {"model/other": Head(7, "sha256:wrong")} if kept_apart else right
    third = registry.open().heads()["model/third"]
    assert expected | {"model/third": third} == dict(registry.open().heads())

    with registry.open().transaction() as transaction:
        transaction.restore_heads(right | {"model/third": third})
        write(transaction, record(revision=2))

    assert [1, 2] == [each.sequence for each in registry.open().events("model/churn")]
    assert 2 == registry.open().heads()["model/churn"].sequence


def test_the_snapshot_tells_the_newest_checkpoint(registry):
    registry.apply(record())
    registry.apply(record(revision=2), sign=lambda _checkpoint: "armoured\nsignature\n")

    first, second = registry.open().checkpoints()
    snapshot = registry.open().observe()
    assert (2, second.digest) == (snapshot.sequence, snapshot.head)
    assert ("", first.digest) == (first.previous, second.previous)
    assert ("", "armoured\nsignature\n") == (first.signature, second.signature)


def test_documents_are_kept_by_digest_and_stay_as_they_are(registry):
    document = Statement(digest_bytes(b"any text \n"), "any text \n", "signature\n")
    registry.apply(record(), kept=[document])
    registry.apply(record(revision=2), kept=[replace(document, signature="another")])

    kept = registry.open().statements()
    assert 3 == len(kept)
    assert {document.digest: document} == registry.open().statements([document.digest, "sha256:0"])


def broken_links(state):
    """Every way in which a link does not follow."""
    facts = facts_of(state, [])
    for head in (Head(), Head(1, "sha256:other"), Head(7, "sha256:other")):
        yield change_event(head, facts, "", Applied("model/churn", "update", "u", 2, "", ""))


def test_an_event_that_does_not_follow_its_chain_is_refused(registry):
    registry.apply(record())

    for event in broken_links(registry.open().observe()):
        assert isinstance(event, Event)
        with (
            pytest.raises(ValueError, match="does not follow"),
            registry.open().transaction() as transaction,
        ):
            transaction.append([event])


def test_a_checkpoint_that_does_not_follow_is_refused(registry):
    registry.apply(record())
    (only,) = registry.open().checkpoints()

    for wrong in (only, replace(only, sequence=2), replace(only, previous=only.digest)):
        with (
            pytest.raises(ValueError, match="does not follow"),
            registry.open().transaction() as transaction,
        ):
            transaction.seal(wrong)


def test_a_serial_that_does_not_follow_is_refused(registry):
    run = run_of(facts_of(registry.open().observe(), []))

    for serial in (0, 5):
        with (
            pytest.raises(ValueError, match="does not follow"),
            registry.open().transaction() as transaction,
        ):
            transaction.finish(replace(run, serial=serial))


# renames and deletes


def test_a_rename_takes_identity_and_chain_along(registry):
    registry.apply(record(uid="u7"))
    moved = record("model/leave", uid="u7", revision=2, op_id="x-2")

    registry.apply(Change(moved, "rename", previous="model/churn"))

    assert {"model/leave": moved} == dict(registry.open().observe().objects)
    old, new = registry.open().events()
    assert ("model/churn", "model/leave", old.digest) == (old.address, new.address, new.previous)
    assert 2 == new.sequence
    with registry.open().transaction() as transaction:
        assert transaction.probe("x-2")


def test_a_name_can_be_taken_again_by_another_object(registry):
    registry.apply(record("model/a", uid="u1"), record("model/b", uid="u2"))
    registry.apply(Change(record("model/b", uid="u2", revision=2), "delete", is_gone=True))
    registry.apply(Change(record("model/b", uid="u1", revision=2), "rename", previous="model/a"))
    registry.apply(Change(record("model/a", uid="u3"), "create"))

    found = registry.open().observe().objects
    assert {"model/a": "u3", "model/b": "u1"} == {key: x.uid for key, x in found.items()}
    assert [("model/a", 1), ("model/a", 2), *(("model/b", n) for n in (1, 2, 3))] == [
        (each.address, each.sequence) for each in registry.open().events()
    ]


def test_a_deleted_object_is_gone_and_its_chain_stays(registry):
    registry.apply(record())
    registry.apply(Change(record(revision=2, op_id="x-2"), "delete", is_gone=True))

    assert {} == dict(registry.open().observe().objects)
    assert [1, 2] == [each.sequence for each in registry.open().events("model/churn")]


# runs


def test_runs_are_told_as_they_were_and_in_order(registry):
    passed = PassedOver((LackingApprovals("model-risk", 2),), "2026-01-01", ("q4",), True)
    glass = BreakGlass("sre", "the site is down", passed_over=passed)
    one = registry.apply(record(), plan_digest="sha256:one")
    two = registry.apply(
        record(revision=2), plan_digest="sha256:two", outcome=RunOutcome.PARTIAL, break_glass=glass
    )
    three = registry.apply(record(revision=3), plan_digest="sha256:two")

    assert [one, two, three] == list(registry.open().runs())
    with registry.open().transaction() as transaction:
        assert (one,) == transaction.runs_of("sha256:one")
        assert (two, three) == transaction.runs_of("sha256:two")
        assert () == transaction.runs_of("sha256:three")


def test_a_run_is_of_one_environment(registry):
    registry.apply(record(), plan_digest="sha256:one")

    with registry.open("dev").transaction() as transaction:
        assert () == transaction.runs_of("sha256:one")


def test_a_run_can_be_reviewed_whatever_came_after_it(registry):
    run = registry.apply(record(), break_glass=BreakGlass("sre", "the site is down"))
    later = registry.apply(record(revision=2), plan_digest="sha256:two")
    reviewed = replace(run, break_glass=replace(run.break_glass, reviewed_by="bo"))

    with registry.open().transaction() as transaction:
        transaction.finish(reviewed)

    assert [reviewed, later] == list(registry.open().runs())
    assert 2 == registry.open().observe().serial


def test_a_backend_without_a_branch_says_so(registry):
    publication = Publication("rendered/prod", {"a.yaml": b"a: 1\n"}, "Publish")
    has_branches = registry.name == "git"
    with registry.open().transaction() as transaction:
        write(transaction, record())
        with nullcontext() if has_branches else pytest.raises(UsageError):
            transaction.publish(publication)

    expected = {"a.yaml": digest_bytes(b"a: 1\n")} if has_branches else None
    assert expected == registry.open().published("rendered/prod")


# all or nothing, one at a time


@pytest.mark.parametrize("exception", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_exception_leaves_the_registry_as_it_was(atomic, exception):
    atomic.apply(record())
    before = atomic.state()

    with pytest.raises(exception):
        write_and_raise(atomic, exception)

    assert before == atomic.state()


def test_an_exception_in_the_first_transaction_leaves_no_registry(atomic):
    with pytest.raises(KeyboardInterrupt):
        write_and_raise(atomic, KeyboardInterrupt)

    assert "" == atomic.open().observe().lineage


def write_twice(registry):
    with registry.open().transaction("bo on desk") as one:
        write(one, record("model/one"))
        with registry.open().transaction("li on phone") as other:
            write(other, record("model/other"))


def test_of_two_writers_one_is_told_that_another_run_was_first(registry):
    registry.apply(record())

    with pytest.raises(MlspecError) as caught:
        write_twice(registry)

    assert not isinstance(caught.value, OperationFailedError)
    assert 11 == caught.value.exit_code
    if registry.name != "git":  # nothing holds a ref: its winner is whoever pushes first
        told = [str(caught.value), *caught.value.details]
        assert any("bo on desk" in each for each in told)


def test_readers_see_the_state_before_while_another_run_writes(atomic):
    atomic.apply(record())

    with atomic.open().transaction() as transaction:
        transaction.put(record(revision=2))
        seen = atomic.open().observe()
        own = transaction.snapshot()

    assert (1, 2) == (seen.objects["model/churn"].revision, own.objects["model/churn"].revision)


# values


@pytest.mark.parametrize("text", ["é 漢 \U0001f600", "a\nb\t\"'\\", "\x00\x1b[31m", "x" * 100_000])
def test_any_text_comes_back_as_it_was(registry, text):
    document = Statement(digest_bytes(text.encode()), text)
    run = registry.apply(record(body={"kind": "Model", "text": text}), kept=[document], actor=text)

    assert text == registry.open().observe().objects["model/churn"].body["text"]
    assert document == registry.open().statements()[document.digest]
    assert [run] == list(registry.open().runs())


def test_numbers_come_back_with_their_type(registry):
    body = {"a": 1, "b": 1.0, "c": True, "d": None, "e": 0.1 + 0.2, "f": 10**30}

    registry.apply(record(body=body))

    assert repr(body) == repr(registry.open().observe().objects["model/churn"].body)
