"""Profiles as canonical JSON: the same table gives the same bytes on every machine and engine."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from mlspec.canonical import Json, digest_value, pretty_json
from mlspec.evidence._json import MalformedError, Node, read_document
from mlspec.evidence._profile import FeatureProfile, Profile
from mlspec.evidence._profile_checks import impossible
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent
    from mlspec.evidence._reader import Wanted

__all__ = ["PROFILE_TYPE", "profile_digest", "profile_json", "read_profile", "write_profile"]

PROFILE_TYPE = "https://mlspec.dev/profile/v1"

_MOMENTS = ("mean", "deviation", "minimum", "maximum")


def write_profile(profile: Profile) -> str:
    """Return the text of a profile; its digest stands in it, so that an edit is noticed."""
    body = profile_json(profile)
    return pretty_json({**body, "profileDigest": digest_value(body)})


def profile_digest(profile: Profile) -> str:
    """Return the digest of what a profile says."""
    return digest_value(profile_json(profile))


def profile_json(profile: Profile) -> dict[str, Json]:
    """Return a profile as a JSON object, without its digest."""
    return {
        "_type": PROFILE_TYPE,
        "data": {"file": profile.material.file, "digests": list(profile.digests)},
        "engine": profile.engine,
        "features": [_feature_json(each) for each in profile.features],
        "rows": profile.rows,
        "tool": {"name": profile.provenance.tool, "version": profile.provenance.version},
        "collectedAt": profile.provenance.collected_at,
        **({"signed": True} if profile.signed else {}),
    }


def _feature_json(feature: FeatureProfile) -> dict[str, Json]:
    found: dict[str, Json] = {"name": feature.name, "missing": feature.missing}
    found |= {"counts": list(feature.counts), "new": feature.new}
    if feature.categories is None:
        found |= {"kind": "numeric", "edges": list(feature.edges), "spikes": list(feature.spikes)}
        return found | {name: getattr(feature, name) for name in _MOMENTS}
    found["others"] = None if feature.others is None else list(feature.others)
    return found | {"kind": "categorical", "categories": list(feature.categories)}


def read_profile(content: FileContent, _wanted: Wanted) -> Profile | Reason:
    """Read a profile; a body that does not have the stated digest was edited."""
    return read_document(content, lambda document: _profile(content, document))


def _profile(content: FileContent, document: Node) -> Profile | Reason:
    if document.at("_type").text() != PROFILE_TYPE:
        return Reason("malformed-report", f"the document is no `{PROFILE_TYPE}`")
    members = {name: each.value for name, each in document.members() if name != "profileDigest"}
    if document.at("profileDigest").text() != digest_value(members):
        return Reason("profile-edited", "the profile does not have the digest that it states")
    features = tuple(_feature(each) for each in document.at("features").items())
    rows = document.at("rows").count() or 0
    problem = impossible(rows, features)
    if problem is not None:
        return problem
    return Profile(
        content.material(rows),
        rows,
        features,
        tuple(each.text() for each in document.at("data", "digests").items()),
        _provenance(document),
        document.at("engine").text_or(),
        signed=document.at("signed").value is True,
    )


def _provenance(document: Node) -> Provenance:
    tool = document.at("tool")
    collected = document.at("collectedAt").text_or()
    return Provenance(tool.at("name").text_or(), tool.at("version").text_or(), collected)


def _feature(node: Node) -> FeatureProfile:
    counts = tuple(_count(each) for each in node.at("counts").items())
    kind = node.at("kind").text()
    if kind not in {"numeric", "categorical"}:
        raise node.at("kind").malformed("`numeric` or `categorical`")
    feature = _numeric(node, counts) if kind == "numeric" else _categorical(node, counts)
    if len(counts) != feature.bins.size:
        raise node.at("counts").malformed(f"a list of {feature.bins.size} counts")
    return feature


def _numeric(node: Node, counts: tuple[int, ...]) -> FeatureProfile:
    edges, spikes = (
        tuple(each.number() for each in node.at(name).items()) for name in ("edges", "spikes")
    )
    for name, values in (("edges", edges), ("spikes", spikes)):
        if any(low >= high for low, high in pairwise(values)):
            raise node.at(name).malformed("ascending")
    if not set(spikes) <= set(edges):
        raise node.at("spikes").malformed("among the edges")
    mean, deviation, minimum, maximum = (_moment(node.at(name)) for name in _MOMENTS)
    return FeatureProfile(
        node.at("name").text(),
        edges,
        spikes,
        counts=counts,
        missing=_count(node.at("missing")),
        mean=mean,
        deviation=deviation,
        minimum=minimum,
        maximum=maximum,
    )


def _categorical(node: Node, counts: tuple[int, ...]) -> FeatureProfile:
    others = node.at("others")
    kept = tuple(each.text() for each in others.items()) if others.is_there else None
    return FeatureProfile(
        node.at("name").text(),
        categories=tuple(each.text() for each in node.at("categories").items()),
        others=kept,
        counts=counts,
        missing=_count(node.at("missing")),
        new=None if kept is None else _count(node.at("new")),
    )


def _count(node: Node) -> int:
    found = node.count()
    if found is None:
        raise node.malformed("a count")
    return found


def _moment(node: Node) -> float | None:
    found = None if not node.is_there else node.number()
    if found is not None and node.path.endswith("deviation") and (found < 0 or math.isinf(found)):
        raise MalformedError("a deviation is negative")
    return found
