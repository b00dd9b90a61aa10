from __future__ import annotations

import json

import pytest

from mlspec.api.start import init
from mlspec.cli.card import Flags, card
from mlspec.errors import ExitCode, UsageError

PROD = "prod"


@pytest.fixture
def shop(tmp_path):
    init(tmp_path / "shop")
    return tmp_path / "shop"


def flags(name="churn", audience="reviewer", form="", **more):
    return Flags(name, audience, form, "", **more)


@pytest.mark.parametrize(
    ("form", "start"), [("", "# Model card: churn\n"), ("html", "<!doctype html>")]
)
def test_a_card_is_printed_in_one_form(shop, capsys, form, start):
    assert ExitCode.OK == card(flags(form=form), None, shop, PROD)

    assert capsys.readouterr().out.startswith(start)


def test_a_program_reads_json_and_the_audience_in_it(shop, capsys):
    card(flags(audience="public", form="json"), None, shop, PROD)

    told = json.loads(capsys.readouterr().out)
    assert ("public", "churn") == (told["audience"], told["name"])


def test_without_a_name_somebody_has_to_say_where_all_cards_go(shop):
    with pytest.raises(UsageError, match="which card"):
        card(flags(""), None, shop, PROD)


def test_what_was_written_is_listed_and_a_second_time_nothing(shop, tmp_path, capsys):
    out = tmp_path / "cards"

    card(flags(), out, shop, PROD)
    first = capsys.readouterr()
    card(flags(), out, shop, PROD)
    again = capsys.readouterr()

    assert 3 == first.out.count("written ")
    assert ("", f"the cards in {out} are as they should be\n") == (again.out, again.err)


def test_a_check_is_silent_or_names_files_and_the_next_step(shop, tmp_path, capsys):
    out = tmp_path / "cards"
    card(flags(), out, shop, PROD)
    capsys.readouterr()
    assert ExitCode.OK == card(flags(check=True), out, shop, PROD)
    assert "" == capsys.readouterr().out

    (out / "churn.md").write_text("edited\n")

    assert ExitCode.SPEC_INVALID == card(flags(check=True), out, shop, PROD)
    told = capsys.readouterr()
    assert "differs churn.md\n" == told.out
    assert "`mlspec card`" in told.err


def test_a_check_of_compiled_cards_says_to_compile(shop, capsys):
    assert ExitCode.SPEC_INVALID == card(flags(check=True), None, shop, PROD)

    assert "`mlspec compile`" in capsys.readouterr().err
