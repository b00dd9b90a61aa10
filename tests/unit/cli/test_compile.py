from __future__ import annotations

import json
import re
import subprocess

import pytest

from mlspec.api.start import init
from mlspec.cli.compile import Asked, compile_artifacts
from mlspec.errors import ExitCode, SpecInvalidError, UsageError


@pytest.fixture
def shop(tmp_path):
    init(tmp_path)
    return tmp_path


def run(folder, *, check=False):
    return compile_artifacts(folder, Asked(("prod",), check=check))


def test_files_of_the_repository_are_named_relative_to_it(shop, capsys):
    run(shop)

    assert "  written    .github/workflows/mlspec.yml\n" in capsys.readouterr().out


def test_a_check_of_an_edited_file_says_how_to_overwrite_or_keep_the_edit(shop, capsys):
    run(shop)
    (shop / ".github/workflows/mlspec.yml").write_text("edited: true\n")
    capsys.readouterr()

    run(shop, check=True)

    told = capsys.readouterr().err
    assert "`mlspec compile --force`" in told
    assert "the specs, a patch or a template" in told
    assert "commit what it writes" not in told


@pytest.mark.parametrize("check", [False, True])
def test_an_edited_file_that_no_target_writes_is_deleted_or_kept_without_its_seal(
    shop, capsys, check
):
    run(shop)
    with (shop / ".github/workflows/mlspec.yml").open("a") as workflow:
        workflow.write("# mine\n")
    home = shop / "mlspec.yaml"
    home.write_text(home.read_text() + "  targets: {enabled: [kubernetes, gateway-api]}\n")
    capsys.readouterr()

    run(shop, check=check)

    told = capsys.readouterr().err
    assert "hint: `.github/workflows/mlspec.yml` was edited by hand and is no longer" in told
    assert "take the line `mlspec-seal` out of it" in told
    assert "--force" not in told


def test_a_check_of_a_missing_file_says_to_compile(shop, capsys):
    run(shop)
    (shop / ".github/workflows/mlspec.yml").unlink()
    capsys.readouterr()

    run(shop, check=True)

    assert capsys.readouterr().err == "\nhint: run `mlspec compile` and commit what it writes\n"


def test_a_diff_shows_what_would_be_written_and_writes_nothing(shop, capsys):
    run(shop)
    (shop / "specs/churn.yaml").write_text(
        (shop / "specs/churn.yaml").read_text().replace("cpu: 250m", "cpu: 300m")
    )
    before = (shop / "build/prod/kubernetes/churn.yaml").read_bytes()
    capsys.readouterr()

    code = compile_artifacts(shop, Asked(("prod",), diff=True))

    told = capsys.readouterr().out
    assert code == ExitCode.SPEC_INVALID
    assert "--- a/kubernetes/churn.yaml\n+++ b/kubernetes/churn.yaml\n@@ " in told
    assert re.search(r"\n-( +)cpu: \"?250m\"?\n(.*\n)*?\+\1cpu: \"?300m\"?\n", told)
    assert "\x1b" not in told
    assert before == (shop / "build/prod/kubernetes/churn.yaml").read_bytes()


def test_a_diff_of_new_and_of_stale_files_names_no_other_side(shop, capsys):
    run(shop)
    (shop / "specs/churn.yaml").write_text(
        (shop / "specs/churn.yaml").read_text().replace("  name: churn\n", "  name: leaving\n", 1)
    )
    text = (shop / "mlspec.yaml").read_text().replace("name: churn", "name: leaving")
    (shop / "mlspec.yaml").write_text(text)
    capsys.readouterr()

    compile_artifacts(shop, Asked(("prod",), diff=True))

    told = capsys.readouterr().out
    assert "--- /dev/null\n+++ b/cards/leaving.md\n" in told
    assert "--- a/cards/churn.md\n+++ /dev/null\n" in told


@pytest.mark.parametrize("force", [False, True])
def test_a_diff_shows_what_somebody_edited_and_the_hint_says_that_it_is_kept(shop, capsys, force):
    run(shop)
    (shop / "build/prod/cards/churn.md").write_text("# mine\n")
    capsys.readouterr()

    compile_artifacts(shop, Asked(("prod",), diff=True, force=force))

    said = capsys.readouterr()
    assert "--- a/cards/churn.md\n+++ b/cards/churn.md\n" in said.out
    assert "\n-# mine\n" in said.out
    assert "  edited  cards/churn.md\n" in said.out
    assert "`mlspec compile` keeps them" in said.err


