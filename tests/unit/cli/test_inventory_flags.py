"""The classes and standings of an inventory are the same in flags, words, docs and schema."""

from __future__ import annotations

import json
import re
from pathlib import Path

from mlspec.cli._inventory_command import InventoryClass
from mlspec.inventory import Class, Standing
from mlspec.reporting._inventory_words import CLASSES, STANDINGS
from mlspec.resources import data_path

PAGE = Path(__file__).parents[3] / "docs" / "pages" / "inventory.md"


def test_flags_name_every_class_and_no_other():
    assert [each.value for each in Class] == [each.value for each in InventoryClass]


def test_every_class_and_standing_has_words():
    assert ({*Class}, {*Standing}) == ({*CLASSES}, {*STANDINGS})


def test_the_page_explains_every_class_and_standing_in_order():
    told = re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)

    assert [*(each.value for each in Class), *(each.value for each in Standing)] == told


def test_the_schema_lists_every_class_and_standing():
    schema = json.loads((data_path("schemas") / "v1" / "inventory.json").read_text("utf-8"))
    model = schema["properties"]["models"]["items"]["properties"]

    assert [each.value for each in Class] == model["classes"]["items"]["enum"]
    assert [each.value for each in Standing] == model["standing"]["enum"]
