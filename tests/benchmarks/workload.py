"""A seeded generator of realistic workspaces of N models."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_WORDS = (
    "applicant",
    "basket",
    "churn",
    "claim",
    "credit",
    "demand",
    "fraud",
    "image",
    "invoice",
    "lead",
    "loyalty",
    "order",
    "parcel",
    "price",
    "query",
    "ranking",
    "refund",
    "risk",
    "route",
    "search",
    "session",
    "ticket",
    "traffic",
    "visit",
)
_DOMAINS = ("credit", "marketing", "internal-operations", "insurance", "other")


def generate(folder: Path, count: int, *, seed: int = 20261121, varied: bool = False) -> None:
    """Write a workspace of `count` models, a feature view per 40 and a team per 60 of them.

    Models differ in names, owners, data, labels, risk, load and budget. When `varied`, each has
    limits, windows, metrics and resources of its own, too: hardly two are watched alike.
    """
    rng, own = random.Random(seed), random.Random(seed)
    teams = max(3, count // 60)
    views = max(3, count // 40)
    specs = folder / "specs"
    _write(folder / "mlspec.yaml", _WORKSPACE)
    for team in range(teams):
        _write(specs / "teams" / f"team-{team}.yaml", _team(team))
    for view in range(views):
        _write(specs / "data" / f"view-{view}.yaml", _data(view, view % teams, rng))
    _write(specs / "shared.yaml", _SHARED)
    for model in range(count):
        text = _model(model, model % teams, rng.randrange(views), teams, rng)
        text = _varied(text, own) if varied else text
        _write(specs / "models" / f"{model // 500:03}" / f"model-{model}.yaml", text)


_VARIED: Mapping[str, Sequence[str]] = {
    "above: 0.25": ("0.1", "0.15", "0.2", "0.25", "0.3"),
    "windowMinutes: 60": ("30", "60", "120", "1440"),
    "above: 0.2\n": ("0.1\n", "0.2\n", "0.25\n"),
    "below: 0.01": ("0.005", "0.01", "0.02", "0.05", "0.1"),
    "metric: desk_conversions_total": ("desk_orders_total", "shop_clicks_total", "mail_total"),
    "cpu: 500m": ("250m", "500m", "1000m", "2000m"),
    "memory: 1Gi": ("512Mi", "1Gi", "2Gi", "4Gi"),
    "minimum: 2": ("2", "3"),
    "maximum: 6": ("4", "6", "10"),
    "p99Ms: 120": ("50", "80", "100", "120", "200", "250", "500"),
    "availability: 0.995": ("0.99", "0.995", "0.999"),
}
"""Lines of a model, and the values that they have in a varied workspace."""


def _varied(text: str, rng: random.Random) -> str:
    for line, values in _VARIED.items():
        text = text.replace(line, f"{line.partition(': ')[0]}: {rng.choice(values)}", 1)
    return text


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _digest(rng: random.Random) -> str:
    return f"sha256:{rng.getrandbits(256):064x}"


_WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata:
  name: benchmark
spec:
  environments:
    prod:
      description: Where the traffic is.
"""

_SHARED = """\
apiVersion: mlspec.dev/v1
kind: GateSet
metadata:
  name: classifier-floor
  owner: team-0
spec:
  gates:
    - id: auc-floor
      type: metric-threshold
      metric: roc-auc
      atLeast: 0.7
---
apiVersion: mlspec.dev/v1
kind: RolloutPolicy
metadata:
  name: careful
  owner: team-0
spec:
  rollout:
    strategy: canary
    steps:
      - {share: 0.05, holdMinutes: 60}
      - {share: 0.5, holdMinutes: 60}
    analysis:
      - {id: errors, metric: error-share, atMost: 0.01}
"""


def _team(number: int) -> str:
    return f"""\
apiVersion: mlspec.dev/v1
kind: Team
metadata:
  name: team-{number}
spec:
  members:
    - ana{number}@example.org
    - li{number}@example.org
  onCall:
    receiver: team-{number}-pager
"""


