"""Many questions to one server, over a few connections at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["THREADS", "asked"]

THREADS: Final = 8

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def asked(ask: Callable[[_Key], _Value | None], keys: Iterable[_Key]) -> dict[_Key, _Value]:
    """Return the answer for each key that has one, in the order of the keys.

    Raises:
        RegistryUnavailableError: what `ask` raised for the first of them in that order.
    """
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return {}
    with ThreadPoolExecutor(min(THREADS, len(wanted))) as pool:
        found = list(pool.map(ask, wanted))
    return {key: each for key, each in zip(wanted, found, strict=True) if each is not None}
