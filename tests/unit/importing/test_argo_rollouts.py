"""What runs as a Rollout becomes specs, with what its pods say of a model; the rest is told."""

from __future__ import annotations

import json
import shutil

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.importing.dumps import dump, model, version, workspace

from mlspec.api.change import plan
from mlspec.api.check import validate
from mlspec.api.importing import ImportOptions, import_models
from mlspec.errors import UsageError
from mlspec.importing import Outcome
from mlspec.reporting.imports import render_import, render_import_json


@pytest.fixture
def shop(tmp_path):
    return workspace(tmp_path / "shop")


def container(name="main", image="r/churn:1", **fields):
    return {"name": name, "image": image, **fields}


def env(**values):
    return [{"name": name, "value": value} for name, value in values.items()]


def pods(*containers, **fields):
    return {"metadata": {"labels": {}}, "spec": {"containers": [*containers], **fields}}


def rollout(name="churn", namespace="prod", *, template=None, strategy=None, labels=(), **spec):
    """Return a Rollout as a cluster prints it."""
    metadata = {"name": name, "labels": dict(labels)}
    if namespace:
        metadata["namespace"] = namespace
    if strategy is not None:
        spec["strategy"] = strategy
    if "workloadRef" not in spec:
        spec["template"] = template or pods(container())
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": metadata,
        "spec": spec,
    }


def deployment(template, name="churn", namespace="prod", kind="Deployment", group="apps/v1"):
    body = {"template": template} if kind == "PodTemplate" else {"spec": {"template": template}}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": group, "kind": kind, "metadata": metadata, **body}


def analysis(name, *metrics, kind="AnalysisTemplate", templates=()):
    spec = {"metrics": [*metrics], "templates": [{"templateName": each} for each in templates]}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": spec,
    }


def source(folder, *found, file="live.yaml"):
    folder.mkdir(exist_ok=True)
    (folder / file).write_text(yaml.safe_dump_all(found, sort_keys=False))
    return folder


def imported(shop, where, system="argo-rollouts"):
    return import_models(ImportOptions(system, str(where)), shop)


def files(shop):
    found = (path for path in shop.rglob("*") if path.is_file())
    return {path.relative_to(shop).as_posix(): path.read_bytes() for path in found}


def spec_of(shop, name="prod-churn"):
    return yaml.safe_load((shop / "specs" / "imported" / f"{name}.yaml").read_text())["spec"]


def errors(shop):
    return [each for each in validate(directory=shop).diagnostics if each.severity == "error"]


def certain(report):
    (each,) = report.models
    return {field: fact.certainty.value for field, fact in each.found.facts.items()}


def lost(report):
    return [each.why for model in report.models for each in model.found.lost]


def test_a_rollout_is_written_with_what_its_pods_and_labels_say(shop, tmp_path):
    labels = {"team": "crm", "model": "churn", "model-version": "v3"}
    strategy = {"canary": {"steps": [{"setWeight": 20}, {"pause": {}}, {"pause": {"duration": 5}}]}}
    template = pods(container(env=env(MODEL_URI="s3://me:key@m/churn/3?sig=1")))
    found = rollout(template=template, strategy=strategy, labels=labels)

    report = imported(shop, source(tmp_path / "c", found))

    spec = spec_of(shop)
    assert ("crm", "v3") == (spec["owner"], spec["version"])
    assert {"uri": "s3://m/churn/3", "format": "unknown", "digest": "unknown"} == spec["artifact"]
    assert [
        {
            "id": "prod-churn",
            "platform": "argo-rollouts",
            "namespace": "prod",
            "name": "churn",
            "image": "r/churn:1",
        }
    ] == spec["serving"]
    assert {
        "model": "churn",
        "steps": "weight 20; pause until a person promotes; pause 5",
        "strategy": "canary",
    } == spec["tags"]
    assert certain(report) == {
        "artifact.uri": "guessed",
        "owner": "guessed",
        "serving.image": "mapped",
        "tags.model": "guessed",
        "tags.steps": "mapped",
        "tags.strategy": "mapped",
        "version": "guessed",
    }
    sources = {fact.source for fact in report.models[0].found.facts.values()}
    assert all(each.startswith("live.yaml:") for each in sources)
    assert [] == errors(shop)


def test_the_plan_after_an_import_has_nothing_to_do_for_it(shop, tmp_path):
    before = [each.address for each in plan(shop).operations]

    imported(shop, source(tmp_path / "c", rollout()))

    assert before == [each.address for each in plan(shop).operations]


def test_a_second_import_changes_no_byte(shop, tmp_path):
    folder = source(tmp_path / "c", rollout("b"), rollout("a", strategy={"blueGreen": {}}))
    first = imported(shop, folder)
    before = files(shop)

    again = imported(shop, folder)

    assert ["prod/a", "prod/b"] == [each.found.name for each in first.models]
    assert {Outcome.UNCHANGED} == {each.outcome for each in again.models}
    assert before == files(shop)


