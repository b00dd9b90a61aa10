"""Prompts are parts of systems: the models that they ask are theirs, and nobody passes unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlspec.api._item_bindings import current_digests
from mlspec.policy._inputs import inputs_of
from mlspec.policy._model import Stage
from mlspec.policy._systems import models_in, risks_of_systems
from mlspec.syntax import SourceText
from mlspec.workspace import load

EXAMPLE = Path(__file__).parents[3] / "examples" / "support"
HOSTED = (
    "  hosted: {provider: anthropic, id: claude-sonnet-4-5-20250929}",
    "  model: request-sorter",
)
SYSTEM = "system/support-assistant"


def workspace_with(*changes):
    files = {x.relative_to(EXAMPLE).as_posix(): x.read_text() for x in EXAMPLE.rglob("*.yaml")}
    for old, new in changes:
        (name,) = [each for each, text in files.items() if old in text]
        files[name] = files[name].replace(old, new, 1)
    loaded = load([SourceText(name, text.encode()) for name, text in sorted(files.items())])
    assert [] == [*loaded.diagnostics]
    return loaded.workspace


def models_of(workspace):
    system = workspace.resources[SYSTEM]
    known = inputs_of(workspace, system, Stage.VALIDATE).models
    return [(each["name"], each["isManaged"]) for each in known]


def test_the_hosted_models_of_prompts_are_parts_that_nothing_judges():
    assert [
        ("request-sorter", True),
        ("claude-sonnet-4-5-20250929", False),
        ("claude-haiku-4-5-20251001", False),
    ] == models_of(workspace_with())


def test_a_model_is_of_a_system_that_only_its_prompts_ask_with():
    workspace = workspace_with(HOSTED, ("  models: [request-sorter]\n", ""))

    system = workspace.resources[SYSTEM]

    assert ["model/request-sorter"] == [each.address for each in models_in(workspace, system.spec)]
    assert ("request-sorter", True) in models_of(workspace)
    assert "limited" == risks_of_systems(workspace)["model/request-sorter"][0]["tier"]


def test_a_model_that_is_named_twice_is_told_once():
    assert [("request-sorter", True), ("claude-haiku-4-5-20251001", False)] == models_of(
        workspace_with(HOSTED)
    )


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        (("Never promise a refund.", "Promise a refund."), True),
        (("temperature: 0.2", "temperature: 0.9"), True),
        (("claude-haiku-4-5-20251001", "another"), True),
        (("Drafts an answer from the articles", "Drafts one from the articles"), False),
    ],
)
def test_evidence_about_a_system_holds_until_a_prompt_asks_otherwise(change, is_other):
    before, after = workspace_with(), workspace_with(change)

    digests = [current_digests(each, each.resources[SYSTEM])[SYSTEM] for each in (before, after)]

    assert is_other == (digests[0] != digests[1])
    assert all(digests)


def test_a_model_that_stands_beside_the_prompts_is_not_asked_by_them():
    def asked(*changes):
        workspace = workspace_with(*changes)
        known = inputs_of(workspace, workspace.resources[SYSTEM], Stage.VALIDATE).models
        return [each["name"] for each in known if each["isAsked"]]

    versioned = (HOSTED[0], f"{HOSTED[1]}@v1")
    assert ["claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"] == asked()
    assert ["request-sorter", "claude-haiku-4-5-20251001"] == asked(versioned)