@pytest.mark.parametrize("quiet", [False, True])
def test_force_names_the_edited_files_that_it_deletes(shop, capsys, quiet):
    run(shop)
    text = (shop / "mlspec.yaml").read_text().replace("name: churn", "name: leaving")
    (shop / "mlspec.yaml").write_text(text)
    spec = (shop / "specs/churn.yaml").read_text()
    (shop / "specs/churn.yaml").write_text(spec.replace("  name: churn\n", "  name: leaving\n", 1))
    (shop / "build/prod/cards/churn.md").write_text("# mine\n")
    capsys.readouterr()

    run(shop)
    kept = capsys.readouterr().err
    compile_artifacts(shop, Asked(("prod",), force=True, quiet=quiet))

    told = capsys.readouterr().err
    assert "`--force`, which deletes those that are no longer compiled" in kept
    assert "cards/churn.md was edited by hand and is no longer compiled: `--force` deleted" in told
    assert "kubernetes/churn.yaml was edited" not in told
    assert not (shop / "build/prod/cards/churn.md").exists()


def test_quietly_files_are_counted_and_those_that_people_edited_are_named(shop, capsys):
    compile_artifacts(shop, Asked(("prod",), quiet=True))
    first = capsys.readouterr().out
    (shop / "build/prod/cards/churn.md").write_text("# mine\n")
    compile_artifacts(shop, Asked(("prod",), quiet=True))
    again = capsys.readouterr().out

    heading, counts = first.splitlines()
    assert heading.startswith("Compiled prod in ")
    assert " written" in counts
    named = [line.split() for line in again.splitlines() if line.startswith("  ")]
    assert [["kept", "cards/churn.md"]] == named


def test_a_clean_check_and_diff_end_with_nothing_and_zero(shop, capsys):
    run(shop)
    capsys.readouterr()

    code = compile_artifacts(shop, Asked(("prod",), diff=True))

    assert (code, "---" in capsys.readouterr().out) == (ExitCode.OK, False)


def test_every_environment_is_one_document_for_programs(shop, capsys):
    compile_artifacts(shop, Asked(every=True, output_format="json"))

    told = json.loads(capsys.readouterr().out)

    assert told["format"] == "mlspec.compile-all/1.0"
    assert ["staging", "prod"] == [each["environment"] for each in told["environments"]]
    assert (shop / "build/staging/kubernetes/churn.yaml").is_file()


def test_several_environments_do_not_fit_into_one_folder(shop, tmp_path):
    with pytest.raises(UsageError, match="one output folder"):
        compile_artifacts(shop, Asked(("prod", "staging"), out=tmp_path / "out"))
    with pytest.raises(UsageError, match="no environment `prd`"):
        compile_artifacts(shop, Asked(("staging", "prd")))

    assert not (shop / "build").exists()


def test_a_misspelt_target_is_told_with_the_one_that_is_meant(shop):
    with pytest.raises(UsageError) as caught:
        compile_artifacts(shop, Asked(("prod",), targets=("promethues",)))

    assert caught.value.hint == "did you mean `prometheus`?"


def names(folder, targets):
    file = folder / "mlspec.yaml"
    text = file.read_text()
    assert text.count("\n  registry:") == 1
    file.write_text(text.replace("\n  registry:", f"\n  targets: {targets}\n  registry:"))


@pytest.mark.parametrize(
    ("versions", "told"),
    [
        (
            '{kubernetes: "1.10"}',
            (
                "note: the specs have 1 warning, besides what policy packs say of them: "
                "see `mlspec validate`\n"
            ),
        ),
        ('{kubernetes: "1.10", keda: "1.0"}', "note: the specs have 2 warnings, besides"),
    ],
)
def test_warnings_about_the_specs_are_not_silent_when_they_are_compiled(
    shop, capsys, versions, told
):
    names(shop, f"{{versions: {versions}}}")

    assert ExitCode.OK == run(shop)

    assert told in capsys.readouterr().err


