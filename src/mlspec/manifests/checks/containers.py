"""Containers that no API server takes, or that no node can start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._pods import Pods, pods_of
from mlspec.manifests.checks._ports import PORT_NAME, is_port
from mlspec.manifests.checks._repeated import repeated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _pod(container: str, rest: str = "") -> str:
    return (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: fraud}\nspec:\n"
        "  containers:\n  - name: server\n    image: registry.example/fraud:12\n"
        f"    {container}\n{rest}"
    )


_DUPLICATE = breaks(
    "MLS1110",
    "duplicate-name-in-pod",
    "Two containers, ports, volumes or mounts of a pod have the same name or path.",
    "The API server refuses the pod, and so nothing of the workload starts.",
    bad=_pod("ports: [{name: http, containerPort: 80}, {name: http, containerPort: 81}]"),
    good=_pod("ports: [{name: http, containerPort: 80}, {name: metrics, containerPort: 81}]"),
)
_VARIABLE_TWICE = warns(
    "MLS1111",
    "duplicate-environment-variable",
    "A container sets an environment variable twice.",
    """The API server takes it and the last value wins; a three-way merge may drop either of
    them, so the running value is not the one that was reviewed.""",
    bad=_pod("env: [{name: LEVEL, value: low}, {name: LEVEL, value: high}]"),
    good=_pod("env: [{name: LEVEL, value: high}]"),
)
_MOUNT = breaks(
    "MLS1112",
    "mount-without-volume",
    "A container mounts a volume that the pod does not have.",
    "The API server refuses the pod.",
    bad=_pod("volumeMounts: [{name: model, mountPath: /model}]"),
    good=_pod(
        "volumeMounts: [{name: model, mountPath: /model}]",
        "  volumes: [{name: model, emptyDir: {}}]\n",
    ),
)
_PROBE_PORT = breaks(
    "MLS1113",
    "unknown-probe-port",
    "A probe asks at a port name that its container does not have.",
    """The API server takes it. The kubelet can't resolve the name, so the probe fails for ever:
    a readiness probe keeps the pod out of every Service, a liveness probe restarts it in a
    circle.""",
    bad=_pod("readinessProbe: {httpGet: {path: /ready, port: http}}"),
    good=_pod(
        "ports: [{name: http, containerPort: 8080}]\n"
        "    readinessProbe: {httpGet: {path: /ready, port: http}}"
    ),
)
_PROBE = breaks(
    "MLS1114",
    "refused-probe",
    "A probe has no handler, or several, or counts that the API server refuses.",
    """A probe does exactly one of `exec`, `httpGet`, `tcpSocket` and `grpc`. Liveness and start-up
    are proven by one success.""",
    bad=_pod("livenessProbe: {tcpSocket: {port: 8080}, successThreshold: 2}"),
    good=_pod("livenessProbe: {tcpSocket: {port: 8080}, successThreshold: 1}"),
)
_PORT = breaks(
    "MLS1115",
    "refused-container-port",
    "The number or the name of a container port is refused.",
    """Ports are 1 to 65535. Their names have at most 15 lower-case letters, digits and `-`, with a
    letter among them.""",
    bad=_pod("ports: [{name: prediction-server, containerPort: 8080}]"),
    good=_pod("ports: [{name: predict, containerPort: 8080}]"),
)
_VARIABLE = breaks(
    "MLS1116",
    "refused-environment-variable",
    "An environment variable has no name, or a value and a source for it.",
    "The API server refuses it: only one of the two could be meant.",
    bad=_pod("env: [{name: A, value: b, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]"),
    good=_pod("env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]"),
)
_IMAGE = breaks(
    "MLS1117",
    "container-without-image",
    "A container names no image, or a pod has no container.",
    "Schemas allow it, since a webhook could fill it in; the API server refuses it.",
    bad="""
    apiVersion: v1
    kind: Pod
    metadata: {name: fraud}
    spec: {containers: [{name: server}]}
    """,
    good=_pod("command: [serve]"),
)
_SECURITY = breaks(
    "MLS1118",
    "contradictory-security-context",
    "A security context asks for two things that exclude each other.",
    """A privileged container can always escalate, so the API server refuses the pair; and the
    kubelet does not start user 0 where `runAsNonRoot` is set: the pod hangs in
    `CreateContainerConfigError`.""",
    bad=_pod("securityContext: {runAsNonRoot: true, runAsUser: 0}"),
    good=_pod("securityContext: {runAsNonRoot: true, runAsUser: 65532}"),
)

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield what is wrong with the containers of each pod."""
    for pods in pods_of(manifests):
        yield from _pod_problems(pods)
        volumes = {each["name"].text for each in pods.spec["volumes"].each()}
        if pods.owner.manifest.kind == "StatefulSet":
            claims = pods.owner.at("spec", "volumeClaimTemplates").each()
            volumes |= {each.at("metadata", "name").text for each in claims}
        for container in pods.containers():
            yield from _container(container)
            yield from _mounts(container, volumes)
            yield from _security(container, pods.spec["securityContext"])


