"""Which commits the workflows take actions from: a lock file that update bots edit.

It is written as a composite action that nothing runs, since Dependabot and Renovate read those.
What stands in it goes before what is shipped, so that no compilation takes an update back.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from mlspec.errors import OutputError
from mlspec.ir import PINS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.targets._port import Renderer

__all__ = ["current_pins"]

Pin = dict[str, str]

_SHIPPED = "github_actions/pins.json.j2"
_USES = re.compile(r"\s*(?:- )?uses:")
_PIN = re.compile(r"\s*(?:- )?uses: (([\w.-]+/[\w./-]+)@[0-9a-f]{40}) # (v?[0-9][\w.+-]{0,60})")
_HINT = f"correct it, or delete `{PINS_FILE}`: it is written again from what is shipped"


def current_pins(renderer: Renderer, lock: str) -> Mapping[str, Pin]:
    """Return the pins by name: those of the lock, and for the rest those that are shipped.

    Raises:
        OutputError: a line of the lock is not pinned to a commit with a version beside it, or is
            about an action that no workflow uses.
    """
    shipped: dict[str, Pin] = json.loads(renderer(_SHIPPED, {}))
    names = {pin["uses"].partition("@")[0]: name for name, pin in shipped.items()}
    return shipped | {
        _name(action, names, line): pin for line, action, pin in _locked(lock.splitlines())
    }


def _locked(lines: list[str]) -> Iterator[tuple[int, str, Pin]]:
    for number, line in enumerate(lines, start=1):
        found = _PIN.fullmatch(line)
        if found:
            yield number, found[2], {"uses": found[1], "version": found[3]}
        elif _USES.match(line):
            raise _refusal(number, "is not `uses: OWNER/NAME@COMMIT # VERSION`")


def _name(action: str, names: Mapping[str, str], line: int) -> str:
    if action not in names:
        raise _refusal(line, f"is about an action that is not one of {', '.join(sorted(names))}")
    return names[action]


def _refusal(line: int, reason: str) -> OutputError:
    return OutputError(f"line {line} of `{PINS_FILE}` {reason}", hint=_HINT)
