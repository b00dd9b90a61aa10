"""What CI installs and runs in: said by somebody, and the same tomorrow."""

from __future__ import annotations

import pytest

from mlspec.kinds.workspace import GitHubTarget, GitLabTarget
from mlspec.rules import check
from mlspec.rules._ci_pins import is_pinned_image, is_pinned_requirement

DIGEST = "0123456789abcdef" * 4
WHEEL = f"mlspec-compiler @ https://pypi.example.org/m.whl#sha256={DIGEST}"


def found(load_patched, targets, code):
    patched = load_patched(f"kind: Workspace\nspec:\n  targets: {targets}\n")
    return [(each.message, each.hint) for each in check(patched) if each.code == code]


@pytest.mark.parametrize(
    ("targets", "named"),
    [
        ("{enabled: [github-actions]}", ["github-actions"]),
        ("{enabled: [gitlab-ci, prometheus, github-actions]}", ["github-actions", "gitlab-ci"]),
        ("{enabled: [gitlab-ci], github: {requirement: mlspec-compiler==1.0}}", ["gitlab-ci"]),
        ("{enabled: [gitlab-ci], gitlab: {requirement: mlspec-compiler==1.0}}", []),
        ("{enabled: [prometheus]}", []),
        ("{}", []),
    ],
)
def test_ci_that_is_enabled_says_what_it_installs(load_patched, targets, named):
    told = found(load_patched, targets, "MLS456")

    assert named == sorted(message.split("`")[1] for message, _ in told)
    assert all("requirement`: `mlspec-compiler" in hint for _, hint in told)


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        ("github: {requirement: mlspec-compiler==1.0}", 0),
        ("github: {requirement: mlspec-compiler>=1.0}", 1),
        ("github: {requirement: 'mlspec-compiler @ https://pypi.example.org/m.whl'}", 1),
        (f"github: {{requirement: '{WHEEL}'}}", 0),
        ("gitlab: {requirement: mlspec-compiler, image: 'python:3.12'}", 2),
        (f"gitlab: {{image: 'python:3.12@sha256:{DIGEST}'}}", 0),
        ("gitlab: {branch: main}", 0),
    ],
)
def test_what_can_move_is_told(load_patched, settings, count):
    assert count == len(found(load_patched, f"{{{settings}}}", "MLS457"))


@pytest.mark.parametrize(
    ("text", "is_pinned"),
    [
        ("mlspec-compiler==0.1.0", True),
        ("mlspec-compiler[parquet] == 1!2.0rc1+local.7", True),
        ("mlspec-compiler===2.0", True),
        (WHEEL, True),
        (f"mlspec @ git+https://git.example.org/m@{'ab' * 20}", True),
        ("mlspec-compiler", False),
        ("mlspec-compiler==0.1.*", False),
        ("mlspec-compiler>=0.1", False),
        ("mlspec-compiler~=0.1", False),
        ("mlspec-compiler==0.1,!=0.2", False),
        ("mlspec-compiler!=0.1", False),
        ("mlspec @ git+https://git.example.org/m@main", False),
        ("mlspec @ https://pypi.example.org/m-1.0.whl", False),
        (WHEEL[:-1], False),
        (f"{WHEEL}0", False),
    ],
)
def test_a_pin_is_one_version_or_a_digest(text, is_pinned):
    assert is_pinned is is_pinned_requirement(text)


@pytest.mark.parametrize(
    ("image", "is_pinned"),
    [
        (f"python@sha256:{DIGEST}", True),
        (f"registry.example.org:5000/ci/python:3.12@sha256:{DIGEST}", True),
        ("python:3.12", False),
        ("python", False),
        (f"python@sha256:{DIGEST[:-1]}", False),
        (f"python@sha512:{DIGEST}", False),
    ],
)
def test_an_image_is_pinned_by_its_digest(image, is_pinned):
    assert is_pinned is is_pinned_image(image)


def test_the_schema_takes_every_pin():
    for requirement in ("mlspec-compiler[parquet]==0.1.0", WHEEL):
        assert requirement == GitHubTarget(requirement=requirement).requirement
        assert requirement == GitLabTarget(requirement=requirement).requirement
