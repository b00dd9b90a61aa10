"""Addresses and ranges: `ip`, `cidr`, as Kubernetes and cel-go's extension `network` have them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import register
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CLASSES", "FUNCTIONS"]

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_LONGEST = 64
_OLD = 4
_LINK_LOCAL = 2
"""The scope of a multicast address of version 6, in the lower half of its second byte."""


@dataclass(frozen=True, slots=True)
class IP:
    """An address; one of version 4 that is mapped into version 6 equals itself."""

    address: _Address

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IP) and _plain(self.address) == _plain(other.address)

    def __hash__(self) -> int:
        return hash(_plain(self.address))

    def __str__(self) -> str:
        return str(self.address)


@dataclass(frozen=True, slots=True)
class CIDR:
    """An address and how many of its bits name a network."""

    address: _Address
    length: int

    def __str__(self) -> str:
        return f"{self.address}/{self.length}"


register(IP, "net.IP")
register(CIDR, "net.CIDR")
CLASSES: dict[str, type] = {"ip": IP, "cidr": CIDR}


def _plain(address: _Address) -> _Address:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _ip(text: str) -> IP:
    return IP(_address(text))


def _address(text: str) -> _Address:
    """Zones and dotted mapped addresses are refused, as Kubernetes does."""
    if len(text) > _LONGEST or "%" in text or (":" in text and "." in text):
        raise _unreadable(text, "IP address")
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise _unreadable(text, "IP address") from None


def _cidr(text: str) -> CIDR:
    address_text, slash, bits = text.partition("/")
    if not slash or not (bits.isascii() and bits.isdecimal()) or len(bits) > len("128"):
        raise _unreadable(text, "CIDR range")
    address = _address(address_text)
    if int(bits) > address.max_prefixlen or (bits[0] == "0" and bits != "0"):
        raise _unreadable(text, "CIDR range")
    return CIDR(address, int(bits))


def _unreadable(text: str, kind: str) -> EvaluationError:
    return EvaluationError(f"`{printable(text[:64])}` is no {kind}")


def _reads(read: Callable[[str], object]) -> Callable[[str], bool]:
    def is_readable(text: str) -> bool:
        try:
            read(text)
        except EvaluationError:
            return False
        return True

    return is_readable


def _bits(address: _Address, length: int) -> int:
    """Return the part of an address that names the network."""
    return int(address) >> (address.max_prefixlen - length)


def _holds_address(network: CIDR, address: _Address) -> bool:
    if network.address.version != address.version:
        return False
    return _bits(network.address, network.length) == _bits(address, network.length)


def _holds(network: CIDR, other: CIDR) -> bool:
    return network.length <= other.length and _holds_address(network, other.address)


def _masked(network: CIDR) -> CIDR:
    shift = network.address.max_prefixlen - network.length
    low = _bits(network.address, network.length) << shift
    return CIDR(type(network.address)(low), network.length)


def _is_global_unicast(ip: IP) -> bool:
    """As Go has it: private addresses count, the broadcast address does not."""
    address = ip.address
    if str(address) == "255.255.255.255":
        return False
    special = address.is_unspecified or address.is_loopback or address.is_multicast
    return not (special or address.is_link_local)


def _is_link_local_multicast(ip: IP) -> bool:
    packed = ip.address.packed
    if ip.address.version == _OLD:
        return packed.startswith(b"\xe0\x00\x00")
    return packed[:1] == b"\xff" and packed[1] % 16 == _LINK_LOCAL


FUNCTIONS: dict[str, Callable[..., object]] = {
    "ip(string) -> ip": _ip,
    "isIP(string) -> bool": _reads(_ip),
    "ip.isCanonical(string) -> bool": lambda text: str(_ip(text)) == text,
    "string(ip) -> string": str,
    "(ip).family() -> int": lambda ip: ip.address.version,
    "(ip).isUnspecified() -> bool": lambda ip: ip.address.is_unspecified,
    "(ip).isLoopback() -> bool": lambda ip: ip.address.is_loopback,
    "(ip).isLinkLocalUnicast() -> bool": lambda ip: ip.address.is_link_local,
    "(ip).isLinkLocalMulticast() -> bool": _is_link_local_multicast,
    "(ip).isGlobalUnicast() -> bool": _is_global_unicast,
    "cidr(string) -> cidr": _cidr,
    "isCIDR(string) -> bool": _reads(_cidr),
    "string(cidr) -> string": str,
    "(cidr).ip() -> ip": lambda network: IP(network.address),
    "(cidr).masked() -> cidr": _masked,
    "(cidr).prefixLength() -> int": lambda network: network.length,
    "(cidr).containsIP(ip) -> bool": lambda network, ip: _holds_address(network, ip.address),
    "(cidr).containsIP(string) -> bool": lambda network, text: _holds_address(
        network, _address(text)
    ),
    "(cidr).containsCIDR(cidr) -> bool": _holds,
    "(cidr).containsCIDR(string) -> bool": lambda network, text: _holds(network, _cidr(text)),
}
