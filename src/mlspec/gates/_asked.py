"""Whether an engine answered the question that the spec asks: it is asked once more, and compared.

What the file of an answer says of its question is a claim: its digest is made from the same file.
So the question is made from the spec of today, as `mlspec gate sql` prints it, and has to be that.
From the answer come the engine, the table and the rounding, which no spec states, and the columns
of a reference whose gate judges all it has. Where rows per bin are asked for, rows per value of the
same columns are as good: the bins of the reference follow from them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json
from mlspec.errors import UsageError
from mlspec.evidence import Material, Profile, QueryRequest, Reason, make_query, shown
from mlspec.stats.engines._dialects import DIALECTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.evidence import FeatureProfile
    from mlspec.gates._inputs import EvaluationInputs
    from mlspec.gates._queries import NeededQuery

__all__ = ["bins_profile", "other_question", "query_request"]


def query_request(
    inputs: EvaluationInputs,
    needed: NeededQuery,
    *,
    dialect: str,
    table: str,
    digits: int,
    columns: Sequence[str],
) -> QueryRequest:
    """Return what is asked of a table for the gates of a model; the champion's is left out.

    `columns` are counted where the spec leaves them to the reference; without any, and none in the
    spec, there is nothing to count: `make_query` refuses that.
    """
    counted = needed.columns or tuple(each for each in columns if each not in needed.without)
    return QueryRequest(
        dialect,
        table,
        needed.shape,
        () if needed.shape == "counts" else counted,
        inputs.score,
        inputs.label,
        digits,
        inputs.prediction,
        needed.where,
        needed.source,
        key=inputs.key,
    )


def bins_profile(needed: NeededQuery, features: Sequence[FeatureProfile]) -> Profile | None:
    """Return the bins that a query counts in, None for one that counts values or scores."""
    if needed.like is None:
        return None
    return Profile(Material(needed.like, needed.like, ""), 0, tuple(features))


def other_question(
    asked: Mapping[str, Json],
    needed: NeededQuery | None,
    inputs: EvaluationInputs,
    features: Sequence[FeatureProfile] = (),
) -> Reason | None:
    """Return why an answer is to another question than the spec asks; None where it is to that.

    Args:
        asked: what the document says was asked, without what the engine added.
        needed: what the spec asks of the source; None where no gate asks an engine.
        inputs: the names of columns.
        features: those that the query counts, with the bins of the reference.

    Raises:
        MissingExtraError: sqlglot is not installed.
    """
    if needed is not None and needed.paired and not asked.get("champion"):
        needed = needed.alone
        if needed is None:
            sentence = "the spec compares two models: ask again with `--table champion=NAME`"
            return Reason("other-question", sentence)
    if needed is None:
        return Reason("other-question", "it answers a question that no gate asks")
    found = _as_good(asked, needed)
    unknown = _unknown(asked, found)
    if unknown:
        return Reason("other-question", unknown)
    try:
        printed = make_query(_request(asked, found, inputs), bins_profile(found, features))
    except UsageError as error:
        return Reason("other-question", error.message)
    wrong = ", ".join(map(shown, sorted(_differing(asked, printed))))
    return _differs(wrong) if wrong else None


def _as_good(asked: Mapping[str, Json], needed: NeededQuery) -> NeededQuery:
    """Return what is needed, or rows per value where those are there instead of rows per bin."""
    if asked.get("shape") == "quantiles" and needed.shape == "counts":
        return replace(needed, shape="quantiles", like=None)
    return needed


def _unknown(asked: Mapping[str, Json], needed: NeededQuery) -> str:
    """Return why no question can be made that is like it; "" where one can."""
    if asked.get("dialect") not in DIALECTS:
        return f"`dialect` is none that queries are printed for: {', '.join(DIALECTS)}"
    if asked.get("shape") != needed.shape:
        return f"the spec asks for {needed.shape}, this is another shape"
    return ""


def _differs(wrong: str) -> Reason:
    return Reason("other-question", f"it is not what the spec asks today: {wrong} differ")


def _request(
    asked: Mapping[str, Json], needed: NeededQuery, inputs: EvaluationInputs
) -> QueryRequest:
    digits, columns = asked.get("digits", 0), asked.get("columns")
    made = query_request(
        inputs,
        needed,
        dialect=str(asked.get("dialect")),
        table=str(asked.get("table")),
        digits=digits if isinstance(digits, int) else 0,
        columns=[str(each) for each in columns] if isinstance(columns, list) else (),
    )
    return replace(made, champion=_champion(asked.get("champion")) if needed.paired else "")


def _champion(stated: Json) -> str:
    found = stated.get("table") if isinstance(stated, dict) else None
    return found if isinstance(found, str) else ""


def _differing(asked: Mapping[str, Json], printed: Mapping[str, Json]) -> set[str]:
    """Return the names of what was stated otherwise than it is printed.

    The digest of the query was compared with its text before. A query that was printed without a
    model names no source: it is the same question.
    """
    names = {*asked, *printed} - {"queryDigest"}
    found = {each for each in names if _bytes(asked, each) != _bytes(printed, each)}
    return found - {"source"} if asked.get("source") == "" else found


def _bytes(document: Mapping[str, Json], name: str) -> bytes:
    """Return a member as text, in which 1, 1.0 and true differ; nothing where it is absent."""
    return canonical_json(document[name]) if name in document else b""