def test_a_dump_of_kubectl_is_read_and_its_places_name_the_file(shop, tmp_path):
    items = [rollout("a"), rollout("b", status={})]
    dumped = tmp_path / "live.json"
    dumped.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1))

    report = imported(shop, dumped)

    assert ["prod/a", "prod/b"] == [each.found.name for each in report.models]
    lines = dumped.read_text().splitlines()
    starts = [number for number, line in enumerate(lines, 1) if line == "  {"]
    assert [f"live.json:{number}" for number in starts] == [
        each.found.facts["origins.name"].source for each in report.models
    ]


@pytest.mark.parametrize(
    ("kind", "group"),
    [("Deployment", "apps/v1"), ("ReplicaSet", "apps/v1"), ("PodTemplate", "v1")],
)
def test_pods_may_stand_in_what_the_rollout_refers_to(shop, tmp_path, kind, group):
    template = pods(container(env=env(STORAGE_URI="gs://m/c")))
    template["metadata"]["labels"] = {"owner": "crm"}
    reference = {"apiVersion": group, "kind": kind, "name": "churn"}
    other = deployment(pods(container(image="wrong")), namespace="staging", kind=kind, group=group)

    report = imported(
        shop,
        source(
            tmp_path / "c",
            rollout(workloadRef=reference),
            other,
            deployment(template, kind=kind, group=group),
        ),
    )

    spec = spec_of(shop)
    assert ("gs://m/c", "crm") == (spec["artifact"]["uri"], spec["owner"])
    assert "r/churn:1" == spec["serving"][0]["image"]
    assert [] == lost(report)


def test_pods_that_are_not_there_are_unknown_and_told(shop, tmp_path):
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "away"}

    report = imported(shop, source(tmp_path / "c", rollout(workloadRef=reference)))

    assert "unknown" == spec_of(shop)["serving"][0]["image"]
    (each,) = report.models
    assert [("live.yaml:9", "the Deployment `away` is not there, so its pods are not known")] == [
        (told.source, told.why) for told in each.found.lost
    ]


@pytest.mark.parametrize(
    ("fields", "uri"),
    [
        ({"env": env(STORAGE_URI="s3://m/a")}, "s3://m/a"),
        ({"env": env(MLFLOW_MODEL_URI="models:/churn/3")}, "models:/churn/3"),
        ({"env": env(AIP_STORAGE_URI="gs://m/a")}, "gs://m/a"),
        ({"env": env(MODEL_S3_PATH="s3://m/a")}, "s3://m/a"),
        ({"env": env(MODEL_PATH="/mnt/models")}, "unknown"),
        ({"env": env(MLFLOW_TRACKING_URI="https://mlflow.example.org")}, "unknown"),
        ({"env": env(MODEL_REGISTRY_URI="https://mlflow.example.org")}, "unknown"),
        ({"env": [{"name": "MODEL_URI", "valueFrom": {"secretKeyRef": {}}}]}, "unknown"),
        ({"env": env(MODEL_URI="s3://${BUCKET}/a")}, "unknown"),
        ({"args": ["--model-repository=s3://m/a"]}, "s3://m/a"),
        ({"args": ["--model_base_path", "gs://m/a"]}, "gs://m/a"),
        ({"command": ["serve", "--model"]}, "unknown"),
        ({"args": ["--model", "org/name"]}, "unknown"),
        ({"image": "kserve/storage-initializer:1", "args": ["s3://m/a", "/mnt"]}, "s3://m/a"),
        ({"args": ["s3://m/a", "/mnt"]}, "unknown"),
        ({"env": "MODEL_URI=s3://m/a", "args": "--model=s3://m/a"}, "unknown"),
        ({"env": [7, {"name": ["MODEL_URI"]}, {"name": "MODEL_URI", "value": {}}]}, "unknown"),
    ],
)
def test_addresses_of_bytes_are_found_where_they_are_usually_told(shop, tmp_path, fields, uri):
    imported(shop, source(tmp_path / "c", rollout(template=pods(container(**fields)))))

    assert uri == spec_of(shop)["artifact"]["uri"]
    assert [] == errors(shop)


def test_where_two_addresses_are_named_neither_is_taken(shop, tmp_path):
    named = container(env=env(MODEL_URI="s3://m/a", STORAGE_URI="s3://m/b"))

    report = imported(shop, source(tmp_path / "c", rollout(template=pods(named))))

    assert "unknown" == spec_of(shop)["artifact"]["uri"]
    assert ["which of these is the model nobody says: `s3://m/a`, `s3://m/b`"] == lost(report)


