"""`json_schema`: the request and the answer of every model as JSON Schema 2020-12."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.ir import Artifact
from mlspec.targets._contract_schema import DIALECT, answer_schema, request_schema
from mlspec.targets._header import header_text
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, Contract
    from mlspec.targets._contract_schema import Object
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield two schemas per model.

    A batch model has them as well: they describe one row of what it reads and writes.
    """
    for contract in bundle.contracts:
        folder = f"contracts/{contract.model}"
        for part, schema in (
            ("answer", answer_schema(contract)),
            ("request", request_schema(contract)),
        ):
            document = _head(bundle, contract, part) | schema
            yield Artifact(f"{folder}/{part}.schema.json", pretty_json(document), contract.source)


def _head(bundle: Bundle, contract: Contract, part: str) -> Object:
    return {
        "$schema": DIALECT,
        "$id": f"urn:mlspec:contract:{contract.model}:{contract.contract_version}:{part}",
        "$comment": header_text(bundle, contract.source),
        "title": f"{part} of {contract.model}",
    }


TARGET = Target(
    "json_schema", "JSON Schema of request and answer per model", emit, is_default=False
)
