"""What a cluster serves becomes specs, or is joined to what a registry knows of the same bytes."""

from __future__ import annotations

import pytest
from tests.unit.importing.dumps import dump, model, version, workspace

from mlspec.api.check import validate
from mlspec.api.importing import ImportOptions, import_models
from mlspec.errors import UsageError
from mlspec.importing import Outcome

SERVICE = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: %s, namespace: %s, labels: {team: crm}}
spec:
  predictor:
"""
STORAGE = """\
    model:
      modelFormat: {name: onnx}
      storage: {key: minio, path: churn/1, parameters: {bucket: models}}
"""
CONTAINERS = """\
    containers:
      - image: r/churn:1
        env: [{name: STORAGE_URI, value: s3://m/c}]
"""
FORMS = {
    "model": (
        "    model: {modelFormat: {name: sklearn}, storageUri: s3://m/a}\n",
        ("s3://m/a", "sklearn", "unknown"),
    ),
    "legacy": ("    xgboost: {storageUri: gs://m/b}\n", ("gs://m/b", "xgboost", "unknown")),
    "storage": (STORAGE, ("minio:models/churn/1", "onnx", "unknown")),
    "containers": (CONTAINERS, ("s3://m/c", "unknown", "r/churn:1")),
    "secret": (
        "    model: {modelFormat: {name: onnx}, storageUri: 'https://me:key@h/c?sig=1'}\n",
        ("https://h/c", "onnx", "unknown"),
    ),
    "empty": ("    {}\n", ("unknown", "unknown", "unknown")),
    "null": ("", ("unknown", "unknown", "unknown")),
    "list": ("    [1, 2]\n", ("unknown", "unknown", "unknown")),
}


@pytest.fixture
def shop(tmp_path):
    return workspace(tmp_path / "shop")


def manifests(folder, *texts):
    folder.mkdir(exist_ok=True)
    (folder / "live.yaml").write_text("---\n".join(texts))
    return folder


def service(predictor, name="churn", namespace="prod"):
    return SERVICE % (name, namespace) + predictor


def imported(shop, source, system="kserve", **options):
    return import_models(ImportOptions(system, str(source), **options), shop)


def texts(shop):
    return {path.name: path.read_text() for path in (shop / "specs" / "imported").glob("*.yaml")}


def errors(shop):
    return [each for each in validate(directory=shop).diagnostics if each.severity == "error"]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_predictor_is_read(shop, tmp_path, form):
    predictor, (uri, kind, image) = FORMS[form]

    report = imported(shop, manifests(tmp_path / "c", service(predictor)))

    assert [] == report.unread
    (text,) = texts(shop).values()
    assert f"    uri: {uri}\n    format: {kind}\n" in text.replace('"', "")
    assert f"      image: {image}\n" in text
    assert "  owner: crm\n" in text
    assert "me:key" not in text
    assert [] == errors(shop)


def test_old_groups_and_models_of_language_are_read_and_others_are_not(shop, tmp_path):
    old = service("", "old").replace("serving.kserve.io/v1beta1", "serving.kubeflow.org/v1alpha2")
    old = old.replace(
        "  predictor:\n", "  default: {predictor: {sklearn: {storageUri: s3://m/o}}}\n"
    )
    llm = (
        "apiVersion: serving.kserve.io/v1alpha1\nkind: LLMInferenceService\n"
        "metadata: {name: chat}\nspec: {model: {uri: 'hf://org/chat', name: chat}}\n"
    )
    other = service("", "no").replace("serving.kserve.io", "example.org")

    report = imported(shop, manifests(tmp_path / "c", old, llm, other))

    uris = {each.address: each.found.facts["artifact.uri"].value for each in report.models}
    assert uris == {
        "observed-model/default-chat": "hf://org/chat",
        "observed-model/prod-old": "s3://m/o",
    }


def test_what_can_not_be_read_is_told_and_the_rest_is_read(shop, tmp_path):
    folder = manifests(tmp_path / "c", service(FORMS["model"][0]))
    (folder / "template.yaml").write_text("image: {user}/x: [\n")
    (folder / "again.yaml").write_text(service(FORMS["legacy"][0]))

    report = imported(shop, folder)

    assert 1 == len(report.models)
    assert ["live.yaml:1", "template.yaml:1"] == sorted(each.source for each in report.unread)


def test_a_service_is_joined_to_the_model_of_a_registry_that_has_its_bytes(shop, tmp_path):
    churn = model("Churn", aliases={"champion": "3"})
    source = dump(tmp_path / "d", [churn], [version("Churn", "3", source="s3a://m//a/")])
    imported(shop, source, "mlflow")
    file = shop / "specs" / "imported" / "churn.yaml"
    file.write_text(file.read_text().replace("  licence: unknown", "  # ask\n  licence: mine"))
    live = manifests(
        tmp_path / "c",
        service(FORMS["model"][0]),
        service(FORMS["model"][0], namespace="staging"),
    )

    report = imported(shop, live)

    assert [("observed-model/churn", Outcome.JOINED)] * 2 == [
        (each.address, each.outcome) for each in report.models
    ]
    text = file.read_text()
    for line in (
        "  # ask\n  licence: mine\n",
        "    - id: kserve-prod-churn\n",
        "      name: staging/churn\n",
        "    - id: prod-churn\n      platform: kserve\n",
    ):
        assert line in text
    assert [] == errors(shop)
    for system, where in (("kserve", live), ("mlflow", source)):
        again = imported(shop, where, system)
        assert {Outcome.UNCHANGED} == {each.outcome for each in again.models}
        assert text == file.read_text()


def test_a_like_name_is_a_suggestion_and_never_enough(shop, tmp_path):
    imported(shop, dump(tmp_path / "d", [model("churn")]), "mlflow")

    report = imported(shop, manifests(tmp_path / "c", service(FORMS["model"][0])))

    (each,) = report.models
    assert ("observed-model/prod-churn", Outcome.ADDED) == (each.address, each.outcome)
    assert "observed-model/churn" == each.suggestion


def test_bytes_that_two_models_claim_join_nothing(shop, tmp_path):
    models = [model(name, aliases={"prod": "1"}) for name in ("a", "b")]
    versions = [version(name, "1", source="s3://m/a") for name in ("a", "b")]
    imported(shop, dump(tmp_path / "d", models, versions), "mlflow")

    report = imported(shop, manifests(tmp_path / "c", service(FORMS["model"][0])))

    assert [Outcome.ADDED] == [each.outcome for each in report.models]


def test_a_folder_that_is_not_there_is_told(shop, tmp_path):
    with pytest.raises(UsageError, match="there is no"):
        imported(shop, tmp_path / "nowhere")
