"""What a law or a risk function asks about a model: facts, and never what follows from them.

Tiers, duties and dates follow from these facts by policy packs, which are data. Where a fact is
absent, nobody has stated it: that is not the same as `false` or an empty list.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from mlspec.kinds._papers import Paper
from mlspec.schema import (
    Count,
    Date,
    Direction,
    FieldClass,
    Identifier,
    Items,
    SpecModel,
    Text,
    declare,
)

__all__ = ["Risk"]

_ANNEX_POINT = r"^[1-8](\([a-e]\))?$"
_ANNEX_FORM = "a point of Annex III such as `4(a)` or `2`"
_PRACTICE = r"^5\(1\)\([a-z]{1,2}\)$"
_PRACTICE_FORM = "a point of Article 5(1) such as `5(1)(f)`"
_SITUATION = r"^50\([1-4]\)(-[a-z-]{1,30})?$"
_SITUATION_FORM = "a situation of Article 50 such as `50(1)` or `50(4)-deep-fake`"
_MARKET = r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$"
_MARKET_FORM = "a union or country such as `EU` or `IN`, or a part of one such as `US-CO`"

_AnnexPoint = Annotated[str, StringConstraints(pattern=_ANNEX_POINT)]
_Practice = Annotated[str, StringConstraints(pattern=_PRACTICE)]
_Situation = Annotated[str, StringConstraints(pattern=_SITUATION)]
_Market = Annotated[str, StringConstraints(pattern=_MARKET)]

_TIER, _UP, _MORE = FieldClass.TIER, Direction.HIGHER_IS_TIGHTER, Direction.GROWTH_IS_TIGHTER


class Affected(SpecModel):
    """The people that answers are about."""

    groups: Items[Text] = declare("Who they are.", _TIER, _MORE, min_length=1)
    includes_minors: bool | None = declare(
        "Whether people under 18 are among them.", _TIER, _UP, default=None
    )
    vulnerable: Items[Text] | None = declare(
        "Those of them who are easier to harm; empty where somebody has looked and found none.",
        _TIER,
        _MORE,
        default=None,
    )


class Misuse(SpecModel):
    """A use that is not meant and can be foreseen."""

    use: Text = declare("What somebody may use it for.", _TIER)
    mitigation: Text = declare("What stands in the way.", _TIER)


class Screening(SpecModel):
    """Who looked whether the use is among the prohibited practices of Article 5."""

    day: Date = declare("Day of the screening.", _TIER, _UP)
    screened_by: Text = declare("Who looked.", _TIER)
    hits: Items[_Practice] = declare(
        "Practices that the use comes under.", _TIER, _MORE, default=(), form=_PRACTICE_FORM
    )


class RegulatedProduct(SpecModel):
    """A product under the law of Annex I that the model is part of."""

    act: Text = declare("The act of Annex I.", _TIER)
    third_party_conformity: bool = declare(
        "Whether a third party assesses the conformity of the product.", _TIER, _UP
    )


class Exemption(SpecModel):
    """Why a use of Annex III is not of high risk: Article 6(3) and (4)."""

    condition: Literal["6(3)(a)", "6(3)(b)", "6(3)(c)", "6(3)(d)"] = declare(
        "The condition that is met.", _TIER
    )
    no_significant_risk: Text = declare("Why no significant risk is left.", _TIER)
    assessment: Paper = declare("The assessment, made before placing on the market.", _TIER)
    registration: Text | None = declare(
        "Id of the registration (Article 49(2)).", _TIER, _MORE, default=None
    )


class GeneralPurpose(SpecModel):
    """The part of a model of general purpose (Chapter V)."""

    role: Literal["downstream", "model-provider", "none"] = declare(
        "Whether it is such a model, or made from one.", _TIER
    )
    model: Text | None = declare("The model it is made from.", _TIER, default=None)
    provider: Text | None = declare("Who provides that model.", _TIER, default=None)
    documentation: Paper | None = declare(
        "The copy of the provider's documentation.", _TIER, _MORE, default=None
    )


class EuAiAct(SpecModel):
    """Facts for Regulation (EU) 2024/1689."""

    prohibited_practices: Screening | None = declare(
        "The screening for Article 5.", _TIER, _MORE, default=None
    )
    regulated_product: RegulatedProduct | None = declare(
        "The product of Annex I that it is part of.", _TIER, _MORE, default=None
    )
    high_risk_uses: Items[_AnnexPoint] | None = declare(
        "Points of Annex III that the use comes under; empty where somebody found none.",
        _TIER,
        _MORE,
        default=None,
        form=_ANNEX_FORM,
        examples=[["4(a)"]],
    )
    profiling: bool | None = declare(
        "Whether natural persons are profiled, which closes the exemption.",
        _TIER,
        _UP,
        default=None,
    )
    exemption: Exemption | None = declare(
        "Why a use of Annex III is not of high risk.",
        _TIER,
        Direction.GROWTH_IS_LOOSER,
        default=None,
    )
    transparency: Items[_Situation] | None = declare(
        "Situations of Article 50; empty where somebody found none.",
        _TIER,
        _MORE,
        default=None,
        form=_SITUATION_FORM,
    )
    general_purpose: GeneralPurpose | None = declare(
        "Its part in a model of general purpose.", _TIER, _MORE, default=None
    )
    registration: Text | None = declare(
        "Id in the database of the Union (Article 49).", _TIER, _MORE, default=None
    )
    rights_assessment: Paper | None = declare(
        "The assessment of the impact on fundamental rights (Article 27).",
        _TIER,
        _MORE,
        default=None,
    )
    first_placed: Date | None = declare(
        "Day of the first placing on the market (Article 111).", _TIER, default=None
    )
    significant_changes: Items[Date] | None = declare(
        "Days on which its design was changed significantly since then; empty where somebody has "
        "looked and found none.",
        _TIER,
        _MORE,
        default=None,
        examples=[["2028-03-01"]],
    )
    public_body: bool | None = declare(
        "Whether the deployer is a public body, or provides public services.",
        _TIER,
        _UP,
        default=None,
    )


class ModelRisk(SpecModel):
    """Facts for the model risk management of a bank."""

    framework: Text = declare("The framework.", _TIER, examples=["SR 26-2"])
    exposure: Literal["low", "medium", "high"] = declare(
        "How much rests on the model.", _TIER, _UP, order=("low", "medium", "high")
    )
    materiality: Literal["low", "medium", "high"] = declare(
        "What exposure and purpose make of it.", _TIER, _UP, order=("low", "medium", "high")
    )


class Privacy(SpecModel):
    """Facts for data protection law."""

    personal_data: bool = declare("Whether it reads data about persons.", _TIER, _UP)
    special_categories: Items[Text] | None = declare(
        "Special categories among them; empty where somebody found none.",
        _TIER,
        _MORE,
        default=None,
    )
    score_used_by_third_party: bool | None = declare(
        "Whether somebody else draws strongly on the score (C-634/21).", _TIER, _UP, default=None
    )
    safeguards: Text | None = declare(
        "How a person gets human intervention.", _TIER, _MORE, default=None
    )
    impact_assessment: Paper | None = declare(
        "The data protection impact assessment.", _TIER, _MORE, default=None
    )
    significant_fiduciary: bool | None = declare(
        "Whether the deployer is a Significant Data Fiduciary (India).", _TIER, _UP, default=None
    )


class ConsequentialDecision(SpecModel):
    """Facts for laws about decisions that change a person's life, such as Colorado SB 26-189."""

    subject: Text = declare("What is decided.", _TIER, examples=["lending"])
    materially_influences: bool = declare(
        "Whether the answer materially influences the decision.", _TIER, _UP
    )


