"""Authors are looked for from where each object was last written, whatever runs left out."""

from __future__ import annotations

import json

import pytest

from mlspec.planning import Action, FieldChange, Operation
from mlspec.planning.authorship import Span, commits_of, spans_of
from mlspec.state import RunOperation, RunRecord, Statement, StepStatus


def run(serial, *operations, statement="s"):
    listed = tuple(RunOperation(address, "update", status=status) for address, status in operations)
    return RunRecord(str(serial), "", "prod", serial, "ana", "", listed, statement=statement)


def statement(content):
    return Statement("", content if isinstance(content, str) else json.dumps(content))


DONE, FAILED = StepStatus.DONE, StepStatus.FAILED
STATEMENTS = {
    "first": statement({"predicate": {"commit": "c1"}}),
    "second": statement({"predicate": {"commit": "c2"}}),
    "revert": statement({"predicate": {"commit": "c3", "reverts": "1-a"}}),
    "dirty": statement({"predicate": {}}),
    "broken": statement("{"),
}


def test_an_object_has_the_commit_of_the_newest_run_that_wrote_it():
    runs = [
        run(1, ("model/a", DONE), ("model/b", DONE), ("model/c", DONE), statement="first"),
        run(2, ("model/a", DONE), ("model/b", FAILED), statement="second"),
    ]

    assert {"model/a": "c2", "model/b": "c1", "model/c": "c1"} == commits_of(runs, STATEMENTS)


def test_a_run_without_a_commit_leaves_none():
    for name in ("dirty", "broken", "lost", "revert"):
        runs = [
            run(1, ("model/a", DONE), statement="first"),
            run(2, ("model/a", DONE), statement=name),
        ]
        assert commits_of(runs, STATEMENTS) == {}


def operation(address, at, *changes, previous=""):
    made = tuple(FieldChange("x", 1, 2, "serving", "neutral", each) for each in changes)
    action = Action.RENAME if previous else Action.UPDATE
    return Operation(
        "", address, "Model", action, "", "", "", "", at, changes=made, previous=previous
    )


def test_known_objects_start_at_their_commits_and_new_ones_at_the_beginning():
    operations = [
        operation("model/a", "specs/a.yaml:1:1", "mlspec.yaml:3:1", "specs/a.yaml:2:1"),
        operation("model/b", "specs/b.yaml:1:1"),
        operation("model/new", "specs/new.yaml:1:1"),
    ]

    known, new = spans_of(operations, {"model/a": "c2", "model/b": "c1"})

    assert (("c1", "c2"), ("mlspec.yaml", "specs/a.yaml", "specs/b.yaml")) == (
        known.since,
        known.files,
    )
    assert frozenset({("Model", "a"), ("Model", "b")}) == known.objects
    assert Span((), ("specs/new.yaml",), frozenset({("Model", "new")})) == new


def test_a_renamed_object_starts_where_it_was_written_under_its_old_address():
    (span,) = spans_of([operation("model/b", "b:1:1", previous="model/a")], {"model/a": "c1"})

    assert ("c1",) == span.since
    assert {("Model", "a"), ("Model", "b")} == span.objects


def test_what_stands_in_no_file_any_more_concerns_all_files():
    operations = [operation("model/a", ""), operation("model/b", "specs/b.yaml:1:1")]

    gone, standing = spans_of(operations, {"model/a": "c1", "model/b": "c1"})

    assert (("c1",), ()) == (gone.since, gone.files)
    assert (("c1",), ("specs/b.yaml",)) == (standing.since, standing.files)


@pytest.mark.parametrize(
    "text",
    [
        "kind: Model\nmetadata:\n  name: a\n",
        "kind: Team\nmetadata: {name: x}\n---\nkind: 'Model'\nmetadata: {name: \"a\", owner: x}\n",
        '{"kind": "Model", "metadata": {"name": "a"}}',
        '{\n  "apiVersion": "x",\n  "kind": "Model",\n  "metadata": {"name": "a"}\n}\n',
        "{apiVersion: mlspec.dev/v1, kind: Model, metadata: {name: a}}",
        "metadata: {version: v1, name: a}  # of ana\nkind: Model # a remark\n",
    ],
)
def test_a_document_is_known_by_its_kind_and_name(text):
    assert Span((), (), frozenset({("Model", "a"), ("Team", "t")})).is_in(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "kind: Model\nmetadata: {name: ab}\n",
        "kind: Dataset\nmetadata: {name: a}\n",
        "kind: Model\nmetadata: {name: b}\n---\nkind: Team\nmetadata: {name: a}\n",
        "kind: Workspace\noverrides:\n  - {kind: Model, name: a}\n  - kind: Model\n    name: a\n",
        "",
    ],
)
def test_another_kind_or_name_is_another_object(text):
    assert not Span((), (), frozenset({("Model", "a"), ("Team", "t")})).is_in(text.encode())
