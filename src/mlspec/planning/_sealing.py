"""What the checkpoints of a registry ask of the next one."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from mlspec.errors import TamperedPlanError, UsageError
from mlspec.ledger import predicate_of, root_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.registry import Backend, Transaction
    from mlspec.state import Checkpoint

__all__ = ["require_heads", "require_signature"]


def require_signature(backend: Backend, sign: Callable[[Checkpoint], str] | None) -> None:
    """Require a key where checkpoints are signed: one without would look like a forged one.

    Raises:
        UsageError: there is none.
    """
    if sign is None and any(each.signature for each in backend.checkpoints()):
        raise UsageError(
            "the checkpoints of this registry are signed: this one has to be, too",
            hint="name your key with `--sign-key`, or in `MLSPEC_SIGNING_KEY`",
        )


def require_heads(backend: Backend, transaction: Transaction) -> None:
    """Require the heads that the newest checkpoint covers: the next events follow them.

    There must be no run that was stopped half way, as that may have made chains longer.

    Raises:
        TamperedPlanError: a head was removed, added or altered, or the checkpoint was.
    """
    newest = next(iter(deque(backend.checkpoints(), maxlen=1)), None)
    told = predicate_of(newest.body).get("root") if newest else root_of({})
    if told != root_of(transaction.heads()):
        raise TamperedPlanError(
            "nothing was written: the heads of the chains are not those of the newest checkpoint",
            hint="`mlspec audit verify` names them, `mlspec state rebuild` brings them back",
        )
