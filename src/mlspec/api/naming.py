"""Which registries a workspace named before: a commit must not choose another one on its own.

A registry in which nothing is recorded has no rules, approvers or guards, so whoever could send
an apply there would need nobody's approval. What the new one holds can't be asked: who chose it
may have filled it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mlspec.api.session import REGISTRY_VARIABLE
from mlspec.errors import (
    ForeignPlanError,
    RegistryUnavailableError,
    TamperedPlanError,
    UsageError,
)
from mlspec.kinds.workspace import Registry
from mlspec.registry import Place, open_backend
from mlspec.syntax import SourceText, parse
from mlspec.vcs import RemoteMissingError, is_shallow, remotes, versions_of, without_secrets
from mlspec.workspace import WORKSPACE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlspec.api.session import Session

__all__ = ["naming_notices", "registry_before", "require_same_registry"]

_FIELDS = ("backend", "path", "remote")
_GIT = "git"


def require_same_registry(session: Session, environment: str) -> None:
    """Refuse to write where the workspace named another registry before, which is in use still.

    Raises:
        ForeignPlanError: it is, and nobody but the workspace says which one is meant.
        RegistryUnavailableError: the one before can't be asked.
    """
    if before := registry_before(session, environment):
        raise ForeignPlanError(
            f"`{WORKSPACE_FILE}` names another registry than before: {before} holds the state of"
            f" `{environment}`",
            details=("rules, approvers and guards are those that a registry has recorded",),
            hint=f"set `{REGISTRY_VARIABLE}` to the one that is meant, as no commit can; or take"
            " the state of the one before away",
        )


def naming_notices(session: Session, environment: str) -> Iterator[str]:
    """Yield what readers of a plan should know of a registry that was named before."""
    try:
        before = registry_before(session, environment)
    except RegistryUnavailableError as error:
        before = error.message
    if before:
        yield (
            f"ANOTHER REGISTRY: `{WORKSPACE_FILE}` named another one before ({before}); this is"
            f" not compared with what is in force there, and not applied without"
            f" `{REGISTRY_VARIABLE}`"
        )


def registry_before(session: Session, environment: str) -> str:
    """Return in words a registry that was named before and holds the environment; "" for none.

    Where `MLSPEC_REGISTRY` says which one is meant, nothing is looked up.
    """
    if os.environ.get(REGISTRY_VARIABLE):
        return ""
    now = _identity(session.sound().spec.registry)
    for each in _named_before(session.root):
        if _identity(each) != now and _holds_state(session.root, each, environment):
            return _words(each)
    return ""


def _named_before(root: Path) -> Iterator[Registry]:
    """Yield what the commits that are here named; where some are not, each remote, too."""
    seen = {_identity(each): each for each in map(_named_in, versions_of(root, WORKSPACE_FILE))}
    if is_shallow(root):
        others = (Registry(backend=_GIT, remote=each) for each in remotes(root))
        seen |= {_identity(each): each for each in others}
    yield from seen.values()


def _named_in(text: bytes) -> Registry:
    """Return the registry that a version of `mlspec.yaml` names; the default if it is broken."""
    documents = parse(SourceText(WORKSPACE_FILE, text)).documents
    named = (_registry(each.data) for each in documents)
    facts = next((each for each in named if each), {})
    wanted = {key: facts[key] for key in _FIELDS if isinstance(facts.get(key), str)}
    return Registry().model_copy(update=wanted)


def _registry(data: object) -> dict[str, object]:
    """Return the settings of the registry in a document, whatever else is wrong with it."""
    for key in ("spec", "registry"):
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _identity(registry: Registry) -> tuple[str, str]:
    is_remote = registry.records == _GIT
    return registry.records, registry.remote if is_remote else registry.path


def _holds_state(root: Path, registry: Registry, environment: str) -> bool:
    path = root / registry.path
    if not path.resolve().is_relative_to(root.resolve()):
        return False
    place = Place(path, root, registry.remote)
    try:
        return bool(
            open_backend(registry.records, place, environment).observe(bodies=False).lineage
        )
    except UsageError:  # there is no such backend here
        return False
    except TamperedPlanError:
        return True
    except RegistryUnavailableError as error:
        if isinstance(error.__cause__, RemoteMissingError):
            return False
        error.details += (f"`{WORKSPACE_FILE}` named it before, so it may hold what is in force",)
        raise


def _words(registry: Registry) -> str:
    if registry.records == _GIT:
        return f"the git remote `{without_secrets(registry.remote)}`"
    return f"the `{registry.records}` registry `{registry.path}`"
