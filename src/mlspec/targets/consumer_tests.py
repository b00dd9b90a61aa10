"""`consumer_tests`: what every consumer of a model can run against it, and against itself.

`cases.json` holds a contract with examples, `test_contracts.py` runs those of all models beside
it. Consumers that write in another language read the same cases.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.errors import OutputError
from mlspec.ir import Artifact
from mlspec.targets._contract_cases import broken_examples, kept_examples
from mlspec.targets._contract_schema import answer_schema
from mlspec.targets._header import header_text
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Contract
    from mlspec.targets._contract_schema import Object
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_TEMPLATE = "consumer_tests/test_contracts.py.j2"
_ANYBODY = "anybody"
"""Stands for the consumers of a model that names none."""


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the cases of every model, and one file of tests that runs them."""
    for contract in bundle.contracts:
        text = pretty_json(_cases(bundle, contract))
        yield Artifact(f"contracts/{contract.model}/cases.json", text, contract.source)
    if bundle.contracts:
        source = bundle.pipeline.source
        text = renderer(_TEMPLATE, {"header": header_text(bundle, source).split("\n")})
        _check_python(text)
        yield Artifact("contracts/test_contracts.py", text, source)


def _cases(bundle: Bundle, contract: Contract) -> Object:
    consumers: list[Json] = [
        {"system": each.system, "team": each.team} for each in contract.consumers
    ]
    return {
        "about": header_text(bundle, contract.source),
        "answerSchema": answer_schema(contract),
        "answers": _examples(kept_examples(contract.outputs), broken_examples(contract.outputs)),
        "consumers": consumers or [{"system": _ANYBODY, "team": contract.owner}],
        "contractVersion": contract.contract_version,
        "format": "mlspec.contract-cases/1.0",
        "host": contract.host,
        "model": contract.model,
        "owner": contract.owner,
        "path": contract.path,
        "requests": _examples(kept_examples(contract.inputs), broken_examples(contract.inputs)),
    }


def _examples(kept: list[Object], broken: list[Object]) -> Object:
    return {"kept": [*kept], "broken": [*broken]}


def _check_python(text: str) -> None:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise OutputError(f"the template `{_TEMPLATE}` gives no Python: {error}") from error


TARGET = Target(
    "consumer_tests", "Contract tests that the consumers of a model run", emit, is_default=False
)
