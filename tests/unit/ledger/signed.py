"""A ledger whose checkpoints, signers and approvals are signed, for tests of what it exports."""

from __future__ import annotations

from tests.unit.ledger.ledgers import Change, Ledger, record
from tests.unit.ledger.ssh import line
from tests.unit.planning.test_verification import approval, sealing, workspace


def signed_ledger(keys):
    """Return one of two models, its lines of signers, and what seals it by the key of `ci`.

    A change of the first model was approved by `ana`, the other model was deleted.
    """
    sign = sealing(keys["ci"])
    signers = [line("ana@x.org", keys["ana"]), line("ci", keys["ci"])]
    counted, statement = approval("ana@x.org", keys["ana"])
    made = Ledger().apply(workspace(1, *signers), record("model/a"), record("model/b"), sign=sign)
    told = {"approvals": (counted,), "kept": [statement], "risk_digest": counted.risk}
    made.apply(record("model/a", revision=2), **told, sign=sign)
    made.apply(Change(record("model/b", revision=2), "delete", is_gone=True), sign=sign)
    return made, signers, sign
