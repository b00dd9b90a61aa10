from __future__ import annotations

import json

import pytest
from inline_snapshot import snapshot

from mlspec.cli._pages import pages
from mlspec.rules import explain, explain_all
from mlspec.rules._explain import Explanation


@pytest.mark.parametrize("word", ["MLS301", "mls301", "missing-owner", " missing-owner "])
def test_a_code_is_found_by_code_and_by_name(word):
    assert "MLS301" == explain(word).code


def test_an_unknown_word_has_no_explanation():
    assert explain("MLS999") is None
    assert explain("gate") is None


@pytest.mark.parametrize("word", ["MLS001", "MLS103", "dangling-reference", "MLS391", "one-bound"])
def test_codes_of_other_stages_and_reasons_of_gates_are_explained_too(word):
    assert explain(word).summary


def test_a_diagnostic_goes_before_a_reason_of_the_same_name():
    assert explain("duplicate-key").code.startswith("MLS0")
    assert "gate" == explain("gate:duplicate-key").code


def test_the_text_of_an_explanation():
    assert (
        snapshot("""\
untested-retraining (MLS512, warning)

a retraining has never been rehearsed

What it does
Checks that every trigger of `retraining` was rehearsed: a record of `mlspec drill` proves its way
as it is today, or `lastTested` has the day on which somebody tried it.

Why is this bad?
The path from trigger to registry is used rarely and rots in between: credentials expire, columns
move, images vanish. It fails on the day it is needed.

Bad
    kind: Model
    spec:
      retraining:
        - {id: on-drift, type: monitor, monitor: input-drift}

Good
    kind: Model
    spec:
      retraining:
        - {id: on-drift, type: monitor, monitor: input-drift, lastTested: 2026-01-15}

References
- https://sre.google/sre-book/testing-reliability/

Suppress it where it is right
    # mlspec: ignore[untested-retraining] reason\
""")
        == explain("MLS512").to_text()
    )


def test_the_json_of_an_explanation_is_json():
    found = json.loads(json.dumps(explain("MLS512").to_json()))

    assert "untested-retraining" == found["name"]
    assert list(found["references"])


def test_every_rule_is_explained_completely():
    for each in explain_all():
        assert each.summary
        assert not each.summary.endswith(".")
        if each.references:
            assert all((each.what, each.why, each.bad, each.good))


def test_rules_of_other_packages_have_a_page_of_their_own():
    texts = pages([Explanation("ACME1", "loud-model", "error", "a model is loud | noisy")])

    assert ["index.md", "other.md"] == list(texts)
    assert "loud \\| noisy" in texts["index.md"]
