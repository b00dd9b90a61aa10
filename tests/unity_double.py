"""A double of Unity Catalog's models on loopback: a workspace of Databricks can't run here.

It is written after the public reference (docs.databricks.com/api/workspace/registeredmodels and
`modelversions`) and the reports that contradict it: only documented fields are taken, with their
lengths; a `PATCH` passes over `aliases`; what is listed has no aliases; a page may be empty and
lead to another; a model with versions can't be deleted; no request makes a version, which is
what `train` does in the place of MLflow's client.

`lose_answer` and `denied` make it lose an answer or deny an operation.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from itertools import count
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from tests.loopback import Double, Exchange, doubled

__all__ = [
    "CATALOG",
    "SCHEMA",
    "UnityDouble",
    "at_workspace",
    "shared_workspace",
    "unity",
    "unity_double",
]

TOKEN = "dapi-example-of-a-token"
CATALOG, SCHEMA = "ml", "growth"
_BASE = "/api/2.1/unity-catalog/models"
_MOST = 65_536
_MADE_MS = 1_790_000_000_000
_ROUTES = {
    "CreateModel": ("POST", r""),
    "ListModels": ("GET", r""),
    "GetModel": ("GET", r"/([^/]+)"),
    "UpdateModel": ("PATCH", r"/([^/]+)"),
    "DeleteModel": ("DELETE", r"/([^/]+)"),
    "SetAlias": ("PUT", r"/([^/]+)/aliases/([^/]+)"),
    "DeleteAlias": ("DELETE", r"/([^/]+)/aliases/([^/]+)"),
    "ListVersions": ("GET", r"/([^/]+)/versions"),
    "GetVersion": ("GET", r"/([^/]+)/versions/([0-9]+)"),
    "UpdateVersion": ("PATCH", r"/([^/]+)/versions/([0-9]+)"),
    "DeleteVersion": ("DELETE", r"/([^/]+)/versions/([0-9]+)"),
}


class WrongError(Exception):
    """What is answered instead: a status, a code and the words of it."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def require(told, required, optional=()):
    """Refuse fields that are not documented, are missing, or are not of their type and length."""
    if unknown := {*told} - {*required, *optional}:
        raise WrongError(400, "INVALID_PARAMETER_VALUE", f"no such fields: {sorted(unknown)}")
    if missing := {*required} - {*told}:
        raise WrongError(400, "INVALID_PARAMETER_VALUE", f"missing: {sorted(missing)}")
    for key, value in told.items():
        kind = int if key == "version_num" else list if key == "aliases" else str
        if type(value) is not kind:
            raise WrongError(400, "MALFORMED_REQUEST", f"{key} is no {kind.__name__}")
    if not 1 <= len(told.get("comment", "-")) <= _MOST:
        raise WrongError(400, "INVALID_PARAMETER_VALUE", "comment: 1 to 65536 characters")


