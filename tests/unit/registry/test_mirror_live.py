"""How a server's word changes a record: laws of what is observed, without a server."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.canonical import canonical_json, digest_value
from mlspec.mlflow import ModelVersion, RegisteredModel
from mlspec.registry._mirror_body import declared, server_name
from mlspec.registry._mirror_live import Live, Seen
from mlspec.registry._mirror_tag import Tag, described_digest, tag_key, tag_of
from mlspec.registry._mlflow_server import MLFLOW
from mlspec.state import ObjectRecord

KEY = tag_key("prod")
DIGEST = "sha256:" + "ab" * 32
BODY = {
    "kind": "Model",
    "metadata": {"name": "churn", "version": "v1", "description": "Who leaves."},
    "spec": {"artifact": {"uri": "s3://m/a", "digest": DIGEST}, "purpose": "x"},
}
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)


def record(body=None, **changes):
    body = BODY if body is None else body
    fields = {"uid": "u1", "revision": 2, "digest": digest_value(body), "op_id": "p-0001"}
    return ObjectRecord(address="model/churn", body=body, **fields | changes)


def written(told=None, **changes):
    """What a server holds right after a record was written."""
    told = told or record()
    facts = declared(told.body)
    tag = Tag(told.uid, told.revision, told.op_id, told.digest, 100, "1", 101)
    tag = replace(tag, described=described_digest(facts.description or ""), **changes)
    tags = {"mlspec.version": facts.version, "mlspec.artifact-digest": facts.digest}
    version = ModelVersion("churn", "1", 101, 101, facts.source, tags=tags)
    model = RegisteredModel(
        "churn", 100, 100, facts.description or "", {KEY: tag.text()}, {"prod": "1"}, (version,)
    )
    return Seen(model, version)


def live(seen, told=None):
    return Live(told or record(), seen, KEY, MLFLOW).as_seen()


def test_what_was_written_is_seen_as_it_is_recorded():
    assert record() == live(written())


def test_a_model_that_is_gone_is_no_object():
    assert None is live(Seen())


def test_an_alias_that_leads_nowhere_takes_the_version_away():
    found = live(replace(written(), version=None))

    assert None is found.body["metadata"]["version"]
    assert (digest_value(found.body), "u1", 2) == (found.digest, found.uid, found.revision)


@pytest.mark.parametrize(
    "change",
    [
        {"created_ms": 99},
        {"version": ModelVersion("churn", "1", 102, 102, "s3://m/a", tags={})},
    ],
)
def test_another_of_the_same_name_is_another_object_and_its_tags_say_nothing(change):
    seen = written()
    if "version" in change:
        seen = replace(seen, version=replace(seen.version, created_ms=102))
    else:
        seen = replace(seen, model=replace(seen.model, created_ms=99))

    found = live(seen)

    assert found.uid.startswith("mlflow:")
    assert "mlflow:1" == found.body["metadata"]["version"]
    assert None is found.body["spec"]["artifact"]["digest"]


@given(description=TEXTS, source=TEXTS, version=TEXTS)
def test_what_differs_and_nothing_else_is_in_the_body(description, source, version):
    seen = written()
    tags = dict(seen.version.tags) | {"mlspec.version": version}
    seen = Seen(
        replace(seen.model, description=description),
        replace(seen.version, source=source, tags=tags),
    )

    found = live(seen)

    told = declared(found.body)
    assert (description, source, version) == (told.description, told.source, told.version)
    assert digest_value(found.body) == found.digest
    back = {**found.body, "metadata": BODY["metadata"]}
    back["spec"] = {**found.body["spec"], "artifact": BODY["spec"]["artifact"]}
    assert canonical_json(BODY) == canonical_json(back)
    assert (found == record()) == (
        (description, source, version) == ("Who leaves.", "s3://m/a", "v1")
    )


def test_what_no_spec_declares_is_not_compared():
    body = {"kind": "Model", "metadata": {"name": "churn"}, "spec": {}}
    seen = written(record(body))
    seen = Seen(replace(seen.model, description="theirs", aliases={}), None)

    assert record(body) == live(seen, record(body))


def test_a_description_that_another_environment_wrote_is_no_difference():
    seen = written()
    theirs = Tag("u9", 1, "q-1", DIGEST, 100, described=described_digest("Staged."))
    tags = dict(seen.model.tags) | {tag_key("staging"): theirs.text()}

    assert record() == live(
        replace(seen, model=replace(seen.model, description="Staged.", tags=tags))
    )
    assert record() != live(
        replace(seen, model=replace(seen.model, description="Other.", tags=tags))
    )


@pytest.mark.parametrize("number", ["1", "2", "3"])
def test_what_a_killed_run_left_is_known_by_what_its_tag_says(number):
    """Its tag says version 2: an alias there was set by it, one that leads to 3 by others."""
    seen = written(op="q-0001", revision=3, number="2", version_ms=202)
    sources = {"1": "s3://m/a", "2": "s3://m/b", "3": "s3://m/c"}
    tags = seen.version.tags if number == "1" else {"mlspec.version": f"v{number}"}
    version = ModelVersion(
        "churn", number, int(f"{number}0{number}"), 0, sources[number], tags=tags
    )
    found = Live(record(), Seen(seen.model, version), KEY, MLFLOW)

    assert (number != "3") == found.is_left_by(frozenset({"q-0001"}))
    assert not found.is_left_by(frozenset({"r-0001"}))


@pytest.mark.parametrize("is_pointed", [True, False])
def test_what_a_killed_run_left_of_a_retired_model_is_known_with_and_without_its_alias(is_pointed):
    seen = written(op="q-0001", revision=3, number="", version_ms=0)
    found = Live(record(), seen if is_pointed else Seen(seen.model, None), KEY, MLFLOW)

    assert found.is_left_by(frozenset({"q-0001"}))
    assert not found.is_left_by(frozenset({"r-0001"}))


@given(st.binary(max_size=40).map(lambda raw: raw.decode("latin-1")))
def test_no_text_in_the_tag_breaks_reading(text):
    model = RegisteredModel("a", 1, 1, tags={KEY: text})

    assert None is tag_of(model, KEY) or isinstance(tag_of(model, KEY), Tag)


@given(TEXTS, st.integers(0, 10**12), TEXTS, TEXTS)
def test_a_tag_comes_back_as_it_was(uid, revision, op, plan):
    tag = Tag(uid, revision, op, DIGEST, 1, "2", 3, plan=plan)

    assert tag == tag_of(RegisteredModel("a", 1, 1, tags={KEY: tag.text()}), KEY)
    assert 5000 > len(tag.text())


@given(
    st.recursive(
        st.none() | st.integers() | TEXTS, lambda x: st.lists(x) | st.dictionaries(TEXTS, x)
    )
)
def test_any_body_has_a_name(body):
    assert "t-churn" == server_name("model/churn", body, "t-")
    assert declared(body).source == ""


def test_a_name_of_the_spec_is_taken_as_it_is():
    body = {"spec": {"registry": {"name": "Churn (EU)", "source": "gs://m/a"}}}

    assert "Churn (EU)" == server_name("model/churn", body, "t-")
    assert "gs://m/a" == declared(body).source
