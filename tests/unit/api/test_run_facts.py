"""Facts of a run stand beside the record: told, signed, and in none of the bytes of the record."""

from __future__ import annotations

import json
import subprocess
from base64 import b64decode
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.unit.api.evaluations import write_evaluation
from tests.unit.ledger.ssh import allow, line, make_key

from mlspec.api.judge import run_gates
from mlspec.api.recheck import verify_evidence
from mlspec.api.run_facts import How, ci_facts
from mlspec.api.start import init
from mlspec.canonical import digest_value
from mlspec.cli.main import run
from mlspec.errors import ExitCode, UsageError
from mlspec.evidence import EvidenceRecord, GateRun, Verdict, read_run, write_run
from mlspec.resources import data_path

AT = "2026-11-20T10:00:00Z"
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "o/r",
    "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_ACTOR": "ada",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_JOB_URL": "https://gitlab.com/o/r/-/jobs/7",
    "CI_JOB_STARTED_AT": "2026-11-20T12:00:00+02:00",
    "GITLAB_USER_LOGIN": "ada",
}


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("keys"), "ci")


@pytest.fixture
def shop(tmp_path, key, monkeypatch):
    for name in ("GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "shop"
    init(root)
    write_evaluation(root)
    allow(root, line("ci@example.org", key))
    return root


def judge(root, **more):
    run_gates(directory=root, environment="prod", **more)
    folder = root / "evidence" / "prod"
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir())}


def told(files):
    return json.loads(files["churn.run.json"])["predicate"]["run"]


def verified(root, **more):
    report = verify_evidence(directory=root, environment="prod", **more)
    return report.records[0], report.exit_code


def test_without_options_ci_or_git_a_run_tells_the_spec_alone_and_twice_the_same(shop):
    first = judge(shop)

    assert first == judge(shop)
    assert {"specPath": "specs/churn.yaml"} == told(first)
    assert b"run" not in json.loads(first["churn.evidence.json"])["predicate"]


def test_facts_of_a_run_change_no_byte_of_the_record(shop):
    plain = judge(shop)

    facts = judge(shop, how=How(at="now", actor="ada"))

    changed = {name for name in plain if plain[name] != facts[name]}
    assert {"churn.run.json"} == changed
    assert {"actor", "durationSeconds", "specPath", "startedAt"} == {*told(facts)}
    found, code = verified(shop, recompute=True)
    assert (True, ExitCode.OK, "ada") == (found.is_reproduced, code, found.run.actor)


def test_a_moment_that_is_stated_is_told_without_a_duration(shop):
    files = judge(shop, how=How(at="2026-11-20T12:00:00+02:00"))

    assert {"startedAt": AT, "specPath": "specs/churn.yaml"} == told(files)
    assert files == judge(shop, how=How(at=AT))


@pytest.mark.parametrize(
    "how",
    [
        How(at="yesterday"),
        How(at="2999-01-01T00:00:00Z"),
        How(actor="a\nb"),
        How(actor="a" * 201),
        How(actor=" "),
    ],
)
def test_what_is_no_moment_or_name_is_refused_and_nothing_is_written(shop, how):
    with pytest.raises(UsageError, match=r"--run-at|--actor"):
        judge(shop, how=how)

    assert not (shop / "evidence").exists()


def git(root, *arguments):
    named = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", "-C", root, *named, *arguments], check=True, capture_output=True)


def test_the_commit_of_the_specs_belongs_to_the_run(shop):
    before = judge(shop)
    git(shop, "init", "-q")
    git(shop, "add", ".")
    git(shop, "commit", "-qm", "one")

    clean = judge(shop)
    spec = shop / "specs" / "churn.yaml"
    spec.write_text(spec.read_text("utf-8") + "# more\n", "utf-8")
    dirty = judge(shop)

    assert before["churn.evidence.json"] == clean["churn.evidence.json"]
    assert told(clean)["gitCommit"] == told(dirty)["gitCommit"]
    assert 40 == len(told(clean)["gitCommit"])
    assert (False, True) == (told(clean)["dirty"], told(dirty)["dirty"])


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            GITHUB,
            GateRun(
                actor="ada",
                ci="github-actions",
                url="https://github.com/o/r/actions/runs/77/attempts/2",
            ),
        ),
        (
            GITLAB,
            GateRun(
                started_at=AT, actor="ada", ci="gitlab-ci", url="https://gitlab.com/o/r/-/jobs/7"
            ),
        ),
        (GITHUB | {"GITHUB_TRIGGERING_ACTOR": "bo"}, "bo"),
        ({**GITHUB, "GITHUB_ACTIONS": "false"}, GateRun()),
        ({"CI": "true", "BUILD_URL": "https://ci"}, GateRun()),
        ({}, GateRun()),
    ],
)
def test_variables_of_a_known_ci_tell_where_it_ran(variables, expected):
    found = ci_facts(variables)

    assert expected == (found.actor if isinstance(expected, str) else found)


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("CI_JOB_URL", "javascript:alert(1)", "url"),
        ("CI_JOB_URL", "https://ada:secret@gitlab.com/o", "url"),
        ("CI_JOB_URL", "https://gitlab.com/o\n::set-output", "url"),
        ("CI_JOB_URL", "https://gitlab.com/" + "x" * 2000, "url"),
        ("CI_JOB_STARTED_AT", "soon", "started_at"),
        ("GITLAB_USER_LOGIN", "a\x1b[31m", "actor"),
        ("GITLAB_USER_LOGIN", "a" * 400, "actor"),
    ],
)
def test_variables_that_hold_something_else_tell_nothing(name, value, field):
    found = ci_facts(GITLAB | {name: value})

    assert "" == getattr(found, field)
    assert "gitlab-ci" == found.ci