def _pod_problems(pods: Pods) -> Iterator[Problem]:
    if not pods.spec["containers"].value and not pods.owner["spec"]["workloadRef"].is_set:
        place = pods.spec["containers"]
        yield place.problem(_IMAGE, "the pod has no container", "add one with `name` and `image`")
    yield from repeated(_DUPLICATE, pods.containers(), "name", "containers")
    yield from repeated(_DUPLICATE, pods.spec["volumes"].each(), "name", "volumes")


def _container(container: Node) -> Iterator[Problem]:
    if not container["image"].text:
        message = f"the container `{container['name'].text}` has no image"
        yield container["image"].problem(_IMAGE, message, "add `image`")
    yield from repeated(_DUPLICATE, container["ports"].each(), "name", "ports")
    yield from repeated(_DUPLICATE, container["volumeMounts"].each(), "mountPath", "mounts")
    yield from repeated(_VARIABLE_TWICE, container["env"].each(), "name", "variables")
    for port in container["ports"].each():
        yield from _port(port)
    for variable in container["env"].each():
        yield from _variable(variable)
    for key in container.set_keys(*_PROBES):
        yield from _probe(container, key)


def _port(port: Node) -> Iterator[Problem]:
    number, name = port["containerPort"], port["name"]
    if not is_port(number.value):
        yield number.problem(_PORT, "a port is a whole number from 1 to 65535")
    if name.text and not PORT_NAME.fullmatch(name.text):
        message = f"the port name `{name.text}` is refused"
        hint = "use at most 15 lower-case letters, digits and `-`, with a letter among them"
        yield name.problem(_PORT, message, hint)


def _variable(variable: Node) -> Iterator[Problem]:
    name = variable["name"].text
    if not name or "=" in name:
        message = "the variable has no name, or one with `=`"
        yield variable["name"].problem(_VARIABLE, message, "name it")
    if variable["value"].value and variable["valueFrom"].is_set:
        message = f"the variable `{name}` has `value` and `valueFrom`"
        yield variable["valueFrom"].problem(_VARIABLE, message, "remove one of them")


def _probe(container: Node, key: str) -> Iterator[Problem]:
    probe = container[key]
    handlers = probe.set_keys(*_HANDLERS)
    if len(handlers) != 1:
        message = f"`{key}` has {len(handlers)} handlers instead of one"
        yield probe.problem(_PROBE, message, f"keep one of {', '.join(_HANDLERS)}")
    successes = probe["successThreshold"]
    if key != "readinessProbe" and (successes.whole or 1) != 1:
        message = f"`successThreshold` of a `{key}` must be 1"
        yield successes.problem(_PROBE, message, "write 1, or leave it out")
    yield from _probe_port(container, probe)


def _probe_port(container: Node, probe: Node) -> Iterator[Problem]:
    names = {each["name"].text for each in container["ports"].each()}
    for handler in probe.set_keys("httpGet", "tcpSocket"):
        port = probe[handler]["port"]
        if port.text and not port.text.isdigit() and port.text not in names:
            message = f"the container has no port named `{port.text}`"
            yield port.problem(_PROBE_PORT, message, "name the port, or write its number")


def _mounts(container: Node, volumes: set[str]) -> Iterator[Problem]:
    for mount in (*container["volumeMounts"].each(), *container["volumeDevices"].each()):
        name = mount["name"]
        if name.text not in volumes:
            message = f"the pod has no volume `{name.text}`"
            yield name.problem(_MOUNT, message, "add it under `volumes` of the pod")


def _security(container: Node, pod: Node) -> Iterator[Problem]:
    own = container["securityContext"]
    if own["privileged"].value is True and own["allowPrivilegeEscalation"].value is False:
        message = "a privileged container can always escalate its privileges"
        yield own["allowPrivilegeEscalation"].problem(_SECURITY, message, "remove one of them")
    guard, user = (own[key] if own[key].is_set else pod[key] for key in _USER_KEYS)
    if guard.value is True and user.whole == 0:
        message = "`runAsUser` is 0, but `runAsNonRoot` is set"
        yield user.problem(_SECURITY, message, "write another user, such as 65532")


_USER_KEYS = ("runAsNonRoot", "runAsUser")

CHECK = Check(
    "containers",
    (
        _DUPLICATE,
        _VARIABLE_TWICE,
        _MOUNT,
        _PROBE_PORT,
        _PROBE,
        _PORT,
        _VARIABLE,
        _IMAGE,
        _SECURITY,
    ),
    find,
)
