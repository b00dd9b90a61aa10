"""Bundles to emit from: one service per strategy, one monitor per statistic."""

from __future__ import annotations

import yaml

from mlspec.ir import (
    AnalysisCheck,
    Bundle,
    Gateway,
    Monitor,
    Pipeline,
    Rollout,
    RolloutStep,
    Scope,
    Service,
    Strategy,
)

IMAGE = "registry.example.org/screen@sha256:" + "0" * 64
CHAMPION = "registry.example.org/screen@sha256:" + "1" * 64
SPEC = "specs/models/screen.yaml"

CHECKS = (
    AnalysisCheck("errors", "error-share", 0.01, None, 500, 30),
    AnalysisCheck("latency", "latency-p99-ms", 250.0, None, 200, 30),
    AnalysisCheck("approvals", "screen_approval_share", None, 0.2, 0, 30),
)


SCOPE = Scope("prod", (("namespace", "ml"),))


def service(name="screen", **changes):
    fields = {
        "version": "v2",
        "owner": "workforce",
        "tier": "high",
        "namespace": "ml",
        "image": IMAGE,
        "port": 8080,
        "path": "/v1/predict",
        "health_path": "/healthz",
        "cpu": "500m",
        "memory": "1Gi",
        "gpu": 0,
        "replicas_minimum": 2,
        "replicas_maximum": 4,
        "cpu_utilisation": 0.7,
        "artifact_uri": "models/screen.onnx",
        "artifact_digest": "sha256:" + "2" * 64,
        "rollout": Rollout(Strategy.NONE),
        "source": SPEC,
        "receiver": "workforce-pager",
        "scope": SCOPE,
    }
    return Service(name=name, **fields | changes)


def rollout(strategy, *steps, **changes):
    fields = {"champion_image": CHAMPION, "champion_version": "v1", "analysis": CHECKS}
    return Rollout(
        strategy, steps=tuple(RolloutStep(share, hold) for share, hold in steps), **fields | changes
    )


def rollouts():
    return {
        "canary": rollout(Strategy.CANARY, (0.05, 30), (0.125, 60), (1.0, 0)),
        "shadow": rollout(Strategy.SHADOW, (0.1, 600)),
        "thin-shadow": rollout(Strategy.SHADOW, (0.005, 600)),
        "blue-green": rollout(Strategy.BLUE_GREEN, (0.0, 30), (1.0, 60)),
        "split": rollout(
            Strategy.SPLIT,
            (0.5, 1440),
            header="X-Arm",
            outcome="answers_total",
            minimum_samples=500,
        ),
        "first": rollout(Strategy.CANARY, (0.05, 30), (1.0, 0), champion_image=""),
        "plain": Rollout(Strategy.NONE),
    }


def monitor(name="drift", model="screen", **changes):
    fields = {
        "dimension": "data-drift",
        "metric": "screen_psi",
        "statistic": "mean",
        "total": "",
        "above": None,
        "below": None,
        "window_minutes": 30,
        "for_minutes": 10,
        "severity": "ticket",
        "owner": "workforce",
        "receiver": "workforce-pager",
        "runbook": "https://runbooks.example.org/drift",
        "source": SPEC,
        "scope": SCOPE,
    }
    return Monitor(model=model, id=name, **fields | changes)


def monitors():
    errors = {"metric": "screen_errors_total", "total": "screen_answers_total"}
    answers = {"metric": "screen_answers_total", "statistic": "rate"}
    seconds = {"metric": "screen_seconds"}
    return (
        monitor("drift", above=0.2),
        monitor("floor", below=0.7, statistic="maximum"),
        monitor("slow", statistic="p99", above=0.25, **seconds),
        monitor("fast", statistic="p95", below=1e-7, metric="screen_seconds_bucket"),
        monitor("busy", above=3.5, window_minutes=1440, **answers),
        monitor("idle", below=1e-5, for_minutes=0, **answers),
        monitor("failing", statistic="share", above=0.02, severity="page", **errors),
        monitor("rarely", statistic="share", below=0.02, window_minutes=1, **errors),
        monitor("monthly", statistic="share", above=0.9, window_minutes=44640, **errors),
        monitor("weekly", above=-5e12, for_minutes=10080),
        monitor("between", above=1.0, below=0.5),
        monitor("any", above=0.0, **answers),
        monitor("tiny", above=1e-9),
        monitor("unbounded"),
        monitor("unwatched", above=1.0, receiver="", runbook=""),
    )


