"""Laws of what others wrote: whatever stands in a card or a bundle, nothing raises, every spec
that is written is valid, none says what the source does not, and a second import changes nothing.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.importing.dumps import workspace

from mlspec.api.check import validate
from mlspec.api.importing import ImportOptions, import_models
from mlspec.errors import UsageError
from mlspec.importing import Outcome
from mlspec.reporting.imports import render_import, render_import_json

EXAMPLES = settings(max_examples=50, deadline=None)
ODD = st.sampled_from(
    [
        "",
        " ",
        "no",
        "NA",
        "\x1b[2J",
        "\u202e",
        "\ud7ff",
        "a" * 5000,
        "${var.x}",
        "../x",
        "- a",
        "| x",
    ]
)
TEXTS = ODD | st.text(max_size=12)
SCALARS = TEXTS | st.none() | st.booleans() | st.integers() | st.floats()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
)


def mappings(**values):
    """Mappings with some of these keys, each of which may hold something else, too."""
    optional = {key.replace("__", "-"): value | VALUES for key, value in values.items()}
    return st.fixed_dictionaries({}, optional=optional)


METRICS = mappings(type=TEXTS, name=TEXTS, value=SCALARS | st.just("9.0 +/- 0.1"))
RESULTS = mappings(
    dataset=mappings(name=TEXTS, type=TEXTS, split=TEXTS), metrics=st.lists(METRICS, max_size=3)
)
ENTRIES = mappings(name=TEXTS, results=st.lists(RESULTS, max_size=2))
CARDS = mappings(
    license=TEXTS,
    pipeline_tag=st.sampled_from(["text-generation", "regression", "x"]),
    tags=st.lists(TEXTS, max_size=3),
    datasets=st.lists(TEXTS, max_size=3),
    language=TEXTS,
    model__index=st.lists(ENTRIES, max_size=3),
)
PERMISSIONS = st.lists(mappings(level=st.just("CAN_MANAGE"), group_name=TEXTS), max_size=2)
NAMED = mappings(
    name=TEXTS,
    catalog_name=TEXTS,
    schema_name=TEXTS,
    comment=TEXTS,
    permissions=PERMISSIONS,
    tags=st.lists(mappings(key=TEXTS, value=TEXTS), max_size=2),
    aliases=st.lists(mappings(alias_name=TEXTS, version_num=SCALARS), max_size=2),
)
ENTITIES = mappings(
    name=TEXTS,
    entity_name=st.sampled_from(["a", "${resources.models.a.name}"]) | TEXTS,
    entity_version=SCALARS,
    external_model=mappings(name=TEXTS, provider=TEXTS, task=st.just("llm/v1/chat")),
)
RESOURCES = mappings(
    models=st.dictionaries(TEXTS | st.just("a"), NAMED, max_size=3),
    registered_models=st.dictionaries(TEXTS, NAMED, max_size=2),
    model_serving_endpoints=st.dictionaries(
        TEXTS,
        mappings(name=TEXTS, config=mappings(served_entities=st.lists(ENTITIES, max_size=3))),
        max_size=2,
    ),
    experiments=VALUES,
)
BUNDLES = mappings(
    resources=RESOURCES,
    include=st.lists(TEXTS, max_size=3),
    permissions=PERMISSIONS,
    targets=st.dictionaries(TEXTS, mappings(resources=RESOURCES, mode=TEXTS), max_size=3),
).map(lambda each: {"bundle": {"name": "b"}, **each})


def written(value):
    """Return a value as YAML: JSON is, but for numbers that it does not have."""
    return json.dumps(value).replace("NaN", ".nan").replace("Infinity", ".inf")


def fenced(text):
    return f"---\n{text}\n---\n"


def check_laws(system, name, texts):
    """Import files of a name, and check what was made of them."""
    with tempfile.TemporaryDirectory() as held:
        shop = workspace(Path(held) / "shop")
        for index, text in enumerate(texts):
            file = Path(held) / "source" / f"m{index}" / name
            file.parent.mkdir(parents=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "replace"))
        options = ImportOptions(system, str(Path(held) / "source"))
        report = import_models(options, shop)
        found = list((shop / "specs" / "imported").glob("*.yaml"))
        assert len(report.models) == len(found)
        assert [] == [e for e in validate(directory=shop).diagnostics if e.severity == "error"]
        before = {each: each.read_bytes() for each in found}
        again = import_models(options, shop)
        assert {Outcome.UNCHANGED} >= {each.outcome for each in again.models}
        assert before == {each: each.read_bytes() for each in found}
        for shown in (render_import(report, colour=False), render_import_json(report)):
            assert "\x1b" not in shown
    return report


@EXAMPLES
@given(st.lists(CARDS.map(written).map(fenced), min_size=1, max_size=3))
def test_any_card_makes_a_valid_spec(cards):
    report = check_laws("hf-card", "README.md", cards)
    assert len(cards) == len(report.models) + len(report.unread)


@EXAMPLES
@given(
    st.lists(
        st.binary(max_size=200) | st.text(max_size=200) | st.text(max_size=100).map(fenced),
        min_size=1,
        max_size=4,
    )
)
def test_any_text_is_a_card_or_is_told(texts):
    report = check_laws("hf-card", "README.md", texts)
    assert len(texts) == len(report.models) + len(report.unread)


@EXAMPLES
@given(st.lists(BUNDLES.map(written), min_size=1, max_size=2))
def test_any_bundle_makes_valid_specs(bundles):
    check_laws("databricks-bundle", "databricks.yml", bundles)


@EXAMPLES
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_text_is_a_bundle_or_is_told(text):
    report = check_laws("databricks-bundle", "databricks.yml", [text])
    assert report.unread or not report.models


@EXAMPLES
@given(st.text(st.characters(exclude_characters="\0/"), max_size=40))
def test_any_address_is_read_or_refused(where):
    with tempfile.TemporaryDirectory() as held:
        shop = workspace(Path(held) / "shop")
        for system in ("hf-card", "databricks-bundle"):
            with pytest.raises(UsageError):
                import_models(ImportOptions(system, f"{held}/none/{where}"), shop)


@EXAMPLES
@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4)
    | st.integers()
    | st.floats(allow_nan=False)
)
def test_a_number_stays_as_it_was_written(number):
    text = f"model-index: [{{results: [{{metrics: [{{type: loss, value: {number}}}]}}]}}]"
    report = check_laws("hf-card", "README.md", [fenced(text)])
    assert str(number) == report.models[0].found.metrics[0].value