class BiasAudit(SpecModel):
    """The audit of a tool that selects people for jobs (New York City Local Law 144)."""

    auditor: Text = declare("The independent auditor.", _TIER)
    day: Date = declare("Day of the audit.", _TIER, _UP)
    summary: Text = declare("Where the public summary lies.", _TIER)
    notice_days: Count = declare("Business days of notice before use.", _TIER, _UP)


class Hazard(SpecModel):
    """One line of the risk register."""

    id: Identifier = declare("Name of the hazard.", _TIER)
    hazard: Text = declare("What can go wrong.", _TIER)
    rights: Items[Text] = declare("Rights that it touches.", _TIER, _MORE, default=())
    severity: Literal["minor", "serious", "critical"] = declare(
        "How bad it is.", _TIER, _UP, order=("minor", "serious", "critical")
    )
    likelihood: Literal["rare", "possible", "likely"] = declare(
        "How often it happens.", _TIER, _UP, order=("rare", "possible", "likely")
    )
    gate: Identifier | None = declare("The gate that controls it.", _TIER, _MORE, default=None)
    monitor: Identifier | None = declare("The monitor that sees it.", _TIER, _MORE, default=None)
    control: Text | None = declare("Another control.", _TIER, _MORE, default=None)
    residual: Literal["acceptable", "unacceptable"] | None = declare(
        "What is left.", _TIER, Direction.UNKNOWN, default=None
    )
    accepted_by: Text | None = declare("Who accepted what is left.", _TIER, _MORE, default=None)
    review_by: Date | None = declare(
        "Day by which it is looked at again.", _TIER, Direction.LOWER_IS_TIGHTER, default=None
    )


