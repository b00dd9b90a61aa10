"""Runs beside MLflow: read a signature, send the two registrations to a store of MLflow's own.

    python in_mlflow.py FOLDER STORE

FOLDER holds what the target `mlflow` wrote for one model, STORE is a folder for the registry.
Prints what MLflow made of it as JSON; MLflow's own errors end it with a traceback.
"""

import json
import sys
from pathlib import Path

from google.protobuf.json_format import ParseDict
from mlflow.entities.model_registry import ModelVersionTag, RegisteredModelTag
from mlflow.models import ModelSignature
from mlflow.protos.model_registry_pb2 import CreateModelVersion, CreateRegisteredModel
from mlflow.store.model_registry.file_store import FileStore

folder, place = Path(sys.argv[1]), sys.argv[2]
documents = {
    name: json.loads((folder / f"{name}.json").read_bytes())
    for name in ("model_version", "registered_model", "signature")
}
signature = ModelSignature.from_dict(documents["signature"])
model = ParseDict(documents["registered_model"], CreateRegisteredModel())
version = ParseDict(documents["model_version"], CreateModelVersion())

store = FileStore(place)
store.create_registered_model(
    model.name, [RegisteredModelTag(each.key, each.value) for each in model.tags], model.description
)
store.create_model_version(
    version.name,
    version.source,
    tags=[ModelVersionTag(each.key, each.value) for each in version.tags],
    description=version.description,
)
kept_model = store.get_registered_model(model.name)
kept_version = store.get_model_version(model.name, "1")
sys.stdout.write(
    json.dumps(
        {
            "description": kept_model.description,
            "modelTags": dict(kept_model.tags),
            "signature": signature.to_dict(),
            "source": kept_version.source,
            "summary": kept_version.description,
            "versionTags": dict(kept_version.tags),
        }
    )
)
