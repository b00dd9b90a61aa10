"""What policy says about a resource, as assessment results of OSCAL 1.1.3 (JSON).

Each rule is an observation; one that applies and fails, or is waived, is a finding and a risk; one
that passes is a finding. The word for a finding that nothing speaks against is OSCAL's own,
`satisfied`: it says that the evidence which the rule asks for is there and matches. A pass by what
a spec states alone, whose papers or records nobody has seen, is not.

The times of the document are the start of the day that the rules were judged by: the same specs
and the same day give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json, pretty_json
from mlspec.policy import Outcome, WaiverApproval
from mlspec.reporting._cells import clipped
from mlspec.reporting._export_parts import one_line, uuid_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.policy import Fact, Ground, Result

__all__ = ["Assessed", "render_assessment"]

_VERSION = "1.1.3"
_LONGEST = 1_000
_NAMESPACE = "https://mlspec.dev/ns/oscal"
_FINDINGS = (Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.WAIVED)
_REASONS = {Outcome.PASS: "pass", Outcome.FAIL: "fail"}
_RISKS = (Outcome.FAIL, Outcome.ERROR, Outcome.WAIVED)


@dataclass(frozen=True, slots=True)
class Assessed:
    """What was judged: a resource on a day in an environment, by packs, with their results."""

    address: str
    version: str
    environment: str
    day: str
    packs: tuple[tuple[str, str], ...]
    """Name with version, and digest, of each pack in force."""
    results: tuple[Result, ...]


def render_assessment(assessed: Assessed, version: str) -> str:
    """Return the assessment results; `version` is that of mlspec. Without rules it has no result.

    Rules that don't concern the resource are observations without a finding, as are those that
    apply from a later day.
    """
    at = f"{assessed.day}T00:00:00Z"
    body: dict[str, Json] = {
        "metadata": {
            "title": one_line(f"Policy results of {assessed.address} in {assessed.environment}"),
            "last-modified": at,
            "version": assessed.version or "not stated",
            "oscal-version": _VERSION,
            "props": [_property("tool", f"mlspec {version}")],
        },
        "import-ap": {"href": f"#{_plan_id(assessed)}"},
        "results": [_result(assessed, at)],
        "back-matter": {"resources": [_plan(assessed)]},
    }
    return pretty_json({"assessment-results": {"uuid": uuid_of("oscal", body), **body}})


def _result(assessed: Assessed, at: str) -> Json:
    results = assessed.results
    found: dict[str, Json] = {
        "uuid": _id(assessed, "result"),
        "title": one_line(f"{assessed.address} on {assessed.day}"),
        "description": "Rules of policy packs, evaluated on specs and on what stands beside them.",
        "start": at,
        "local-definitions": {"components": [_component(assessed)]},
        "reviewed-controls": {"control-selections": [_selection(results)]},
        "observations": [_observation(assessed, each, at) for each in results],
        "risks": [_risk(assessed, each) for each in results if each.outcome in _RISKS],
        "findings": [_finding(assessed, each) for each in results if each.outcome in _FINDINGS],
    }
    return {key: each for key, each in found.items() if each != []}


def _selection(results: Sequence[Result]) -> Json:
    rules: list[Json] = [{"control-id": each} for each in sorted({each.rule for each in results})]
    return {"include-controls": rules} if rules else {"description": "No pack is in force."}


def _component(assessed: Assessed) -> Json:
    return {
        "uuid": _id(assessed, "component"),
        "type": "software",
        "title": one_line(assessed.address),
        "description": one_line(f"{assessed.address} {assessed.version}".strip()),
        "props": [_property("environment", assessed.environment)],
        "status": {"state": "other", "remarks": "What is live stands in the registry."},
    }


def _observation(assessed: Assessed, result: Result, at: str) -> Json:
    found: dict[str, Json] = {
        "uuid": _id(assessed, "observation", result),
        "title": one_line(f"{result.rule}: {result.title}"),
        "description": one_line(result.message or result.title),
        "props": [*_properties(result)],
        "methods": ["TEST"],
        "types": ["control-objective"],
        "subjects": [{"subject-uuid": _id(assessed, "component"), "type": "component"}],
        "relevant-evidence": [
            {"description": one_line(each)}
            for each in (*map(_fact, result.facts), *map(_ground, result.grounds))
        ],
        "collected": at,
    }
    return {key: each for key, each in found.items() if each != []}


def _properties(result: Result) -> Iterator[Json]:
    stated = (
        ("outcome", result.outcome.value),
        ("severity", result.severity.value),
        ("enforcement", result.enforcement.value),
        ("pack", result.pack),
        ("applies-from", result.applies_from),
    )
    return (_property(name, text) for name, text in stated if text)


def _fact(fact: Fact) -> str:
    name = ".".join(map(str, fact.path))
    if not fact.is_stated:
        return f"{name}: not stated"
    return clipped(f"{name} = {canonical_json(fact.value).decode()}", _LONGEST)


def _ground(ground: Ground) -> str:
    return clipped(f"{ground.look.status.value}: {ground.name}: {ground.look.told}", _LONGEST)


def _risk(assessed: Assessed, result: Result) -> Json:
    found: dict[str, Json] = {
        "uuid": _id(assessed, "risk", result),
        "title": one_line(f"{result.rule}: {result.title}"),
        "description": one_line(result.message or result.title),
        "statement": one_line(result.message or result.title),
        "status": "open",
        "related-observations": [{"observation-uuid": _id(assessed, "observation", result)}],
    }
    if result.remediation:
        found["remediations"] = [
            {
                "uuid": _id(assessed, "remediation", result),
                "lifecycle": "recommendation",
                "title": one_line(f"What to do about {result.rule}"),
                "description": one_line(result.remediation),
            }
        ]
    return found | _deviation(result)


def _deviation(result: Result) -> dict[str, Json]:
    """Return how a waiver changes the risk: it stays one, until a day that is named."""
    waiver = result.waiver
    if result.outcome is not Outcome.WAIVED or waiver is None:
        return {}
    told = [_property("waiver", waiver.address), _property("waiver-reason", waiver.reason)]
    told += [_property("waiver-approved-by", each) for each in waiver.approved_by]
    told += [_property("waiver-approval", waiver.approval.value)]
    deadline = {"deadline": f"{waiver.expires}T00:00:00Z"} if waiver.expires else {}
    is_agreed = waiver.approval is WaiverApproval.RECORDED
    status = "deviation-approved" if is_agreed else "deviation-requested"
    return {"status": status, "props": [*told], **deadline}


def _finding(assessed: Assessed, result: Result) -> Json:
    is_shown = result.outcome is Outcome.PASS and result.is_shown
    status: dict[str, Json] = {
        "state": "satisfied" if is_shown else "not-satisfied",
        "reason": _REASONS.get(result.outcome, "other") if result.is_shown else "other",
    }
    if not result.is_shown:
        status["remarks"] = "The spec states it, and what it names was not seen."
    found: dict[str, Json] = {
        "uuid": _id(assessed, "finding", result),
        "title": one_line(f"{result.rule}: {result.title}"),
        "description": one_line(result.message or result.title),
        "target": {
            "type": "objective-id",
            "target-id": result.rule,
            "status": status,
        },
        "related-observations": [{"observation-uuid": _id(assessed, "observation", result)}],
    }
    if result.outcome in _RISKS:
        found["related-risks"] = [{"risk-uuid": _id(assessed, "risk", result)}]
    return found


def _plan(assessed: Assessed) -> Json:
    """Return what stands for the assessment plan: the packs in force, by digest."""
    return {
        "uuid": _plan_id(assessed),
        "title": "Policy packs in force",
        "description": "The rules that were evaluated: each pack is pinned by its digest.",
        "props": [_property("pack", f"{name} {digest}") for name, digest in sorted(assessed.packs)],
    }


def _plan_id(assessed: Assessed) -> str:
    return uuid_of("oscal-plan", [list(each) for each in sorted(assessed.packs)])


def _id(assessed: Assessed, what: str, result: Result | None = None) -> str:
    place: list[Json] = [assessed.address, assessed.environment, assessed.day]
    rule: list[Json] = [result.pack, result.rule] if result else []
    return uuid_of("oscal", what, *place, *rule)


def _property(name: str, text: str) -> Json:
    return {"name": name, "ns": _NAMESPACE, "value": one_line(text) or "none"}
