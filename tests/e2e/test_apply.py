"""`mlspec apply` as people call it: flags, refusals, keys, and all in one."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from tests.e2e.commands import edit

REQUIRED = "requireApprovals: true"
UNTOLD = (
    "error: who made the change can't be told here, so nobody's approval counts\n",
    "the history of the specs is cut off or unknown,",
    "hint: fetch all of it with `git fetch --unshallow`, or more with",
)


def git(root, *arguments):
    own = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *own, *arguments], cwd=root, check=True, capture_output=True)


def require(root):
    """Ask for approvals in staging, and change something that needs one."""
    edit(root / "mlspec.yaml", "    staging:\n", f"    staging:\n      {REQUIRED}\n")
    edit(root / "specs" / "churn.yaml", "cpu: 250m", "cpu: 300m")


@pytest.fixture
def strict(mlspec, shop):
    """A repository whose staging asks for approvals from its second apply on."""
    git(shop, "init", "-q", "-b", "main")
    git(shop, "add", "-A")
    git(shop, "commit", "-q", "-m", "specs")
    mlspec("apply", "--auto", "--env", "staging", cwd=shop).expect(0)
    require(shop)
    git(shop, "commit", "-q", "-a", "-m", "ask for approvals")
    return shop


def test_planning_and_applying_in_one_is_for_where_nobody_has_to_agree(mlspec, strict):
    refused = mlspec("apply", "--auto", "--env", "staging", cwd=strict)

    refused.refused(
        6, "`--auto` is for where nobody has to agree", "needs 1 x", "--out", "mlspec apply PLAN"
    )
    history = mlspec("history", "--env", "staging", "--format", "json", cwd=strict).json
    assert len(history["runs"]) == 1


def test_without_git_nobody_can_tell_who_may_not_approve(mlspec, shop):
    mlspec("apply", "--auto", "--env", "staging", cwd=shop).expect(0)
    require(shop)
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)

    told = mlspec("apply", "plan.json", cwd=shop)

    told.refused(6, *UNTOLD)


def test_where_the_history_is_cut_off_nobody_can_tell_who_may_not_approve(mlspec, strict, tmp_path):
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", strict.as_uri(), str(clone))
    shutil.copytree(strict / ".mlspec", clone / ".mlspec", dirs_exist_ok=True)
    planned = mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=clone).expect(0)

    mlspec("apply", "plan.json", cwd=clone).refused(6, *UNTOLD)
    mlspec("approve", "plan.json", "--check", cwd=clone).refused(6, *UNTOLD)
    assert "! the history of the specs is cut off or unknown here" in planned.out

    git(clone, "fetch", "-q", "--unshallow")
    mlspec("apply", "plan.json", cwd=clone).refused(6, "the plan lacks approvals")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "which plan?"),
        (["plan.json", "--auto"], "makes its own plan"),
        (["plan.json", "--env", "staging"], "says which environment"),
        (["plan.json", "--break-glass"], "--reason"),
        (["plan.json", "--reason", "x"], "belong to `--break-glass`"),
        (["plan.json", "--lock-timeout", "soon"], "`soon` is no time"),
        (["none.json"], "none.json"),
    ],
)
def test_what_does_not_fit_together_is_a_mistake_on_the_command_line(mlspec, shop, arguments, said):
    mlspec("apply", *arguments, cwd=shop).refused(64, said)


def test_breaking_the_glass_takes_the_role_and_is_told_first_afterwards(mlspec, strict):
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=strict).expect(0)
    flags = ("--break-glass", "--reason", "scores are wrong", "--role", "ml-engineer", "--as")

    stranger = mlspec("apply", "plan.json", *flags, "eve", cwd=strict)
    holder = mlspec("apply", "plan.json", *flags, "you@example.org", cwd=strict).expect(0)

    stranger.refused(5, "`eve` does not hold the role `ml-engineer`")
    notice = "! BREAK GLASS: run 2-"
    assert holder.out.startswith(notice)
    assert "scores are wrong" in holder.out.splitlines()[0]
    assert mlspec("plan", "--env", "staging", cwd=strict).expect(0).out.startswith(notice)


def test_a_key_signs_the_checkpoint(mlspec, shop, tmp_path):
    key = tmp_path / "ci"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ci", "-f", str(key)], check=True
    )
    (shop / ".mlspec").mkdir(exist_ok=True)
    (shop / ".mlspec" / "allowed_signers").write_text(f"ci {key.with_suffix('.pub').read_text()}")

    mlspec("apply", "--auto", "--env", "staging", "--sign-key", key, cwd=shop).expect(0)

    verdict = mlspec("audit", "verify", "--env", "staging", cwd=shop).expect(0)
    assert "1 checkpoint (1 signed)" in verdict.out


def test_after_a_signed_checkpoint_every_run_needs_a_key(mlspec, shop, tmp_path):
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    mlspec("apply", "--auto", "--env", "staging", "--sign-key", key, cwd=shop).expect(0)
    edit(shop / "specs" / "churn.yaml", "cpu: 250m", "cpu: 300m")
    again = ["apply", "--auto", "--env", "staging"]

    mlspec(*again, cwd=shop).refused(64, "signed", "--sign-key")
    mlspec(*again, cwd=shop, env={"MLSPEC_SIGNING_KEY": str(key)}).expect(0)


def test_the_record_names_the_commit_that_was_applied_not_the_one_a_plan_file_says(mlspec, shop):
    def git(*arguments):
        own = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org")
        done = subprocess.run(["git", *own, *arguments], cwd=shop, check=True, capture_output=True)
        return done.stdout.decode().strip()

    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "specs")
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)
    plan = json.loads((shop / "plan.json").read_text())
    plan["envelope"]["commit"] = "0" * 40
    (shop / "plan.json").write_text(json.dumps(plan))

    mlspec("apply", "plan.json", cwd=shop).expect(0)

    shown = ["audit", "show", "model/churn", "--env", "staging", "--format", "json"]
    assert mlspec(*shown, cwd=shop).expect(0).json["run"]["commit"] == git("rev-parse", "HEAD")


def test_errors_are_one_json_line_for_programs_that_read_json_lines(mlspec, shop):
    done = mlspec("apply", "none.json", "--format", "jsonl", cwd=shop).expect(64)

    assert json.loads(done.err)["exit"] == 64


def test_the_first_apply_of_a_grave_model_that_nobody_agreed_to_says_so_once(mlspec, county):
    advice = "think of `requireApprovals: true` for `staging` in `mlspec.yaml`."

    planned = mlspec("plan", "--env", "staging", cwd=county).expect(0)
    first = mlspec("apply", "--auto", "--env", "staging", cwd=county).expect(0)
    edit(county / "mlspec.yaml", "Rehearsal", "A rehearsal")
    second = mlspec("apply", "--auto", "--env", "staging", cwd=county).expect(0)
    doctor = mlspec("doctor", cwd=county).expect(0)

    assert first.out.splitlines()[-1].startswith(
        "Nobody had to agree to models of tier high (model/"
    )
    assert first.out.splitlines()[-1].endswith(advice)
    assert "requireApprovals" not in planned.out + second.out
    assert "approvals staging    not required, with models of tier high: 2" in doctor.out


def test_models_of_lower_tiers_call_for_no_advice(mlspec, shop):
    applied = mlspec("apply", "--auto", "--env", "staging", cwd=shop).expect(0)

    assert "requireApprovals" not in applied.out + mlspec("doctor", cwd=shop).expect(0).out
