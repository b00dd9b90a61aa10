"""`mlspec gate sql`: queries for the engine that has the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mlspec.api.gate_queries import Asking, gate_queries
from mlspec.api.queries import QueryRequest, make_query
from mlspec.canonical import pretty_json
from mlspec.cli._output import note, write
from mlspec.errors import ExitCode, UsageError
from mlspec.evidence import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mlspec.api.gate_queries import ModelQuery

__all__ = ["Asked", "asking", "of_models", "of_table", "refuse_with_model"]

_SHAPES = {
    "counts": "rows per feature and bin",
    "quantiles": "rows per rounded value",
    "scores": "rows per rounded score and label",
    "crossed": "rows per label, outputs of the models, and groups",
}


class Asked(Protocol):
    """What the flags say of a query that no model asks for."""

    @property
    def shape(self) -> str | None:
        """One of `counts`, `quantiles` and `scores`."""

    @property
    def reference(self) -> Path | None:
        """The profile whose bins are used."""

    @property
    def columns(self) -> list[str] | None:
        """The columns that are asked for."""

    @property
    def score(self) -> str:
        """The column of the score."""

    @property
    def label(self) -> str:
        """The column of the label."""

    @property
    def prediction(self) -> str | None:
        """The column of the predicted class."""

    @property
    def digits(self) -> int:
        """Digits that values are rounded to."""


def refuse_with_model(asked: Asked) -> None:
    """Refuse flags that say what the spec of a model says."""
    for flag, value in (("--shape", asked.shape), ("--reference", asked.reference)):
        if value is not None:
            raise UsageError(f"`{flag}` says what the spec of the model says: leave it out")


def asking(dialect: str, tables: Sequence[str], digits: int, columns: list[str] | None) -> Asking:
    """Return what is asked of which tables: `SOURCE=NAME`, or `NAME` for all other sources."""
    named: dict[str, str] = {}
    for each in tables:
        source, mark, name = each.partition("=")
        key, value = (source, name) if mark else ("", each)
        if key in named or not value:
            raise UsageError(f"`--table {each}` names no table, or a source for the second time")
        named[key] = value
    return Asking(dialect, named, digits, tuple(columns or ()))


def of_table(asked: Asked, dialect: str, tables: Sequence[str], *, out: Path | None) -> int:
    """Print one query; with a file, write what its answer has to come with."""
    from mlspec.api.files import write_text
    from mlspec.api.profiles import profile_file

    if len(tables) != 1:
        raise UsageError("one query reads one table", hint="name a model to ask several")
    request = QueryRequest(
        dialect,
        tables[0],
        asked.shape or "counts",
        tuple(asked.columns or ()),
        asked.score,
        asked.label,
        asked.digits,
        asked.prediction,
    )
    made = make_query(request, None if asked.reference is None else profile_file(asked.reference))
    write(f"{made['query']};\n")
    if out is not None:
        write_text(out, pretty_json(made))
        note(f"add `lines` and `snapshot` to {out}, and run `mlspec gate run --aggregates {out}`")
    return 0


def of_models(
    models: Sequence[str],
    directory: Path | None,
    environment: str | None,
    asked: Asking,
    *,
    out: Path | None,
) -> int:
    """Print the queries that the gates of models need; with a folder, write what comes with them.

    Gates for which no query is printed are told. Without any query the exit code is that of gates
    that are not evaluated.
    """
    found = gate_queries(models, directory, environment, asked)
    for query in found.queries:
        file = None if out is None else _kept(query, out)
        header = "".join(f"-- {line}\n" for line in _header(query, file))
        write(f"{header}{query.document['query']};\n\n")
    for each in found.unasked:
        note(f"note: {each.address}, gate {each.gate}: no query, {each.reason}")
    return ExitCode.OK if found.queries else ExitCode.GATE_NOT_EVALUATED


def _kept(query: ModelQuery, folder: Path) -> Path:
    from mlspec.api.files import write_text

    address = query.address.replace("/", ".")
    file = folder / f"{address}.{'+'.join(query.environments)}.{query.source}.json"
    folder.mkdir(parents=True, exist_ok=True)
    write_text(file, pretty_json(dict(query.document)))
    return file


def _header(query: ModelQuery, file: Path | None) -> Iterator[str]:
    shape = str(query.document["shape"])
    environments = ", ".join(query.environments)
    yield f"{query.address} ({environments}), source {query.source}: {_SHAPES[shape]}"
    yield f"for the gates {', '.join(query.gates)}"
    document = "what `--out FOLDER` writes" if file is None else str(file)
    yield f"put the lines of the answer, as objects, into `lines` of {document},"
    yield "the version of the table into `snapshot` (or the moment into `collectedAt`), and run"
    model = query.address.removeprefix("model/")
    yield f"mlspec gate run {model} --aggregates {'FILE' if file is None else file}"
    if not query.is_read:
        yield _hint(query)


def _hint(query: ModelQuery) -> str:
    """Return what the spec has to say so that the answer is read."""
    if query.source == "predictions":
        return (
            "first name a file that ends in .json in `evaluation.predictions`, and the same one in "
            "`evaluation.champion`"
        )
    named = shown(query.file)
    return f"first name a file with `format: aggregates` for the source, instead of {named}"