@pytest.mark.parametrize(
    ("containers", "image"),
    [
        ([container("proxy", "p"), container("x", "m", env=env(MODEL_URI="s3://m/a"))], "m"),
        ([container("proxy", "p"), container("churn", "m")], "m"),
        ([container("proxy", "p"), container("server", "m")], "m"),
        ([container("one", "m"), container("two", "p")], "m"),
    ],
)
def test_which_of_several_containers_serves_is_a_guess(shop, tmp_path, containers, image):
    report = imported(shop, source(tmp_path / "c", rollout(template=pods(*containers))))

    assert image == spec_of(shop)["serving"][0]["image"]
    assert "guessed" == certain(report)["serving.image"]
    (told,) = lost(report)
    assert "is taken for the container that serves; beside it: `" in told


def test_that_a_model_serves_is_a_guess_unless_something_names_one(shop, tmp_path):
    named = rollout("named", template=pods(container(env=env(MODEL_URI="s3://m/a"))))
    told = rollout("told", labels={"mlspec.dev/model": "churn"})

    report = imported(shop, source(tmp_path / "c", named, rollout("page"), told))

    assert ["prod/page"] == [
        each.found.name for each in report.models if "origins.name" in each.found.facts
    ]
    assert "1 value guessed" not in render_import(report, colour=False)  # with that of `named`


@pytest.mark.parametrize(
    ("strategy", "tags"),
    [
        ({"blueGreen": {"autoPromotionEnabled": False}}, "a person promotes"),
        ({"blueGreen": {"autoPromotionSeconds": 30}}, "promoted after 30 s"),
        ({"blueGreen": None}, "promoted once it is ready"),
        (
            {"canary": {"steps": [{"setCanaryScale": {}}, {}, 7]}},
            "setCanaryScale; nothing; nothing",
        ),
        ({"canary": {"steps": [{"analysis": {"templates": [{"templateName": "a"}, 7]}}]}}, None),
        ({"canary": {"steps": 7}}, ""),
        ({"canary": None}, ""),
        ({}, ""),
        (7, ""),
    ],
)
def test_how_traffic_moves_is_kept_in_words(shop, tmp_path, strategy, tags):
    imported(shop, source(tmp_path / "c", rollout(strategy=strategy)))

    expected = "analysis a," if tags is None else tags
    assert expected == spec_of(shop).get("tags", {}).get("steps", "").strip()
    assert [] == errors(shop)


def test_what_judges_a_rollout_is_told_with_its_place(shop, tmp_path):
    strategy = {
        "canary": {
            "analysis": {"templates": [{"templateName": "errors"}]},
            "steps": [
                {"analysis": {"templates": [{"templateName": "all", "clusterScope": True}]}},
                {"experiment": {"analyses": [{"templateName": "away"}]}},
            ],
        }
    }
    judged = analysis("errors", {"name": "rate", "successCondition": "result[0]\n < 0.05"})
    inner = analysis(
        "all",
        {"name": "slow", "failureCondition": "result > 1"},
        kind="ClusterAnalysisTemplate",
        templates=["errors", "all"],
    )

    report = imported(shop, source(tmp_path / "c", rollout(strategy=strategy), judged, inner))

    (each,) = report.models
    told = {found.why: found.source for found in each.found.lost}
    no_gates = ": an observed model has no gates"
    assert [
        f"the analysis `errors` checks `rate`, which is good where `result[0] < 0.05`{no_gates}",
        f"the analysis `all` checks `slow`, which is bad where `result > 1`{no_gates}",
        "the AnalysisTemplate `all` is not there, so what it checks is not known",
        "the AnalysisTemplate `away` is not there, so what it checks is not known",
    ] == list(told)
    lines = (tmp_path / "c" / "live.yaml").read_text().splitlines()
    places = [lines[int(place.rpartition(":")[2]) - 1].strip() for place in told.values()]
    assert ["- name: rate", "- name: slow", "- templateName: all", "- templateName: away"] == places


def test_analyses_that_are_made_of_each_other_are_told_once(shop, tmp_path):
    templates = [{"templateName": each} for each in ("a", "b", "a")]
    both = [analysis(name, {"name": name}, templates=["a", "b"]) for name in ("a", "b")]

    report = imported(
        shop,
        source(
            tmp_path / "c",
            rollout(strategy={"blueGreen": {"prePromotionAnalysis": {"templates": templates}}}),
            *both,
        ),
    )

    assert [
        f"the analysis `{name}` checks `{name}`: an observed model has no gates" for name in "ab"
    ] == lost(report)


def test_a_rollout_under_way_is_told(shop, tmp_path):
    moving = rollout() | {"status": {"stableRS": "a1", "currentPodHash": "b2"}}
    resting = rollout("rest") | {"status": {"stableRS": "a1", "currentPodHash": "a1"}}

    report = imported(shop, source(tmp_path / "c", moving, resting))

    assert ["a rollout is under way or was aborted: the image is the one that was to come"] == lost(
        report
    )


