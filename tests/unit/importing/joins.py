"""Systems that speak of the same models: what a test of their joining is made of."""

from __future__ import annotations

import json

from tests.unit.importing.dumps import dump, model, version

from mlspec.api.importing import ImportOptions, import_models

SERVICE = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: %s, namespace: prod, labels: {team: crm%s}}
spec:
  predictor:
    model: {modelFormat: {name: sklearn}, storageUri: '%s'}
"""
ROLLOUT = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: %s, namespace: prod, labels: {version: v7%s}}
spec:
  template:
    spec:
      containers: [{name: server, image: r/s:1, env: [{name: MODEL_URI, value: '%s'}]}]
"""
FORMS = {"kserve": SERVICE, "argo-rollouts": ROLLOUT}


def registry(folder, models):
    """Write what a server holds of models: the address of the bytes of each, "" for no version."""
    held = [model(name, aliases={"prod": "1"} if uri else {}) for name, uri in models.items()]
    versions = [version(name, source=uri) for name, uri in models.items() if uri]
    return "mlflow", dump(folder, held, versions)


def cluster(folder, system, services):
    """Write what a cluster runs: name, address of bytes, and the label that names a model."""
    folder.mkdir(exist_ok=True)
    texts = [
        FORMS[system] % (name, f", mlspec.dev/model: '{label}'" if label else "", uri)
        for name, uri, label in services
    ]
    (folder / "live.yaml").write_text("---\n".join(texts))
    return system, folder


def bundle(folder, served):
    """Write a bundle whose endpoints serve registered models: endpoint, model and version."""
    folder.mkdir(exist_ok=True)
    endpoints = {
        name: {
            "name": name,
            "config": {"served_entities": [{"entity_name": entity, "entity_version": number}]},
        }
        for name, entity, number in served
    }
    held = {"bundle": {"name": "b"}, "resources": {"model_serving_endpoints": endpoints}}
    (folder / "databricks.yml").write_text(json.dumps(held))
    return "databricks-bundle", folder


def take(shop, source):
    """Import a system."""
    return import_models(ImportOptions(source[0], str(source[1])), shop)


def files(shop):
    """Return every file that imports wrote, with its text."""
    found = [*(shop / "specs").rglob("*.yaml"), *(shop / ".mlspec").rglob("*.yaml")]
    return {each.relative_to(shop).as_posix(): each.read_text() for each in found}
