"""The record of what was applied: who, what, why; what was done to it; and without mlspec."""

from __future__ import annotations

import re
import shutil
import sqlite3
import zipfile
from contextlib import closing

import pytest
from tests.e2e.commands import contents, edit
from tests.e2e.test_approvals import ANA, HOME, LI, SAM, SHARED, TEAM, TEAMS, commit, git
from tests.unit.ledger.ssh import line, make_key
from tests.unit.ledger.test_export import verdicts

MODEL = "model/churn"
CI = "ci@example.org"
ENV = ("--env", "staging")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder, name.partition("@")[0]) for name in (ANA, LI, CI)}


@pytest.fixture(scope="module")
def recorded(forks, keys, tmp_path_factory):
    """A workspace with three runs: two that were approved, and one that broke the glass."""
    root = tmp_path_factory.mktemp("audit") / "shop"
    forks.run("init", root, cwd=root.parent).expect(0)
    edit(root / HOME, "For rehearsal.", "For rehearsal.\n      requireApprovals: true")
    (root / TEAM).write_text((root / TEAM).read_text() + TEAMS)
    (root / ".mlspec").mkdir()
    signers = "\n".join(line(name, keys[name]) for name in (ANA, LI, CI))
    (root / ".mlspec" / "allowed_signers").write_text(f"{signers}\n")
    git(root, "init", "-q", "-b", "main")
    commit(root)
    approve_and_apply(forks, root, keys)
    edit(root / "specs/churn.yaml", "monthly: 100", "monthly: 150")
    edit(root / "specs/churn.yaml", "tier: minimal", "tier: limited")
    edit(root / SHARED, "atLeast: 0.7", "atLeast: 0.6")
    commit(root)
    approve_and_apply(forks, root, keys)
    edit(root / SHARED, "atLeast: 0.6", "atLeast: 0.5")
    commit(root)
    forks.run("plan", *ENV, "--out", "plan.json", cwd=root).expect(0)
    glass = ("--break-glass", "--role", "sre", "--reason", "scores are wrong", "--as", SAM)
    forks.run("apply", "plan.json", *glass, "--sign-key", keys[CI], cwd=root).expect(0)
    return root


def approve_and_apply(forks, root, keys):
    forks.run("plan", *ENV, "--out", "plan.json", cwd=root).expect(0)
    for name, role in ((ANA, "model-risk"), (LI, "compliance"), (LI, "ml-engineer")):
        words = ("--as", name, "--role", role, "--sign", keys[name], "--comment", "Looks right.")
        forks.run("approve", "plan.json", *words, cwd=root)
    forks.run("apply", "plan.json", "--as", "bot", "--sign-key", keys[CI], cwd=root).expect(0)


@pytest.fixture
def shop(recorded, tmp_path):
    return shutil.copytree(recorded, tmp_path / "shop")


@pytest.fixture
def run(mlspec, shop):
    def run(*words):
        return mlspec(*words, *ENV, cwd=shop)

    return run


def change(root, statement, *parameters):
    with closing(sqlite3.connect(root / ".mlspec" / "registry.db")) as registry, registry:
        registry.execute(statement, parameters)


def problems(run, *options):
    found = run("audit", "verify", "--format", "json", *options).expect(12).json["problems"]
    return [(each["where"], each["what"]) for each in found]


# verify


def test_a_sound_record_is_intact_and_every_checkpoint_counts(run):
    told = run("audit", "verify", "--require-signatures", "--format", "json").expect(0).json

    assert (True, [], 3, 3) == tuple(
        told[each] for each in ("intact", "problems", "checkpoints", "signed")
    )
    assert re.search(
        r"intact: \d+ events and 3 checkpoints \(3 signed\)", run("audit", "verify").out
    )


def test_looking_at_the_record_writes_nothing(run, shop):
    before = contents(shop)

    for words in (
        ["verify"],
        ["show", MODEL],
        ["log"],
        ["log", MODEL],
    ):
        run("audit", *words).expect(0)
    run("history").expect(0)

    assert before == contents(shop)


