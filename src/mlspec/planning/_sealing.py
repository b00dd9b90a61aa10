"""What the checkpoints of a registry ask of the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.registry import Backend
    from mlspec.state import Checkpoint

__all__ = ["require_signature"]


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
