"""Templates of a workspace: ejected, used, and told when they have aged."""

from __future__ import annotations

import pytest

from mlspec.api import compile_artifacts
from mlspec.api.start import init
from mlspec.api.templates import TemplateState, eject_template, list_templates, show_template
from mlspec.errors import UsageError
from mlspec.targets import load_targets, replaceable_templates

NAMES = replaceable_templates(each.name for each in load_targets())
CARD = "model_card/card.md.j2"


@pytest.fixture
def shop(tmp_path):
    init(tmp_path)
    file = tmp_path / "mlspec.yaml"
    file.write_text(file.read_text() + "  paths: {templates: templates}\n")
    return tmp_path


def states(shop):
    return {each.name: each.state for each in list_templates(shop)}


def files(folder):
    return {
        each.relative_to(folder).as_posix(): each.read_text()
        for each in sorted(folder.rglob("*"))
        if each.is_file()
    }


def test_every_template_renders_the_same_after_it_was_ejected(shop):
    compile_artifacts(shop, "prod")
    before = {**files(shop / "build"), **files(shop / ".github")}
    for name in NAMES:
        eject_template(name, shop)

    report = compile_artifacts(shop, "prod")

    assert before == {**files(shop / "build"), **files(shop / ".github")}
    assert (report.written.written, report.diagnostics) == ((), ())
    assert {TemplateState.REPLACED} == set(states(shop).values())


def test_a_changed_template_is_used_and_shown(shop):
    file = eject_template(CARD, shop)
    file.write_text(file.read_text() + "Ask the churn team.\n")

    compile_artifacts(shop, "prod")

    assert (shop / "build/prod/cards/churn.md").read_text().endswith("Ask the churn team.\n")
    assert show_template(CARD, shop) == file.read_text()
    assert "Ask the churn team" not in show_template(CARD, shop, shipped=True)


def test_a_template_that_was_ejected_from_another_version_is_a_warning(shop):
    file = eject_template(CARD, shop)
    digest = file.read_text().partition("sha256:")[2][:64]
    file.write_text(file.read_text().replace(digest, "0" * 64))

    report = compile_artifacts(shop, "prod")

    assert states(shop)[CARD] is TemplateState.STALE
    assert [("MLS1310", f"templates/{CARD}")] == [
        (each.code, each.span.file) for each in report.diagnostics
    ]
    assert report.is_clean


def test_a_template_of_ones_own_is_never_stale(shop):
    (shop / "templates/model_card").mkdir(parents=True)
    (shop / "templates" / CARD).write_text("# Mine\n")

    assert compile_artifacts(shop, "prod").diagnostics == ()
    assert states(shop)[CARD] is TemplateState.REPLACED


def test_a_misspelt_name_is_a_warning_and_a_part_of_ones_own_is_not(shop):
    (shop / "templates/model_card").mkdir(parents=True)
    (shop / "templates/model_card/cards.md.j2").write_text("# Mine\n")
    (shop / "templates/model_card/our_footer_of_legal_text.j2").write_text("Legal.\n")

    (found,) = compile_artifacts(shop, "prod").diagnostics

    assert found.code == "MLS1311"
    assert found.hint == f"did you mean `{CARD}`?"


def test_a_file_that_is_there_is_replaced_only_when_asked(shop):
    file = eject_template(CARD, shop)
    file.write_text("# Mine\n")

    with pytest.raises(UsageError, match="is there already"):
        eject_template(CARD, shop)

    assert file.read_text() == "# Mine\n"
    eject_template(CARD, shop, force=True)
    assert "mlspec-template: sha256:" in file.read_text()


def test_an_unknown_template_or_a_workspace_without_a_folder_is_told(shop):
    with pytest.raises(UsageError) as unknown:
        eject_template("model_card/card.htm.j2", shop)
    init(shop / "plain")
    with pytest.raises(UsageError, match="has no folder for templates"):
        eject_template(CARD, shop / "plain")

    assert unknown.value.hint is not None
    assert "did you mean" in unknown.value.hint


def test_nothing_is_ejected_through_a_link(shop, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (shop / "templates").mkdir()
    (shop / "templates/model_card").symlink_to(outside)

    with pytest.raises(UsageError, match="link out"):
        eject_template(CARD, shop)

    assert list(outside.iterdir()) == []
