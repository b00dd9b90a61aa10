"""What fields of core kinds have to do with each other, where a table has no words for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests.checks._field_codes import (
    CONTRADICTION,
    CROSSED,
    FORM,
    MISPLACED,
    MISSING,
    NUMBER,
    REPEATED,
)
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node
    from mlspec.manifests.checks._pods import Pods

__all__ = ["object_relations", "pod_relations"]

_GRACE_SECONDS = 30
_MOST_BYTES = 1 << 20
_OUTSIDE = ("NodePort", "LoadBalancer")


def object_relations(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield contradictions inside of objects that are no pods."""
    for (group, kind), judge in _JUDGES.items():
        for node in objects(manifests, group, kind):
            yield from judge(node)


def pod_relations(pods: Pods) -> Iterator[Problem]:
    """Yield contradictions between the fields of a pod, and between its containers."""
    spec = pods.spec
    if spec["shareProcessNamespace"].value is True and spec["hostPID"].value is True:
        message = "`shareProcessNamespace` and `hostPID` exclude each other"
        yield spec["shareProcessNamespace"].problem(CONTRADICTION, message, "keep one of them")
    if spec["dnsPolicy"].text == "None" and not spec.at("dnsConfig", "nameservers").value:
        place = spec.at("dnsConfig", "nameservers")
        yield place.problem(MISSING, "the pod has no server of names", "add one")
    yield from _host_ports(pods)
    for volume in spec["volumes"].each():
        yield from _projections(volume["projected"])
    for container in pods.containers():
        yield from _mounts(container)
        yield from _devices(container, spec)
        yield from _escalation(container["securityContext"])
        yield from _endings(container["lifecycle"], spec["terminationGracePeriodSeconds"])
        yield from _claims(container, spec)


def _host_ports(pods: Pods) -> Iterator[Problem]:
    seen: set[tuple[str, str, int]] = set()
    in_host = pods.spec["hostNetwork"].value is True
    for container in pods.spec["containers"].each():
        for port in container["ports"].each():
            number = port["hostPort"].whole
            if not number:
                continue
            key = (port["protocol"].text or "TCP", port["hostIP"].text, number)
            if key in seen:
                message = f"the host port {number} is taken by another port of the pod"
                yield port["hostPort"].problem(REPEATED, message, "change one of them")
            seen.add(key)
            if in_host and number != port["containerPort"].whole:
                message = "`hostPort` differs from `containerPort`, but `hostNetwork` is on"
                yield port["hostPort"].problem(CONTRADICTION, message, "let them be the same")


def _projections(projected: Node) -> Iterator[Problem]:
    """Two sources of one volume can't write one file."""
    seen: set[str] = set()
    for source in projected["sources"].each():
        items = [each["path"] for _, part in source.entries() for each in part["items"].each()]
        for path in (*items, source.at("serviceAccountToken", "path")):
            if path.text and path.text in seen:
                message = f"another source of the volume writes `{path.shown}`"
                yield path.problem(REPEATED, message, "change one of the paths")
            seen.add(path.text)


def _devices(container: Node, spec: Node) -> Iterator[Problem]:
    others = {
        each["name"].text for each in spec["volumes"].each() if not each.set_keys(*_BLOCK_SOURCES)
    }
    for device in container["volumeDevices"].each():
        if device["name"].text in others:
            message = "a device is a volume of a claim, and this one is of files"
            yield device["name"].problem(MISPLACED, message, "mount it under `volumeMounts`")


_BLOCK_SOURCES = ("persistentVolumeClaim", "ephemeral")


def _mounts(container: Node) -> Iterator[Problem]:
    is_privileged = container.at("securityContext", "privileged").value is True
    for mount in container["volumeMounts"].each():
        propagation, recursive = mount["mountPropagation"], mount["recursiveReadOnly"]
        if propagation.text == "Bidirectional" and not is_privileged:
            message = "`Bidirectional` is only for privileged containers"
            yield propagation.problem(MISPLACED, message, "write `HostToContainer`")
        if recursive.text in ("Enabled", "IfPossible") and mount["readOnly"].value is not True:
            message = "`recursiveReadOnly` can't be set unless `readOnly` is `true`"
            yield recursive.problem(MISPLACED, message, "add `readOnly: true`")


def _escalation(context: Node) -> Iterator[Problem]:
    guard = context["allowPrivilegeEscalation"]
    added = [each.text for each in context.at("capabilities", "add").each()]
    if guard.value is False and "CAP_SYS_ADMIN" in added:
        message = "who has `CAP_SYS_ADMIN` can escalate its privileges"
        yield guard.problem(CONTRADICTION, message, "remove one of them")


