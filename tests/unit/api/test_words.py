"""What is told to somebody who names what is not there."""

from __future__ import annotations

import pytest

from mlspec import api
from mlspec.api.judge import run_gates
from mlspec.api.reference import explain
from mlspec.api.start import init
from mlspec.errors import UsageError
from mlspec.policy import POLICY_CODES
from mlspec.syntax import emit_documents


def test_no_code_is_close_to_another_code():
    with pytest.raises(UsageError) as told:
        explain("MLS999")

    assert told.value.hint == (
        "`mlspec explain` lists every code, `mlspec explain kinds`, `gates`, `formats` the rest"
    )


def test_a_misspelt_name_of_a_code_is_suggested():
    with pytest.raises(UsageError) as told:
        explain("mising-owner")

    assert told.value.hint == "did you mean `missing-owner`?"


def test_a_workspace_without_models_says_so(tmp_path):
    init(tmp_path)
    (tmp_path / "specs" / "churn.yaml").unlink()
    home = {"environments": {"prod": {}}}
    header = {"apiVersion": "mlspec.dev/v1", "kind": "Workspace", "metadata": {"name": "shop"}}
    (tmp_path / "mlspec.yaml").write_text(emit_documents([{**header, "spec": home}]))

    with pytest.raises(UsageError) as told:
        run_gates(["churn"], tmp_path, "prod")

    assert told.value.hint == "the workspace has no models: write a spec with `kind: Model`"


def test_explaining_one_code_works_after_all_were_listed():
    assert api.explanations()

    assert api.explain("missing-owner").code == "MLS301"


def test_a_code_means_one_thing():
    codes = [each.code for each in api.explanations() if each.code.startswith("MLS")]

    assert len(codes) == len(set(codes))
    assert {each.code for each in POLICY_CODES} <= set(codes)


def test_a_reason_of_risk_leads_to_where_plans_and_pages_tell_of_it():
    with pytest.raises(UsageError) as told:
        explain("R-CREATED")

    assert "a plan names" in told.value.hint
    assert "`docs/pages/risk.md`" in told.value.hint


@pytest.mark.parametrize("word", ["SUP-002", "sup-002", "EUAI-014", "HOUSE-001a"])
def test_the_id_of_a_rule_of_a_pack_leads_to_where_rules_are_explained(word):
    with pytest.raises(UsageError, match="is the id of a rule of") as error:
        explain(word)

    assert f"`mlspec policy explain {word} --model NAME --env ENV`".lower() in (
        error.value.hint.lower()
    )


@pytest.mark.parametrize(
    ("word", "pack"), [("SUP-002", "supply-chain"), ("euai-014", "eu-ai-act"), ("HOUSE-001", "")]
)
def test_the_pack_that_ships_a_rule_is_named(word, pack):
    with pytest.raises(UsageError) as error:
        explain(word)

    assert f"of {f'the policy pack `{pack}`' if pack else 'a policy pack'}," in str(error.value)
    assert f"`mlspec policy list {pack or 'PACK'}`" in error.value.hint