HARMS = {
    "an edited byte": (
        "UPDATE event SET body = replace(body, 'bot', 'bob') WHERE address = ? AND sequence = 1",
        MODEL,
        ("`model/churn` event 1", "its content does not match its digest: it was edited"),
    ),
    "a removed event": (
        "DELETE FROM event WHERE address = ? AND sequence = 1",
        MODEL,
        ("`model/churn` event 1", "it is missing"),
    ),
    "a cut end of a chain": (
        "DELETE FROM event WHERE address = ? AND sequence = 2",
        MODEL,
        ("`model/churn` event 2", "it is missing: the end was cut off"),
    ),
    "bytes that are no JSON": (
        "UPDATE event SET body = substr(body, 9) WHERE address = ? AND sequence = 2",
        MODEL,
        ("`model/churn` event 2", "its content does not match its digest: it was edited"),
    ),
    "a signature that is none": (
        "UPDATE checkpoint SET signature = ? WHERE sequence = 2",
        "signed, ci",
        ("checkpoint 2", "its signature does not count: it is no SSH signature"),
    ),
    "a signature that was taken away": (
        "UPDATE checkpoint SET signature = '' WHERE sequence = ?",
        3,
        ("checkpoint 3", "it is not signed, but one before it is"),
    ),
    "a run that was taken out of the history": (
        "DELETE FROM run WHERE serial = ?",
        2,
        ("the history has lost it",),
    ),
    "an approval whose signature is gone": (
        "UPDATE statement SET signature = '' WHERE content LIKE ?",
        "%/approval/v1%",
        ("it counted as signed, and its signature is gone",),
    ),
    "an approval that was edited": (
        "UPDATE statement SET content = replace(content, 'right', 'fine') WHERE content LIKE ?",
        "%/approval/v1%",
        ("its content was edited",),
    ),
    "a run that broke the glass and hides it": (
        "UPDATE run SET record = json_set(record, '$.break_glass', NULL) WHERE serial = ?",
        3,
        ("the history hides or invents that it broke the glass",),
    ),
    "a run that says it passed over less": (
        "UPDATE run SET record = json_set(record, ?, json('[]')) WHERE serial = 3",
        "$.break_glass.passed_over.approvals",
        ("the history hides or invents that it broke the glass",),
    ),
    "a head that was removed": (
        "DELETE FROM head WHERE address = ?",
        MODEL,
        ("head of `model/churn`",),
    ),
    "a head that was set back": (
        (
            "UPDATE head SET sequence = 1, digest = (SELECT digest FROM event WHERE sequence = 1"
            " AND address = head.address) WHERE address = ?"
        ),
        MODEL,
        ("head of `model/churn`",),
    ),
    "a head that was added": (
        (
            "INSERT INTO head SELECT environment, 'model/other', sequence, digest FROM head"
            " WHERE address = ?"
        ),
        MODEL,
        ("head of `model/other`",),
    ),
    "a review that nobody made": (
        'UPDATE run SET record = replace(record, ?, \'"reviewed_by":"ana"\')',
        '"reviewed_by":""',
        ("the review of it by `ana` is not there",),
    ),
}


@pytest.mark.parametrize(("statement", "value", "told"), HARMS.values(), ids=HARMS)
def test_what_was_done_to_the_record_is_named(run, shop, statement, value, told):
    change(shop, statement, value)

    found = problems(run)

    assert any(set(told) <= {where, what} for where, what in found), found
    assert told[-1] in run("audit", "verify").expect(12).out


def test_signatures_that_were_swapped_are_named(run, shop):
    first = "(SELECT signature FROM checkpoint WHERE sequence = 1)"
    change(shop, f"UPDATE checkpoint SET signature = {first} WHERE sequence = 2")

    ((where, what),) = problems(run)

    assert "checkpoint 2" == where
    assert "it is for another text: the text or the signature was changed" in what


