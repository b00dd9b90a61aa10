"""The kinds of the language: one module declares one kind.

A module named `feature_view` declares `KIND`, whose name is `FeatureView`; nothing else is
edited to add one. Modules are imported when a run first meets their kind.
"""

from mlspec.kinds._port import API_VERSION, Kind, Metadata, find_kind, kind_names

__all__ = ["API_VERSION", "Kind", "Metadata", "find_kind", "kind_names"]
