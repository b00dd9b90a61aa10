"""Long work says how far it is: on a terminal, in one line that goes away, and nowhere else."""

from __future__ import annotations

import os
import pty

import pytest
from tests.e2e.commands import run_process

COMMANDS = [
    ["gate", "run", "form-digit-reader", "--env", "prod"],
    ["gate", "plan", "form-digit-reader", "--env", "prod"],
    ["gate", "profile", "evaluation/form-digit-reader/challenger.csv", "--out", "profile.json"],
]


def on_terminal(*arguments, cwd, **env):
    """Run a command whose stderr is a terminal; return what it did and what was seen."""
    control, terminal = pty.openpty()
    done = run_process(*arguments, cwd=cwd, env={"TERM": "xterm", "CI": ""} | env, stderr=terminal)
    os.close(terminal)
    seen = b""
    try:
        while part := os.read(control, 65536):
            seen += part
    except OSError:  # the end of a terminal that nobody writes to any more
        pass
    os.close(control)
    return done, seen.decode()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each[1])
def test_a_terminal_shows_what_is_done_and_nothing_of_it_stays(county, command):
    done, seen = on_terminal(*command, cwd=county)

    lines = seen.split("\r\x1b[K")
    assert any("evaluation/form-digit-reader/challenger.csv" in each for each in lines[1:-1])
    assert "reading" not in lines[-1]
    assert "counting" not in lines[-1]
    assert "\x1b[K" not in done.out


def test_every_gate_is_named_while_it_is_judged(county):
    _done, seen = on_terminal(*COMMANDS[0], cwd=county)

    for gate in ("accuracy-floor", "better", "macro-f1"):
        assert f"\r\x1b[Kmodel/form-digit-reader: {gate}" in seen


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each[1])
def test_a_command_is_quiet_when_asked(county, command):
    _done, seen = on_terminal(*command, "--quiet", cwd=county)

    assert "\x1b[K" not in seen
    assert "counting" not in seen


@pytest.mark.parametrize("env", [{"CI": "true"}, {"TERM": "dumb"}], ids=str)
def test_nothing_is_shown_where_nobody_waits(county, env):
    _done, seen = on_terminal(*COMMANDS[1], cwd=county, **env)

    assert "\x1b[K" not in seen
    assert "reading" not in seen


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each[1])
def test_a_pipe_gets_the_same_with_and_without(county, command):
    shown, quiet = (
        run_process(*command, *flags, cwd=county, env={"CI": "", "TERM": "xterm"})
        for flags in ([], ["--quiet"])
    )

    assert "\x1b" not in shown.out + shown.err
    assert "reading" not in shown.err
    assert (shown.code, shown.out, shown.err) == (quiet.code, quiet.out, quiet.err)


def test_the_name_of_a_file_can_not_write_on_the_terminal(county):
    file = county / "specs" / "models" / "form-digit-reader.yaml"
    text = file.read_text()
    file.write_text(
        text.replace("evaluation/form-digit-reader/challenger.csv", '"eval\\e]0;x.csv"', 1)
    )

    _done, seen = on_terminal("gate", "plan", "form-digit-reader", "--env", "prod", cwd=county)

    assert "\x1b]" not in seen
