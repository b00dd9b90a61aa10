"""Options of the test run."""

from __future__ import annotations

import gc

from hypothesis import settings
from tests.mlflow_servers import mlflow, mlflow_2, mlflow_auth, mlflow_postgres, unique
from tests.sagemaker_double import sagemaker, shared_double
from tests.unity_double import shared_workspace, unity

__all__ = [
    "mlflow",
    "mlflow_2",
    "mlflow_auth",
    "mlflow_postgres",
    "sagemaker",
    "shared_double",
    "shared_workspace",
    "unique",
    "unity",
]

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")  # speed is measured by benchmarks, on a machine at rest


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what is compiled now over `expected/` in tests/cases, to be reviewed as a diff",
    )


def pytest_collection_finish():
    """Leave what was collected alone: it lives as long as the run, and there are 30,000 tests.

    Looking through it again and again for what nobody needs took a quarter of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_sessionfinish():
    """Let go of all."""
    gc.unfreeze()