def test_specs_that_state_all_and_warn_of_nothing_are_compiled_without_a_word(shop, capsys):
    with (shop / "mlspec.yaml").open("a") as home:
        home.write("  targets: {gateway: {domain: ml.shop.example}}\n")
    with (shop / "specs/churn.yaml").open("a") as spec:
        spec.write(f"  champion: {{version: v0, image: 'r.example.org/churn@sha256:{1:064}'}}\n")

    run(shop)

    assert "" == capsys.readouterr().err


def test_a_target_of_the_workspace_that_is_not_installed_stops_with_its_place(shop):
    names(shop, "{enabled: [promethues]}")

    with pytest.raises(SpecInvalidError) as caught:
        run(shop)

    (told,) = caught.value.details
    assert re.match(r"mlspec\.yaml:\d+:\d+: there is no target `promethues` \[MLS455\]", told)
    assert not (shop / "build").exists()


def test_the_folder_of_an_environment_that_is_gone_is_told_and_left(shop, capsys):
    compile_artifacts(shop, Asked(every=True))
    home = shop / "mlspec.yaml"
    lines = home.read_text().splitlines(keepends=True)
    start = lines.index("    staging:\n")
    end = next(n for n in range(start + 1, len(lines)) if not lines[n].startswith("      "))
    home.write_text("".join([*lines[:start], *lines[end:]]))
    capsys.readouterr()

    code = compile_artifacts(shop, Asked(every=True))

    assert code == ExitCode.OK
    assert "note: build/staging is of an environment" in capsys.readouterr().err
    assert (shop / "build/staging/kubernetes/churn.yaml").exists()


def test_a_folder_that_no_compile_wrote_is_nobodys_environment(shop, capsys):
    (shop / "build" / "notes").mkdir(parents=True)

    run(shop)

    assert "notes" not in capsys.readouterr().err


def test_a_target_that_has_nothing_to_write_is_told(shop, capsys):
    compile_artifacts(shop, Asked(("prod",), targets=("argo_rollouts", "kubernetes")))

    assert "note: `argo-rollouts` has nothing to write here" in capsys.readouterr().err


def test_what_nobody_stated_is_said_once_and_not_by_a_check(shop, capsys):
    compile_artifacts(shop, Asked(every=True))

    told = capsys.readouterr().err.splitlines()
    (first,) = (each for each in told if "first release" in each)
    (hosts,) = (each for each in told if "domain that nobody stated" in each)
    assert "no `champion` is stated for `churn`" in first
    assert "its canary begins with the next one" in first
    assert "`churn.ml.example.org`" in hosts
    assert "set `targets.gateway.domain` and `targets.gateway.name` in `mlspec.yaml`" in hosts
    run(shop, check=True)
    assert "note:" not in capsys.readouterr().err


def test_a_compile_without_routes_or_servers_remarks_nothing_of_them(shop, capsys):
    compile_artifacts(shop, Asked(("prod",), targets=("prometheus",)))

    assert "note:" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stated", "is_told"),
    [("", True), (", prometheus: {address: 'http://prometheus.ml.svc:9090'}", False)],
)
def test_a_prometheus_that_judges_rollouts_and_that_nobody_named_is_told(
    shop, capsys, stated, is_told
):
    with (shop / "mlspec.yaml").open("a") as home:
        home.write(f"  targets: {{backend: rollouts{stated}}}\n")

    run(shop)

    told = "note: rollouts and scalers ask Prometheus at http://prometheus-operated.monitoring"
    assert (told in capsys.readouterr().err) is is_told


@pytest.mark.parametrize(
    ("line", "gitops", "is_told"),
    [
        ("build/\n", "", True),
        ("/build/prod/\n", "", True),
        ("", "", False),
        ("build/\n", ", path: rendered", False),
        ("build/\n", ", path: build", True),
    ],
)
def test_a_watched_folder_that_git_ignores_is_told(shop, capsys, line, gitops, is_told):
    watched = f"{{repository: 'https://git.example.org/shop'{gitops}}}"
    with (shop / "mlspec.yaml").open("a") as home:
        home.write(f"  targets: {{gitops: {watched}}}\n")
    subprocess.run(["git", "init", "-q", str(shop)], check=True)
    (shop / ".gitignore").write_text(line)

    run(shop)

    assert ("MLS1344" in capsys.readouterr().err) is is_told
