"""What every registry backend promises, run on each one that is discovered."""

from __future__ import annotations

import pytest

from mlspec.canonical import digest_value
from mlspec.errors import RegistryLockedError
from mlspec.ledger import GENESIS, link, verify
from mlspec.registry import backend_names, find_backend
from mlspec.state import ObjectRecord, RunRecord

BODY = {"kind": "Model", "metadata": {"name": "churn"}, "spec": {"floor": 0.9, "on": True}}


class Registry:
    """A backend at a place, opened anew for every question, as separate runs do."""

    def __init__(self, name, location):
        self._type, self._location = find_backend(name), location

    def open(self, environment="prod"):
        return self._type.open(self._location, environment)

    def apply(self, *records, environment="prod", plan="sha256:p"):
        with self.open(environment).transaction() as transaction:
            state = transaction.snapshot()
            for each in records:
                transaction.put(each)
            event = link(state.head, state.sequence + 1, {"plan": plan})
            transaction.append([event])
            transaction.finish(run(state.serial + 1, environment=environment, plan=plan))


@pytest.fixture(params=backend_names())
def registry(request, tmp_path):
    return Registry(request.param, tmp_path / "state" / "registry.db")


def record(address="model/churn", body=None, **changes):
    body = BODY if body is None else body
    fields = {"uid": "u1", "revision": 1, "digest": digest_value(body), "body": body} | changes
    return ObjectRecord(address=address, **fields)


def run(serial, *, environment="prod", plan="sha256:p"):
    return RunRecord(
        f"{serial}-p",
        plan,
        environment,
        serial,
        "ana",
        "2026-01-02T03:04:05Z",
        (("a/b", "create"),),
    )


def write_and_raise(registry, exception):
    with registry.open().transaction() as transaction:
        state = transaction.snapshot()
        transaction.put(record(revision=2, body={"kind": "Other"}))
        transaction.append([link(state.head, state.sequence + 1, {})])
        transaction.finish(run(state.serial + 1, plan="sha256:q"))
        raise exception


def test_observing_what_does_not_exist_gives_an_empty_snapshot_and_creates_nothing(
    registry, tmp_path
):
    snapshot = registry.open().observe()

    assert (
        snapshot.environment,
        snapshot.lineage,
        snapshot.serial,
        snapshot.head,
        dict(snapshot.objects),
        snapshot.sequence,
    ) == ("prod", "", 0, "", {}, 0)
    assert list(registry.open().runs()) == []
    assert list(registry.open().events()) == []
    assert registry.open().bodies(["sha256:x"]) == {}
    assert list(tmp_path.iterdir()) == []


def test_what_was_put_is_observed_by_another_run(registry):
    kept = record(protect=True)
    gone = record("dataset/old", {"kind": "Dataset"}, retired=True, revision=4)

    registry.apply(kept, gone)

    assert {"model/churn": kept, "dataset/old": gone} == dict(registry.open().observe().objects)


def test_bodies_are_read_only_where_asked_for(registry):
    registry.apply(record())

    heads = registry.open().observe(bodies=False).objects

    assert heads["model/churn"].body is None
    assert {record().digest: BODY} == registry.open().bodies([record().digest, "sha256:none"])


def test_a_body_outlives_the_object_that_had_it(registry):
    registry.apply(record())
    registry.apply(record(body={"kind": "Model"}, revision=2), plan="sha256:q")

    assert {record().digest: BODY} == registry.open().bodies([record().digest])


def test_a_record_without_a_body_keeps_the_stored_one(registry):
    registry.apply(record())
    registry.apply(record(body=BODY, revision=2, retired=True), plan="sha256:q")

    with registry.open().transaction() as transaction:
        head = transaction.snapshot().objects["model/churn"]
        transaction.put(head)

    assert registry.open().observe().objects["model/churn"].body == BODY


def test_serial_counts_applies_and_lineage_stays(registry):
    registry.apply(record())
    first = registry.open().observe()
    registry.apply(record(revision=2), plan="sha256:q")
    second = registry.open().observe()

    assert (first.serial, second.serial) == (1, 2)
    assert first.lineage
    assert first.lineage == second.lineage