def test_what_mlspec_wrote_is_no_model_of_others(shop, tmp_path):
    labels = {"app.kubernetes.io/managed-by": "mlspec", "mlspec.dev/model": "churn"}

    report = imported(shop, source(tmp_path / "c", rollout(labels=labels)))

    assert [] == report.models
    assert [("live.yaml:1", "`prod/churn` was written by mlspec for its model `churn`")] == [
        (each.source, each.why) for each in report.lost
    ]
    assert "has no place in a spec of a model (1):" in render_import(report, colour=False)
    assert [each.why for each in report.lost] == [
        each["why"] for each in json.loads(render_import_json(report))["lost"]
    ]


def test_templates_are_told_and_not_guessed(shop, tmp_path):
    folder = source(tmp_path / "c", rollout("{{ .Values.name }}"), rollout("copy"), rollout("copy"))
    (folder / "Chart.yaml").write_text("name: x\nversion: 1\n")
    (folder / "templates").mkdir()
    text = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata:\n  name: {{ x }}\n"
    (folder / "templates" / "rollout.yaml").write_text(text)
    source(folder, rollout("ok", template=pods(container(image="{{ .image }}"))), file="z.yaml")

    report = imported(shop, folder)

    assert ["prod/copy", "prod/ok"] == [each.found.name for each in report.models]
    assert ["live.yaml:1", "live.yaml:31", "templates/rollout.yaml:1"] == sorted(
        each.source for each in report.unread
    )
    assert "unknown" == spec_of(shop, "prod-ok")["serving"][0]["image"]
    assert ["the image `{{ .image }}` is a template"] == lost(report)


def test_a_rollout_is_joined_to_the_model_of_a_registry_that_has_its_bytes(shop, tmp_path):
    churn = model("Churn", aliases={"champion": "3"})
    registry = dump(tmp_path / "d", [churn], [version("Churn", "3", source="s3a://m//a/")])
    imported(shop, registry, "mlflow")
    template = pods(container(env=env(MODEL_URI="s3://m/a")))

    report = imported(shop, source(tmp_path / "c", rollout(template=template)))

    assert [("observed-model/churn", Outcome.JOINED)] == [
        (each.address, each.outcome) for each in report.models
    ]
    assert ["argo-rollouts"] == [each["platform"] for each in spec_of(shop, "churn")["serving"]]
    assert [] == errors(shop)


def test_a_source_that_is_not_there_is_told(shop, tmp_path):
    with pytest.raises(UsageError, match="there is no"):
        imported(shop, tmp_path / "nowhere")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.text(max_size=8)
    | st.sampled_from(["{{ x }}", "s3://m/a", "\u202e", "a: b", "null"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.text(max_size=12) | st.sampled_from(["churn", "Churn", "a" * 253, "../x"])
CONTAINERS = st.lists(
    st.builds(container, NAMES, JSON, env=st.lists(JSON, max_size=2) | JSON, args=JSON) | JSON,
    max_size=3,
)
STRATEGIES = (
    JSON
    | st.fixed_dictionaries({"canary": JSON})
    | st.fixed_dictionaries(
        {"canary": st.fixed_dictionaries({"steps": st.lists(JSON), "analysis": JSON})}
    )
    | st.fixed_dictionaries({"blueGreen": JSON})
)
ROLLOUTS = st.builds(
    lambda name, namespace, labels, containers, strategy, status: (
        rollout(
            name,
            namespace,
            labels=labels,
            template={"metadata": {"labels": labels}, "spec": {"containers": containers}},
            strategy=strategy,
        )
        | {"status": status}
    ),
    NAMES,
    NAMES,
    st.dictionaries(st.sampled_from(["team", "model", "version"]) | st.text(max_size=5), JSON),
    CONTAINERS | JSON,
    STRATEGIES,
    JSON,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ROLLOUTS | JSON, min_size=1, max_size=4))
def test_any_rollouts_become_sound_specs_that_a_second_import_leaves_alone(tmp_path, found):
    shutil.rmtree(tmp_path / "any", ignore_errors=True)
    shop = workspace(tmp_path / "any" / "shop")
    where = tmp_path / "any" / "live.json"
    where.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": found}))

    report = imported(shop, where)

    assert [] == errors(shop)
    before = files(shop)
    again = imported(shop, where)
    assert before == files(shop)
    assert {Outcome.UNCHANGED} >= {each.outcome for each in again.models}
    assert len(report.models) == len({each.address for each in report.models})


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_told(tmp_path, content):
    where = tmp_path / "x.yaml"
    where.write_bytes(b"apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n" + content)

    from mlspec.importing import FoundModel, Lost, Request, Unread, find_importer

    for each in find_importer("argo-rollouts").read(Request(str(where))):
        assert isinstance(each, FoundModel | Lost | Unread)