def _endings(lifecycle: Node, grace: Node) -> Iterator[Problem]:
    limit = _GRACE_SECONDS if grace.whole is None else grace.whole
    for key in ("postStart", "preStop"):
        seconds = lifecycle.at(key, "sleep", "seconds")
        if seconds.whole is not None and seconds.whole > limit:
            message = f"it sleeps {seconds.whole} seconds, but the pod is ended after {limit}"
            yield seconds.problem(CROSSED, message, "raise `terminationGracePeriodSeconds`")


def _claims(container: Node, spec: Node) -> Iterator[Problem]:
    known = {each["name"].text for each in spec["resourceClaims"].each()}
    for claim in container.at("resources", "claims").each():
        if claim["name"].text not in known:
            message = f"the pod has no claim `{claim['name'].shown}`"
            yield claim["name"].problem(MISSING, message, "add it under `resourceClaims`")


def _service(node: Node) -> Iterator[Problem]:
    spec = node["spec"]
    kind, policy = spec["type"].text, spec["externalTrafficPolicy"]
    if policy.text and kind not in _OUTSIDE and not spec["externalIPs"].value:
        message = "`externalTrafficPolicy` is for Services that are reached from outside"
        yield policy.problem(MISPLACED, message, "remove it, or set `type`")
    health = spec["healthCheckNodePort"]
    if health.whole and kind != "LoadBalancer":
        message = "`healthCheckNodePort` is for Services of type `LoadBalancer`"
        yield health.problem(MISPLACED, message, "remove it")
    yield from _node_ports(spec)


def _node_ports(spec: Node) -> Iterator[Problem]:
    seen: set[tuple[str, int]] = set()
    for port in spec["ports"].each():
        key = (port["protocol"].text or "TCP", port["nodePort"].whole or 0)
        if key[1] and key in seen:
            message = f"the node port {key[1]} is taken by another port of the Service"
            yield port["nodePort"].problem(REPEATED, message, "change one of them")
        seen.add(key)


def _limits(node: Node) -> Iterator[Problem]:
    for limit in node.at("spec", "limits").each():
        if limit["type"].text == "PersistentVolumeClaim" and not any(
            limit.at(key, "storage").is_set for key in ("min", "max")
        ):
            message = "a limit of claims needs `storage` under `min` or `max`"
            yield limit["type"].problem(MISSING, message, "add it")
        for low, highs in _ORDER.items():
            yield from _crossed(limit[low], [limit[high] for high in highs])


_ORDER = {
    "min": ("max", "default", "defaultRequest"),
    "defaultRequest": ("max", "default"),
    "default": ("max",),
}
"""What may not be above any of what follows it."""


def _crossed(low: Node, highs: list[Node]) -> Iterator[Problem]:
    for name, least in low.entries():
        amount = quantity(least.value)
        above = [high for high in highs if _is_above(amount, quantity(high[name].value))]
        for high in above[:1]:
            keys = f"`{low.path[-1]}` of {name}, {least.shown}, is above `{high.path[-1]}`"
            message = f"{keys}, {high[name].shown}"
            yield least.problem(CROSSED, message, "change one of them")


def _is_above(small: Fraction | None, large: Fraction | None) -> bool:
    return small is not None and large is not None and small > large


def _quota(node: Node) -> Iterator[Problem]:
    scopes = node.at("spec", "scopes")
    stated = {each.text for each in scopes.each()}
    for scope in ("BestEffort", "Terminating"):
        if {scope, f"Not{scope}"} <= stated:
            message = f"`{scope}` and `Not{scope}` exclude each other"
            yield scopes.problem(CONTRADICTION, message, "keep one of them")
    for name, amount in node.at("spec", "hard").entries():
        number = quantity(amount.value)
        if _is_counted(name) and number is not None and number.denominator != 1:
            message = f"`{name}` is counted, and `{amount.shown}` is no whole number"
            yield amount.problem(FORM, message, "write a whole number")


def _is_counted(name: str) -> bool:
    return name.startswith("count/") or ("." not in name and name not in _PARTED)


_PARTED = ("cpu", "memory", "ephemeral-storage", "storage")


def _daemons(node: Node) -> Iterator[Problem]:
    rolling = node.at("spec", "updateStrategy", "rollingUpdate")
    surge, lost = rolling["maxSurge"], rolling["maxUnavailable"]
    if lost.is_set and _is_zero(lost) and _is_zero(surge):
        message = "`maxSurge` and `maxUnavailable` are both 0: no pod can be replaced"
        yield lost.problem(CONTRADICTION, message, "let one of them be 1")
    elif not _is_zero(surge) and not (lost.is_set and _is_zero(lost)):
        message = "pods of a DaemonSet are replaced before, or after: not both"
        yield surge.problem(CONTRADICTION, message, "write `maxUnavailable: 0` beside it")


def _is_zero(node: Node) -> bool:
    return not node.is_set or node.value in (0, "0%")


