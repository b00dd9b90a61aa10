"""JSON Patch (RFC 6902) with JSON Pointers (RFC 6901): read strictly, applied all or none.

Operations are made one after another, each on what the one before left. Copies are counted, as a
few of them could double a document again and again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.manifests.patching._values import PatchError, copied, equal, kind_of, size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlspec.canonical import Json

__all__ = ["Operation", "apply_operations", "read_operations"]

_MEMBERS = {
    "add": ("path", "value"),
    "copy": ("from", "path"),
    "move": ("from", "path"),
    "remove": ("path",),
    "replace": ("path", "value"),
    "test": ("path", "value"),
}
_POINTER = re.compile(r"(/([^~/]|~[01])*)*")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_MOST_OPERATIONS = 1000
_MOST_COPIED = 100_000

_Steps = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One step: `index` is its place in the list, `source` the `from` of `move` and `copy`."""

    index: int
    op: str
    path: _Steps
    source: _Steps = ()
    value: Json = None


def read_operations(value: Json) -> tuple[Operation, ...]:
    """Return the operations of a list.

    Raises:
        PatchError: it is none, or an operation lacks a member or has one that nothing reads.
    """
    if not isinstance(value, list) or not value:
        raise PatchError("a JSON patch is a list of operations", hint="such as `- {op: add, ...}`")
    if len(value) > _MOST_OPERATIONS:
        raise PatchError(f"a patch has at most {_MOST_OPERATIONS} operations")
    return tuple(_operation(index, each) for index, each in enumerate(value))


def _operation(index: int, value: Json) -> Operation:
    members = value if isinstance(value, dict) else {}
    op = members.get("op")
    if not isinstance(op, str) or op not in _MEMBERS:
        known = ", ".join(f"`{each}`" for each in _MEMBERS)
        raise PatchError("an operation needs an `op`", (index,), f"one of {known}")
    wanted = {"op", *_MEMBERS[op]}
    _require_members(index, op, members, wanted)
    source = _pointer(members["from"], (index, "from")) if "from" in wanted else ()
    path = _pointer(members["path"], (index, "path"))
    if op == "move" and source == path[: len(source)] and source != path:
        raise PatchError("a value can't be moved into itself", (index, "path"))
    return Operation(index, op, path, source, members.get("value"))


def _require_members(index: int, op: str, members: Mapping[str, Json], wanted: set[str]) -> None:
    for key in sorted(wanted - members.keys()):
        raise PatchError(f"`{op}` needs `{key}`", (index,), f"members: {', '.join(sorted(wanted))}")
    for key in sorted(members.keys() - wanted):
        raise PatchError(f"`{op}` has no `{key}`", (index, key), "take it out")


def _pointer(text: Json, at: tuple[int, str]) -> _Steps:
    if not isinstance(text, str) or _POINTER.fullmatch(text) is None:
        hint = "keys after slashes, as in `/spec/replicas`; `~1` is a slash in a key, `~0` a tilde"
        raise PatchError(f"`{text}` is no JSON pointer", at, hint)
    return tuple(each.replace("~1", "/").replace("~0", "~") for each in text.split("/")[1:])


def apply_operations(document: Json, operations: tuple[Operation, ...]) -> Json:
    """Return the document after every operation; the one given stays as it is.

    Raises:
        PatchError: an operation can't be made, or a `test` fails.
    """
    state = _State(copied(document))
    for each in operations:
        _APPLY[each.op](state, each)
    return state.root


@dataclass
class _State:
    root: Json
    copied: int = 0

    def take(self, operation: Operation, value: Json) -> Json:
        """Return a copy of a value, as long as there is room."""
        self.copied += size_of(value)
        if self.copied > _MOST_COPIED:
            raise PatchError("the patch copies too much", (operation.index,))
        return copied(value)


def _add(state: _State, operation: Operation) -> None:
    _put(state, operation, state.take(operation, operation.value))


def _put(state: _State, operation: Operation, value: Json) -> None:
    if not operation.path:
        state.root = value
        return
    *above, last = operation.path
    holder = _get(state.root, tuple(above), operation, "path")
    if isinstance(holder, dict):
        holder[last] = value
    elif isinstance(holder, list):
        index = len(holder) if last == "-" else _index(holder, last, operation, len(holder) + 1)
        holder.insert(index, value)
    else:
        raise _failure(operation, "path", f"`{_shown(tuple(above))}` is {kind_of(holder)}")


def _remove(state: _State, operation: Operation) -> None:
    _cut(state, operation, operation.path, "path")


def _cut(state: _State, operation: Operation, path: _Steps, member: str) -> Json:
    if not path:
        raise _failure(
            operation, member, "the whole document can't be taken out", "use `$patch: delete`"
        )
    value = _get(state.root, path, operation, member)
    holder = _get(state.root, path[:-1], operation, member)
    if isinstance(holder, dict):
        del holder[path[-1]]
    elif isinstance(holder, list):
        del holder[int(path[-1])]
    return value


def _replace(state: _State, operation: Operation) -> None:
    value = state.take(operation, operation.value)
    _get(state.root, operation.path, operation, "path")
    if not operation.path:
        state.root = value
        return
    holder = _get(state.root, operation.path[:-1], operation, "path")
    if isinstance(holder, dict):
        holder[operation.path[-1]] = value
    elif isinstance(holder, list):
        holder[int(operation.path[-1])] = value


def _move(state: _State, operation: Operation) -> None:
    if operation.source == operation.path:
        _get(state.root, operation.path, operation, "path")
        return
    _put(state, operation, _cut(state, operation, operation.source, "from"))


def _copy(state: _State, operation: Operation) -> None:
    value = _get(state.root, operation.source, operation, "from")
    _put(state, operation, state.take(operation, value))


def _test(state: _State, operation: Operation) -> None:
    if not equal(_get(state.root, operation.path, operation, "path"), operation.value):
        message = f"the test fails: `{_shown(operation.path)}` has another value"
        raise _failure(operation, "value", message, "the generated document is not as expected")


_APPLY: Mapping[str, Callable[[_State, Operation], None]] = {
    "add": _add,
    "copy": _copy,
    "move": _move,
    "remove": _remove,
    "replace": _replace,
    "test": _test,
}


def _get(value: Json, path: _Steps, operation: Operation, member: str) -> Json:
    for depth, step in enumerate(path):
        if isinstance(value, dict):
            if step not in value:
                raise _failure(operation, member, f"there is no `{_shown(path[: depth + 1])}`")
            value = value[step]
        elif isinstance(value, list):
            value = value[_index(value, step, operation, len(value), member)]
        else:
            raise _failure(operation, member, f"`{_shown(path[:depth])}` is {kind_of(value)}")
    return value


def _index(
    holder: list[Json], step: str, operation: Operation, end: int, member: str = "path"
) -> int:
    if _INDEX.fullmatch(step) is None or int(step) >= end:
        message = f"`{step}` is no index of a list of {len(holder)}"
        raise _failure(operation, member, message, "count from 0; `-` is the end, for `add`")
    return int(step)


def _failure(
    operation: Operation, member: str, message: str, hint: str | None = None
) -> PatchError:
    return PatchError(message, (operation.index, member), hint)


def _shown(path: _Steps) -> str:
    return "".join("/" + each.replace("~", "~0").replace("/", "~1") for each in path)
