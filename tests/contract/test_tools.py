"""That the tools of others run here and find faults: what finds nothing would prove nothing."""

from __future__ import annotations

import pytest
from tests.contract import tools

WORKFLOW = """\
on: {event}
permissions: {{}}
jobs:
  a:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: echo hello
"""
PIPELINE = "stages: [one]\na:\n  stage: {stage}\n  script: [echo hello]\n"
ALERTS = "groups:\n  - name: a\n    rules:\n      - {{record: a:b, expr: '{expression}'}}\n"
ROUTES = "route: {{receiver: {receiver}}}\nreceivers: [{{name: team}}]\n"

JUDGED = {
    "amtool": (("check-config",), ROUTES, {"receiver": "team"}, {"receiver": "nobody"}),
    "check-jsonschema": (
        ("--builtin-schema", "vendor.github-workflows"),
        WORKFLOW,
        {"event": "push"},
        {"event": "pusch"},
    ),
    "promtool": (("check", "rules"), ALERTS, {"expression": "up"}, {"expression": "sum("}),
    "workflow-parser": ((), WORKFLOW, {"event": "push"}, {"event": "pusch"}),
}


@pytest.mark.conformance
@pytest.mark.parametrize("name", sorted(JUDGED))
def test_a_tool_tells_good_from_bad(name, tmp_path):
    arguments, text, good, bad = JUDGED[name]
    file = tmp_path / "judged.yml"

    file.write_text(text.format(**good))
    tools.run(name, *arguments, file)

    file.write_text(text.format(**bad))
    assert 0 != tools.attempt(name, *arguments, file).returncode


@pytest.mark.conformance
@pytest.mark.parametrize("name", tools.TOOLS)
def test_every_tool_is_installed(name):
    assert tools.require(name)


@pytest.mark.parametrize(
    ("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_a_missing_tool_fails_where_ci_says_so_and_is_a_reason_to_skip_elsewhere(
    monkeypatch, tmp_path, ci, outcome
):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(outcome, match="apt-get install prometheus"):
        tools.require("promtool")