class Risk(SpecModel):
    """The declared tier, and the facts that anybody can check it against."""

    tier: Literal["minimal", "limited", "high"] = declare(
        "Declared risk tier.", _TIER, _UP, order=("minimal", "limited", "high")
    )
    domain: Literal[
        "credit",
        "education",
        "employment",
        "health",
        "insurance",
        "internal-operations",
        "law-enforcement",
        "marketing",
        "other",
        "public-services",
    ] = declare("Field of use.", _TIER)
    affects_people: bool = declare("An answer changes what happens to a person.", _TIER, _UP)
    automated_decision: bool = declare(
        "The answer takes effect before a person has looked at it.", _TIER, _UP
    )
    sensitive_data: bool = declare(
        "Protected attributes, or stand-ins for them, are among the inputs.", _TIER, _UP
    )
    rationale: Text | None = declare("Why this tier, in the owner's words.", _TIER, default=None)
    roles: (
        Items[
            Literal["authorised-representative", "deployer", "distributor", "importer", "provider"]
        ]
        | None
    ) = declare(
        "What the organisation is to the law (Article 3). Absent, every role counts.",
        _TIER,
        _MORE,
        default=None,
        min_length=1,
    )
    markets: Items[_Market] | None = declare(
        "Where it is placed on the market or used. A member state counts as the Union.",
        _TIER,
        _MORE,
        default=None,
        min_length=1,
        form=_MARKET_FORM,
        examples=[["EU", "US-CO"]],
    )
    affected: Affected | None = declare(
        "The people that answers are about.", _TIER, _MORE, default=None
    )
    misuse: Items[Misuse] = declare(
        "Uses that are not meant and can be foreseen.", _TIER, _MORE, list_key="use", default=()
    )
    eu_ai_act: EuAiAct | None = declare(
        "Facts for the AI Act of the European Union.", _TIER, _MORE, default=None
    )
    model_risk: ModelRisk | None = declare(
        "Facts for model risk management.", _TIER, _MORE, default=None
    )
    privacy: Privacy | None = declare("Facts for data protection.", _TIER, _MORE, default=None)
    consequential_decision: ConsequentialDecision | None = declare(
        "Facts for laws about consequential decisions.", _TIER, _MORE, default=None
    )
    bias_audit: BiasAudit | None = declare(
        "The audit of a tool that selects people for jobs.", _TIER, _MORE, default=None
    )
    hazards: Items[Hazard] = declare("The risk register.", _TIER, _MORE, list_key="id", default=())
