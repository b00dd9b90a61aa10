"""`databricks-bundle`: models and endpoints that Databricks bundles declare.

One model is one spec, whatever targets deploy it: what they change is told beside it. A variable
is left as the text that it is. What an endpoint serves of somebody else is a model of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.importing._bundle import read_bundles
from mlspec.importing._bundle_models import models_of
from mlspec.importing._model import FoundModel, Unread
from mlspec.importing._port import Importer
from mlspec.importing._walk import location_of
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.importing._model import Lost
    from mlspec.importing._port import Request

__all__ = ["IMPORTER"]


def read(request: Request) -> Iterator[FoundModel | Lost | Unread]:
    """Yield the models of bundles, in order of folder and name, and what could not be read.

    Raises:
        UsageError: there is no such file or folder, or no bundle in it.
    """
    where = location_of(request.where, request.root)
    count = 0
    for each in read_bundles(request.where):
        if isinstance(each, Unread):
            yield each
            continue
        location = f"{where}/{printable(each.folder)}" if each.folder else where
        for found in models_of(each, location, request.alias):
            if isinstance(found, FoundModel):
                count += 1
                request.progress(count)
            yield found


IMPORTER = Importer(
    "databricks-bundle",
    "Models and endpoints that Databricks bundles declare.",
    read,
    "registered models and serving endpoints in a `databricks.yml` and what it includes",
)
