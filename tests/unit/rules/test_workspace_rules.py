"""Rules about a workspace: moves, removals, freezes, who can approve."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from mlspec.kinds.workspace import Environment, GitHubTarget
from mlspec.rules import check
from mlspec.rules.unknown_target import _ELSEWHERE
from mlspec.targets import load_targets

HEAD = "kind: Workspace\nspec:\n"
SCREEN = "model/employment-screen"


def found(load_patched, patch, code):
    return [each.message for each in check(load_patched(HEAD + patch)) if each.code == code]


def moves(*pairs):
    entries = ", ".join(f"{{previous: {old}, address: {new}}}" for old, new in pairs)
    return f"  moved: [{entries}]"


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([("dataset/x", SCREEN)], f"`dataset/x` can't become `{SCREEN}`, which is of another kind"),
        ([(SCREEN, SCREEN)], f"the moves lead from `{SCREEN}` back to itself"),
        ([("model/b", "model/a"), ("model/a", "model/b")], "the moves lead from `model/a` back"),
        ([(SCREEN, "model/a")], f"`{SCREEN}` has moved to `model/a`, but it still has a spec"),
        ([("model/x", SCREEN), ("model/x", "model/y")], "`model/x` has moved to two addresses"),
    ],
)
def test_a_move_that_contradicts_something_is_told_once(load_patched, pairs, message):
    messages = found(load_patched, moves(*pairs), "MLS612")

    assert messages
    assert messages[0].startswith(message)
    assert len(messages) <= len(pairs)


def test_a_resource_that_has_moved_is_not_removed(load_patched):
    patch = moves(("model/a", SCREEN)) + (
        "\n  removed: [{address: model/a, action: delete, reason: gone}]"
    )

    assert found(load_patched, patch, "MLS612") == [
        f"`model/a` has moved to `{SCREEN}`, and is removed"
    ]


def test_a_chain_of_moves_that_ends_at_a_spec_is_fine(load_patched):
    patch = moves(("model/a", "model/b"), ("model/b", SCREEN))

    assert not found(load_patched, patch, "MLS612")
    assert not found(load_patched, patch, "MLS613")


def test_a_removal_of_what_has_no_spec_is_fine(load_patched):
    patch = "  removed: [{address: model/old, action: forget, reason: moved to another registry}]"

    assert not check(load_patched(HEAD + patch))


@pytest.mark.parametrize(
    ("start", "end", "messages"),
    [
        ("2026-02-30T00:00:00Z", "2026-03-01T00:00:00Z", ["`2026-02-30T00:00:00Z` is on no cal"]),
        ("2026-02-01T25:00:00Z", "2026-02-31T00:00:00Z", ["`2026-02-01T25", "`2026-02-31T00"]),
        ("2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z", ["the freeze `quiet` ends before it st"]),
        ("2026-02-01T00:00:00Z", "2026-02-01T00:00:01Z", []),
    ],
)
def test_a_freeze_is_a_time_that_comes(load_patched, start, end, messages):
    freeze = f"{{id: quiet, start: '{start}', end: '{end}', reason: r}}"
    told = found(load_patched, f"  environments: {{prod: {{freezes: [{freeze}]}}}}", "MLS614")

    assert len(told) == len(messages)
    assert all(each.startswith(begin) for each, begin in zip(told, messages, strict=True))


def test_who_publishes_through_another_registry_knows_why(load_patched):
    patch = "  registry: {backend: acme}\n  environments: {prod: {publish: rendered/prod}}"

    assert not found(load_patched, patch, "MLS615")


@pytest.mark.parametrize("branch", ["a.lock", "a.lock/b", "HEAD", "refs/heads/x", "refs/x"])
def test_a_branch_that_git_refuses_or_misreads_is_told(load_patched, branch):
    publishing = f"  registry: {{backend: git}}\n  environments: {{prod: {{publish: {branch}}}}}"
    applied = f"  targets: {{github: {{branch: {branch}}}}}"

    assert [f"`{branch}` is no name of a branch"] == found(load_patched, publishing, "MLS618")
    assert [f"`{branch}` is no name of a branch"] == found(load_patched, applied, "MLS618")


@pytest.mark.parametrize("branch", ["a..b", "a/", "a//b", "a@{1}", "a/.b", "a.", "-a", "a b", "/a"])
def test_a_branch_with_characters_that_git_refuses_has_the_wrong_form(branch):
    for part, field in ((Environment, "publish"), (GitHubTarget, "branch")):
        with pytest.raises(ValidationError, match="string_pattern_mismatch"):
            part.model_validate({field: branch})


@pytest.mark.parametrize("branch", ["main", "release/1.4", "a_b-c", "a.locked", "HEADS", "refs-x"])
def test_a_branch_that_git_takes_is_fine(load_patched, branch):
    publishing = f"  registry: {{backend: git}}\n  environments: {{prod: {{publish: {branch}}}}}"

    assert not found(load_patched, publishing, "MLS618")
    assert branch == Environment.model_validate({"publish": branch}).publish


def test_a_branch_of_two_environments_is_told_at_both(load_patched):
    both = "{prod: {publish: rendered}, staging: {publish: rendered}}"
    patch = f"  registry: {{backend: git}}\n  environments: {both}"

    told = found(load_patched, patch, "MLS617")

    assert len(told) == 2
    assert all("`prod` and `staging` would replace each other's files" in each for each in told)


def test_the_branch_that_is_applied_takes_no_artifacts(load_patched):
    patch = "  registry: {backend: git}\n  environments: {prod: {publish: main}}"

    (told,) = found(load_patched, patch, "MLS617")

    assert "its specs would be replaced" in told


def test_a_branch_that_would_be_a_folder_of_another_is_told_once(load_patched):
    both = "{prod: {publish: rendered/prod}, staging: {publish: rendered}}"
    patch = f"  registry: {{backend: git}}\n  environments: {both}"

    (told,) = found(load_patched, patch, "MLS617")

    assert "`staging` can't publish to `rendered`: git can't hold it beside the branch" in told
    assert told.endswith("`rendered/prod`")


@pytest.mark.parametrize(("applied", "branch"), [("main", "main/prod"), ("release/1", "release")])
def test_a_branch_that_git_cannot_hold_beside_the_applied_one_is_told(
    load_patched, applied, branch
):
    target = f"  targets: {{github: {{branch: {applied}}}}}"
    patch = (
        f"  registry: {{backend: git}}\n{target}\n  environments: {{prod: {{publish: {branch}}}}}"
    )

    (told,) = found(load_patched, patch, "MLS617")

    assert (
        told
        == f"`prod` can't publish to `{branch}`: git can't hold it beside the branch `{applied}`"
    )


@pytest.mark.parametrize("branch", ["rendered/prod", "rendered-staging", "renderedd", "mainly"])
def test_branches_that_only_start_alike_are_fine(load_patched, branch):
    both = f"{{prod: {{publish: {branch}}}, staging: {{publish: rendered/staging}}}}"
    patch = f"  registry: {{backend: git}}\n  environments: {both}"

    assert not found(load_patched, patch, "MLS617")


@pytest.mark.parametrize(
    ("enabled", "messages"),
    [
        ("[nope, kubernetes, kubernets]", ["nope", "kubernets"]),
        ("[]", []),
    ],
)
def test_a_target_that_is_not_installed_is_told(load_patched, enabled, messages):
    told = found(load_patched, f"  targets: {{enabled: {enabled}}}", "MLS455")

    assert [f"there is no target `{each}`" for each in messages] == told


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("kubernets", "did you mean `kubernetes`?"),
        ("git-hub-actions", "did you mean `github-actions`?"),
        ("zzz", "`mlspec targets list` shows all"),
    ],
)
def test_the_target_that_is_meant_is_named_at_its_place(load_patched, name, hint):
    patch = f"{HEAD}  targets: {{enabled: [kubernetes, {name}]}}"

    (each,) = (one for one in check(load_patched(patch)) if one.code == "MLS455")

    assert hint == each.hint
    assert len(name) == each.span.end.column - each.span.start.column


def test_every_target_that_is_installed_can_be_named(load_patched):
    names = ", ".join(each.name.replace("_", "-") for each in load_targets())

    assert [] == found(load_patched, f"  targets: {{enabled: [{names}]}}", "MLS455")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("inference-graph", "`mlspec verify` checks it"),
        ("seldon-core", "licence"),
        ("airflow", "`argo-workflows`"),
        ("kserv", "did you mean `kserve`?"),
        ("carrier-pigeon", "`mlspec targets list` shows all"),
    ],
)
def test_a_target_that_there_is_not_on_purpose_says_what_to_do_instead(load_patched, name, word):
    patched = load_patched(f"{HEAD}  targets: {{enabled: [{name}]}}")

    (told,) = [each for each in check(patched) if each.code == "MLS455"]

    assert f"there is no target `{name}`" == told.message
    assert word in told.hint


def test_what_is_no_target_on_purpose_is_none():
    names = {each.name.replace("_", "-") for each in load_targets()}

    assert names
    assert not names & set(_ELSEWHERE)
