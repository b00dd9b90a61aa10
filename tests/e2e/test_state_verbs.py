"""Looking at state, telling drift, exporting, comparing, and correcting by hand with a reason."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from tests.e2e.commands import contents, edit

MODEL = "model/churn"
GATES = "gate-set/better-than-chance"
WHY = ("--reason", "the registry was restored from a copy")


@pytest.fixture
def live(mlspec, shop):
    """The scaffold, applied to staging."""
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)
    mlspec("apply", "plan.json", cwd=shop).expect(0)
    return shop


@pytest.fixture
def run(mlspec, live):
    """Run a command for staging in the scaffold."""

    def staged(*arguments):
        environment = () if arguments[0] == "apply" else ("--env", "staging")
        return mlspec(*arguments, *environment, cwd=live)

    return staged


def tamper(root, statement, *values):
    """Change the registry behind everybody's back."""
    with closing(sqlite3.connect(root / ".mlspec" / "registry.db")) as database:
        changed = database.execute(statement, values).rowcount
        database.commit()
    assert changed > 0


def drifts(run, *flags, code=3):
    found = run("drift", "--format", "json", *flags).expect(code).json
    return {each["subject"]: each for each in found["drifts"]}


def objects(export):
    """Return the objects of an export, without what the operations that wrote them left."""
    found = json.loads(export)["state"]["objects"]
    return [{key: each[key] for key in each.keys() - {"op_id", "commit"}} for each in found]


def raise_gate(root, run):
    """Apply another gate, and return the digest of the body before."""
    before = run("state", "show", GATES, "--format", "json").json["digest"]
    edit(root / "specs" / "shared.yaml", "atLeast: 0.7", "atLeast: 0.75")
    run("plan", "--out", "second.json").expect(0)
    run("apply", "second.json").expect(0)
    return before


def test_what_was_just_applied_has_not_drifted(run):
    done = run("drift").expect(0)

    assert done.out.startswith("No drift: staging is as it was recorded at serial 1")


def test_an_object_put_back_behind_the_ledger_drifts_field_by_field(run, live):
    before = raise_gate(live, run)
    tamper(live, "UPDATE object SET digest = ? WHERE address = ?", before, GATES)

    found = drifts(run)

    assert [GATES] == list(found)
    (field,) = found[GATES]["fields"]
    assert ("spec.gates[auc-floor].atLeast", 0.75, 0.7, "mlspec") == (
        field["path"],
        field["recorded"],
        field["live"],
        field["owner"],
    )
    shown = run("drift").expect(3)
    assert "0.75 -> 0.7" in shown.out
    assert "set by its spec" in shown.out


def test_lost_strange_and_unreadable_objects_are_told_apart(run, live):
    tamper(live, "DELETE FROM object WHERE address = 'team/growth'")
    tamper(
        live,
        "INSERT INTO object SELECT environment, 'team/stranger', 'u', revision, digest, protect,"
        " lifecycle, op_id FROM object WHERE address = ?",
        MODEL,
    )
    tamper(
        live,
        "UPDATE body SET content = '{}' WHERE digest ="
        " (SELECT digest FROM object WHERE address = ?)",
        GATES,
    )

    codes = {subject: each["code"] for subject, each in drifts(run).items()}

    assert {"team/growth": "gone", "team/stranger": "undocumented", GATES: "unreadable"} == codes


def test_drift_can_be_ignored_by_pattern_and_by_file(run, live):
    tamper(live, "UPDATE object SET protect = 1 WHERE address IN (?, ?)", MODEL, GATES)
    assert {MODEL, GATES} == set(drifts(run))
    (live / "ignored.txt").write_text("# known\nmodel/*  # for now\n\n")

    assert {GATES} == set(drifts(run, "--ignore", "ignored.txt"))
    assert {MODEL} == set(drifts(run, "--ignore", f"{GATES}:registry.*"))
    assert {} == drifts(run, "--ignore", "ignored.txt", "--ignore", "gate-*", code=0)


def test_looking_writes_nothing(run, live):
    before = contents(live)

    for words in (["drift"], ["state", "list"], ["state", "show", MODEL], ["state", "export"]):
        run(*words).expect(0)
    run("state", "rebuild", "--check").expect(0)

    assert before == contents(live)


