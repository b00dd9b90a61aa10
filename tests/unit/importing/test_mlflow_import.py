"""A registry becomes specs that say what is known and `unknown` for the rest."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.importing.dumps import dump, model, version, workspace

from mlspec.api.check import validate
from mlspec.api.importing import ImportOptions, import_models
from mlspec.errors import UsageError
from mlspec.importing import Outcome
from mlspec.reporting.imports import render_import, render_import_json

CHURN = model(
    "Churn Model (old)",
    aliases={"champion": "3", "shadow": "4"},
    tags={"Team": "crm", "x": "y"},
    description="Who leaves.",
)
THREE = version("Churn Model (old)", "3", source="s3://models/churn/3", tags={"risk": "high"})


@pytest.fixture
def shop(tmp_path):
    return workspace(tmp_path / "shop")


def imported(shop, folder, **options):
    return import_models(ImportOptions("mlflow", str(folder), **options), shop)


def files(shop):
    found = (path for path in shop.rglob("*") if path.is_file())
    return {path.relative_to(shop).as_posix(): path.read_bytes() for path in found}


def spec_of(shop, name):
    return (shop / "specs" / "imported" / f"{name}.yaml").read_text()


def errors(shop):
    return [each for each in validate(directory=shop).diagnostics if each.severity == "error"]


def test_a_model_is_written_with_what_is_known_and_unknown_for_the_rest(shop, tmp_path):
    report = imported(shop, dump(tmp_path / "d", [CHURN], [THREE]))

    text = spec_of(shop, "churn-model-old")
    for line in (
        "  lifecycle: observed\n",
        "      name: Churn Model (old)\n",
        "      created: 1712000000000\n",
        "  owner: crm\n",
        "  purpose: unknown\n",
        "  tier: high\n",
        '  version: "3"\n',
        "    uri: s3://models/churn/3\n",
        "    digest: unknown\n",
        '    shadow: "4"\n',
    ):
        assert line in text
    (each,) = report.models
    assert ("observed-model/churn-model-old", Outcome.ADDED) == (each.address, each.outcome)
    certain = {field: fact.certainty.value for field, fact in each.found.facts.items()}
    assert certain == {
        "artifact.uri": "mapped",
        "description": "mapped",
        "owner": "guessed",
        "tier": "guessed",
        "version": "guessed",
    }
    assert ("purpose", "task", "format", "digest", "licence") == each.unknown
    assert [] == errors(shop)


def test_a_second_import_changes_no_byte(shop, tmp_path):
    source = dump(tmp_path / "d", [CHURN, model("plain")], [THREE])
    imported(shop, source)
    before = files(shop)

    report = imported(shop, source)

    assert before == files(shop)
    assert {Outcome.UNCHANGED} == {each.outcome for each in report.models}


def test_what_a_person_wrote_stays_when_the_source_moves_on(shop, tmp_path):
    imported(shop, dump(tmp_path / "d", [CHURN], [THREE]))
    file = shop / "specs" / "imported" / "churn-model-old.yaml"
    edited = spec_of(shop, "churn-model-old").replace(
        "  purpose: unknown", "  # asked Ana\n  purpose: Finds customers who leave."
    )
    file.write_text(edited)
    moved = CHURN | {"aliases": [{"alias": "champion", "version": "5"}]}
    five = version("Churn Model (old)", "5", source="s3://models/churn/5")

    report = imported(shop, dump(tmp_path / "d", [moved], [five]))

    text = file.read_text()
    assert "  # asked Ana\n  purpose: Finds customers who leave.\n" in text
    assert "    uri: s3://models/churn/5\n" in text
    assert ((Outcome.UPDATED, ()),) == tuple((e.outcome, e.conflicts) for e in report.models)


def test_where_both_changed_a_line_the_person_is_right_and_both_are_told(shop, tmp_path):
    imported(shop, dump(tmp_path / "d", [CHURN], [THREE]))
    file = shop / "specs" / "imported" / "churn-model-old.yaml"
    file.write_text(spec_of(shop, "churn-model-old").replace("owner: crm", "owner: growth"))
    moved = CHURN | {"tags": [{"key": "Team", "value": "sales"}, {"key": "x", "value": "y"}]}

    report = imported(shop, dump(tmp_path / "d", [moved], [THREE]))

    assert "  owner: growth\n" in file.read_text()
    (each,) = report.models
    assert ["  owner: growth"] == [c.ours.rstrip() for c in each.conflicts]
    assert "kept `owner: growth`, the source says `owner: sales`" in render_import(
        report, colour=False
    )
    assert () == imported(shop, tmp_path / "d").models[0].conflicts


def test_a_file_that_was_taken_away_is_not_written_again(shop, tmp_path):
    source = dump(tmp_path / "d", [CHURN], [THREE])
    imported(shop, source)
    file = shop / "specs" / "imported" / "churn-model-old.yaml"
    file.unlink()

    report = imported(shop, source)

    assert [Outcome.LEFT_OUT] == [each.outcome for each in report.models]
    assert not file.exists()


def test_a_file_may_be_moved_and_its_model_renamed(shop, tmp_path):
    imported(shop, dump(tmp_path / "d", [CHURN], [THREE]))
    old = shop / "specs" / "imported" / "churn-model-old.yaml"
    new = shop / "specs" / "crm.yaml"
    new.write_text(old.read_text().replace("name: churn-model-old", "name: churn"))
    old.unlink()
    moved = CHURN | {"tags": [{"key": "x", "value": "z"}]}

    report = imported(shop, dump(tmp_path / "d", [moved], [THREE]))

    assert [Outcome.UPDATED] == [each.outcome for each in report.models]
    assert "  name: churn\n" in new.read_text()
    assert "    x: z\n" in new.read_text()
    assert not old.exists()


def test_a_model_that_is_gone_is_told_and_its_file_stays(shop, tmp_path):
    imported(shop, dump(tmp_path / "d", [CHURN, model("plain")], [THREE]))

    report = imported(shop, dump(tmp_path / "d", [CHURN], [THREE]))

    assert ["observed-model/plain"] == report.vanished
    assert (shop / "specs" / "imported" / "plain.yaml").exists()


def test_a_model_that_came_later_takes_no_name_away(shop, tmp_path):
    imported(shop, dump(tmp_path / "d", [model("churn!")]))
    before = spec_of(shop, "churn")

    report = imported(shop, dump(tmp_path / "d", [model("Churn"), model("churn!")]))

    assert before == spec_of(shop, "churn")
    assert ["observed-model/churn"] == [
        each.address for each in report.models if each.found.name == "churn!"
    ]
    assert 2 == len({each.address for each in report.models})


def test_two_models_of_one_server_are_not_one_however_alike_their_names_are(shop, tmp_path):
    source = dump(tmp_path / "d", [model("Churn"), model("churn"), model("churn!")])

    for _ in range(2):
        assert {""} == {each.suggestion for each in imported(shop, source).models}


@pytest.mark.parametrize(
    ("aliases", "stage", "told"),
    [
        ({"prod": "1"}, "None", "1"),
        ({"Champion": "1", "live": "1"}, "Production", "1"),
        ({}, "Production", "1"),
        ({"prod": "2"}, "Production", "unknown"),
        ({"champion": "1", "Champion": "2"}, "None", "unknown"),
        ({"newest": "1"}, "None", "unknown"),
        ({}, "None", "unknown"),
        ({"prod": "9"}, "None", "unknown"),
    ],
)
def test_which_version_is_live_is_guessed_only_where_nothing_contradicts(
    shop, tmp_path, aliases, stage, told
):
    newest = version("m", "1", stage=stage)
    models = [model("m", aliases=aliases, latest_versions=[newest])]

    report = imported(shop, dump(tmp_path / "d", models, [newest, version("m", "2")]))

    value = told if told == "unknown" else f'"{told}"'
    assert f"  version: {value}\n" in spec_of(shop, "m")
    assert (told == "unknown") == ("version" not in report.models[0].found.facts)


def test_an_alias_that_is_asked_for_is_no_guess(shop, tmp_path):
    models = [model("m", aliases={"champion": "1", "eu": "2"})]
    source = dump(tmp_path / "d", models, [version("m", "1"), version("m", "2")])

    report = imported(shop, source, alias="eu")

    fact = report.models[0].found.facts["version"]
    assert ("2", "alias eu", "mapped") == (fact.value, fact.source, fact.certainty.value)


def test_prompts_are_no_models_and_are_told_unless_they_are_ours(shop, tmp_path):
    prompt = model("greeting", tags={"mlflow.prompt.is_prompt": "true"})
    ours = model("ours", tags={"mlflow.prompt.is_prompt": "true", "mlspec.env.prod": "{}"})

    report = imported(shop, dump(tmp_path / "d", [prompt, ours]))

    (lost,) = report.lost
    assert ([], "prompt greeting") == (report.models, lost.source)
    assert "id: 1712000000000" in lost.why


def test_what_is_too_long_is_cut_and_told(shop, tmp_path):
    models = [model("m", tags={"note": "x" * 5000})]

    report = imported(shop, dump(tmp_path / "d", models))

    assert ["cut to 4,000 of 5,000 characters"] == [
        each.why for each in report.models[0].found.lost if "cut" in each.why
    ]
    assert [] == errors(shop)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", "{", '{"registered_models": 7}', "a: 1", '{"a": 1, "a": 2}']
)
def test_what_is_no_dump_is_refused_and_nothing_is_written(shop, tmp_path, content):
    file = tmp_path / "d.json"
    file.write_text(content)
    before = files(shop)

    with pytest.raises(UsageError):
        imported(shop, file)

    assert before == files(shop)


def test_no_spec_is_written_outside_of_the_workspace(shop, tmp_path):
    source = dump(tmp_path / "d", [model("../../../etc/passwd"), model("..")])

    with pytest.raises(UsageError, match="outside of the workspace"):
        imported(shop, source, out="../elsewhere")
    report = imported(shop, source)

    assert all(each.file.startswith("specs/imported/") for each in report.models)
    assert ["d", "shop"] == sorted(path.name for path in tmp_path.iterdir())


NAMES = st.text(min_size=1, max_size=40) | st.sampled_from(
    ["churn", "Churn", "CHURN", "churn ", " churn", "ch/urn", "é", "日本", "a" * 256, "null", "no"]
)
TEXTS = st.text(max_size=60) | st.sampled_from(["no", "1e3", "a: b", "# x", "\x00", "\u202e", "{}"])
MODELS = st.lists(
    st.builds(
        model,
        NAMES,
        aliases=st.dictionaries(TEXTS, st.sampled_from(["1", "2"]), max_size=2),
        tags=st.dictionaries(TEXTS, TEXTS, max_size=3),
        description=TEXTS,
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda each: each["name"],
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MODELS)
def test_any_registry_becomes_sound_specs_that_a_second_import_leaves_alone(tmp_path, models):
    shutil.rmtree(tmp_path / "any", ignore_errors=True)
    shop = workspace(tmp_path / "any" / "shop")
    source = dump(tmp_path / "any" / "d", models, [version(models[0]["name"])])

    report = imported(shop, source)

    assert len(models) == len({each.address for each in report.models})
    assert [] == errors(shop)
    before = files(shop)
    again = imported(shop, source)
    assert before == files(shop)
    assert {Outcome.UNCHANGED} == {each.outcome for each in again.models}
    assert render_import_json(again) == render_import_json(imported(shop, source))
