"""Licences that other formats know by an id; a text that is none of them stays a text."""

from __future__ import annotations

__all__ = ["hub_licence", "spdx_id"]

_SPDX = (
    "AGPL-3.0-only", "Apache-2.0", "Artistic-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0",
    "CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-NC-ND-4.0",
    "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0",
    "CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "EPL-2.0", "EUPL-1.2",
    "GPL-2.0-only", "GPL-3.0-only", "ISC", "LGPL-2.1-only", "LGPL-3.0-only", "MIT", "MPL-2.0",
    "ODC-By-1.0", "ODbL-1.0", "OGL-UK-3.0", "PDDL-1.0", "Unlicense", "Zlib",
)  # fmt: skip
_BY_NAME = {each.lower(): each for each in _SPDX}
_HUB = {
    "apache-2.0", "artistic-2.0", "bsd-2-clause", "bsd-3-clause", "bsl-1.0", "cc-by-2.0",
    "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-nc-4.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-4.0",
    "cc-by-nd-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc0-1.0", "cdla-permissive-1.0",
    "cdla-permissive-2.0", "cdla-sharing-1.0", "epl-2.0", "eupl-1.2", "isc", "mit", "mpl-2.0",
    "pddl", "unlicense", "zlib",
}  # fmt: skip
_HUB_CALLS = {
    "agpl-3.0-only": "agpl-3.0",
    "gpl-2.0-only": "gpl-2.0",
    "gpl-3.0-only": "gpl-3.0",
    "lgpl-2.1-only": "lgpl-2.1",
    "lgpl-3.0-only": "lgpl-3.0",
    "odbl-1.0": "odbl",
    "odc-by-1.0": "odc-by",
    "pddl-1.0": "pddl",
}


def spdx_id(licence: str) -> str:
    """Return the id of a licence in the list of SPDX; "" for a text that is none that we know."""
    return _BY_NAME.get(licence.strip().lower(), "")


def hub_licence(licence: str) -> str:
    """Return how the Hugging Face Hub calls a licence; "" where it has no word for it."""
    name = licence.strip().lower()
    name = _HUB_CALLS.get(name, name)
    return name if name in _HUB or name in _HUB_CALLS.values() else ""
