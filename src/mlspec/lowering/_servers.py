"""Whether what serves a model can be started: an image, a runtime of KServe, or its LLM server.

Only what the schema can't say. A rollout that the backend can't do at all is told by a rule, so
nothing is said here about its champion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.capabilities import capability
from mlspec.lowering._codes import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.model import ModelSpec, Serving
    from mlspec.workspace import Resource

__all__ = ["Server", "check_server", "is_loaded"]

_SERVING = ("spec", "serving")
_KNATIVE = "knative"
_LOADED = (
    *("gs://", "s3://", "pvc://", "https://", "http://"),
    *("hdfs://", "webhdfs://", "oci://", "hf://"),
)
"""Where the storage initializer of KServe 0.20 fetches from."""
_PLAIN = re.compile(r"[!#%-~]{1,1000}")
"""Visible ASCII without `"` and `$`: pods expand `$(NAME)`."""
_FORMATS = {
    "mlserver": ("joblib", "lightgbm", "pickle", "xgboost"),
    "triton": ("onnx",),
}
"""What the runtimes that KServe ships read, of the formats that a spec can name."""
_NAMES = {"standard": 63 - len("-challenger-predictor"), _KNATIVE: 63 - len("-predictor-00001")}
"""The longest names whose Services and revisions fit into 63 characters."""


@dataclass(frozen=True, slots=True)
class Server:
    """What serves a model, how traffic moves to it, and where it runs."""

    resource: Resource
    spec: ModelSpec
    serving: Serving
    rollout: ir.Rollout
    backend: ir.Backend
    platform: ir.Platform

    @property
    def is_kserve(self) -> bool:
        """Tell whether KServe starts the server."""
        return self.backend is ir.Backend.KSERVE

    @property
    def is_knative(self) -> bool:
        """Tell whether KServe keeps what ran before by itself."""
        return self.platform.kserve_mode == _KNATIVE and self.serving.llm is None


def is_loaded(uri: str) -> bool:
    """Tell whether KServe fetches from a place: of a known kind, with nothing to expand in it."""
    return uri.startswith(_LOADED) and _PLAIN.fullmatch(uri) is not None


def check_server(server: Server) -> Iterator[Diagnostic]:
    """Yield why nothing can be started for an online model, or not with its champion."""
    yield from _start(server)
    if _is_possible(server):
        yield from _champion(server)
    if server.is_kserve:
        yield from _scaling(server)
        yield from _name(server)


def _start(server: Server) -> Iterator[Diagnostic]:
    if server.serving.llm is not None and not _knows_llm(server):
        yield problem(
            "MLS497",
            server.resource,
            (*_SERVING, "llm"),
            f"the backend `{server.backend}` knows nothing of `llm`"
            if server.backend is not ir.Backend.GATEWAY
            else f"there are no pools for `llm` with the router `{server.platform.router}`",
            "choose `backend: kserve`, or `gateway` with the router `gateway-api`",
        )
    elif server.serving.image is None:
        yield from _without_image(server)


def _knows_llm(server: Server) -> bool:
    is_pooled = server.backend is ir.Backend.GATEWAY
    return server.is_kserve or (is_pooled and server.platform.router is ir.Router.GATEWAY_API)


def _without_image(server: Server) -> Iterator[Diagnostic]:
    name, runtime = server.resource.name, server.serving.runtime
    if server.is_kserve and (runtime or server.serving.llm):
        yield from _loaded(server)
        return
    what = f"the runtime `{runtime}`, which is no image" if runtime else "no image"
    yield problem(
        "MLS790",
        server.resource,
        (*_SERVING, "runtime") if runtime else _SERVING,
        f"`{name}` is served online with {what}: it is not deployed",
        "set `image`, pinned by digest: mlspec ships no images and guesses none",
    )


def _loaded(server: Server) -> Iterator[Diagnostic]:
    artifact, runtime = server.spec.artifact, server.serving.runtime
    if not is_loaded(artifact.uri):
        yield _unloaded(server, "artifact", artifact.uri)
    if server.serving.llm is None and runtime and artifact.format not in _FORMATS.get(runtime, ()):
        fitting = [name for name, known in _FORMATS.items() if artifact.format in known]
        yield problem(
            "MLS792",
            server.resource,
            (*_SERVING, "runtime"),
            f"no runtime `{runtime}` of KServe reads `{artifact.format}`",
            f"choose `runtime: {fitting[0]}`" if fitting else "set `image` with a server that does",
        )


def _champion(server: Server) -> Iterator[Diagnostic]:
    champion = server.spec.champion
    if champion is None or (server.is_kserve and server.is_knative):
        return
    is_image = not server.is_kserve or server.serving.image is not None
    if is_image and server.serving.llm is None and champion.image is None:
        yield _missing(server, "image", "what starts it")
    if server.is_kserve:
        yield from _loads(server, champion.uri)


def _loads(server: Server, champion: str | None) -> Iterator[Diagnostic]:
    """Yield what KServe can't load: the champion, and beside an image the artifact, too."""
    if champion is None:
        yield _missing(server, "uri", "where KServe loads it from")
    elif not is_loaded(champion):
        yield _unloaded(server, "champion", champion)
    if server.serving.image is not None and not is_loaded(server.spec.artifact.uri):
        yield _unloaded(server, "artifact", server.spec.artifact.uri)


def _is_possible(server: Server) -> bool:
    """Controllers keep what ran before; an impossible rollout is told by a rule."""
    controllers = (ir.Backend.ROLLOUTS, ir.Backend.FLAGGER)
    if server.rollout.strategy is ir.Strategy.NONE or server.backend in controllers:
        return False
    mode = "llm" if server.is_kserve and server.serving.llm else ""
    return capability(server.backend, server.rollout.word, server.platform, mode).is_possible


def _missing(server: Server, field: str, what: str) -> Diagnostic:
    return problem(
        "MLS498",
        server.resource,
        ("spec", "champion"),
        f"the champion stays up beside the challenger, and nothing says {what}",
        f"add `champion.{field}`",
    )


def _unloaded(server: Server, part: str, uri: str) -> Diagnostic:
    return problem(
        "MLS791",
        server.resource,
        ("spec", part, "uri"),
        f"KServe can't load `{uri[:120]}`",
        f"name a place that starts with {', '.join(f'`{each}`' for each in _LOADED[:4])}...",
    )


def _scaling(server: Server) -> Iterator[Diagnostic]:
    scaling = server.serving.scaling
    if scaling is None:
        return
    counted = {
        "queueMetric": scaling.queue_metric,
        "requestsPerReplica": None if server.is_knative else scaling.requests_per_replica,
    }
    for field, value in counted.items():
        if value:
            message = f"KServe does not count `{field}` here, so replicas would not follow it"
            path = (*_SERVING, "scaling", field)
            hint = "remove it, or choose another backend, where KEDA counts it"
            yield problem("MLS499", server.resource, path, message, hint)
    if server.serving.llm is not None and not any(counted.values()):
        message = "a language model has a fixed number of replicas: no autoscaler is compiled"
        whole = (*_SERVING, "scaling")
        yield problem("MLS499", server.resource, whole, message, "remove `scaling`")


def _name(server: Server) -> Iterator[Diagnostic]:
    longest = _NAMES[server.platform.kserve_mode]
    if server.serving.llm is None and len(server.resource.name) > longest:
        yield problem(
            "MLS490",
            server.resource,
            ("metadata", "name"),
            f"KServe makes Services of the name of the model and more: {len(server.resource.name)} "
            "characters are too many",
            f"a model that KServe serves has at most {longest} characters",
        )
