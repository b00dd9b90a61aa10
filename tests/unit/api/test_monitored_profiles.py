from __future__ import annotations

import re
import shutil

import pytest
import yaml
from tests.e2e.commands import COUNTY, copy_workspace

from mlspec.api import compile_artifacts
from mlspec.errors import SpecInvalidError
from mlspec.evidence import FileContent, Wanted, read_profile

SPEC = "specs/models/employment-screen.yaml"
PROFILE = "data/training-profile.json"
STATED = re.compile(r"(file: data/training-profile\.json\n        format: profile\n) +digest: .*\n")


@pytest.fixture
def workspace(tmp_path):
    root = copy_workspace(COUNTY, tmp_path / "county")
    spec = root / SPEC
    spec.write_text(STATED.sub(r"\1", spec.read_text("utf-8")), "utf-8")
    return root


def references(root):
    compile_artifacts(root, "prod", targets=["prometheus"])
    file = root / "build" / "prod" / "prometheus" / "employment-screen.rules.yaml"
    rules = yaml.safe_load(file.read_text("utf-8"))["groups"][0]["rules"]
    recorded = [each for each in rules if each.get("record") == "mlspec:drift_reference_rows"]
    return {each["labels"]["monitor"]: each["expr"] for each in recorded}


def test_rules_hold_the_counts_of_the_profile_that_the_spec_names(workspace):
    content = (workspace / PROFILE).read_bytes()
    profile = read_profile(FileContent("p", PROFILE, content, ""), Wanted())
    age = profile.feature("age")

    found = references(workspace)
    reference = found["age-drift"]

    assert {"age-drift", "schooling-drift"} == set(found)
    for place, rows in enumerate(age.counts):
        assert f'label_replace(vector({rows}), "bin", "{place}", "", "")' in reference
    assert f'vector({age.missing}), "bin", "missing"' in reference


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.unlink(), "does not exist"),
        (
            lambda path: path.write_text(path.read_text().replace("1052", "1053")),
            "does not have the digest that it states",
        ),
        (lambda path: shutil.copy(path.with_name("aspirates-train.csv"), path), "expecting value"),
    ],
)
def test_a_profile_that_cannot_be_trusted_stops_the_compilation(workspace, damage, said):
    damage(workspace / PROFILE)

    with pytest.raises(SpecInvalidError) as refused:
        compile_artifacts(workspace, "prod", targets=["prometheus"])

    *details, hint = refused.value.details
    assert "`mlspec gate profile`" in hint
    assert 2 == len(details)
    for detail in details:
        assert "MLS591" in detail
        assert said in detail


def test_a_profile_of_another_digest_than_the_spec_states_is_not_used(workspace):
    spec = workspace / SPEC
    text = spec.read_text("utf-8")
    stated = "        file: data/training-profile.json\n"
    digest = f"        digest: sha256:{'0' * 64}\n"
    spec.write_text(text.replace(stated, stated + digest), "utf-8")

    with pytest.raises(SpecInvalidError) as refused:
        compile_artifacts(workspace, "prod", targets=["prometheus"])

    assert "does not have the digest that the spec states" in refused.value.details[0]
