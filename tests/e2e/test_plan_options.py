"""Plans of a part, of another moment, without the registry; reports of a part of a plan."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from tests.e2e.commands import edit

from mlspec.cli._options import PlanFormat
from mlspec.reporting.plans import PLAN_FORMATS

CHURN = "specs/churn.yaml"
SHARED = "specs/shared.yaml"
ANA = ("Ana", "ana@example.org")
BEN = ("Ben", "ben@example.org")
PLAN = ("plan", "--env", "staging")


def git(root, *arguments, by=ANA, at=None):
    """Run git as somebody, now or at a time of their choice."""
    name, address = by
    settings = ("-c", f"user.name={name}", "-c", f"user.email={address}", "-c", "gc.auto=0")
    done = subprocess.run(
        ["git", *settings, *arguments],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | ({"GIT_COMMITTER_DATE": at} if at else {}),
    )
    return done.stdout.strip()


def commit(root, by=ANA, message="change"):
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message, by=by)


@pytest.fixture
def repository(shop):
    """The scaffold, committed."""
    git(shop, "init", "-q", "-b", "main")
    commit(shop)
    return shop


@pytest.fixture
def plan(mlspec):
    """Plan staging and return the plan file as JSON."""

    def run(root, *arguments, code=0):
        done = mlspec("plan", "--env", "staging", "--format", "json", *arguments, cwd=root)
        return done.expect(code).json

    return run


@pytest.fixture
def live(mlspec, repository):
    """The scaffold, committed and applied."""
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=repository).expect(0)
    mlspec("apply", "plan.json", cwd=repository).expect(0)
    (repository / "plan.json").unlink()
    return repository


def addresses(plan):
    return [each["address"] for each in plan["body"]["operations"]]


def require_approvals(root):
    edit(
        root / "mlspec.yaml",
        "      description: For rehearsal.\n",
        "      description: For rehearsal.\n      requireApprovals: true\n",
    )


def loosen(root):
    edit(root / SHARED, "atLeast: 0.7", "atLeast: 0.65")


def scale(root):
    edit(root / CHURN, "minimum: 1", "minimum: 2")


def test_every_format_of_the_command_line_is_one_that_reports_know():
    assert set(PLAN_FORMATS) == {each.value for each in PlanFormat}


@pytest.mark.parametrize("name", [each.value for each in PlanFormat])
def test_plan_and_show_print_the_same_in_every_format(mlspec, repository, name):
    made = mlspec(
        *("plan", "--env", "staging", "--out", "plan.json", "--format", name), cwd=repository
    ).expect(0)
    shown = mlspec("show", "plan.json", "--format", name, cwd=repository).expect(0)

    assert made.out == shown.out
    assert made.out.strip()


def test_markdown_is_cut_to_the_size_that_is_asked_for(mlspec, repository):
    teams = "".join(
        "---\napiVersion: mlspec.dev/v1\nkind: Team\n"
        f"metadata: {{name: team-{number}}}\nspec: {{members: [t{number}@example.org]}}\n"
        for number in range(200)
    )
    (repository / "specs" / "teams.yaml").write_text(teams)
    plan = ("plan", "--env", "staging", "--format", "markdown")

    done = mlspec(*plan, "--max-bytes", "15000", cwd=repository).expect(0)

    assert len(done.out.encode()) <= 15_000 < len(mlspec(*plan, cwd=repository).out.encode())
    for too_few in ("12", "5000"):
        mlspec(*plan, "--max-bytes", too_few, cwd=repository).refused(64)


def test_a_resource_is_shown_as_text_or_json_only(mlspec, repository):
    arguments = ("show", "model/churn", "--format", "html")

    mlspec(*arguments, cwd=repository).refused(64, "`html`")


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ([], 0),
        (["--detailed-exitcode"], 2),
        (["--diff-exit-code", "77"], 77),
        (["--detailed-exitcode", "--diff-exit-code", "3"], 3),
        (["--diff-exit-code", "0"], 0),
    ],
)
def test_pending_changes_end_with_the_code_that_was_asked_for(mlspec, live, flags, code):
    mlspec(*PLAN, *flags, cwd=live).expect(0)
    loosen(live)

    mlspec(*PLAN, *flags, cwd=live).expect(code)


def test_a_targeted_plan_leaves_the_rest_out_and_says_so_first(mlspec, live, plan):
    loosen(live)
    scale(live)

    made = plan(live, "--target", "model/churn")

    assert ["model/churn"] == addresses(made)
    assert {"mode": "target", "partial": True} == {
        key: made["body"]["scope"][key] for key in ("mode", "partial")
    }
    shown = mlspec("plan", "--env", "staging", "--target", "model/churn", cwd=live).expect(0)
    assert shown.out.startswith("! PARTIAL PLAN: only `model/churn`")


def test_a_targeted_plan_can_be_applied_and_the_rest_is_still_pending(mlspec, live, plan):
    loosen(live)
    scale(live)
    flags = ("--target", "model/churn", "--out", "plan.json")
    mlspec(*PLAN, *flags, cwd=live).expect(0)

    mlspec("apply", "plan.json", cwd=live).expect(0)

    assert addresses(plan(live)) == ["gate-set/better-than-chance"]


def test_a_target_that_nobody_knows_is_refused(mlspec, live):
    arguments = ("plan", "--env", "staging", "--target", "model/chrun")

    mlspec(*arguments, cwd=live).refused(64, "`model/chrun`", "did you mean `model/churn`?")


def test_a_filter_hides_operations_and_the_digest_stays(mlspec, live, plan):
    loosen(live)
    scale(live)
    whole = plan(live)
    flags = ("--select", "kind:Model", "--out", "plan.json")

    shown = mlspec(*PLAN, *flags, cwd=live).expect(0)

    assert shown.out.startswith("! FILTERED: 1 of 2 operations are hidden; apply does all of them")
    assert "gate-set/better-than-chance  " not in shown.out
    assert whole["envelope"]["digest"] in shown.out
    assert json.loads((live / "plan.json").read_text())["body"] == whole["body"]


def test_a_report_since_a_commit_shows_what_changed_on_this_branch(mlspec, live):
    loosen(live)
    commit(live, message="not applied yet")
    git(live, "checkout", "-q", "-b", "feature")
    scale(live)
    commit(live)

    done = mlspec("plan", "--env", "staging", "--since", "main", cwd=live).expect(0)

    assert "1 of 2 operations are hidden" in done.out
    assert "model/churn" in done.out


def test_filters_that_name_nothing_are_refused(mlspec, live):
    for flags in (("--since", "nowhere"), ("--select", "risk:huge"), ("--since", "--output=x")):
        mlspec(*PLAN, *flags, cwd=live).refused(64)
    json_filter = ("--select", "kind:Model", "--format", "json")
    assert "JSON is the plan" in mlspec(*PLAN, *json_filter, cwd=live).expect(64).err


def test_a_plan_against_an_exported_state_is_the_plan_against_the_registry(mlspec, live, plan):
    mlspec("state", "export", "--env", "staging", "--out", "state.json", cwd=live).expect(0)
    loosen(live)
    online = plan(live)
    (live / ".mlspec").rename(live / "elsewhere")

    offline = plan(live, "--offline", "state.json", "--out", "plan.json")

    assert online["body"] == offline["body"]
    (notice,) = offline["envelope"]["notices"]
    assert notice.startswith("OFFLINE: ")
    (live / "elsewhere").rename(live / ".mlspec")
    mlspec("apply", "plan.json", cwd=live).expect(0)


def test_an_offline_plan_is_stale_when_what_it_rests_on_has_moved(mlspec, live):
    mlspec("state", "export", "--env", "staging", "--out", "state.json", cwd=live).expect(0)
    loosen(live)
    mlspec("plan", "--env", "staging", "--out", "now.json", cwd=live).expect(0)
    mlspec("apply", "now.json", cwd=live).expect(0)
    edit(live / SHARED, "atLeast: 0.65", "atLeast: 0.6")
    flags = ("--offline", "state.json", "--out", "plan.json")
    mlspec(*PLAN, *flags, cwd=live).expect(0)

    mlspec("apply", "plan.json", cwd=live).refused(10, "`gate-set/better-than-chance`")


def test_an_exported_state_that_was_changed_or_is_of_another_place_is_refused(mlspec, live):
    state = live / "state.json"
    mlspec("state", "export", "--env", "staging", "--out", "state.json", cwd=live).expect(0)
    offline = ("--offline", "state.json")

    mlspec("plan", "--env", "prod", *offline, cwd=live).refused(64, "`staging`")
    state.write_text(state.read_text().replace("0.7", "0.2"))
    mlspec("plan", "--env", "staging", *offline, cwd=live).refused(12, "was changed")
    mlspec("plan", "--env", "staging", "--offline", CHURN, cwd=live).refused(64, "no exported")


def test_authors_are_those_who_changed_the_specs_since_they_were_applied(live, plan):
    require_approvals(live)
    commit(live)
    loosen(live)
    commit(live, BEN, "loosen\n\nCo-authored-by: Cy <cy@example.org>")

    made = plan(live)

    assert ["ana@example.org", "ben@example.org", "cy@example.org"] == made["body"]["authors"]
    notices = made["envelope"]["notices"]
    assert ["NOT APPROVABLE"] == [each.partition(":")[0] for each in notices]  # no team gives it


def test_who_made_a_change_that_a_partial_run_left_out_is_still_its_author(mlspec, live, plan):
    loosen(live)
    commit(live, BEN)
    scale(live)
    commit(live)
    flags = ("--target", "model/churn", "--out", "plan.json")
    mlspec(*PLAN, *flags, cwd=live).expect(0)
    mlspec("apply", "plan.json", cwd=live).expect(0)
    (live / "plan.json").unlink()
    require_approvals(live)
    commit(live)

    assert "ben@example.org" in plan(live)["body"]["authors"]


def test_whoever_has_changes_that_are_not_committed_is_an_author(live, plan):
    git(live, "config", "user.email", "Di@example.org")
    require_approvals(live)
    loosen(live)

    assert "di@example.org" in plan(live)["body"]["authors"]


@pytest.fixture
def shallow(live, tmp_path):
    """A clone without the history, where a change of `BEN` needs approvals."""
    require_approvals(live)
    commit(live)
    loosen(live)
    commit(live, BEN)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{live}", "clone")
    (tmp_path / "clone" / ".mlspec").mkdir(exist_ok=True)
    registry = (live / ".mlspec" / "registry.db").read_bytes()
    (tmp_path / "clone" / ".mlspec" / "registry.db").write_bytes(registry)
    return tmp_path / "clone"


def test_a_clone_without_the_history_says_that_authors_may_be_missing(shallow, plan):
    made = plan(shallow)

    assert ["ben@example.org"] == made["body"]["authors"]
    assert any("cut off" in each for each in made["envelope"]["notices"])


def test_where_the_history_is_cut_off_no_approval_counts(mlspec, shallow):
    mlspec(*PLAN, "--out", "plan.json", cwd=shallow).expect(0)

    for command in (
        ("approve", "plan.json", "--check"),
        ("approve", "plan.json", "--as", "cy@example.org", "--role", "compliance"),
        ("apply", "plan.json"),
    ):
        mlspec(*command, cwd=shallow).refused(6, "can't be told", "--unshallow")


def test_a_file_under_another_name_keeps_its_authors(live, plan):
    require_approvals(live)
    commit(live)
    loosen(live)
    commit(live, BEN)
    git(live, "mv", SHARED, "specs/tidy.yaml")
    commit(live)

    assert "ben@example.org" in plan(live)["body"]["authors"]


def test_an_apply_of_other_specs_than_the_commit_hides_nobody_of_it(mlspec, live, plan):
    edit(live / SHARED, "atLeast: 0.7", "atLeast: 0.75")
    commit(live)
    edit(live / SHARED, "atLeast: 0.75", "atLeast: 0.65")
    commit(live, BEN)
    git(live, "checkout", "-q", "HEAD~1", "--", "specs")
    mlspec(*PLAN, "--out", "plan.json", cwd=live).expect(0)
    mlspec("apply", "plan.json", cwd=live).expect(0)
    (live / "plan.json").unlink()
    git(live, "checkout", "-q", "HEAD", "--", "specs")
    require_approvals(live)
    commit(live)

    made = plan(live, "--target", "gate-set/better-than-chance")

    assert "ben@example.org" in made["body"]["authors"]


def test_a_plan_is_good_from_its_commit_or_from_the_moment_that_is_given(mlspec, live, plan):
    require_approvals(live)
    commit(live)

    first = plan(live)["body"]["expires_at"]
    given = plan(live, "--as-of", "2026-01-01T02:00:00+02:00")["body"]["expires_at"]

    assert first > given > "2026-01-01T00:00:00Z"
    assert given.endswith("T00:00:00Z")
    shown = mlspec("plan", "--env", "staging", "--as-of", "2026-01-01", cwd=live).expect(0)
    assert shown.out.startswith("! EXPIRED: the plan was good until")
    for wrong in ("2999-01-01", "soon", "2026-13-01"):
        mlspec("plan", "--env", "staging", "--as-of", wrong, cwd=live).refused(64, wrong)


def test_a_commit_from_the_future_makes_no_plan_good_for_longer(live, plan):
    require_approvals(live)
    commit(live)
    honest = plan(live)["body"]["expires_at"]
    loosen(live)
    git(live, "commit", "-q", "-a", "-m", "later", at="2099-01-01T00:00:00Z")

    assert plan(live)["body"]["expires_at"][:4] == honest[:4]


def test_a_run_that_broke_the_glass_is_the_first_line_until_it_is_reviewed(mlspec, live, plan):
    require_approvals(live)
    commit(live)
    mlspec(*PLAN, "--out", "plan.json", cwd=live).expect(0)
    glass = ("--break-glass", "--as", "you@example.org", "--role", "ml-engineer")
    mlspec("apply", "plan.json", *glass, "--reason", "outage", cwd=live).expect(0)

    for words in (PLAN, (*PLAN, "--select", "kind:Model")):
        assert mlspec(*words, cwd=live).expect(0).out.startswith("! BREAK GLASS: run ")
    loosen(live)
    assert plan(live)["envelope"]["notices"][0].startswith("BREAK GLASS: run ")


def test_reverting_a_run_is_a_plan_that_brings_back_what_was(mlspec, live, plan):
    loosen(live)
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=live).expect(0)
    run = mlspec("apply", "plan.json", "--format", "json", cwd=live).expect(0).json["run"]

    made = plan(live, "--revert", run, "--out", "back.json")

    (operation,) = made["body"]["operations"]
    assert ("gate-set/better-than-chance", "reverted") == (
        operation["address"],
        operation["reason"],
    )
    assert made["envelope"]["notices"][0].startswith(f"REVERT: undoes run {run}")
    mlspec("apply", "back.json", cwd=live).expect(0)
    assert ["gate-set/better-than-chance"] == addresses(plan(live))


def test_a_revert_is_whole_and_needs_the_registry(mlspec, live):
    for flags in (("--target", "model/churn"), ("--offline", "state.json")):
        mlspec("plan", "--env", "staging", "--revert", "1", *flags, cwd=live).refused(64)
    mlspec("plan", "--env", "staging", "--revert", "1", cwd=live).refused(64, "no run `1`")
    history = mlspec("history", "--env", "staging", "--format", "json", cwd=live).json
    run = history["runs"][-1]["run"]
    misspelt = mlspec("plan", "--env", "staging", "--revert", f"{run[:-1]}_", cwd=live)
    misspelt.refused(64, f"did you mean `{run}`?")


def test_allowed_signers_outside_of_the_workspace_are_not_read(mlspec, live, tmp_path):
    (tmp_path / "keys").write_text("ana@example.org ssh-ed25519 AAAA\n")
    (live / ".mlspec" / "allowed_signers").symlink_to(tmp_path / "keys")

    mlspec("plan", "--env", "staging", cwd=live).refused(64, "leads out of the workspace")


def test_a_rollback_rests_on_the_evidence_that_let_the_model_through_before(mlspec, county):
    def apply(*flags):
        mlspec("plan", "--env", "prod", *flags, "--out", "plan.json", cwd=county).expect(0)
        mlspec("apply", "plan.json", cwd=county).expect(0)

    model = county / "specs" / "models" / "biopsy-second-reader.yaml"
    apply()
    edit(model, "atLeast: 0.95}", "atLeast: 0.93}")
    mlspec("gate", "run", "--env", "prod", "biopsy-second-reader", cwd=county).expect(0)
    apply()
    runs = mlspec("history", "--env", "prod", "--format", "json", cwd=county).json["runs"]

    apply("--revert", runs[-1]["run"])

    shown = ["audit", "show", "model/biopsy-second-reader", "--env", "prod"]
    assert "evidence         present, pass, sha256:" in mlspec(*shown, cwd=county).expect(0).out


def test_yesterdays_evidence_does_not_meet_a_gate_that_asks_for_more_today(mlspec, county):
    def plan(*flags):
        return mlspec("plan", "--env", "prod", *flags, "--out", "plan.json", cwd=county)

    model = county / "specs" / "models" / "biopsy-second-reader.yaml"
    plan().expect(0)
    mlspec("apply", "plan.json", cwd=county).expect(0)
    edit(model, "monthly: ", "monthly: 1")
    mlspec("gate", "run", "--env", "prod", cwd=county).expect(0)
    plan().expect(0)
    mlspec("apply", "plan.json", cwd=county).expect(0)
    spent = mlspec("history", "--env", "prod", "--format", "json", cwd=county).json["runs"][-1]
    edit(county / "specs" / "shared.yaml", "margin: 0.005", "margin: 0.004")
    mlspec("gate", "run", "--env", "prod", cwd=county).expect(0)
    plan().expect(0)
    mlspec("apply", "plan.json", cwd=county).expect(0)

    plan("--revert", spent["run"])

    refused = mlspec("apply", "plan.json", cwd=county)
    refused.refused(6, "`model/biopsy-second-reader`", "recorded does not count")
    assert "because `gate-set/no-worse-than-champion` changed since" in refused.err
