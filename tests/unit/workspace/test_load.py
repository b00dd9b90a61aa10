from __future__ import annotations

import random

from tests.unit.workspace.specs import (
    GATES,
    MODEL,
    PLAIN,
    TEAM,
    dataset,
    lines,
    loaded,
    place,
    texts,
)

from mlspec.syntax import SourceText
from mlspec.syntax._document import _marks_of
from mlspec.workspace import Edge, bind_sources, gates_of, load


def test_sound_specs_form_a_workspace():
    result = loaded(MODEL, TEAM, dataset("applicants"), GATES)

    assert result.diagnostics == ()
    assert list(result.workspace.resources) == [
        "dataset/applicants",
        "gate-set/common",
        "model/screen",
        "team/workforce",
        "workspace/demo",
    ]
    assert result.workspace.edges == (
        Edge("model/screen", "dataset/applicants", ("spec", "data", "training", 0)),
        Edge("model/screen", "gate-set/common", ("spec", "gateSets", 0)),
        Edge("model/screen", "team/workforce", ("metadata", "owner")),
        Edge("team/workforce", "team/workforce", ("metadata", "owner")),
    )


def test_the_order_of_files_does_not_matter():
    files = texts(MODEL, TEAM.replace("ana", "li"), dataset("a", derived="b"), TEAM, "kind: X\n")
    expected = load(files)
    for seed in range(5):
        shuffled = random.Random(seed).sample(files, len(files))

        result = load(shuffled)

        assert result.diagnostics == expected.diagnostics
        assert list(result.sources) == list(expected.sources)


def test_errors_of_all_files_are_told_in_order_of_place():
    result = loaded("a: [1\n", dataset("a", derived="b"), TEAM.replace("members", "member"))

    assert [each.split(" ")[0] for each in lines(result.diagnostics)] == [
        each.code for each in result.diagnostics
    ]
    assert [each.span.file for each in result.diagnostics] == [
        "specs/0.yaml",
        "specs/1.yaml",
        "specs/2.yaml",
    ]


def test_a_dangling_reference_offers_the_closest_name():
    result = loaded(dataset("applicants"), dataset("adults", derived="aplicants@v2"))

    (found,) = result.diagnostics
    assert lines([found]) == ["MLS201 specs/1.yaml:7:17 there is no Dataset named `aplicants`"]
    assert found.hint == "did you mean `applicants`?"
    assert found.fixes[0].edits[0].replacement == "applicants@v2"


def test_a_name_of_another_kind_is_recognised():
    result = loaded(TEAM, dataset("adults", derived="workforce"))

    assert [each.hint for each in result.diagnostics] == ["`workforce` is a Team"]


def test_a_reference_to_a_broken_spec_is_not_told_as_well():
    broken = dataset("applicants").replace("format: csv", "format: cvs")
    result = loaded(broken, dataset("adults", derived="applicants@v9"))

    assert [each.code for each in result.diagnostics] == ["MLS106"]


def test_a_pin_to_another_version_points_at_both_ends():
    result = loaded(dataset("applicants"), dataset("adults", derived="applicants@v1"))

    (found,) = result.diagnostics
    assert lines([found]) == [
        "MLS202 specs/1.yaml:7:17 `applicants` is at `v2`, but `v1` of it is named"
    ]
    assert [place(each.span) for each in found.related] == ["specs/0.yaml:3:39"]
    assert found.fixes[0].edits[0].replacement == "applicants@v2"


def test_a_pin_to_something_without_a_version_is_told():
    result = loaded(dataset("applicants", version=""), dataset("adults", derived="applicants@v1"))

    (found,) = result.diagnostics
    assert found.message == "`applicants` has no version, but `v1` of it is named"
    assert found.fixes == ()


def test_among_very_many_names_the_closest_is_still_found():
    many = "---\n".join(dataset(f"table-{number}") for number in range(600))
    result = loaded(many, dataset("adults", derived="table-5x"))

    assert result.diagnostics[0].hint.startswith("did you mean `table-5")


def test_two_resources_of_one_name_point_at_each_other():
    result = loaded(TEAM, dataset("workforce"), TEAM)

    (found,) = result.diagnostics
    assert lines([found]) == ["MLS203 specs/2.yaml:3:18 another Team is named `workforce`"]
    assert [place(each.span) for each in found.related] == ["specs/0.yaml:3:18"]


def test_entries_of_a_keyed_list_must_differ():
    columns = "  columns: [{name: a, type: int}, {name: b, type: int}, {name: a, type: int}]\n"
    result = loaded(dataset("applicants") + columns)

    assert lines(result.diagnostics) == [
        "MLS205 specs/0.yaml:7:64 another entry of `columns` has the name `a`"
    ]


