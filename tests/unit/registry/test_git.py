"""The git registry under faults: nothing is lost, nothing of the user's is touched."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from tests.unit.ledger import ledgers
from tests.unit.registry.remotes import (
    BODY,
    REF,
    Remotes,
    apply,
    event,
    git,
    opened,
    record,
    run_of,
    statement,
    write,
)

from mlspec.canonical import canonical_json, digest_bytes, digest_value
from mlspec.errors import (
    RegistryMovedError,
    RegistryUnavailableError,
    TamperedPlanError,
    UsageError,
)
from mlspec.planning.verification import audit_view
from mlspec.registry import find_backend
from mlspec.state import BreakGlass, Head, Lifecycle, Publication, RunOutcome
from mlspec.vcs import _remote

APPLY = """
import os, signal, sys
from pathlib import Path
from tests.unit.registry.remotes import opened, record, write

registry, name, point = opened(Path(sys.argv[1])), sys.argv[2], sys.argv[3]
with registry.transaction(name) as transaction:
    if point == "wait":
        print("read", flush=True)
        sys.stdin.readline()
    write(transaction, record(f"model/{name}"), plan=f"sha256:{name}")
    if point == "before":
        os.kill(os.getpid(), signal.SIGKILL)
print("written")
"""


@pytest.fixture
def remotes(tmp_path):
    return Remotes(tmp_path)


def process(folder, name, point=""):
    return subprocess.Popen(
        [sys.executable, "-c", APPLY, str(folder), name, point],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_backend_is_found_by_its_name(tmp_path):
    assert "git" == find_backend("git").name


def test_a_remote_without_the_ref_is_an_empty_registry_and_stays_one(remotes):
    before = git(remotes.bare, "for-each-ref"), git(remotes.folder / "first", "for-each-ref")

    snapshot = remotes.registry().observe()

    assert ("prod", "", 0, "", {}, 0) == (
        *(snapshot.environment, snapshot.lineage, snapshot.serial, snapshot.head),
        *(dict(snapshot.objects), snapshot.sequence),
    )
    assert before == (
        git(remotes.bare, "for-each-ref"),
        git(remotes.folder / "first", "for-each-ref"),
    )


def test_what_one_clone_wrote_another_one_reads(remotes):
    kept = record(protect=True, op_id="0123456789ab-001")
    retired = record("dataset/old", {"kind": "Dataset"}, lifecycle=Lifecycle.RETIRED, revision=4)

    apply(remotes.registry(), kept, retired)
    other = remotes.registry("other")
    snapshot = other.observe()

    assert {"dataset/old": retired, "model/churn": kept} == dict(snapshot.objects)
    assert ["dataset/old", "model/churn"] == list(snapshot.objects)
    assert (1, 1) == (snapshot.serial, snapshot.sequence)
    assert [event("dataset/old", Head()), event("model/churn", Head())] == list(other.events())
    assert [event("model/churn", Head())] == list(other.events("model/churn"))
    assert [] == list(other.events("model/none"))
    assert [snapshot.head] == [each.digest for each in other.checkpoints()]
    assert ["sig"] == [each.signature for each in other.checkpoints()]
    assert [run_of(1, operations=["model/churn", "dataset/old"])] == list(other.runs())
    kept_statement = statement("run 1\n", "sig")
    assert {kept_statement.digest: kept_statement} == other.statements()
    assert {} == other.statements(["sha256:none"])


def test_the_state_can_be_read_and_checked_with_git_alone(remotes):
    apply(remotes.registry())
    hexadecimal = digest_value(BODY).removeprefix("sha256:")

    body = git(
        remotes.bare, "cat-file", "blob", f"{REF}:bodies/{hexadecimal[:2]}/{hexadecimal}.json"
    )
    told = git(remotes.bare, "log", "--format=%an <%ae> %at%n%B", REF)

    assert canonical_json(BODY).decode() == body
    assert told.startswith("mlspec <mlspec@mlspec.dev> 1767323045\nprod: serial 1, run 1-aa\n")
    assert "owner: ana@laptop\nplan: sha256:aa\nactor: ana\noutcome: applied\nnonce: " in told


def test_two_equal_runs_are_two_commits(tmp_path):
    """Git takes a push of a commit that is there for done: two runs would both have won."""
    tips = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        remotes = Remotes(tmp_path / name)
        apply(remotes.registry())
        tips.add(remotes.tip())

    assert 2 == len(tips)


def everything(folder):
    """What belongs to the user: refs, index, work tree, configuration."""
    files = ("config", "HEAD", "index", "FETCH_HEAD", "shallow", "packed-refs")
    contents = [(folder / ".git" / each) for each in files]
    refs = git(folder, "for-each-ref", "refs/heads", "refs/remotes", "refs/tags")
    held = [each.read_bytes() if each.exists() else None for each in contents]
    return refs, held, git(folder, "status", "--porcelain"), git(folder, "stash", "list")


@pytest.mark.parametrize("name", ["full", "empty-tree"])
def test_nothing_of_the_user_is_touched(remotes, name):
    folder = remotes.clone(name, *(["--no-checkout"] if name == "empty-tree" else []))
    (folder / "untracked.txt").write_text("mine")
    git(folder, "config", "fetch.prune", "true")
    apply(remotes.registry())
    before = everything(folder)

    registry = opened(folder)
    registry.observe()
    apply(registry, record(revision=2))
    registry.observe()

    assert before == everything(folder)
    assert "" == git(folder, "for-each-ref", "refs/mlspec/making")
    assert "false" == git(folder, "rev-parse", "--is-shallow-repository")


def test_a_shallow_clone_reads_and_writes_without_the_history(remotes):
    for revision in (1, 2, 3):
        apply(remotes.registry(), record(revision=revision, body={"n": revision}))
    folder = remotes.clone("runner", "--depth=1", "--branch=main")

    registry = opened(folder)
    assert 3 == registry.observe().objects["model/churn"].revision
    assert "1" == git(folder, "rev-list", "--count", "refs/mlspec/seen/origin/mlspec/state/prod")
    apply(registry, record(revision=4))

    assert 4 == remotes.registry().observe().objects["model/churn"].revision
    assert "4" == git(remotes.bare, "rev-list", "--count", REF)
    assert "1" == git(folder, "rev-list", "--count", "HEAD")


@pytest.mark.parametrize("options", [["--filter=blob:none"], ["--filter=tree:0", "--depth=1"]])
def test_a_partial_clone_works(remotes, options):
    apply(remotes.registry())
    registry = opened(remotes.clone("partial", *options))

    assert BODY == registry.observe().objects["model/churn"].body
    apply(registry, record(revision=2))

    assert 2 == remotes.registry().observe().objects["model/churn"].revision


def test_a_folder_of_a_linked_work_tree_works(remotes):
    git(remotes.folder / "first", "worktree", "add", "-q", "--detach", remotes.folder / "linked")
    folder = remotes.folder / "linked" / "ml"
    folder.mkdir()

    apply(opened(folder))

    assert 1 == remotes.registry("other").observe().serial


def test_a_repository_with_sha256_ids_works(tmp_path):
    remotes = Remotes(tmp_path, "sha256")

    apply(remotes.registry())
    apply(remotes.registry("other"), record(revision=2))
    published(remotes.registry(), {"a.yaml": b"a"})
    published(remotes.registry(), {"a.yaml": b"a"})

    assert 4 == remotes.registry().observe().serial
    assert "1" == git(remotes.bare, "rev-list", "--count", "rendered/prod")


def test_the_repository_itself_can_be_the_remote(remotes):
    folder = remotes.folder / "first"

    apply(opened(folder, remote="."))
    apply(opened(folder, remote="."), record(revision=2))

    assert 2 == opened(folder, remote=".").observe().serial
    assert "2" == git(folder, "rev-list", "--count", REF)
    assert "" == git(folder, "for-each-ref", "refs/mlspec/seen")


def test_an_address_of_a_remote_is_as_good_as_a_name(remotes):
    apply(opened(remotes.folder / "first", remote=remotes.url))

    assert 1 == opened(remotes.folder / "first", remote=str(remotes.bare)).observe().serial


def test_environments_are_apart(remotes):
    apply(remotes.registry(environment="prod"))
    apply(remotes.registry(environment="dev"), record("model/other"))

    assert ["model/churn"] == list(remotes.registry(environment="prod").observe().objects)
    assert ["model/other"] == list(remotes.registry(environment="dev").observe().objects)


def test_what_is_read_between_observations_is_one_state(remotes):
    registry = remotes.registry()
    apply(registry)
    before = registry.observe()
    apply(remotes.registry("other"), record(revision=2))

    assert 1 == len(list(registry.runs()))
    assert before.head == list(registry.checkpoints())[-1].digest
    assert 2 == registry.observe().serial
    assert 2 == len(list(registry.runs()))


def test_a_transaction_sees_what_it_wrote(remotes):
    apply(remotes.registry())

    with remotes.registry().transaction() as transaction:
        write(transaction, record("model/b", {"n": 1}, op_id="x-1"), plan="sha256:bb")
        transaction.remove("model/churn", "x-2")
        assert ["model/b"] == list(transaction.snapshot().objects)
        assert {digest_value(BODY): BODY, digest_value({"n": 1}): {"n": 1}} == transaction.bodies(
            [digest_value(BODY), digest_value({"n": 1}), "sha256:none"]
        )
        assert [1] == [each.serial for each in transaction.runs_of("sha256:aa")]
        assert [2] == [each.serial for each in transaction.runs_of("sha256:bb")]
        assert Head(1, event("model/b", Head()).digest) == transaction.heads()["model/b"]
        assert (True, True, False) == tuple(transaction.probe(f"x-{n}") for n in (1, 2, 3))
        assert (True, None) == (transaction.is_atomic, transaction.journal())

    assert ["model/b"] == list(remotes.registry().observe().objects)
    assert ["model/b", "model/churn"] == [each.address for each in remotes.registry().events()]


def test_a_rename_takes_the_chain_along(remotes):
    apply(remotes.registry())

    with remotes.registry().transaction() as transaction:
        head = transaction.heads()["model/churn"]
        transaction.rename("model/churn", record("model/leave", revision=2, body=None))
        moved = event("model/leave", head, previousAddress="model/churn")
        transaction.append([moved])
        with pytest.raises(ValueError, match="does not follow"):
            transaction.append([replace(moved, sequence=3, previous="sha256:elsewhere")])
        transaction.finish(run_of(2, "sha256:bb"))

    assert ["model/leave"] == list(remotes.registry().observe().objects)
    assert [2] == [each.sequence for each in remotes.registry().events("model/leave")]


def test_the_newest_run_can_be_reviewed_and_no_other(remotes):
    apply(remotes.registry())
    glass = BreakGlass("sre", "fire", "bea@example.org")

    with remotes.registry().transaction() as transaction:
        transaction.finish(replace(run_of(1), outcome=RunOutcome.PARTIAL, break_glass=glass))
    for wrong in (run_of(1, "sha256:other"), run_of(3), run_of(0)):
        with (
            pytest.raises(ValueError, match="does not follow"),
            remotes.registry().transaction() as transaction,
        ):
            transaction.finish(wrong)

    (only,) = remotes.registry().runs()
    assert (glass, RunOutcome.PARTIAL, 1) == (only.break_glass, only.outcome, only.serial)


def test_a_document_that_is_there_stays_as_it_is(remotes):
    apply(remotes.registry())

    with remotes.registry().transaction() as transaction:
        transaction.keep([statement("run 1\n", "other signature"), statement("new\n")])

    kept = remotes.registry().statements()
    assert {"run 1\n": "sig", "new\n": ""} == {x.content: x.signature for x in kept.values()}


def write_and_raise(registry, exception):
    with registry.transaction() as transaction:
        write(transaction, record())
        raise exception


@pytest.mark.parametrize("exception", [ValueError, KeyboardInterrupt])
def test_nothing_is_pushed_after_an_exception_or_without_a_write(remotes, exception):
    with pytest.raises(exception):
        write_and_raise(remotes.registry(), exception)
    with remotes.registry().transaction() as transaction:
        transaction.snapshot()

    assert "" == remotes.tip()


# two runs, one winner


def write_while_another_writes(remotes):
    with remotes.registry().transaction() as slow:
        write(slow, record("model/slow"))
        apply(remotes.registry("other"), record("model/fast"))


def test_of_two_writers_one_wins_and_the_other_writes_nothing(remotes):
    apply(remotes.registry())

    with pytest.raises(RegistryMovedError, match="nothing of this one is written") as caught:
        write_while_another_writes(remotes)

    assert 11 == caught.value.exit_code
    assert ["model/churn", "model/fast"] == list(remotes.registry().observe().objects)


@pytest.mark.parametrize("is_shared", [True, False], ids=["one-clone", "clone-for-each"])
def test_of_six_runs_at_once_one_wins_and_nothing_is_lost(remotes, is_shared):
    names = [f"run-{number}" for number in range(6)]
    folders = [remotes.folder / "first" if is_shared else remotes.clone(each) for each in names]
    runs = [process(*each, "wait") for each in zip(folders, names, strict=True)]
    for each in runs:
        assert "read\n" == each.stdout.readline(), each.stderr.read()
    for each in runs:
        each.stdin.write("\n")
        each.stdin.flush()
    told = [each.communicate() for each in runs]

    winners = [name for name, each in zip(names, runs, strict=True) if each.returncode == 0]
    assert 1 == len(winners), told
    assert all("RegistryMovedError" in err for out, err in told if "written" not in out)
    assert [f"model/{winners[0]}"] == list(remotes.registry("new").observe().objects)
    assert 1 == remotes.registry("new").observe().serial


def test_a_run_that_is_killed_before_the_push_has_written_nothing(remotes):
    killed = process(remotes.folder / "first", "killed", "before")
    killed.communicate()

    assert -signal.SIGKILL == killed.returncode
    assert "" == remotes.tip()
    apply(remotes.registry())
    assert 1 == remotes.registry("other").observe().serial


def test_a_run_that_is_killed_after_the_push_has_written_all(remotes):
    mark = remotes.folder / "pid"
    remotes.hook("post-receive", f"kill -9 $(cat {mark})")
    killed = process(remotes.folder / "first", "killed", "wait")
    assert "read\n" == killed.stdout.readline()
    mark.write_text(str(killed.pid))
    killed.communicate("\n")

    assert -signal.SIGKILL == killed.returncode
    assert ["model/killed"] == list(remotes.registry("other").observe().objects)


# what a remote can do to a push


def test_a_push_whose_answer_is_lost_has_succeeded(remotes):
    remotes.hook("post-receive", "kill -9 $PPID")

    apply(remotes.registry())

    assert 1 == remotes.registry("other").observe().serial


def test_a_remote_that_is_gone_after_the_push_leaves_it_open_what_happened(remotes):
    gone = remotes.folder / "gone.git"
    remotes.hook("post-receive", f"mv {remotes.bare} {gone}; kill -9 $PPID")

    with pytest.raises(RegistryUnavailableError, match="it is not known whether") as caught:
        apply(remotes.registry())

    assert "does nothing twice" in caught.value.hint
    gone.rename(remotes.bare)
    assert 1 == remotes.registry("other").observe().serial


def test_a_remote_that_declines_is_quoted_without_secrets(remotes):
    said = "https://bob:hunter2@example.org refuses refs/mlspec"
    remotes.hook("pre-receive", f"printf '%s\\n' '{said}' '\\033[31mred' >&2; exit 1")

    with pytest.raises(RegistryUnavailableError, match="does not take the push") as caught:
        apply(remotes.registry())

    words = "\n".join(caught.value.details)
    assert "https://***@example.org refuses refs/mlspec" in words
    assert "pre-receive hook declined" in words
    assert "hunter2" not in words
    assert all(line.isprintable() for line in caught.value.details)
    assert 69 == caught.value.exit_code
    assert "" == remotes.tip()
    assert [] == list(remotes.registry().runs())


def test_a_remote_that_shows_another_state_than_it_took_is_not_believed(remotes):
    remotes.hook("post-receive", f"git update-ref -d {REF}")

    with pytest.raises(RegistryUnavailableError, match="does not take the push") as caught:
        apply(remotes.registry())

    assert ("it was accepted, but does not show",) == caught.value.details


@pytest.mark.parametrize(
    ("remote", "reason", "hint"),
    [
        ("upstream", "there is no remote `upstream`", "git remote add"),
        ("docs", "there is no remote `docs`", "git remote add"),
        ("--upload-pack=touch x", "there is no remote", "git remote add"),
        ("/nowhere/at/all.git", "does not appear to be a git repository", "git ls-remote"),
    ],
)
def test_a_remote_that_is_none_is_named(remotes, remote, reason, hint):
    git(remotes.folder / "first", "init", "-q", "--bare", "docs")  # a folder is no remote

    with pytest.raises(RegistryUnavailableError) as caught:
        opened(remotes.folder / "first", remote=remote).observe()

    assert reason in "\n".join(caught.value.details)
    assert hint in caught.value.hint


def test_a_folder_without_git_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(RegistryUnavailableError) as caught:
        opened(tmp_path).observe()

    assert "needs a workspace in a git repository" in caught.value.hint


def test_without_a_git_program_the_registry_says_so(remotes, monkeypatch):
    monkeypatch.setenv("PATH", str(remotes.folder))

    with pytest.raises(RegistryUnavailableError) as caught:
        opened(remotes.folder / "first").observe()

    assert "git can't be started" in caught.value.details[0]


def test_a_server_that_wants_a_password_is_never_waited_for(remotes, monkeypatch):
    """A port of this machine where nobody listens, and a password that must not be told."""
    secret = "https://bob:hunter2@127.0.0.1:1/x.git"

    with pytest.raises(RegistryUnavailableError) as caught:
        opened(remotes.folder / "first", remote=secret).observe()

    assert "hunter2" not in f"{caught.value} {caught.value.details} {caught.value.hint}"
    assert "bob" not in f"{caught.value} {caught.value.details}"
    assert "***@127.0.0.1" in caught.value.message


def test_a_server_that_never_answers_is_given_up(remotes, monkeypatch):
    folder = remotes.folder / "first"
    subprocess.run(["mkfifo", remotes.folder / "silence"], check=True)
    git(folder, "config", "remote.origin.uploadpack", f"cat {remotes.folder}/silence #")
    monkeypatch.setattr(_remote, "_ASK_SECONDS", 0.5)

    with pytest.raises(RegistryUnavailableError) as caught:
        opened(folder).observe()

    assert ("git gave no answer within 0.5 seconds",) == caught.value.details


# what others may have written to the ref


def sound(remotes):
    apply(remotes.registry())
    names = ("meta.json", "objects.jsonl", "heads.jsonl")
    return {name: git(remotes.bare, "cat-file", "blob", f"{REF}:{name}") for name in names}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("meta.json", None, "`meta.json`: it is not there"),
        ("meta.json", "garbage", "`meta.json`: "),
        ("meta.json", "[" * 100_000, "nested too deeply"),
        ("meta.json", "[]", "it is no mapping"),
        ("objects.jsonl", None, "`objects.jsonl`: it is not there"),
        ("objects.jsonl", '{"address": 1}', "`address` is no text"),
        ("objects.jsonl", "\x00\x01", "`objects.jsonl`: "),
        ("heads.jsonl", '{"address": "a", "sequence": -1, "digest": ""}', "is no number"),
    ],
)
def test_a_state_made_by_hand_is_damaged_and_says_where(remotes, name, text, said):
    files = sound(remotes) | {name: text}
    remotes.point({name: text for name, text in files.items() if text is not None})

    with (
        pytest.raises(RegistryUnavailableError, match="that mlspec never wrote") as caught,
        remotes.registry("other").transaction(),
    ):
        pass

    assert said in caught.value.message
    assert "set the ref back" in caught.value.hint


def test_the_state_of_another_environment_or_of_a_newer_version_is_refused(remotes):
    files = sound(remotes)
    remotes.point(files, "refs/mlspec/state/dev")
    newer = files["meta.json"].replace("mlspec.registry/1", "mlspec.registry/2")
    remotes.point(files | {"meta.json": newer}, REF)

    with pytest.raises(RegistryUnavailableError, match="it is the state of `prod`"):
        remotes.registry(environment="dev").observe()
    with pytest.raises(RegistryUnavailableError, match=r"its format is `mlspec.registry/2`"):
        remotes.registry().observe()


def test_a_ref_that_leads_to_something_else_is_damaged(remotes):
    remotes.point(raw=remotes.blob("not a commit"))
    with pytest.raises(RegistryUnavailableError, match="that mlspec never wrote"):
        remotes.registry().observe()

    remotes.point(raw=git(remotes.bare, "rev-parse", "main"))
    with pytest.raises(RegistryUnavailableError, match="it is not there"):
        remotes.registry().observe()


def test_a_body_that_is_not_what_its_digest_says_is_tampered_with(remotes):
    apply(remotes.registry())
    text = git(remotes.bare, "ls-tree", "-r", REF)
    blob = next(line.split()[2] for line in text.splitlines() if "bodies/" in line)
    edited = remotes.blob(git(remotes.bare, "cat-file", "blob", blob).replace("0.9", "0.1"))
    remotes.point(raw=remotes.commit_of(text.replace(blob, edited)))

    with pytest.raises(TamperedPlanError, match="does not match its own digest") as caught:
        remotes.registry("other").observe()

    assert 12 == caught.value.exit_code
    assert 1 == remotes.registry("other").observe(bodies=False).serial


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda lines: lines[1:], "it was removed: the chain ends at event 2"),
        (lambda lines: [lines[0].replace('"sequence":2', '"sequence":1'), lines[1]], "altered"),
        (lambda lines: [*lines, lines[0].replace("churn", "ghost")], "it was added"),
    ],
    ids=["removed", "altered", "added"],
)
def test_heads_that_were_rewritten_on_the_ref_are_named_by_a_fresh_clone(remotes, harm, said):
    ledgers.apply(remotes.registry(), record(), record("model/other"))
    ledgers.apply(remotes.registry(), record(revision=2))
    listed = git(remotes.bare, "ls-tree", "-r", REF)
    blob = next(line.split()[2] for line in listed.splitlines() if "heads.jsonl" in line)
    lines = git(remotes.bare, "cat-file", "blob", blob).splitlines()
    assert () == audit_view(remotes.registry("fresh"), _no_signatures).problems

    edited = remotes.blob("\n".join(harm(lines)) + "\n")
    remotes.point(raw=remotes.commit_of(listed.replace(blob, edited)))

    (problem,) = audit_view(remotes.registry("other"), _no_signatures).problems
    assert problem.where in {"head of `model/churn`", "head of `model/ghost`"}
    assert said in problem.what


def _no_signatures(signed):
    assert () == tuple(signed)
    return ()


def test_a_remote_that_lost_an_object_is_unavailable(remotes):
    apply(remotes.registry())
    tree = git(remotes.bare, "rev-parse", f"{REF}:objects.jsonl")
    (remotes.bare / "objects" / tree[:2] / tree[2:]).unlink()

    with pytest.raises(RegistryUnavailableError):
        remotes.registry("other").observe()


def test_a_chain_that_was_lost_does_not_start_anew(remotes):
    registry = remotes.registry()
    apply(registry)
    folder = remotes.folder / "first"
    listed = git(folder, "ls-tree", "-r", remotes.tip()).splitlines()
    chain = next(line.split()[2] for line in listed if "\tevents/" in line)
    (folder / ".git/objects" / chain[:2] / chain[2:]).unlink()

    with pytest.raises(RegistryUnavailableError, match=r"churn.jsonl`: it is not there"):
        apply(registry, record(revision=2))

    assert 1 == remotes.registry("other").observe().serial


# what a checkout may try


@pytest.mark.parametrize("options", [(), ("--depth=1",)])
def test_a_state_that_was_rolled_back_is_refused_where_it_was_seen(remotes, options):
    apply(remotes.registry())
    older = remotes.tip()
    remotes.clone("other", *options)
    apply(remotes.registry("other"), record("model/other"))
    apply(remotes.registry(), record("model/third"))
    newest = remotes.registry("other").observe()

    git(remotes.bare, "update-ref", REF, older)
    for _ in range(2):
        with pytest.raises(TamperedPlanError) as error:
            remotes.registry("other").observe()
        assert f"checkpoint {newest.sequence}:{newest.head}" in str(error.value)
        with (
            pytest.raises(TamperedPlanError),
            remotes.registry("other").transaction() as transaction,
        ):
            write(transaction, record("model/fourth"))
    assert 1 == remotes.registry("new").observe().sequence

    git(remotes.folder / "other", *error.value.hint.partition("`git ")[2].rstrip("`").split())
    assert 1 == remotes.registry("other").observe().sequence


def test_a_state_that_was_written_anew_or_deleted_is_refused_where_it_was_seen(remotes):
    empty = remotes.registry("other")
    apply(remotes.registry())
    empty.observe()
    git(remotes.bare, "update-ref", "-d", REF)
    with pytest.raises(TamperedPlanError):
        empty.observe()

    apply(remotes.registry("new"), record("model/else"))
    apply(remotes.registry("new"), record("model/more"))

    with pytest.raises(TamperedPlanError, match="rolled back or replaced"):
        empty.observe()


def test_no_program_that_a_repository_names_is_run(remotes):
    folder = remotes.clone("hostile")
    mark = remotes.folder / "ran"
    for name in ("pre-push", "reference-transaction", "post-checkout", "post-index-change"):
        hook = folder / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\necho {name} >> {mark}\n")
        hook.chmod(0o755)
    git(folder, "config", "core.fsmonitor", f"touch {mark}; false")
    git(folder, "config", "push.gpgSign", "if-asked")
    git(folder, "config", "push.followTags", "true")

    apply(opened(folder))
    opened(folder).observe()

    assert not mark.exists()


def test_variables_that_name_another_repository_are_not_followed(remotes, monkeypatch, tmp_path):
    git(tmp_path, "init", "-q", "elsewhere")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "elsewhere" / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "elsewhere"))

    apply(opened(remotes.folder / "first"))

    monkeypatch.undo()
    assert 1 == remotes.registry().observe().serial


def test_a_replaced_object_is_not_read(remotes):
    registry = remotes.registry()
    apply(registry)
    registry.observe()
    folder = remotes.folder / "first"
    git(folder, "replace", remotes.tip(), git(folder, "rev-parse", "HEAD"))

    assert 1 == remotes.registry().observe().serial


def test_a_small_write_to_a_large_registry_adds_little(remotes):
    many = [record(f"model/m-{number}", {"n": number}, uid=str(number)) for number in range(1500)]
    apply(remotes.registry(), *many)
    before = {*git(remotes.bare, "cat-file", "--batch-all-objects", "--batch-check").splitlines()}

    apply(remotes.registry("other"), replace(many[7], revision=2))

    after = {*git(remotes.bare, "cat-file", "--batch-all-objects", "--batch-check").splitlines()}
    assert len(after - before) < 25


# publishing


def published(registry, files, branch="rendered/prod"):
    with registry.transaction() as transaction:
        state = transaction.snapshot()
        transaction.publish(Publication(branch, files, "prod: compiled"))
        transaction.finish(run_of(state.serial + 1, f"sha256:{state.serial}"))


def digests(files):
    return {path: digest_bytes(content) for path, content in files.items()}


def test_artifacts_are_published_with_the_state_and_are_all_there_is(remotes):
    first = {"a.yaml": b"a", "k8s/svc.yaml": b"svc", 'odd "name" \\ é.md': b"\x00\xff"}
    second = {"a.yaml": b"b", "cards/x.md": b"x"}

    published(remotes.registry(), first)
    assert digests(first) == remotes.registry("other").published("rendered/prod")
    published(remotes.registry("third"), second)

    assert digests(second) == remotes.registry("other").published("rendered/prod")
    assert None is remotes.registry().published("rendered/none")
    lineage = remotes.registry().observe().lineage
    assert [
        *("prod: compiled", "", "run: 2-aa"),
        *("Mlspec-Environment: prod", f"Mlspec-Lineage: {lineage}"),
    ] == git(remotes.bare, "log", "-1", "--format=%B", "rendered/prod").splitlines()
    assert "2" == git(remotes.bare, "rev-list", "--count", "rendered/prod")


def test_unchanged_artifacts_make_no_commit(remotes):
    published(remotes.registry(), {"a.yaml": b"a"})
    before = remotes.tip("refs/heads/rendered/prod")

    published(remotes.registry("other"), {"a.yaml": b"a"})

    assert before == remotes.tip("refs/heads/rendered/prod")
    assert 2 == remotes.registry().observe().serial


def test_a_branch_of_people_is_never_replaced(remotes):
    before = remotes.tip("refs/heads/main")

    with pytest.raises(UsageError, match="commits that mlspec did not make"):
        published(remotes.registry(), {"a.yaml": b"a"}, branch="main")

    assert before == remotes.tip("refs/heads/main")
    assert "" == remotes.tip()


@pytest.mark.parametrize("files", [{"a.yaml": b"a"}, {"a.yaml": b"b"}])
def test_a_branch_of_another_environment_is_never_replaced(remotes, files):
    published(remotes.registry(), {"a.yaml": b"a"})
    before = remotes.tip("refs/heads/rendered/prod")

    with pytest.raises(UsageError, match="not published by this registry of `staging`") as caught:
        published(remotes.registry(environment="staging"), files)

    assert "Mlspec-Environment: prod" in caught.value.details
    assert before == remotes.tip("refs/heads/rendered/prod")
    assert "" == remotes.tip("refs/mlspec/state/staging")


def test_a_branch_of_another_registry_of_the_environment_is_never_replaced(remotes):
    published(remotes.registry(), {"a.yaml": b"a"})
    before = remotes.tip("refs/heads/rendered/prod")
    git(remotes.bare, "update-ref", "-d", REF)

    with pytest.raises(UsageError, match="not published by this registry of `prod`"):
        published(remotes.registry("other"), {"a.yaml": b"b"})

    assert before == remotes.tip("refs/heads/rendered/prod")


@pytest.mark.parametrize("refused", ["refs/heads/rendered/prod", REF])
def test_state_and_artifacts_arrive_together_or_not_at_all(remotes, refused):
    remotes.hook("update", f'test "$1" != {refused}')

    with pytest.raises(RegistryUnavailableError, match="does not take the push"):
        published(remotes.registry(), {"a.yaml": b"a"})

    assert ("", "") == (remotes.tip(), remotes.tip("refs/heads/rendered/prod"))


def test_artifacts_that_moved_meanwhile_stop_the_state_too(remotes):
    registry = remotes.registry()
    published(registry, {"a.yaml": b"a"})
    state = remotes.tip()
    other = git(remotes.bare, "commit-tree", "-m", "x", f"{REF}^{{tree}}")
    remotes.hook("update", f"git update-ref refs/heads/rendered/prod {other}")

    with pytest.raises(RegistryMovedError):
        published(registry, {"a.yaml": b"b"})

    assert state == remotes.tip()


@pytest.mark.parametrize("path", ["../x", ".git/config", "a//b", "a/.GIT/x", "", "/etc/x"])
def test_a_path_that_leads_out_of_the_branch_is_refused(remotes, path):
    with pytest.raises(ValueError, match="is no path of a file"):
        published(remotes.registry(), {path: b"a"})