def test_a_run_in_ci_names_its_page(shop, monkeypatch, capsys):
    for name, value in GITHUB.items():
        monkeypatch.setenv(name, value)
    arguments = ["churn", "-C", str(shop), "--env", "prod"]

    assert 0 == run(["gate", "run", *arguments, "--run-at", AT])
    assert 0 == run(["gate", "verify", *arguments])

    printed = capsys.readouterr().out
    where = "github-actions, https://github.com/o/r/actions/runs/77/attempts/2, specs/churn.yaml"
    assert f"{AT}, by ada, {where}, not signed" in printed


def test_with_a_key_the_facts_are_signed_too(shop, key):
    files = judge(shop, key=key, how=How(at=AT))

    payload = json.loads(files["churn.run.dsse.json"])["payload"]
    assert files["churn.run.json"] == b64decode(payload)
    found, code = verified(shop)
    assert (("ci@example.org",), ExitCode.OK) == (found.run_signers, code)
    assert "churn.run.dsse.json" not in judge(shop)


def edit(root, change):
    path = root / "evidence" / "prod" / "churn.run.json"
    stated = json.loads(path.read_text("utf-8"))
    change(stated)
    del stated["predicate"]["runDigest"]
    stated["predicate"]["runDigest"] = digest_value(stated)
    path.write_text(json.dumps(stated), "utf-8")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda stated: stated["predicate"]["run"].update(actor="eve"), "another text"),
        (lambda stated: stated["predicate"].pop("signed"), "another text"),
        (lambda stated: stated["subject"][0]["digest"].update(sha256="0" * 64), "another record"),
        (lambda stated: stated.update(predicateType="other"), "another record"),
        (lambda stated: stated["predicate"]["run"].update(more="x"), "does not match"),
        (lambda stated: stated["predicate"]["run"].update(startedAt="soon"), "no statement"),
        (lambda stated: stated["predicate"]["run"].update(durationSeconds="1"), "no statement"),
    ],
)
def test_facts_that_were_edited_are_found_though_their_digest_is_made_again(
    shop, key, change, says
):
    judge(shop, key=key)
    edit(shop, change)

    found, code = verified(shop)

    assert (False, ExitCode.TAMPERED) == (found.is_whole, code)
    assert says in found.reason
    assert "mlspec gate run" in found.next_step


def test_a_signature_of_the_facts_that_is_gone_is_found(shop, key):
    judge(shop, key=key)
    (shop / "evidence" / "prod" / "churn.run.dsse.json").unlink()

    found, code = verified(shop)

    assert ExitCode.TAMPERED is code
    assert "is gone" in found.reason


def test_facts_of_an_earlier_run_are_not_those_of_a_record_that_was_put_back(shop):
    old = judge(shop)["churn.run.json"]
    csv = shop / "evaluation" / "churn.csv"
    csv.write_text(csv.read_text("utf-8").replace("c0,0,0.2", "c0,0,0.3"), "utf-8")
    judge(shop)
    (shop / "evidence" / "prod" / "churn.run.json").write_bytes(old)

    assert "is about another record" in verified(shop)[0].reason


def test_a_record_without_facts_is_evidence_all_the_same(shop):
    judge(shop)
    (shop / "evidence" / "prod" / "churn.run.json").unlink()

    found, code = verified(shop)

    assert (None, ExitCode.OK) == (found.run, code)


RECORD = EvidenceRecord("model/m", "sha256:" + "1" * 64, "sha256:2", "1", Verdict.PASS, (), ())
FACTS = st.builds(
    GateRun,
    started_at=st.sampled_from(["", AT]),
    duration_seconds=st.none() | st.floats(0, 1e6),
    actor=st.text(max_size=20),
    ci=st.sampled_from(["", "gitlab-ci"]),
    url=st.sampled_from(["", "https://a/b"]),
    spec_path=st.text(max_size=20),
    commit=st.sampled_from(["", "a" * 40]),
    dirty=st.none() | st.booleans(),
    signed=st.booleans(),
)


@given(facts=FACTS)
@settings(max_examples=60)
def test_what_is_written_of_a_run_is_read_again_and_is_what_its_schema_says(facts):
    text = write_run(facts, RECORD)

    assert facts == read_run(text, RECORD)
    schema = json.loads((data_path("schemas") / "v1" / "gate-run.json").read_text("utf-8"))
    assert [] == [*Draft202012Validator(schema).iter_errors(json.loads(text))]
    with pytest.raises(ValueError, match="another record"):
        read_run(text, replace(RECORD, tool_version="2"))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"predicate": {"run": []}}', "[" * 100_000])
def test_text_that_is_no_statement_is_told(text):
    with pytest.raises(ValueError, match="no statement"):
        read_run(text, RECORD)
