"""Which places of artifacts real servers make versions of: what is let through, they take."""

from __future__ import annotations

import pytest

from mlspec.errors import RefusedError
from mlspec.mlflow import Client, connection_to, trouble_with_new_source, trouble_with_source
from mlspec.mlflow.writing import create_model, create_version

MARK = "made.by"
RUN = "0123456789abcdef0123456789abcdef"
TAKEN = ("s3://models/churn.onnx", "gs://models/churn", "dbfs:/models/churn", "wasbs://m@a/churn")
REFUSED = (
    "file:/models/churn",
    "https://models.example.org/churn.onnx",
    "models/churn.onnx",
    "s3://models/../churn",
)
OF_RUNS = (
    f"runs:/{RUN}/model",
    f"models:/m-{RUN}",
    f"mlflow-artifacts:/1/{RUN}/artifacts/model",
)


@pytest.fixture
def make(mlflow, unique):
    """Make a version of a place at a server of 3.x, and tell whether it did."""
    with Client(connection_to(mlflow, {})) as client:
        create_model(client, f"{unique}m", {})

        def make(source):
            try:
                create_version(client, f"{unique}m", source, {MARK: source}, MARK)
            except RefusedError:
                return False
            return True

        yield make


def may_be_made(source):
    return trouble_with_source(source) is None and trouble_with_new_source(source) is None


@pytest.mark.parametrize("source", [*TAKEN, *REFUSED, *OF_RUNS])
def test_a_server_refuses_what_is_refused_and_takes_what_is_let_through(make, source):
    assert (source in TAKEN, source in TAKEN) == (may_be_made(source), make(source))


def test_another_version_may_be_named_where_it_is_there(make, unique):
    source = f"models:/{unique}m/1"

    assert not make(source)
    assert make(TAKEN[0])
    assert make(source)
    assert may_be_made(source)
