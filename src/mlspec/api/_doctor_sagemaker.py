"""What `doctor` finds out about SageMaker's registry of an environment, by reading alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mlspec.api._doctor_server import clock_fact
from mlspec.errors import MlspecError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["sagemaker_facts"]


def sagemaker_facts(options: Mapping[str, str]) -> Iterator[tuple[str, bool | None, str]]:
    """Yield what is worth knowing of a region, whether it is fine, and what it is.

    Nothing is written, so nobody can tell before whether this user may.
    """
    from mlspec.sagemaker import Client, connect

    client = Client(connect(options.get("region"), os.environ))
    try:
        client.repeat("list_model_package_groups", MaxResults=1)
    except MlspecError as error:
        yield "server", False, error.message
        return
    yield "server", None, f"{client.place}; a preview: no real account was tried"
    yield (
        "limits",
        None,
        (
            "no aliases: traffic follows the newest approved version; no descriptions, no renames;"
            " four requests for each model"
        ),
    )
    yield "rights", None, "may read; whether it may write shows when it does"
    yield clock_fact(client.server_ms)
