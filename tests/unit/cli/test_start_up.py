"""The import budget of each verb: what must not be loaded, because the verb has no use for it.

Never a timing: machines differ, and what costs start-up is always an import.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlspec.syntax import emit_documents

_PROBE = """
import sys
from mlspec.cli.main import run
code = run(sys.argv[1:])
sys.stdout.flush()
sys.stderr.write("\\n#" + " ".join(sorted(sys.modules)))
sys.exit(code)
"""
_TOOLS = {"git", "jinja2", "jsonschema", "numpy", "pyarrow", "rich", "typer", "click", "sqlite3"}
_STAGES = {f"mlspec.{each}" for each in ("lowering", "planning", "registry", "stats", "targets")}
_TEAM = {
    "apiVersion": "mlspec.dev/v1",
    "kind": "Team",
    "metadata": {"name": "desk"},
    "spec": {"members": ["ana@example.org"]},
}
_WORKSPACE = {
    "apiVersion": "mlspec.dev/v1",
    "kind": "Workspace",
    "metadata": {"name": "shop"},
    "spec": {"environments": {"prod": {}}},
}


def loaded(folder: Path, *arguments: str, code: int = 0) -> set[str]:
    """Return the modules that a command has imported when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, *arguments],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if not k.startswith(("COV", "PYTHON"))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return set(done.stderr.rpartition("#")[2].split())


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "mlspec.yaml").write_text(emit_documents([_WORKSPACE]))
    (tmp_path / "specs" / "team.yaml").write_text(emit_documents([_TEAM]))
    return tmp_path


@pytest.mark.parametrize("flag", ["--version", "--help"])
def test_the_front_door_loads_nothing(tmp_path, flag):
    ours = {each for each in loaded(tmp_path, flag) if each.startswith("mlspec")}

    assert ours == {"mlspec", "mlspec.cli", "mlspec.cli.main"}


def test_validating_one_file_needs_a_parser_and_a_schema(tmp_path):
    (tmp_path / "team.yaml").write_text(emit_documents([_TEAM]))

    found = loaded(tmp_path, "validate", "team.yaml")

    refused = {"dataclasses", "hashlib", "inspect", "pathlib", "pydantic", "pydantic_core"}
    assert not (refused | _TOOLS | _STAGES | {"mlspec.kinds", "mlspec.schema"}) & found


def test_validating_a_workspace_loads_no_other_stage_and_no_tool(workspace):
    found = loaded(workspace, "validate")

    assert "pydantic" in found
    assert not (_TOOLS | _STAGES) & found


def test_kinds_that_nobody_wrote_are_not_loaded(workspace):
    found = loaded(workspace, "validate")

    assert "mlspec.kinds.team" in found
    assert (
        not {"mlspec.kinds.dataset", "mlspec.kinds.model", "mlspec.gates.metric_threshold"} & found
    )


@pytest.mark.parametrize("verb", ["plan", "status", "history"])
def test_looking_at_the_registry_renders_and_computes_nothing(workspace, verb):
    found = loaded(workspace, verb)

    assert "sqlite3" in found
    assert not {"jinja2", "jsonschema", "numpy", "mlspec.targets"} & found


@pytest.mark.parametrize("verb", ["validate", "plan", "status", "history", "drift"])
def test_where_no_pack_is_bound_no_language_of_policy_is_loaded(workspace, verb):
    found = loaded(workspace, verb)
    judging = {f"mlspec.policy.{each}" for each in ("_documents", "_evaluate", "_judge", "_read")}

    assert not [each for each in found if each.startswith("mlspec.cel._")]
    assert not judging & found


def test_a_compile_without_packs_patches_and_history_loads_nothing_for_them(workspace):
    found = loaded(workspace, "compile", "--out", str(workspace / "build"))

    assert "mlspec.api.build" in found
    of_others = {"cel._program", "ledger._change", "planning._model", "policy._read", "vcs"}
    unused = of_others | {"manifests.patching"}
    assert not unused & {each.removeprefix("mlspec.") for each in found}


def test_manifests_without_rules_need_no_expressions(tmp_path):
    (tmp_path / "service.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"
        "spec: {selector: {app: a}, ports: [{port: 80}]}\n"
    )

    found = loaded(tmp_path, "verify", ".")

    assert "mlspec.manifests" in found
    assert not [each for each in found if each.startswith("mlspec.cel._")]