def test_all_problems_are_listed(run, shop):
    change(shop, "DELETE FROM event WHERE address = ? AND sequence = 2", MODEL)
    change(shop, "DELETE FROM run WHERE serial = 1")
    change(shop, "UPDATE object SET revision = 9 WHERE address = 'team/growth'")

    wheres = " ".join(where for where, _ in problems(run))

    for word in ("`model/churn` event 2", "run 1-", "`team/growth`"):
        assert word in wheres


@pytest.fixture
def copied(run, tmp_path):
    """The head of the record, as the last line of a report, and as an export of it."""
    text = run("audit", "verify").expect(0).out
    run("audit", "export", "--out", tmp_path / "record").expect(0)
    return re.search(r"head (3:sha256:[0-9a-f]{64})$", text, re.MULTILINE)[1]


def test_a_record_has_the_head_that_was_copied_elsewhere(run, copied, tmp_path):
    run("audit", "verify", "--head", copied).expect(0)
    run("audit", "verify", "--head", copied.replace("sha256:", "")).expect(0)
    for copy in (tmp_path / "record", tmp_path / "record" / "HEAD"):
        run("audit", "verify", "--against", copy).expect(0)
    told = run("audit", "verify", "--format", "json").json
    assert copied == f"{told['sequence']}:{told['head']}"


def test_a_record_that_was_rolled_back_lacks_the_copied_head(recorded, shop, run, copied, keys):
    older = recorded / ".mlspec" / "registry.db"
    serial_three = run("history", "--format", "json").json["runs"][2]["run"]
    who = ("--as", ANA, "--role", "model-risk", "--comment", "Fine.", "--sign", keys[ANA])
    run("review", serial_three, *who, "--sign-key", keys[CI]).expect(0)
    newer = re.search(r"head (4:\S+)", run("audit", "verify").expect(0).out)[1]
    run("audit", "verify", "--head", copied).expect(0)

    shutil.copy(older, shop / ".mlspec" / "registry.db")
    run("audit", "verify", "--require-signatures").expect(0)

    assert [
        (
            "checkpoint 4",
            "the copy has it, but the record ends at 3: it was rolled back or replaced",
        )
    ] == problems(run, "--head", newer)


def test_a_record_that_was_written_anew_is_not_that_of_the_copy(run, tmp_path):
    (tmp_path / "HEAD").write_text(f"2 {'ab' * 32}\n")

    what = "it is another one than the copy says: the record was written anew"
    assert [("checkpoint 2", what)] == problems(run, "--against", tmp_path)


@pytest.mark.parametrize("head", ["3", "sha256:ab", f"x:{'ab' * 32}", f"3:{'ab' * 31}"])
def test_a_copy_of_a_head_that_can_not_be_read_is_refused(run, tmp_path, head):
    run("audit", "verify", "--head", head).refused(64, "is no head of a record", "audit verify")
    (tmp_path / "HEAD").write_text(head)
    run("audit", "verify", "--against", tmp_path).refused(64, "is no head of a record")
    run("audit", "verify", "--against", tmp_path / "none").refused(64, "can't be read")


# show and log


def test_show_says_what_was_live_and_on_what_it_rests(run, shop):
    text = run("audit", "show", MODEL).expect(0).out
    told = run("audit", "show", MODEL, "--format", "json").expect(0).json

    assert f"{MODEL} was live in staging at " in text.splitlines()[0].replace(" v1", "")
    for word in (
        r"approved +ana@example.org as model-risk, SIGNED at .*: Looks right\.",
        r"required +\d ",
        rf"commit +{git(shop, 'rev-parse', 'HEAD~1')}",
        r"training data +\S+ sha256:[0-9a-f]{64}",
        r"run +2-[0-9a-f]+, serial 2, by bot at ",
    ):
        assert re.search(word, text), (word, text)
    assert (2, None) == (told["run"]["serial"], told["run"]["breakGlass"])
    assert 150 == told["spec"]["spec"]["budget"]["monthly"]
    assert told["run"]["required"]


