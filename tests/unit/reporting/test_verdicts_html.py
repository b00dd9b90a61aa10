"""Verdicts as one page: numbers as text, pictures where they can be drawn, nothing that acts."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest
from tests.pages import Page

from mlspec import stats
from mlspec.errors import OutputError
from mlspec.evidence import (
    EvidenceRecord,
    GateResult,
    Interval,
    Material,
    PartResult,
    Reason,
    Rows,
    Verdict,
    overall_verdict,
)
from mlspec.gates import curves_of
from mlspec.reporting.verdicts import VerdictOptions, render_verdicts
from mlspec.targets._drawing import quote_svg

HOSTILE = '</text><script>alert("$x_1$")</script>'


def result(*parts, gate="four-fifths", verdict=Verdict.FAIL):
    return GateResult(
        gate=gate,
        gate_type="fairness",
        verdict=verdict,
        require="selection-rate-ratio >= 0.8",
        reason="fail for sex=F",
        reason_code="parts-fail",
        parts=parts,
    )


def part(name, verdict=Verdict.PASS, middle=0.9):
    interval = Interval("katz-log", 0.9, middle - 0.05, middle + 0.05)
    return PartResult(name, verdict, "", "", middle, interval, (("rows", 812),))


def record(*results):
    return EvidenceRecord(
        subject="model/screen",
        subject_digest="sha256:" + "a" * 64,
        gates_digest="sha256:" + "b" * 64,
        tool_version="0.1.0",
        overall=overall_verdict(results),
        results=results,
        materials=(Material("predictions", "evaluation/c.csv", "sha256:" + "c" * 64, 3000),),
    )


def rows(count=3000, *, scale=1.0):
    generator = np.random.default_rng(1)
    labels = (generator.random(count) < 0.4).astype(float)
    scores = scale * np.clip(generator.normal(0.3 + 0.3 * labels, 0.2), 0, 1).round(3)
    keys = tuple(map(str, range(count)))
    return Rows(keys, stats.vector(labels), stats.vector(scores), None, ("d",))


RECORD = record(result(part("sex=M"), part("sex=F", Verdict.FAIL, 0.6)))


def page(*records, curves=None):
    judged = [(each, ("prod",)) for each in records or (RECORD,)]
    return render_verdicts(judged, "html", VerdictOptions(curves=curves or {}))


def test_the_page_has_pictures_of_curves_and_groups_with_their_values_as_text():
    found = Page(page(curves={"model/screen": curves_of(rows())}))

    assert 4 == found.tags.count("svg")
    assert 4 == found.values("role").count("img")
    told = " ".join(found.text)
    for words in ("Area 0.8", "by DeLong", "ROC curve", "Reliability", "sex=F", "812", "katz-log"):
        assert words in told


def test_the_page_asks_nothing_of_the_network_and_runs_nothing():
    found = Page(page(curves={"model/screen": curves_of(rows())}))
    keys = {key for _, key, _ in found.attributes}

    assert not {"script", "link", "img", "iframe", "image", "foreignobject"} & set(found.tags)
    assert not [key for key in keys if key.startswith("on")]
    assert all(each.startswith("#") for each in found.values("href"))
    assert not re.search(r"url\((?!#)|@import|@font-face", "".join(found.text))


def test_every_identifier_is_there_once_and_every_reference_has_its_target():
    curves = {"model/screen": curves_of(rows())}
    found = Page(page(RECORD, RECORD, curves=curves))
    names = found.values("id")
    wanted = [each[1:] for each in found.values("href")]
    wanted += found.values("aria-labelledby")

    assert len(names) == len(set(names))
    assert set(wanted) <= set(names)


def test_names_of_strangers_stay_text_in_pictures_too():
    told = page(record(result(part(HOSTILE), part('a" onload="x$\\frac{'), gate="g")))
    found = Page(told)

    assert "script" not in found.tags
    assert not [key for _, key, _ in found.attributes if key.startswith("on")]
    assert HOSTILE in "".join(found.text)
    assert 1 == found.tags.count("svg")


PROGRAM = """
from tests.unit.reporting.test_verdicts_html import curves_of, page, rows
import sys
sys.stdout.write(page(curves={"model/screen": curves_of(rows())}))
"""


def test_another_process_writes_the_same_bytes():
    command = [sys.executable, "-c", PROGRAM]
    runs = [subprocess.run(command, capture_output=True, check=True).stdout for _ in range(2)]

    assert runs[0] == runs[1]
    assert runs[0].decode() == page(curves={"model/screen": curves_of(rows())})
    assert not re.search(rb"<metadata|\d{4}-\d\d-\d\dT\d\d:", runs[0])


def test_without_the_extra_the_page_has_the_tables_and_says_how_to_get_pictures(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    told = page(curves={"model/screen": curves_of(rows())})

    assert "svg" not in Page(told).tags
    assert "mlspec-compiler[plots]" in told
    assert 3 == told.count("<details open>")


@pytest.mark.parametrize("count", [1, 2, 400])
def test_a_picture_is_drawn_of_two_parts_or_more(count):
    parts = [part(f"p{n}") for n in range(count)]

    assert min(count - 1, 1) == Page(page(record(result(*parts)))).tags.count("svg")


def test_a_model_without_curves_says_why():
    told = page(curves={"model/screen": Reason("label-not-binary", "labels are amounts")})

    assert "No curves: labels are amounts" in told


def test_scores_that_are_no_probabilities_have_no_reliability():
    curves = curves_of(rows(scale=10))

    assert () == curves.reliability
    assert "Reliability" not in page(curves={"model/screen": curves})


@pytest.mark.parametrize(
    "drawing",
    [
        "<p>no drawing</p>",
        "<svg><script>x</script></svg>",
        '<svg onload="x"></svg>',
        '<svg><use href="https://x.example/a.svg#b"/></svg>',
        '<svg><path style="fill: url(https://x.example)"/></svg>',
        "<svg><!-- a --></svg>",
        "<!DOCTYPE svg><svg></svg>",
        "<svg><g></svg>",
        "<svg></svg><svg>",
        "<svg><foreignObject></foreignObject></svg>",
    ],
)
def test_what_is_more_than_shapes_and_text_is_refused(drawing):
    with pytest.raises(OutputError):
        quote_svg(drawing)


def test_a_drawing_and_nothing_at_all_stay_as_they_are():
    drawing = '<svg viewBox="0 0 1 1"><g id="a"><path d="M 0 0"/></g><use href="#a"/></svg>'

    assert drawing == quote_svg(drawing)
    assert quote_svg("") == ""