def _job(node: Node) -> Iterator[Problem]:
    is_cron = node.manifest.kind == "CronJob"
    spec = node.at("spec", "jobTemplate", "spec") if is_cron else node["spec"]
    policy = spec.at("template", "spec", "restartPolicy")
    if spec["podFailurePolicy"].is_set and policy.text != "Never":
        message = "`podFailurePolicy` needs pods that never restart"
        yield policy.problem(CONTRADICTION, message, "write `restartPolicy: Never`")
    for rule in spec["podFailurePolicy"]["rules"].each():
        yield from _failure(rule, spec["backoffLimitPerIndex"])


def _failure(rule: Node, limit: Node) -> Iterator[Problem]:
    if rule["action"].text == "FailIndex" and not limit.is_set:
        message = "`FailIndex` can't be chosen unless `backoffLimitPerIndex` is set"
        yield rule["action"].problem(MISPLACED, message, "add it, or choose another action")
    codes = rule["onExitCodes"]
    numbers = [each.whole for each in codes["values"].each()]
    known = [each for each in numbers if each is not None]
    if known != sorted({*known}):
        message = "exit codes rise, and none stands twice"
        yield codes["values"].problem(FORM, message, "sort them")
    if codes["operator"].text == "In" and 0 in known:
        message = "0 is no failure"
        yield codes["values"].problem(NUMBER, message, "remove it")


def _ingress(node: Node) -> Iterator[Problem]:
    old = node.at("metadata", "annotations", "kubernetes.io/ingress.class")
    if old.is_set and node.at("spec", "ingressClassName").is_set:
        message = "the annotation and `ingressClassName` exclude each other"
        yield old.problem(CONTRADICTION, message, "remove the annotation")


def _autoscaler(node: Node) -> Iterator[Problem]:
    for metric in node.at("spec", "metrics").each():
        for kind in ("resource", "containerResource"):
            target = metric[kind]["target"]
            if target["value"].is_set and not target.set_keys("averageUtilization", "averageValue"):
                message = "a resource is compared with its average, never with `value`"
                yield target["value"].problem(MISPLACED, message, "write `averageValue`")


def _secret(node: Node) -> Iterator[Problem]:
    yield from _size(node)
    yield from _token(node)
    stated = {key for part in ("data", "stringData") for key, _ in node[part].entries()}
    kind = node["type"]
    if not stated:
        return  # filled in by somebody else, as a vault does
    for keys in _KEYS_OF.get(kind.text, ()):
        if not stated & set(keys):
            named = " or ".join(f"`{each}`" for each in keys)
            yield kind.problem(MISSING, f"a Secret of this type needs the key {named}", "add it")


def _token(node: Node) -> Iterator[Problem]:
    account = node.at("metadata", "annotations", "kubernetes.io/service-account.name")
    if node["type"].text == "kubernetes.io/service-account-token" and not account.text:
        message = "a token needs the annotation `kubernetes.io/service-account.name`"
        yield node["type"].problem(MISSING, message, "name the account")


_KEYS_OF: dict[str, tuple[tuple[str, ...], ...]] = {
    "kubernetes.io/tls": (("tls.crt",), ("tls.key",)),
    "kubernetes.io/dockerconfigjson": ((".dockerconfigjson",),),
    "kubernetes.io/dockercfg": ((".dockercfg",),),
    "kubernetes.io/basic-auth": (("username", "password"),),
    "kubernetes.io/ssh-auth": (("ssh-privatekey",),),
}
"""Groups of keys of which one has to be there."""


def _size(node: Node) -> Iterator[Problem]:
    plain = (len(each.text.encode()) for part in _PLAIN for _, each in node[part].entries())
    coded = (len(each.text) * 3 // 4 for part in _CODED for _, each in node[part].entries())
    is_secret = node.manifest.kind == "Secret"
    total = sum(coded) if is_secret else sum(plain)
    if total > _MOST_BYTES + 2:  # what pads base64 counts for two bytes at most
        message = f"it holds {total} bytes, the limit of a {node.manifest.kind} is {_MOST_BYTES}"
        yield node["data"].problem(NUMBER, message, "keep large files in a volume")


_PLAIN, _CODED = ("data", "binaryData"), ("data",)

_JUDGES: dict[tuple[str, str], Callable[[Node], Iterator[Problem]]] = {
    ("", "Service"): _service,
    ("", "LimitRange"): _limits,
    ("", "ResourceQuota"): _quota,
    ("", "Secret"): _secret,
    ("", "ConfigMap"): _size,
    ("apps", "DaemonSet"): _daemons,
    ("networking.k8s.io", "Ingress"): _ingress,
    ("autoscaling", "HorizontalPodAutoscaler"): _autoscaler,
    ("batch", "Job"): _job,
    ("batch", "CronJob"): _job,
}
