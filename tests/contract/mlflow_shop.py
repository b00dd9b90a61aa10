"""A workspace whose models are registered at an MLflow server, and what is asked of it there."""

from __future__ import annotations

from tests.contract.shops import ENVIRONMENT, Workshop

from mlspec.mlflow import Client, connection_to
from mlspec.mlflow.reading import find_versions, read_model


class Shop(Workshop):
    """What `mlspec init` makes, at a server, under names that nobody else has."""

    def __init__(self, forks, root, server, prefix, records="embedded"):
        told = f"{{uri: '{server}', namePrefix: {prefix}, records: {records}}}"
        super().__init__(forks, root, f"backend: mlflow\n    mlflow: {told}")
        self.server, self.prefix = server, prefix

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