def test_show_at_a_moment_before_is_of_that_moment(run):
    first = run("audit", "log", MODEL, "--format", "json").expect(0).json["events"][0]

    told = run("audit", "show", MODEL, "--at", first["at"], "--format", "json").expect(0).json
    before = run("audit", "show", MODEL, "--at", "2020-02-29").expect(0).out
    today = run("audit", "show", MODEL, "--at", first["at"][:10], "--format", "json").json

    assert told["event"]["at"] == first["at"]
    assert f"{MODEL} was not known in staging at 2020-02-29T23:59:59+00:00\n" == before
    assert today["live"]


def test_show_says_that_the_glass_was_broken_and_who_should_have_agreed(run):
    text = run("audit", "show", "gate-set/better-than-chance").expect(0).out

    assert re.search(r"BREAK GLASS +as sre, past what its plan needed: scores are wrong", text)
    assert re.search(r"required +1 ", text)
    assert re.search(r"approved +by nobody", text)


def test_show_says_nothing_that_was_edited(run, shop):
    change(shop, "UPDATE statement SET content = replace(content, 'Looks right', 'Looks fine')")
    told = run("audit", "show", MODEL).expect(0).out
    assert "its statement is gone, or was edited" in told
    assert "approved" not in told

    change(shop, "UPDATE event SET body = replace(body, 'bot', 'bob') WHERE sequence = 2")
    run("audit", "show", MODEL).refused(12, f"event 2 of `{MODEL}`", "audit verify")


def test_show_refuses_a_body_that_was_edited(run, shop):
    change(shop, "UPDATE body SET content = replace(content, '150', '151')")

    run("audit", "show", MODEL).refused(12, "was edited")


def test_show_follows_a_rename_both_ways(mlspec, shop, run, keys):
    before = run("audit", "log", MODEL, "--format", "json").json["events"]
    edit(shop / "specs/churn.yaml", "name: churn\n", "name: retention\n")
    moved = "  moved:\n    - {previous: model/churn, address: model/retention}\n"
    edit(shop / HOME, "spec:\n", f"spec:\n{moved}")
    run("plan", "--out", "plan.json").expect(0)
    glass = ("--break-glass", "--role", "sre", "--reason", "test", "--as", SAM)
    mlspec("apply", "plan.json", *glass, "--sign-key", keys[CI], cwd=shop).expect(0)

    log = run("audit", "log", "model/retention", "--format", "json").expect(0).json["events"]

    assert [MODEL, MODEL, "model/retention"] == [each["address"] for each in log]
    assert before == log[:2]
    assert log == run("audit", "log", MODEL, "--format", "json").expect(0).json["events"]
    renamed = log[-1]
    for address in (MODEL, "model/retention"):
        runs = run("history", address, "--format", "json").expect(0).json["runs"]
        assert [each["run"] for each in log] == [each["run"] for each in runs]
        shown = run("audit", "show", address, "--format", "json").expect(0).json
        assert ("model/retention", True) == (shown["knownAs"], shown["live"])
        assert renamed["run"] == shown["run"]["run"]
        assert ["model/retention"] == [each["address"] for each in shown["run"]["evidence"]]
        assert "evidence  nothing" not in run("audit", "show", address).out
        assert f"{renamed['run']}, serial 4" in run("audit", "show", address).out
    assert "model/churn was model/retention in staging" in run("audit", "show", MODEL).out
    earlier = run("audit", "show", "model/retention", "--at", before[-1]["at"]).expect(0).out
    assert earlier.startswith("model/retention was model/churn in staging")
    assert "live since" in run("audit", "show", "model/retention").out


@pytest.mark.parametrize("at", ["yesterday", "2026-13-01", "", "12"])
def test_a_moment_that_can_not_be_read_is_refused(run, at):
    run("audit", "show", MODEL, f"--at={at}").refused(64, "is no moment")


def test_an_address_that_was_never_there_is_refused(run):
    run("audit", "show", "model/churm").refused(64, f"did you mean `{MODEL}`?")
    run("audit", "log", "model/churm").refused(64, f"did you mean `{MODEL}`?")


