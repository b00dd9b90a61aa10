"""Models in Unity Catalog, by its REST interface; the only place that speaks it. A preview.

A model is a registered model in a schema of a catalog, versions are made by others (see
`writing`), and what traffic follows is an alias. What mlspec notes is in the comments.

    with Client(connection_to(None, os.environ)) as client:
        model = read_model(client, Schema("prod", "growth"), "churn")
"""

from typing import TYPE_CHECKING

from mlspec.lazy import importer

__all__ = [
    "Client",
    "Schema",
    "Trouble",
    "UnityModel",
    "UnityVersion",
    "connection_to",
    "read_model",
    "trouble_with_name",
]

if TYPE_CHECKING:
    from mlspec.unity.client import Client
    from mlspec.unity.connection import connection_to
    from mlspec.unity.limits import Trouble, trouble_with_name
    from mlspec.unity.model import Schema, UnityModel, UnityVersion
    from mlspec.unity.reading import read_model
else:
    __getattr__ = importer(
        __name__,
        {
            "Client": "client",
            "Schema": "model",
            "Trouble": "limits",
            "UnityModel": "model",
            "UnityVersion": "model",
            "connection_to": "connection",
            "read_model": "reading",
            "trouble_with_name": "limits",
        },
    )
