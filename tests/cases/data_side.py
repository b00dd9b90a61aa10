"""A workspace with several views, one model online, one in batches; what is changed is YAML."""

from __future__ import annotations

from mlspec.lowering import lower
from mlspec.syntax import SourceText
from mlspec.targets import emit, template_renderer
from mlspec.workspace import load, overlay

WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: town-library}
spec:
  environments: {prod: {namespace: ml}}
  targets: {router: gateway-api, gateway: {domain: ml.example.org}}
"""
SHARED = """\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {{name: lending}}
spec: {{members: [ana@example.org]}}
---
apiVersion: mlspec.dev/v1
kind: Dataset
metadata: {{name: loans, version: v1, owner: lending}}
spec:
  uri: {uri}
  digest: '{digest}'
  format: {format}
  columns:
    - {{name: reader_id, type: int}}
    - {{name: shelf, type: string}}
    - {{name: seen_at, type: timestamp}}
---
apiVersion: mlspec.dev/v1
kind: FeatureView
metadata: {{name: reader-habits, version: v2, owner: lending, description: {description}}}
spec:
  entities: [reader]
  joinKeys: {reader_keys}
  source: {source}
  features: {features}
  online: true
  ttlHours: 24
---
apiVersion: mlspec.dev/v1
kind: FeatureView
metadata: {{name: shelf-counts, version: v1, owner: lending}}
spec:
  entities: {shelf_entities}
  joinKeys: {shelf_keys}
  source: {{dataset: loans@v1, timestampColumn: seen_at}}
  features: [{{name: titles, type: int}}, {{name: open, type: bool}}]
  online: {shelf_online}
"""
FEATURES = """\
[{name: loans_per_year, type: float, description: "Mean, \\"rounded\\"."}, \
{name: joined_at, type: timestamp}, {name: language, type: string}]"""
MODELS = """\
apiVersion: mlspec.dev/v1
kind: Model
metadata: {{name: late-return, version: v3, owner: lending, description: Reminds early.}}
spec:
  purpose: {purpose}
  task: binary-classification
  artifact: {{uri: {artifact}, format: onnx, digest: '{digest}'}}
  data: {{training: [loans@v1]}}
  features: {uses}
  output:
    version: v1.2
    fields: {fields}
    consumers: {consumers}
  risk: {{tier: minimal, domain: other, affectsPeople: false, automatedDecision: false,
    sensitiveData: false}}
  serving: {serving}
---
apiVersion: mlspec.dev/v1
kind: Model
metadata: {{name: shelf-demand, version: v1, owner: lending}}
spec:
  purpose: Orders books.
  task: regression
  artifact: {{uri: models/demand.onnx, format: onnx, digest: '{digest}'}}
  data: {{training: [loans@v1]}}
  features: [{{view: shelf-counts@v1}}]
  output: {{version: v1, fields: [{{name: loans, type: float, minimum: 0}}]}}
  risk: {{tier: minimal, domain: other, affectsPeople: false, automatedDecision: false,
    sensitiveData: false}}
"""
FIELDS = """[{name: score, type: float, minimum: 0, maximum: 1}, \
{name: days, type: int, minimum: -3, maximum: 60, description: Days late.}, \
{name: remind_on, type: date}, {name: asked_at, type: timestamp}, {name: late, type: bool}, \
{name: tone, type: string}]"""
USUAL = {
    "uri": "data/loans.parquet",
    "format": "parquet",
    "description": "What a reader borrows.",
    "reader_keys": "[]",
    "source": "{dataset: loans@v1, timestampColumn: seen_at}",
    "features": FEATURES,
    "shelf_entities": "[shelf]",
    "shelf_keys": "[shelf]",
    "shelf_online": "true",
    "purpose": "Tells who is likely to return a book late.",
    "artifact": "s3://models/late.onnx",
    "digest": "sha256:" + "a" * 64,
    "uses": "[{view: reader-habits@v2}, {view: shelf-counts@v1, columns: [titles]}]",
    "fields": FIELDS,
    "consumers": "[{system: front-desk, team: lending}, {system: reminders, team: lending}]",
    "serving": f"{{mode: online, image: 'registry.example.org/late@sha256:{'b' * 64}', "
    "path: /v1/predict}",
}


def texts(router="gateway-api", **changes):
    values = USUAL | changes
    return {
        "mlspec.yaml": WORKSPACE.replace("router: gateway-api", f"router: {router}"),
        "specs/models.yaml": MODELS.format(**values),
        "specs/shared.yaml": SHARED.format(**values),
    }


def lowered(**changes):
    files = texts(**changes).items()
    loaded = load([SourceText(file, text.encode()) for file, text in files])
    assert not loaded.diagnostics
    merged, diagnostics = overlay(loaded.workspace, "prod")
    assert not diagnostics
    return lower(merged, "prod", evidence={}, version="0.1.0")


def emitted(target, **changes):
    """Return the text of each artifact of a target by path."""
    bundle = lowered(**changes).bundle
    return {each.path: each.content for each in emit(bundle, [target], template_renderer())}


def write(folder, artifacts):
    """Write artifacts below a folder, and return it."""
    for path, content in artifacts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, "utf-8")
    return folder
