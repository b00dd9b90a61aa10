"""Profiles as `mlspec gate profile` writes them."""

from __future__ import annotations

from mlspec.evidence._profile_json import read_profile
from mlspec.evidence._reader import Reader

__all__ = ["READER"]

READER = Reader(
    format="profile",
    summary="Profile of a table: counts per feature and bin, from `mlspec gate profile`.",
    gives="Profile",
    read=read_profile,
    marks=("_type", "features", "engine"),
)
