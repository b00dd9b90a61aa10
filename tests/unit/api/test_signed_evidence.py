"""Signed evidence: who signed is told, and what was changed or taken away is found."""

from __future__ import annotations

import json
from base64 import b64decode

import pytest
from tests.unit.ledger.ssh import allow, line, make_key

from mlspec.api.change import plan
from mlspec.api.execute import apply_now
from mlspec.api.judge import run_gates
from mlspec.api.recheck import verify_evidence
from mlspec.api.start import init
from mlspec.errors import EvidenceMissingError, ExitCode, TamperedPlanError

NAME = "ci@example.org"


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("keys"), "ci")


@pytest.fixture
def shop(tmp_path, key):
    """A workspace whose gate passes, which takes signed evidence only, and knows the key."""
    root = tmp_path / "shop"
    init(root)
    (root / "evaluation").mkdir()
    rows = "".join(f"c{n},{n % 2},{0.2 + 0.6 * (n % 2) + n / 1e5}\n" for n in range(600))
    (root / "evaluation" / "churn.csv").write_text(f"customer_id,left,score\n{rows}")
    demand(root, "minimal")
    allow(root, line(NAME, key))
    return root


def demand(root, tier, term="signedEvidence"):
    file = root / "mlspec.yaml"
    kept = [each for each in file.read_text().splitlines() if "Evidence:" not in each]
    at = next(n for n, each in enumerate(kept) if "requireGates: true" in each)
    kept.insert(at + 1, kept[at].replace("requireGates: true", f"{term}: {tier}"))
    file.write_text("\n".join(kept) + "\n")


def seal(root):
    return root / "evidence" / "prod" / "churn.evidence.dsse.json"


def record(root):
    return root / "evidence" / "prod" / "churn.evidence.json"


def verified(root):
    return verify_evidence(directory=root, environment="prod")


def blocks(root):
    found = plan(root, "prod").operations
    return {each.blocked.code.value for each in found if each.blocked}


def test_a_signed_record_names_who_signed_and_lets_the_plan_through(shop, key):
    run_gates(directory=shop, environment="prod", key=key)

    (found,) = verified(shop).records
    assert ((NAME,), True) == (found.signers, found.is_good)
    assert set() == blocks(shop)
    assert "applied" == apply_all(shop)


def apply_all(root):
    return apply_now("prod", root).outcome.value


def test_the_envelope_holds_the_record_byte_by_byte(shop, key):
    run_gates(directory=shop, environment="prod", key=key)

    payload = json.loads(seal(shop).read_text())["payload"]
    assert record(shop).read_bytes() == b64decode(payload)


def test_evidence_without_a_signature_is_refused_where_the_tier_asks_for_one(shop):
    run_gates(directory=shop, environment="prod")

    report = verified(shop)
    assert ExitCode.EVIDENCE_MISSING is report.exit_code
    assert "--sign KEY" in report.records[0].next_step
    assert {"evidence-unsigned"} == blocks(shop)
    with pytest.raises(EvidenceMissingError):
        apply_all(shop)


@pytest.mark.parametrize("tier", ["never", "high", "limited"])
def test_a_lower_tier_is_not_asked_for_a_signature(shop, tier):
    demand(shop, tier)
    run_gates(directory=shop, environment="prod")

    assert set() == blocks(shop)


def test_a_signature_of_a_key_that_is_not_allowed_does_not_count(shop, tmp_path):
    stranger = make_key(tmp_path / "keys", "stranger")
    run_gates(directory=shop, environment="prod", key=stranger)

    (found,) = verified(shop).records
    assert "not among the allowed signers" in found.unsigned
    assert {"evidence-unsigned"} == blocks(shop)


def test_a_signature_that_was_taken_away_is_found(shop, key):
    run_gates(directory=shop, environment="prod", key=key)
    seal(shop).unlink()

    for look in (blocks, apply_all):
        with pytest.raises(TamperedPlanError, match="is gone"):
            look(shop)
    assert "is gone" in not_whole(shop)


