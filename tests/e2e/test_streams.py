"""Whatever stdin, stdout and stderr are: no prompt, no traceback, and the same exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from tests.e2e.commands import clean_environment, run_process

RUN = '"$0" -m mlspec "$@"'
HOW_IT_ENDED = 'exit "${PIPESTATUS[0]}"'


def shell(script, *arguments, cwd, **options):
    """Run a line of shell; `$0 -m mlspec "$@"` is the command."""
    return subprocess.run(
        ["bash", "-c", script, sys.executable, *arguments],
        cwd=cwd,
        env=clean_environment(),
        check=False,
        text=True,
        timeout=60,
        **({"capture_output": True} | options),
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["init", "another"],
        ["validate"],
        ["gate", "run"],
        ["plan", "--env", "staging"],
        ["apply", "plan.json"],
        ["compile", "--env", "staging"],
        ["status"],
    ],
    ids=" ".join,
)
def test_nothing_is_ever_asked(shop, mlspec, arguments):
    """Stdin is closed and there is no terminal: a prompt would end in an error or hang."""
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)

    done = shell(f"{RUN} <&-", *arguments, cwd=shop)

    assert done.returncode in {0, 9, 64}
    assert "internal error" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["plan", "--help"], 0),
        (["plan", "--env", "staging", "--detailed-exitcode"], 2),
        (["nonsense"], 64),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else None,
)
def test_the_exit_code_is_the_same_whoever_listens(shop, arguments, code):
    def codes(*redirections):
        done = [shell(f"{RUN} {each}", *arguments, cwd=shop) for each in redirections]
        assert not [each.stderr for each in done if "Traceback" in each.stderr]
        assert not [each.stderr for each in done if "internal error" in each.stderr]
        return {each.returncode for each in done}

    gone = shell(
        f'{RUN.removeprefix("exec ")} | true; exit "${{PIPESTATUS[0]}}"', *arguments, cwd=shop
    )

    assert codes(">&-", "2>&-", "2>/dev/full", "<&- >&- 2>&-") == {code}
    assert (gone.returncode, gone.stderr) == (code, "" if code != 64 else gone.stderr)
    assert codes(">/dev/full") == {code if code == 64 else 1}


def test_a_reader_may_leave_early(shop):
    done = shell(f"{RUN} explain | head -n 1; {HOW_IT_ENDED}", cwd=shop)

    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)


def test_a_result_that_cannot_be_written_is_said(shop):
    done = shell(f"{RUN} >/dev/full", "plan", "--env", "staging", "--format", "json", cwd=shop)

    told = json.loads(done.stderr)
    assert (done.returncode, told["exit"]) == (1, 1)
    assert "No space left on device" in told["error"]


def test_stdout_is_for_data_and_stderr_for_people(shop):
    done = run_process("plan", "--env", "staging", "--format", "json", "--out", "p.json", cwd=shop)

    assert json.loads(done.out) == json.loads((shop / "p.json").read_text())
    assert done.err == "plan written to p.json\n"


@pytest.mark.parametrize(
    ("env", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_colours_are_shown_where_they_are_wanted(mlspec, shop, env, coloured):
    plan = mlspec("plan", "--env", "staging", cwd=shop, env=env).expect(0)
    error = mlspec("plan", "--env", "stagin", cwd=shop, env=env)
    as_json = mlspec("plan", "--env", "staging", "--format", "json", cwd=shop, env=env).expect(0)

    assert ("\x1b[" in plan.out, "\x1b[" in error.err) == (coloured, coloured)
    assert "\x1b" not in as_json.out


def test_a_terminal_gets_colours_unless_it_can_not_show_them(shop):
    def seen(term):
        control, terminal = os.openpty()
        run_process(
            "plan",
            "--env",
            "staging",
            cwd=shop,
            env={"TERM": term},
            stdin=terminal,
            stdout=terminal,
            stderr=subprocess.PIPE,
        )
        os.close(terminal)
        shown = os.read(control, 65536)
        os.close(control)
        return b"\x1b[" in shown

    assert (seen("xterm"), seen("dumb")) == (True, False)


@pytest.mark.parametrize("env", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}, {}])
def test_text_is_utf_8_everywhere(shop, env):
    specs = shop / "specs" / "team.yaml"
    specs.write_text(specs.read_text("utf-8").replace("ml-engineer", "größer"), "utf-8")

    done = run_process("validate", cwd=shop, env=env).expect(4)

    assert "größer" in done.out


def test_a_file_name_that_is_no_text_is_named_all_the_same(shop):
    done = run_process("validate", b"\xff.yaml".decode(errors="surrogateescape"), cwd=shop)

    done.refused(64, "does not exist", "hint: ")


def test_what_specs_say_can_not_control_a_terminal(mlspec, shop):
    team = shop / "specs" / "team.yaml"
    team.write_text(team.read_text().replace("ml-engineer", '"\\e[2J\\u202eevil"'))
    told = mlspec("validate", cwd=shop).expect(4)
    named = mlspec("show", "model/\x1b[31m\u202e", cwd=shop)

    for text in (told.out, told.err, named.out, named.err):
        assert "\x1b" not in text
        assert "\u202e" not in text
