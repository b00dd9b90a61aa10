"""Two people, and neither the author: MRM-003 as it ships, against those who would get past it.

The environment asks for one approval of such a change; the rule asks for two.
"""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime

import pytest
from tests.e2e.commands import CHECKOUT, edit
from tests.unit.ledger.ssh import line, make_key

from mlspec.ledger.approvals import Claim, approval_text
from mlspec.ledger.signing import APPROVAL_NAMESPACE, sign

ANA, LI, DEV, SAM = "ana@example.org", "li@example.org", "dev@example.org", "sam@example.org"
PACK, MODEL = "policies/challenge", "specs/churn.yaml"
RULE = CHECKOUT / "src/mlspec/policy/packs/model-risk/rules/approvals.yaml"
TEAMS = f"""---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {{name: risk}}
spec:
  members: [{ANA}, {LI}, {DEV}]
  roles: [model-risk, compliance]
---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {{name: operations}}
spec:
  members: [{SAM}]
  roles: [sre, product]
"""
HOME = """\
apiVersion: mlspec.dev/policy/v1
kind: PolicyPack
metadata: {name: challenge, title: Effective challenge, version: 2026.11.0}
spec:
  engine: cel-core/1
  description: Who has to agree to a change of a material model.
  disclaimer: A pass says that two people agreed, and not that they understood.
  sources:
    - id: sr-26-2
      title: Revised guidance on model risk management
      uri: https://www.federalreserve.gov/
      version: April 2026
      read: "2026-11-20"
"""
BINDING = f"""\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {{name: challenge, owner: risk}}
spec: {{pack: challenge, version: 2026.11.0, source: {{folder: {PACK}}}}}
"""
MATERIAL = """tier: high
    modelRisk: {framework: SR-26-2, exposure: high, materiality: high}"""


def git(root, *arguments):
    who = ("-c", f"user.email={DEV}", "-c", "user.name=Dev", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def commit(root):
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "change")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder, name.partition("@")[0]) for name in (ANA, LI, DEV, SAM)}


@pytest.fixture
def desk(mlspec, shop, keys):
    return Desk(mlspec, shop, keys)


class Desk:
    """A material model that is live, and a change of it that one approval would let through."""

    def __init__(self, mlspec, root, keys):
        self.mlspec, self.root, self.keys = mlspec, root, keys
        edit(root / MODEL, "tier: minimal", MATERIAL)
        edit(root / MODEL, "domain: marketing", "domain: credit")
        edit(root / MODEL, "  serving:\n", f"{OVERSIGHT}  serving:\n")
        (root / "specs/team.yaml").write_text((root / "specs/team.yaml").read_text() + TEAMS)
        (root / ".mlspec").mkdir()
        signers = "\n".join(line(name, key) for name, key in keys.items())
        (root / ".mlspec/allowed_signers").write_text(f"{signers}\n")
        git(root, "init", "-q", "-b", "main")
        commit(root)
        mlspec("apply", "--auto", "--env", "staging", cwd=root).expect(0)
        self.govern()
        self.change("monthly: 100", "monthly: 200")

    def govern(self):
        """Bind the rule, and ask for approvals from now on."""
        root = self.root
        edit(root / "mlspec.yaml", "For rehearsal.", "For rehearsal.\n      requireApprovals: true")
        (root / "specs/policy.yaml").write_text(BINDING)
        (root / PACK / "rules").mkdir(parents=True)
        (root / PACK / "pack.yaml").write_text(HOME)
        (root / PACK / "rules/approvals.yaml").write_text(RULE.read_text())
        self.mlspec("policy", "lock", cwd=root).expect(0)
        commit(root)
        self.plan("govern.json")
        self.approve(LI, "compliance", "govern.json").expect(0)
        self.apply("govern.json").expect(0)

    def change(self, old, new):
        edit(self.root / MODEL, old, new)
        commit(self.root)
        self.plan()

    def plan(self, name="plan.json"):
        self.mlspec("plan", "--env", "staging", "--out", name, cwd=self.root).expect(0)

    def approve(self, who, role, plan="plan.json"):
        command = ("approve", plan, "--as", who, "--role", role, "--sign", self.keys[who])
        return self.mlspec(*command, cwd=self.root)

    def apply(self, plan="plan.json"):
        return self.mlspec("apply", plan, cwd=self.root)

    def forge(self, who, role):
        """Put a signed approval into the folder that no command would have written."""
        plan = json.loads((self.root / "plan.json").read_text())
        claim = Claim(
            plan=plan["envelope"]["digest"],
            risk=plan["body"]["risk_digest"],
            environment="staging",
            role=role,
            principal=who,
            comment="",
            at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            specs=plan["body"]["source"]["spec_digest"],
            commit=plan["envelope"]["commit"],
        )
        text = approval_text(claim)
        file = self.root / "approvals/staging" / f"forged-{role}.json"
        file.write_text(text)
        signature = sign(text.encode(), self.keys[who], APPROVAL_NAMESPACE)
        file.with_name(f"{file.name}.sig").write_text(signature)

    def refuses(self):
        """Assert that the environment has the approval it needs, and that the rule refuses."""
        check = ("approve", "plan.json", "--check", "--format", "json")
        assert self.mlspec(*check, cwd=self.root).expect(0).json["missing"] == []
        self.apply().refused(5, "MRM-003", "fewer than two verified approvals")


