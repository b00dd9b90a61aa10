"""An inventory as a compliance reviewer takes it: of a shop, and of the county."""

from __future__ import annotations

import csv
import io
import shutil

import pytest
from tests.e2e import commands
from tests.unit.importing import dumps

DAY = ("--as-of", "2026-11-22")
FOREIGN = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: fraud, namespace: shop, labels: {team: crm}}
spec: {predictor: {model: {modelFormat: {name: onnx}, storageUri: 's3a://models//fraud/'}}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: fraud-predictor
  namespace: shop
  creationTimestamp: "2026-11-20T10:00:00Z"
  labels: {serving.kserve.io/inferenceservice: fraud}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web, namespace: shop}
spec: {template: {spec: {containers: [{name: web, image: r/web}]}}}
---
apiVersion: v1
kind: {broken
"""
BINDING = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: house, owner: growth}
spec: {pack: house, version: 2026.11.0, source: {folder: house}}
"""


@pytest.fixture(scope="module")
def applied(forks, tmp_path_factory):
    """A shop whose model is applied to staging, and what the cluster there runs then."""
    folder = tmp_path_factory.mktemp("inventory")
    root = folder / "shop"
    forks.run("init", "shop", cwd=folder).expect(0)
    forks.run("plan", "--env", "staging", "--out", "plan.json", cwd=root).expect(0)
    forks.run("apply", "plan.json", cwd=root).expect(0)
    compiled = ("compile", "--env", "staging", "--target", "kubernetes")
    forks.run(*compiled, "--out", folder / "out", cwd=root).expect(0)
    live = shutil.copytree(folder / "out" / "kubernetes", folder / "live")
    (live / "foreign.yaml").write_text(FOREIGN)
    return root, live


@pytest.fixture
def live(applied, tmp_path):
    return shutil.copytree(applied[1], tmp_path / "live")


@pytest.fixture
def shop(applied, tmp_path):
    return shutil.copytree(applied[0], tmp_path / "shop")


def take(mlspec, root, *arguments):
    """Return the inventory by address or name, and all of it."""
    found = mlspec("inventory", *DAY, "--format", "json", *arguments, cwd=root).expect(0).json
    return {each["address"] or each["name"]: each for each in found["models"]}, found


def standings(rows):
    return {name: each["standing"] for name, each in rows.items()}


def test_what_is_documented_and_what_runs_is_one_list(mlspec, shop, live):
    rows, found = take(mlspec, shop, "--live", live)

    assert {"model/churn": "live", "shop/fraud": "live"} == standings(rows)
    churn, fraud = rows["model/churn"], rows["shop/fraud"]
    assert [{"env": "staging", "versions": ["v1"]}] == churn["environments"]
    assert ("growth", "team") == (churn["owner"]["name"], churn["owner"]["source"])
    assert churn["owner"]["members"]
    assert [("prod", 1, "missing"), ("staging", 1, "missing")] == [
        (each["env"], each["declared"], each["evidence"]) for each in churn["gates"]
    ]
    assert ["live-undocumented", "tier-unknown"] == fraud["classes"]
    assert ["shop/fraud", "shop/deployment/fraud-predictor"] == [
        each["name"] for each in fraud["whereLive"]
    ]
    (dump,) = [each for each in found["sources"] if each["isDump"]]
    assert ("2026-11-20T10:00:00Z", 1) == (dump["newest"], len(dump["unread"]))
    passed_by = " ".join(dump["remarks"])
    assert "1 workload without a model's label was passed by" in passed_by
    assert "1 Rollout that names no model was passed by" in passed_by


def test_nobody_is_dead_until_somebody_looks(mlspec, shop, live):
    rows, found = take(mlspec, shop)
    assert {"model/churn": "not-looked"} == standings(rows)
    assert {"clusters", "registries of models"} == {
        each["name"] for each in found["sources"] if not each["wasRead"]
    }

    (live / "churn.yaml").unlink()
    rows, _ = take(mlspec, shop, "--live", live)
    assert ("not-looked", []) == (  # it was in another namespace than all of the dump
        rows["model/churn"]["standing"],
        rows["model/churn"]["lookedAt"],
    )
    (live / "other.yaml").write_text(FOREIGN.partition("---")[0].replace("shop", "elsewhere"))
    rows, found = take(mlspec, shop, "--live", live)
    assert ("dead", 1) == (rows["model/churn"]["standing"], found["counts"]["documented-dead"])
    rows, _ = take(mlspec, shop, "--live", live, "--system", "kserve")
    assert "not-looked" == rows["model/churn"]["standing"]  # it is no Deployment that was read


def test_an_environment_knows_only_its_own(mlspec, shop, live):
    rows, found = take(mlspec, shop, "--env", "prod", "--live", live)

    assert {"model/churn": "not-applied", "shop/fraud": "live"} == standings(rows)
    assert ["registry of prod"] == [
        each["name"] for each in found["sources"] if each["system"] == "mlspec"
    ]
    remarks = [remark for each in found["sources"] for remark in each["remarks"]]
    assert "1 object of another environment was passed by" in remarks


def test_a_model_that_was_taken_away_is_known_to_the_registry(mlspec, shop, live):
    commands.edit(shop / "specs" / "churn.yaml", "name: churn\n", "name: another\n")
    commands.edit(shop / "mlspec.yaml", "name: churn\n", "name: another\n")
    rows, _ = take(mlspec, shop, "--live", live)

    assert "not-applied" == rows["model/another"]["standing"]
    churn = rows["model/churn"]
    assert ("live", None, None) == (churn["standing"], churn["file"], churn["findings"])
    assert ["live-undocumented", "managed"] == churn["classes"]
    assert ("growth", "label") == (churn["owner"]["name"], churn["owner"]["source"])


def test_an_import_and_an_inventory_agree(mlspec, shop, live):
    mlspec("import", "kserve", live, cwd=shop).expect(0)
    rows, found = take(mlspec, shop, "--live", live)

    (name,) = {*rows} - {"model/churn"}
    assert ("live", ["tier-unknown", "observed"]) == (rows[name]["standing"], rows[name]["classes"])
    assert 0 == found["counts"]["live-undocumented"]
    (live / "foreign.yaml").write_text(FOREIGN.replace("fraud", "another"))
    rows, _ = take(mlspec, shop, "--live", live)
    assert ("dead", "live") == (rows[name]["standing"], rows["shop/another"]["standing"])


@pytest.mark.parametrize(
    ("backend", "target", "systems"),
    [("kserve", "kserve", {"kserve"}), ("rollouts", "argo-rollouts", {"argo-rollouts"})],
)
def test_what_mlspec_compiled_is_known_by_its_labels(
    mlspec, shop, tmp_path, backend, target, systems
):
    edit = ("  registry:\n", f"  targets: {{backend: {backend}}}\n  registry:\n")
    commands.edit(shop / "mlspec.yaml", *edit)
    out = ("--out", tmp_path / "out")
    mlspec("compile", "--env", "staging", "--target", target, *out, cwd=shop).expect(0)
    rows, _ = take(mlspec, shop, "--live", tmp_path / "out")

    assert {"model/churn": "live"} == standings(rows)
    churn = rows["model/churn"]
    assert systems == {each["system"] for each in churn["whereLive"]}
    assert [{"env": "staging", "versions": ["v1"]}] == churn["environments"]
    (tmp_path / "none").mkdir()
    rows, _ = take(mlspec, shop, "--live", tmp_path / "none", "--system", target)
    assert "dead" == rows["model/churn"]["standing"]


def test_recorded_answers_of_mlflow_are_a_live_source(mlspec, shop, tmp_path):
    models = [
        dumps.model("churn", aliases={"prod": "2"}),
        dumps.model("Old Thing", tags={"owner": "@ana", "tier": "high"}),
    ]
    folder = dumps.dump(tmp_path / "mlflow", models, [dumps.version("churn", "2")])
    rows, found = take(mlspec, shop, "--live", folder)

    (churn,) = rows["model/churn"]["whereLive"]
    assert (["prod -> 2"], True) == (churn["aliases"], churn["isLive"])
    assert [("prod", ["mlflow:2"]), ("staging", ["v1"])] == [
        (each["env"], each["versions"]) for each in rows["model/churn"]["environments"]
    ]
    assert ("present", ["live-undocumented"]) == (
        rows["Old Thing"]["standing"],
        rows["Old Thing"]["classes"],
    )
    assert ["mlflow"] == [each["system"] for each in found["sources"] if each["isDump"]]


@pytest.mark.parametrize("place", [".github/", "", "docs/"])
def test_codeowners_answer_for_what_nobody_owns(mlspec, shop, live, place):
    mlspec("import", "kserve", live, cwd=shop).expect(0)
    (file,) = (shop / "specs" / "imported").iterdir()
    file.write_text(file.read_text().replace("owner: crm", "owner: unknown"))
    (shop / place).mkdir(exist_ok=True)
    (shop / place / "CODEOWNERS").write_text("* @all\nspecs/imported/ @crm @ml\n")

    rows, found = take(mlspec, shop, "--offline")

    owner = rows[f"observed-model/{file.stem}"]["owner"]
    assert {"name": "@crm @ml", "source": "codeowners", "members": []} == owner
    assert ["@all"] == rows["model/churn"]["codeOwners"]
    assert f"{place}CODEOWNERS" == found["codeOwnersFile"]
    assert {"`--offline`"} == {e["whyNot"] for e in found["sources"] if e["system"] == "mlspec"}


def test_ci_fails_on_the_classes_that_it_names(mlspec, shop, live):
    for words, code in [
        ("live-undocumented", 3),
        ("hosted-api", 0),
        ("hosted-api unowned managed", 3),
        ("documented-dead", 0),
    ]:
        flags = [word for each in words.split() for word in ("--fail-on", each)]
        shown = ("--class", "hosted-api")  # what is shown does not change what fails
        done = mlspec("inventory", *shown, "--live", live, *flags, cwd=shop).expect(code)
        assert "0 shown" in done.out


@pytest.mark.parametrize("name", ["live-undocumented", "documented-dead"])
def test_ci_can_not_pass_because_nobody_looked(mlspec, shop, name):
    mlspec("inventory", "--fail-on", name, cwd=shop).refused(64, name, "--live")
    (shop / "none").mkdir()
    empty = ("inventory", "--live", "none", "--fail-on", name)
    mlspec(*empty, cwd=shop).refused(64, name, "--system")
    mlspec(*empty, "--system", "kserve", cwd=shop).expect(0)


def test_another_day_is_another_judgement(mlspec, shop):
    edit = ("  rolloutPolicy:", "  review: {last: 2026-11-01, everyDays: 30}\n  rolloutPolicy:")
    commands.edit(shop / "specs" / "churn.yaml", *edit)
    flags = ("--class", "review-overdue")

    assert {} == take(mlspec, shop, "--as-of", "2026-12-01", *flags)[0]
    rows, found = take(mlspec, shop, "--as-of", "2026-12-02", *flags)
    expected = {"last": "2026-11-01", "next": "2026-12-01", "isNever": False}
    assert (expected, "2026-12-02") == (rows["model/churn"]["review"], found["asOf"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--live", "nowhere.yaml"), ["nowhere.yaml"]),
        (("--system", "kserv"), ["kserv", "did you mean `kserve`"]),
        (("--as-of", "tomorrow"), ["tomorrow"]),
        (("--env", "nowhere"), ["nowhere"]),
        (("--class", "dead"), []),
    ],
)
def test_words_that_do_not_fit_are_refused(mlspec, shop, arguments, words):
    done = mlspec("inventory", *arguments, cwd=shop).expect(64)

    assert all(word in done.err for word in words)


def test_the_same_files_and_day_give_the_same_bytes_in_every_order(mlspec, shop, live):
    files = sorted(live.iterdir())
    orders = [
        [word for each in order for word in ("--live", each)] for order in (files, files[::-1])
    ]
    for form in ("text", "csv", "json", "html"):
        flags = ("inventory", *DAY, "--format", form, *orders[0])
        first = mlspec(*flags, cwd=shop).expect(0).out
        written = mlspec(*flags, "--out", "found", cwd=shop).expect(0)
        assert (first, "", "written found\n") == (
            (shop / "found").read_text(),
            written.out,
            written.err,
        )
    told = [take(mlspec, shop, *order)[1]["models"] for order in orders]
    assert [{**each, "lookedAt": sorted(each["lookedAt"])} for each in told[1]] == told[0]


def test_a_spreadsheet_computes_nothing(mlspec, shop, tmp_path):
    name = "=cmd|' /C calc'!A1"
    folder = dumps.dump(tmp_path / "mlflow", [dumps.model(name, tags={"owner": "@SUM(1)"})])
    out = mlspec("inventory", "--live", folder, "--format", "csv", cwd=shop).expect(0).out

    (line,) = [each for each in csv.DictReader(io.StringIO(out)) if name in each["name"]]
    assert (f"'{name}", "'@SUM(1)") == (line["name"], line["owner"])


def test_specs_with_errors_are_told_and_the_rest_is_listed(mlspec, shop):
    commands.edit(shop / "specs" / "churn.yaml", "tier: minimal", "tier: low")
    (shop / "specs" / "cut.yaml").write_text("apiVersion: mlspec.dev/v1\nkind: {broken\n")
    rows, found = take(mlspec, shop)

    assert ["managed", "unreadable"] == rows["model/churn"]["classes"]
    assert 1 == found["counts"]["unreadable"]
    assert ["specs/churn.yaml", "specs/cut.yaml"] == [
        each["name"] for each in found["sources"] if each["system"] == "specs"
    ]
    assert "specs/cut.yaml: it has 1 error" in mlspec("inventory", cwd=shop).expect(0).out


def test_a_file_that_is_cut_off_is_told_though_nobody_knows_of_what_kind_it_is(mlspec, shop):
    (shop / "specs" / "cut.yaml").write_text("apiVersion: mlspec.dev/v1\nkind: {broken\n")

    told = mlspec("inventory", "--fail-on", "unowned", cwd=shop).expect(4).out
    assert "specs/cut.yaml: it has 1 error" in told


def test_a_broken_pack_is_no_spec_that_could_not_be_read(mlspec, shop):
    (shop / "house").mkdir()
    (shop / "house" / "pack.yaml").write_text("kind: PolicyPack\n")
    (shop / "specs" / "policy.yaml").write_text(BINDING)
    assert 0 == take(mlspec, shop)[1]["counts"]["unreadable"]
    commands.edit(shop / "specs" / "churn.yaml", "tier: minimal", "tier: low")

    assert ["specs/churn.yaml"] == [
        each["name"] for each in take(mlspec, shop)[1]["sources"] if each["system"] == "specs"
    ]


def test_nothing_passes_because_a_spec_can_not_be_read(mlspec, shop):
    flags = ("inventory", "--fail-on", "unowned")
    mlspec(*flags, cwd=shop).expect(0)
    commands.edit(shop / "specs" / "churn.yaml", "tier: minimal", "tier: low")

    mlspec(*flags, cwd=shop).expect(4)
    mlspec("inventory", "--fail-on", "unreadable", cwd=shop).expect(3)


def test_without_a_workspace_that_can_be_read_there_is_no_inventory(mlspec, shop):
    commands.edit(shop / "mlspec.yaml", "backend: embedded", "backend: [1]")

    mlspec("inventory", cwd=shop).refused(4, "backend")


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.csv", '"record",'), ("a.json", "{"), ("a.HTML", "<!"), ("a.txt", "Inventory of ")],
)
def test_a_file_is_of_the_form_that_its_suffix_says(mlspec, shop, name, start):
    mlspec("inventory", *DAY, "--out", name, cwd=shop).expect(0)
    mlspec("inventory", *DAY, "--out", f"json-{name}", "--format", "json", cwd=shop).expect(0)

    assert (shop / name).read_text().startswith(start)
    assert (shop / f"json-{name}").read_text().startswith("{")


def test_the_county_has_gates_and_reviews_in_each_environment(mlspec, judged, tmp_path):
    compiled = ("compile", "--env", "prod", "--target", "kubernetes", "--out", tmp_path / "out")
    mlspec(*compiled, cwd=judged).expect(0)
    rows, found = take(mlspec, judged, "--live", tmp_path / "out")

    assert {"live"} == {*standings(rows).values()}
    assert (4, 0) == (found["counts"]["managed"], found["counts"]["live-undocumented"])
    screen = rows["model/employment-screen"]
    assert ("high", "2027-06-30") == (screen["tier"], screen["review"]["next"])
    assert [("prod", 12, "present"), ("staging", 12, "present")] == [
        (each["env"], each["declared"], each["evidence"]) for each in screen["gates"]
    ]
    assert all(0 < each["passed"] <= 12 for each in screen["gates"])
    assert screen["findings"] >= 1
