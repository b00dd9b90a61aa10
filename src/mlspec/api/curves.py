"""The curves of models that were judged: read again from their predictions, for a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.judge import environments_of
from mlspec.api.session import open_session
from mlspec.gates import load_curves
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from mlspec.evidence import Reason
    from mlspec.gates import Curves

__all__ = ["read_curves"]


def read_curves(
    addresses: Iterable[str], directory: Path | None = None, environment: str | None = None
) -> Mapping[str, Curves | Reason]:
    """Return the curves of each model by its address, or why it has none.

    Without an environment, those of the first: predictions do not differ between them.
    """
    session = open_session(directory)
    workspace = next(environments_of(session, environment))
    return {
        each: load_curves(model_of(workspace.resources[each]).evaluation, session.root)
        for each in addresses
    }
