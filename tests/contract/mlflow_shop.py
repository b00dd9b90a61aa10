"""A workspace whose models are registered at an MLflow server, and what is asked of it there."""

from __future__ import annotations

import re
import shutil
from copy import copy

from mlspec.mlflow import Client, connection_to
from mlspec.mlflow.reading import find_versions, read_model

ENVIRONMENT = "staging"


class Shop:
    """What `mlspec init` makes, at a server, under names that nobody else has."""

    def __init__(self, forks, root, server, prefix, records="embedded"):
        self.forks, self.root, self.server, self.prefix = forks, root, server, prefix
        settings = root / "mlspec.yaml"
        told = f"{{uri: '{server}', namePrefix: {prefix}, records: {records}}}"
        text = settings.read_text()
        settings.write_text(
            text.replace("backend: embedded", f"backend: mlflow\n    mlflow: {told}")
        )

    def at(self, root):
        """Return the same workspace in another folder."""
        found = copy(self)
        found.root = root
        return found

    def run(self, *arguments, **options):
        return self.forks.run(*arguments, cwd=self.root, **options)

    def plan(self, code=0):
        return self.run("plan", "--env", ENVIRONMENT, "--out", "plan.json").expect(code)

    def apply(self, code=0, **options):
        done = self.run("apply", "plan.json", **options)
        return done if code is None else done.expect(code)

    def require_settled(self):
        """Assert that nothing is left to do, nothing drifted, and the record is whole."""
        self.run("plan", "--env", ENVIRONMENT, "--detailed-exitcode").expect(0)
        self.run("drift", "--env", ENVIRONMENT).expect(0)
        self.run("audit", "verify", "--env", ENVIRONMENT).expect(0)

    def add_model(self, name, *changes):
        """Write a spec of another model like `churn`."""
        text = (self.root / "specs" / "churn.yaml").read_text()
        file = self.root / "specs" / f"{name}.yaml"
        text = text.split("\n---")[0].replace("name: churn\n", f"name: {name}\n")
        text = text.replace("churn_high_score_share", f"{name.replace('-', '_')}_share")
        for old, new in changes:
            text = text.replace(old, new)
        file.write_text(text)
        return file

    def edit(self, name, *changes):
        file = self.root / "specs" / f"{name}.yaml"
        text = file.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file.write_text(text)

    def client(self):
        return Client(connection_to(self.server, {}))

    def model(self, name):
        with self.client() as client:
            return read_model(client, self.prefix + name)

    def versions(self, name):
        with self.client() as client:
            return find_versions(client, self.prefix + name)

    def locks(self):
        with self.client() as client:
            query = [("filter", f"name LIKE '{self.prefix}mlspec.lock.%'")]
            listed = client.get("registered-models/search", query)
            return [each["name"] for each in listed.get("registered_models", [])]


def made(forks, folder):
    """Return the folder of a fresh workspace."""
    forks.run("init", folder.name, cwd=folder.parent).expect(0)
    shutil.rmtree(folder / ".github", ignore_errors=True)
    return folder


def moved_version(text):
    """Return the text of a spec with the next version of its artifact."""
    text = re.sub(r"version: v1\n  owner", "version: v2\n  owner", text, count=1)
    return text.replace("churn-v1.onnx", "churn-v2.onnx").replace("2222", "4444")
