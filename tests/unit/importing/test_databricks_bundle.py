"""Databricks bundles become specs: models, endpoints, and what targets make of them."""

from __future__ import annotations

import pytest
from tests.unit.importing.dumps import workspace

from mlspec.api.change import plan
from mlspec.api.check import validate
from mlspec.api.importing import ImportOptions, import_models
from mlspec.errors import UsageError
from mlspec.importing import Certainty, Outcome
from mlspec.syntax import SourceText, parse

ROOT = """\
bundle: {name: shop}
include: [resources/*.yml]
permissions:
  - {level: CAN_VIEW, group_name: users}
  - {level: CAN_MANAGE, user_name: ana@example.org}
  - {level: CAN_MANAGE, group_name: crm}
targets:
  dev: {mode: development}
  prod:
    mode: production
    resources:
      registered_models:
        churn: {catalog_name: prod}
      model_serving_endpoints:
        churn: {name: churn-live}
"""
MODELS = """\
resources:
  registered_models:
    churn:
      name: churn
      catalog_name: dev
      schema_name: crm
      comment: Finds customers who leave.
      grants: [{principal: readers, privileges: [EXECUTE]}]
      aliases: [{alias_name: champion, version_num: 3}]
      tags: [{key: use, value: mail}]
  experiments:
    churn: {name: /churn}
"""
ENDPOINTS = """\
resources:
  model_serving_endpoints:
    churn:
      name: churn
      config:
        served_entities:
          - {name: a, entity_name: dev.crm.churn, entity_version: 3, workload_size: Small}
          - name: other
            entity_name: system.ai.bge
            entity_version: '1'
        traffic_config: {routes: []}
    chat:
      name: chat
      ai_gateway: {}
      config:
        served_entities:
          - name: gpt
            external_model:
              name: gpt-4o
              provider: openai
              task: llm/v1/chat
              openai_config: {openai_api_key: '{{secrets/s/k}}', openai_api_key_plaintext: abcdef}
"""


@pytest.fixture
def shop(tmp_path):
    return workspace(tmp_path / "shop")


