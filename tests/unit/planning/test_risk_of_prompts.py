"""A prompt is judged at the tier of the systems it is in, and of the model it is written for."""

from __future__ import annotations

import pytest
from tests.unit.planning.worlds import World, tree, wanted

from mlspec.planning import Compatibility, Level, Reversibility
from mlspec.planning._contract import contract_change

ANSWER, CARE, WRITER = "prompt/answer", "system/care", "model/writer"


@pytest.fixture(autouse=True)
def known_kinds(monkeypatch):
    monkeypatch.setattr(
        "tests.unit.planning.worlds.KINDS",
        {"Model": "model", "Prompt": "prompt", "System": "system", "Dataset": "dataset"},
    )


def prompt(text="Answer {{ a }}.", *, references=(), **spec):
    body = {"template": {"type": "text", "text": text}, "variables": [{"name": "a"}]} | spec
    return wanted("Prompt", "answer", body, references=references)


def system(tier, *prompts, models=()):
    spec = {"risk": {"tier": tier}, "prompts": [*prompts], "models": [*models]}
    references = [f"prompt/{each}" for each in prompts] + [f"model/{each}" for each in models]
    return wanted("System", "care", spec, references=references)


def model(tier):
    return wanted("Model", "writer", {"risk": {"tier": tier}})


def risk_after(tmp_path, before, after, address=ANSWER):
    world = World(tmp_path)
    world.reach(*before)
    found = [x for x in world.plan(tree(*after)).operations if x.address == address]
    return found[0].risk


@pytest.mark.parametrize(
    ("tier", "level"),
    [("high", Level.HIGH), ("limited", Level.MEDIUM), ("minimal", Level.MEDIUM)],
)
def test_another_text_is_judged_at_the_tier_of_the_system(tmp_path, tier, level):
    care = system(tier, "answer")

    risk = risk_after(tmp_path, [care, prompt()], [care, prompt("Say {{ a }}.")])

    assert (tier, tier, level) == (risk.tier_old, risk.tier_new, risk.level)
    assert Reversibility.REVERSIBLE is risk.reversibility
    assert (1.0, (CARE,)) == (risk.blast.traffic, risk.blast.dependants)
    assert {"R-ARTIFACT-CHANGED", "R-BLAST-WIDE"} == {each.rule for each in risk.reasons}
    (wide,) = [each.because for each in risk.reasons if each.rule == "R-BLAST-WIDE"]
    assert "100% of live requests, 1 system" in wide


def test_the_tier_of_a_system_that_is_lowered_in_the_same_plan_still_counts(tmp_path):
    before = [system("high", "answer"), prompt()]
    after = [system("minimal", "answer"), prompt("Say {{ a }}.")]

    risk = risk_after(tmp_path, before, after)

    assert ("high", "minimal", "high") == (risk.tier_old, risk.tier_new, risk.judged_at)


def test_a_system_that_gives_the_prompt_up_in_the_same_plan_still_counts(tmp_path):
    before = [system("high", "answer"), prompt()]
    after = [system("high"), prompt("Say {{ a }}.")]

    assert "high" == risk_after(tmp_path, before, after).judged_at


def test_the_model_that_a_prompt_is_written_for_counts_before_and_after(tmp_path):
    asked = {"model": "writer@v1", "references": (WRITER,)}
    before = [model("high"), prompt(**asked)]

    risk = risk_after(tmp_path, before, [model("high"), prompt(hosted={"id": "x"})])

    assert ("high", "") == (risk.tier_old, risk.tier_new)
    assert (
        "high" == risk_after(tmp_path / "b", before, [model("high"), prompt("x", **asked)]).tier_new
    )


def test_a_system_is_judged_at_its_own_tier(tmp_path):
    risk = risk_after(
        tmp_path,
        [system("high", "answer"), prompt()],
        [system("limited", "answer"), prompt()],
        CARE,
    )

    assert ("high", "limited", Level.CRITICAL) == (risk.tier_old, risk.tier_new, risk.level)


def test_a_system_gives_its_tier_to_prompts_and_not_to_what_its_models_rest_on(tmp_path):
    data = wanted("Dataset", "rows", {"rows": 1})
    more = wanted("Dataset", "rows", {"rows": 2})
    writer = wanted("Model", "writer", {"risk": {"tier": "minimal"}}, references=("dataset/rows",))
    care = system("high", models=("writer",))

    risk = risk_after(tmp_path, [care, writer, data], [care, writer, more], "dataset/rows")

    assert "minimal" == risk.judged_at


@pytest.mark.parametrize(
    ("old", "new", "reason", "breaks"),
    [
        ([], [{"name": "a"}], "the variable `a` is new and has to be given", True),
        (
            [],
            [{"name": "a", "required": False}],
            "the variable `a` is new and can be given",
            False,
        ),
        ([{"name": "a"}], [], "the variable `a` is gone", True),
        (
            [{"name": "a"}],
            [{"name": "a", "type": "int"}],
            "the variable `a` changes from string to int",
            True,
        ),
        (
            [{"name": "a", "required": False}],
            [{"name": "a"}],
            "the variable `a` has to be given from now on",
            True,
        ),
        (
            [{"name": "a"}],
            [{"name": "a", "required": False}],
            "the variable `a` can be left out from now on",
            False,
        ),
    ],
)
def test_variables_are_a_contract_with_those_who_fill_them_in(old, new, reason, breaks):
    before, after = ({"spec": {"variables": each}} for each in (old, new))

    change = contract_change(before, after)

    assert ((reason,), breaks) == (
        change.reasons,
        change.compatibility is Compatibility.BREAKING,
    )


def test_the_same_variables_are_no_change():
    one = {"spec": {"variables": [{"name": "a"}]}}
    other = {"spec": {"variables": [{"name": "a", "type": "string", "description": "x"}]}}

    assert contract_change(one, other) is None
