"""Whether a declared service can run on Kubernetes behind a Gateway.

Only what a schema can't say, and what the API server, the Gateway or the kernel would refuse
later: this stage refuses it at the line of the spec.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.lowering._codes import problem
from mlspec.lowering._quantities import read_quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic, Path
    from mlspec.kinds.model import Resources, Scaling, Serving
    from mlspec.workspace import Resource

__all__ = ["LONGEST_NAME", "check_domain", "check_resources", "check_servable"]

LONGEST_NAME = 63 - len("-challenger")
_LONGEST_HOST_NAME = 253
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_DOTTED = re.compile(r"//|/\.\.?(/|$)")
_SERVING = ("spec", "serving")
_LEAST_MEMORY = 1024 * 1024
_MOST_CPU = 1000


def check_servable(
    resource: Resource, serving: Serving, domain: str, *, is_staged: bool
) -> Iterator[Diagnostic]:
    """Yield the reasons why an online model can't be compiled to a service."""
    yield from _name(resource, domain, is_staged=is_staged)
    yield from _path(resource, serving)
    yield from check_resources(resource, serving.resources, _SERVING)
    yield from _replicas(resource, serving)


def check_domain(home: Resource, domain: str) -> Iterator[Diagnostic]:
    """Yield why no model can answer below a domain; `home` is the Workspace."""
    if not _HOST_NAME.fullmatch(domain):
        yield problem(
            "MLS492",
            home,
            ("spec", "targets", "gateway", "domain"),
            f"`{domain}` is not a host name, so no model can answer at `<model>.{domain}`",
            "write parts of letters, digits and inner hyphens with one dot between them",
        )


def _name(resource: Resource, domain: str, *, is_staged: bool) -> Iterator[Diagnostic]:
    if is_staged and len(resource.name) > LONGEST_NAME:
        yield problem(
            "MLS490",
            resource,
            ("metadata", "name"),
            f"`{resource.name}-challenger` has more than 63 characters, the limit of a Service",
            f"a model that is rolled out beside a champion has at most {LONGEST_NAME} characters",
        )
    host = f"{resource.name}.{domain}"
    if len(host) > _LONGEST_HOST_NAME:
        yield problem(
            "MLS492",
            resource,
            ("metadata", "name"),
            f"the model would answer at a host name of {len(host)} characters",
            f"a host name has at most {_LONGEST_HOST_NAME}: shorten the name or the domain",
        )


def _path(resource: Resource, serving: Serving) -> Iterator[Diagnostic]:
    if _DOTTED.search(serving.path):
        yield problem(
            "MLS491",
            resource,
            (*_SERVING, "path"),
            f"a route can't match `{serving.path}`: it holds `//`, `/./` or `/../`",
            "write the path as clients send it",
        )


def check_resources(
    resource: Resource, resources: Resources | None, place: Path
) -> Iterator[Diagnostic]:
    """Yield amounts of memory and CPU that nothing runs in; `place` has them at `resources`."""
    if resources is None:
        return
    if read_quantity(resources.memory) < _LEAST_MEMORY:
        yield problem(
            "MLS493",
            resource,
            (*place, "resources", "memory"),
            f"`{resources.memory}` of memory is less than a mebibyte: no server starts in it",
            "memory is counted in bytes and `m` is a thousandth of one: write `512Mi` or `2Gi`",
        )
    cores = read_quantity(resources.cpu)
    if not 0 < cores <= _MOST_CPU:
        yield problem(
            "MLS493",
            resource,
            (*place, "resources", "cpu"),
            f"`{resources.cpu}` of CPU is {float(cores):g} cores",
            "CPU is counted in cores: write `500m` for half of one",
        )


def _replicas(resource: Resource, serving: Serving) -> Iterator[Diagnostic]:
    bounds = serving.replicas
    if "maximum" in bounds.model_fields_set and bounds.maximum < bounds.minimum:
        yield problem(
            "MLS494",
            resource,
            (*_SERVING, "replicas", "maximum"),
            f"at most {bounds.maximum} replicas, but at least {bounds.minimum}",
            "raise `maximum` or lower `minimum`",
        )
    if serving.scaling is not None:
        yield from _scaling(resource, serving.scaling, bounds.minimum)


def _scaling(resource: Resource, scaling: Scaling, least: int) -> Iterator[Diagnostic]:
    yield from _queue(resource, scaling)
    # Only a queue grows while nobody serves.
    if least == 0 and not scaling.queue_metric:
        counted = "requests" if scaling.requests_per_replica else "CPU"
        yield problem(
            "MLS494",
            resource,
            (*_SERVING, "replicas", "minimum"),
            f"an autoscaler on {counted} can't start from no replica",
            "set `minimum` to 1 or more",
        )
    if round(scaling.cpu_utilisation * 100) < 1:
        yield problem(
            "MLS495",
            resource,
            (*_SERVING, "scaling", "cpuUtilisation"),
            "a mean CPU use below one per cent can't be reached",
            "write a share such as `0.7`",
        )


def _queue(resource: Resource, scaling: Scaling) -> Iterator[Diagnostic]:
    if bool(scaling.queue_metric) != bool(scaling.queue_per_replica):
        missing = "queueMetric" if scaling.queue_per_replica else "queuePerReplica"
        yield problem(
            "MLS496",
            resource,
            (*_SERVING, "scaling"),
            f"replicas can't follow a queue without `{missing}`",
            f"add `{missing}`, or remove the other",
        )
