"""A biased and an underpowered challenger: each is stopped, and for the right reason."""

from __future__ import annotations

import json
import shutil

import pytest
from tests.e2e.commands import COUNTY

LIMITS = {"auc-floor": 0.70, "auc-not-worse": -0.005}


@pytest.fixture
def refused(tmp_path):
    leftovers = shutil.ignore_patterns(".mlspec", "evidence", "__pycache__")
    return shutil.copytree(COUNTY / "refused", tmp_path / "refused", ignore=leftovers)


@pytest.fixture
def judged(mlspec, refused):
    def judge(name, code):
        mlspec("gate", "run", name, cwd=refused).expect(code)
        file = refused / "evidence" / "staging" / f"{name}.evidence.json"
        predicate = json.loads(file.read_text())["predicate"]
        return predicate["overall"], {each["id"]: each for each in predicate["gates"]}

    return judge


def test_their_specs_have_no_problems(mlspec, refused):
    assert mlspec("validate", cwd=refused).expect(0).out == "Found no problems\n"


def test_the_biased_one_fails_for_its_bias_and_for_nothing_else(judged):
    overall, gates = judged("biased", 7)

    assert overall == "fail"
    verdicts = {name: each["verdict"] for name, each in gates.items()}
    assert {"auc-floor": "pass", "auc-not-worse": "pass", "listed-evenly": "fail"} == verdicts
    fairness = gates["listed-evenly"]
    assert fairness["reasonCode"] == "parts-fail"
    (sexes,) = fairness["parts"]
    assert "sex" in sexes["name"]
    assert sexes["verdict"] == "fail"
    assert sexes["interval"]["upper"] < 0.8
    assert sexes["estimate"] == pytest.approx(0.535, abs=0.005)


def test_the_biased_one_beats_the_champion_on_average(judged):
    _, gates = judged("biased", 7)

    assert gates["auc-not-worse"]["interval"]["lower"] > 0


def test_the_underpowered_one_is_inconclusive_though_its_numbers_look_good(judged):
    overall, gates = judged("underpowered", 8)

    assert overall == "inconclusive"
    assert {"inconclusive"} == {each["verdict"] for each in gates.values()}
    for name, limit in LIMITS.items():
        gate = gates[name]
        assert gate["reasonCode"] == "interval-straddles"
        assert gate["estimate"] > limit
        assert gate["interval"]["lower"] < limit < gate["interval"]["upper"]
        assert gate["counts"]["rows"] == 150


def test_both_together_end_with_the_worst_verdict(mlspec, refused):
    done = mlspec("gate", "run", cwd=refused).expect(7)

    assert "model/biased (staging): fail" in done.out
    assert "model/underpowered (staging): inconclusive" in done.out


def test_the_report_says_of_each_part_why_it_does_not_pass_and_where_to_read_on(mlspec, refused):
    done = mlspec("gate", "run", cwd=refused).expect(7)
    (part,) = [each for each in done.out.splitlines() if "fail           sex: " in each]

    assert part.endswith("[requirement-missed]")
    assert "[0.4778, 0.5996] by katz-log" in part
    assert "`mlspec explain CODE`" in done.err


@pytest.mark.parametrize("output_format", ["markdown", "junit", "html"])
def test_every_report_for_people_has_the_reason_of_the_part(mlspec, refused, output_format):
    done = mlspec("gate", "run", "biased", "--format", output_format, cwd=refused).expect(7)

    assert "requirement-missed" in done.out


def test_how_many_people_it_would_take_is_told(mlspec, refused):
    told = mlspec("gate", "plan", "underpowered", cwd=refused).expect(0).out

    assert "there are 150, too few" in told
