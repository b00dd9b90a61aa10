"""A part of a ledger is verified by its own VERIFY.md, without mlspec and without the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.ledger.ledgers import Change, record
from tests.unit.ledger.signed import signed_ledger
from tests.unit.ledger.ssh import make_key
from tests.unit.ledger.test_export import seal_sums, verdicts, write

from mlspec.ledger.slices import chains_of, sliced


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder, name) for name in ("ana", "ci")}


@pytest.fixture(scope="module")
def ledger(keys):
    """Two models and a data set; one model moves to the address that the other one left."""
    made, signers, sign = signed_ledger(keys)
    made.apply(Change(record("model/b", revision=3), "rename", previous="model/a"), sign=sign)
    made.apply(record("model/other"), record("dataset/d@v1"), sign=sign)
    made.apply(record("model/other", revision=2), sign=sign)
    return made, signers


def part(ledger, signers, *addresses):
    return sliced(
        ledger.snapshot(),
        chains_of(ledger.events, addresses),
        ledger.checkpoints,
        ledger.runs,
        ledger.statements,
        "\n".join(signers),
    )


@pytest.fixture
def bundle(tmp_path, ledger):
    return write(tmp_path / "part", part(*ledger, "model/b"))


@pytest.mark.parametrize("address", ["model/b", "model/other", "dataset/d@v1"])
def test_a_part_is_verified_without_the_rest(tmp_path, ledger, address):
    assert verdicts(write(tmp_path / "part", part(*ledger, address))) == {}


def test_it_holds_the_object_under_all_its_names_and_no_other_one(ledger):
    chains = {path.rpartition("/")[0] for path in part(*ledger, "model/b") if "ledger/" in path}

    assert chains == {"ledger/model/a", "ledger/model/b"}


def test_it_holds_the_runs_and_approvals_behind_these_changes_alone(ledger):
    made, _ = ledger
    of_b = [path for path in part(*ledger, "model/b") if path.startswith("statements/")]
    of_other = [path for path in part(*ledger, "model/other") if path.startswith("statements/")]

    assert len([each for each in of_b if each.endswith(".json")]) == 5  # four runs, one approval
    assert len([each for each in of_other if each.endswith(".json")]) == 2
    assert len(made.statements) > 5


def test_every_checkpoint_is_there(ledger):
    made, _ = ledger
    found = [path for path in part(*ledger, "model/other") if path.startswith("checkpoints/")]

    assert len(found) == 2 * len(made.checkpoints)  # each with its signature


def test_an_object_that_was_never_there_has_no_chain(ledger):
    made, _ = ledger

    assert chains_of(made.events, ["model/nobody"]) == ()


def test_a_change_that_was_cut_out_is_noticed(bundle):
    newest = max((bundle / "ledger/model/b").iterdir())
    newest.unlink()
    seal_sums(bundle)

    assert 3 in verdicts(bundle)


def test_an_edited_change_is_noticed(bundle):
    oldest = min((bundle / "ledger/model/a").iterdir())
    oldest.write_text(oldest.read_text().replace('"at":"2', '"at":"1'))
    seal_sums(bundle)

    assert 2 in verdicts(bundle)


def test_an_approval_that_was_taken_away_is_noticed(bundle):
    for each in (bundle / "statements").glob("*.json"):
        if "approval/v1" in each.read_text():
            each.unlink()
            each.with_name(f"{each.name}.sig").unlink()
    seal_sums(bundle)

    assert 4 in verdicts(bundle)


def test_a_checkpoint_with_another_signature_is_noticed(bundle):
    first, second, *_ = sorted((bundle / "checkpoints").glob("*.sig"))
    first.write_bytes(second.read_bytes())
    seal_sums(bundle)

    assert 5 in verdicts(bundle)


def test_a_statement_that_can_t_be_read_names_nothing(ledger):
    made, signers = ledger
    broken = {digest: replace(each, content="{") for digest, each in made.statements.items()}

    found = sliced(
        made.snapshot(), chains_of(made.events, ["model/b"]), made.checkpoints, made.runs, broken,
        "\n".join(signers),
    )  # fmt: skip

    assert len([path for path in found if path.startswith("statements/")]) >= 4