def test_looking_at_a_registry_that_is_not_there_makes_none(mlspec, shop):
    for words in (["drift"], ["state", "list"], ["state", "export"], ["state", "rebuild"]):
        flags = ["--check"] if words[-1] == "rebuild" else []
        mlspec(*words, *flags, "--env", "prod", cwd=shop).expect(0)

    assert not (shop / ".mlspec").exists()


def test_the_objects_are_listed_and_one_is_shown_whole(run):
    listed = run("state", "list", "--format", "json").expect(0).json
    shown = run("state", "show", MODEL, "--format", "json").expect(0).json

    (record,) = [each for each in listed["objects"] if each["address"] == MODEL]
    assert record.items() <= shown.items()
    assert "churn" == shown["body"]["metadata"]["name"]
    assert shown["run"]
    assert f"{MODEL}\n" in run("state", "show", MODEL).expect(0).out
    run("state", "show", "model/churm").refused(64, f"did you mean `{MODEL}`?")


def test_an_export_is_the_same_every_time(run, live):
    printed = run("state", "export").expect(0).out
    run("state", "export", "--out", "state.json").expect(0)

    assert printed == (live / "state.json").read_text()
    assert printed == run("state", "export").out


def test_a_moved_object_keeps_its_identity_and_the_record_says_why(run, live):
    before = run("state", "show", MODEL, "--format", "json").json

    done = run("state", "mv", MODEL, "model/retention", *WHY, "--as", "ana", "--format", "json")

    moved = run("state", "show", "model/retention", "--format", "json").expect(0).json
    assert (before["uid"], before["revision"] + 1) == (moved["uid"], moved["revision"])
    assert done.expect(0).json["run"] == moved["run"]
    run("state", "show", MODEL).refused(64)
    run("audit", "verify").expect(0)
    run("drift").expect(0)
    with closing(sqlite3.connect(live / ".mlspec" / "registry.db")) as database:
        kept = [content for (content,) in database.execute("SELECT content FROM statement")]
    assert any(WHY[1] in each for each in kept)
    assert_told_why(run, "model/retention", done.json["run"])


def assert_told_why(run, address, edit):
    """Hold every report of an edit by hand to its reason, and to calling its order no plan."""
    shown = run("audit", "show", address).expect(0).out
    rows = dict(each.split(maxsplit=1) for each in shown.splitlines()[1:])
    assert WHY[1] == rows["reason"]
    assert rows["order"].startswith("sha256:")
    assert "plan" not in rows
    told = run("audit", "show", address, "--format", "json").json
    assert WHY[1] == told["event"]["reason"] == told["run"]["reason"]
    assert (rows["order"], None) == (told["run"]["order"], told["run"]["plan"])
    log = ("audit", "log", address)
    newest = run(*log, "--format", "json").json["events"][-1]
    assert (edit, WHY[1]) == (newest["run"], newest["reason"])
    assert f"{address}, event {newest['sequence']}: {WHY[1]}" in run(*log).out.splitlines()
    assert_history_says_why(run, edit)


def assert_history_says_why(run, edit):
    first, *_, last = run("history", "--format", "json").json["runs"]
    assert (edit, WHY[1], None) == (last["run"], last["reason"], last["plan"])
    assert ("", None) == (first["reason"], first["order"])
    assert f"Run {edit} by hand: {WHY[1]}" == run("history").out.splitlines()[-1]


def test_a_forgotten_object_is_adopted_again_by_its_spec(run):
    done = run("state", "forget", MODEL, *WHY, "--format", "json").expect(0).json
    assert_told_why(run, MODEL, done["run"])

    shown = run("state", "show", MODEL, "--format", "json").json
    assert "forgotten" == shown["lifecycle"]
    run("drift").expect(0)
    run("audit", "verify").expect(0)
    (operation,) = run("plan", "--format", "json").json["body"]["operations"]
    assert (MODEL, "adopt") == (operation["address"], operation["action"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mv", "model/none", "model/other"], "holds no `model/none`"),
        (["mv", MODEL, "team/churn"], "can't become"),
        (["mv", GATES, GATES], "there already"),
        (["forget", "model/none"], "holds no `model/none`"),
        (["abandon", "1-abc"], "was not stopped half way"),
    ],
)
def test_edits_of_what_is_not_there_are_refused(run, live, words, said):
    before = contents(live)

    run("state", *words, *WHY).refused(64, said)

    assert before == contents(live)


