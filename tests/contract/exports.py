"""What is written for tools of others, and into dossiers: one text of each format."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.reporting.sheets import DIGEST, PEOPLE
from tests.unit.reporting.test_exports_oscal import ASSESSED

from mlspec.ir import (
    DossierIndex,
    IndexPart,
    IndexPoint,
    IndexStatus,
    IndexValue,
    ValueStatus,
)
from mlspec.reporting.dossiers import Described, render_index_json, render_results_json
from mlspec.reporting.exports_croissant import render_croissant
from mlspec.reporting.exports_oscal import render_assessment

VALUES = (
    IndexValue("Purpose", ValueStatus.PRESENT, "To test.", "a.yaml:3", "specs/a.yaml"),
    *(IndexValue("Paper", each, how="add it", note="why") for each in ValueStatus),
)
PART = IndexPart("1(a)", "Its purpose.", IndexStatus.INCOMPLETE, VALUES)
POINT = IndexPoint("1", "General", IndexStatus.INCOMPLETE, (PART,))
INDEX = DossierIndex(
    "annex", "Papers", "The law", "Annex I", "law@2026.1.0", DIGEST, is_bound=False, points=(POINT,)
)
DESCRIBED = Described(
    "model/churn", "", "prod", "2026-11-21", "1.0", (INDEX,), ("index.json",), ("A note.",)
)
WITHOUT_WORDS = replace(
    PEOPLE, description="", version="", owner="", start="", licence="", origin="",
    preparation="", gaps=(), derived_from=(), columns=(),
)  # fmt: skip


def documents():
    """Yield the name of a format, and a text that claims to have it."""
    yield "export-croissant", render_croissant(WITHOUT_WORDS)
    yield "export-oscal", render_assessment(ASSESSED, "1.0")
    yield "policy-results", render_results_json(ASSESSED)
    for described in (DESCRIBED, replace(DESCRIBED, version="v1", notes=())):
        yield "dossier", render_index_json(described)
