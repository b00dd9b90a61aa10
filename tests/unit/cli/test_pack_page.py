"""The page of packs has every kind and every field, and the ways to it are there."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mlspec.cli._pack_page import pack_page
from mlspec.cli.app import application
from mlspec.kinds import kind_names
from mlspec.policy import PACK_LANGUAGE
from mlspec.schema import field_words, models_below

CHECKOUT = Path(__file__).parents[3]
PAGE = pack_page()


def below(model):
    """Yield a model and all that its fields hold."""
    yield model
    for each in models_below(model):
        yield from below(each)


@pytest.mark.parametrize("kind", PACK_LANGUAGE.kinds())
def test_every_field_of_a_kind_of_document_is_told_with_its_words(kind):
    assert f"## {kind}\n" in PAGE
    for model in below(PACK_LANGUAGE.spec_of(kind)):
        for field in field_words(model):
            assert f"| `{field.name}` | {field.type} |" in PAGE
            assert field.text.replace("|", "\\|") in PAGE


def test_a_model_is_told_once():
    headings = [each for each in PAGE.splitlines() if each.startswith("#")]

    assert len(headings) == len(set(headings))


@pytest.mark.parametrize("page", ["docs/pages/policy.md", "README.md"])
def test_the_page_is_found_from_where_packs_are_written_about(page):
    assert "reference/packs.md" in (CHECKOUT / page).read_text(encoding="utf-8")


def test_the_help_of_policy_names_the_page():
    assert (
        "docs/reference/packs.md" in CliRunner().invoke(application(), ["policy", "--help"]).output
    )


def test_the_list_of_kinds_at_the_front_is_whole():
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    listed = text.split("Kinds: ")[1].split(". [All fields]")[0].replace("\n", " ").split(", ")

    assert sorted(f"`{each}`" for each in kind_names()) == sorted(listed)
