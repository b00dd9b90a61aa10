"""What a pass rests on, as text and JSON: what was seen, and the step for what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.reporting._cells import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.policy import Ground

__all__ = ["ground_json", "ground_lines"]


def ground_lines(ground: Ground, indent: str) -> Iterator[str]:
    """Yield how something stands that a pass rests on, and the step that would show it."""
    status = ground.look.status.value.replace("-", " ")
    yield f"{indent}{status}: {clean(ground.name)}: {clean(ground.look.told)}"
    if ground.how:
        yield f"{indent}next: {clean(ground.how)}"


def ground_json(ground: Ground) -> dict[str, Json]:
    """Return something that a pass rests on, as it was seen, as JSON."""
    return {
        "kind": ground.kind,
        "name": ground.name,
        "status": ground.look.status.value,
        "told": ground.look.told,
        "how": ground.how or None,
    }
