"""What comes with a query that `mlspec gate sql` printed, and what its answer has to add."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.canonical import Json, digest_bytes
from mlspec.evidence._file import shown
from mlspec.evidence._moment import moment
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence._file import FileContent
    from mlspec.evidence._json import Node
    from mlspec.evidence._model import Material

__all__ = [
    "AGGREGATES_TYPE",
    "Query",
    "cells",
    "material_of",
    "origin_problem",
    "provenance_of",
    "query_document",
    "question_part",
]

AGGREGATES_TYPE = "https://mlspec.dev/aggregates/v1"
_OF_THE_ANSWER = frozenset({"collectedAt", "lines", "snapshot"})
"""What an engine adds to the document that came with its query."""
_WHOLE = re.compile(r"-?[0-9]{1,19}")
_DECIMAL = re.compile(r"-?[0-9]{1,310}([.][0-9]{1,310})?([eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Query:
    """A query, for which engine and table, and what is asked.

    `shape` is `counts`, `quantiles` or `scores`; `source` names what of `evaluation` its answer is
    for, "" where no spec asked.
    """

    text: str
    dialect: str
    table: str
    shape: str = "counts"
    source: str = ""


def query_document(query: Query, asked: dict[str, Json]) -> dict[str, Json]:
    """Return what comes with a query; with `lines` and `snapshot` added, it is the answer.

    `asked` is what the shape needs to be read again: names of features or columns, digits.
    """
    return {
        "_type": AGGREGATES_TYPE,
        "dialect": query.dialect,
        "query": query.text,
        "queryDigest": digest_bytes(query.text.encode()),
        "shape": query.shape,
        "source": query.source,
        "table": query.table,
        **asked,
    }


def question_part(document: Node) -> dict[str, Json]:
    """Return what was asked, without what the engine added: the document as it was printed.

    Raises:
        MalformedError: the document is no object.
    """
    return {name: each.value for name, each in document.members() if name not in _OF_THE_ANSWER}


def origin_problem(document: Node) -> Reason | None:
    """Return why an answer does not say what was asked of which state of the table, if so.

    It states the version of the table, or the moment at which it was asked.
    """
    if document.at("_type").text() != AGGREGATES_TYPE:
        return Reason("malformed-report", f"the document is no `{AGGREGATES_TYPE}`")
    if document.at("queryDigest").text() != digest_bytes(document.at("query").text().encode()):
        return Reason("profile-edited", "the query does not have the digest that is stated")
    collected = document.at("collectedAt")
    if collected.is_there and not moment(collected.text()):
        sentence = f"`collectedAt` is {shown(collected.text())}, no moment with a time zone"
        return Reason("malformed-report", sentence)
    if collected.is_there or document.at("snapshot").text_or().strip():
        return None
    sentence = "neither `snapshot` nor `collectedAt` says which state of the table was asked"
    return Reason("snapshot-missing", sentence)


def material_of(content: FileContent, document: Node, rows: int) -> Material:
    """Return the answer as a material, with the query and the version of the table."""
    query = digest_bytes(document.at("query").text().encode())
    snapshot = document.at("snapshot").text_or()
    return replace(content.material(rows), query_digest=query, snapshot=snapshot)


def provenance_of(document: Node) -> Provenance:
    """Return which engine answered, and when."""
    collected = moment(document.at("collectedAt").text_or())
    return Provenance(document.at("dialect").text_or(), "", collected)


def cells(node: Node, names: Sequence[str]) -> list[Node]:
    """Return the cells of a line; warehouses give names of columns in capitals.

    Numbers may be text: command lines of warehouses write whole numbers of 64 bits so.

    Raises:
        MalformedError: the line lacks one.
    """
    members = {name.lower(): value for name, value in node.members()}
    if all(name in members for name in names):
        return [_as_number(members[name]) for name in names]
    raise node.malformed(f"a line with {', '.join(f'`{name}`' for name in names)}")


def _as_number(node: Node) -> Node:
    """Return the cell with the decimal number that its text is; other text is no cell of ours.

    Raises:
        MalformedError: the cell is text that is no decimal number.
    """
    if not isinstance(node.value, str):
        return node
    if _WHOLE.fullmatch(node.value):
        return replace(node, value=int(node.value))
    if _DECIMAL.fullmatch(node.value):
        return replace(node, value=float(node.value))
    raise node.malformed(f"a number: it is the text {shown(node.value)}")
