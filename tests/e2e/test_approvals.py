"""Nothing that needs approvals is applied without those of different people who may give them."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
from tests.e2e.commands import contents, edit
from tests.unit.ledger.ssh import line, make_key

ANA, LI, DEV, SAM = "ana@example.org", "li@example.org", "dev@example.org", "sam@example.org"
SHARED, TEAM, HOME = "specs/shared.yaml", "specs/team.yaml", "mlspec.yaml"
TEAMS = f"""---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {{name: risk}}
spec:
  members: [{ANA} @ana, {LI}, {DEV}]
  roles: [model-risk, compliance, ml-engineer]
---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {{name: operations}}
spec:
  members: [{SAM}, root]
  roles: [sre]
"""
GATES = """\
apiVersion: mlspec.dev/v1
kind: GateSet
metadata:
  name: draft-floor
  owner: operations
spec:
  gates:
    - id: auc-floor
      type: metric-threshold
      metric: roc-auc
      atLeast: 0.7
"""


def git(root, *arguments):
    who = ("-c", f"user.email={DEV}", "-c", "user.name=Dev", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=root, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(root):
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "change")
    return git(root, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder, name.partition("@")[0]) for name in (ANA, LI, SAM)}


@pytest.fixture
def strict(mlspec, shop, keys):
    """The scaffold in a repository, where `staging` requires approvals; nothing is applied."""
    edit(shop / HOME, "For rehearsal.", "For rehearsal.\n      requireApprovals: true")
    (shop / TEAM).write_text((shop / TEAM).read_text() + TEAMS)
    (shop / ".mlspec").mkdir()
    signers = "\n".join(line(name, keys[name]) for name in (ANA, LI))
    (shop / ".mlspec" / "allowed_signers").write_text(f"# who may sign\n{signers}\n")
    git(shop, "init", "-q", "-b", "main")
    commit(shop)
    return shop


@pytest.fixture
def plan(mlspec, strict):
    def run(name="plan.json"):
        return mlspec("plan", "--env", "staging", "--out", name, cwd=strict).expect(0)

    return run


@pytest.fixture
def approve(mlspec, strict, keys):
    def run(name, role, *options, plan="plan.json"):
        signing = ("--sign", keys[name]) if name in keys else ()
        command = ("approve", plan, "--as", name, "--role", role, *signing, *options)
        return mlspec(*command, cwd=strict)

    return run


@pytest.fixture
def check(mlspec, strict):
    def run(*options, plan="plan.json"):
        return mlspec("approve", plan, "--check", "--format", "json", *options, cwd=strict)

    return run


@pytest.fixture
def live(mlspec, strict, plan, approve):
    """The scaffold, approved by two people with keys, and applied."""
    plan("first.json")
    approve(ANA, "model-risk", plan="first.json").expect(0)
    approve(LI, "compliance", plan="first.json").expect(0)
    mlspec("apply", "first.json", cwd=strict).expect(0)
    return strict


@pytest.fixture
def loosened(live, plan):
    """A commit that loosens a gate of a model of the lowest tier, and its plan."""
    edit(live / "specs/churn.yaml", "tier: minimal", "tier: limited")
    edit(live / SHARED, "atLeast: 0.7", "atLeast: 0.6")
    commit(live)
    plan()
    return live


def missing(done):
    return [(each["count"], each["role"], each["strength"]) for each in done.json["missing"]]


def rejections(done):
    return {each["source"]: each["reason"] for each in done.json["rejected"]}


def reviews(root, sha, *logins, state="APPROVED"):
    listed = [
        {
            "user": {"login": login, "type": "User"},
            "state": state,
            "body": "Fine.",
            "submitted_at": "2026-11-21T10:00:00Z",
            "commit_id": sha,
            "html_url": "https://github.com/o/r/pull/1",
        }
        for login in logins
    ]
    (root / "reviews.json").write_text(json.dumps(listed))
    return ("--reviews", "reviews.json")


def test_two_signatures_let_the_first_apply_through(mlspec, strict, plan, approve, check):
    plan()
    refused = mlspec("apply", "plan.json", cwd=strict).refused(6, "lacks approvals")
    assert "missing 1 x compliance, signed" in refused.err
    assert not (strict / ".mlspec" / "registry.db").exists()

    first = approve(ANA, "model-risk").expect(0)
    assert re.search(r"HIGH +workspace/shop +create", first.err)
    assert [(1, "compliance", "signed")] == missing(check().expect(6))
    approve(LI, "compliance").expect(0)

    assert [] == missing(check().expect(0))
    mlspec("apply", "plan.json", cwd=strict).expect(0)
    again = mlspec("plan", "--env", "staging", "--detailed-exitcode", cwd=strict)
    assert 0 == again.code


def test_a_signature_can_be_checked_without_mlspec(strict, plan, approve):
    plan()
    approve(ANA, "model-risk").expect(0)
    (statement,) = (strict / "approvals" / "staging").glob("*.json")

    verify = ("ssh-keygen", "-Y", "verify", "-f", ".mlspec/allowed_signers", "-I", ANA)
    verify += ("-n", "mlspec.approval", "-s", f"{statement}.sig")
    done = subprocess.run(
        verify, input=statement.read_bytes(), cwd=strict, check=False, capture_output=True
    )

    assert done.stdout.startswith(b'Good "mlspec.approval" signature for ana@example.org')


def test_what_was_approved_is_in_the_ledger_with_its_signature(mlspec, live):
    (statement,) = (live / "approvals" / "staging").glob("*-compliance-*.json")
    mlspec("audit", "verify", "--env", "staging", cwd=live).expect(0)

    out = live / "exported"
    mlspec("audit", "export", "--env", "staging", "--out", out, cwd=live).expect(0)

    kept = [content for content in contents(out).values() if content == statement.read_bytes()]
    assert 1 == len(kept)


def test_an_asserted_approval_is_not_enough_where_a_key_is_needed(strict, plan, mlspec, check):
    plan()
    before = contents(strict)
    done = mlspec("approve", "plan.json", "--as", ANA, "--role", "compliance", cwd=strict)

    done.refused(6, "would not count: it is asserted, signed is needed", "hint: sign it with")
    assert before == contents(strict)
    assert [(1, "compliance", "signed"), (1, "model-risk", "signed")] == missing(check().expect(6))


def test_one_person_does_not_count_twice(approve, plan, check):
    plan()
    approve(ANA, "model-risk").expect(0)
    again = approve(ANA, "compliance").expect(0)

    assert again.out.splitlines()[0].endswith("; as much is missing without it")
    assert 1 == len(missing(check().expect(6)))


def test_who_has_agreed_before_is_told_so_and_nothing_is_written(strict, plan, approve, mlspec):
    plan()
    approve(ANA, "model-risk").expect(0)
    before = contents(strict)

    again = approve(ANA, "model-risk").expect(0)
    unsigned = ("approve", "plan.json", "--as", ANA, "--role", "model-risk", "--format", "json")
    told = mlspec(*unsigned, "--comment", "still", cwd=strict).expect(0).json

    said = f"{ANA} has approved the plan as model-risk (signed) before; nothing was written"
    assert said == again.out.splitlines()[0]
    assert (None, "signed") == (told["file"], told["strength"])
    assert before == contents(strict)


def test_what_nobody_needs_is_not_written_again_either(strict, plan, approve):
    plan()
    approve(ANA, "model-risk").expect(0)
    approve(ANA, "compliance").expect(0)
    before = contents(strict)

    for role in ("compliance", "model-risk"):
        assert approve(ANA, role).expect(0).out.splitlines()[0].endswith("; nothing was written")
    assert before == contents(strict)


def test_a_plan_that_was_applied_says_so_and_takes_no_approvals(mlspec, live, approve, check):
    before = contents(live)

    new = approve(LI, "model-risk", plan="first.json")
    again = approve(ANA, "model-risk", plan="first.json").expect(0)
    told = mlspec("approve", "first.json", "--check", cwd=live).expect(0)

    run = mlspec("history", "--env", "staging", "--format", "json", cwd=live).json["runs"][0]["run"]
    new.refused(64, f"the plan was applied already as run {run}")
    for each in (again, told):
        assert f"note: the plan was applied already as run {run}, serial 1, by " in each.out
    assert (run, []) == tuple(
        check(plan="first.json").expect(0).json[each] for each in ("applied", "stale")
    )
    assert before == contents(live)


def test_a_stale_plan_says_so_and_takes_no_approvals(mlspec, loosened, plan, approve, check):
    approve(ANA, "model-risk").expect(0)
    approve(LI, "ml-engineer").expect(0)
    mlspec("apply", "plan.json", cwd=loosened).expect(0)
    git(loosened, "revert", "--no-edit", "HEAD")
    plan("old.json")
    edit(loosened / SHARED, "atLeast: 0.7", "atLeast: 0.65")
    commit(loosened)
    plan("back.json")
    approve(ANA, "model-risk", plan="back.json").expect(0)
    approve(LI, "compliance", plan="back.json").expect(0)
    mlspec("apply", "back.json", cwd=loosened).expect(0)
    before = contents(loosened)

    approve(ANA, "model-risk", plan="old.json").refused(
        10, "the plan is stale", "`gate-set/better-than-chance`: revision 2 -> 3"
    )
    told = mlspec("approve", "old.json", "--check", cwd=loosened).expect(6)
    assert "note: the plan is stale: what it rests on has moved since: make it again" in told.out
    assert "note: `gate-set/better-than-chance`: revision 2 -> 3" in told.out
    stale = check(plan="old.json").expect(6).json
    assert stale["applied"] is None
    assert ["`gate-set/better-than-chance`: revision 2 -> 3"] == [
        each.partition(",")[0] for each in stale["stale"] if "gate-set" in each
    ]
    assert before == contents(loosened)


def test_another_comment_takes_the_place_of_what_was_said_before(strict, plan, approve, check):
    plan()
    approve(ANA, "model-risk").expect(0)
    approve(ANA, "model-risk", "--comment", "seen again").expect(0)

    (mine,) = check().expect(6).json["accepted"]

    assert "seen again" == mine["comment"]


def test_a_role_that_the_plan_does_not_ask_for_is_refused(strict, plan, approve):
    plan()
    before = contents(strict)

    told = approve(ANA, "ml-engineer")

    told.refused(64, "needs no approval as `ml-engineer`", "it needs `compliance`, `model-risk`")
    assert before == contents(strict)


def test_more_approvals_than_needed_are_kept_and_told(strict, plan, approve, live):
    edit(live / "specs/churn.yaml", "tier: minimal", "tier: limited")
    commit(live)
    plan()
    approve(ANA, "model-risk").expect(0)

    spare = approve(LI, "model-risk").expect(0)

    assert spare.out.splitlines()[0].endswith("; as much is missing without it")


def test_a_plan_that_needs_no_approvals_takes_none(mlspec, shop):
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)

    told = mlspec("approve", "plan.json", "--as", "you@example.org", cwd=shop)

    told.refused(64, "the plan needs no approvals", "mlspec apply PLAN")


def test_an_author_is_refused_under_any_name(approve, plan):
    plan()

    approve(DEV, "compliance").refused(5, "is an author of the change")
    approve(DEV.upper(), "compliance").refused(5, "is an author of the change")


def test_who_drafted_a_spec_elsewhere_is_an_author_of_what_it_became(strict, plan, approve):
    draft, spec = strict / "drafts" / "x.yaml", strict / "specs" / "gates.yaml"
    draft.parent.mkdir()
    draft.write_text(GATES)
    commit(strict)
    git(strict, "commit", "-q", "--amend", "--no-edit", f"--author=Ana <{ANA}>")
    draft.rename(spec)
    edit(spec, "name: draft-floor", "name: floor")
    commit(strict)
    plan()

    assert {ANA, DEV} <= {*json.loads((strict / "plan.json").read_text())["body"]["authors"]}
    approve(ANA, "model-risk").refused(5, "is an author of the change")
    approve(LI, "model-risk").expect(0)


def test_a_role_that_nobody_holds_is_told_by_the_plan_and_the_check_with_the_way_out(
    mlspec, strict, check
):
    edit(strict / TEAM, "roles: [model-risk, compliance, ml-engineer]", "roles: [ml-engineer]")
    commit(strict)

    planned = mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=strict).expect(0)

    told = [each for each in planned.out.splitlines() if each.startswith("! NOT APPROVABLE")]
    assert 2 == len(told)
    assert "an approval as `compliance`, a role that no team in the specs gives" in told[0]
    assert "add `compliance` to `spec.roles` of a team" in told[0]
    assert "`team/risk` (specs/team.yaml:" in told[0]
    assert 2 == str(check().expect(6).json["notes"]).count("NOT APPROVABLE")


def test_a_role_that_only_authors_hold_is_told(mlspec, live):
    edit(live / TEAM, f"[{ANA} @ana, {LI}, {DEV}]", f"[{DEV}]")
    commit(live)
    mlspec("plan", "--env", "staging", cwd=live).expect(0)  # who rules is who was recorded

    git(live, "commit", "-q", "--amend", "--no-edit", f"--author=x <{ANA}>")
    git(live, "commit", "-q", "--amend", "-m", f"change\n\nCo-authored-by: li <{LI}>")
    told = mlspec("plan", "--env", "staging", cwd=live).expect(0).out

    assert "! NOT APPROVABLE: the plan needs an approval as `compliance`, and only its" in told
    assert "and apply that first, in a change of its own" in told


def test_a_role_that_nobody_gave_is_refused(approve, plan):
    plan()

    approve(SAM, "compliance").refused(5, "roles held: sre")
    approve("eve@example.org", "compliance").refused(5, "roles held: none")


def test_a_person_or_role_that_is_misspelt_gets_a_suggestion(approve, plan):
    plan()

    approve("smm@example.org", "sre").refused(5, f"did you mean `{SAM}`?")
    approve(SAM, "ssre").refused(5, "did you mean `sre`?")


def test_a_change_does_not_give_the_role_that_approves_it(live, plan, approve):
    edit(live / TEAM, f"[{SAM}, root]", f"[{SAM}, root, eve@example.org]")
    edit(live / TEAM, "roles: [sre]", "roles: [sre, compliance]")
    commit(live)
    plan()

    approve(SAM, "compliance").refused(5, "no team in the registry gives")
    approve("eve@example.org", "sre").refused(5, "roles held: none")


def test_a_change_does_not_bring_the_key_that_signs_it(mlspec, live, plan, approve, keys, check):
    signers = live / ".mlspec" / "allowed_signers"
    signers.write_text(f"{signers.read_text()}{line(LI, keys[SAM])}\n")
    commit(live)
    plan()

    forged = ("approve", "plan.json", "--as", LI, "--role", "compliance", "--sign", keys[SAM])
    mlspec(*forged, cwd=live).refused(64, "its key is not among the allowed signers")
    assert [(1, "compliance", "signed"), (1, "model-risk", "signed")] == missing(check().expect(6))
    approve(ANA, "compliance").expect(0)
    approve(LI, "model-risk").expect(0)
    mlspec("apply", "plan.json", cwd=live).expect(0)


def test_a_change_does_not_switch_off_what_it_has_to_pass(mlspec, live, plan, check):
    edit(live / HOME, "requireApprovals: true", "requireApprovals: false")
    commit(live)
    plan()

    assert missing(check().expect(6))
    mlspec("apply", "plan.json", cwd=live).refused(6, "lacks approvals")


@pytest.mark.parametrize("what", ["text", "signature", "swapped"])
def test_an_edited_statement_is_named(strict, plan, approve, check, what):
    plan()
    approve(ANA, "model-risk", "--comment", "fine").expect(0)
    approve(LI, "compliance").expect(0)
    (mine,) = (strict / "approvals" / "staging").glob("*-model-risk-*.json")
    (other,) = (strict / "approvals" / "staging").glob("*-compliance-*.json.sig")
    beside = mine.with_name(f"{mine.name}.sig")
    if what == "text":
        edit(mine, "fine", "good")
    elif what == "signature":
        edit(beside, "BEGIN SSH", "BEGIN")
    else:
        beside.write_bytes(other.read_bytes())

    done = check().expect(6)

    assert "signature does not count" in rejections(done)[mine.name]
    assert [(1, "model-risk", "signed")] == missing(done)


def test_hostile_files_are_named_and_do_no_harm(strict, plan, check, tmp_path):
    plan()
    folder = strict / "approvals" / "staging"
    folder.mkdir(parents=True)
    (folder / "deep.json").write_text("[" * 50_000)
    (folder / "large.json").write_text(" " * 100_000)
    (folder / "link.json").symlink_to("/etc/passwd")
    (folder / "folder.json").mkdir()
    (folder / "bytes.json").write_bytes(b"\xff\xfe")
    (folder / "escape.json\x1b[2J.json").write_text("{}")

    done = check().expect(6)

    assert 6 == len(rejections(done))
    assert "it is a link" == rejections(done)["link.json"]


def test_a_folder_of_approvals_that_is_a_link_is_refused(strict, plan, check, tmp_path):
    plan()
    (strict / "approvals").symlink_to(tmp_path)

    check().expect(64)


def test_a_name_does_not_choose_where_it_is_written(strict, plan, mlspec, keys):
    edit(strict / TEAM, f"{LI}, {DEV}]", f"{LI}, {DEV}, ../../../evil]")
    signers = strict / ".mlspec" / "allowed_signers"
    signers.write_text(f"{signers.read_text()}{line('../../../evil', keys[SAM])}\n")
    commit(strict)
    plan()
    before = contents(strict)
    who = ("--as", "../../../evil", "--role", "compliance", "--sign", keys[SAM])

    mlspec("approve", "plan.json", *who, cwd=strict).expect(0)

    new, beside = sorted(
        contents(strict).keys() - before.keys() - {"approvals", "approvals/staging"}
    )
    assert new.startswith("approvals/staging/")
    assert 2 == new.count("/")
    assert beside == f"{new}.sig"


def test_reviews_of_the_commit_count_where_the_forge_is_sure_enough(mlspec, loosened, check):
    sha = git(loosened, "rev-parse", "HEAD")
    options = reviews(loosened, sha, "Ana", "li@example.org", "stranger")

    done = check(*options).expect(6)

    assert ["@Ana"] == [each["principal"] for each in done.json["accepted"]]
    nobody = "no team in force has this person as a member with a role"
    assert nobody == rejections(done)["@stranger"]


def test_a_run_that_rests_on_reviews_of_a_forge_is_an_intact_record(mlspec, loosened, approve):
    approve(LI, "ml-engineer").expect(0)
    sha = git(loosened, "rev-parse", "HEAD")
    mlspec("apply", "plan.json", *reviews(loosened, sha, "Ana"), cwd=loosened).expect(0)

    mlspec("audit", "verify", "--env", "staging", cwd=loosened).expect(0)
    shown = mlspec("audit", "show", "model/churn", "--env", "staging", cwd=loosened).out
    assert "@Ana as model-risk, HOST at 2026-11-21T10:00:00Z" in shown


def test_reviews_bound_to_other_specs_do_not_count(loosened, check):
    older = git(loosened, "rev-parse", "HEAD~1")
    unknown = "a" * 40

    assert "holds another `specs/" in rejections(check(*reviews(loosened, older, "ana")))["@ana"]
    assert "fetch it" in rejections(check(*reviews(loosened, unknown, "ana")))["@ana"]


def test_a_review_of_a_commit_does_not_count_for_a_part_of_it_nor_for_its_revert(
    mlspec, loosened, approve, check
):
    approve(ANA, "model-risk").expect(0)
    approve(LI, "ml-engineer").expect(0)
    mlspec("apply", "plan.json", cwd=loosened).expect(0)
    history = mlspec("history", "--env", "staging", "--format", "json", cwd=loosened)
    run = next(each["run"] for each in history.json["runs"] if each["serial"] == 2)
    edit(loosened / SHARED, "atLeast: 0.6", "atLeast: 0.5")
    options = reviews(loosened, commit(loosened), "ana")
    command = ("plan", "--env", "staging", "--out", "part.json")

    for scope, does in ((("--revert", run), "undoes a run"), (("--target", "team/risk"), "a part")):
        mlspec(*command, *scope, cwd=loosened)
        assert does in rejections(check(*options, plan="part.json"))["@ana"]


def test_changes_requested_void_a_review(loosened, check):
    sha = git(loosened, "rev-parse", "HEAD")
    options = reviews(loosened, sha, "ana", state="CHANGES_REQUESTED")

    assert {"@ana": "changes were requested"} == rejections(check(*options).expect(6))


def test_a_person_does_not_count_as_address_and_as_login(loosened, approve, check):
    approve(ANA, "model-risk").expect(0)
    sha = git(loosened, "rev-parse", "HEAD")

    done = check(*reviews(loosened, sha, "ana")).expect(6)

    assert 1 == len(done.json["accepted"])


def test_approvals_carry_over_to_a_plan_of_the_same_risk_and_to_no_other(
    mlspec, loosened, plan, approve, check
):
    approve(ANA, "model-risk").expect(0)
    approve(LI, "ml-engineer").expect(0)
    file = loosened / SHARED
    file.write_text("# a remark\n" + file.read_text())
    commit(loosened)

    plan("same.json")
    done = check(plan="same.json").expect(0)
    assert [True, True] == [each["carried_over"] for each in done.json["accepted"]]
    edit(file, "atLeast: 0.6", "atLeast: 0.59")
    commit(loosened)
    plan("other.json")
    other = check(plan="other.json").expect(6)
    assert ["approvals of other plans were left aside: 4"] == other.json["notes"]

    mlspec("apply", "other.json", cwd=loosened).refused(6)


@pytest.mark.parametrize("flags", [(), ("--break-glass", "--role", "sre", "--reason", "now")])
def test_what_others_agreed_to_elsewhere_is_never_applied_unseen(
    mlspec, loosened, plan, approve, flags
):
    approve(ANA, "model-risk").expect(0)
    approve(LI, "ml-engineer").expect(0)
    before = contents(loosened)

    refused = mlspec("apply", "--auto", "--env", "staging", *flags, cwd=loosened)

    refused.refused(6, "nothing was applied", "--out PLAN", "mlspec approve PLAN")
    assert before == contents(loosened)


def test_every_report_of_a_run_says_for_which_plan_it_was_approved(
    mlspec, loosened, plan, approve, check
):
    approve(ANA, "model-risk").expect(0)
    approve(LI, "ml-engineer").expect(0)
    given = check().json["plan"]
    file = loosened / SHARED
    file.write_text("# a remark\n" + file.read_text())
    commit(loosened)
    plan("same.json")

    def told(*words):
        return mlspec(*words, cwd=loosened).expect(0)

    said = f"carried over, given to plan {given[:19]}"
    env = ("--env", "staging")
    subject = ("gate-set/better-than-chance", *env)
    assert said in told("approve", "same.json", "--check").out
    assert f"Approval by {ANA} as model-risk: {said}" in told("apply", "same.json").out
    for words in (("audit", "show", *subject), ("audit", "log", *subject), ("history", *env)):
        assert said in told(*words).out, words

    again = told("apply", "same.json", "--format", "json").json
    last = told("apply", "same.json", "--format", "jsonl").out.splitlines()[-1]
    for each in (again, json.loads(last)):
        assert [(given, True)] * 2 == [(a["plan"], a["carried_over"]) for a in each["approvals"]]
    shown = told("audit", "show", *subject, "--format", "json").json["run"]
    logged = told("audit", "log", *subject, "--format", "json").json["events"][-1]
    past = told("history", *env, "--format", "json").json["runs"][-1]
    for each in (shown, logged, past):
        assert [(given, True)] * 2 == [(a["plan"], a["carriedOver"]) for a in each["approvals"]]


def test_an_approval_is_spent_with_the_change_it_was_for(mlspec, loosened, plan, approve, check):
    approve(ANA, "model-risk").expect(0)
    approve(LI, "ml-engineer").expect(0)
    approve(LI, "model-risk").expect(0)  # nothing needs it
    mlspec("apply", "plan.json", cwd=loosened).expect(0)
    git(loosened, "revert", "--no-edit", "HEAD")
    plan("back.json")
    approve(ANA, "model-risk", plan="back.json").expect(0)
    approve(LI, "compliance", plan="back.json").expect(0)
    mlspec("apply", "back.json", cwd=loosened).expect(0)

    git(loosened, "revert", "--no-edit", "HEAD")
    plan("again.json")
    done = check(plan="again.json").expect(6)

    spent = "an earlier run has used it, for another plan"
    assert {ANA: spent, LI: spent} == rejections(done)
    assert 3 == len(done.json["rejected"])


def test_an_expired_plan_is_not_approved(mlspec, strict, approve):
    past = ("--as-of", "2020-01-01T00:00:00Z")
    mlspec("plan", "--env", "staging", "--out", "plan.json", *past, cwd=strict).expect(0)

    approve(ANA, "model-risk").refused(6, "expired at 2020-01-08")


def test_a_tampered_plan_is_not_approved(strict, plan, approve):
    plan()
    edit(strict / "plan.json", '"max_risk": "high"', '"max_risk": "low"')

    approve(ANA, "model-risk").refused(12)


def test_what_is_asked_has_to_fit_together(mlspec, strict, plan):
    plan()

    mlspec("approve", "plan.json", "--check", "--as", ANA, cwd=strict).refused(64, "only looks")
    mlspec("approve", "plan.json", "--as", ANA, cwd=strict).refused(64, "as what")
    mixed = ("approve", "plan.json", "--as", "\u0430na@example.org", "--role", "sre")
    mlspec(*mixed, cwd=strict).refused(64, "mixes alphabets")


def test_without_ssh_keygen_only_what_needs_it_fails(
    mlspec, strict, plan, approve, check, tmp_path
):
    plan()
    approve(ANA, "model-risk").expect(0)
    git_only = tmp_path / "bin"
    git_only.mkdir()
    found = subprocess.run(["which", "git"], capture_output=True, text=True, check=True)
    (git_only / "git").symlink_to(found.stdout.strip())
    bare = {"PATH": str(git_only)}

    command = ("approve", "plan.json", "--check", "--format", "json")
    done = mlspec(*command, cwd=strict, env=bare).expect(6)
    assert "`ssh-keygen` is not installed" in rejections(done)[ANA]
    signing = ("approve", "plan.json", "--as", LI, "--role", "compliance", "--sign", "key")
    mlspec(*signing, cwd=strict, env=bare).refused(64, "install OpenSSH")


@pytest.fixture
def broken(mlspec, loosened):
    """A run that broke the glass, and one after it."""
    glass = ("--break-glass", "--reason", "the site is down", "--role", "sre", "--as", SAM)
    mlspec("apply", "plan.json", *glass, cwd=loosened).expect(0)
    edit(loosened / "specs/churn.yaml", "Not for setting prices.", "Not for prices.")
    commit(loosened)
    mlspec("plan", "--env", "staging", "--out", "next.json", cwd=loosened).expect(0)
    mlspec("apply", "next.json", cwd=loosened).expect(0)
    history = mlspec("history", "--env", "staging", "--format", "json", cwd=loosened)
    return next(each for each in history.json["runs"] if each["serial"] == 2)["run"]


def test_a_run_without_approvals_is_told_until_somebody_else_has_looked(
    mlspec, broken, loosened, keys
):
    def review(name, role="model-risk", *options):
        command = ("review", broken, "--env", "staging", "--as", name, "--role", role)
        return mlspec(*command, "--comment", "It was right.", *options, cwd=loosened)

    def told():
        return "BREAK GLASS" in mlspec("plan", "--env", "staging", cwd=loosened).out

    signed = ("--sign", keys[ANA])
    assert told()
    review(SAM, "sre").refused(5, "applied run")
    review(DEV).refused(5, "made what run")
    review("eve@example.org").refused(5, "roles held: none")
    review(ANA, "compliance", *signed).refused(5, "its plan needed: ml-engineer, model-risk")
    review(ANA).refused(5, "no signature")
    review(ANA, "model-risk", "--sign", keys[LI]).refused(64, "would not count")
    assert told()
    assert f"Reviewed by {ANA}" in review(ANA, "model-risk", *signed).expect(0).out
    assert not told()
    assert f"Already reviewed by {ANA}" in review(LI).expect(0).out
    mlspec("audit", "verify", "--env", "staging", cwd=loosened).expect(0)


def test_only_runs_that_broke_the_glass_are_reviewed(mlspec, live):
    history = mlspec("history", "--env", "staging", "--format", "json", cwd=live)
    (run,) = [each["run"] for each in history.json["runs"]]
    review = ("--env", "staging", "--as", ANA, "--role", "compliance", "--comment", "x")

    mlspec("review", run, *review, cwd=live).refused(64, "broke no glass")
    mlspec("review", "9-9", *review, cwd=live).refused(64, "no run `9-9`")
