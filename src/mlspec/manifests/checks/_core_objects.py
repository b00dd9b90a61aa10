"""What the fields of core kinds may hold, as the API server judges them, apart from their pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests.checks._core_containers import PROTOCOLS
from mlspec.manifests.checks._core_pods import CLAIM, POD, SELECTOR
from mlspec.manifests.checks._field_codes import DOUBTFUL
from mlspec.manifests.checks._field_parts import Filled, OneOf, Only, Parts, SomeOf, When, With
from mlspec.manifests.checks._field_rules import (
    Below,
    Between,
    Formed,
    Keys,
    Most,
    Nowhere,
    Unique,
    formed_or_empty,
    words,
)
from mlspec.manifests.checks._tables import each, under

if TYPE_CHECKING:
    from mlspec.manifests.checks._tables import Table

__all__ = ["METADATA", "OBJECTS"]

_PORT = Between(1, 65535)
_ARGO = "argoproj.io"
_RBAC = "rbac.authorization.k8s.io"
_LEVEL_LABELS = tuple(f"pod-security.kubernetes.io/{each}" for each in ("enforce", "audit", "warn"))
_VERSION_LABELS = tuple(f"{each}-version" for each in _LEVEL_LABELS)
_LEVELS = words("privileged baseline restricted")
_OUTSIDE = ("NodePort", "LoadBalancer")
_SERVICE_PORT: Table = (
    ("protocol", PROTOCOLS),
    ("name", formed_or_empty("name")),
    ("targetPort", Formed("port")),
    ("nodePort", Between(0, 65535)),
    ("appProtocol", Formed("label-key")),
)
_SERVICE: Table = (
    ("type", words("ClusterIP NodePort LoadBalancer ExternalName")),
    ("sessionAffinity", words("ClientIP None")),
    ("", Only(("sessionAffinityConfig",), "sessionAffinity", ("ClientIP",))),
    ("sessionAffinityConfig.clientIP.timeoutSeconds", Between(1, 86400)),
    *each("externalTrafficPolicy internalTrafficPolicy", words("Cluster Local")),
    ("", Only(("healthCheckNodePort",), "externalTrafficPolicy", ("Local",))),
    (
        "",
        Only(
            (
                *("allocateLoadBalancerNodePorts", "loadBalancerClass"),
                "loadBalancerSourceRanges",
            ),
            *("type", ("LoadBalancer",)),
        ),
    ),
    (
        "",
        Only(
            ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"),
            "type",
            ("ClusterIP", *_OUTSIDE),
            "ClusterIP",
        ),
    ),
    ("ipFamilies[]", words("IPv4 IPv6")),
    ("ipFamilies", Unique()),
    ("ipFamilyPolicy", words("SingleStack PreferDualStack RequireDualStack")),
    *each("clusterIP clusterIPs[]", Formed("cluster-address")),
    ("", Parts(("clusterIP",), With("clusterIPs"))),
    ("", When(Only((), "ipFamilyPolicy", ("SingleStack",)), "ipFamilies", Most(1))),
    ("externalIPs[]", Formed("outside-address")),
    ("loadBalancerSourceRanges[]", Formed("block")),
    ("loadBalancerClass", Formed("label-key")),
    ("trafficDistribution", words("PreferClose PreferSameZone PreferSameNode")),
    ("externalName", formed_or_empty("dns-name")),
    *under("ports[]", _SERVICE_PORT),
    ("selector", Keys("label-key")),
    ("selector{}", Formed("label")),
)
_BACKEND: Table = (
    ("", OneOf(("service", "resource"))),
    ("service", Filled(("name",))),
    ("service", Parts(("port",))),
    ("service.name", Formed("name")),
    ("service.port", OneOf(("number", "name"))),
    ("service.port.number", _PORT),
    ("service.port.name", Formed("port-name")),
)
_INGRESS: Table = (
    ("", SomeOf(("defaultBackend", "rules"))),
    ("ingressClassName", Formed("subdomain")),
    *under("defaultBackend", _BACKEND),
    ("rules[].host", formed_or_empty("host")),
    ("tls[].hosts[]", Formed("host")),
    ("tls[].secretName", formed_or_empty("subdomain")),
    ("rules[].http", Filled(("paths",))),
    ("rules[].http.paths[].pathType", words("Exact Prefix ImplementationSpecific")),
    ("rules[].http.paths[].path", Formed("url-path")),
    (
        "rules[].http.paths[]",
        Parts(("path",), Only((), "pathType", ("Exact", "Prefix"))),
    ),
    *under("rules[].http.paths[].backend", _BACKEND),
)
_SCALING: Table = (
    ("", Filled(("policies",))),
    ("stabilizationWindowSeconds", Between(0, 3600)),
    ("selectPolicy", words("Max Min Disabled")),
    ("policies[].type", words("Pods Percent")),
    ("policies[].value", Between(1)),
    ("policies[].periodSeconds", Between(1, 1800)),
    ("tolerance", Formed("amount")),
)
_TARGET: Table = (
    ("averageUtilization", Between(1)),
    *each("averageValue value", Formed("amount")),
)
_AUTOSCALER: Table = (
    ("scaleTargetRef", Filled(("kind", "name"))),
    *each("scaleTargetRef.kind scaleTargetRef.name", Formed("path-segment")),
    ("scaleTargetRef.apiVersion", Formed("api-version")),
    ("targetCPUUtilizationPercentage", Between(1)),
    *under("behavior.scaleUp", _SCALING),
    *under("behavior.scaleDown", _SCALING),
    *(
        entry
        for source in ("resource", "containerResource", "pods", "object", "external")
        for entry in under(f"metrics[].{source}.target", _TARGET)
    ),
    *each("metrics[].resource metrics[].containerResource", Filled(("name",))),
    *each(
        "metrics[].pods.metric.name metrics[].object.metric.name metrics[].external.metric.name",
        Formed("path-segment"),
    ),
    ("metrics[].containerResource", Filled(("container",))),
    *each(
        "metrics[].pods.metric metrics[].object.metric metrics[].external.metric", Filled(("name",))
    ),
)
_PEER: Table = (*under("podSelector", SELECTOR), *under("namespaceSelector", SELECTOR))
_JOB: Table = (
    ("completionMode", words("NonIndexed Indexed")),
    (
        "",
        Only(
            ("backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"),
            "completionMode",
            ("Indexed",),
        ),
    ),
    ("", Parts(("completions",), Only((), "completionMode", ("Indexed",)))),
    ("", Only(("selector",), "manualSelector", (True,))),
    *each("backoffLimitPerIndex maxFailedIndexes", Between(0)),
    ("", Parts(("backoffLimitPerIndex",), With("maxFailedIndexes"))),
    ("", When(Only((), "completionMode", ("Indexed",)), "parallelism", Between(0, 100_000))),
    ("managedBy", Formed("domain-path")),
    ("successPolicy", Filled(("rules",))),
    ("successPolicy.rules[]", SomeOf(("succeededCount", "succeededIndexes"))),
    ("successPolicy.rules[].succeededIndexes", Formed("indexes")),
    ("podReplacementPolicy", words("TerminatingOrFailed Failed")),
    ("podFailurePolicy", Filled(("rules",))),
    ("podFailurePolicy.rules[]", OneOf(("onExitCodes", "onPodConditions"))),
    ("podFailurePolicy.rules[].action", words("FailJob FailIndex Ignore Count")),
    ("podFailurePolicy.rules[].onExitCodes", Filled(("operator", "values"))),
    ("podFailurePolicy.rules[].onExitCodes.operator", words("In NotIn")),
)
_PERIODIC: Table = (
    ("concurrencyPolicy", words("Allow Forbid Replace")),
    *each("startingDeadlineSeconds successfulJobsHistoryLimit failedJobsHistoryLimit", Between(0)),
    ("", Filled(("timeZone",))),
    ("jobTemplate.spec.manualSelector", Nowhere("is for Jobs that nothing starts again")),
    *under("jobTemplate.spec", _JOB),
)
_ROLLING: Table = (("maxSurge", Formed("share")), ("maxUnavailable", Formed("share-of-all")))
_LASTING: Table = (
    ("template.spec.activeDeadlineSeconds", Nowhere("is for pods that come to an end")),
)
_DEPLOYMENT: Table = (
    *_LASTING,
    *under("selector", SELECTOR),
    ("strategy.type", words("Recreate RollingUpdate")),
    *under("strategy.rollingUpdate", _ROLLING),
)
_ONE_BY_ONE: Table = (
    *_LASTING,
    *under("selector", SELECTOR),
    ("updateStrategy.type", words("RollingUpdate OnDelete")),
    ("updateStrategy", Only(("rollingUpdate",), "type", ("RollingUpdate",), "RollingUpdate")),
    *under("updateStrategy.rollingUpdate", _ROLLING),
)
_STATEFUL: Table = (
    *_ONE_BY_ONE,
    ("updateStrategy.rollingUpdate.partition", Between(0)),
    ("podManagementPolicy", words("OrderedReady Parallel")),
    *each(
        "persistentVolumeClaimRetentionPolicy.whenDeleted "
        "persistentVolumeClaimRetentionPolicy.whenScaled",
        words("Retain Delete"),
    ),
    ("ordinals.start", Between(0)),
    ("serviceName", Formed("subdomain")),
    ("volumeClaimTemplates[]", Parts(("metadata",))),
    ("volumeClaimTemplates[].metadata", Filled(("name",))),
    *under("volumeClaimTemplates[].spec", CLAIM),
)
_SCOPES = words(
    """Terminating NotTerminating BestEffort NotBestEffort PriorityClass CrossNamespacePodAffinity
    VolumeAttributesClass"""
)
_QUOTA: Table = (
    ("hard", Keys("quota-resource")),
    ("hard{}", Formed("amount")),
    ("scopes[]", _SCOPES),
    ("scopeSelector.matchExpressions[].scopeName", _SCOPES),
    ("scopeSelector.matchExpressions[].operator", words("In NotIn Exists DoesNotExist")),
    (
        "scopeSelector.matchExpressions[]",
        Parts(("values",), Only((), "operator", ("In", "NotIn"))),
    ),
    (
        "scopeSelector.matchExpressions[]",
        Only(("values",), "operator", ("In", "NotIn")),
    ),
)
_LIMITS: Table = (
    ("limits[].type", Formed("limit-type")),
    ("limits", Unique(("type",))),
    *each(
        "limits[].max limits[].min limits[].default limits[].defaultRequest",
        Keys("limit-resource"),
    ),
    (
        "limits[]",
        Only(("default", "defaultRequest"), "type", ("Container", "PersistentVolumeClaim")),
    ),
    *each(
        "limits[].max{} limits[].min{} limits[].default{} limits[].defaultRequest{} "
        "limits[].maxLimitRequestRatio{}",
        Formed("amount"),
    ),
)
_VERBS = words(
    """get list watch create update patch delete deletecollection use bind escalate impersonate
    approve sign proxy connect attest head post put options request-serviceaccounts-token-audience
    *""",
    DOUBTFUL,
)
_POLICY_RULE: Table = (("", Filled(("verbs",))), ("verbs[]", _VERBS))
_ROLE: Table = (
    *under("rules[]", _POLICY_RULE),
    ("rules[]", Parts(("apiGroups", "resources"))),
    ("rules[].nonResourceURLs", Nowhere("belong to a ClusterRole")),
)
_CLUSTER_ROLE: Table = (
    *under("rules[]", _POLICY_RULE),
    ("rules[]", OneOf(("resources", "nonResourceURLs"))),
    ("rules[]", Parts(("apiGroups",), With("resources"))),
    ("aggregationRule", Parts(("clusterRoleSelectors",))),
    *under("aggregationRule.clusterRoleSelectors[]", SELECTOR),
)
_BINDING: Table = (
    ("roleRef", Filled(("kind", "name"))),
    ("roleRef.name", Formed("path-segment")),
    ("roleRef.apiGroup", words(_RBAC)),
    ("subjects[]", Filled(("kind", "name"))),
    ("subjects[].kind", words("ServiceAccount User Group")),
    ("subjects[]", When(Only((), "kind", ("ServiceAccount",)), "name", Formed("subdomain"))),
    ("subjects[]", Only(("apiGroup",), "kind", ("User", "Group"))),
    ("subjects[].apiGroup", words(_RBAC)),
)
_MEASURING = "metrics[].provider.job.spec"
_ANALYSIS: Table = (
    ("args[]", OneOf(("value", "valueFrom"), is_optional=True)),
    *under(_MEASURING, _JOB),
    *under(f"{_MEASURING}.template.spec", POD),
    (f"{_MEASURING}.template.spec", Parts(("restartPolicy",))),
    (f"{_MEASURING}.template.spec.restartPolicy", words("Never OnFailure")),
)
"""A Job that measures is made by the controller, and refused by the API server."""

METADATA: Table = (
    ("namespace", Formed("name")),
    ("generateName", Formed("beginning")),
    ("ownerReferences[]", Filled(("apiVersion", "kind", "name", "uid"))),
)
"""Of every object, apart from names and labels."""

_CLUSTER_BINDING: Table = (
    *_BINDING,
    ("roleRef.kind", words("ClusterRole")),
    ("subjects[]", Parts(("namespace",), Only((), "kind", ("ServiceAccount",)))),
)
"""A RoleBinding looks for its accounts in its own namespace, where none is stated."""

OBJECTS: dict[tuple[str, str], Table] = {
    ("", "Service"): (
        *under("spec", _SERVICE),
        ("spec.ports[].nodePort", Between(30000, 32767, DOUBTFUL)),
    ),
    ("networking.k8s.io", "Ingress"): under("spec", _INGRESS),
    ("networking.k8s.io", "NetworkPolicy"): (
        *under("spec.podSelector", SELECTOR),
        *under("spec.ingress[].from[]", _PEER),
        *under("spec.egress[].to[]", _PEER),
        ("spec.policyTypes", Most(2)),
    ),
    ("autoscaling", "HorizontalPodAutoscaler"): under("spec", _AUTOSCALER),
    ("policy", "PodDisruptionBudget"): (
        *under("spec.selector", SELECTOR),
        ("spec.unhealthyPodEvictionPolicy", words("IfHealthyBudget AlwaysAllow")),
    ),
    ("batch", "Job"): under("spec", _JOB),
    ("batch", "CronJob"): under("spec", _PERIODIC),
    ("apps", "Deployment"): under("spec", _DEPLOYMENT),
    ("apps", "ReplicaSet"): under("spec", (*_LASTING, *under("selector", SELECTOR))),
    (_ARGO, "Rollout"): under("spec", (*_LASTING, *under("selector", SELECTOR))),
    (_ARGO, "AnalysisTemplate"): under("spec", _ANALYSIS),
    (_ARGO, "ClusterAnalysisTemplate"): under("spec", _ANALYSIS),
    ("apps", "DaemonSet"): under("spec", _ONE_BY_ONE),
    ("apps", "StatefulSet"): under("spec", _STATEFUL),
    ("", "PersistentVolumeClaim"): under("spec", CLAIM),
    ("", "ResourceQuota"): under("spec", _QUOTA),
    ("", "LimitRange"): under("spec", _LIMITS),
    ("", "Namespace"): (
        ("metadata.labels", Below(_LEVEL_LABELS, _LEVELS)),
        ("metadata.labels", Below(_VERSION_LABELS, Formed("pod-security-version"))),
    ),
    ("scheduling.k8s.io", "PriorityClass"): (
        ("metadata.name", Formed("not-system")),
        ("value", Between(-(2**31), 10**9)),
        ("preemptionPolicy", words("Never PreemptLowerPriority")),
    ),
    ("", "ServiceAccount"): (("imagePullSecrets[]", Parts(("name",))),),
    (_RBAC, "Role"): _ROLE,
    (_RBAC, "ClusterRole"): _CLUSTER_ROLE,
    (_RBAC, "RoleBinding"): (*_BINDING, ("roleRef.kind", words("Role ClusterRole"))),
    (_RBAC, "ClusterRoleBinding"): _CLUSTER_BINDING,
}
"""By group and kind."""
