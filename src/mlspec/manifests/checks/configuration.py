"""ConfigMaps and Secrets that the API server refuses, or that tell everybody what they hold."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._node import objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _map(data: str, kind: str = "ConfigMap") -> str:
    return f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: fraud}}\n{data}\n"


_KEY = breaks(
    "MLS1143",
    "refused-data-key",
    "A key of a ConfigMap or Secret is refused, or stands in both of its parts.",
    """Keys become names of files: at most 253 letters, digits, `-`, `_` and `.`. The API server
    refuses others, and a key in `data` and `binaryData`.""",
    bad=_map("data: {models/fraud.json: '{}'}"),
    good=_map("data: {fraud.json: '{}'}"),
)
_BASE64 = breaks(
    "MLS1297",
    "unreadable-secret-data",
    "A value under `data` of a Secret, or `binaryData` of a ConfigMap, is no base64.",
    "The API server can't decode the object. Plain text is written under `stringData`.",
    bad=_map("data: {token: 'not base64!'}", "Secret"),
    good=_map("data: {token: ''}", "Secret"),
)
_CLEAR = warns(
    "MLS1298",
    "secret-in-manifest",
    "A Secret stands among the manifests with its values.",
    """Base64 is no encryption: whoever reads the repository, or its history, reads the secret. Keep
    it in a vault and let an operator make the Secret, or seal it.""",
    bad=_map("stringData: {user: scorer}", "Secret"),
    good=_map("type: Opaque", "Secret"),
)

_KEY_FORM = re.compile(r"(?!\.{1,2}\Z)[-._a-zA-Z0-9]{1,253}")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield refused keys and encodings, and secrets in clear text."""
    for node in objects(manifests, "", "ConfigMap"):
        yield from _keys(node, "data", "binaryData")
        yield from _encoded(node["binaryData"])
    for node in objects(manifests, "", "Secret"):
        yield from _keys(node, "data")
        yield from _keys(node, "stringData")
        yield from _encoded(node["data"])
        for key in ("data", "stringData"):
            if any(value.text and "{{" not in value.text for _, value in node[key].entries()):
                message = "the values of this Secret can be read by everybody who has the file"
                yield node[key].problem(_CLEAR, message, "keep them in a vault")


def _keys(node: Node, *parts: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for part in parts:
        for key, value in node[part].entries():
            if not _KEY_FORM.fullmatch(key):
                message = "a key has at most 253 letters, digits, `-`, `_` and `.`"
                yield value.problem(_KEY, message, "rename it")
            elif key in seen:
                yield value.problem(_KEY, f"`{key}` stands in `data` already", "remove one")
            seen.add(key)


def _encoded(values: Node) -> Iterator[Problem]:
    for _, value in values.entries():
        try:
            b64decode("".join(value.text.split()), validate=True)
        except (binascii.Error, ValueError):
            yield value.problem(_BASE64, "the value is no base64", "encode it")


CHECK = Check("configuration", (_KEY, _BASE64, _CLEAR), find)
