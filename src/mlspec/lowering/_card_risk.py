"""Card sections about risk: declared and computed tier, the facts behind them, the hazards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import CardSection
from mlspec.lowering._card_facts import paper_text
from mlspec.lowering._card_names import LEFT_OUT
from mlspec.lowering._card_policy import tier_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import CardValue
    from mlspec.kinds._risk import ConsequentialDecision, EuAiAct, Hazard, Privacy, Risk
    from mlspec.lowering._card_facts import Facts
from mlspec.lowering._card_policy import CardPolicy

__all__ = ["hazards", "risk"]

_ACT = "spec.risk.euAiAct"
_PRIVACY = "spec.risk.privacy"


_UNSTATED = (
    ("Screened for prohibited practices", "prohibitedPractices"),
    ("Prohibited practices found", "prohibitedPractices.hits"),
    ("Part of a regulated product", "regulatedProduct"),
    ("Points of Annex III", "highRiskUses"),
    ("Profiles people", "profiling"),
    ("Situations of Article 50", "transparency"),
    ("Part in a model of general purpose", "generalPurpose"),
    ("Registration", "registration"),
    ("First placed on the market", "firstPlaced"),
    ("Deployed by a public body", "publicBody"),
)
"""What is missing where nobody stated anything for the Act, with the field of each."""


def risk(facts: Facts, declared: Risk, policy: CardPolicy) -> CardSection:
    """Return both tiers, and the facts that anybody can check them against.

    Facts for laws that do not concern every model are there where they are stated; which of them
    are missing is known only once the rules in force are. Without rules, those that a part of the
    spec would state are not even looked for.
    """
    told = (
        *tier_values(facts, declared, policy),
        *_general(facts, declared),
        *_people(facts, declared),
        *_act(facts, declared.eu_ai_act),
        *_exemption(facts, declared.eu_ai_act),
        *_privacy(facts, declared.privacy),
        *_other_laws(facts, declared),
    )
    return CardSection("risk", "Risk", tuple(each for each in told if each is not LEFT_OUT))


def _general(facts: Facts, declared: Risk) -> Iterator[CardValue]:
    yield facts.value("Field of use", "spec.risk.domain", declared.domain)
    yield facts.value("Affects people", "spec.risk.affectsPeople", declared.affects_people)
    label, automated = "Takes effect before a person looks", declared.automated_decision
    yield facts.value(label, "spec.risk.automatedDecision", automated)
    label = "Protected attributes among the inputs"
    yield facts.value(label, "spec.risk.sensitiveData", declared.sensitive_data)
    yield facts.value("Why this tier", "spec.risk.rationale", declared.rationale)
    yield _listed(facts, "Roles", "spec.risk.roles", declared.roles)
    yield _listed(facts, "Markets", "spec.risk.markets", declared.markets)


def _people(facts: Facts, declared: Risk) -> Iterator[CardValue]:
    found = declared.affected
    if found is None and not facts.is_asked:
        return
    groups = found.groups if found else None
    yield _listed(facts, "People affected", "spec.risk.affected.groups", groups)
    minors = found.includes_minors if found else None
    yield facts.value("People under 18 among them", "spec.risk.affected.includesMinors", minors)
    vulnerable = found.vulnerable if found else None
    yield _listed(facts, "Vulnerable among them", "spec.risk.affected.vulnerable", vulnerable)


def _act(facts: Facts, act: EuAiAct | None) -> Iterator[CardValue]:
    if act is None:
        for label, key in _UNSTATED if facts.is_asked else ():
            yield facts.missing(label, f"{_ACT}.{key}")
        return
    yield from _practices(facts, act)
    yield _product(facts, act)
    yield _listed(facts, "Points of Annex III", f"{_ACT}.highRiskUses", act.high_risk_uses)
    yield facts.value("Profiles people", f"{_ACT}.profiling", act.profiling)
    yield _listed(facts, "Situations of Article 50", f"{_ACT}.transparency", act.transparency)
    yield _general_purpose(facts, act)
    yield facts.value("Registration", f"{_ACT}.registration", act.registration)
    yield facts.value("First placed on the market", f"{_ACT}.firstPlaced", act.first_placed)
    yield facts.value("Deployed by a public body", f"{_ACT}.publicBody", act.public_body)


def _practices(facts: Facts, act: EuAiAct) -> Iterator[CardValue]:
    path, screening = f"{_ACT}.prohibitedPractices", act.prohibited_practices
    screened = f"{screening.day}, by {screening.screened_by}" if screening else None
    yield facts.value("Screened for prohibited practices", path, screened)
    hits = screening.hits if screening else None
    yield _listed(facts, "Prohibited practices found", f"{path}.hits", hits)


def _product(facts: Facts, act: EuAiAct) -> CardValue:
    product, text = act.regulated_product, ""
    if product is not None:
        assessed = "" if product.third_party_conformity else "not "
        text = f"{product.act}; a third party does {assessed}assess its conformity"
    return facts.value("Part of a regulated product", f"{_ACT}.regulatedProduct", text)


def _general_purpose(facts: Facts, act: EuAiAct) -> CardValue:
    found = act.general_purpose
    papers = found and paper_text(found.documentation)
    parts = found and (found.role, found.model, found.provider, papers)
    text = ", ".join(each for each in parts or () if each)
    label = "Part in a model of general purpose"
    return facts.value(label, f"{_ACT}.generalPurpose", text)


def _exemption(facts: Facts, act: EuAiAct | None) -> Iterator[CardValue]:
    path, found = f"{_ACT}.exemption", act.exemption if act else None
    condition = found.condition if found else None
    yield facts.value("Exemption from high risk", f"{path}.condition", condition)
    if found:
        reason = found.no_significant_risk
        yield facts.value("Why no significant risk is left", f"{path}.noSignificantRisk", reason)
        paper = paper_text(found.assessment)
        yield facts.value("Assessment of the exemption", f"{path}.assessment", paper)
        registration = found.registration
        yield facts.value("Registration of the exemption", f"{path}.registration", registration)


def _privacy(facts: Facts, found: Privacy | None) -> Iterator[CardValue]:
    if found is None and not facts.is_asked:
        return
    personal = found.personal_data if found else None
    yield facts.value("Reads personal data", f"{_PRIVACY}.personalData", personal)
    special = found.special_categories if found else None
    yield _listed(facts, "Special categories of data", f"{_PRIVACY}.specialCategories", special)
    used = found.score_used_by_third_party if found else None
    yield facts.value("Score used by others", f"{_PRIVACY}.scoreUsedByThirdParty", used)
    yield facts.value("Safeguards", f"{_PRIVACY}.safeguards", found.safeguards if found else None)
    fiduciary = found.significant_fiduciary if found else None
    yield facts.value("Significant Data Fiduciary", f"{_PRIVACY}.significantFiduciary", fiduciary)


def _other_laws(facts: Facts, declared: Risk) -> Iterator[CardValue]:
    found = declared.model_risk
    rated = found and (
        f"{found.framework}: exposure {found.exposure}, materiality {found.materiality}"
    )
    yield facts.value("Model risk", "spec.risk.modelRisk", rated)
    decision = _decision(declared.consequential_decision)
    yield facts.value("Consequential decision", "spec.risk.consequentialDecision", decision)
    audit = declared.bias_audit
    told = audit and f"{audit.day}, by {audit.auditor}: {audit.summary}"
    notice = audit and f"{told}; {audit.notice_days} business days of notice"
    yield facts.value("Bias audit", "spec.risk.biasAudit", notice)


def _decision(found: ConsequentialDecision | None) -> str:
    if found is None:
        return ""
    influence = "influences" if found.materially_influences else "does not influence"
    return f"{found.subject}; the answer materially {influence} it"


def _listed(facts: Facts, label: str, path: str, found: tuple[str, ...] | None) -> CardValue:
    """Return a list that may be empty: then somebody has looked, and found none."""
    if found is None:
        return facts.missing(label, path)
    return facts.said(label, path, ", ".join(found) or "none")


def hazards(facts: Facts, declared: Risk) -> CardSection:
    """Return the risk register: each hazard with its controls and what is left."""
    values: list[CardValue] = []
    for index, each in enumerate(declared.hazards):
        about = facts.about(f"Hazard {each.id}")
        values += _hazard(about, f"spec.risk.hazards[{index}]", each)
    if not declared.hazards:
        values.append(facts.missing("Hazards", "spec.risk.hazards"))
    return CardSection("hazards", "Risk register", tuple(values))


def _hazard(facts: Facts, path: str, found: Hazard) -> Iterator[CardValue]:
    yield facts.value("Hazard", f"{path}.hazard", found.hazard)
    if found.rights:
        yield facts.value("Rights touched", f"{path}.rights", found.rights)
    size = f"{found.severity}, {found.likelihood}"
    yield facts.said("Severity and likelihood", f"{path}.severity", size)
    yield _control(facts, path, found)
    yield facts.value("What is left", f"{path}.residual", found.residual)
    yield facts.value("Accepted by", f"{path}.acceptedBy", found.accepted_by)
    yield facts.value("Looked at again by", f"{path}.reviewBy", found.review_by)


def _control(facts: Facts, path: str, found: Hazard) -> CardValue:
    controls = (("gate", found.gate), ("monitor", found.monitor), ("control", found.control))
    stated = [(key, each) for key, each in controls if each]
    if not stated:
        return facts.missing("Control", f"{path}.control")
    text = "; ".join(each if key == "control" else f"{key} {each}" for key, each in stated)
    return facts.said("Control", f"{path}.{stated[0][0]}", text)
