"""Which group of the API has which resource: those that every cluster serves, as data.

From `kubectl api-resources` of Kubernetes 1.37; groups that definitions add are not among them.
"""

from __future__ import annotations

__all__ = ["GROUPS_OF", "KNOWN_GROUPS"]

_RESOURCES = {
    "": """bindings componentstatuses configmaps endpoints events limitranges namespaces nodes
        persistentvolumeclaims persistentvolumes pods podtemplates replicationcontrollers
        resourcequotas secrets serviceaccounts services users groups""",
    "apps": "controllerrevisions daemonsets deployments replicasets statefulsets",
    "autoscaling": "horizontalpodautoscalers",
    "batch": "cronjobs jobs",
    "policy": "poddisruptionbudgets podsecuritypolicies",
    "networking.k8s.io": "ingressclasses ingresses ipaddresses networkpolicies servicecidrs",
    "rbac.authorization.k8s.io": "clusterrolebindings clusterroles rolebindings roles",
    "storage.k8s.io": """csidrivers csinodes csistoragecapacities storageclasses volumeattachments
        volumeattributesclasses""",
    "scheduling.k8s.io": "podgroups priorityclasses workloads",
    "coordination.k8s.io": "leasecandidates leases",
    "discovery.k8s.io": "endpointslices",
    "events.k8s.io": "events",
    "node.k8s.io": "runtimeclasses",
    "admissionregistration.k8s.io": """mutatingadmissionpolicies mutatingadmissionpolicybindings
        mutatingwebhookconfigurations validatingadmissionpolicies
        validatingadmissionpolicybindings validatingwebhookconfigurations""",
    "apiextensions.k8s.io": "customresourcedefinitions",
    "apiregistration.k8s.io": "apiservices",
    "authentication.k8s.io": "selfsubjectreviews tokenreviews uids userextras",
    "authorization.k8s.io": """localsubjectaccessreviews selfsubjectaccessreviews
        selfsubjectrulesreviews subjectaccessreviews""",
    "certificates.k8s.io": """certificatesigningrequests clustertrustbundles podcertificaterequests
        signers""",
}
"""With the words that are no resources and that rules name all the same: what may be impersonated
or signed."""

KNOWN_GROUPS = frozenset(_RESOURCES)
GROUPS_OF: dict[str, tuple[str, ...]] = {
    resource: tuple(group for group, names in _RESOURCES.items() if resource in names.split())
    for names in _RESOURCES.values()
    for resource in names.split()
}
"""The groups that have a resource, by its name: `events` is in two."""
