"""The lock of actions: what update bots edit, and what compiling makes of it."""

from __future__ import annotations

import re

import pytest
from tests.unit.targets.test_github_actions import emitted

from mlspec.errors import OutputError
from mlspec.ir import PINS_FILE, Locks
from mlspec.targets import is_sealed

NEWER = "actions/checkout@" + "ab" * 20
NAMES = ("mlspec", "mlspec-watch")


def lock(**changes):
    return emitted(name="mlspec/action", **changes)


def bumped(text):
    """The text as a bot leaves it that knows a newer version of one action."""
    found = re.sub(r"actions/checkout@[0-9a-f]{40} # v[\d.]+", f"{NEWER} # v99.1.0", text)
    assert text != found
    return found


def test_the_lock_is_where_bots_look():
    # Renovate: `managerFilePatterns` of its manager `github-actions`. Dependabot reads each
    # YAML file of a folder that its configuration names.
    assert re.search(r"(^|/)action\.ya?ml$", PINS_FILE)
    assert f"/{PINS_FILE}" == lock().path


def test_what_the_lock_says_goes_before_what_is_shipped():
    found = emitted(locks=Locks(bumped(lock().content))).content

    assert f"uses: {NEWER} # v99.1.0" in found
    assert len(re.findall("uses: actions/checkout@", found)) == found.count(NEWER)


def test_a_lock_is_written_as_it_was_read():
    written = bumped(lock().content)

    assert written == lock(locks=Locks(written)).content


@pytest.mark.parametrize("name", NAMES)
def test_a_bot_that_edits_lock_and_workflow_leaves_what_would_be_compiled(name):
    assert (
        bumped(emitted(name=name).content)
        == emitted(name=name, locks=Locks(bumped(lock().content))).content
    )


@pytest.mark.parametrize("name", [*NAMES, "mlspec/action"])
def test_a_new_pin_breaks_no_seal_and_any_other_edit_does(name):
    content = emitted(name=name).content

    assert is_sealed(bumped(content).encode())
    assert not is_sealed(bumped(content).replace("actions/checkout", "evil/checkout").encode())
    assert not is_sealed(content.replace(" # v", " #v", 1).encode())


def test_an_action_that_the_lock_does_not_name_is_the_shipped_one():
    (kept,) = (line for line in lock().content.splitlines() if "setup-python" in line)

    assert emitted().content == emitted(locks=Locks(f"runs:\n{kept}\n")).content


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("- uses: actions/checkout@v7", "is not `uses: OWNER/NAME@COMMIT # VERSION`"),
        ("- uses: actions/checkout@" + "ab" * 20, "is not `uses:"),
        ("- uses: actions/checkout@" + "ab" * 20 + " # ${{ x }}", "is not `uses:"),
        ("- uses: evil/checkout@" + "ab" * 20 + " # v1", "about an action that is not one of"),
    ],
)
def test_a_line_that_is_no_pin_of_ours_is_refused(line, reason):
    with pytest.raises(OutputError, match="line 2 of .*" + re.escape(reason)):
        emitted(locks=Locks(f"runs:\n    {line}\n"))