def test_the_log_tells_every_event_in_order_of_runs(run):
    events = run("audit", "log", "--format", "json").expect(0).json["events"]
    text = run("audit", "log").expect(0).out.splitlines()

    assert sorted(each["serial"] for each in events) == [each["serial"] for each in events]
    *table, glass = text
    assert len(events) + 1 == len(table)
    (broken,) = [each for each in events if each["breakGlass"]]
    (lacking,) = broken["breakGlass"]["passedOver"]["approvals"]
    past = f"{lacking['count']} x {lacking['role']} missing"
    assert f"! BREAK GLASS: run {broken['run']}, as sre: {past}" == glass
    assert {"bot", SAM} == {each["actor"] for each in events}


def test_why_something_was_removed_is_told_from_the_plan_to_the_export(mlspec, shop, run, keys):
    why = "nobody asks for it"
    (shop / "specs/churn.yaml").unlink()
    removed = f"  removed:\n    - {{address: {MODEL}, action: delete, reason: {why}}}\n"
    edit(shop / HOME, "spec:\n", f"spec:\n{removed}")

    assert why in run("plan", "--out", "plan.json").expect(0).out
    for output_format in ("markdown", "html", "junit"):
        assert why in run("plan", "--format", output_format).expect(0).out, output_format
    digests = [told_of_removal(run, shop, why) for why in (why, "withdrawn", why)]
    assert digests[0] == digests[2] != digests[1]

    glass = ("--break-glass", "--role", "sre", "--reason", "test", "--as", SAM)
    run("plan", "--out", "plan.json").expect(0)
    mlspec("apply", "plan.json", *glass, "--sign-key", keys[CI], cwd=shop).expect(0)

    event = run("audit", "show", MODEL, "--format", "json").expect(0).json["event"]
    assert ("delete", why) == (event["action"], event["reason"])
    assert why == run("audit", "log", MODEL, "--format", "json").json["events"][-1]["reason"]
    assert re.search(f"(?m)^reason +{why}$", run("audit", "show", MODEL).out)
    assert f"{MODEL}, event {event['sequence']}: {why}" in run("audit", "log", MODEL).out
    run("audit", "verify").expect(0)
    run("audit", "export", "--out", shop / "record").expect(0)
    assert [
        each
        for each in (shop / "record").rglob("*.json")
        if f'"reason":"{why}"' in each.read_text()
    ]


def told_of_removal(run, shop, why):
    """Return the digests of the plan that removes the model for another reason."""
    home = (shop / HOME).read_text()
    (shop / HOME).write_text(re.sub(r"reason: [a-z ]+}", f"reason: {why}}}", home))
    plan = run("plan", "--format", "json").expect(0).json
    (operation,) = [each for each in plan["body"]["operations"] if each["address"] == MODEL]
    assert ("removed", why) == (operation["reason"], operation["why"])
    return plan["envelope"]["digest"], plan["body"]["risk_digest"]


# history, and what every report starts with


def test_history_says_who_approved_and_how_runs_ended(run):
    told = run("history", "--format", "json").expect(0).json["runs"]
    text = run("history").expect(0).out

    assert ["applied"] * 3 == [each["outcome"] for each in told]
    assert {ANA, LI} >= {each["principal"] for each in told[1]["approvals"]} > set()
    assert "scores are wrong" == told[2]["breakGlass"]["reason"]
    assert f"{ANA} SIGNED" in text
    assert "applied, BREAK GLASS, not reviewed" in text


