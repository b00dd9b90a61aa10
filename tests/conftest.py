"""Options of the test run."""

from __future__ import annotations

from hypothesis import settings
from tests.mlflow_servers import mlflow, mlflow_2, mlflow_auth, mlflow_postgres, unique

__all__ = ["mlflow", "mlflow_2", "mlflow_auth", "mlflow_postgres", "unique"]

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")  # speed is measured by benchmarks, on a machine at rest


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what is compiled now over `expected/` in tests/cases, to be reviewed as a diff",
    )
