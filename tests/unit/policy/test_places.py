"""Where a finding points: a value that is wrong, and of a list its key, not its first entry."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import BINDING, HOME_SPEC, bound, judgement, model, workspace

from mlspec.policy import findings
from mlspec.reporting.diagnostics_markdown import render_diagnostics_markdown as markdown
from mlspec.reporting.diagnostics_sarif import render_diagnostics_sarif as sarif
from mlspec.reporting.diagnostics_text import render_text

ASKS = rule(require="false", message="Wrong.")


def told(field, home=HOME_SPEC):
    found = workspace(BINDING, model(), home=home)
    asks = ASKS + (f"  field: {field}\n" if field else "")
    (said,) = findings(found, judgement(found, bound(found, asks)))
    return found, said


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("spec.gates", "gates"),
        ("spec.data.training", "training"),
        ("spec.task", "binary-classification"),
        ("spec.risk.tier", "minimal"),
    ],
)
def test_a_finding_about_a_list_points_to_its_name(field, words):
    found, said = told(field)
    lines = found.sources[said.span.file].content.decode().splitlines()
    start, end = said.span.start, said.span.end

    assert words == lines[start.line - 1][start.column - 1 : end.column - 1]


def test_a_list_that_an_environment_states_is_shown_there():
    gates = "[{id: auc, type: metric-threshold, metric: roc-auc, atLeast: 0.8}]"
    override = f"{{kind: Model, name: churn, path: spec.gates, value: {gates}}}"
    stated = f"{{overrides: [{override}]}}"
    home = HOME_SPEC.replace("prod: {}", f"prod: {stated}")
    _, said = told("spec.gates", home=home)

    assert ("mlspec.yaml", 7) == (said.span.file, said.span.start.line)


def test_the_id_of_a_rule_is_written_once():
    found, said = told("spec.gates")
    text = render_text([said], found.sources, colour=False)

    assert "error[HOUSE-001]: Wrong." in text
    assert "house-001" not in text
    assert "house-001" not in sarif([said], "checks").casefold().replace('"house-001"', "")
    assert "| error `HOUSE-001` |" in markdown([said], "checks")
    assert "HOUSE-001" == said.titled
