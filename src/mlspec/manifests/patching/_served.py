"""What runs after a patch in place of what was judged: an image, or the bytes of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests.patching._values import entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json

__all__ = ["swapped"]

_ARTIFACT = ("MLSPEC_ARTIFACT_DIGEST", "MLSPEC_ARTIFACT_URI")
_PINNED = "@sha256:"


def swapped(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[str]:
    """Yield what gates have judged and the changed object no longer runs; and images that may move.

    A container that comes with the patch is nobody's model: only its image has to be pinned.
    """
    was, now = dict(_run(dict(before), "")), dict(_run(dict(after), ""))
    for place, text in now.items():
        if was.get(place, text) != text:
            yield f"{place} is `{text}`, which is not what was judged"
        if place.startswith("the image") and _PINNED not in text and was.get(place) != text:
            yield f"{place} is `{text}`, which may become another one: it names no digest"
    for place in was:
        if place not in now and not place.startswith("the image"):
            yield f"{place} is gone"


def _run(value: Json, name: str) -> Iterator[tuple[str, str]]:
    """Yield what each container below a value runs, by words; `name` is the key of the value."""
    if isinstance(value, list):
        for each in value:
            yield from _run(each, name)
    elif isinstance(value, dict):
        called = str(value.get("name", name))
        if isinstance(value.get("image"), str):
            yield f"the image of the container `{called}`", str(value["image"])
        for variable in entries(value, "env"):
            if variable.get("name") in _ARTIFACT:
                place = f"`{variable['name']}` of the container `{called}`"
                yield place, str(variable.get("value"))
        uri = value.get("storageUri") or (value.get("uri") if name == "model" else None)
        if isinstance(uri, str):  # of KServe, for models and for language models
            yield "the place of the model", uri
        for key, each in value.items():
            yield from _run(each, key)
