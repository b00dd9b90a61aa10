"""A team takes up models that break rules: green from day one, and findings only become fewer.

The county asks for approvals in staging; two models of its clinic lose their owner, which a
built-in rule and a rule of a pack find.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.e2e.commands import COUNTY, copy_workspace, edit
from tests.unit.ledger.ssh import line, make_key

DAY, LATER = "2026-11-22", "2026-12-01"
FILE = ".mlspec/policy-baseline.json"
ADDRESS = "policy-baseline/known-findings"
REASON = "Live before anybody bound a pack."
RISK, COMPLIANCE, DEV = "t.varga@example.org", "n.osei@example.org", "dev@example.org"
BROKEN = ("biopsy-second-reader", "progression-forecast")
OTHER = "form-digit-reader"
OWNERLESS = "MLS301"
UNREACHABLE = "CORE-002"
STAGING = ("--env", "staging")


def git(root, *arguments):
    who = ("-c", f"user.email={DEV}", "-c", "user.name=Dev", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def commit(root):
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "change")


def spec(root, model):
    return root / f"specs/models/{model}.yaml"


def orphan(root, model):
    """Take the owner of a model away, and return what takes it back."""
    file = spec(root, model)
    text = file.read_text()
    owner = next(each for each in text.splitlines(keepends=True) if each.startswith("  owner: "))
    edit(file, owner, "")
    return lambda: file.write_text(text)


def govern(root):
    edit(
        root / "mlspec.yaml",
        "      description: Rehearsal",
        f"{ASKING}      description: Rehearsal",
    )


ASKING = "      requireApprovals: true\n"


@pytest.fixture(scope="module")
def taken_up(forks, tmp_path_factory):
    """The county with two models without owner, its baseline committed, approved and applied."""
    folder = tmp_path_factory.mktemp("taken-up")
    root = copy_workspace(COUNTY, folder / "county")
    keys = {name: make_key(folder / "keys", name[:1]) for name in (RISK, COMPLIANCE)}
    (root / ".mlspec").mkdir()
    signers = "".join(f"{line(name, key)}\n" for name, key in keys.items())
    (root / ".mlspec/allowed_signers").write_text(signers)
    (root / ".gitignore").write_text(f".mlspec/*\n!{FILE}\n!.mlspec/allowed_signers\n*plan.json\n")
    git(root, "init", "-q", "-b", "main")
    commit(root)
    forks.run("apply", "--auto", *STAGING, cwd=root).expect(0)
    govern(root)
    for each in BROKEN:
        orphan(root, each)
    before = forks.run("validate", "--as-of", DAY, cwd=root).expect(4)
    written = forks.run(*baseline("--reason", REASON, "--format", "json"), cwd=root).expect(0)
    commit(root)
    plan = forks.run("plan", *STAGING, "--out", "plan.json", cwd=root).expect(0)
    refused = forks.run("apply", "plan.json", cwd=root).expect(6)
    agree(forks, root, keys)
    forks.run("apply", "plan.json", cwd=root).expect(0)
    return SimpleNamespace(
        root=root, keys=keys, before=before, written=written, plan=plan, refused=refused
    )


def baseline(*options, day=DAY):
    return ("policy", "baseline", *options, "--as-of", day)


def agree(forks, root, keys, *, plan="plan.json"):
    for who, role in ((RISK, "model-risk"), (COMPLIANCE, "compliance")):
        command = ("approve", plan, "--as", who, "--role", role, "--sign", keys[who])
        forks.run(*command, cwd=root).expect(0)


@pytest.fixture
def copy(taken_up, tmp_path):
    return shutil.copytree(taken_up.root, tmp_path / "county", symlinks=True)


def entries(root):
    return json.loads((root / FILE).read_text())["spec"]["entries"]


def planned(mlspec, root, *options):
    shown = mlspec("plan", *STAGING, *options, "--format", "json", cwd=root).expect(0).out
    return json.loads(shown)["body"]


def roles(plan):
    return {each["role"] for each in plan["required_approvals"]}


def operations(plan):
    return {each["address"]: each for each in plan["operations"]}


def test_what_fails_on_day_one_is_known_from_then_on(taken_up, mlspec):
    added = json.loads(taken_up.written.out)["added"]
    found = {(each["resource"], each["rule"]) for each in added if each["severity"] == "error"}

    assert OWNERLESS in taken_up.before.out
    assert found == {
        (f"model/{each}", rule) for each in BROKEN for rule in (OWNERLESS, UNREACHABLE)
    }
    assert {each["reason"] for each in added} == {REASON}
    assert {each["recorded"] for each in added} == {DAY}
    shown = mlspec("validate", "--as-of", DAY, cwd=taken_up.root).expect(0).out
    assert f"{len(added)} findings known since the baseline, accepted by nobody" in shown
    mlspec("validate", "--strict", "--as-of", DAY, cwd=taken_up.root).expect(0)
    mlspec(*baseline("--check"), cwd=taken_up.root).expect(0)


def test_a_first_baseline_is_agreed_to_by_two_roles(taken_up):
    assert "R-POLICY-LOOSENED" in taken_up.plan.out
    assert f"{ADDRESS}  create" in taken_up.plan.out
    assert "known since the baseline of 2026-11-22, accepted by nobody" in taken_up.plan.out
    for role in ("compliance", "model-risk"):
        assert f"missing 1 x {role}" in taken_up.refused.err


def test_the_registry_keeps_what_was_agreed_to(taken_up, mlspec):
    shown = mlspec("state", "show", ADDRESS, *STAGING, cwd=taken_up.root).expect(0).out

    assert all(each["fingerprint"] in shown for each in entries(taken_up.root))
    assert not planned(mlspec, taken_up.root)["operations"]


def test_fingerprints_are_those_of_code_scanning(taken_up, mlspec):
    options = ("--format", "sarif", "--as-of", DAY)
    (run,) = json.loads(mlspec("validate", *options, cwd=taken_up.root).expect(0).out)["runs"]
    marks = {
        each["partialFingerprints"]["mlspecDiagnostic/v1"]
        for each in run["results"]
        if "suppressions" in each and "status" not in each["suppressions"][0]
    }

    assert marks == {each["fingerprint"] for each in entries(taken_up.root)}


def test_what_is_mended_has_to_leave_the_baseline(copy, mlspec):
    mended, still = BROKEN
    edit(spec(copy, mended), "metadata:\n", "metadata:\n  owner: clinic-analytics\n")
    commit(copy)

    told = mlspec(*baseline("--check"), cwd=copy).expect(4).out
    assert f"{OWNERLESS}  model/{mended}" in told
    assert f"{OWNERLESS}  model/{still}" not in told
    shown = mlspec("validate", "--as-of", DAY, cwd=copy).expect(0).out
    assert "MLS1420" in shown
    before = entries(copy)
    mlspec(*baseline("--update"), cwd=copy).expect(0)
    gone = [each for each in before if each not in entries(copy)]
    assert {(e["resource"], e["rule"]) for e in gone} == {
        (f"model/{mended}", OWNERLESS),
        (f"model/{mended}", UNREACHABLE),
    }
    mlspec(*baseline("--check"), cwd=copy).expect(0)
    commit(copy)
    plan = planned(mlspec, copy)
    directions = {each["direction"] for each in operations(plan)[ADDRESS]["changes"]}
    assert directions == {"tightened"}
    assert roles(plan) == {"compliance"}


def test_what_is_new_fails_and_only_an_extension_adds_it(copy, mlspec):
    orphan(copy, OTHER)

    mlspec("validate", "--as-of", DAY, cwd=copy).expect(4)
    mlspec(*baseline("--update"), cwd=copy).expect(0)
    mlspec("validate", "--as-of", DAY, cwd=copy).expect(4)
    mlspec(*baseline("--reason", REASON), cwd=copy).refused(64, "--extend")
    mlspec(*baseline("--extend"), cwd=copy).refused(64, "--reason")
    mlspec(*baseline("--extend", "--reason", "a\nb"), cwd=copy).refused(64, "no line")
    mlspec(*baseline("--extend", "--update"), cwd=copy).refused(64, "at once")
    mlspec(*baseline("--extend", "--reason", REASON, "--until", LATER), cwd=copy).expect(0)
    mlspec("validate", "--as-of", DAY, cwd=copy).expect(0)
    commit(copy)
    plan = planned(mlspec, copy)
    assert "loosened" in {each["direction"] for each in operations(plan)[ADDRESS]["changes"]}
    assert {"compliance", "model-risk"} <= roles(plan)
    mlspec("validate", "--as-of", LATER, cwd=copy).expect(0)
    mlspec("validate", "--as-of", "2026-12-02", cwd=copy).expect(4)


def test_a_forged_entry_lets_nothing_through_before_it_is_agreed_to(copy, mlspec):
    orphan(copy, OTHER)
    mlspec(*baseline("--extend", "--reason", REASON), cwd=copy).expect(0)
    commit(copy)

    mlspec("plan", *STAGING, "--out", "plan.json", cwd=copy).expect(0)
    mlspec("apply", "plan.json", cwd=copy).refused(6, "R-POLICY-LOOSENED")
    part = operations(planned(mlspec, copy, "--target", f"model/{OTHER}"))
    assert part[f"model/{OTHER}"]["blocked"]["code"] == "policy-denied"
    options = ("--target", f"model/{OTHER}", "--out", "part-plan.json")
    mlspec("plan", *STAGING, *options, cwd=copy).expect(0)
    mlspec("apply", "part-plan.json", cwd=copy).refused(5, UNREACHABLE)


def test_a_built_in_rule_stops_what_only_a_forged_entry_lets_pass(copy, mlspec):
    """No pack looks at data sets here: nothing but the entry is between the error and a plan."""
    head = "name: acs-ma-2015\n  version: v1\n"
    edit(copy / "specs/datasets.yaml", f"{head}  owner: workforce-analytics\n", head)
    mlspec(*baseline("--extend", "--reason", REASON), cwd=copy).expect(0)
    commit(copy)

    part = operations(planned(mlspec, copy, "--target", "dataset/acs-ma-2015"))
    blocked = part["dataset/acs-ma-2015"]["blocked"]
    assert blocked["code"] == "policy-denied"
    assert OWNERLESS in blocked["reason"]
    whole = operations(planned(mlspec, copy))
    assert whole["dataset/acs-ma-2015"]["blocked"] is None


def test_an_entry_of_another_rule_or_an_edited_one_covers_nothing(copy, mlspec):
    text = (copy / FILE).read_text()
    for old, new in ((f'"rule": "{OWNERLESS}"', '"rule": "MLS302"'), (BROKEN[0], OTHER)):
        (copy / FILE).write_text(text.replace(old, new))
        mlspec("validate", "--as-of", DAY, cwd=copy).expect(4)


def test_what_is_mandatory_is_left_out_and_why_is_told(copy, mlspec):
    tightened = "    - {rule: FAIR-003, enforcement: mandatory}"
    edit(
        copy / "specs/policy.yaml",
        "  pack: core\n  version: 2026.11.0\n",
        f"""\
  pack: core
  version: 2026.11.0
  enforcement:
{tightened.replace("FAIR-003", UNREACHABLE)}
""",
    )

    shown = mlspec("validate", "--as-of", DAY, cwd=copy).expect(4).out
    assert f"error[{UNREACHABLE}]" in shown
    told = mlspec(*baseline("--extend", "--reason", REASON), cwd=copy).expect(0).out
    assert "(the rule is mandatory)" in told
    mlspec("validate", "--as-of", DAY, cwd=copy).expect(4)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("[" * 5000, "MLS"),
        ('{"apiVersion": "mlspec.dev/v1", "kind": "PolicyBaseline"}', "MLS104"),
    ],
)
def test_a_broken_baseline_hides_nothing(copy, mlspec, content, code):
    (copy / FILE).write_text(content)

    shown = mlspec("validate", "--as-of", DAY, cwd=copy).expect(4).out
    assert code in shown
    assert FILE in shown
    assert OWNERLESS in shown
    mlspec("plan", *STAGING, cwd=copy).expect(4)
    mlspec(*baseline("--reason", REASON), cwd=copy).expect(4)
    assert (copy / FILE).read_text() == content


def test_a_baseline_that_leads_out_of_the_workspace_or_stands_elsewhere_is_refused(
    copy, mlspec, tmp_path
):
    shutil.move(copy / FILE, copy / "specs/known.yaml")
    assert "MLS1421" in mlspec("validate", "--as-of", DAY, cwd=copy).expect(4).out
    shutil.move(copy / "specs/known.yaml", tmp_path / "known.json")
    Path(copy / FILE).symlink_to(tmp_path / "known.json")
    assert "leads out" in mlspec("validate", "--as-of", DAY, cwd=copy).expect(4).out


def test_a_card_lists_what_is_known_beside_the_waivers(copy, mlspec):
    card = mlspec("card", BROKEN[0], *STAGING, "--format", "json", cwd=copy).expect(0).out
    told = [
        each
        for section in json.loads(card)["sections"]
        if section["id"] == "waivers"
        for each in section["values"]
    ]

    assert [each["label"] for each in told if UNREACHABLE in each["label"]] == [
        f"Known since the baseline {UNREACHABLE}"
    ]
    assert "accepted by nobody" in json.dumps(told)


def told_of(mlspec, root, model):
    """Return what duties, explanations and the card say of the finding in a model."""
    where = (*STAGING, "--as-of", DAY)
    owed = json.loads(mlspec("obligations", model, *where, "--format", "json", cwd=root).out)
    (duty,) = (each for each in owed["duties"] if each["rule"] == UNREACHABLE)
    asked = ("policy", "explain", UNREACHABLE, "--model", model, *where)
    card = mlspec("card", model, *where, cwd=root).expect(0).out
    (line,) = (
        each
        for each in card.splitlines()
        if each.startswith(f"| Known since the baseline {UNREACHABLE}")
    )
    return duty["waiverApproval"], mlspec(*asked, cwd=root).expect(0).out, line


def test_what_people_agreed_to_is_told_from_what_stands_in_a_checkout_only(copy, mlspec):
    orphan(copy, OTHER)
    mlspec(*baseline("--extend", "--reason", REASON), cwd=copy).expect(0)

    approval, answer, line = told_of(mlspec, copy, BROKEN[0])
    assert approval == "recorded"
    assert "the baseline of staging has it, so it stops no plan" in answer
    assert "missing" not in line

    approval, answer, line = told_of(mlspec, copy, OTHER)
    assert approval == "spec-only"
    assert "not agreed to in staging: `mlspec plan --env staging` says who has to" in answer
    assert "○ missing" in line


def test_what_has_no_registry_says_so_and_who_has_one(copy, mlspec):
    told = "not looked up; `mlspec plan --env ENV` does that"

    assert told in mlspec("validate", "--as-of", DAY, cwd=copy).expect(0).out
    assert told in mlspec("card", BROKEN[0], *STAGING, "--offline", cwd=copy).out.replace("\\", "")
