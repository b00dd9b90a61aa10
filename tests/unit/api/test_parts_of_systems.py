"""A model that a system only asks by a prompt is part of it, as one that it names is."""

from __future__ import annotations

import pytest
from tests.unit.planning.test_law_of_systems import ASKING, OFFICE, PROMPT
from tests.unit.policy.worlds import model, workspace

from mlspec.api._item_bindings import current_digests
from mlspec.api._seen import subjects_of
from mlspec.lowering.dossiers import models_of

MODEL, SYSTEM = "model/churn", "system/office"
DIGEST = "2" * 64


def world(document=OFFICE, digest=DIGEST):
    return workspace(model().replace(DIGEST, digest), PROMPT, document)


@pytest.mark.parametrize("document", [OFFICE, ASKING], ids=["named", "asked"])
def test_evidence_about_a_system_is_of_the_bytes_of_its_models(document):
    found, other = (world(document, each) for each in (DIGEST, "3" * 64))

    one, two = (current_digests(each, each.resources[SYSTEM])[SYSTEM] for each in (found, other))

    assert "" not in (one, two)
    assert one != two


@pytest.mark.parametrize("document", [OFFICE, ASKING], ids=["named", "asked"])
def test_papers_of_a_system_are_those_of_its_models_and_its_dossier_has_them(document):
    found = world(document)

    subjects = subjects_of(found, MODEL)

    assert [MODEL, SYSTEM] == [each.address for each in subjects]
    assert [MODEL] == [each.address for each in models_of(found, found.resources[SYSTEM])]
