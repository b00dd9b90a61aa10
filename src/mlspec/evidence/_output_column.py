"""What is no output of a model, told by the name of its column alone.

A rule asks this of every spec, so that nothing is loaded here which computes.
"""

from __future__ import annotations

from mlspec.evidence._file import shown
from mlspec.evidence._reason import Reason

__all__ = ["used_twice"]


def used_twice(column: str, *, key: str, label: str) -> Reason | None:
    """Return the reason that an output of a model is read from the key or the label, if it is."""
    for name, other in (("label", label), ("key", key)):
        if column == other:
            sentence = f"{shown(column)} is the column of the {name}, and no output of the model"
            return Reason("column-used-twice", sentence)
    return None
