"""Help, completion, and the commands that the documentation shows."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
import typer.main
from tests.e2e.commands import CHECKOUT, run_process

import mlspec.cli.app
from mlspec.cli.app import application

ROOT = typer.main.get_command(application())
PAGES = sorted(
    [
        *CHECKOUT.glob("*.md"),
        *(CHECKOUT / "docs").rglob("*.md"),
        *(CHECKOUT / "examples").glob("*/*.md"),
    ]
)


def leaves(group=ROOT, words=()):
    """Yield the words of every command, and the command."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


COMMANDS = dict(leaves())


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_explains_itself_and_its_flags(mlspec, words):
    shown = mlspec(*words.split(), "--help").expect(0)

    assert shown.out.startswith(f"Usage: mlspec {words} ")
    assert shown.err == ""
    usage = shown.out.partition("\n\n")[0]
    assert not re.search(r"\[\[|\.\.\.[\]}]|[\[{][a-z]", usage), "brackets that typer adds as well"
    for parameter in COMMANDS[words].params:
        assert getattr(parameter, "help", None), f"{words}: {parameter.name}"


def test_the_front_page_names_every_command_and_every_exit_code():
    page = Path(mlspec.cli.app.__file__).with_name("help.txt").read_text("utf-8")
    listed = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  +[A-Z]", page, re.MULTILINE)

    assert sorted(listed) == sorted(COMMANDS)
    assert max(map(len, page.splitlines())) <= 80
    for code in (0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 23, 64, 69, 130):
        assert re.search(rf"\b{code} ", page.partition("Exit codes:")[2]), code


def test_without_a_command_the_front_page_is_shown(tmp_path):
    pages = {run_process(*each, cwd=tmp_path).expect(0).out for each in ([], ["-h"], ["--help"])}

    assert len(pages) == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed(tmp_path, shell):
    script = run_process(cwd=tmp_path, env={"_MLSPEC_COMPLETE": f"source_{shell}"}).expect(0).out

    assert "_MLSPEC_COMPLETE" in script
    assert "Usage:" not in script


@pytest.mark.parametrize(
    ("words", "position", "expected"),
    [
        ("mlspec ", 1, {"plan", "apply", "gate"}),
        ("mlspec pl", 1, {"plan"}),
        ("mlspec gate ", 2, {"run"}),
        ("mlspec plan --d", 2, {"--detailed-exitcode"}),
    ],
)
def test_a_shell_completes_commands_and_flags(tmp_path, words, position, expected):
    env = {"COMP_WORDS": words, "COMP_CWORD": str(position), "_MLSPEC_COMPLETE": "complete_bash"}

    offered = run_process(cwd=tmp_path, env=env).expect(0).out.split()

    assert expected <= set(offered)


def front_flags():
    """Return the flags that need no command."""
    return {flag for each in ROOT.params for flag in each.opts} | {"--help", "-h"}


def shown_commands():
    """Yield page and line of every `mlspec` command in the examples of terminals."""
    for page in PAGES:
        name = page.relative_to(CHECKOUT).as_posix()
        for block in re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            for line in block.splitlines():
                if line.startswith("$ mlspec "):
                    yield pytest.param(line.removeprefix("$ "), id=f"{name}: {line[2:]}")


def inline_commands():
    """Yield every `mlspec ...` in running text that names a command."""
    for page in PAGES:
        name = page.relative_to(CHECKOUT).as_posix()
        text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
        for command in sorted(set(re.findall(r"`(mlspec [^`]+)`", text))):
            yield pytest.param(command, id=f"{name}: {command}")


@pytest.mark.parametrize("line", [*shown_commands(), *inline_commands()])
def test_a_command_in_the_documentation_exists_with_its_flags(line):
    words = shlex.split(line.replace("[", "").replace("]", ""), comments=True)[1:]
    if words[0] == "COMMAND" or words[0].startswith("-"):
        assert words[0] in {"COMMAND", *front_flags()}
        return
    group, path = ROOT, []
    while words and hasattr(group, "commands"):
        assert words[0] in group.commands, f"there is no `mlspec {' '.join([*path, words[0]])}`"
        path.append(words.pop(0))
        group = group.commands[path[-1]]

    known = {flag for each in group.params for flag in (*each.opts, *each.secondary_opts)}
    flags = {each.partition("=")[0] for each in words if each.startswith("-")}
    assert flags <= known | {"--help", "-h"}


def test_a_script_in_the_readme_can_be_run():
    text = (CHECKOUT / "README.md").read_text("utf-8")
    scripts = set(re.findall(r"^\$ \./(\S+)", text, re.MULTILINE))

    assert scripts >= {"examples/run", "tests/run"}
    assert [] == [each for each in scripts if not os.access(CHECKOUT / each, os.X_OK)]
