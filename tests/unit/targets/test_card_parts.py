"""Slices, groups and features on a card: in words everywhere, in HTML as a picture too."""

from __future__ import annotations

import re

import pytest

from mlspec.evidence import GateResult, Interval, PartResult, Verdict
from mlspec.ir import PART, Bundle, Card, CardSection, CardValue, Gateway, Pipeline, ValueStatus
from mlspec.lowering._card_parts import part_values
from mlspec.targets import template_renderer
from mlspec.targets._drawing import quote_svg
from mlspec.targets._interval_picture import Mark, draw_intervals
from mlspec.targets.model_card import TARGET

GROUP = "Gate: four-fifths"
HOSTILE = '</text><script>"x"</script>'


def part(name, verdict=Verdict.PASS, **more):
    interval = Interval("katz-log", 0.9, 0.85, 0.95)
    return PartResult(name, verdict, estimate=0.9, interval=interval, **more)


def result(*parts):
    return GateResult("four-fifths", "fairness", Verdict.FAIL, "ratio >= 0.8", parts=parts)


def artifacts(*parts):
    values = [CardValue("Requirement", ValueStatus.PRESENT, "ratio >= 0.8", "a:1", group=GROUP)]
    values.append(CardValue("Verdict", ValueStatus.PRESENT, "fail", "a:1", group=GROUP))
    values += [
        CardValue(label, ValueStatus.PRESENT, text, "a:1", group=GROUP, numbers=numbers)
        for label, text, numbers in part_values(result(*parts))
    ]
    section = CardSection("gates", "Gates and evidence", tuple(values))
    card = Card("screen", "v1", "prod", (section,), "specs/screen.yaml")
    pipeline = Pipeline(("prod",), "main", "u", "3.12", ".", "evidence", (), "0.1.0", "mlspec.yaml")
    bundle = Bundle("prod", (), (), (card,), pipeline, Gateway("g", "n", "d.example"), ())
    found = TARGET.emit(bundle, template_renderer())
    return {each.path.rpartition(".")[2]: each.content for each in found}


def test_parts_that_do_not_pass_come_first_with_numbers_and_reason():
    values = list(
        part_values(
            result(
                part("sex: M", counts=(("rows", 812),)), part("sex: F", Verdict.FAIL, reason="no")
            )
        )
    )

    assert [f"{PART}sex: F", f"{PART}sex: M"] == [label for label, _, _ in values]
    assert "fail, 0.9, 0.85 to 0.95 (90 % interval, katz-log), no" == values[0][1]
    assert "pass, 0.9, 0.85 to 0.95 (90 % interval, katz-log), 812 rows" == values[1][1]
    assert {"estimate": 0.9, "lower": 0.85, "upper": 0.95} == dict(values[0][2])


def test_a_part_without_numbers_says_why_and_is_in_no_picture():
    unmeasured = PartResult("sex: X", Verdict.NOT_EVALUATED, "no rows", "small-group")

    ((_, text, numbers),) = part_values(result(unmeasured))

    assert (text, numbers) == ("not-evaluated, no rows", ())


def test_of_many_parts_the_rest_is_counted():
    values = list(part_values(result(*(part(f"f{n}") for n in range(45)))))

    assert 31 == len(values)
    assert "15 more, in the record" == values[-1][1]


def test_html_and_markdown_tell_the_same_parts_and_html_draws_them():
    told = artifacts(part("sex: F", Verdict.FAIL), part("sex: M"))

    for suffix in ("html", "md"):
        assert "sex: F" in told[suffix].replace("\\", "")
        assert "0.85 to 0.95" in told[suffix]
    assert 1 == told["html"].count("<svg")
    assert '"lower": 0.85' in told["json"]


def test_a_name_of_a_stranger_is_text_in_the_picture():
    told = artifacts(part(HOSTILE), part("sex: M"))["html"]

    assert "<script" not in told
    assert "&lt;/text&gt;" in told


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_parts_have_no_picture(count):
    assert draw_intervals([Mark("a", 0.5, 0.4, 0.6, verdict="pass")] * count, "g") == ""


def test_all_marks_lie_inside_of_the_picture():
    marks = [
        Mark("a" * 80, 1e9, -1e9, 1e9, verdict="pass"),
        Mark("b", 0.0, 0.0, 0.0, verdict="fail"),
    ]

    drawing = quote_svg(draw_intervals(marks, "g"))

    box = re.search(r'viewBox="0 0 (\d+) ', drawing)
    across = [float(each) for each in re.findall(r"[ML] ([0-9.]+) ", drawing)]
    assert box
    assert all(0 <= each <= float(box[1]) for each in across)
    assert len(drawing) < 2000


def test_equal_numbers_stand_in_the_middle():
    drawing = draw_intervals([Mark(n, 0.5, 0.5, 0.5, verdict="pass") for n in "ab"], "g")

    assert 4 == drawing.count("M 340.0 ")  # a line and a mark of each


@pytest.mark.parametrize(
    ("verdict", "colour"),
    [("pass", "good"), ("fail", "bad"), ("inconclusive", "doubt"), ("not-evaluated", "doubt")],
)
def test_a_part_that_is_in_doubt_is_not_drawn_as_one_that_failed(verdict, colour):
    drawing = draw_intervals([Mark(n, 0.5, 0.4, 0.6, verdict) for n in "ab"], "g")

    assert {f"var(--{colour})"} == set(re.findall(r"var\(--\w+\)", drawing))
