"""Recorded answers of MLflow, in the form of its REST interface."""

from __future__ import annotations

import json

WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: shop}
spec: {environments: {prod: {}}}
"""


def workspace(folder):
    """Make an empty workspace."""
    (folder / "specs").mkdir(parents=True)
    (folder / "mlspec.yaml").write_text(WORKSPACE)
    return folder


def model(name, *, aliases=(), tags=(), created=1_712_000_000_000, **others):
    """Return a registered model as a server tells it."""
    return {
        "name": name,
        "creation_timestamp": created,
        "last_updated_timestamp": created,
        "aliases": [{"alias": alias, "version": number} for alias, number in dict(aliases).items()],
        "tags": [{"key": key, "value": value} for key, value in dict(tags).items()],
        **others,
    }


def version(name, number="1", *, source="s3://models/a", stage="None", tags=()):
    """Return a version as a server tells it."""
    return {
        "name": name,
        "version": number,
        "creation_timestamp": 1_712_000_000_001,
        "last_updated_timestamp": 1_712_000_000_001,
        "current_stage": stage,
        "source": source,
        "status": "READY",
        "tags": [{"key": key, "value": value} for key, value in dict(tags).items()],
    }


def dump(folder, models, versions=()):
    """Write what a server holds; return the folder."""
    folder.mkdir(exist_ok=True)
    answers = {"registered_models": list(models)}, {"model_versions": list(versions)}
    for name, answer in zip(("models", "versions"), answers, strict=True):
        (folder / f"{name}.json").write_text(json.dumps(answer))
    return folder
