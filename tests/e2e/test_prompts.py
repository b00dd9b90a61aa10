"""A prompt from its spec to the record: validated, planned, applied, changed, and told of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "support"
ANSWER = "prompt/support-answer"
PROMPTS = "specs/prompts.yaml"


@pytest.fixture(scope="module")
def applied(forks, tmp_path_factory):
    """The example, applied."""
    root = shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("prompts") / "support")
    forks.run("validate", cwd=root).expect(0)
    forks.run("plan", "--env", "prod", "--out", "plan.json", cwd=root).expect(0)
    forks.run("apply", "plan.json", cwd=root).expect(0)
    return root


@pytest.fixture
def run(forks, applied, tmp_path):
    root = shutil.copytree(applied, tmp_path / "support")

    def command(*arguments):
        return forks.run(*arguments, cwd=root)

    command.root = root
    return command


def edit(run, old, new):
    file = run.root / PROMPTS
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_what_was_applied_is_settled_recorded_and_whole(run):
    run("plan", "--env", "prod", "--detailed-exitcode").expect(0)
    run("drift", "--env", "prod").expect(0)
    run("audit", "verify", "--env", "prod").expect(0)
    assert ANSWER in run("history", ANSWER, "--env", "prod").expect(0).out
    shown = run("state", "show", ANSWER, "--env", "prod", "--format", "json").expect(0).out
    assert "You draft answers for the support team" in shown
    assert "{{ company }}" in run("show", ANSWER, "--env", "prod").expect(0).out


def test_another_sentence_is_read_as_one_and_judged_at_the_tier_of_the_system(run):
    edit(run, "Never promise a refund.", "Promise a refund.")
    edit(run, "version: v1", "version: v2")

    run("plan", "--env", "prod", "--out", "plan.json").expect(4)
    (run.root / "specs" / "support.yaml").write_text(
        (run.root / "specs" / "support.yaml")
        .read_text()
        .replace("support-answer@v1", "support-answer@v2")
    )
    told = run("plan", "--env", "prod", "--out", "plan.json").expect(0).out

    assert "        - Never promise a refund.\n        + Promise a refund.\n" in told
    assert "judged at tier limited" in told
    assert "1 system" in told
    run("apply", "plan.json").expect(0)
    run("drift", "--env", "prod").expect(0)
    run("audit", "verify", "--env", "prod").expect(0)


def test_a_variable_that_callers_have_to_give_breaks_their_contract(run):
    edit(run, "Question: {{ question }}", "Question ({{ language }}): {{ question }}")
    edit(run, "    - {name: question", "    - {name: language}\n    - {name: question")

    told = run("plan", "--env", "prod").expect(0).out

    assert "R-CONTRACT-BREAKING" in told
    assert "the variable `language` is new and has to be given" in told


def test_the_way_back_is_a_plan_like_any_other(run):
    before = (run.root / PROMPTS).read_text()
    edit(run, "at most five lines", "one line")
    run("plan", "--env", "prod", "--out", "plan.json").expect(0)
    done = run("apply", "plan.json").expect(0).out
    second = done.partition("as run ")[2].partition(",")[0]
    run("plan", "--env", "prod", "--revert", second, "--out", "back.json").expect(0)
    run("apply", "back.json").expect(0)

    (run.root / PROMPTS).write_text(before)
    run("plan", "--env", "prod", "--detailed-exitcode").expect(0)


def test_cards_have_the_prompts_to_the_letter_and_their_digests(run):
    card = ("card", "--env", "prod", "--format", "markdown")
    system = run(*card, "system/support-assistant").expect(0).out
    prompt = run(*card, ANSWER).expect(0).out

    assert "Prompt support-answer" in system
    assert "`support-answer@v1`, asks claude-sonnet-4-5-20250929 of anthropic, template" in system
    (digest,) = {x for line in prompt.splitlines() for x in line.split() if "sha256:" in x} & {
        x for line in system.splitlines() for x in line.split() if "sha256:" in x
    }
    assert digest.startswith("sha256:")
    assert "Never promise a refund." in prompt
    assert "claude-sonnet-4-5-20250929, run by anthropic" in prompt


def test_mistakes_in_a_prompt_are_told_with_their_places(run):
    edit(run, "{{ company }}", "{{ compnay }}")
    edit(run, "  hosted: {provider: anthropic, id: claude-haiku-4-5-20251001}\n", "")

    refused = run("validate").expect(4).out

    for told in ("MLS473", "did you mean `company`?", "MLS474", "MLS475", f"{PROMPTS}:"):
        assert told in refused