def test_two_registries_have_two_lineages(tmp_path, registry):
    registry.apply(record())
    other = Registry(registry._type.name, tmp_path / "other" / "registry.db")  # noqa: SLF001
    other.apply(record())

    assert registry.open().observe().lineage != other.open().observe().lineage


def test_environments_have_their_own_objects_serials_and_chains(registry):
    registry.apply(record())
    registry.apply(record(revision=2), plan="sha256:q")
    registry.apply(record("model/other"), environment="dev")

    prod, dev = registry.open().observe(), registry.open("dev").observe()

    assert (prod.serial, dev.serial) == (2, 1)
    assert list(dev.objects) == ["model/other"]
    assert prod.lineage == dev.lineage
    assert [each.sequence for each in registry.open("dev").events()] == [1]


def test_the_chain_comes_back_whole(registry):
    for number in range(3):
        registry.apply(record(revision=number + 1), plan=f"sha256:{number}")

    events = list(registry.open().events())

    assert [each.sequence for each in events] == [1, 2, 3]
    assert events[0].previous == GENESIS
    assert verify(events, registry.open().observe().head) == ()


def test_an_event_that_does_not_follow_the_head_is_refused(registry):
    registry.apply(record())

    with pytest.raises(ValueError, match="does not follow"), registry.open().transaction() as write:
        write.append([link("sha256:elsewhere", 2, {})])


def test_a_serial_that_does_not_follow_is_refused(registry):
    with pytest.raises(ValueError, match="does not follow"), registry.open().transaction() as write:
        write.finish(run(5))


def test_a_finished_run_is_found_by_its_plan_in_its_environment(registry):
    registry.apply(record(), plan="sha256:one")

    with registry.open().transaction() as transaction:
        assert run(1, plan="sha256:one") == transaction.find_run("sha256:one")
        assert transaction.find_run("sha256:two") is None
    with registry.open("dev").transaction() as transaction:
        assert transaction.find_run("sha256:one") is None
    assert [run(1, plan="sha256:one")] == list(registry.open().runs())


@pytest.mark.parametrize("exception", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_exception_leaves_the_registry_as_it_was(registry, exception):
    registry.apply(record())
    before = registry.open().observe(), list(registry.open().runs())

    with pytest.raises(exception):
        write_and_raise(registry, exception)

    assert before == (registry.open().observe(), list(registry.open().runs()))


def test_an_exception_in_the_first_transaction_leaves_no_registry(registry):
    with pytest.raises(KeyboardInterrupt):
        write_and_raise(registry, KeyboardInterrupt)

    assert registry.open().observe().lineage == ""


def test_a_second_writer_is_told_that_another_run_holds_the_registry(registry):
    registry.apply(record())

    with (
        registry.open().transaction(),
        pytest.raises(RegistryLockedError) as caught,
        registry.open().transaction(),
    ):
        pass

    assert caught.value.exit_code == 11


def test_readers_see_the_state_before_while_another_run_writes(registry):
    registry.apply(record())

    with registry.open().transaction() as transaction:
        transaction.put(record(revision=2))
        seen = registry.open().observe()
        own = transaction.snapshot()

    assert (seen.objects["model/churn"].revision, own.objects["model/churn"].revision) == (1, 2)


@pytest.mark.parametrize("text", ["é 漢 \U0001f600", "a\nb\t\"'\\", "\x00\x1b[31m", "x" * 100_000])
def test_any_text_comes_back_as_it_was(registry, text):
    registry.apply(record(body={"kind": "Model", "text": text}))

    assert text == registry.open().observe().objects["model/churn"].body["text"]


def test_numbers_come_back_with_their_type(registry):
    body = {"a": 1, "b": 1.0, "c": True, "d": None, "e": 0.1 + 0.2, "f": 10**30}

    registry.apply(record(body=body))

    assert repr(body) == repr(registry.open().observe().objects["model/churn"].body)