def test_a_circle_is_told_once_from_its_smallest_position():
    result = loaded(
        dataset("b", derived="c"),
        dataset("c", derived="a"),
        dataset("a", derived="b"),
        dataset("outside", derived="a"),
    )

    (found,) = result.diagnostics
    assert lines([found]) == [
        "MLS204 specs/0.yaml:7:17 Dataset `b` -> `c` -> `a` -> `b` is made of itself"
    ]
    assert [place(each.span) for each in found.related] == [
        "specs/1.yaml:7:17",
        "specs/2.yaml:7:17",
    ]


def test_a_resource_made_of_itself_alone_is_a_circle():
    result = loaded(dataset("a", derived="a"))

    assert [each.message for each in result.diagnostics] == ["Dataset `a` -> `a` is made of itself"]


def test_separate_circles_are_told_separately():
    result = loaded(
        dataset("a", derived="b"),
        dataset("b", derived="a"),
        dataset("c", derived="d"),
        dataset("d", derived="c, a"),
    )

    assert [each.code for each in result.diagnostics] == ["MLS204", "MLS204"]


def test_a_long_chain_is_no_circle():
    chain = [dataset(f"d{n}", derived=f"d{n + 1}") for n in range(1500)]
    result = loaded("---\n".join([*chain, dataset("d1500")]))

    assert result.diagnostics == ()


def test_a_model_that_trains_on_what_it_produces_is_legal_here():
    result = loaded(MODEL, TEAM, GATES, dataset("applicants", produced="screen"))

    assert result.diagnostics == ()


def test_a_workspace_that_is_missing_is_told_with_the_command_that_makes_one():
    (found,) = loaded(TEAM, home="").diagnostics

    assert found.code == "MLS210"
    assert found.span is None
    assert found.hint == "create a workspace with `mlspec init`"


def test_the_other_specs_are_checked_without_a_workspace():
    result = loaded(dataset("adults", derived="applicants"), home="")

    assert sorted(each.code for each in result.diagnostics) == ["MLS201", "MLS210"]
    assert result.workspace is None


def test_a_broken_workspace_is_not_also_missing():
    wrong = loaded(TEAM, home=PLAIN.replace("environments", "environment"))
    torn = loaded(TEAM, home="a: [1\n")

    assert [each.code for each in wrong.diagnostics] == ["MLS103"]
    assert [each.code[:4] for each in torn.diagnostics] == ["MLS0"]
    assert wrong.workspace is None
    assert torn.workspace is None


def test_a_second_workspace_is_told_wherever_it_stands():
    beside = loaded(TEAM, home=PLAIN + "---\n" + PLAIN)
    elsewhere = loaded(TEAM, PLAIN)

    assert lines(beside.diagnostics) == [
        "MLS211 mlspec.yaml:8:7 a repository has one Workspace, and this is another one"
    ]
    assert lines(elsewhere.diagnostics) == [
        "MLS212 specs/1.yaml:2:7 a Workspace stands in `mlspec.yaml`, not here"
    ]
    assert beside.workspace is not None
    assert elsewhere.workspace is not None


def test_a_value_that_syntax_refuses_is_not_judged_again():
    text = dataset("applicants") + "  rows: .inf\n"

    assert [each.code[:4] for each in loaded(text).diagnostics] == ["MLS0"]


def test_gates_of_a_model_are_those_of_its_sets_and_its_own():
    workspace = loaded(MODEL, TEAM, GATES, dataset("applicants")).workspace
    model = workspace.resources["model/screen"]

    assert [each.id for each in gates_of(workspace, model)] == ["brier", "auc-floor", "better"]
    assert gates_of(workspace, workspace.resources["team/workforce"]) == ()


def test_files_on_their_own_are_checked_without_references():
    result = bind_sources(
        [SourceText("a.yaml", dataset("a", derived="nothing").encode() + b"  rowz: 1\n")]
    )

    assert [each.code for each in result.diagnostics] == ["MLS103"]
    assert list(result.sources) == ["a.yaml"]


def test_a_file_of_many_bad_documents_is_read_for_places_only_once():
    bad = "---\n".join(dataset(f"d{n}").replace("csv\n", "cvs\n") for n in range(50))
    before = _marks_of.cache_info().misses

    result = loaded(bad)

    assert {each.code for each in result.diagnostics} == {"MLS106"}
    assert len(result.diagnostics) == 50
    assert _marks_of.cache_info().misses == before + 1