@pytest.mark.parametrize(
    "words",
    [["mv", MODEL, "model/other"], ["forget", MODEL], ["abandon", "1"], ["rebuild"]],
)
def test_an_edit_needs_a_reason(run, words):
    for reason in ((), ("--reason", " "), ("--reason", "x" * 2_000)):
        run("state", *words, *reason).refused(64, "reason")


def test_a_protected_object_is_not_forgotten(run, live):
    edit(live / "specs" / "churn.yaml", "  name: churn\n", "  name: churn\n  protect: true\n")
    run("plan", "--out", "guarded.json").expect(0)
    run("apply", "guarded.json").expect(0)

    run("state", "forget", MODEL, *WHY).refused(5, "protected")


@pytest.mark.parametrize("is_applied", [True, False])
def test_where_approvals_are_required_the_state_is_changed_by_plans_only(mlspec, shop, is_applied):
    """In the specs or in the registry: taking the line away in the tree opens no way around."""
    line = "      requireApprovals: true\n"
    workspace = shop / "mlspec.yaml"
    anchor = "      description: For rehearsal.\n"
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)
    mlspec("apply", "plan.json", cwd=shop).expect(0)
    edit(workspace, anchor, anchor + line)
    if is_applied:
        mlspec("plan", "--env", "staging", "--out", "next.json", cwd=shop).expect(0)
        glass = ("--break-glass", "--as", "you@example.org", "--role", "ml-engineer", *WHY)
        mlspec("apply", "next.json", *glass, cwd=shop).expect(0)
        edit(workspace, line, "")

    for words in (["mv", MODEL, "model/other"], ["forget", MODEL]):
        done = mlspec("state", *words, *WHY, "--env", "staging", cwd=shop)
        done.refused(6, "requires approvals", "`mlspec.yaml`")
    mlspec("state", "rebuild", *WHY, "--env", "staging", cwd=shop).expect(0)


def test_rebuild_brings_back_what_was_lost_or_altered(run, live):
    before = raise_gate(live, run)
    good = run("state", "export").out
    tamper(live, "DELETE FROM object WHERE address = 'team/growth'")
    tamper(live, "UPDATE object SET digest = ? WHERE address = ?", before, GATES)
    tamper(live, "UPDATE object SET uid = 'other', protect = 1 WHERE address = ?", MODEL)

    told = run("state", "rebuild", "--check", "--format", "json").expect(3).json
    assert {"team/growth": "it was lost", MODEL: "altered: protect, uid"}.items() <= {
        each["address"]: each["note"] for each in told["changes"]
    }.items()
    done = run("state", "rebuild", *WHY, "--format", "json").expect(0).json

    assert told["changes"] == done["changes"]
    run("state", "rebuild", "--check").expect(0)
    run("drift").expect(0)
    run("audit", "verify").expect(0)
    assert objects(good) == objects(run("state", "export").out)
    run("plan", "--detailed-exitcode").expect(0)


def test_rebuild_brings_back_heads_that_the_next_run_would_have_followed(run, live):
    raise_gate(live, run)
    tamper(live, "DELETE FROM head WHERE address = ?", MODEL)
    tamper(live, "UPDATE head SET sequence = 1 WHERE address = ?", GATES)
    problems = run("audit", "verify", "--format", "json").expect(12).json["problems"]
    assert [f"head of `{GATES}`", f"head of `{MODEL}`"] == [each["where"] for each in problems]

    edit(live / "specs" / "shared.yaml", "atLeast: 0.75", "atLeast: 0.8")
    run("plan", "--out", "third.json").expect(0)
    before = contents(live)
    run("apply", "third.json").refused(12, "the heads of the chains are not those", "rebuild")
    run("state", "forget", MODEL, *WHY).refused(12, "the heads of the chains are not those")
    assert before == contents(live)

    told = run("state", "rebuild", "--check", "--format", "json").expect(3).json
    done = run("state", "rebuild", *WHY, "--format", "json").expect(0).json

    assert told["changes"] == done["changes"]
    assert [(GATES, "rebuild-head"), (MODEL, "rebuild-head")] == [
        (each["address"], each["action"]) for each in done["changes"]
    ]
    run("state", "rebuild", "--check").expect(0)
    run("apply", "third.json").expect(0)
    run("audit", "verify").expect(0)


