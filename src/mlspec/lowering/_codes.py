"""The codes of this stage: why a declared service, monitor or retraining is not compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Code, Diagnostic, Severity
from mlspec.lowering._data_codes import DATA_CODES
from mlspec.lowering._naming_codes import COLLIDING, LONG
from mlspec.lowering._server_codes import LOADING_CODES, SERVER_CODES
from mlspec.lowering._watched_codes import IGNORED

if TYPE_CHECKING:
    from mlspec.diagnostics import Path
    from mlspec.workspace import Resource

__all__ = ["LOWERING_CODES", "problem"]


def _serving(text: str) -> str:
    return "spec:\n  serving:\n    mode: online\n" + text


def _monitor(text: str) -> str:
    return f"spec:\n  monitoring:\n    - {{id: failing, {text}, above: 0.02}}\n"


def _code(code: str, name: str, why: str, bad: str, good: str) -> Code:
    summary = f"A part of a model is not compiled: {name.replace('-', ' ')}."
    return Code(code, name, Severity.ERROR, summary, why, bad, good)


_IMAGE = "registry.example.org/screen@sha256:" + "4f" * 32

_REPOSITORY = "https://git.example.org/ml/specs"
_TRAINING = f"spec:\n  training: {{image: {_IMAGE}, command: [python, train.py]}}\n"

LOWERING_CODES = (
    IGNORED,
    *DATA_CODES,
    COLLIDING,
    _code(
        "MLS449",
        "unusable-training-image",
        "Every engine of pipelines refuses an image that is no reference, each at another time; "
        "in the text of a workflow it could be more than a name.",
        _TRAINING.replace(_IMAGE, "'training image'"),
        _TRAINING,
    ),
    _code(
        "MLS450",
        "hidden-character-in-training-command",
        "Control characters, and those that turn the direction of reading, make a command look "
        "like another one: what runs would not be what was reviewed. Lines and tabs may stand in a "
        "word.",
        _TRAINING.replace("train.py", r'"train\u202e.py"'),
        _TRAINING,
    ),
    LONG,
    _code(
        "MLS490",
        "model-name-too-long-to-roll-out",
        "Champion and challenger run side by side as `<name>-champion` and `<name>-challenger`. "
        "A Service has at most 63 characters, and a shortened name would collide silently.",
        f"metadata:\n  name: {'a' * 60}\n",
        "metadata:\n  name: applicant-screen\n",
    ),
    _code(
        "MLS491",
        "unroutable-path",
        "An HTTPRoute refuses `//`, `/./` and `/../`: clients never send them.",
        _serving("    path: /v1//predict\n"),
        _serving("    path: /v1/predict\n"),
    ),
    _code(
        "MLS492",
        "unroutable-host-name",
        "A route answers at `<model>.<domain>`, which must be a host name.",
        "spec:\n  targets:\n    gateway:\n      domain: ml..example.org\n",
        "spec:\n  targets:\n    gateway:\n      domain: ml.example.org\n",
    ),
    _code(
        "MLS493",
        "implausible-resources",
        "`512m` of memory is half a byte: it is accepted everywhere and the server never starts.",
        _serving("    resources: {cpu: 500m, memory: 512m}\n"),
        _serving("    resources: {cpu: 500m, memory: 512Mi}\n"),
    ),
    _code(
        "MLS494",
        "replica-bounds-crossed",
        "An autoscaler with crossed bounds, or with none to start from, is refused.",
        _serving("    replicas: {minimum: 4, maximum: 2}\n"),
        _serving("    replicas: {minimum: 2, maximum: 4}\n"),
    ),
    _code(
        "MLS495",
        "unreachable-scaling-target",
        "A mean CPU use below one per cent is never reached: replicas only grow.",
        _serving("    scaling: {cpuUtilisation: 0.001}\n"),
        _serving("    scaling: {cpuUtilisation: 0.7}\n"),
    ),
    _code(
        "MLS496",
        "incomplete-queue-scaling",
        "Replicas follow a queue by its metric and by what one replica takes of it; with one of "
        "them there is nothing to compute.",
        _serving("    scaling: {queueMetric: screen_queue_length}\n"),
        _serving("    scaling: {queueMetric: screen_queue_length, queuePerReplica: 20}\n"),
    ),
    *SERVER_CODES,
    _code(
        "MLS590",
        "unmeasurable-monitor",
        "A share divides two counters; with one of them there is nothing to alert on.",
        _monitor("metric: errors_total, statistic: share"),
        _monitor("metric: errors_total, statistic: share, total: answers_total"),
    ),
    _code(
        "MLS591",
        "drift-from-nothing",
        "Drift compares the bins of one feature with a reference: the profile of the training "
        "data. Without a feature, a profile that can be read, and rows in it there is none.",
        _monitor("metric: rows_by_bin_total, statistic: psi"),
        _monitor("metric: rows_by_bin_total, statistic: psi, feature: age, profile: training"),
    ),
    _code(
        "MLS592",
        "labels-of-nothing",
        "How many of the answers have a label is told by the counter of labelled answers: the "
        "`total` of a share or quotient. Without it nobody knows what a late value rests on.",
        _monitor("metric: auc, labels: {predictions: answers_total, delayMinutes: 1440}"),
        _monitor(
            "metric: wrong_total, statistic: share, total: labelled_total, "
            "labels: {predictions: answers_total, delayMinutes: 1440}"
        ),
    ),
    _code(
        "MLS593",
        "monitor-named-like-budget",
        "A budget with a metric has alerts of these names, and two alerts of one name can't be "
        "told apart by those who are called.",
        _monitor("metric: cost_total, statistic: increase").replace("failing", "budget-spent"),
        _monitor("metric: cost_total, statistic: increase").replace("failing", "daily-cost"),
    ),
    _code(
        "MLS595",
        "training-without-place",
        "A pipeline clones the specs, has their gates judged and pushes a challenger for review: "
        "it needs a repository, and an image with mlspec.",
        _TRAINING,
        f"spec:\n  targets:\n    training: {{image: {_IMAGE}, repository: {_REPOSITORY}}}\n",
    ),
    _code(
        "MLS596",
        "trigger-that-starts-nothing",
        "A trigger without a monitor, a number of days or a number of rows can't start anything.",
        "spec:\n  retraining:\n    - {id: on-decay, type: metric}\n",
        "spec:\n  retraining:\n    - {id: on-decay, type: metric, monitor: matured-auc}\n",
    ),
    _code(
        "MLS597",
        "template-in-training-command",
        "Argo Workflows and Kubeflow Pipelines replace what stands in double braces, wherever it "
        "stands; the command that runs would not be the one that was reviewed.",
        _TRAINING.replace("train.py", "'{{workflow.name}}'"),
        _TRAINING,
    ),
    _code(
        "MLS598",
        "name-too-long-to-retrain",
        "A run is named `<model>-<trigger>`, and a workflow has at most 63 characters in its name "
        "that labels take; a shortened name would collide silently.",
        f"metadata:\n  name: {'a' * 60}\n",
        "metadata:\n  name: applicant-screen\n",
    ),
    _code(
        "MLS790",
        "online-model-without-image",
        "mlspec ships no images: what runs in production is named, and pinned, by its owner.",
        _serving("    runtime: onnxruntime\n"),
        _serving(f"    runtime: onnxruntime\n    image: {_IMAGE}\n"),
    ),
    *LOADING_CODES,
)

_BY_CODE = {entry.code: entry for entry in LOWERING_CODES}


def problem(
    code: str, resource: Resource, path: Path, message: str, hint: str | None = None
) -> Diagnostic:
    """Return the diagnostic of a code for a value of a spec."""
    entry = _BY_CODE[code]
    span = resource.span(path)
    return Diagnostic(code, entry.name, entry.severity, message, span, hint=hint)
