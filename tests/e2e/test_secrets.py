"""Secrets that somebody wrote into specs: refused, and in no output and no file afterwards."""

from __future__ import annotations

import pytest
from tests.e2e.commands import edit

CANARY = "canaryCANARYcanary0123456789"
FORMS = {
    "github": "ghp_{}",
    "gitlab": "glpat-{}",
    "huggingface": "hf_{}",
    "openai": "sk-{}",
    "bearer": "Authorization is Bearer {}",
    "uri": "https://someone:{}@example.org/data",
    "azure": "AccountName=a;AccountKey={}",
}
COMMANDS = [
    ["plan", "--env", "prod", "--out", "plan.json"],
    ["plan", "--env", "prod", "--format", "json"],
    ["validate"],
    ["validate", "--format", "json"],
    ["validate", "--format", "github"],
    ["compile", "--env", "prod"],
]


def traces(folder, spec):
    """Return the files of a folder that hold the canary, besides the spec itself."""
    files = [each for each in folder.rglob("*") if each.is_file() and each != spec]
    return [each.name for each in files if CANARY.encode() in each.read_bytes()]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_secret_in_a_spec_is_refused_and_told_without_being_repeated(mlspec, county, form):
    spec = county / "specs" / "models" / "form-digit-reader.yaml"
    description = "description: Reads single digits from scanned forms."
    edit(spec, description, f'description: "{form.format(CANARY)}"')

    for command in COMMANDS:
        done = mlspec(*command, cwd=county).expect(4)
        assert CANARY not in done.out + done.err
    assert "MLS706" in mlspec("validate", cwd=county).out
    assert traces(county, spec) == []


@pytest.mark.parametrize("name", ["token", "password", "apiKey", "db/client-secret"])
def test_a_value_under_the_name_of_a_secret_is_one(mlspec, county, name):
    spec = county / "specs" / "models" / "form-digit-reader.yaml"
    edit(spec, "  version: v2\n", f"  version: v2\n  annotations: {{{name}: {CANARY}}}\n")

    done = mlspec("validate", cwd=county).expect(4)

    assert "MLS706" in done.out
    assert CANARY not in done.out + done.err


def test_a_secret_planted_between_plan_and_apply_reaches_no_registry(mlspec, county):
    spec = county / "specs" / "models" / "form-digit-reader.yaml"
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=county).expect(0)
    edit(spec, "  version: v2\n", f"  version: v2\n  labels: {{token: {CANARY}}}\n")

    done = mlspec("apply", "plan.json", cwd=county).expect(4)

    assert CANARY not in done.out + done.err
    assert traces(county, spec) == []
    assert not (county / ".mlspec" / "registry.db").exists()


def test_no_comment_lets_a_secret_pass(mlspec, county):
    spec = county / "specs" / "models" / "form-digit-reader.yaml"
    comment = "# mlspec: ignore[secret-in-spec] a test"
    edit(spec, "  version: v2\n", f"  version: v2\n  labels: {{token: {CANARY}}}  {comment}\n")

    assert "MLS706" in mlspec("validate", cwd=county).expect(4).out
