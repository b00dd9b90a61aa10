"""The objects around a retraining: accounts, their rights, a closed network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._header import source_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.ir import Bundle, Retraining
    from mlspec.targets._kubernetes_meta import Object

__all__ = [
    "accounts",
    "executor_name",
    "network_policy",
    "pipeline_name",
    "retraining_labels",
    "retraining_metadata",
]

_RBAC = "rbac.authorization.k8s.io"


def pipeline_name(retraining: Retraining) -> str:
    """Return the name of the pipeline of a model, and of the account its steps run as."""
    return f"{retraining.model}-retraining"


def executor_name(retraining: Retraining) -> str:
    """Return the account of what reports how far a step is."""
    return f"{pipeline_name(retraining)}-executor"


def retraining_labels(retraining: Retraining) -> Object:
    """Return the labels of every object of a retraining, and of its pods."""
    labels: Object = {
        "app.kubernetes.io/name": pipeline_name(retraining),
        "app.kubernetes.io/component": "model-training",
        "app.kubernetes.io/managed-by": "mlspec",
        "mlspec.dev/model": retraining.model,
        "mlspec.dev/owner": retraining.owner,
        "mlspec.dev/tier": retraining.tier,
    }
    # A model without an owner has no such label.
    return {name: labels[name] for name in sorted(labels) if labels[name]}


def retraining_metadata(
    bundle: Bundle, retraining: Retraining, name: str, further: Mapping[str, str] | None = None
) -> Object:
    """Return the `metadata` of an object: the spec it comes from, and `further` annotations."""
    annotations: Object = {
        **(further or {}),
        "mlspec.dev/environment": bundle.environment,
        "mlspec.dev/source": retraining.source,
        "mlspec.dev/source-digest": source_digest(bundle, retraining.source),
    }
    return {
        "name": name,
        "namespace": retraining.namespace,
        "labels": retraining_labels(retraining),
        "annotations": {key: annotations[key] for key in annotations if annotations[key]},
    }


def accounts(bundle: Bundle, retraining: Retraining) -> list[Object]:
    """Return an account without rights or token for the steps, and one that reports on them.

    Argo Workflows reads the token of the second from a Secret of this name and type.
    """
    own, executor = pipeline_name(retraining), executor_name(retraining)
    return [
        _account(bundle, retraining, own),
        _account(bundle, retraining, executor),
        _token(bundle, retraining, executor),
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "Role",
            "metadata": retraining_metadata(bundle, retraining, executor),
            "rules": [
                {
                    "apiGroups": ["argoproj.io"],
                    "resources": ["workflowtaskresults"],
                    "verbs": ["create", "patch"],
                }
            ],
        },
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "RoleBinding",
            "metadata": retraining_metadata(bundle, retraining, executor),
            "roleRef": {"apiGroup": _RBAC, "kind": "Role", "name": executor},
            "subjects": [
                {"kind": "ServiceAccount", "name": executor, "namespace": retraining.namespace}
            ],
        },
    ]


def network_policy(bundle: Bundle, retraining: Retraining) -> Object:
    """Return a policy that lets nobody call the pods; they fetch data from where it lies."""
    name = pipeline_name(retraining)
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": retraining_metadata(bundle, retraining, name),
        "spec": {
            "podSelector": {"matchLabels": {"app.kubernetes.io/name": name}},
            "policyTypes": ["Ingress"],
        },
    }


def _account(bundle: Bundle, retraining: Retraining, name: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": retraining_metadata(bundle, retraining, name),
        "automountServiceAccountToken": False,
    }


def _token(bundle: Bundle, retraining: Retraining, account: str) -> Object:
    name = f"{account}.service-account-token"
    of_account = {"kubernetes.io/service-account.name": account}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": retraining_metadata(bundle, retraining, name, of_account),
        "type": "kubernetes.io/service-account-token",
    }
