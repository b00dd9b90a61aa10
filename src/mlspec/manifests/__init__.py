"""Manifests of Kubernetes and its neighbours: read, checked, completed, whoever wrote them.

In: documents of a folder, and the definitions (CRDs) of the cluster they go to. Out: diagnostics.
Must not: know kinds or the IR, touch a cluster, ship a definition, read a clock.
"""

from mlspec.manifests._model import Manifest, ManifestSet, Problem
from mlspec.manifests._port import Check

__all__ = ["Check", "Manifest", "ManifestSet", "Problem"]
