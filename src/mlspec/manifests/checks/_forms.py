"""The forms of texts in core kinds, by name: what they are called, and how they are told apart.

Rules: https://kubernetes.io/docs/concepts/overview/working-with-objects/names and the reference
of each kind. Texts are cut where they are longer than any, so no pattern meets a huge one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from mlspec.manifests.checks._labels import label_key_fault, label_value_fault
from mlspec.manifests.checks._ports import PORT_NAME, is_port
from mlspec.manifests.checks._quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.canonical import Json

__all__ = ["FORMS", "Form"]

_LONGEST = 4096
_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_SHARE = re.compile(r"[0-9]{1,9}%")
_NAME = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_NAME}(?:\.{_NAME})*", re.ASCII)
_ANNOTATION = re.compile(r"metadata\.(?:labels|annotations)\['[^']+'\]")
_RESOURCE = re.compile(
    r"(?:limits|requests)\.(?:cpu|memory|ephemeral-storage|hugepages-[A-Za-z0-9]+)"
)
_FILE_FIELDS = frozenset(
    f"metadata.{each}" for each in ("name", "namespace", "uid", "labels", "annotations")
)
_POD_FIELDS = frozenset(
    (
        *("metadata.name", "metadata.namespace", "metadata.uid"),
        *("spec.nodeName", "spec.serviceAccountName"),
        *(f"status.{each}" for each in ("hostIP", "hostIPs", "podIP", "podIPs")),
    )
)
_ALL = 100
_LIMITED = ("Container", "PersistentVolumeClaim", "Pod")
_COUNTED = frozenset(
    (
        *("pods", "services", "services.nodeports", "services.loadbalancers", "secrets"),
        *("configmaps", "persistentvolumeclaims", "resourcequotas", "replicationcontrollers"),
    )
)
_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_REFERENCE = re.compile(
    r"(?:(?:[A-Za-z0-9](?:[-A-Za-z0-9.]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]+)?/)?"
    r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[A-Za-z0-9_+.-]+:[0-9a-fA-F]{32,})?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Form:
    """What a text is to be, how to mend it, and whether a value is one."""

    what: str
    hint: str
    is_met: Callable[[Json], bool]


def _text(is_met: Callable[[str], bool]) -> Callable[[Json], bool]:
    """Numbers and the like are left to the schema; a text that no field can hold is none."""
    return lambda value: (
        not isinstance(value, str) or (len(value) <= _LONGEST and bool(is_met(value)))
    )


def _matches(pattern: str) -> Callable[[Json], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return _text(lambda text: compiled.fullmatch(text) is not None)


def _is_inside(path: str) -> bool:
    return not path.startswith("/") and ".." not in path.split("/")


def _is_address(text: str) -> bool:
    try:
        return ip_address(text) is not None
    except ValueError:
        return False


def _is_outside(text: str) -> bool:
    if not _is_address(text):
        return False
    address = ip_address(text)
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)


def _is_block(text: str) -> bool:
    try:
        return "/" in text and ip_network(text.strip(), strict=False) is not None
    except ValueError:
        return False


def _is_host(text: str) -> bool:
    return _SUBDOMAIN.fullmatch(text.removeprefix("*.")) is not None and not _is_address(text)


def _is_port_or_name(value: Json) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST and PORT_NAME.fullmatch(value) is not None
    return isinstance(value, bool) or not isinstance(value, int) or is_port(value)


def _is_share(value: Json) -> bool:
    if isinstance(value, str):
        return _SHARE.fullmatch(value) is not None
    return not isinstance(value, int) or value >= 0


def _is_above_all(value: Json) -> bool:
    return isinstance(value, str) and value.endswith("%") and int(value[:-1]) > _ALL


def _has_quota(key: str) -> bool:
    if "/" in key:
        return label_key_fault(key) is None
    name = key.removeprefix("requests.").removeprefix("limits.")
    is_amount = name in (*_COMPUTE, "storage") or name.startswith("hugepages-")
    return is_amount or key in _COUNTED


def _is_amount(value: Json) -> bool:
    amount = quantity(value)
    is_number = isinstance(value, str | int | float) and not isinstance(value, bool)
    return not is_number or (amount is not None and amount >= 0)


def _is_resource(key: str) -> bool:
    """Resources of containers: those of Kubernetes, or with the domain of who made them."""
    if "/" not in key:
        return key in _COMPUTE or key.startswith("hugepages-")
    return label_key_fault(key) is None


def _is_medium(text: str) -> bool:
    return text in ("", "Memory", "HugePages") or text.startswith("HugePages-")


def _is_image(text: str) -> bool:
    return "$" in text or "{" in text or _REFERENCE.fullmatch(text) is not None


def _is_plain_path(path: str) -> bool:
    parts = path.split("/")
    is_clean = not {".", ".."} & set(parts) and "//" not in path
    return path.startswith("/") and is_clean and not re.search(r"%(?:2f|5c)", path, re.IGNORECASE)


_HOST_HINT = "write a name in lower case such as `fraud.example.com`, no address and no port"
FORMS = {
    "name": Form(
        "a name",
        "use at most 63 lower-case letters, digits and `-`, a letter or digit at both ends",
        _matches(_LABEL),
    ),
    "subdomain": Form(
        "the name of an object",
        "use lower-case letters, digits, `-` and `.`",
        _text(lambda text: _SUBDOMAIN.fullmatch(text) is not None),
    ),
    "host": Form("a host", _HOST_HINT, _text(_is_host)),
    "dns-name": Form(
        "a host",
        _HOST_HINT,
        _text(lambda text: _SUBDOMAIN.fullmatch(text.removesuffix(".")) is not None),
    ),
    "address": Form("an IP address", "write one such as `10.0.0.1`", _text(_is_address)),
    "outside-address": Form(
        "an IP address that others reach", "write one such as `10.0.0.1`", _text(_is_outside)
    ),
    "cluster-address": Form(
        "an IP address",
        "write one such as `10.0.0.1`, `None`, or nothing",
        _text(lambda text: text in ("", "None") or _is_address(text)),
    ),
    "block": Form("a block of addresses", "write one such as `10.0.0.0/8`", _text(_is_block)),
    "inner-path": Form(
        "a path inside of the volume", "write a relative path without `..`", _text(_is_inside)
    ),
    "file-path": Form(
        "a path inside of the volume",
        "write a relative path that does not begin with `..`",
        _text(lambda text: _is_inside(text) and not text.startswith("..")),
    ),
    "path": Form(
        "a path without `..`",
        "write where it lies",
        _text(lambda text: ".." not in text.split("/")),
    ),
    "absolute-path": Form(
        "an absolute path", "let it begin with `/`", _text(lambda text: text.startswith("/"))
    ),
    "mount-path": Form(
        "an absolute path without `:`",
        "runtimes read others in their own ways",
        _text(lambda text: text.startswith("/") and ":" not in text),
    ),
    "url-path": Form(
        "a path of requests",
        "let it begin with `/`, without `//`, `.` and `..`",
        _text(lambda text: not text or _is_plain_path(text)),
    ),
    "port": Form("a port", "write a number from 1 to 65535, or a name", _is_port_or_name),
    "port-name": Form(
        "the name of a port",
        "use at most 15 lower-case letters, digits and `-`, with a letter among them",
        _text(lambda text: not text or PORT_NAME.fullmatch(text) is not None),
    ),
    "amount": Form(
        "a quantity", "write a number of 0 or more and a unit such as `m`, `Mi` or `Gi`", _is_amount
    ),
    "amount-above-0": Form(
        "a quantity above 0",
        "write a number and a unit such as `Gi`",
        lambda value: _is_amount(value) and quantity(value) != 0,
    ),
    "limit-resource": Form(
        "a resource that has limits",
        "such as `cpu`, `memory` or `storage`",
        _text(lambda text: text == "storage" or _is_resource(text)),
    ),
    "whole-text": Form("a whole number in quotes", 'such as `"8"`', _matches(r"[-+]?[0-9]{1,18}")),
    "pod-security-version": Form(
        "a version of the Pod Security Standards",
        "write `latest`, or one such as `v1.36`",
        _matches(r"latest|v1\.(?:0|[1-9][0-9]*)"),
    ),
    "beginning": Form(
        "the beginning of a name",
        "use lower-case letters, digits, `-` and `.`",
        _text(lambda text: not text or _SUBDOMAIN.fullmatch(f"{text}x") is not None),
    ),
    "share": Form("a number of pods", "write 0 or more, or a share such as `25%`", _is_share),
    "share-of-all": Form(
        "a number of pods",
        "write 0 or more, or a share of at most `100%`",
        lambda value: _is_share(value) and not _is_above_all(value),
    ),
    "quota-resource": Form(
        "a resource that has quotas",
        "such as `requests.cpu`, `limits.memory`, `pods` or `count/jobs.batch`",
        _text(_has_quota),
    ),
    "limit-type": Form(
        "a type of limits",
        "use one of Container, PersistentVolumeClaim, Pod",
        _text(lambda text: text in _LIMITED or "/" in text),
    ),
    "key": Form(
        "a key of data",
        "use at most 253 letters, digits, `-`, `_` and `.`",
        _matches(r"(?!\.{1,2}\Z)[-._a-zA-Z0-9]{1,253}"),
    ),
    "label-key": Form(
        "the key of a label",
        "use letters, digits, `-`, `_` and `.`, behind `DOMAIN/` or alone",
        _text(lambda text: label_key_fault(text) is None),
    ),
    "label": Form(
        "the value of a label",
        "use at most 63 letters, digits, `-`, `_` and `.`, letters or digits at both ends",
        _text(lambda text: label_value_fault(text) is None),
    ),
    "header": Form("the name of a header", "such as `X-Model`", _matches(r"[-A-Za-z0-9]+")),
    "variable": Form(
        "the name of a variable",
        "use printable letters of ASCII, without `=`",
        _matches(r"[\x20-\x3c\x3e-\x7e]+"),
    ),
    "shell-variable": Form(
        "a name that every cluster and shell reads",
        "use letters, digits and `_`, such as `MODEL_PATH`",
        _matches(r"(?:[-._a-zA-Z][-._a-zA-Z0-9]*|[^\x20-\x7e].*|.*=.*|)"),
    ),
    "pod-field": Form(
        "a field of a pod",
        "such as `metadata.name` or `metadata.labels['app']`",
        _text(lambda text: text in _POD_FIELDS or _ANNOTATION.fullmatch(text) is not None),
    ),
    "file-field": Form(
        "a field of a pod",
        "such as `metadata.name` or `metadata.labels`",
        _text(lambda text: text in _FILE_FIELDS or _ANNOTATION.fullmatch(text) is not None),
    ),
    "resource-field": Form(
        "a resource of a container",
        "such as `limits.memory`",
        _text(lambda text: _RESOURCE.fullmatch(text) is not None),
    ),
    "resource": Form(
        "a resource of containers",
        f"there are {', '.join(_COMPUTE)}, and those with a domain, such as `nvidia.com/gpu`",
        _text(_is_resource),
    ),
    "medium": Form("a medium", "write `Memory`, or nothing", _text(_is_medium)),
    "image": Form(
        "an image",
        "write it in lower case, such as `registry.example/team/model:12`",
        _text(_is_image),
    ),
    "path-segment": Form(
        "a name", "write it without `/` and `%`", _matches(r"(?!\.{1,2}\Z)[^/%]*")
    ),
    "api-version": Form(
        "a group and a version", "such as `apps/v1`", _matches(r"[^/]*(?:/[^/]+)?")
    ),
    "domain-path": Form(
        "a name behind a domain",
        "such as `queues.example.org/train`",
        _matches(rf"{_NAME}(?:\.{_NAME})*/[-A-Za-z0-9/_.]+"),
    ),
    "sysctl": Form(
        "a setting of the kernel",
        "such as `net.core.somaxconn`",
        _matches(r"(?:[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?"),
    ),
    "search-domain": Form(
        "a domain",
        "such as `ml.svc.cluster.local`",
        _matches(r"\.|[-_a-z0-9]+(?:\.[-_a-z0-9]+)*\.?"),
    ),
    "indexes": Form(
        "a list of indexes",
        "such as `0,2-5`",
        _matches(r"[0-9]+(?:-[0-9]+)?(?:,[0-9]+(?:-[0-9]+)?)*"),
    ),
    "not-system": Form(
        "a name for own classes",
        "names that begin with `system-` are those of Kubernetes",
        _text(lambda text: not text.startswith("system-")),
    ),
}
"""By name. A form is met by whatever is no text (or no number): its type is the schema's matter."""
