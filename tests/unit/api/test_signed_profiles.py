"""An environment can ask that the references of drift gates are signed, and who takes that away."""

from __future__ import annotations

import json
import re

import pytest
from tests.unit.ledger.ssh import allow, line, make_key

from mlspec.api.change import plan
from mlspec.api.execute import apply_now
from mlspec.api.judge import run_gates
from mlspec.api.profiles import ProfileRequest, make_profile, write_signed
from mlspec.api.recheck import verify_evidence
from mlspec.api.start import init
from mlspec.canonical import digest_value
from mlspec.cli.main import run
from mlspec.errors import EvidenceMissingError, ExitCode, TamperedPlanError

GATES = """  gates:
    - id: inputs
      type: data-drift
      reference: then
      current: now
      features: [{name: age, atMost: 0.2}]
  evaluation:
    sources:
      - {name: then, file: evaluation/then.json, format: profile}
      - {name: now, file: evaluation/now.csv}
"""


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("keys"), "ci")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("keys"), "other")


@pytest.fixture
def shop(tmp_path, key):
    """A workspace with one drift gate, that asks for signed references of models of every tier."""
    root = tmp_path / "shop"
    init(root)
    spec = root / "specs" / "churn.yaml"
    text = re.sub(r"  evaluation:\n(    .*\n)+", GATES, spec.read_text("utf-8"))
    spec.write_text(text.replace("  gateSets: [better-than-chance@v1]\n", ""), "utf-8")
    (root / "evaluation").mkdir()
    for file, shift in (("then", 0), ("now", 0.01)):
        lines = "\n".join(f"{n * 7919 % 1000 / 100 + shift:.2f}" for n in range(3000))
        (root / "evaluation" / f"{file}.csv").write_text(f"age\n{lines}\n", "utf-8")
    allow(root, line("ci@example.org", key))
    demand(root, "minimal")
    return root


def demand(root, tier):
    file = root / "mlspec.yaml"
    kept = [each for each in file.read_text().splitlines() if "signedProfiles" not in each]
    at = next(n for n, each in enumerate(kept) if "requireGates: true" in each)
    kept.insert(at + 1, kept[at].replace("requireGates: true", f"signedProfiles: {tier}"))
    file.write_text("\n".join(kept) + "\n")


def profile(root):
    return root / "evaluation" / "then.json"


def signature(root):
    return root / "evaluation" / "then.json.sig"


def judged(root, key):
    made = make_profile(ProfileRequest(str(root / "evaluation" / "then.csv")))
    write_signed(profile(root), made, key)
    (found,) = run_gates(directory=root, environment="prod").judged
    assert "pass" == found.record.overall
    return root


def blocks(root):
    found = plan(root, "prod").operations
    return {each.blocked.code.value: each.blocked.reason for each in found if each.blocked}


def verified(root):
    report = verify_evidence(directory=root, environment="prod")
    return report.records[0], report.exit_code


def test_a_signed_reference_goes_through(shop, key):
    judged(shop, key)

    assert {} == blocks(shop)
    assert ((), ExitCode.OK) == (verified(shop)[0].unsigned_profiles, verified(shop)[1])
    assert "applied" == apply_now("prod", shop).outcome.value


def test_an_unsigned_reference_is_blocked_and_says_what_to_do(shop):
    judged(shop, None)

    assert {"profile-unsigned"} == {*blocks(shop)}
    reason = blocks(shop)["profile-unsigned"]
    assert "`evaluation/then.json`; `prod` asks for it" in reason
    assert "mlspec gate profile DATA --out FILE --sign KEY" in reason
    with pytest.raises(EvidenceMissingError) as refused:
        apply_now("prod", shop)
    assert "gate profile" in (refused.value.hint or "")


def test_verify_tells_it(shop, capsys):
    judged(shop, None)

    assert 6 == run(["gate", "verify", "churn", "-C", str(shop), "--env", "prod"])

    printed = capsys.readouterr().out
    assert "profile evaluation/then.json has none that counts" in printed
    assert "next: `mlspec gate profile DATA --out FILE --sign KEY`, then `mlspec gate" in printed


@pytest.mark.parametrize("tier", ["never", "high", "limited"])
def test_a_model_of_a_lower_tier_needs_none(shop, tier):
    demand(shop, tier)
    judged(shop, None)

    assert {} == blocks(shop)
    assert ExitCode.OK is verified(shop)[1]


def test_a_signature_that_was_deleted_blocks_though_the_profile_denies_it(shop, key):
    judged(shop, key)
    signature(shop).unlink()
    assert "profile-unsigned" in blocks(shop)
    with pytest.raises(TamperedPlanError, match="is gone"):
        run_gates(directory=shop, environment="prod")

    stated = json.loads(profile(shop).read_text("utf-8"))
    del stated["profileDigest"]
    stated.pop("signed", None)
    stated["profileDigest"] = digest_value(stated)
    profile(shop).write_text(json.dumps(stated), "utf-8")
    (found,) = run_gates(directory=shop, environment="prod").judged

    assert "pass" == found.record.overall
    assert "profile-unsigned" in blocks(shop)
    assert ExitCode.EVIDENCE_MISSING is verified(shop)[1]


def test_a_key_that_is_not_allowed_does_not_count(shop, key, other):
    made = make_profile(ProfileRequest(str(shop / "evaluation" / "then.csv")))
    signers = shop / ".mlspec" / "allowed_signers"
    signers.write_text("\n".join([line("ci@x.org", key), line("o@x.org", other)]) + "\n")
    write_signed(profile(shop), made, other)
    run_gates(directory=shop, environment="prod")
    assert {} == blocks(shop)

    signers.write_text(line("ci@x.org", key) + "\n")

    assert "profile-unsigned" in blocks(shop)


@pytest.mark.parametrize("text", ["", "no signature", "-----BEGIN SSH SIGNATURE-----\nAAAA\n"])
def test_text_that_is_no_signature_does_not_count(shop, key, text):
    judged(shop, key)
    signature(shop).write_text(text, "utf-8")

    assert "profile-unsigned" in blocks(shop)


def test_a_change_does_not_lower_what_the_registry_asks_for(shop, key):
    judged(shop, key)
    apply_now("prod", shop)
    demand(shop, "never")
    spec = shop / "specs" / "churn.yaml"
    spec.write_text(spec.read_text().replace("Not for setting prices", "Not for prices"))
    judged(shop, None)

    assert "profile-unsigned" in blocks(shop)
