"""The package of a third party, as `pip` would install it."""

from __future__ import annotations

import shutil
from pathlib import Path

_SOURCE = Path(__file__).parent / "plugin" / "acme"
_METADATA = "Metadata-Version: 2.1\nName: acme-mlspec\nVersion: 1.0\n"


def install(site, entry_points):
    """Install the package into a folder; return the variables that put the folder on the path."""
    shutil.copytree(_SOURCE, site / "acme")
    metadata = site / "acme_mlspec-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(_METADATA)
    (metadata / "entry_points.txt").write_text(entry_points)
    return {"PYTHONPATH": str(site)}
