"""What the fields of containers and of their probes may hold, as the API server judges them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests.checks._field_codes import DOUBTFUL
from mlspec.manifests.checks._field_rules import (
    Between,
    Filled,
    Formed,
    Keys,
    Nowhere,
    OneOf,
    Only,
    Parts,
    Unique,
    words,
)
from mlspec.manifests.checks._tables import each, under

if TYPE_CHECKING:
    from mlspec.manifests.checks._tables import Table

__all__ = ["CONTAINER", "INIT_CONTAINER", "LONGEST", "PROTOCOLS", "RESOURCES", "SECURITY"]

LONGEST = 2**31 - 1
PROTOCOLS = words("TCP UDP SCTP")
_PORT = Between(1, 65535)
_CAPABILITIES = words(
    """ALL AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN
    DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE
    MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP
    SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT
    SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM""",
    DOUBTFUL,
)
_PROFILE: Table = (
    ("type", words("RuntimeDefault Unconfined Localhost")),
    ("localhostProfile", Formed("inner-path")),
    ("", Filled(("type",))),
    ("", Parts(("localhostProfile",), Only((), "type", ("Localhost",)))),
    ("", Only(("localhostProfile",), "type", ("Localhost",))),
)
SECURITY: Table = (
    *each("runAsUser runAsGroup", Between(0, LONGEST)),
    *under("seccompProfile", _PROFILE),
    *under("appArmorProfile", _PROFILE),
)
"""What the security contexts of pods and of containers share."""

_HANDLER: Table = (
    *each("httpGet.port tcpSocket.port", Formed("port")),
    ("grpc.port", _PORT),
    ("httpGet.scheme", words("HTTP HTTPS")),
    ("httpGet.httpHeaders[].name", Formed("header")),
    ("exec", Parts(("command",))),
)
_PROBE: Table = (
    *_HANDLER,
    *each(
        "initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold",
        Between(0),
    ),
    ("terminationGracePeriodSeconds", Between(1)),
)
_LIFECYCLE: Table = (
    *_HANDLER,
    ("", OneOf(("exec", "httpGet", "tcpSocket", "sleep"))),
    ("sleep.seconds", Between(0)),
)
RESOURCES: Table = (*each("limits requests", Keys("resource")),)
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_ENVIRONMENT: Table = (
    ("env[].name", Formed("variable")),
    ("env[].name", Formed("shell-variable", DOUBTFUL)),
    ("env[].valueFrom", OneOf(_SOURCES)),
    ("env[].valueFrom.fieldRef.fieldPath", Formed("pod-field")),
    ("env[].valueFrom.resourceFieldRef.resource", Formed("resource-field")),
    *each("env[].valueFrom.configMapKeyRef env[].valueFrom.secretKeyRef", Parts(("name", "key"))),
    *each("env[].valueFrom.configMapKeyRef.key env[].valueFrom.secretKeyRef.key", Formed("key")),
    ("envFrom[]", OneOf(("configMapRef", "secretRef"))),
    *each("envFrom[].configMapRef envFrom[].secretRef", Parts(("name",))),
    ("envFrom[].prefix", Formed("variable")),
)
_MOUNTS: Table = (
    ("volumeMounts[]", Filled(("name", "mountPath"))),
    ("volumeMounts[]", OneOf(("subPath", "subPathExpr"), is_optional=True)),
    *each("volumeMounts[].subPath volumeMounts[].subPathExpr", Formed("inner-path")),
    ("volumeMounts[].mountPath", Formed("mount-path", DOUBTFUL)),
    ("volumeMounts[].mountPropagation", words("None HostToContainer Bidirectional")),
    ("volumeMounts[].recursiveReadOnly", words("Disabled IfPossible Enabled")),
    ("volumeDevices[]", Filled(("name", "devicePath"))),
    ("volumeDevices[].devicePath", Formed("path")),
    ("volumeDevices", Unique(("devicePath",))),
)
CONTAINER: Table = (
    ("", Filled(("name",))),
    ("name", Formed("name")),
    ("image", Formed("image")),
    ("imagePullPolicy", words("Always IfNotPresent Never")),
    ("terminationMessagePolicy", words("File FallbackToLogsOnError")),
    ("restartPolicy", words("Always OnFailure Never")),
    ("ports[].hostPort", Between(0, 65535)),
    ("ports[].protocol", PROTOCOLS),
    ("ports[].hostIP", Formed("address")),
    ("resizePolicy[].resourceName", words("cpu memory")),
    ("resizePolicy[].restartPolicy", words("NotRequired RestartContainer")),
    ("resizePolicy", Unique(("resourceName",))),
    ("securityContext.procMount", words("Default Unmasked")),
    *each("securityContext.capabilities.add[] securityContext.capabilities.drop[]", _CAPABILITIES),
    *under("securityContext", SECURITY),
    *under("resources", RESOURCES),
    *_ENVIRONMENT,
    *_MOUNTS,
    *(
        entry
        for probe in ("livenessProbe", "readinessProbe", "startupProbe")
        for entry in under(probe, _PROBE)
    ),
    (
        "readinessProbe.terminationGracePeriodSeconds",
        Nowhere("has no meaning for a probe that ends nothing"),
    ),
    *under("lifecycle.postStart", _LIFECYCLE),
    *under("lifecycle.preStop", _LIFECYCLE),
)
INIT_CONTAINER: Table = (
    *CONTAINER,
    (
        "",
        Only(
            ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle"),
            "restartPolicy",
            ("Always",),
        ),
    ),
)
