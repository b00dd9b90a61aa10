"""The codes of manifests, `MLS10xx`: what is wrong with an object or could not be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Code, Diagnostic, Severity

if TYPE_CHECKING:
    from mlspec.diagnostics import Related, Span

__all__ = ["MANIFEST_CODES", "report"]

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def _object(kind: str, text: str, name: str = "scorer", api_version: str = "v1") -> str:
    return f"apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: {name}\n{text}"


def _service(port: str) -> str:
    return _object("Service", f"spec:\n  selector: {{app: scorer}}\n  ports:\n    - {port}\n")


def _config(data: str) -> str:
    return _object("ConfigMap", f"data:\n  {data}\n")


def _rules(rule: str) -> str:
    return f"groups:\n  - name: scorer\n    rules:\n      - {rule}\n"


_GOOD = _config('enabled: "on"')
_CRD = "mlspec crds add -"
_ROUTE = _object("HTTPRoute", "spec: {}\n", api_version="gateway.networking.k8s.io/v1")

MANIFEST_CODES: tuple[Code, ...] = (
    Code(
        "MLS1001",
        "unreadable-manifest",
        _ERROR,
        "a file or folder can't be read",
        "What could not be read was not checked, so nothing can be said about it.",
        "# a file without permission to read\n",
        _GOOD,
    ),
    Code(
        "MLS1002",
        "unread-link",
        _WARNING,
        "a link leads out of the folder, or to a folder",
        "Manifests come from strangers: a link could make a report show files of the machine.",
        "# route.yaml -> /etc/route.yaml\n",
        "# route.yaml is a copy\n",
    ),
    Code(
        "MLS1003",
        "too-many-manifests",
        _ERROR,
        "the folder holds more than is read",
        "The rest was not checked, so nothing can be said about it.",
        "# 100,001 files\n",
        "# a folder for each cluster\n",
    ),
    Code(
        "MLS1004",
        "unrendered-chart",
        _WARNING,
        "a file is a template of a Helm chart, which is not YAML before it is rendered",
        "What a template becomes depends on values; only the result can be checked.",
        "# templates/service.yaml beside a Chart.yaml\nmetadata:\n  name: {{ .Values.name }}\n",
        "# helm template scorer chart --output-dir rendered\n",
    ),
    Code(
        "MLS1005",
        "unrecognised-document",
        _NOTE,
        "a document is neither an object nor a file of a tool that is known by its shape",
        "It was not checked.",
        "columns: [age, hours]\n",
        _GOOD,
    ),
    Code(
        "MLS1006",
        "incomplete-object",
        _ERROR,
        "an object has no `apiVersion` or no `kind`, or they are no text",
        "Nobody can tell what it is, and every cluster refuses it.",
        "kind: Service\nmetadata:\n  name: scorer\n",
        _service("port: 80"),
    ),
    Code(
        "MLS1007",
        "ambiguous-scalar",
        _WARNING,
        "kubectl reads a plain word as a boolean",
        "`y`, `on`, `no` and their like are booleans in YAML 1.1 and text in YAML 1.2; kubectl and "
        "most tools of Kubernetes read YAML 1.1.",
        _object("ConfigMap", "immutable: no\n"),
        _object("ConfigMap", "immutable: false\n"),
    ),
    Code(
        "MLS1008",
        "merge-key-in-manifest",
        _WARNING,
        "a file has merge keys (`<<`), so its objects are not checked",
        "Merge keys left YAML with version 1.2, and readers merge differently: what a cluster "
        "would be given is uncertain.",
        "x: &x {app: scorer}\ny:\n  <<: *x\n",
        "x: {app: scorer}\ny: {app: scorer}\n",
    ),
    Code(
        "MLS1010",
        "nothing-to-verify",
        _ERROR,
        "a folder holds no manifest",
        "A check that looks at nothing finds nothing, which is easily mistaken for success.",
        "# an empty folder\n",
        _GOOD,
    ),
    Code(
        "MLS1011",
        "more-manifest-problems",
        _NOTE,
        "further problems of the file were counted, not shown",
        "After 200 problems of one file the cause is usually one of the first.",
        "# a file with 201 problems\n",
        _GOOD,
    ),
    Code(
        "MLS1020",
        "missing-definition",
        _WARNING,
        "nothing is known about a kind, so its objects are not checked",
        "The definition (CRD) of the version that your cluster runs is the truth about a kind, so "
        f"none is shipped: `kubectl get crd -o json | {_CRD}`.",
        _ROUTE,
        f"# kubectl get crd httproutes.gateway.networking.k8s.io -o json | {_CRD}\n" + _ROUTE,
    ),
    Code(
        "MLS1021",
        "unserved-version",
        _ERROR,
        "a kind has no such version",
        "The cluster serves other versions of this kind and refuses objects of this one.",
        _object("Deployment", "", api_version="apps/v1beta1"),
        "# apps/v1\n",
    ),
    Code(
        "MLS1022",
        "unchecked-rule",
        _WARNING,
        "a rule of a definition could not be evaluated",
        "The API server evaluates it and may refuse the object.",
        "# a rule that calls a function which is not known here\n",
        _GOOD,
    ),
    Code(
        "MLS1023",
        "missing-checker",
        _WARNING,
        "a check needs an optional dependency that is not installed",
        "What it would have looked at was not checked.",
        "# pip install mlspec-compiler\n",
        "# pip install 'mlspec-compiler[k8s]'\n",
    ),
    Code(
        "MLS1024",
        "unusable-definition",
        _ERROR,
        "a definition (CRD) can't be used",
        "Objects of its kind can't be checked.",
        "# a CustomResourceDefinition without a schema\n",
        f"# kubectl get crd -o json | {_CRD}\n",
    ),
    Code(
        "MLS1030",
        "unknown-manifest-field",
        _ERROR,
        "a field does not exist in this kind",
        "The API server refuses it or, where it is not asked to be strict, drops it silently.",
        _service("{port: 80, targetport: 8080}"),
        _service("{port: 80, targetPort: 8080}"),
    ),
    Code(
        "MLS1031",
        "wrong-manifest-type",
        _ERROR,
        "a value is of another type than its field",
        "The API server refuses the object.",
        _config("enabled: true"),
        _config('enabled: "true"'),
    ),
    Code(
        "MLS1032",
        "missing-manifest-field",
        _ERROR,
        "a required field is missing",
        "The API server refuses the object.",
        _service("name: http"),
        _service("{name: http, port: 80}"),
    ),
    Code(
        "MLS1033",
        "refused-manifest-value",
        _ERROR,
        "a value is not among those that its field takes",
        "The API server refuses the object.",
        "# weight: -1 in a backendRef of an HTTPRoute, whose definition says `minimum: 0`\n",
        "# weight: 0\n",
    ),
    Code(
        "MLS1034",
        "repeated-list-key",
        _ERROR,
        "two entries of a list have the same key",
        "The API server merges such a list by key and refuses a key that stands twice.",
        "# spec.groups of a PrometheusRule with two groups of one name\n",
        _GOOD,
    ),
    Code(
        "MLS1035",
        "broken-definition-rule",
        _ERROR,
        "an object breaks a rule (CEL) of its definition",
        "The API server evaluates the rule and refuses the object.",
        "# a backendRef of an HTTPRoute to a Service without a port\n",
        _GOOD,
    ),
    Code(
        "MLS1036",
        "unmatched-alternative",
        _ERROR,
        "a value fits none, or more than one, of the alternatives that its field has",
        "The API server refuses the object.",
        "# neither of two fields of which one is needed\n",
        _GOOD,
    ),
    Code(
        "MLS1050",
        "refused-promql",
        _ERROR,
        "an expression is not PromQL",
        "Prometheus refuses the whole file, and none of its alerts exists.",
        _rules("{record: 'scorer:errors:rate5m', expr: 'rate(errors_total[5m)'}"),
        _rules("{record: 'scorer:errors:rate5m', expr: 'rate(errors_total[5m])'}"),
    ),
    Code(
        "MLS1051",
        "refused-prometheus-rule",
        _ERROR,
        "a rule or group of Prometheus is malformed",
        "Prometheus refuses the whole file, and none of its alerts exists.",
        _rules("{alert: ScorerDown, expr: 'up == 0', for: 10 minutes}"),
        _rules("{alert: ScorerDown, expr: 'up == 0', for: 10m}"),
    ),
    Code(
        "MLS1052",
        "missing-kustomization-file",
        _ERROR,
        "a kustomization names a file that is not there",
        "`kubectl apply -k` refuses the folder.",
        "resources: [servce.yaml]\n",
        "resources: [service.yaml]\n",
    ),
)

_BY_NAME = {each.name: each for each in MANIFEST_CODES}


def report(
    name: str,
    message: str,
    span: Span | None,
    *,
    hint: str | None = None,
    related: tuple[Related, ...] = (),
) -> Diagnostic:
    """Return a diagnostic of this stage."""
    known = _BY_NAME[name]
    return Diagnostic(known.code, known.name, known.severity, message, span, related, hint)