class UnityDouble(Double):
    """The state, and one method for each operation."""

    holds = ("models", "versions", "aliases")

    def __init__(self):
        super().__init__()
        self.models, self.versions, self.aliases = {}, {}, {}
        self.clock, self.page = count(), 2

    @property
    def names(self):
        """The names of all models."""
        return list(self.models)

    def like(self, other):
        """Hold what another one holds; what is made from now on is later."""
        super().like(other)
        self.clock = count(1000)

    def train(self, name, source, status="READY"):
        """Register a version as MLflow's client does, and the model where there is none."""
        full = f"{CATALOG}.{SCHEMA}.{name}"
        if full not in self.models:
            self.create_model({"catalog_name": CATALOG, "schema_name": SCHEMA, "name": name})
        number = max((x for known, x in self.versions if known == full), default=0) + 1
        made = {"version": number, "source": source, "status": status, "created_at": self._now()}
        self.versions[full, number] = {"model_name": name, "comment": "by training"} | made
        return number

    def answer(self, method, target, token, body):
        """Carry out a request, and return what is answered."""
        parts = urlsplit(target)
        operation, names = _route(method, parts.path)
        with self.lock:
            self.asked.append(operation)
            if token != f"Bearer {TOKEN}":
                raise WrongError(401, "UNAUTHENTICATED", "who asks?")
            if operation in self.denied:
                raise WrongError(403, "PERMISSION_DENIED", "not by you")
            word = re.sub(r"(?<!^)([A-Z])", r"_\1", operation).lower()
            query = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
            told = body if method in ("POST", "PATCH", "PUT") else query
            done = deepcopy(getattr(self, word)(told, *names))
            if self.is_lost(operation):
                raise WrongError(503, "TEMPORARILY_UNAVAILABLE", "try again")
            return done

    def create_model(self, told):
        require(told, ("catalog_name", "schema_name", "name"), ("comment", "storage_location"))
        name = told["name"].lower()
        full = f"{told['catalog_name']}.{told['schema_name']}.{name}"
        self._require_schema(full)
        if not re.fullmatch(r"[^./ \x00-\x1f\x7f]{1,255}", name):
            raise WrongError(400, "INVALID_PARAMETER_VALUE", f"`{name}` is no name")
        if full in self.models:
            raise WrongError(409, "RESOURCE_ALREADY_EXISTS", f"{full} exists")
        made = {"name": name, "full_name": full, "created_at": self._now(), "owner": "me"}
        self.models[full] = told | made
        return self.models[full]

    def list_models(self, told):
        require(told, (), ("catalog_name", "schema_name", "max_results", "page_token"))
        if ("catalog_name" in told) != ("schema_name" in told):
            raise WrongError(400, "INVALID_PARAMETER_VALUE", "both or none")
        start = f"{told.get('catalog_name')}.{told.get('schema_name')}."
        self._require_schema(start)
        found = [each for full, each in self.models.items() if full.startswith(start)]
        return _page("registered_models", found, told, self.page)

    def get_model(self, told, full):
        require(told, (), ("include_aliases", "include_browse"))
        listed = [
            {"alias_name": alias, "version_num": number}
            for (known, alias), number in self.aliases.items()
            if known == full
        ]
        more = {"aliases": listed} if told.get("include_aliases") == "true" else {}
        return self._model(full) | more

    def update_model(self, told, full):
        require(told, (), ("comment", "new_name", "owner", "aliases"))
        model = self._model(full)
        if "comment" in told:
            model["comment"] = told["comment"]
        if "new_name" in told:
            self._rename(full, model, told["new_name"])
        return model

    def delete_model(self, told, full):
        require(told, ())
        self._model(full)
        if any(known == full for known, _ in self.versions):
            raise WrongError(400, "INVALID_STATE", f"{full} has versions")
        del self.models[full]

    def set_alias(self, told, full, alias):
        require(told, ("version_num",))
        self._version(full, told["version_num"])
        self.aliases[full, alias] = told["version_num"]
        return {"alias_name": alias, "version_num": told["version_num"]}

    def delete_alias(self, told, full, alias):
        require(told, ())
        self._model(full)
        if self.aliases.pop((full, alias), None) is None:
            raise WrongError(404, "RESOURCE_DOES_NOT_EXIST", f"no alias {alias}")

    def list_versions(self, told, full):
        require(told, (), ("max_results", "page_token", "include_browse"))
        self._model(full)
        found = [each for (known, _), each in self.versions.items() if known == full]
        return _page("model_versions", found[::-1], told, self.page)

    def get_version(self, told, full, number):
        require(told, (), ("include_aliases", "include_browse"))
        return self._version(full, int(number))

    def update_version(self, told, full, number):
        require(told, ("comment",))
        version = self._version(full, int(number))
        version["comment"] = told["comment"]
        return version

    def delete_version(self, told, full, number):
        require(told, ())
        self._version(full, int(number))
        del self.versions[full, int(number)]
        led = {key: x for key, x in self.aliases.items() if key[0] == full and x == int(number)}
        for key in led:
            del self.aliases[key]

    def _require_schema(self, full):
        catalog, schema, _ = full.split(".", 2)
        for kind, name, there in (("CATALOG", catalog, CATALOG), ("SCHEMA", schema, SCHEMA)):
            if name != there:
                raise WrongError(404, f"{kind}_DOES_NOT_EXIST", f"no {kind.lower()} {name}")

    def _model(self, full):
        self._require_schema(full)
        if full not in self.models:
            raise WrongError(404, "RESOURCE_DOES_NOT_EXIST", f"no model {full}")
        return self.models[full]

    def _version(self, full, number):
        self._model(full)
        if (full, number) not in self.versions:
            raise WrongError(404, "RESOURCE_DOES_NOT_EXIST", f"no version {number} of {full}")
        return self.versions[full, number]

    def _rename(self, full, model, name):
        new = f"{model['catalog_name']}.{model['schema_name']}.{name.lower()}"
        if new in self.models:
            raise WrongError(409, "RESOURCE_ALREADY_EXISTS", f"{new} exists")
        self.models[new] = self.models.pop(full) | {"name": name.lower(), "full_name": new}
        for kept in (self.versions, self.aliases):
            for key in [each for each in kept if each[0] == full]:
                kept[new, key[1]] = kept.pop(key)

    def _now(self):
        return _MADE_MS + next(self.clock)


def _route(method, path):
    for operation, (verb, pattern) in _ROUTES.items():
        found = re.fullmatch(re.escape(_BASE) + pattern, path)
        if verb == method and found:
            return operation, tuple(map(unquote, found.groups()))
    raise WrongError(404, "ENDPOINT_NOT_FOUND", f"{method} {path} is documented nowhere")


def _page(key, found, told, size):
    """Return a page; the first one is empty, and leads to the others."""
    start = int(told.get("page_token", -1))
    page = found[start : start + size] if start >= 0 else []
    after = start + size if start >= 0 else 0
    more = {"next_page_token": str(after)} if after < len(found) else {}
    return ({key: page} if page else {}) | more


class _Exchange(Exchange):
    def take(self):
        token = self.headers["Authorization"]
        try:
            told = json.loads(self.content) if self.content else {}
            done = self.server.double.answer(self.command, self.path, token, told)
            self.say_json(200, {} if done is None else done)
        except WrongError as error:
            self.say_json(error.status, {"error_code": error.code, "message": error.message})


def unity_double():
    """Start one on a free port of loopback, and end it after a block."""
    return doubled(UnityDouble(), _Exchange)


def at_workspace(address):
    """Return the variables that lead to a workspace."""
    return {"DATABRICKS_HOST": address, "DATABRICKS_TOKEN": TOKEN}


@pytest.fixture(scope="session")
def shared_workspace():
    with unity_double() as double:
        double.page = 1000
        yield double


@pytest.fixture
def unity(shared_workspace, monkeypatch):
    """The address of a double that tests share; clients of this process are led there."""
    for name, value in at_workspace(shared_workspace.address).items():
        monkeypatch.setenv(name, value)
    return shared_workspace.address