def bundle(folder, *files, **named):
    """Write `databricks.yml` and other files; return the folder."""
    for name, text in {"databricks.yml": files[0] if files else ROOT, **named}.items():
        path = folder / name.replace("__", "/").replace("_yml", ".yml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def whole(folder):
    return bundle(folder, resources__models_yml=MODELS, resources__endpoints_yml=ENDPOINTS)


def imported(shop, where, **options):
    return import_models(ImportOptions("databricks-bundle", str(where), **options), shop)


def specs(shop):
    found = {}
    for path in sorted((shop / "specs" / "imported").glob("*.yaml")):
        (document,) = parse(SourceText(path.name, path.read_bytes())).documents
        found[path.stem] = document.data
    return found


def texts(shop):
    return {path.name: path.read_bytes() for path in (shop / "specs" / "imported").glob("*.yaml")}


def errors(shop):
    return [each for each in validate(directory=shop).diagnostics if each.severity == "error"]


def facts(report, name):
    (found,) = (each.found for each in report.models if each.found.name == name)
    return {key: (each.value, each.certainty) for key, each in found.facts.items()}


def one(resources, **parts):
    """Return the text of a bundle with some resources."""
    import json

    return json.dumps({"bundle": {"name": "b"}, "resources": resources, **parts})


def endpoint(*entities, **others):
    return {"model_serving_endpoints": {"e": {"config": {"served_entities": entities}, **others}}}


def test_models_and_what_serves_them_in_each_target(shop, tmp_path):
    report = imported(shop, whole(tmp_path / "b"))

    found = specs(shop)
    assert ["chat-gpt", "dev-crm-churn", "system-ai-bge-served"] == sorted(found)
    churn = found["dev-crm-churn"]
    assert "Finds customers who leave." == churn["metadata"]["description"]
    assert [
        ("databricks", "dev", "churn"),
        ("databricks", "prod", "churn-live"),
    ] == [(each["platform"], each["namespace"], each["name"]) for each in churn["spec"]["serving"]]
    assert {"champion": "3"} == churn["spec"]["aliases"]
    assert "3" == churn["spec"]["version"]
    assert {
        "target.dev": "dev.crm.churn",
        "target.prod": "prod.crm.churn",
        "use": "mail",
    } == churn["spec"]["tags"]
    assert ("crm", Certainty.GUESSED) == facts(report, "dev.crm.churn")["owner"]
    assert "1" == found["system-ai-bge-served"]["spec"]["version"]
    assert [] == errors(shop)


def test_a_model_of_somebody_else_has_a_provider_and_no_bytes(shop, tmp_path):
    report = imported(shop, whole(tmp_path / "b"))

    chat = specs(shop)["chat-gpt"]["spec"]
    assert ("openai", "text", "unknown") == (chat["provider"], chat["task"], chat["version"])
    assert {"uri": "unknown", "format": "unknown", "digest": "unknown"} == chat["artifact"]
    assert ["hosted-api"] * 2 == [each["platform"] for each in chat["serving"]]
    assert {"external_model": "gpt-4o"} == chat["tags"]
    (found,) = (each.found for each in report.models if each.found.name == "chat/gpt")
    assert [
        ("resources/endpoints.yml:22", "a spec has no place for `openai_config`"),
        ("resources/endpoints.yml:14", "a spec has no place for `ai_gateway`"),
    ] == [(each.source, each.why) for each in found.lost]
    assert b"abcdef" not in b"".join(texts(shop).values())


def test_every_value_says_where_it_stands(shop, tmp_path):
    report = imported(shop, whole(tmp_path / "b"))

    (found,) = (each.found for each in report.models if each.found.name == "dev.crm.churn")
    places = {key: each.source for key, each in found.facts.items()}
    assert "resources/models.yml:7" == places["description"]
    assert "databricks.yml:6" == places["owner"]
    assert "resources/endpoints.yml:7" == places["version"]
    assert "resources/models.yml:4" == places["tags.target.dev"]
    assert "databricks.yml:13" == places["tags.target.prod"]
    assert ["resources/models.yml:12"] == [each.source for each in report.lost]


@pytest.mark.parametrize(
    ("served", "version"),
    [
        ({"dev": "3", "prod": "3"}, ("3", Certainty.MAPPED)),
        ({"dev": "4", "prod": "3"}, ("3", Certainty.GUESSED)),
        ({"dev": "4", "test": "3"}, None),
        ({"dev": "${var.v}"}, ("${var.v}", Certainty.GUESSED)),
        ({}, None),
    ],
)
def test_the_version_is_what_all_or_production_serve(shop, tmp_path, served, version):
    targets = {
        name: {
            "mode": "production" if name == "prod" else "development",
            "resources": endpoint({"entity_name": "a.b.c", "entity_version": number}),
        }
        for name, number in served.items()
    }
    models = {"registered_models": {"c": {"name": "c", "catalog_name": "a", "schema_name": "b"}}}

    report = imported(shop, bundle(tmp_path / "b", one(models, targets=targets)))

    assert version == facts(report, "a.b.c").get("version")
    numbers = set(served.values())
    lost = [each.why for each in report.models[0].found.lost]
    others = len(numbers) - bool(version) if len(numbers) > 1 else 0
    assert others == sum("is served, as are others" in why for why in lost)


def test_the_alias_that_was_asked_for_says_the_version(shop, tmp_path):
    report = imported(shop, whole(tmp_path / "b"), alias="champion")
    assert ("3", Certainty.MAPPED) == facts(report, "dev.crm.churn")["version"]
    assert "version" not in facts(report, "system.ai.bge")


def test_variables_stay_the_text_that_they_are(shop, tmp_path):
    models = {"registered_models": {"c": {"name": "${var.name}-${bundle.target}", "owner": "${v}"}}}

    report = imported(shop, bundle(tmp_path / "b", one(models, variables={"name": {"default": 1}})))

    assert (
        "${var.name}-${bundle.target}"
        == specs(shop)["var-name-bundle-target"]["spec"]["origins"][0]["name"]
    )
    assert ("${v}", Certainty.GUESSED) == facts(report, "${var.name}-${bundle.target}")["owner"]
    assert any("variables in its name" in each.why for each in report.models[0].found.lost)
    assert [] == errors(shop)


@pytest.mark.parametrize("name", ["${resources.models.m.name}", "m", "${resources.models.m.id}"])
def test_an_entity_is_the_declared_model_that_it_names_or_refers_to(shop, tmp_path, name):
    resources = {"models": {"m": {"name": "m"}}}
    resources |= endpoint({"model_name": name, "model_version": 2}, name="live")

    report = imported(shop, bundle(tmp_path / "b", one(resources)))

    (each,) = report.models
    assert ("m", "2") == (each.found.name, each.found.facts["version"].value)
    assert ["live"] == [serving.name for serving in each.found.serving]


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ({"owner": "ana"}, ("ana", Certainty.MAPPED)),
        ({"tags": [{"key": "Team", "value": "crm"}]}, ("crm", Certainty.GUESSED)),
        ({"grants": [{"principal": "p", "privileges": ["MANAGE"]}]}, ("p", Certainty.GUESSED)),
        ({"grants": [{"principal": "p", "privileges": ["EXECUTE"]}]}, None),
        ({"permissions": [{"level": "CAN_READ", "group_name": "users"}]}, None),
        (
            {
                "permissions": [
                    {"level": "CAN_MANAGE", "user_name": "u"},
                    {"level": "CAN_MANAGE", "service_principal_name": "s"},
                ]
            },
            ("s", Certainty.GUESSED),
        ),
    ],
)
def test_the_owner_is_told_or_a_guess_from_who_may_manage(shop, tmp_path, said, owner):
    report = imported(shop, bundle(tmp_path / "b", one({"models": {"m": {"name": "m", **said}}})))

    assert owner == facts(report, "m").get("owner")