def _data(number: int, team: int, rng: random.Random) -> str:
    columns = "".join(f"    - {{name: f{n}, type: float}}\n" for n in range(8))
    return f"""\
apiVersion: mlspec.dev/v1
kind: Dataset
metadata:
  name: events-{number}
  version: v1
  owner: team-{team}
spec:
  uri: s3://lake/events-{number}.parquet
  digest: {_digest(rng)}
  format: parquet
  rows: {rng.randrange(10**5, 10**7)}
  licence: internal
  origin: Events of the shop, collected by the tracking service.
  gaps:
    - Sessions without consent are missing.
---
apiVersion: mlspec.dev/v1
kind: FeatureView
metadata:
  name: profile-{number}
  version: v1
  owner: team-{team}
spec:
  entities: [customer]
  source:
    dataset: events-{number}@v1
    timestampColumn: event_time
  features:
{columns}  online: true
  ttlHours: 48
  freshnessMinutes: 60
"""


def _model(number: int, team: int, view: int, teams: int, rng: random.Random) -> str:
    word, other = rng.choice(_WORDS), rng.choice(_WORDS)
    return f"""\
apiVersion: mlspec.dev/v1
kind: Model
metadata:
  name: {word}-{other}-{number}
  version: v{rng.randrange(1, 9)}
  owner: team-{team}
  description: Ranks {word} events by {other} for the people who answer them.
  labels:
    domain: {word}
spec:
  purpose: >-
    Predicts whether a {word} leads to a {other} within thirty days, so that the desk can
    look at the likely ones first. It decides nothing by itself.
  task: binary-classification
  limitations:
    - Not for customers younger than eighteen.
  artifact:
    uri: s3://models/{word}-{other}-{number}.onnx
    format: onnx
    digest: {_digest(rng)}
  data:
    training: [events-{view}@v1]
  features:
    - view: profile-{view}@v1
      columns: [f0, f1, f{rng.randrange(2, 8)}]
  output:
    version: v1
    fields:
      - {{name: probability, type: float, minimum: 0, maximum: 1}}
    consumers:
      - {{system: desk-{number % 7}, team: team-{(team + 1) % teams}}}
  risk:
    tier: limited
    domain: {rng.choice(_DOMAINS)}
    affectsPeople: false
    automatedDecision: false
    sensitiveData: false
  gateSets: [classifier-floor]
  evaluation:
    predictions: evaluation/{number}.csv
    key: id
    label: label
    score: score
  serving:
    mode: online
    image: registry.example.org/{word}@{_digest(rng)}
    resources: {{cpu: 500m, memory: 1Gi}}
    replicas: {{minimum: 2, maximum: 6}}
    scaling: {{cpuUtilisation: 0.7}}
    requestsPerSecond: {rng.randrange(1, 200)}
    p99Ms: 120
    availability: 0.995
    runbook: https://runbooks.example.org/{word}
  rolloutPolicy: careful
  monitoring:
    - id: input-drift
      dimension: data-drift
      metric: mlspec_feature_psi
      statistic: maximum
      above: 0.25
      windowMinutes: 60
      receiver: team-{team}
    - id: score-drift
      dimension: concept-drift
      metric: mlspec_score_psi
      above: 0.2
      receiver: team-{team}
    - id: conversions
      dimension: business-kpi
      metric: desk_conversions_total
      statistic: rate
      below: 0.01
      receiver: team-{team}
  retraining:
    - id: on-drift
      type: monitor
      monitor: input-drift
      lastTested: "2026-09-01"
  budget:
    monthly: {rng.randrange(50, 900)}
    currency: EUR
"""


def hostile() -> dict[str, tuple[bytes, bytes, bytes]]:
    """Return files made to hurt; with each, one with a mistake and a valid one of its size."""
    bomb = "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10) if n else 'x'}]\n" for n in range(12)
    )
    texts = {
        "200,000 nested brackets": "[" * 200_000,
        "1,000 nested mappings": "".join(f"{' ' * n}a:\n" for n in range(1_000)),
        "alias bomb": bomb,
        "one scalar of 1 MB": "a: " + "x" * 1_000_000,
        "10,000 duplicate keys": "a: 1\n" * 10_000,
        "NUL in the middle": "a: 1\n" * 10_000 + "\0" + "a: 1\n" * 10_000,
        "10,000 unknown keys": "".join(f"k{n}: 1\n" for n in range(10_000)),
    }
    return {
        name: (text.encode(), _valid(len(text)) + b"---\nkind: Taem\n", _valid(len(text)))
        for name, text in texts.items()
    }


def _valid(size: int) -> bytes:
    """Return teams, one document each, of about as many bytes."""
    documents = []
    while size > 0:
        documents.append(_team(len(documents)))
        size -= len(documents[-1]) + 4
    return "---\n".join(documents).encode()
