"""`doctor`: versions, extras and the registry, as facts with a judgement."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from shutil import which
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api.session import find_root, read_session
from mlspec.diagnostics import has_errors
from mlspec.errors import MlspecError
from mlspec.resources import data_path
from mlspec.vcs import head_commit
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.canonical import Json
    from mlspec.workspace import Workspace

__all__ = ["Fact", "examine"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing examined. `is_fine` is None for what is only worth knowing."""

    name: str
    is_fine: bool | None
    text: str

    def to_json(self) -> dict[str, Json]:
        """Return the fact as JSON."""
        return {"name": self.name, "isFine": self.is_fine, "text": self.text}


def examine(directory: Path | None = None) -> tuple[Fact, ...]:
    """Examine the installation and, where there is one, the workspace."""
    return (*_installation(), *_workspace(directory))


def _installation() -> Iterator[Fact]:
    yield Fact("mlspec", is_fine=True, text=__version__)
    yield Fact("python", is_fine=True, text=platform.python_version())
    libyaml = find_spec("yaml._yaml") is not None
    slow = "absent: files are parsed by the slower pure Python scanner, with the same verdicts"
    yield Fact("libyaml", is_fine=True if libyaml else None, text="used" if libyaml else slow)
    yield _schemas()
    yield _package("pyarrow", "gates can't read Parquet; `pip install 'mlspec-compiler[parquet]'`")
    far = "no table larger than memory is read; `pip install 'mlspec-compiler[duckdb]'`"
    yield _package("duckdb", far)
    yield _package("sqlglot", "there is no `gate sql`; `pip install 'mlspec-compiler[sql]'`")
    for name, without in _OF_VERIFY.items():
        yield _package(name, f"{without}; `pip install 'mlspec-compiler[k8s]'`")
    for name, without in _PROGRAMS.items():
        yield _program(name, without)


_OF_VERIFY = {
    "kubernetes-validate": "`verify` does not check core kinds",
    "promql-parser": "`verify` does not check PromQL",
    "google-re2": "`verify` and policies check no patterns",
}
"""The packages of the extra `k8s`, and what is not done without them."""

_PROGRAMS = {
    "promtool": "a `drill` proves no alert, and nobody runs the compiled tests of rules; it comes "
    "with Prometheus",
    "amtool": "nobody tries the compiled routes of Alertmanager; it comes with Alertmanager",
}
"""Programs that are not of Python, and what is not proven without them."""


def _program(name: str, without: str) -> Fact:
    found = which(name)
    return Fact(name, is_fine=True if found else None, text=found or f"absent: {without}")


def _schemas() -> Fact:
    """Check that the schemas that editors use are there and are what they claim to be."""
    from jsonschema import Draft7Validator, SchemaError

    files = sorted((data_path("schemas") / "v1").glob("*.json"))
    for file in files:
        try:
            Draft7Validator.check_schema(json.loads(file.read_bytes()))
        except (SchemaError, ValueError, OSError) as error:
            text = f"`{file.name}` is damaged: {str(error).splitlines()[0]}; install mlspec again"
            return Fact("schemas", is_fine=False, text=text)
    found = f"{len(files)} JSON Schemas" if files else "absent: install mlspec again"
    return Fact("schemas", is_fine=bool(files), text=found)


def _package(name: str, without: str) -> Fact:
    try:
        return Fact(name, is_fine=True, text=version(name))
    except PackageNotFoundError:
        return Fact(name, is_fine=None, text=f"absent: {without}")


def _workspace(directory: Path | None) -> Iterator[Fact]:
    root = find_root(directory)
    if root is None:
        yield Fact("workspace", is_fine=None, text="none here; `mlspec init` creates one")
        return
    session = read_session(root)
    if session.workspace is None or has_errors(session.diagnostics):
        yield Fact("workspace", is_fine=False, text="has errors; run `mlspec validate`")
        return
    count = len(session.workspace.resources)
    yield Fact("workspace", is_fine=True, text=f"{root} with {count} resources")
    yield from _repository(root)
    for environment in session.workspace.spec.environments:
        yield _registry(session, environment)
        yield from _server(session.workspace, environment)
    yield from _approvals(session.workspace)


def _repository(root: Path) -> Iterator[Fact]:
    """Yield what git says of the specs, where they are in a repository."""
    commit = head_commit(root)
    if commit is not None:
        state = "with changes that no commit has" if commit.dirty else "without changes"
        is_fine = None if commit.dirty else True
        yield Fact("git", is_fine=is_fine, text=f"{commit.id[:12]}, {state}")


def _server(workspace: Workspace, environment: str) -> Iterator[Fact]:
    """Yield what is known of the server of models of an environment, where there is one."""
    registry = workspace.spec.registry
    if registry.server is None:
        return
    from mlspec.api._doctor_sagemaker import sagemaker_facts
    from mlspec.api._doctor_server import server_facts
    from mlspec.api._doctor_unity import unity_facts

    here = workspace.spec.environments[environment].at_server(registry.backend)
    told = registry.server.options() | here
    facts = {
        "mlflow": server_facts,
        "sagemaker": sagemaker_facts,
        "unity-catalog": unity_facts,
    }
    for name, is_fine, text in facts[registry.backend](told):
        yield Fact(f"{registry.backend} {name} {environment}", is_fine=is_fine, text=text)


def _approvals(workspace: Workspace) -> Iterator[Fact]:
    """Yield each environment where nobody has to agree to what is done to a grave model."""
    grave = sum(model_of(each).risk.tier == "high" for each in workspace.of_kind("Model"))
    for name, environment in workspace.spec.environments.items() if grave else ():
        if not environment.require_approvals:
            text = f"not required, with models of tier high: {grave}; see `requireApprovals`"
            yield Fact(f"approvals {name}", is_fine=None, text=text)


def _registry(session: Session, environment: str) -> Fact:
    name = f"registry {environment}"
    try:
        snapshot = session.backend(environment).observe()
    except MlspecError as error:
        return Fact(name, is_fine=False, text=error.message)
    state = f"serial {snapshot.serial}, {len(snapshot.objects)} objects"
    return Fact(name, is_fine=True, text=state if snapshot.lineage else "nothing applied yet")
