"""The small objects around a Deployment, each in the form the API server stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._kubernetes_meta import (
    Object,
    arm_labels,
    arm_selector,
    metadata,
    model_labels,
    model_selector,
)
from mlspec.targets._kubernetes_workload import PORT_NAME

if TYPE_CHECKING:
    from mlspec.ir import Bundle, Service
    from mlspec.targets._arms import Arm

__all__ = [
    "DEPLOYMENT",
    "ROLLOUT",
    "autoscaler",
    "disruption_budget",
    "network_policy",
    "network_service",
    "service_account",
]

DEPLOYMENT = ("apps/v1", "Deployment")
ROLLOUT = ("argoproj.io/v1alpha1", "Rollout")
"""Workloads that are scaled: (apiVersion, kind)."""


def service_account(bundle: Bundle, service: Service) -> Object:
    """Return an account without rights or token, so that pods don't run as `default`."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(bundle, service, service.name, model_labels(service)),
        "automountServiceAccountToken": False,
    }


def network_policy(bundle: Bundle, service: Service) -> Object:
    """Return a policy that opens the port of the server and no other.

    Who may call is left to the gateway, and egress open: a model reads features and artifacts
    from places that the spec does not name.
    """
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(bundle, service, service.name, model_labels(service)),
        "spec": {
            "podSelector": {"matchLabels": model_selector(service)},
            "policyTypes": ["Ingress"],
            "ingress": [{"ports": [{"port": service.port, "protocol": "TCP"}]}],
        },
    }


def network_service(
    bundle: Bundle, service: Service, arm: Arm, selector: Object | None = None
) -> Object:
    """Return the Service of an arm, or of other pods. Its addresses are the cluster's to choose."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(bundle, service, arm.name, arm_labels(service, arm), arm),
        "spec": {
            "type": "ClusterIP",
            "internalTrafficPolicy": "Cluster",
            "sessionAffinity": "None",
            "selector": selector or arm_selector(service, arm),
            "ports": [
                {
                    "name": PORT_NAME,
                    "port": service.port,
                    "protocol": "TCP",
                    "targetPort": PORT_NAME,
                }
            ],
        },
    }


def autoscaler(
    bundle: Bundle,
    service: Service,
    arm: Arm,
    utilisation: float,
    workload: tuple[str, str] = DEPLOYMENT,
) -> Object:
    """Return an autoscaler of a workload that keeps the mean share of requested CPU."""
    api_version, kind = workload
    target: Object = {"type": "Utilization", "averageUtilization": max(1, round(utilisation * 100))}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata(bundle, service, arm.name, arm_labels(service, arm)),
        "spec": {
            "scaleTargetRef": {"apiVersion": api_version, "kind": kind, "name": arm.name},
            "minReplicas": service.replicas_minimum,
            "maxReplicas": service.replicas_maximum,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
        },
    }


def disruption_budget(bundle: Bundle, service: Service, arm: Arm) -> Object:
    """Return a budget of one pod at a time; pods that never got ready don't block a drain."""
    selector = arm_selector(service, arm) if arm.role else model_selector(service)
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(bundle, service, arm.name, arm_labels(service, arm)),
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": selector},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    }
