"""The codes of faults that the tables of core kinds find; each stands for many fields."""

from __future__ import annotations

from mlspec.manifests.checks._entries import breaks, warns

__all__ = [
    "CHOICE",
    "CONTRADICTION",
    "CROSSED",
    "DOUBTFUL",
    "FORM",
    "MISPLACED",
    "MISSING",
    "NUMBER",
    "REPEATED",
]


def _pod(container: str, rest: str = "") -> str:
    return (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: fraud}\nspec:\n"
        f"{rest}  containers:\n  - name: server\n    image: registry.example/fraud:12\n"
        f"    {container}\n"
    )


CHOICE = breaks(
    "MLS1320",
    "refused-choice",
    "A field takes one of some words, and holds another one.",
    """Schemas of Kubernetes say only that it is text. The API server knows the words, capitals
    included, and refuses others.""",
    bad=_pod("imagePullPolicy: Sometimes"),
    good=_pod("imagePullPolicy: IfNotPresent"),
)
NUMBER = breaks(
    "MLS1321",
    "number-out-of-bounds",
    "A number of a core kind lies outside of the bounds of its field.",
    "Schemas of Kubernetes have no bounds; the API server does, and refuses the object.",
    bad=_pod("securityContext: {runAsUser: -1}"),
    good=_pod("securityContext: {runAsUser: 65532}"),
)
FORM = breaks(
    "MLS1322",
    "malformed-value",
    "A text of a core kind does not have the form of its field.",
    """Names, addresses, paths and amounts have forms that schemas do not tell. The API server
    refuses the object, or a node refuses to start it.""",
    bad=_pod(
        "volumeMounts: [{name: model, mountPath: /model, subPath: ../x}]",
        "  volumes: [{name: model, emptyDir: {}}]\n",
    ),
    good=_pod(
        "volumeMounts: [{name: model, mountPath: /model, subPath: x}]",
        "  volumes: [{name: model, emptyDir: {}}]\n",
    ),
)
CONTRADICTION = breaks(
    "MLS1323",
    "contradictory-alternatives",
    "Of some fields only one may be set, and several or none of them are.",
    "Which of them was meant can't be known, so the API server refuses the object.",
    bad=_pod("command: [serve]", "  volumes: [{name: a, emptyDir: {}, hostPath: {path: /a}}]\n"),
    good=_pod("command: [serve]", "  volumes: [{name: a, emptyDir: {}}]\n"),
)
MISSING = breaks(
    "MLS1324",
    "missing-part",
    "A field that must be there, alone or beside another one, is missing or empty.",
    "Schemas of Kubernetes mark few fields as required; the API server asks for more of them.",
    bad=_pod("livenessProbe: {exec: {command: []}}"),
    good=_pod("livenessProbe: {exec: {command: [alive]}}"),
)
MISPLACED = breaks(
    "MLS1325",
    "misplaced-field",
    "A field is set that does not belong to what the rest of the object says.",
    "It would have no effect, so the API server refuses the object.",
    bad="""
    apiVersion: v1
    kind: Service
    metadata: {name: fraud}
    spec: {ports: [{port: 80}], selector: {app: fraud}, externalTrafficPolicy: Local}
    """,
    good="""
    apiVersion: v1
    kind: Service
    metadata: {name: fraud}
    spec: {ports: [{port: 80}], selector: {app: fraud}, internalTrafficPolicy: Local}
    """,
)
REPEATED = breaks(
    "MLS1326",
    "repeated-entry",
    "Two entries of a list say the same thing, which only one may.",
    "The API server refuses the object.",
    bad=_pod(
        "ports: [{name: a, containerPort: 80, hostPort: 80},"
        " {name: b, containerPort: 81, hostPort: 80}]"
    ),
    good=_pod("ports: [{name: a, containerPort: 80, hostPort: 80}]"),
)
CROSSED = breaks(
    "MLS1327",
    "crossed-amounts",
    "Of two amounts that bound each other, the smaller one is the larger one.",
    "Nothing could lie between them, so the API server refuses the object.",
    bad="""
    apiVersion: v1
    kind: LimitRange
    metadata: {name: ml}
    spec: {limits: [{type: Container, min: {memory: 2Gi}, max: {memory: 1Gi}}]}
    """,
    good="""
    apiVersion: v1
    kind: LimitRange
    metadata: {name: ml}
    spec: {limits: [{type: Container, min: {memory: 1Gi}, max: {memory: 2Gi}}]}
    """,
)
DOUBTFUL = warns(
    "MLS1328",
    "doubtful-value",
    "A value of a core kind is taken by some clusters, or in some tools, and not in others.",
    """Whether it works depends on the version and the settings of the cluster, on the runtime, or
    on what reads it: names of variables that no shell can read, ports outside of the usual range,
    verbs that no API knows.""",
    bad=_pod("env: [{name: my variable, value: a}]"),
    good=_pod("env: [{name: MY_VARIABLE, value: a}]"),
)
