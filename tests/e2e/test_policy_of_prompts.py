"""The pack about text judges a system that asks hosted models by prompts, and the prompts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "support"
PROD = ("--env", "prod")
BINDING = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: llm, owner: support}
spec: {pack: llm, version: 2026.11.0}
"""


@pytest.fixture(scope="module")
def desk(forks, tmp_path_factory):
    root = shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("desk") / "support")
    (root / "specs" / "policy.yaml").write_text(BINDING)
    forks.run("policy", "lock", cwd=root).expect(0)
    return root


def duties(mlspec, root):
    command = ("obligations", "support-assistant", *PROD, "--format", "json")
    found = json.loads(mlspec(*command, cwd=root).expect(0).out)
    return {each["rule"]: each["status"] for each in found["duties"]}


def test_what_hosted_models_write_is_judged_by_papers_of_the_system(desk, mlspec):
    assert {"LLM-006": "open", "LLM-007": "open"} == duties(mlspec, desk)
    told = mlspec("validate", *PROD, cwd=desk).expect(4).out
    assert "error[LLM-006]" in told
    assert "claude-" in told

    (desk / "report.md").write_text("What was tried, and what came of it.\n")
    for kind in ("test-report", "attack-report"):
        added = ("evidence", "add", "support-assistant", "--kind", kind, "--file", "report.md")
        mlspec(*added, cwd=desk).expect(0)
    assert {"LLM-006": "met", "LLM-007": "met"} == duties(mlspec, desk)
    mlspec("validate", *PROD, cwd=desk).expect(0)


def test_a_rule_about_a_prompt_is_explained_by_its_bare_name(desk, mlspec):
    command = ("policy", "explain", "LLM-008", "--model", "support-answer", *PROD)

    assert "says of prompt/support-answer: pass" in mlspec(*command, cwd=desk).expect(0).out
