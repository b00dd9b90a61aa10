"""The codes of the data side: why features, a contract or a registration are not compiled."""

from __future__ import annotations

from mlspec.diagnostics import Code, Severity

__all__ = ["DATA_CODES"]


def _code(code: str, name: str, why: str, bad: str, good: str) -> Code:
    summary = f"A part of a workspace is not compiled: {name.replace('-', ' ')}."
    return Code(code, name, Severity.ERROR, summary, why, bad, good)


def _field(text: str) -> str:
    return f"kind: Model\nspec:\n  output:\n    version: v1\n    fields: [{{{text}}}]\n"


def _view(text: str, column: str = "age") -> str:
    head = f"kind: FeatureView\nspec:\n  features: [{{name: {column}, type: int}}]\n"
    return f"{head}  entities: [person]\n  {text}\n"


DATA_CODES = (
    _code(
        "MLS290",
        "input-of-two-views",
        "A request names each feature once. Two views that give one model a feature of the same "
        "name, or a feature named like the key of another view, leave open whose value it is.",
        "kind: Model\nspec:\n  features: [{view: person@v1}, {view: household@v1}]\n",
        "kind: Model\nspec:\n  features:\n    - {view: person@v1, columns: [age]}\n"
        "    - {view: household@v1, columns: [size]}\n",
    ),
    _code(
        "MLS291",
        "field-without-values",
        "A contract promises values in a range. Only numbers have one, and a whole number needs "
        "one that holds a whole number: otherwise no answer can keep the promise.",
        _field("name: grade, type: int, minimum: 0.2, maximum: 0.8"),
        _field("name: grade, type: int, minimum: 0, maximum: 8"),
    ),
    _code(
        "MLS292",
        "unreadable-feature-source",
        "Feast reads Parquet and Delta files. A feature repository on other data is applied and "
        "fails when the first value is asked for.",
        "kind: Dataset\nspec: {uri: data/people.csv, format: csv}\n",
        "kind: Dataset\nspec: {uri: data/people.parquet, format: parquet}\n",
    ),
    _code(
        "MLS293",
        "view-without-event-time",
        "Feast joins a row of the training data with the values that were known at its time; "
        "without event time it guesses a column, or refuses.",
        _view("source: {dataset: people@v1}"),
        _view("source: {dataset: people@v1, timestampColumn: seen_at}"),
    ),
    _code(
        "MLS294",
        "entity-without-key",
        "Values are found by the key of an entity: one column of whole numbers or text, the same "
        "in every view. Without it nothing can be asked for.",
        _view("joinKeys: [id, name]"),
        _view("joinKeys: [person_id]"),
    ),
    _code(
        "MLS295",
        "feature-that-feast-refuses",
        "Feast tells features from keys and event time by their names, and calls the moment of a "
        "training row `event_timestamp`: a feature of that name has one value in training and "
        "another in serving. It has no days, so a date is a timestamp.",
        _view("joinKeys: [age]"),
        _view("joinKeys: [person_id]"),
    ),
    _code(
        "MLS297",
        "too-long-for-a-registry",
        "MLflow refuses names of more than 256 characters, and descriptions, tags and addresses "
        "beyond 5000 and 500; half of a purpose would say something else.",
        f"kind: Model\nspec:\n  artifact: {{uri: s3://models/{'a' * 500}, format: onnx}}\n",
        "kind: Model\nspec:\n  artifact: {uri: s3://models/screen.onnx, format: onnx}\n",
    ),
)
