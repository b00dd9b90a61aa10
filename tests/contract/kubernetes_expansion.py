"""How Kubernetes expands `command`, `args` and `env` of a container.

Written after `third_party/forked/golang/expansion` of Kubernetes: `$(NAME)` becomes the value of a
known variable and stays where there is none, `$$` becomes `$`, any other `$` stays.
"""

from __future__ import annotations

import re

_SYNTAX = re.compile(r"\$(?:\$|\(([^)]*)\))", re.DOTALL)


def expanded(text, variables):
    """Return a text as the container gets it."""
    return _SYNTAX.sub(lambda found: _value(found, variables), text)


def _value(found, variables):
    if found[0] == "$$":
        return "$"
    return variables.get(found[1], found[0])


def environment(container):
    """Return the variables that a container of a pod starts with; later ones may use earlier."""
    made: dict[str, str] = {}
    for each in container.get("env", []):
        made[each["name"]] = expanded(each["value"], made)
    return made
