"""Usage errors: exit 64, one message that names what fits, as text and as JSON."""

from __future__ import annotations

import json

import pytest
from tests.e2e.commands import contents

WRONG = {
    "unknown command": (["plna"], "did you mean `plan`", True),
    "unknown command of a group": (["gate", "runn"], "did you mean `run`", True),
    "no command of a group": (["audit"], "missing command", True),
    "unknown flag": (["plan", "--evn", "prod"], "no such option: --evn", True),
    "unknown flag before the command": (["--bogus", "plan"], "no such option", True),
    "unknown flag of validate": (["validate", "--srtict"], "--strict", True),
    "missing argument": (["apply"], "which plan?", True),
    "missing value": (["plan", "--env"], "`--env` requires an argument", False),
    "too many arguments": (["apply", "a", "b"], "unexpected extra argument", True),
    "bad type": (["plan", "--format", "xml"], "`xml` is not one of `text`, `json`", False),
    "bad type of validate": (["validate", "--format", "xml"], "`github`", False),
    "unknown environment": (["plan", "--env", "stagin"], "did you mean `staging`?", True),
    "unknown environment to validate": (["validate", "--env", "pord"], "`prod`", True),
    "no environment": (["plan"], "one of `prod`, `staging`", True),
    "unknown model": (["gate", "run", "chrun"], "did you mean `model/churn`?", True),
    "unknown address": (["show", "model/chrun"], "did you mean `model/churn`?", True),
    "address not in the registry": (["status", "model/x", "--env", "prod"], "`model/x`", True),
    "unknown code": (["explain", "MLS99999"], "MLS99999", True),
    "unknown kind": (["schema", "Modle"], "did you mean `Model`?", False),
    "unknown target": (["compile", "--env", "prod", "--target", "kubernets"], "kubernetes", True),
    "no workspace": (["plan", "-C", "specs"], "there is no `mlspec.yaml` in `specs`", True),
    "no such file": (["validate", "absent.yaml"], "`absent.yaml` does not exist", True),
    "no such plan": (["apply", "absent.json"], "`absent.json` can't be read", True),
    "not an empty folder": (["init", "."], "never overwrites", True),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_command_line_ends_with_64_and_names_what_fits(mlspec, shop, name):
    arguments, said, takes_json = WRONG[name]
    before = contents(shop)

    mlspec(*arguments, cwd=shop).refused(64, said)
    if takes_json:
        done = mlspec(*arguments, "--format", "json", cwd=shop).expect(64)
        (line,) = done.err.splitlines()
        told = json.loads(line)
        assert done.out == ""
        assert told.keys() == {"details", "error", "exit", "hint"}
        assert told["exit"] == 64
    assert contents(shop) == before


FORGOTTEN = {
    "plan --revert --out x": ("`--revert` requires an argument, but `--out` follows", "history"),
    "plan --env staging --revert": ("`--revert` requires an argument", "write `--revert RUN`"),
    "plan --format --env staging": ("but `--env` follows", "write `--format VALUE`; `--help`"),
    "apply plan.json --approvals": ("`--approvals` requires an argument", "`--approvals DIR`"),
    "approve": ("missing argument `PLAN`", "`mlspec plan --env ENV --out FILE` makes a plan"),
    "approve plan.json --as me --role": ("`--role` requires", "the spec of a `kind: Team`"),
    "approve plan.json --sign --as me": ("`--sign` requires", "an SSH key"),
    "review": (
        "missing argument `RUN`",
        "`mlspec review RUN --as NAME --role ROLE --comment TEXT`; `mlspec history --env ENV`",
    ),
    "review 2-abc --role x --comment y": ("missing option `--as`", "mlspec review RUN --as"),
    "audit show": ("missing argument `ADDRESS`", "`mlspec status --env ENV` lists"),
    "audit show model/churn --at": ("`--at` requires an argument", "write `--at DATE`"),
    "policy explain CORE-001": ("missing option `--model`", "policy explain CORE-001 --model NAME"),
    "policy explain MLS201": ("is a code of mlspec", "`mlspec explain MLS201`"),
    "policy explain mls201 --model churn": ("is a code of mlspec", "`mlspec explain mls201`"),
    "policy explain MLS999": ("missing option `--model`", "mlspec policy explain MLS999"),
    "audit export": ("missing option `--out`", "`mlspec audit export --out DIR|FILE.zip`"),
}


@pytest.mark.parametrize("line", FORGOTTEN)
def test_what_was_forgotten_is_named_with_where_to_get_it(mlspec, shop, line):
    before = contents(shop)

    mlspec(*line.split(), cwd=shop).refused(64, *FORGOTTEN[line])

    assert contents(shop) == before


def test_a_value_that_looks_like_a_flag_is_taken_where_it_is_meant(mlspec, shop):
    mlspec("plan", "--env", "staging", "--out=--env", cwd=shop).expect(0)

    assert (shop / "--env").is_file()


def test_without_a_workspace_the_next_step_is_named(mlspec, tmp_path):
    for command in (["plan"], ["compile"], ["gate", "run"], ["status"], ["validate"]):
        mlspec(*command, cwd=tmp_path).refused(64, "there is no `mlspec.yaml`", "mlspec init")


def test_a_workspace_is_found_from_below(mlspec, shop):
    mlspec("plan", "--env", "staging", cwd=shop / "specs").expect(0)


def test_init_never_overwrites_and_writes_nothing_then(mlspec, tmp_path):
    (tmp_path / "shop" / "specs").mkdir(parents=True)
    (tmp_path / "shop" / "specs" / "team.yaml").write_text("mine\n")
    before = contents(tmp_path)

    mlspec("init", "shop").refused(64, "`shop` already holds `specs/team.yaml`")

    assert contents(tmp_path) == before


@pytest.mark.parametrize("target", ["mlspec.yaml/below", "/proc/nothing/here"])
def test_init_says_where_it_cannot_write(mlspec, shop, target):
    before = contents(shop)

    mlspec("init", target, cwd=shop).refused(1, "can't be created")

    assert contents(shop) == before
