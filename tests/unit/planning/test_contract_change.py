"""What a change of an output contract does to those who read it."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from mlspec.planning._contract import contract_change
from mlspec.planning._model import Compatibility

SCORE = {"name": "score", "type": "float", "minimum": 0, "maximum": 1}
OUTPUT = {
    "version": "v1",
    "fields": [{"name": "id", "type": "int"}, SCORE],
    "consumers": [{"system": "desk", "team": "ops"}, {"system": "app", "team": "web"}],
}


def body(task="regression", **changes):
    return {"spec": {"task": task, "output": {**OUTPUT, **changes}}}


def fields(**score):
    return [{"name": "id", "type": "int"}, {**SCORE, **score}]


def told(new, old=None):
    change = contract_change(old or body(), new)
    return change and (change.compatibility.value, change.reasons)


def test_the_same_promise_is_no_change():
    assert contract_change(body(), body()) is None
    assert told(body(fields=fields(description="How likely."))) is None
    assert told(body(fields=OUTPUT["fields"][::-1])) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"fields": OUTPUT["fields"][:1]}, "the field `score` is gone"),
        ({"fields": fields(type="int")}, "`score` changes from float to int"),
        (
            {"fields": fields(maximum=100)},
            "`score` may leave its old range: the maximum goes from 1 to 100",
        ),
        (
            {"fields": fields(minimum=None)},
            "`score` may leave its old range: the minimum goes from 0 to none",
        ),
        (
            {"fields": fields(name="p")},
            "the field `score` is gone; `p` has the same shape, but readers look for the name",
        ),
        ({"task": "ranking"}, "the task changes from `regression` to `ranking`"),
    ],
)
def test_a_promise_that_is_given_up_breaks_every_reader(changes, reason):
    change = contract_change(body(), body(**changes))

    assert change.compatibility is Compatibility.BREAKING
    assert change.reasons[0] == reason
    assert change.consumers == ("app", "desk")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"fields": [*OUTPUT["fields"], {"name": "why", "type": "string"}]}, "`why` is new"),
        ({"fields": fields(maximum=0.9)}, "`score` stays in a smaller range: the maximum is 0.9"),
        ({"version": "v1.1"}, "the version is v1.1 after v1"),
        ({"version": "v2"}, "the version is v2 after v1"),
        ({"consumers": OUTPUT["consumers"][:1]}, "`app` no longer counts as a consumer"),
        (
            {"consumers": [*OUTPUT["consumers"], {"system": "bi", "team": "web"}]},
            "`bi` is a new consumer",
        ),
        (
            {"consumers": [{"system": "desk", "team": "web"}, OUTPUT["consumers"][1]]},
            "another team runs `desk`",
        ),
    ],
)
def test_a_promise_that_is_kept_breaks_nobody(changes, reason):
    change = contract_change(body(), body(**changes))

    assert change.compatibility is Compatibility.COMPATIBLE
    assert change.reasons[0].endswith(reason)
    assert change.consumers == ()


def test_a_bound_where_there_was_none_is_a_promise_more():
    bare = body(fields=fields(minimum=None))

    assert told(body(), bare)[0] == "backward-compatible"
    assert told(bare)[0] == "breaking"


def test_a_break_has_to_show_in_the_major_version():
    gone = OUTPUT["fields"][:1]

    assert told(body(fields=gone)) == snapshot(
        (
            "breaking",
            ("the field `score` is gone", "readers can't see it: the major version is still v1"),
        )
    )
    assert told(body(fields=gone, version="v1.4")) == snapshot(
        (
            "breaking",
            (
                "the field `score` is gone",
                "readers can't see it: the major version is v1.4 after v1",
            ),
        )
    )
    assert told(body(fields=gone, version="v2")) == snapshot(
        ("breaking", ("the field `score` is gone", "the version is v2 after v1"))
    )


def test_a_version_does_not_go_back():
    assert told(body(), body(version="v1.2")) == snapshot(
        ("breaking", ("the version goes back from v1.2 to v1",))
    )
    assert told(body(version="v1.0"))[0] == "backward-compatible"


def test_a_consumer_that_is_taken_off_the_list_is_still_broken():
    change = contract_change(body(), body(fields=OUTPUT["fields"][:1], consumers=[]))

    assert change.consumers == ("app", "desk")


def test_several_fields_that_go_have_no_heir():
    renamed = [{"name": "a", "type": "int"}, {**SCORE, "name": "b"}]

    assert "the field `score` is gone" in contract_change(body(), body(fields=renamed)).reasons


def test_fields_that_cannot_be_told_apart_are_compared_by_place():
    twice = body(fields=[SCORE, SCORE])

    assert contract_change(twice, twice) is None
    assert told(body(), twice)[0] == "breaking"


def test_a_contract_that_is_not_there_promises_nothing():
    assert told({"spec": {"task": "regression"}})[0] == "breaking"
    assert contract_change({"spec": {}}, {"spec": {}}) is None
    assert contract_change(None, {"spec": {}}) is None


def test_a_bound_that_cannot_be_read_may_be_wider():
    assert told(body(fields=fields(maximum="lots")))[0] == "breaking"
