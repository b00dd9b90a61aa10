"""A document that can't be bound still claims its name: what refers to it is no second problem."""

from __future__ import annotations

import pytest
from tests.unit.workspace.specs import HOME, PLAIN, TEAM, dataset, loaded

from mlspec.syntax import SourceText
from mlspec.workspace import load, overlay
from mlspec.workspace._claims import claimed_names

USER = dataset("adults", derived="applicants").replace("adults,", "adults, owner: workforce,")
OTHER = dataset("others", derived="nowhere")
LOST = {
    "a tab": TEAM.replace("kind: Team", "\tkind: Team"),
    "a missing quote": TEAM.replace("{name: workforce", '{name: "workforce'),
    "an open quote far below": TEAM.replace("[ana", '["ana'),
    "an open bracket": TEAM.replace("com]", "com").replace("org]", "org"),
    "json": '{"kind": "Team",\n "metadata": {"name": "workforce"},\n "spec": {]}\n',
    "in blocks": "kind: Team\nmetadata:\n\tname: workforce\nspec: {}\n",
    "no text": TEAM.encode() + b"\xff\n",
}
UNBOUND = {
    "an unknown kind": TEAM.replace("kind: Team", "kind: Tema"),
    "no kind": TEAM.replace("kind: Team\n", ""),
    "a kind that is no text": TEAM.replace("kind: Team", "kind: [Team]"),
    "a misspelt section": TEAM.replace("metadata:", "metdata:"),
}
DATA = dataset("applicants")


def codes(*documents):
    """Return the codes told about some files, references checked, by file."""
    files = [each if isinstance(each, bytes) else each.encode() for each in documents]
    specs = [SourceText(f"specs/{index}.yaml", each) for index, each in enumerate(files)]
    result = load([SourceText("mlspec.yaml", PLAIN.encode()), *specs])
    return [(each.span.file[6:7], each.code[:4]) for each in result.diagnostics]


@pytest.mark.parametrize("text", LOST.values(), ids=LOST)
def test_a_reference_to_a_document_that_syntax_took_is_not_told(text):
    found = codes(text, DATA, USER, OTHER)

    assert {each for each in found if each[0] == "0"} == {("0", "MLS0")}
    assert [each for each in found if each[0] != "0"] == [("3", "MLS2")]


@pytest.mark.parametrize("text", UNBOUND.values(), ids=UNBOUND)
def test_a_reference_to_a_document_of_no_known_kind_is_not_told(text):
    found = codes(text, DATA, USER, OTHER)

    assert {each for each in found if each[0] == "0"} == {("0", "MLS1")}
    assert [each for each in found if each[0] != "0"] == [("3", "MLS2")]


@pytest.mark.parametrize("text", [LOST["a tab"], UNBOUND["an unknown kind"]])
def test_other_references_stay_told_in_the_same_run(text):
    result = loaded(text, DATA, dataset("adults", derived="nowhere"))

    assert "there is no Dataset named `nowhere`" in [each.message for each in result.diagnostics]


@pytest.mark.parametrize("text", [*LOST.values(), *UNBOUND.values()], ids=[*LOST, *UNBOUND])
def test_an_override_of_a_lost_document_is_not_told_and_another_one_is(text):
    overrides = "".join(
        f"        - {{kind: Team, name: {each}, path: spec.roles, value: [sre]}}\n"
        for each in ("workforce", "nobody", '"*"')
    )
    text = text if isinstance(text, bytes) else text.encode()
    files = [("mlspec.yaml", (HOME + overrides).encode()), ("specs/0.yaml", text)]
    workspace = load(SourceText(*each) for each in files).workspace

    _, diagnostics = overlay(workspace, "prod")

    assert [(each.code, each.message) for each in diagnostics] == [
        ("MLS230", "there is no Team named `nobody`")
    ]


def test_only_the_lost_document_of_a_file_claims_names():
    columns = "  columns: [{name: workforce, type: int}]\n"
    file = dataset("applicants") + columns + "---\na: [1\n---\n" + dataset("adults") + columns

    found = codes(file, USER)

    assert ("1", "MLS2") in found


def test_a_syntax_error_that_takes_no_document_claims_nothing():
    twice = dataset("applicants") + "  columns: [{name: workforce, type: int}]\n  format: csv\n"

    assert codes(twice, USER) == [("0", "MLS0"), ("1", "MLS2")]


def test_names_are_collected_within_bounds():
    many = "".join(f"- name: n{number}\n" for number in range(5000)) + "name: " + "x" * 10_000
    source = SourceText("a.yaml", many.encode())

    assert len(claimed_names(source, ())) == 1000
    assert claimed_names(SourceText("a.yaml", b"surname: a\nname:: b\nname : c\n"), ()) == {"c"}