def test_a_signature_of_another_record_is_found(shop, key):
    run_gates(directory=shop, environment="prod", key=key)
    run_gates(directory=shop, environment="staging", key=key)
    other = shop / "evidence" / "staging" / "churn.evidence.dsse.json"
    run_gates(directory=shop, environment="prod")
    seal(shop).write_text(other.read_text())

    assert "of another text" in not_whole(shop)


def test_a_signature_that_was_changed_is_found(shop, key):
    run_gates(directory=shop, environment="prod", key=key)
    found = json.loads(seal(shop).read_text())
    blob = found["signatures"][0]["sig"]
    other = "AAAA" if blob[-8:-4] != "AAAA" else "BBBB"
    found["signatures"][0]["sig"] = blob[:-8] + other + blob[-4:]
    seal(shop).write_text(json.dumps(found))

    assert "does not hold" in not_whole(shop)


def not_whole(shop):
    report = verified(shop)
    assert ExitCode.TAMPERED is report.exit_code
    return " ".join(each.reason for each in report.records if not each.is_whole)


def test_a_run_without_a_key_takes_the_old_signature_away(shop, key):
    run_gates(directory=shop, environment="prod", key=key)
    run_gates(directory=shop, environment="prod")

    assert not seal(shop).exists()
    assert "the record is not signed" == verified(shop).records[0].unsigned


def test_a_signed_record_comes_out_again(shop, key):
    run_gates(directory=shop, environment="prod", key=key)

    report = verify_evidence(directory=shop, environment="prod", recompute=True)
    assert [True] == [each.is_reproduced for each in report.records]


def test_a_change_does_not_bring_its_own_signer(shop, key, tmp_path):
    run_gates(directory=shop, environment="prod", key=key)
    apply_all(shop)
    stranger = make_key(tmp_path / "keys", "stranger")
    allow(shop, line(NAME, key), line("stranger@example.org", stranger))
    spec = shop / "specs" / "churn.yaml"
    spec.write_text(spec.read_text().replace("Not for setting prices", "Not for prices"))
    run_gates(directory=shop, environment="prod", key=stranger)

    assert "evidence-unsigned" in blocks(shop)


def test_a_change_does_not_lower_what_the_registry_asks_for(shop, key):
    run_gates(directory=shop, environment="prod", key=key)
    apply_all(shop)
    demand(shop, "never")
    spec = shop / "specs" / "churn.yaml"
    spec.write_text(spec.read_text().replace("Not for setting prices", "Not for prices"))
    run_gates(directory=shop, environment="prod")

    assert "evidence-unsigned" in blocks(shop)


def test_made_up_verdicts_are_found_where_the_tier_asks_to_compute_again(shop, key):
    from mlspec.canonical import digest_value

    demand(shop, "minimal", "recomputedEvidence")
    run_gates(directory=shop, environment="prod")
    assert set() == blocks(shop)
    statement = json.loads(record(shop).read_text())
    del statement["predicate"]["recordDigest"]
    statement["predicate"]["gates"][0]["estimate"] = 0.123
    statement["predicate"]["recordDigest"] = digest_value(statement)
    record(shop).write_text(json.dumps(statement))

    with pytest.raises(TamperedPlanError, match="give another result"):
        blocks(shop)


def test_a_record_of_another_version_is_stale_and_says_what_to_do(shop):
    run_gates(directory=shop, environment="prod")
    text = record(shop).read_text().replace("gate-result/v1", "gate-result/v0")
    record(shop).write_text(text)

    report = verified(shop)
    assert ExitCode.EVIDENCE_MISSING is report.exit_code
    assert "stale" == report.records[0].status
    assert "in another form" in report.records[0].reason
    assert "mlspec gate run churn --env prod" in report.records[0].next_step
    assert {"evidence-missing"} == blocks(shop)