def test_files_are_included_as_the_tool_does_it_and_never_from_outside(shop, tmp_path):
    patterns = [
        *(
            "resources/*.yml",
            "deep/**/m.yml",
            "./one.yml",
            "gone.yml",
            "../out/*.yml",
            "/etc/*.yml",
        ),
        *("resources/../../out/a.yml", "C:/a.yml", "link.yml", "notes.txt", "none/*.yml"),
    ]
    model = "resources: {models: {%s: {name: %s}}}\n"
    folder = bundle(
        tmp_path / "b",
        one({}, include=patterns),
        resources__a_yml=model % ("a", "a"),
        deep__x__m_yml=model % ("x", "x"),
        deep__x__y__m_yml=model % ("y", "y"),
        one_yml=model % ("one", "one") + "include: [deep/x/y/*.yml]\n",
        unnamed_yml=model % ("unnamed", "unnamed"),
    )
    (folder / "notes.txt").write_text(model % ("notes", "notes"))
    bundle(tmp_path, out__a_yml=model % ("out", "out"))
    (tmp_path / "databricks.yml").unlink()
    (folder / "link.yml").symlink_to(tmp_path / "out" / "a.yml")

    report = imported(shop, folder)

    assert ["a", "one", "x"] == [each.found.name for each in report.models]
    why = "this leads out of the folder of the bundle: it is not read"
    assert [
        *[("databricks.yml:1", why)] * 4,
        ("link.yml", "it is a link out of the folder"),
        *[("databricks.yml:1", "there is no such file")] * 2,
    ] == [(each.source, each.why) for each in report.unread]


def test_what_can_not_be_read_is_told_and_the_rest_is_read(shop, tmp_path):
    text = one({"models": {"m": {"name": "m"}, "n": {"name": "m"}}}, include=["*.yml"])
    folder = bundle(tmp_path / "b", text, broken_yml="a: [\n", lists_yml="- a\n")
    (folder / "merge.yml").write_text("x: &x {a: b}\nresources:\n  <<: *x\n  models: 3\n")
    (folder / "latin.yml").write_bytes(b"a: caf\xe9\n")
    bundle(folder / "template", ROOT).joinpath("databricks.yml").rename(
        folder / "template" / "databricks.yml.tmpl"
    )
    bundle(folder / "other", "a: b\n")

    report = imported(shop, folder)

    assert ["m"] == [each.found.name for each in report.models]
    told = {each.source: each.why for each in report.unread}
    assert "byte 0xe9 is not UTF-8" == told["latin.yml:1"]
    assert "it is no mapping" == told["lists.yml:1"]
    assert "`<<` is not resolved here, so what it brings along is not known" == told["merge.yml:3"]
    assert "this is a template that was not rendered" == told["template/databricks.yml.tmpl"]
    assert "it has nothing that a bundle has" == told["other/databricks.yml:1"]
    assert "`m` is another model of the bundle, too" in told.values()
    assert any(place.startswith("broken.yml") for place in told)


