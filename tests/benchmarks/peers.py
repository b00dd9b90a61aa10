"""What others take for the same files: programs for a second interpreter, and terraform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml
from tests.benchmarks.processes import Run, run

if TYPE_CHECKING:
    from pathlib import Path

PARSE = """\
import sys, yaml, gc, pathlib; gc.disable()
for path in sorted(pathlib.Path(sys.argv[1]).rglob('*.yaml')):
    list(yaml.load_all(path.read_bytes(), yaml.CSafeLoader))
"""
"""libyaml with PyYAML's own constructor: parsing alone, nothing judged."""

PLAIN = """\
import sys, yaml, pathlib
from mlspec.kinds import Metadata, find_kind
kept = []
for path in sorted(pathlib.Path(sys.argv[1]).rglob('*.yaml')):
    for document in yaml.load_all(path.read_bytes(), yaml.CSafeLoader):
        kind = find_kind(document['kind'])
        kept.append(Metadata.model_validate(document['metadata']))
        kept.append(kind.spec.model_validate(document['spec']))
"""
"""What one would write first: CSafeLoader, pydantic, the collector on; no references, no rules."""


def kustomize_files(folder: Path, count: int) -> Path:
    """Write one Deployment for each model, for kustomize: the least that a compiler does."""
    folder.mkdir(parents=True)
    names = [f"model-{number}" for number in range(count)]
    for name in names:
        (folder / f"{name}.yaml").write_text(_DEPLOYMENT.format(name=name))
    listed = "".join(f"  - {name}.yaml\n" for name in names)
    (folder / "kustomization.yaml").write_text(f"resources:\n{listed}")
    return folder


_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  replicas: 2
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
      containers:
        - name: model
          image: registry.example.org/{name}:1
          ports: [{{containerPort: 8080}}]
"""


def terraform_runs(
    program: str, workspace: Path, folder: Path, *, minimal: bool
) -> tuple[Run, Run]:
    """Plan and apply the models as `terraform_data`, whole or three attributes of each."""
    folder.mkdir()
    blocks = []
    for path in sorted((workspace / "specs" / "models").rglob("*.yaml")):
        data = yaml.load(path.read_bytes(), yaml.CSafeLoader)
        name = data["metadata"]["name"].replace("-", "_")
        kept = {"name": name, "owner": data["metadata"]["owner"], "task": data["spec"]["task"]}
        value = json.dumps(kept if minimal else data, indent=2)
        blocks.append(f'resource "terraform_data" "{name}" {{\n  input = {value}\n}}\n')
    (folder / "main.tf").write_text("\n".join(blocks))
    here, quiet = [program, f"-chdir={folder}"], ["-no-color", "-input=false"]
    run([*here, "init", "-no-color"])
    planned = run([*here, "plan", *quiet, "-out=plan"])
    return planned, run([*here, "apply", *quiet, "plan"])
