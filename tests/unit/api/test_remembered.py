"""A compile that knows files of an earlier one writes what a compile of everything writes."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.benchmarks.workload import generate
from tests.unit.targets import sample

from mlspec.api._kept import Kept, Written
from mlspec.api._manifest import read_manifest
from mlspec.api._places import MANIFEST_NAME, Place, Places
from mlspec.api._remembered import remembered
from mlspec.api._tool import tool_digest
from mlspec.api._write import write
from mlspec.api.build import Choices, compile_environments
from mlspec.errors import OutputError
from mlspec.ir import Artifact
from mlspec.targets import load_targets

MODEL = "specs/models/000/model-1.yaml"
TEMPLATE = "templates/model_card/card.md.j2"
EDITS = {
    "latency": (MODEL, "p99Ms: 120", "p99Ms: 130"),
    "latency back": (MODEL, "p99Ms: 130", "p99Ms: 120"),
    "a line before": (MODEL, "metadata:", "# a line\nmetadata:"),
    "purpose": (MODEL, "It decides nothing", "It does not decide"),
    "monitor": (MODEL, "above: 0.25", "above: 0.3"),
    "runbook": (MODEL, "https://runbooks.example.org", "https://other.example.org"),
    "owner": (MODEL, "owner: team-1", "owner: team-2"),
    "shared gates": ("specs/shared.yaml", "atLeast: 0.7", "atLeast: 0.75"),
    "team": ("specs/teams/team-1.yaml", "receiver: team-1-pager", "receiver: other-pager"),
    "data": ("specs/data/view-0.yaml", "licence: internal", "licence: public"),
    "namespace": ("mlspec.yaml", "is.\n", "is.\n      namespace: ranking\n"),
    "new environment": ("mlspec.yaml", "    prod:\n", "    test: {}\n    prod:\n"),
}
ACTIONS = st.lists(
    st.sampled_from([*EDITS, "remove a model", "new template", "lose a file", "change a file"]),
    min_size=1,
    max_size=4,
)
ALL, FEW = Choices(reuse_from=10**9), Choices(reuse_from=1)


@contextmanager
def workspace(count=3):
    """Give a workspace with three models and a cache of its own."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        root = Path(folder) / "specs"
        patch.setenv("XDG_CACHE_HOME", str(Path(folder) / "cache"))
        generate(root, count)
        home = root / "mlspec.yaml"
        home.write_text(f"{home.read_text()}  paths:\n    templates: templates\n")
        yield root


def compiled(root, choices=FEW, out="build"):
    """Compile into a folder, and return its files."""
    output = root / out
    choices = Choices(output, (), force=choices.force, reuse_from=choices.reuse_from)
    compile_environments(root, ("prod",), choices)
    return {str(each.relative_to(output)): each.read_bytes() for each in files(output)}


def anew(root):
    """Return what a compile gives that knows nothing."""
    shutil.rmtree(root / "anew", ignore_errors=True)
    return compiled(root, ALL, "anew")


def files(folder):
    return sorted(each for each in folder.rglob("*") if each.is_file())


def act(root, action):
    """Change something that files depend on, or a file."""
    if action == "remove a model":
        (root / "specs/models/000/model-2.yaml").unlink(missing_ok=True)
    elif action == "new template":
        (root / TEMPLATE).parent.mkdir(parents=True, exist_ok=True)
        (root / TEMPLATE).write_text("{{ card.name | markdown }}\n")
    elif action == "lose a file":
        files(root / "build/cards")[0].unlink()
    elif action == "change a file":
        found = files(root / "build/cards")[0]
        found.write_bytes(found.read_bytes() + b"# a person\n")
        compiled(root, Choices(force=True))
    else:
        name, old, new = EDITS[action]
        text = (root / name).read_text()
        if new not in text:  # a key that is added twice is none that can be read
            (root / name).write_text(text.replace(old, new))


def cache_of(root):
    (found,) = (root.parent / "cache").rglob("*.json")
    return found


