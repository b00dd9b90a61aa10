"""Reading a JSON object field by field: each one present, of its type, and none left over."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from enum import StrEnum
    from typing import Self

    from mlspec.canonical import Json

    Choice = TypeVar("Choice", bound=StrEnum)

__all__ = ["Fields", "ShapeError"]


class ShapeError(Exception):
    """A JSON object is not shaped as expected; the text says where."""


class Fields:
    """The fields of one object. As a context, it refuses fields that nobody took."""

    def __init__(self, value: Json, where: str) -> None:
        if not isinstance(value, dict):
            raise ShapeError(f"`{where}` is no object")
        self._left = dict(value)
        self._where = where

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: object, *_rest: object) -> None:
        if error is None and self._left:
            raise ShapeError(f"`{self._where}` has an unknown field `{min(self._left)}`")

    def take(self, name: str) -> Json:
        """Return a field of any type."""
        if name not in self._left:
            raise ShapeError(f"`{self._where}` has no field `{name}`")
        return self._left.pop(name)

    def take_if_there(self, name: str) -> Json:
        """Return a field of any type; None where it is not there."""
        return self._left.pop(name, None)

    def text(self, name: str) -> str:
        """Return a text."""
        value = self.take(name)
        if not isinstance(value, str):
            raise self._mistyped(name, "a text")
        return value

    def named_texts(self, *names: str) -> dict[str, str]:
        """Return several texts by their names."""
        return {name: self.text(name) for name in names}

    def text_or_none(self, name: str) -> str | None:
        """Return a text or null."""
        value = self.take(name)
        if value is not None and not isinstance(value, str):
            raise self._mistyped(name, "a text")
        return value

    def number(self, name: str) -> int:
        """Return a whole number."""
        value = self.take(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._mistyped(name, "a whole number")
        return value

    def share(self, name: str) -> float:
        """Return a number in 0..1."""
        value = self.take(name)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            raise self._mistyped(name, "a number between 0 and 1")
        return value

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self.take(name)
        if not isinstance(value, bool):
            raise self._mistyped(name, "true or false")
        return value

    def choice(self, name: str, choices: type[Choice]) -> Choice:
        """Return a member of an enumeration."""
        value = self.text(name)
        try:
            return choices(value)
        except ValueError:
            raise self._mistyped(name, "a known word") from None

    def child(self, name: str) -> Fields:
        """Return an object."""
        return Fields(self.take(name), f"{self._where}.{name}")

    def child_or_none(self, name: str) -> Fields | None:
        """Return an object or null."""
        value = self.take(name)
        return None if value is None else Fields(value, f"{self._where}.{name}")

    def children(self, name: str) -> tuple[Fields, ...]:
        """Return a list of objects."""
        value = self.take(name)
        if not isinstance(value, list):
            raise self._mistyped(name, "a list")
        return tuple(
            Fields(each, f"{self._where}.{name}[{index}]") for index, each in enumerate(value)
        )

    def texts(self, name: str) -> dict[str, str]:
        """Return a mapping of texts."""
        value = self.take(name)
        if not isinstance(value, dict):
            raise self._mistyped(name, "an object of texts")
        found = {key: text for key, text in value.items() if isinstance(text, str)}
        if len(found) != len(value):
            raise self._mistyped(name, "an object of texts")
        return found

    def text_list(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.take(name)
        if not isinstance(value, list):
            raise self._mistyped(name, "a list of texts")
        found = tuple(each for each in value if isinstance(each, str))
        if len(found) != len(value):
            raise self._mistyped(name, "a list of texts")
        return found

    def _mistyped(self, name: str, expected: str) -> ShapeError:
        return ShapeError(f"`{self._where}.{name}` is not {expected}")