@pytest.mark.parametrize(
    "harms",
    [
        ["DELETE FROM body WHERE digest = ?"],
        ["UPDATE body SET content = '{}' WHERE digest = ?"],
        ["DELETE FROM body WHERE digest = ?", "DELETE FROM object WHERE digest = ?"],
        ["DELETE FROM body WHERE digest = ?", "UPDATE object SET digest = uid WHERE digest = ?"],
        [
            "DELETE FROM body WHERE digest = ?",
            (
                "UPDATE object SET digest = (SELECT digest FROM object"
                " WHERE address = 'model/churn') WHERE digest = ?"
            ),
        ],
    ],
    ids=["lost", "altered", "lost with its object", "lost and renamed", "lost and replaced"],
)
@pytest.mark.parametrize("is_forgotten", [False, True], ids=["live", "forgotten"])
def test_a_body_that_nothing_brings_back_is_told_in_the_same_words(run, live, harms, is_forgotten):
    if is_forgotten:
        run("state", "forget", GATES, *WHY).expect(0)
    digest = run("state", "show", GATES, "--format", "json").json["digest"]
    for harm in harms:
        tamper(live, harm, digest)
    words = "the body that was recorded is lost or was altered"

    assert {GATES: "unreadable"} == {key: each["code"] for key, each in drifts(run).items()}
    assert words in run("drift").expect(3).out
    problems = run("audit", "verify", "--format", "json").expect(12).json["problems"]
    assert (f"`{GATES}`", words) in [(each["where"], each["what"]) for each in problems]
    done = run("state", "rebuild", *WHY, "--format", "json").expect(0).json
    assert ([], [f"`{GATES}`: {words}"]) == (done["changes"], done["left"])


def test_an_object_that_names_a_body_that_never_was_is_brought_back(run, live):
    tamper(live, "UPDATE object SET digest = 'sha256:none' WHERE address = ?", GATES)

    (field,) = drifts(run)[GATES]["fields"]
    assert ("registry.digest", "sha256:none") == (field["path"], field["live"])
    problems = run("audit", "verify", "--format", "json").expect(12).json["problems"]
    assert [f"`{GATES}` was changed after it without an event"] == [x["what"] for x in problems]
    run("state", "rebuild", *WHY).expect(0)
    run("drift").expect(0)
    run("audit", "verify").expect(0)


def test_rebuild_leaves_what_it_can_not_prove(run, live):
    tamper(
        live,
        "INSERT INTO object SELECT environment, 'team/stranger', 'u', revision, digest, protect,"
        " lifecycle, op_id FROM object WHERE address = ?",
        MODEL,
    )

    done = run("state", "rebuild", *WHY, "--format", "json").expect(0).json

    assert ([], ["`team/stranger`: no event wrote it"]) == (done["changes"], done["left"])
    assert None is done["run"]


def test_two_environments_differ_in_their_overrides(mlspec, shop):
    found = mlspec("diff", "staging", "prod", "--format", "json", cwd=shop).expect(0).json

    fields = {each["address"]: each["fields"] for each in found["differences"]}
    assert {"spec.serving.replicas.maximum", "spec.serving.replicas.minimum"} == {
        each["path"] for each in fields[MODEL]
    }
    text = mlspec("diff", "staging", "prod", "--detailed-exitcode", cwd=shop).expect(2).out
    assert "staging -> prod, in the specs" in text
    mlspec("diff", "prod", "prod", "--detailed-exitcode", cwd=shop).expect(0)
    mlspec("diff", "staging", "prd", cwd=shop).refused(64, "did you mean `prod`?")


def test_what_is_applied_in_two_environments_is_compared(run, mlspec, live):
    arguments = ("diff", "staging", "prod", "--registry", "--format", "json")

    found = mlspec(*arguments, cwd=live).expect(0).json

    assert {"left"} == {each["in"] for each in found["differences"]}
    assert "registry" == found["source"]
