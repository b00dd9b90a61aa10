"""MLflow's model registry over its REST interface; the only place that speaks it.

A program opens a client, reads by name or lists, and writes. `connection_to` says where the
server is and who asks, from a URI and the environment variables of MLflow; nothing of the package
`mlflow` is imported, and nothing is sent before the first call.

    with Client(connection_to(None, os.environ)) as client:
        for model in list_models(client): ...        # every registered model, prompts apart
        for version in list_versions(client): ...    # every version, aliases not among them
        found = read_models(client, ["churn"])       # by name, in few requests
"""

from typing import TYPE_CHECKING

from mlspec.lazy import importer

__all__ = [
    "SMALLEST",
    "Capabilities",
    "Client",
    "Connection",
    "Limits",
    "ModelVersion",
    "RegisteredModel",
    "Trouble",
    "capabilities_of",
    "connection_to",
    "list_models",
    "list_versions",
    "read_model",
    "read_models",
    "read_version",
    "read_versions",
    "trouble_with_alias",
    "trouble_with_name",
    "trouble_with_new_source",
    "trouble_with_prompt_name",
    "trouble_with_source",
    "trouble_with_text",
]

if TYPE_CHECKING:
    from mlspec.mlflow.capabilities import Capabilities, capabilities_of
    from mlspec.mlflow.client import Client
    from mlspec.mlflow.connection import Connection, connection_to
    from mlspec.mlflow.limits import (
        SMALLEST,
        Limits,
        Trouble,
        trouble_with_alias,
        trouble_with_name,
        trouble_with_new_source,
        trouble_with_prompt_name,
        trouble_with_source,
        trouble_with_text,
    )
    from mlspec.mlflow.model import ModelVersion, RegisteredModel
    from mlspec.mlflow.reading import (
        list_models,
        list_versions,
        read_model,
        read_models,
        read_version,
        read_versions,
    )
else:
    __getattr__ = importer(
        __name__,
        {
            "SMALLEST": "limits",
            "Capabilities": "capabilities",
            "Client": "client",
            "Connection": "connection",
            "Limits": "limits",
            "ModelVersion": "model",
            "RegisteredModel": "model",
            "Trouble": "limits",
            "capabilities_of": "capabilities",
            "connection_to": "connection",
            "list_models": "reading",
            "list_versions": "reading",
            "read_model": "reading",
            "read_models": "reading",
            "read_version": "reading",
            "read_versions": "reading",
            "trouble_with_alias": "limits",
            "trouble_with_name": "limits",
            "trouble_with_new_source": "limits",
            "trouble_with_prompt_name": "limits",
            "trouble_with_source": "limits",
            "trouble_with_text": "limits",
        },
    )