OVERSIGHT = """\
  oversight: {mode: human-in-the-loop, reviewers: growth, intervention: Somebody calls.}
"""


def test_two_people_who_are_no_authors_let_it_through(desk):
    desk.approve(SAM, "product").expect(0)
    desk.approve(ANA, "model-risk").expect(0)

    desk.apply().expect(0)
    shown = desk.mlspec("audit", "show", "model/churn", "--env", "staging", cwd=desk.root)
    assert "challenge 2026.11.0" in shown.expect(0).out
    assert "1 rule passed" in shown.out


def test_one_approval_is_enough_for_the_environment_and_not_for_the_rule(desk):
    desk.approve(SAM, "product").expect(0)

    desk.refuses()


def test_one_person_who_approves_twice_is_one(desk):
    desk.approve(SAM, "product").expect(0)
    desk.approve(SAM, "sre").expect(0)
    desk.forge(SAM, "sre")

    desk.refuses()


def test_the_author_is_not_one_of_the_two_whatever_lies_in_the_folder(desk):
    desk.approve(SAM, "product").expect(0)
    desk.approve(DEV, "model-risk").refused(5, "is an author of the change")
    desk.forge(DEV, "model-risk")

    desk.refuses()


def test_an_approval_of_another_plan_is_none_of_this_one(desk):
    desk.approve(ANA, "model-risk").expect(0)
    desk.change("monthly: 200", "monthly: 300")
    desk.approve(SAM, "product").expect(0)

    desk.refuses()


def test_a_pack_of_other_bytes_needs_compliance_and_model_risk(desk):
    """Its name and version stay: the digest alone says that the rules are others."""
    edit(desk.root / MODEL, "monthly: 200", "monthly: 100")
    edit(desk.root / PACK / "rules/approvals.yaml", "mandatory", "advisory")
    desk.mlspec("policy", "lock", cwd=desk.root).expect(0)
    commit(desk.root)
    desk.plan("law.json")

    body = json.loads((desk.root / "law.json").read_text())["body"]
    asked = {(each["role"], each["count"]) for each in body["required_approvals"]}
    assert ["policy-binding/challenge"] == [each["address"] for each in body["operations"]]
    assert {("compliance", 1), ("model-risk", 1)} == asked

    desk.approve(LI, "compliance", "law.json").expect(0)
    desk.apply("law.json").refused(6, "missing", "model-risk")
    desk.approve(ANA, "model-risk", "law.json").expect(0)
    desk.apply("law.json").expect(0)
