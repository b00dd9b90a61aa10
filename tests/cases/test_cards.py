"""The cards of the example, one model for each audience, as Markdown and JSON.

`pytest tests/cases/test_cards.py --update-golden` writes `cards/`; read the diff. Digests and line
numbers are left out: an edit elsewhere in the example, or in a pack, changes no golden file.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.cases.test_compile import difference, files, replace

from mlspec.api.cards import Asked, write_cards
from mlspec.api.policy_lock import lock_packs
from mlspec.ir import Audience, CardFormat
from mlspec.resources import data_path

COUNTY = Path(__file__).parents[2] / "examples" / "county"
GOLDEN = Path(__file__).parent / "cards"
DAY = "2026-11-21"
AUDIENCES = {
    "biopsy-second-reader": Audience.REGULATOR,
    "employment-screen": Audience.REVIEWER,
    "form-digit-reader": Audience.PUBLIC,
    "progression-forecast": Audience.DEPLOYER,
}
DIGEST = re.compile(rb"sha256:[0-9a-f]{12,64}")
LINE = re.compile(rb"(\.ya?ml):[0-9]+")
VALIDATOR = Draft202012Validator(
    json.loads((data_path("schemas") / "v1/card.json").read_text(encoding="utf-8"))
)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    root = shutil.copytree(
        COUNTY,
        tmp_path_factory.mktemp("county") / "examples" / "county",
        ignore=shutil.ignore_patterns("build", ".mlspec", "evidence"),
    )
    lock_packs(root)
    return root


def test_each_audience_gets_the_card_that_is_expected(county, tmp_path, request):
    for name, audience in AUDIENCES.items():
        asked = Asked(name, audience, (CardFormat.JSON, CardFormat.MARKDOWN), DAY, offline=True)
        write_cards(asked, tmp_path, county, "prod")
    found = {
        path: LINE.sub(rb"\1:0", DIGEST.sub(b"sha256:...", each))
        for path, each in files(tmp_path).items()
    }
    if request.config.getoption("--update-golden"):
        replace(GOLDEN, found)
    expected = files(GOLDEN)

    assert sorted(expected) == sorted(found)
    for path, content in expected.items():
        assert [] == list(difference(path, content, found[path]))


@pytest.mark.parametrize("audience", [*Audience])
def test_every_card_of_the_example_fits_the_schema_and_names_lines_that_exist(
    county, tmp_path, audience
):
    write_cards(
        Asked("", audience, (CardFormat.JSON,), DAY, offline=True), tmp_path, county, "prod"
    )
    found = [*tmp_path.rglob("*.json")]

    assert len(found) > len(AUDIENCES)
    for file in found:
        card = json.loads(file.read_text(encoding="utf-8"))
        assert [] == [error.message for error in VALIDATOR.iter_errors(card)]
        for source in sources(card):
            for place, line in re.findall(r"([\w./-]+\.ya?ml):([0-9]+)", source):
                lines = (county / place).read_text(encoding="utf-8").splitlines()
                assert 1 <= int(line) <= len(lines)


def sources(card):
    for section in card["sections"]:
        for value in section["values"]:
            is_open = value["status"] in ("missing", "withheld")
            assert is_open or value["source"], value
            yield value["source"] or ""


def test_no_card_of_the_example_says_the_word(county, tmp_path):
    for audience in Audience:
        write_cards(Asked("", audience, as_of=DAY, offline=True), tmp_path, county, "prod")

    told = "".join(each.read_text(encoding="utf-8") for each in tmp_path.rglob("*.*"))
    assert len(told) > 100_000
    assert "compliant" not in told.lower()
