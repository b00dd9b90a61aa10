"""A spec holds a password, a token or a key.

What it does
Looks at every text of every spec, overrides included, for tokens with the prefix of their issuer,
private keys and passwords in addresses, and at what stands under names such as `password`.

Why is this bad?
Specs are read by everybody who reviews them, and what they say goes on into plans, the registry
and its events, where nothing can be taken out again. Whoever reads the secret has the access that
it gives. No comment lets this pass.

Bad
    kind: Dataset
    metadata:
      name: acs-2015
    spec:
      uri: postgresql://loader:correct-horse@db.example.org/acs

Good
    kind: Dataset
    metadata:
      name: acs-2015
    spec:
      uri: postgresql://db.example.org/acs

References
- https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
- https://kubernetes.io/docs/concepts/configuration/secret/
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._written import source_of
from mlspec.secrets import (
    is_reference,
    is_secret_name,
    may_hold_secret,
    may_write_secret,
    secret_in,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mlspec.diagnostics import Path
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_HINT = (
    "take it out and give it where it is used, from a secret store; it was committed, so it has to "
    "be replaced by a new one, too"
)
_SHORTEST = 6
_HOLDERS = (dict, list, tuple, Mapping)


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each text that gives access to something; none of them is repeated."""
    source = source_of(resource)
    if source is not None and not may_write_secret(source):
        return
    if not _is_suspect(resource.data):
        return
    for path, what in _secrets(resource.data, ()):
        yield Finding(resource, path, f"this holds {what}", hint=_HINT)


def _is_suspect(data: Mapping[str, object]) -> bool:
    """Tell whether it is worth while to look at each text: hardly ever, and this is quick."""
    texts: list[str] = []
    waiting: list[Collection[object]] = [data]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, Mapping) and _is_suspect_name(tuple(holder)):
            return True
        waiting += _inside(holder, texts)
    return may_hold_secret("\n".join(texts))


def _inside(holder: Collection[object], texts: list[str]) -> list[Collection[object]]:
    """Return what is held by something that is held, and add the texts to `texts`."""
    values = holder.values() if isinstance(holder, Mapping) else holder
    texts += [each for each in values if isinstance(each, str)]
    others = [each for each in values if not isinstance(each, str)]
    return [each for each in others if isinstance(each, _HOLDERS)]


@lru_cache(maxsize=4096)
def _is_suspect_name(names: tuple[object, ...]) -> bool:
    """Tell it of the names of a mapping, which many others have, too."""
    texts = [str(each) for each in names]
    return any(map(is_secret_name, texts)) or may_hold_secret("\n".join(texts))


def _secrets(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        what = secret_in(value) or _named(value, path)
        if what is not None:
            yield path, what
    elif isinstance(value, Mapping):
        yield from _in_mapping(value, path)
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            yield from _secrets(each, (*path, index))


def _in_mapping(value: Mapping[str, object], path: Path) -> Iterator[tuple[Path, str]]:
    for key, each in value.items():
        if (what := secret_in(str(key))) is not None:
            yield (*path, key), f"{what} in a name"
        yield from _secrets(each, (*path, key))


def _named(text: str, path: Path) -> str | None:
    name = path[-1] if path else ""
    is_named = isinstance(name, str) and is_secret_name(name)
    return "a value whose name says that it is secret" if is_named and _is_value(text) else None


def _is_value(text: str) -> bool:
    return len(text) >= _SHORTEST and " " not in text and not is_reference(text)


RULE = Rule("MLS706", "secret-in-spec", Severity.ERROR, (), check, suppressible=False)
