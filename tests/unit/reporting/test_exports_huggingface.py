"""READMEs of the Hub: what its own library reads of them, and what hostile words can't do."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.contract import tools
from tests.unit.reporting.sheets import BARE, DIGEST, FULL, MEASURES, PEOPLE

from mlspec.reporting.exports_huggingface import render_data_readme, render_model_readme

VERSION = "1.2.3"


def front_matter(text):
    _, matter, body = text.split("---\n", 2)
    return yaml.safe_load(matter), body


def test_front_matter_holds_what_the_hub_has_fields_for():
    matter, _ = front_matter(render_model_readme(FULL, VERSION))

    assert matter["tags"] == ["binary-classification", "risk-tier:high", "area:sales"]
    assert matter["datasets"] == ["people-2024"]
    assert matter["metrics"] == ["roc-auc", "selection-rate-ratio"]
    (entry,) = matter["model-index"]
    (result,) = entry["results"]
    assert entry["name"] == "churn"
    assert result["dataset"]["name"] == "people-2025"
    assert result["dataset"]["args"] == {"people-2025": {"version": "v1", "digest": DIGEST}}
    assert result["metrics"][0]["value"] == MEASURES[0].value
    assert result["metrics"][0]["args"]["interval"] == [0.7293458, 0.7506695]
    assert result["metrics"][1]["args"]["slice"] == "sex: `2` / `1`"


def test_a_difference_of_two_models_and_a_time_are_no_metric_of_the_data():
    (result,) = front_matter(render_model_readme(FULL, VERSION))[0]["model-index"][0]["results"]

    assert {each["type"] for each in result["metrics"]} == {"roc-auc", "selection-rate-ratio"}


def test_nothing_is_invented_where_nothing_is_stated():
    matter, body = front_matter(render_model_readme(BARE, VERSION))

    assert matter == {"tags": ["regression", "risk-tier:minimal"], "model_name": "a"}
    assert "Nothing is told here: no gates were judged." in body
    assert "SHA-256: not stated" in body
    assert "license" not in matter


def test_measures_without_evaluation_data_stay_out_of_the_front_matter():
    matter, body = front_matter(render_model_readme(replace(FULL, evaluation=()), VERSION))

    assert "model-index" not in matter
    assert "| auc-floor | roc-auc | all | 0.74 |" in body


@pytest.mark.parametrize("sheet", [FULL, BARE])
def test_the_library_of_the_hub_reads_it_and_writes_the_same_back(sheet):
    hub = tools.require_module("huggingface_hub")

    card = hub.ModelCard(render_model_readme(sheet, VERSION))
    data = card.data.to_dict()
    again = hub.ModelCard(str(card))

    assert again.data.to_dict() == data
    results = card.data.eval_results or []
    assert len(results) == (2 if sheet is FULL else 0)
    for result, measure in zip(results, MEASURES, strict=False):
        assert result.metric_type == measure.metric
        assert result.metric_value == measure.value
        assert result.dataset_name == "people-2025"
        assert result.dataset_args["people-2025"]["digest"] == DIGEST
        assert result.metric_args["gate"] == measure.gate


def test_a_data_set_says_its_licence_and_size_in_words_of_the_hub():
    matter, body = front_matter(render_data_readme(PEOPLE, VERSION))

    assert matter == {
        "pretty_name": "people-2025",
        "license": "cc-by-4.0",
        "size_categories": ["10K<n<100K"],
        "source_datasets": ["people-2024@v1"],
    }
    assert "Nobody without a telephone." in body
    assert "| age | int | yes | In years. |" in body


@pytest.mark.parametrize(
    ("licence", "told"),
    [
        ("apache-2.0", {"license": "apache-2.0"}),
        ("ODbL-1.0", {"license": "odbl"}),
        ("Our own, see\nthe contract", {"license": "other"}),
        ("", {}),
    ],
)
def test_a_licence_that_the_hub_has_no_word_for_is_told_as_a_text(licence, told):
    matter, _ = front_matter(render_data_readme(replace(PEOPLE, licence=licence), VERSION))

    assert {key: matter[key] for key in matter if key == "license"} == told
    if told == {"license": "other"}:
        assert matter["license_name"] == "Our own, see the contract"


@pytest.mark.parametrize(
    ("rows", "word"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**9, "1B<n<10B"), (10**13, "n>1T")],
)
def test_sizes_have_the_bounds_of_the_hub(rows, word):
    matter, _ = front_matter(render_data_readme(replace(PEOPLE, rows=rows), VERSION))

    assert matter["size_categories"] == [word]


@settings(max_examples=60)
@given(text=st.text(min_size=1, max_size=80))
def test_hostile_words_end_no_front_matter_and_become_no_markup(text):
    sheet = replace(
        FULL, purpose=text, limitations=(text,), labels=(("a", text),), contact=text, record=text
    )
    page = render_model_readme(sheet, VERSION)

    matter, body = front_matter(page)
    assert matter["tags"][2] == f"a:{text}"
    html = MarkdownIt("commonmark").enable("table").render(body)
    assert "<script" not in html
    assert "<a " not in html
    assert "<img" not in html
    assert html.count("<h1>") == 1
    assert html.count("<h2>") == FULL_HEADINGS


FULL_HEADINGS = 5


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "](http://a)", "\n---\nlicense: mit\n---\n", "| a |\n| --- |"]
)
def test_markup_is_shown_and_not_obeyed(text):
    matter, body = front_matter(render_model_readme(replace(FULL, purpose=text), VERSION))

    assert "license" not in matter
    html = MarkdownIt("commonmark").enable("table").render(body)
    assert "<script" not in html
    assert "<a " not in html


def test_the_same_sheet_gives_the_same_bytes():
    assert render_model_readme(FULL, VERSION) == render_model_readme(replace(FULL), VERSION)