AGES = (("0", 120), ("1", 0), ("2", 340), ("3", 40), ("missing", 0))
SEXES = (("0", 5000), ("1", 4900), ("new", 0), ("missing", 100))


def drifts():
    """Monitors of rows per bin."""
    rows = {"metric": "screen_rows_total", "window_minutes": 1440, "for_minutes": 60}
    rows["model"] = "drifting"
    score = {"dimension": "prediction-drift", "feature": "score", "statistic": "psi"}
    return (
        monitor("age", statistic="psi", feature="age", reference=AGES, above=0.25, **rows),
        monitor("sex", statistic="psi", feature="sex", reference=SEXES, above=0.1, **rows),
        monitor("scores", reference=AGES, above=0.2, **rows | score),
        monitor("one-bin", statistic="psi", feature="a", reference=(("0", 9),), above=1.0, **rows),
        monitor("gaps", statistic="missing-share", feature="age", above=0.05, **rows),
        monitor("no-gaps", statistic="missing-share", feature="age", above=0.0, **rows),
    )


def late():
    """Monitors of labels that come later, of money, and of judged answers."""
    labelled = {"metric": "screen_wrong_total", "total": "screen_labelled_total", "model": "late"}
    week = {"predictions": "screen_answers_total", "delay_minutes": 10080, "minimum_coverage": 0.9}
    share = {"statistic": "share", "window_minutes": 1440}
    judged = {"total": "screen_judged_total", "dimension": "output-quality", "model": "writer"}
    cost = {"metric": "screen_cost_euros_total", "dimension": "cost", "model": "spender"}
    return (
        monitor("wrong", above=0.1, **labelled, **week, **share),
        monitor("right", below=0.7, **labelled, **week, **share),
        monitor("all-labelled", above=0.1, **labelled, **share | week | {"minimum_coverage": 1.0}),
        monitor("at-once", above=0.1, **labelled, **week | {"delay_minutes": 0}, **share),
        monitor("loss", above=2.5, statistic="quotient", **labelled, **week),
        monitor("grounded", below=0.9, metric="screen_grounded_total", **judged, **share),
        monitor("refused", above=0.05, metric="screen_refused_total", **judged, **share),
        monitor("per-answer", above=0.02, statistic="quotient", total="answers_total", **cost),
        monitor("spent", above=320.0, statistic="increase", window_minutes=43200, **cost),
        monitor("unspent", below=1.0, statistic="increase", window_minutes=1440, **cost),
    )


def bundle(*services, watched=(), sources=((SPEC, "sha256:" + "3" * 8),), **changes):
    fields = {
        "environment": "prod",
        "cards": (),
        "pipeline": Pipeline(
            ("prod",), "main", "ubuntu-24.04", "3.12", ".", "evidence", (), "0.1.0", "mlspec.yaml"
        ),
        "gateway": Gateway("ml-gateway", "infrastructure", "ml.example.org"),
    }
    return Bundle(
        services=tuple(services),
        monitors=tuple(watched),
        sources=tuple(sources),
        **fields | changes,
    )


def full_bundle():
    """One service per strategy, with objectives, and a monitor of every sort."""
    services = [
        service(name, rollout=each, p99_ms=150.0, availability=0.999)
        for name, each in sorted(rollouts().items())
    ]
    return bundle(*services, watched=(*monitors(), *drifts(), *late()))


def emitted(target, of):
    """Return the documents of each artifact of a target by path; no template is needed."""
    return {
        artifact.path: list(yaml.safe_load_all(artifact.content))
        for artifact in target.emit(of, _no_templates)
    }


def _no_templates(template, values):
    raise AssertionError(f"a target built from data asked for the template {template}")
