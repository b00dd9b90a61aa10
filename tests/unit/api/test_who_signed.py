"""Who signed evidence, as rules see them: the builder's own signature is not somebody else's."""

from __future__ import annotations

import pytest
from tests.unit.ledger.ssh import line, make_key
from tests.unit.policy.packs import HOME, rule

from mlspec.api.add_evidence import NewItem, add_item
from mlspec.api.policy import policy_of
from mlspec.api.session import open_session
from mlspec.api.start import init
from mlspec.policy import Outcome

OTHERS = (
    'evidence.items.exists(i, i.kind == "test-report" && i.signers.exists(s,'
    " s != spec.owners.technical))"
)
BINDING = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: house, owner: builders}
spec: {pack: house, version: 2026.11.0, source: {folder: policies/house}}
---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: builders}
spec: {members: ["ana@example.org @ana", val@example.org], roles: [ml-engineer]}
"""


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {each: make_key(folder, each) for each in ("ana", "val")}


@pytest.fixture
def shop(tmp_path, keys):
    root = tmp_path / "shop"
    init(root)
    pack = root / "policies" / "house"
    (pack / "rules").mkdir(parents=True)
    (pack / "pack.yaml").write_text(HOME)
    asked = rule(evidence="[test-report]", require="X").replace("'X'", f">-\n    {OTHERS}")
    (pack / "rules" / "all.yaml").write_text(asked)
    (root / "specs" / "policy.yaml").write_text(BINDING)
    files = (root / "specs").rglob("*.yaml")
    (specs,) = [each for each in files if "kind: Model" in each.read_text()]
    owners = "spec:\n  owners: {accountable: head@example.org, technical: ana@example.org}\n"
    head, tail = specs.read_text().split("kind: Model\n", 1)
    tail = tail.replace("spec:\n", owners, 1)
    specs.write_text(f"{head}kind: Model\n{tail}")
    signers = [line("@ana", keys["ana"]), line("val@example.org", keys["val"])]
    (root / ".mlspec").mkdir(exist_ok=True)
    (root / ".mlspec" / "allowed_signers").write_text("\n".join([*signers, ""]))
    return root


@pytest.mark.parametrize(
    ("signer", "expected"), [("ana", Outcome.FAIL), ("val", Outcome.PASS), (None, Outcome.FAIL)]
)
def test_only_the_signature_of_another_person_counts(shop, keys, tmp_path, signer, expected):
    paper = tmp_path / "report.pdf"
    paper.write_bytes(b"%PDF all slices were tried")
    add_item("churn", shop, None, NewItem("test-report", file=paper, key=keys.get(signer)))
    workspace = open_session(shop).environment("prod")
    (result,) = policy_of(shop, workspace).judged.of("model/churn")

    assert expected is result.outcome, result.message
