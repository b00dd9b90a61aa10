"""What `mlspec verify` costs: `python -m tests.benchmarks.verify [--sizes 100,1000] [--rounds 3]`.

Every model has the seven objects of a service with a route. The baseline is `CSafeLoader` on the
same files, and nothing else. Routes are checked by the recorded definition, where it is at hand.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.peers import PARSE
from tests.benchmarks.processes import paired
from tests.contract.crd import CONFORMANCE

from mlspec.syntax import emit_documents

_MLSPEC = str(Path(sys.executable).parent / "mlspec")


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.verify")
    parser.add_argument("--sizes", default="100,1000")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sys.stdout.write("| models | objects | seconds | x libyaml parse | peak MiB |\n")
    sys.stdout.write("| --- | --- | --- | --- | --- |\n")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CACHE_HOME"] = f"{scratch}/cache"
        for size in map(int, options.sizes.split(",")):
            row(Path(scratch) / str(size), size, options.rounds)


def row(folder: Path, size: int, rounds: int) -> None:
    """Print how long one folder takes."""
    folder.mkdir()
    for number in range(size):
        (folder / f"model-{number}.yaml").write_text(manifests(number), encoding="utf-8")
    base = [sys.executable, "-c", PARSE, str(folder)]
    given = ["--crds", str(CONFORMANCE / "crds")] if CONFORMANCE.exists() else []
    found, ours = paired(base, [_MLSPEC, "verify", str(folder), *given], rounds=rounds)
    assert ours.code == 0, ours
    ratio = ours.seconds / found.seconds
    sys.stdout.write(
        f"| {size:,} | {7 * size:,} | {ours.seconds:.2f} | {ratio:.1f} | {ours.mebibytes:.0f} |\n"
    )


def manifests(number: int) -> str:
    """Return the objects of one model."""
    name = f"model-{number}"
    labels = {"app": name}
    selector = {"matchLabels": labels}
    port = {"name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP"}
    specs = {
        ("apps/v1", "Deployment"): {
            "selector": selector,
            "template": {"metadata": {"labels": labels}, "spec": pod(name)},
        },
        ("v1", "Service"): {"selector": labels, "ports": [port]},
        ("policy/v1", "PodDisruptionBudget"): {"minAvailable": 1, "selector": selector},
        ("autoscaling/v2", "HorizontalPodAutoscaler"): {
            "minReplicas": 2,
            "maxReplicas": 4 + number % 3,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {
                        "name": "cpu",
                        "target": {"type": "Utilization", "averageUtilization": 70},
                    },
                }
            ],
        },
        ("networking.k8s.io/v1", "NetworkPolicy"): {
            "podSelector": selector,
            "policyTypes": ["Ingress"],
            "ingress": [{"ports": [{"port": 8080, "protocol": "TCP"}]}],
        },
        ("gateway.networking.k8s.io/v1", "HTTPRoute"): {
            "parentRefs": [{"name": "models"}],
            "hostnames": [f"{name}.example.org"],
            "rules": [{"backendRefs": [{"name": name, "port": 80, "weight": 100}]}],
        },
        ("v1", "ServiceAccount"): None,
    }
    return emit_documents(
        {
            "apiVersion": version,
            "kind": kind,
            "metadata": {"name": name, "labels": labels},
            **({"spec": spec} if spec else {"automountServiceAccountToken": False}),
        }
        for (version, kind), spec in specs.items()
    )


def pod(name: str) -> dict[str, object]:
    """Return the pod of a model."""
    probe = {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 10}
    sizes = {"cpu": "500m", "memory": "1Gi"}
    return {
        "serviceAccountName": name,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "server",
                "image": "registry.example.org/server@sha256:" + "4f" * 32,
                "ports": [{"name": "http", "containerPort": 8080}],
                "env": [{"name": "MODEL", "value": name}],
                "readinessProbe": probe,
                "livenessProbe": probe,
                "resources": {"requests": sizes, "limits": sizes},
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
            }
        ],
    }


if __name__ == "__main__":
    main()
