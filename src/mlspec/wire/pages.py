"""A list that a server tells page by page, each leading to the next one by a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from mlspec.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["listed"]

_Value = TypeVar("_Value")


def listed(
    read: Callable[[str], Mapping[str, _Value]], entries: str, following: str, named: str
) -> Iterator[_Value]:
    """Yield the entries of all pages; an empty one may lead to another.

    `read` returns the page of a token, the first one for "". `entries` and `following` are the
    keys of a page, `named` is what people are told of the list.

    Raises:
        RefusedError: a page leads to itself.
    """
    token = ""
    while True:
        page = read(token)
        found, before = page.get(entries), token
        yield from found if isinstance(found, list) else []
        token = str(page.get(following) or "")
        if not token:
            return
        if token == before:
            raise RefusedError(f"{named} leads in a circle")
