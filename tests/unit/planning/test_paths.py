"""Paths say which entry is meant, in plans and wherever a value is shown."""

from __future__ import annotations

import pytest
from tests.unit.planning.worlds import GATE

from mlspec.planning import path_text, traits_of

SPEC = {"gates": [GATE, GATE | {"id": "speed"}], "owners": ["ana", "bo"]}
BODY = {"metadata": {"labels": {"a b": "c"}}, "spec": SPEC}
UNNAMED = {"spec": {"gates": [{"type": "metric-threshold"}]}}


@pytest.mark.parametrize(
    ("path", "body", "text"),
    [
        (("spec", "gates", 1, "atLeast"), BODY, "spec.gates[speed].atLeast"),
        (("spec", "gates", 1), BODY, "spec.gates[speed]"),
        (("spec", "gates", 2, "atLeast"), BODY, "spec.gates[2].atLeast"),
        (("spec", "gates", 0, "type"), UNNAMED, "spec.gates[0].type"),
        (("spec", "owners", 0), BODY, "spec.owners[0]"),
        (("metadata", "labels", "a b"), BODY, 'metadata.labels["a b"]'),
        (("spec", "nowhere", 0, "deep"), BODY, "spec.nowhere[0].deep"),
        (("kind",), BODY, "kind"),
        ((), BODY, ""),
    ],
)
def test_entries_of_keyed_lists_are_named_by_key(path, body, text):
    assert path_text(path, body, traits_of("Model", None, body)) == text
