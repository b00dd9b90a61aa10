"""An empty list of markets or roles is told: who does not know leaves it out."""

from __future__ import annotations

import pytest
from tests.unit.policy.worlds import BINDING, HOME_SPEC, TEAMS, model

from mlspec.syntax import SourceText
from mlspec.workspace import load


@pytest.mark.parametrize("field", ["markets", "roles"])
@pytest.mark.parametrize(("value", "is_fault"), [("[]", True), ("ONE", False)])
def test_nobody_states_that_a_law_has_nobody_to_ask(field, value, is_fault):
    stated = value.replace("ONE", {"markets": "[EU]", "roles": "[provider]"}[field])
    text = model().replace("    tier:", f"    {field}: {stated}\n    tier:")
    texts = {
        "mlspec.yaml": HOME_SPEC,
        "specs/a.yaml": text,
        "specs/b.yaml": BINDING + "---\n" + TEAMS,
    }
    told = load(SourceText(name, each.encode()) for name, each in texts.items()).diagnostics

    assert is_fault is any(f"{field}" in each.message for each in told)