@settings(max_examples=6)
@given(ACTIONS)
def test_after_any_edits_the_bytes_are_those_of_a_compile_of_everything(actions):
    with workspace() as root:
        compiled(root)
        for action in actions:
            act(root, action)
            assert anew(root) == compiled(root), action


def held(root, output):
    """Return what is remembered of a workspace whose output folder is `output`."""
    return remembered(root, "prod", Places(root / output, root), [])


def target(name):
    return next(each for each in load_targets() if each.name == name)


@pytest.fixture
def rule_files(tmp_path, monkeypatch):
    """Files of a part that are written and remembered; gives what reuses them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    prometheus, part = target("prometheus"), sample.full_bundle()
    made = [Artifact("prometheus/a.yaml", "a: 1\n", "s"), Artifact("prometheus/b.yaml", "b\n", "s")]

    def reused(content=made, bundle=part, of=prometheus):
        memory, calls = held(tmp_path, "build"), []

        def make():
            calls.append(1)
            yield from content

        found = list(memory.reuse(of, bundle, make))
        write(found, tmp_path / "build", tmp_path)
        memory.keep(found)
        return bool(calls), [each.content for each in found]

    reused()
    return reused


def test_what_did_not_change_is_not_made_again(rule_files):
    assert (False, ["a: 1\n", "b\n"]) == rule_files([])


def test_what_changed_is_made_again(rule_files):
    changed = replace(sample.full_bundle(), environment="elsewhere")

    assert (True, ["new"]) == rule_files([Artifact("prometheus/a.yaml", "new", "s")], changed)


def test_another_target_makes_its_own(rule_files):
    assert (True, []) == rule_files([], of=target("kubernetes"))


@pytest.mark.parametrize("change", ["x", "", None])
def test_where_one_file_of_a_part_is_another_all_of_it_is_made_again(rule_files, tmp_path, change):
    file = tmp_path / "build/prometheus/b.yaml"
    file.unlink() if change is None else file.write_text(change)

    assert rule_files()[0]


def test_a_file_that_no_manifest_lists_is_made_again(rule_files, tmp_path):
    (tmp_path / "build" / MANIFEST_NAME).unlink()

    assert rule_files()[0]


def test_a_file_that_another_run_wrote_meanwhile_is_not_listed_as_it_was(rule_files, tmp_path):
    found = list(
        held(tmp_path, "build").reuse(
            target("prometheus"), sample.full_bundle(), lambda: pytest.fail("it is known")
        )
    )
    theirs = [
        Artifact("prometheus/a.yaml", "a: 2\n", "s"),
        Artifact("prometheus/b.yaml", "b\n", "s"),
    ]
    write(theirs, tmp_path / "build", tmp_path)

    with pytest.raises(OutputError, match=r"a\.yaml.*changed while it was compiled"):
        write(found, tmp_path / "build", tmp_path)

    assert write(theirs, tmp_path / "build", tmp_path).unchanged == tuple(
        each.path for each in theirs
    )
    assert (
        write(
            [Artifact("prometheus/a.yaml", "a: 3\n", "s"), theirs[1]], tmp_path / "build", tmp_path
        ).kept_edited
        == ()
    )


def test_another_output_folder_gets_files_of_its_own(rule_files, tmp_path):
    (tmp_path / "build").rename(tmp_path / "moved")

    assert rule_files()[0]


def test_a_link_in_place_of_a_file_is_made_again(rule_files, tmp_path):
    file = tmp_path / "build/prometheus/b.yaml"
    file.rename(tmp_path / "there")
    file.symlink_to(tmp_path / "there")
    memory = held(tmp_path, "build")

    found = memory.reuse(target("prometheus"), sample.full_bundle(), lambda: iter(()))
    assert [] == list(found)


def test_code_of_others_is_never_known_again(rule_files, tmp_path):
    theirs = replace(target("prometheus"), emit=test_code_of_others_is_never_known_again)
    first = rule_files(of=theirs)

    assert first == rule_files(of=theirs) == (True, ["a: 1\n", "b\n"])


def test_with_other_templates_everything_is_made_again(rule_files, tmp_path):
    memory = held(tmp_path, "build")
    with_others = remembered(
        tmp_path, "prod", Places(tmp_path / "build", tmp_path), [tmp_path / "build"]
    )
    part, new = sample.full_bundle(), Artifact("prometheus/new.yaml", "new", "s")

    for each, paths in (
        (memory, {"prometheus/a.yaml", "prometheus/b.yaml"}),
        (with_others, {new.path}),
    ):
        found = each.reuse(target("prometheus"), part, lambda: [new])
        assert paths == {artifact.path for artifact in found}


def test_a_link_that_leads_to_other_templates_makes_other_templates(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "card.md.j2").write_text(name)

    def digest(target):
        (tmp_path / "model_card").unlink(missing_ok=True)
        (tmp_path / "model_card").symlink_to(target)
        return tool_digest([tmp_path])

    assert digest("one") == digest("one") != digest("two")


@pytest.mark.skipif(sys.platform != "linux", reason="looks at how files are kept")
def test_of_an_unchanged_workspace_all_cards_are_known():
    from mlspec.api.build import _run
    from mlspec.api.session import open_session

    with workspace() as root:
        compiled(root)
        session = open_session(root)
        choices = Choices(root / "build", reuse_from=1)
        found = _run(session, session.environment("prod"), choices).artifacts

    known = {each.path for each in found if isinstance(each, Kept) and isinstance(each.at, Written)}
    wanted = {each.path for each in found if each.target == "model_card"}
    assert wanted == known
    assert len(wanted) > 5


@pytest.mark.parametrize(
    "choices", [{"force": True}, {"check": True}, {"targets": ("prometheus",)}]
)
def test_a_check_a_part_and_force_never_look_at_what_is_remembered(choices):
    with workspace() as root:
        compiled(root)
        before = cache_of(root).read_bytes()
        compile_environments(
            root, ("prod",), Choices(root / "build", **{"reuse_from": 1, **choices})
        )
        cache_of(root).unlink()
        compile_environments(
            root, ("prod",), Choices(root / "build", **{"reuse_from": 1, **choices})
        )

        assert before
        assert [] == [*(root.parent / "cache").rglob("*.json")]


def test_a_small_workspace_leaves_nothing_in_the_cache():
    with workspace() as root:
        compiled(root, Choices())

        assert not (root.parent / "cache").exists()


@pytest.mark.parametrize(("formats", "is_known"), [("markdown", False), ("json, markdown", True)])
def test_cards_are_remembered_only_where_that_is_less_work_than_to_make_them(formats, is_known):
    with workspace() as root:
        home = root / "mlspec.yaml"
        text = home.read_text().replace("  paths:\n    templates: templates\n", "")
        home.write_text(f"{text}  targets:\n    modelCard:\n      formats: [{formats}]\n")
        first = compiled(root)

        assert first == compiled(root)
        assert (root.parent / "cache").exists() == is_known


def test_a_home_that_can_not_be_written_is_no_reason_to_fail(monkeypatch):
    with workspace() as root:
        (root.parent / "file").write_text("")
        monkeypatch.setenv("XDG_CACHE_HOME", str(root.parent / "file"))

        assert compiled(root) == anew(root)


def forge_digests(cache, root):
    """Say of every part that it gives the files that are there."""
    listed = read_manifest(Place(MANIFEST_NAME, root / "build" / MANIFEST_NAME, root / "build"))
    parts = {
        name: [[path, "s", listed[path].digest] for path, *_ in found]
        for name, found in json.loads(cache.partition(b"\n")[2])["parts"].items()
    }
    told = json.loads(cache.partition(b"\n")[2]) | {"parts": parts}
    return cache.partition(b"\n")[0] + b"\n" + json.dumps(told).encode()


TAMPERED = {
    "nothing": lambda _, __: b"",
    "cut off": lambda cache, _: cache[: len(cache) // 2],
    "a bit": lambda cache, _: cache[:-9] + bytes([cache[-9] ^ 1]) + cache[-8:],
    "no seal": lambda cache, _: b"\n" + cache.partition(b"\n")[2],
    "no UTF-8": lambda _, __: b"\xff\n\xfe",
    "nested": lambda cache, _: cache[:65] + b"[" * 100_000,
    "forged": forge_digests,
    "another seal": lambda cache, _: b"0" * 64 + cache[64:],
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_cache_that_was_tampered_with_changes_nothing(how):
    with workspace() as root:
        compiled(root)
        names = parts_after(root, "monitor") if how == "forged" else (b"", b"")
        swapped = cache_of(root).read_bytes().replace(*names)
        cache_of(root).write_bytes(TAMPERED[how](swapped, root))
        act(root, "monitor")

        assert anew(root) == compiled(root)


def parts_after(root, action):
    """Return the name of the card of a model now, and the one that it has after an edit."""

    def names():
        told = json.loads(cache_of(root).read_bytes().partition(b"\n")[2])["parts"]
        return {name for name, found in told.items() if found[0][1] == MODEL}

    shutil.copytree(root, root.parent / "copy")
    before = names()
    kept = cache_of(root).read_bytes()
    text = (root / MODEL).read_text()
    act(root, action)
    compiled(root)
    after = names()
    (root / MODEL).write_text(text)
    shutil.rmtree(root / "build")
    shutil.copytree(root.parent / "copy/build", root / "build")
    cache_of(root).write_bytes(kept)
    (old,), (new,) = before - after, after - before
    return old.encode(), new.encode()


def test_with_its_seal_such_a_forgery_would_be_believed_so_the_seal_is_what_counts():
    from mlspec.api._remembered import _seal

    with workspace() as root:
        old = compiled(root)
        names = parts_after(root, "monitor")
        body = cache_of(root).read_bytes().partition(b"\n")[2].replace(*names)
        key = (root.parent / "cache/mlspec/compiled-1/key").read_bytes()
        cache_of(root).write_bytes(_seal(key, body) + b"\n" + body)
        act(root, "monitor")
        found = compiled(root)

        cards = [each for each in old if each.startswith("cards/")]
        assert {each: old[each] for each in cards} == {each: found[each] for each in cards}
        assert anew(root) != found


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 33])
def test_a_key_that_is_none_means_that_everything_is_made(key):
    with workspace() as root:
        compiled(root)
        (root.parent / "cache/mlspec/compiled-1/key").write_bytes(key)
        act(root, "monitor")

        assert anew(root) == compiled(root)


def test_a_new_key_is_for_nobody_else_to_read():
    with workspace() as root:
        compiled(root)
        (key,) = (root.parent / "cache").rglob("key*")

        assert 0o600 == key.stat().st_mode & 0o777
        assert 32 == key.stat().st_size


KILLED = """
import os, signal, sys
from pathlib import Path
from mlspec.api.build import Choices, compile_environments

left = int(sys.argv[2])

def counted(event, arguments):
    global left
    if event in {"os.rename", "os.link", "os.remove", "os.truncate"} or (
        event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_WRONLY
    ):
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

root = Path(sys.argv[1])
sys.addaudithook(counted)
compile_environments(root, ("prod",), Choices(root / "build", reuse_from=1))
print(left)
"""


def test_a_run_that_is_killed_at_any_time_leaves_no_wrong_cache():
    with workspace() as root:
        compiled(root)
        arguments = [sys.executable, "-c", KILLED, str(root)]
        act(root, "monitor")
        before = root.parent / "before"
        for each in ("specs", "cache"):
            shutil.copytree(root.parent / each, before / each)
        whole = subprocess.run([*arguments, "1000"], check=True, capture_output=True, text=True)
        total = 1000 - int(whole.stdout)
        wanted = anew(root)
        for moment in {0, total // 2, *range(total - 4, total)}:
            for each in ("specs", "cache"):
                shutil.rmtree(root.parent / each)
                shutil.copytree(before / each, root.parent / each)
            killed = subprocess.run([*arguments, str(moment)], check=False, capture_output=True)

            assert -signal.SIGKILL == killed.returncode, moment
            assert wanted == compiled(root), moment
