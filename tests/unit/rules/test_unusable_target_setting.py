"""Settings of `targets` that have the right form and can't work."""

from __future__ import annotations

import pytest

from mlspec.rules import check

PLACE = "image: registry.example.org/m@sha256:0, repository: https://git.example.org/ml/specs"


def told(load_patched, targets):
    workspace = load_patched(f"kind: Workspace\nspec: {{targets: {{{targets}}}}}\n")
    return [each.message for each in check(workspace) if each.code == "MLS461"]


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ("github: {driftSchedule: '5 25 * * *'}", "25"),
        ("github: {driftSchedule: '0 3 30 2 *'}", "`0 3 30 2 *` can't be kept"),
        ("github: {drillSchedule: '99 3 * * *'}", "99"),
        ("github: {drillSchedule: '*/0 3 * * *'}", "*/0"),
        (f"training: {{{PLACE}, volume: 0Gi}}", "a volume of `0Gi`"),
        (f"training: {{{PLACE}, volume: '20'}}", "a volume of `20`"),
        ("prometheus: {labels: {cluster: 'a{{args.b}}'}}", "the label `cluster` holds `{{`"),
    ],
)
def test_a_setting_that_can_not_work_is_told(load_patched, targets, words):
    (message,) = told(load_patched, targets)

    assert words in message


@pytest.mark.parametrize(
    "targets",
    [
        "github: {driftSchedule: '0 3 29 2 *', drillSchedule: '*/15 0-6 1,15 * 1-5'}",
        f"training: {{{PLACE}, volume: 1.5Gi}}",
        f"training: {{{PLACE}}}",
        "prometheus: {labels: {cluster: '{eu} $1'}}",
    ],
)
def test_a_setting_that_works_is_not(load_patched, targets):
    assert [] == told(load_patched, targets)
