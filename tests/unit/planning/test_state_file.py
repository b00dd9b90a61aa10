"""An exported state comes back as it was, and no other way."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.canonical import digest_value
from mlspec.errors import ForeignPlanError, RegistryUnavailableError, TamperedPlanError, UsageError
from mlspec.planning.state_file import StateFile, read_state, write_state
from mlspec.state import Lifecycle, ObjectRecord, Snapshot

BODY = {"kind": "Model", "metadata": {"name": "churn"}, "spec": {"atLeast": 0.7}}
RECORD = ObjectRecord("model/churn", "u1", 3, digest_value(BODY), BODY, op_id="abc-0001")
STATE = StateFile(
    Snapshot("prod", "lineage", 4, "sha256:00", {"model/churn": RECORD}, 4),
    "embedded",
    {"model/churn": "c0ffee"},
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("aé\n"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=6,
)
BODIES = st.dictionaries(st.text("abc", min_size=1), JSON, max_size=3)


@st.composite
def states(draw):
    objects = {}
    for name, body in draw(st.dictionaries(st.text("abc", min_size=1), BODIES)).items():
        objects[name] = ObjectRecord(
            address=name,
            uid=draw(st.text("u1")),
            revision=draw(st.integers(1)),
            digest=digest_value(body),
            body=body,
            protect=draw(st.booleans()),
            lifecycle=draw(st.sampled_from(Lifecycle)),
        )
    counted = draw(st.integers(0))
    return StateFile(Snapshot("prod", "lineage", counted, "", objects, counted), "git")


@given(states())
def test_what_is_read_is_what_was_written(state):
    text = write_state(state)

    assert state == read_state(text, "state.json")
    assert text == write_state(read_state(text, "state.json"))


def test_one_changed_character_is_noticed():
    text = write_state(STATE)
    start = text.index('"state"') + len('"state"')
    for index in range(start, len(text)):
        if text[index].isalnum():
            other = "7" if text[index] != "7" else "8"
            with pytest.raises(TamperedPlanError):
                read_state(text[:index] + other + text[index + 1 :], "state.json")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_a_file_that_was_cut_off_is_noticed(share):
    text = write_state(STATE)

    with pytest.raises(TamperedPlanError, match="may be cut off"):
        read_state(text[: int(len(text) * share)], "state.json")


def redigested(change):
    file = json.loads(write_state(STATE))
    change(file["state"])
    return json.dumps(file | {"digest": digest_value(file["state"])})


def test_a_body_that_its_digest_does_not_name_is_noticed_under_a_new_digest():
    def loosen(state):
        state["objects"][0]["body"]["spec"]["atLeast"] = 0.1

    with pytest.raises(TamperedPlanError, match="`model/churn`"):
        read_state(redigested(loosen), "state.json")


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state.update(extra=1),
        lambda state: state.pop("serial"),
        lambda state: state["objects"].append(state["objects"][0]),
        lambda state: state["objects"][0].update(lifecycle="asleep"),
    ],
)
def test_what_this_version_does_not_know_is_refused(change):
    with pytest.raises(ForeignPlanError):
        read_state(redigested(change), "state.json")


@pytest.mark.parametrize("text", ["", "kind: Team", "[]", "{}", '{"format": "mlspec.plan/1.0"}'])
def test_what_never_was_a_state_is_a_mistake_of_the_command_line(text):
    with pytest.raises(UsageError, match="holds no exported state"):
        read_state(text, "some.json")


def test_another_format_is_refused():
    text = write_state(STATE).replace("mlspec.state/1.0", "mlspec.state/2.0")

    with pytest.raises(ForeignPlanError, match=r"mlspec\.state/2\.0"):
        read_state(text, "state.json")


def test_a_registry_that_lost_a_body_is_not_exported():
    lost = replace(RECORD, body=None)
    snapshot = replace(STATE.snapshot, objects={"model/churn": lost})

    with pytest.raises(RegistryUnavailableError, match="`model/churn`"):
        write_state(replace(STATE, snapshot=snapshot))
