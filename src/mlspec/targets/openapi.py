"""`openapi`: an OpenAPI 3.1 document per model that answers requests.

Its request and answer are the JSON Schemas of the contract. What an error says beyond its status
is the server's own affair: a spec does not tell, so neither does the document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact
from mlspec.syntax import emit_documents
from mlspec.targets._contract_schema import DIALECT, answer_schema, request_schema
from mlspec.targets._header import header_text
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Contract
    from mlspec.targets._contract_schema import Object
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield one document per model that is served online."""
    for contract in bundle.contracts:
        if contract.path:
            header = header_text(bundle, contract.source)
            text = emit_documents([_document(contract)], header=header)
            yield Artifact(f"contracts/{contract.model}/openapi.yaml", text, contract.source)


def _document(contract: Contract) -> Object:
    consumers: list[Json] = [
        {"system": each.system, "team": each.team} for each in contract.consumers
    ]
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": _about(contract),
        **_servers(contract),
        "paths": {contract.path: {"post": _operation(contract)}},
        "components": {
            "schemas": {"Request": request_schema(contract), "Answer": answer_schema(contract)}
        },
        "x-consumers": consumers,
        "x-model-version": contract.version,
        "x-owner": contract.owner,
    }


def _servers(contract: Contract) -> Object:
    """Return where it answers; nothing where no route that is compiled says so."""
    if not contract.host:
        return {}
    return {"servers": [{"url": f"//{contract.host}", "description": "The route of the model."}]}


def _about(contract: Contract) -> Object:
    found: Object = {"title": contract.model, "version": contract.contract_version}
    if contract.description:
        found["description"] = contract.description
    if contract.owner:
        found["contact"] = {"name": contract.owner}
    return found


def _operation(contract: Contract) -> Object:
    return {
        "operationId": "predict",
        "summary": f"Ask {contract.model} about one row.",
        "requestBody": {"required": True, "content": _content("Request")},
        "responses": {
            "200": {"description": "The answer.", "content": _content("Answer")},
            "4XX": {"description": "The request breaks the contract; there is no answer."},
            "5XX": {"description": "The server failed; the request may be right."},
        },
    }


def _content(schema: str) -> Object:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


TARGET = Target(
    "openapi", "OpenAPI 3.1 document per online model, from its contract", emit, is_default=False
)
