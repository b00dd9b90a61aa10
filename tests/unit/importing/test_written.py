"""Values of YAML as they were written, and files that strangers put into a folder."""

from __future__ import annotations

import pytest
from tests.unit.importing.dumps import dump, model, workspace

from mlspec.api.importing import ImportOptions, import_models
from mlspec.importing._walk import find_files, location_of
from mlspec.importing._written import merged, written
from mlspec.syntax import SourceText, parse

TEXTS = {
    "a: 0.90": "0.90",
    "a: +1_0": "+1_0",
    "a: 0x1F": "0x1F",
    "a: 1.": "1.",
    "a: '0.90'": "0.90",
    'a: "\\u0041"': "A",
    "a: True": "True",
    "a: no": "no",
    "a: ~": "",
    "a:": "",
    "a: [1]": "",
    "a: {b: 1}": "",
    "a: 0.90  # shown": "0.90",
    "a: &x 0.90": "0.90",
    "b: &x 0.90\na: *x": "0.90",
    "b: &x 0.90\nc: &x 1.50\na: *x": "1.50",
    "b: {c: &x 0.90}\na: *x": "0.90",
    "a: !!float 0.90": "0.90",
    "a: -.inf": "-.inf",
    "a: 123456789012345678901234567890": "123456789012345678901234567890",
    "a: |\n  0.90\n": "0.90\n",
    "a:\n  0.90": "0.90",
    "{a: 0.90}": "0.90",
    "é: 1\na: 0.90": "0.90",
    "b: 'é 😀'\n{a: 1}": None,
}


def value(text, file="m.yaml"):
    documents = parse(SourceText(file, text.encode())).documents
    return written(documents[0]) if documents else None


@pytest.mark.parametrize("text", TEXTS)
def test_a_scalar_keeps_its_text(text):
    found = value(text)
    assert TEXTS[text] == (found.at("a").text if found else None)


def test_a_value_knows_its_place_and_one_that_is_not_there_that_of_what_holds_it():
    found = value("b:\n  c:\n    - 1\n    - d: 2\n")
    assert "m.yaml:3" == found.at("b", "c").items[0].place
    assert "m.yaml:4" == found.at("b", "c").items[1].at("d").place
    assert "m.yaml:2" == found.at("b", "x", "y").place
    assert "" == found.at("b", "x", "y").text


def test_scalars_are_the_one_value_or_those_of_a_list():
    found = value("a: x\nb: [x, [y], null, 3]\nc: {d: e}\n")
    assert ["x"] == [each.text for each in found.at("a").scalars()]
    assert ["x", "3"] == [each.text for each in found.at("b").scalars()]
    assert [] == [each.text for each in found.at("c").scalars()]
    assert [] == [each.text for each in found.at("none").scalars()]


def test_what_is_merged_keeps_the_places_of_both():
    base = value("a: {b: 1, c: [x], d: {e: 1}}\n", "base.yaml")
    over = value("\n\na: {b: 2.0, c: [y], d: 3, f: 4}\n", "over.yaml")

    found = merged(base, over).at("a")

    assert [("2.0", "over.yaml:3"), ("4", "over.yaml:3")] == [
        (found.at(key).text, found.at(key).place) for key in ("b", "f")
    ]
    assert ["base.yaml:1", "over.yaml:3"] == [each.place for each in found.at("c").items]
    assert "1" == found.at("d", "e").text
    assert merged(base, base.at("none")) is base
    assert over is merged(base.at("none"), over)


@pytest.mark.parametrize(
    ("where", "location"),
    [("./cards/", "cards"), ("a/../cards", "cards"), ("a//b", "a/b"), ("/x/y", "/x/y")],
)
def test_an_address_has_one_form(where, location):
    assert location == location_of(where)


def test_where_one_stands_is_named_by_its_folder(tmp_path, monkeypatch):
    (tmp_path / "shop" / "cards").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "shop" / "cards")
    assert ["cards", "shop"] == [location_of("."), location_of("..")]


def test_files_are_in_order_of_their_names_and_links_inside_are_taken(tmp_path):
    for name in ("b/x", "a-b/x", "a/x", "a/y"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "link").symlink_to("a/x")
    (tmp_path / "dangling").symlink_to("nothing")

    found = find_files(str(tmp_path), lambda name: not name.endswith("y"))

    assert ["a-b/x", "a/x", "b/x", "dangling", "link"] == list(found.files)
    assert ["."] == [each.source for each in find_files(str(tmp_path / "gone"), bool).unread]


def test_what_lies_in_a_workspace_is_told_from_there_however_it_is_spelt(tmp_path, monkeypatch):
    shop = tmp_path / "repository" / "shop"
    (shop / "cards").mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    (tmp_path / "link").symlink_to(shop)
    monkeypatch.chdir(shop)

    spelt = ["cards", "./cards/", "x/../cards", str(shop / "cards"), str(tmp_path / "link/cards")]

    assert {"cards"} == {location_of(each, str(shop)) for each in spelt}
    assert "../others" == location_of(str(tmp_path / "repository" / "others"), str(shop))
    assert {str(tmp_path.resolve() / "dump")} == {
        location_of(each, str(shop)) for each in ("../../dump/", str(tmp_path / "dump"))
    }
    assert {"shop"} == {location_of(each, str(shop)) for each in (".", str(shop))}


@pytest.mark.parametrize("system", ["hf-card", "mlflow", "databricks-bundle"])
def test_another_spelling_of_a_place_gives_no_second_spec(tmp_path, monkeypatch, system):
    shop = workspace(tmp_path / "my shop")
    found = dump(shop / "seen", [model("churn")])
    (found / "README.md").write_text("---\nlicense: mit\n---\n")
    (found / "databricks.yml").write_text("resources: {models: {a: {name: a}}}\nbundle: {name: b}")
    monkeypatch.chdir(shop)

    for where in ("seen", "./seen/", str(found), f"../{shop.name}/seen"):
        import_models(ImportOptions(system, where), shop)

    (written,) = (shop / "specs" / "imported").glob("*.yaml")
    assert "location: seen\n" in written.read_text()
