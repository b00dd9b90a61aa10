"""What `doctor` finds out about the Unity Catalog of an environment, by reading alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mlspec.api._doctor_server import clock_fact
from mlspec.errors import MlspecError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["unity_facts"]


def unity_facts(options: Mapping[str, str]) -> Iterator[tuple[str, bool | None, str]]:
    """Yield what is worth knowing of a schema, whether it is fine, and what it is.

    Nothing is written, so nobody can tell before whether this user may.
    """
    from mlspec.unity import Client, connection_to

    catalog, schema = options.get("catalog", ""), options.get("schema", "")
    try:
        with Client(connection_to(options.get("host") or None, os.environ)) as client:
            client.get(catalog_name=catalog, schema_name=schema, max_results="1")
            place = f"{client.connection.url}, {catalog}.{schema}"
            yield "server", None, f"{place}; a preview: no real workspace was tried"
            yield (
                "limits",
                None,
                (
                    "makes no versions: one that is registered is taken by its source; notes are"
                    " in comments; two requests for each model"
                ),
            )
            yield "rights", None, "may read; whether it may write shows when it does"
            yield clock_fact(client.server_ms)
    except MlspecError as error:
        yield "server", False, error.message
