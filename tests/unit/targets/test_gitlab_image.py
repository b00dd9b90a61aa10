"""The lock of the image of GitLab jobs: what update bots edit, and what compiling makes of it."""

from __future__ import annotations

import re

import pytest
from tests.unit.targets.pipelines import artifacts, document

from mlspec.errors import OutputError
from mlspec.ir import IMAGE_FILE, GitLab, Locks
from mlspec.targets import is_sealed, template_renderer
from mlspec.targets.gitlab_ci import TARGET

JOBS, LOCK = "/.gitlab/mlspec.gitlab-ci.yml", f"/{IMAGE_FILE}"
OTHER = "registry.example.org:5000/ci/python:3.14@sha256:" + "ab" * 32


def emitted(lock="", **changes):
    return artifacts(TARGET, template_renderer(), locks=Locks(image=lock), **changes)


def bumped(text, tag="3.14-bookworm", digest="ab" * 32):
    """The text as a bot leaves it that knows a newer image."""
    found = re.sub(r"python:[\w.-]+@sha256:[0-9a-f]{64}", f"python:{tag}@sha256:{digest}", text)
    assert text != found
    return found


def image(found):
    return document(found[JOBS])[".mlspec"]["image"]


def test_the_lock_is_where_bots_look():
    # Renovate: `managerFilePatterns` of its manager `gitlabci`.
    assert re.search(r"\.gitlab-ci\.ya?ml$", IMAGE_FILE)
    assert LOCK in emitted()


def test_the_image_is_pinned_from_the_start():
    assert re.fullmatch(r"python:3\.\d+-\w+@sha256:[0-9a-f]{64}", image(emitted()))


def test_what_the_lock_says_goes_before_what_is_shipped():
    assert OTHER == image(emitted(f".mlspec-image:\n  image: {OTHER}\n"))


def test_a_lock_is_written_as_it_was_read():
    written = bumped(emitted()[LOCK].content)

    assert written == emitted(written)[LOCK].content


def test_a_bot_that_edits_lock_and_jobs_leaves_what_would_be_compiled():
    before = emitted()

    after = emitted(bumped(before[LOCK].content))

    assert bumped(before[JOBS].content) == after[JOBS].content


@pytest.mark.parametrize("path", [JOBS, LOCK])
def test_a_new_image_breaks_no_seal_and_any_other_edit_does(path):
    content = emitted()[path].content

    assert is_sealed(bumped(content).encode())
    assert not is_sealed(bumped(content).replace("image: python", "image: evil").encode())
    assert not is_sealed(bumped(content).replace("@sha256:" + "ab" * 32, "").encode())


def test_a_workspace_that_names_its_image_has_no_lock():
    named = emitted(f".mlspec-image:\n  image: {OTHER}\n", gitlab=GitLab(image="python:3.12"))

    assert [JOBS] == list(named)
    assert "python:3.12" == image(named)
    assert IMAGE_FILE not in named[JOBS].content


@pytest.mark.parametrize(
    ("lock", "reason"),
    [
        (".mlspec-image:\n  image: python:3.13\n", "is not `NAME:TAG@sha256:DIGEST`"),
        (".mlspec-image:\n  image: $IMAGE@sha256:" + "ab" * 32, "is not `NAME:TAG@"),
        (".mlspec-image:\n  image: [a]\n", "is not `NAME:TAG@"),
        (".mlspec-image: python\n", "is not `NAME:TAG@"),
        ("other:\n  image: x\n", "is not `NAME:TAG@"),
        ("[]\n", "not one YAML mapping"),
        ("{", "line 1"),
    ],
)
def test_a_lock_that_pins_nothing_is_refused(lock, reason):
    with pytest.raises(OutputError, match=reason) as told:
        emitted(lock)

    assert IMAGE_FILE in str(told.value.hint)
