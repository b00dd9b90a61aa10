"""Values that stand twice in a list whose order means nothing."""

from __future__ import annotations

import pytest

from mlspec.rules import check


def told(load_patched, *patches):
    workspace = load_patched(*patches)
    return [each for each in check(workspace) if each.code == "MLS464"]


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ("modelCard: {formats: [html, json, html]}", "`html` stands in `formats` already"),
        ("enabled: [kubernetes, kubernetes]", "`kubernetes` stands in `enabled` already"),
        ("gitlab: {tags: [gpu, arm, gpu]}", "`gpu` stands in `tags` already"),
    ],
)
def test_a_repeated_value_is_told_at_its_second_place(load_patched, targets, message):
    (found,) = told(load_patched, f"kind: Workspace\nspec: {{targets: {{{targets}}}}}\n")

    assert message == found.message
    assert found.span.end.column - found.span.start.column == len(message.split("`")[1])


@pytest.mark.parametrize("targets", ["modelCard: {formats: [html, json]}", "enabled: []"])
def test_values_that_differ_are_not_told(load_patched, targets):
    assert [] == told(load_patched, f"kind: Workspace\nspec: {{targets: {{{targets}}}}}\n")
