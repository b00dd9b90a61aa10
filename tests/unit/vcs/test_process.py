"""What git says is cleaned and bounded; what it would ask is never asked."""

from __future__ import annotations

import os
import select

import pytest

from mlspec.vcs import GitError, without_secrets
from mlspec.vcs._process import git, words_of


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("https://bob:pa55@h/x.git", "https://***@h/x.git"),
        ("https://ghp_abc@h/x", "https://***@h/x"),
        ("ssh://git@h/x", "ssh://***@h/x"),
        ("https://u:p@ss/w@h/x", "https://***@h/x"),
        ("https://h/x?private_token=abc&y=1", "https://h/x?private_token=***&y=1"),
        ("'https://u:p@h/' and https://v:q@h/", "'https://***@h/' and https://***@h/"),
        ("git@github.com:org/x.git", "git@github.com:org/x.git"),
        ("no secret here", "no secret here"),
    ],
)
def test_secrets_of_urls_are_not_shown(said, shown):
    assert shown == without_secrets(said)


def test_words_are_few_short_and_plain():
    said = "hint: noise\nTo x\n\x1b[31mred\rnext\n" + "y" * 1000 + "\nz" * 100

    words = words_of(said.encode() + b"\xff")

    assert len(words) <= 6
    assert all(len(each) <= 200 and each.isprintable() for each in words)
    assert ("\\x1b[31mred", "next") == words[:2]


def test_git_gets_no_terminal_and_no_program_to_ask_with(tmp_path):
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "alias.ask", "!cat < /dev/tty")
    git(tmp_path, "config", "alias.tell", "!env")

    with pytest.raises(GitError, match="No such device"):
        git(tmp_path, "ask")
    told = git(tmp_path, "tell").decode().splitlines()

    assert {"GIT_TERMINAL_PROMPT=0", "SSH_ASKPASS_REQUIRE=never", "LC_ALL=C"} <= {*told}


def test_settings_that_a_runner_gives_by_its_environment_are_kept(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    given = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "x.y", "GIT_CONFIG_VALUE_0": "z"}
    for key, value in given.items():
        monkeypatch.setenv(key, value)

    assert b"z\n" == git(tmp_path, "config", "x.y")


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")
def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path):
    git(tmp_path, "init", "-q")
    mark = tmp_path / "pid"
    git(
        tmp_path,
        "config",
        "alias.hang",
        f"!echo $$ > {mark}; mkfifo {tmp_path}/f; cat {tmp_path}/f",
    )

    with pytest.raises(GitError, match="no answer within 1 seconds"):
        git(tmp_path, "hang", seconds=1)

    assert has_ended(int(mark.read_text()))


def has_ended(pid):
    """Tell whether a process has ended, waited for by its parent or not; killing takes a bit."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], 30)[0])
    finally:
        os.close(process)
