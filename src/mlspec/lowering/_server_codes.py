"""The codes of servers: why a model that loads its own bytes is not compiled."""

from __future__ import annotations

from mlspec.diagnostics import Code, Severity

__all__ = ["LOADING_CODES", "SERVER_CODES"]


def _code(code: str, name: str, why: str, bad: str, good: str) -> Code:
    summary = f"A part of a model is not compiled: {name.replace('-', ' ')}."
    return Code(code, name, Severity.ERROR, summary, why, bad, good)


def _serving(text: str) -> str:
    return f"spec:\n  serving:\n    mode: online\n    {text}\n"


_CHAMPION = "spec:\n  champion: "

SERVER_CODES = (
    _code(
        "MLS497",
        "llm-without-router",
        "What `serving.llm` says is done by KServe, which starts the server and splits the model "
        "over GPUs, or by pools behind a Gateway, where an image does. Other backends route by "
        "share and know nothing of queues and caches.",
        _serving("backend: rollouts\n    llm: {tensor: 2}"),
        _serving("backend: kserve\n    llm: {tensor: 2}"),
    ),
    _code(
        "MLS498",
        "champion-that-can-not-be-started",
        "A champion stays up beside the challenger, so what starts it must be named: the image "
        "where an image serves, and where its bytes lie where the server loads them. KServe "
        "refuses a canary beside a stable version that has no bytes of its own.",
        _CHAMPION + "{version: v1}\n",
        _CHAMPION + "{version: v1, uri: 's3://models/screen/v1'}\n",
    ),
    _code(
        "MLS499",
        "scaling-that-kserve-does-not-do",
        "What nothing in the cluster counts is not compiled: KServe's own autoscalers know CPU, "
        "and in Knative mode requests per second; servers of language models have a fixed number "
        "of replicas.",
        _serving("scaling: {queueMetric: screen_queue, queuePerReplica: 20}"),
        _serving("scaling: {cpuUtilisation: 0.7}"),
    ),
)
LOADING_CODES = (
    _code(
        "MLS791",
        "bytes-that-no-server-loads",
        "KServe fetches a model before its server starts: from a bucket, a volume, a registry or a "
        "web server. A path in the repository is none of them.",
        "spec:\n  artifact: {uri: models/screen.onnx}\n  serving: {runtime: triton}\n",
        "spec:\n  artifact: {uri: 's3://models/screen/v2'}\n  serving: {runtime: triton}\n",
    ),
    _code(
        "MLS792",
        "format-without-runtime",
        "A runtime reads some formats. The pods of another pair start, fail to load and start "
        "again.",
        "spec:\n  artifact: {format: skops}\n  serving: {runtime: mlserver}\n",
        "spec:\n  artifact: {format: xgboost}\n  serving: {runtime: mlserver}\n",
    ),
)