def test_a_run_that_broke_the_glass_is_told_first_until_somebody_reviews_it(
    mlspec, shop, run, keys
):
    serial_three = run("history", "--format", "json").json["runs"][2]["run"]
    commands = (("status",), ("history",), ("audit", "verify"), ("drift",))
    first = (
        f"! BREAK GLASS: run {serial_three} is not reviewed (`mlspec review {serial_three} --env "
    )
    for words in commands:
        assert run(*words).expect(0).out.startswith(first), words
        assert 1 == len(run(*words, "--format", "json").expect(0).json["notices"])

    gates = ("gate-set/better-than-chance",)
    assert "reviewed     by nobody yet" in run("audit", "show", *gates).out
    who = ("--as", ANA, "--role", "model-risk", "--comment", "It was right.")
    signing = ("--sign", keys[ANA], "--sign-key", keys[CI])
    mlspec("review", serial_three, *who, *signing, *ENV, cwd=shop).expect(0)

    for words in commands:
        assert "! BREAK GLASS" not in run(*words).expect(0).out, words
    assert f"reviewed by {ANA}" in run("history").out
    shown = run("audit", "show", *gates, "--format", "json").expect(0).json["run"]
    review = shown["breakGlass"]["review"]
    assert (ANA, "model-risk", "It was right.") == (
        *map(review.get, ("principal", "role", "comment")),
    )
    logged = run("audit", "log", *gates, "--format", "json").expect(0).json["events"]
    assert [None, None, review] == [
        each["breakGlass"] and each["breakGlass"]["review"] for each in logged
    ]
    told = f"{ANA} as model-risk at {review['at']}: It was right."
    assert f"reviewed     {told}" in run("audit", "show", *gates).out
    assert run("audit", "log", *gates).out.endswith(f"; reviewed by {told}\n")
    run("audit", "verify", "--require-signatures").expect(0)


# export


def test_an_export_is_verified_without_mlspec(run, tmp_path):
    done = run("audit", "export", "--out", tmp_path / "record").expect(0)

    assert {} == verdicts(tmp_path / "record")
    files = contents(tmp_path / "record")
    assert f"{sum(each is not None for each in files.values())} files written" in done.err


def test_an_export_of_a_record_that_was_tampered_with_shows_it_without_mlspec(run, shop, tmp_path):
    change(shop, "UPDATE event SET body = replace(body, 'bot', 'bob') WHERE sequence = 1")
    change(shop, "UPDATE checkpoint SET signature = '' WHERE sequence = 3")
    run("audit", "export", "--out", tmp_path / "record").expect(0)

    assert {2, 5} <= {*verdicts(tmp_path / "record")}


def test_an_archive_has_the_same_bytes_every_time_and_the_files_of_the_folder(run, tmp_path):
    for name in ("one.zip", "two.zip", "folder"):
        run("audit", "export", "--out", tmp_path / name).expect(0)

    one, two = (tmp_path / name for name in ("one.zip", "two.zip"))
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        archive.extractall(tmp_path / "unpacked")
    assert contents(tmp_path / "folder") == contents(tmp_path / "unpacked")


def test_an_export_never_writes_over_anything(run, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file.zip").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    before = contents(tmp_path / "full")

    for name in ("full", "file.zip", "link"):
        run("audit", "export", "--out", tmp_path / name).refused(64, "is there already")

    assert before == contents(tmp_path / "full")
    assert not (tmp_path / "elsewhere").exists()


def test_a_name_in_a_damaged_registry_does_not_choose_what_is_written(run, shop, tmp_path):
    change(shop, "UPDATE event SET address = '../../escaped' WHERE address = ?", MODEL)

    run("audit", "export", "--out", tmp_path / "deep" / "record").refused(12, "never gave")

    assert not (tmp_path / "deep").exists()
    assert not list(tmp_path.glob("**/escaped*"))


def test_without_a_registry_there_is_nothing_to_audit(mlspec, tmp_path):
    mlspec("init", "new").expect(0)
    new = tmp_path / "new"

    mlspec("audit", "verify", *ENV, cwd=new).expect(0)
    assert "Nothing was applied.\n" == mlspec("audit", "log", *ENV, cwd=new).expect(0).out
    mlspec("audit", "show", MODEL, *ENV, cwd=new).refused(64)
    mlspec("audit", "export", "--out", "x", *ENV, cwd=new).refused(64, "no ledger yet")
    assert not (new / ".mlspec").exists()