@pytest.mark.parametrize(
    "resources",
    [
        None,
        [1],
        {"models": "x"},
        {"models": {"a": None, "b": 3, "c": [], "d": {"name": ["x"]}}},
        {"registered_models": {"a": {"aliases": [{"alias_name": "a"}, 3], "tags": {"a": 1}}}},
        {"model_serving_endpoints": {"e": {"config": [1]}, "f": 1}},
        endpoint(3, {}, {"entity_name": ""}, {"external_model": {}}),
        {"registered_models": {"é": {"name": "x" * 9000, "comment": "\u202e" * 9000}}},
    ],
)
def test_odd_resources_raise_nothing_and_what_is_written_is_valid(shop, tmp_path, resources):
    report = imported(shop, bundle(tmp_path / "b", one(resources)))

    assert len(report.models) == len(specs(shop))
    assert [] == errors(shop)


def test_an_endpoint_that_says_nothing_is_told(shop, tmp_path):
    resources = {"model_serving_endpoints": {"e": {"name": "e"}}} | {"models": {}}
    report = imported(shop, bundle(tmp_path / "b", one(resources)))
    assert ["it does not say what is served"] == [each.why for each in report.unread]


def test_too_many_targets_are_told_and_the_first_are_read(shop, tmp_path):
    targets = {f"t{number:03}": {} for number in range(60)}
    text = one({"models": {"m": {"name": "m"}}}, targets=targets)

    report = imported(shop, bundle(tmp_path / "b", text))

    assert 50 == len(report.models[0].found.tags)
    assert ["there are more than 50 targets: the rest is not read"] == [
        each.why for each in report.unread
    ]


def test_a_bundle_of_before_has_environments(shop, tmp_path):
    text = one({"models": {"m": {"name": "m"}}}, environments={"dev": {}})
    folder = bundle(tmp_path / "b", text)
    (folder / "databricks.yml").rename(folder / "bundle.yml")

    report = imported(shop, folder)

    assert {"target.dev": "m"} == report.models[0].found.tags


def test_bundles_of_one_repository_are_told_apart_by_their_folders(shop, tmp_path):
    for name in ("a", "b"):
        bundle(tmp_path / "all" / name, one({"models": {"m": {"name": "m"}}}))

    report = imported(shop, tmp_path / "all")

    assert ["a", "b"] == [each.found.location.rpartition("/")[2] for each in report.models]
    assert 2 == len({each.file for each in report.models})


def test_a_second_import_changes_no_byte_and_nothing_is_planned(shop, tmp_path):
    folder = whole(tmp_path / "b")
    planned = [each.address for each in plan(shop).operations]
    imported(shop, folder)
    before = texts(shop)

    again = imported(shop, folder)

    assert {Outcome.UNCHANGED} == {each.outcome for each in again.models}
    assert before == texts(shop)
    assert planned == [each.address for each in plan(shop).operations]


def test_one_file_is_enough_and_a_folder_without_a_bundle_is_told(shop, tmp_path):
    report = imported(shop, whole(tmp_path / "b") / "databricks.yml")
    assert 3 == len(report.models)

    (tmp_path / "empty").mkdir()
    for nowhere in (tmp_path / "empty", tmp_path / "gone"):
        with pytest.raises(UsageError, match="there is no"):
            imported(shop, nowhere)


def test_a_model_that_is_served_more_often_than_a_spec_can_tell_is_cut(shop, tmp_path):
    served = {
        f"e{number}": {"config": {"served_entities": [{"entity_name": "m"}]}}
        for number in range(4_000)
    }
    text = one({"models": {"m": {"name": "m"}}, "model_serving_endpoints": served})

    report = imported(shop, bundle(tmp_path / "b", text))

    (found,) = (each.found for each in report.models)
    assert 1_000 < len(found.serving) < 4_000
    assert any("the spec would be too large" in each.why for each in found.lost)
    assert [] == errors(shop)


def test_too_many_patterns_and_files_that_are_too_large_are_told(shop, tmp_path):
    patterns = [*(f"a{number:03}.yml" for number in range(150)), *("*.yml" for _ in range(100))]
    folder = bundle(tmp_path / "b", one({}, include=patterns))
    for number in range(4):
        (folder / f"a{number:03}.yml").write_text("a: " + "x" * 1_900_000 + "\n")

    report = imported(shop, folder)

    told = [each.why for each in report.unread]
    assert "only 200 of these are read" in told
    assert "the bundle has more than 4 MiB" in told
    assert 146 == told.count("there is no such file")
