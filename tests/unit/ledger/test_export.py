"""The exported ledger is verified by the commands of its own VERIFY.md, without mlspec."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import pytest
from tests.unit.ledger.ledgers import Change, Ledger, record
from tests.unit.ledger.signed import signed_ledger
from tests.unit.ledger.ssh import line, make_key
from tests.unit.planning.test_verification import reviewed, workspace

from mlspec.canonical import canonical_json, digest_bytes
from mlspec.errors import TamperedPlanError
from mlspec.ledger.export import exported
from mlspec.state import BreakGlass, Event

BLOCK = re.compile(r"## (\d)\. .*?```bash\n(.*?)```", re.DOTALL)
BARE = {"PATH": "/usr/bin:/bin"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder, name) for name in ("ana", "ci", "eve")}


@pytest.fixture(scope="module")
def ledger(keys):
    """Everything that a ledger can hold: renames, deletes, approvals, a review, old keys."""
    made, signers, sign = signed_ledger(keys)
    moved = Change(record("model/b", revision=3), "rename", previous="model/a")
    made.apply(moved, record("dataset/d@v1"), sign=sign, break_glass=BreakGlass("sre", "fire"))
    made = reviewed(made, "ana@x.org", keys["ana"])
    made.checkpoints[-1] = replace(made.checkpoints[-1], signature=sign(made.checkpoints[-1]))
    expired = line("ci", keys["ci"], 'valid-before="20260102030900Z"')
    return made.apply(workspace(2, expired, line("ana@x.org", keys["ana"])), sign=sign), signers


def files_of(ledger, signers):
    return exported(
        ledger.snapshot(),
        ledger.events,
        ledger.checkpoints,
        ledger.runs,
        ledger.statements,
        "\n".join(signers),
    )


def write(folder, files):
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


@pytest.fixture
def bundle(tmp_path, ledger):
    return write(tmp_path / "bundle", files_of(*ledger))


def verdicts(folder):
    """Run each block of VERIFY.md in an empty environment; return what failed, and how."""
    blocks = dict(BLOCK.findall((folder / "VERIFY.md").read_text()))
    assert [*"12345"] == [*blocks]
    done = {
        number: subprocess.run(
            ["bash", "-c", block],
            cwd=folder,
            env=BARE,
            capture_output=True,
            text=True,
            check=False,
        )
        for number, block in blocks.items()
    }
    assert all(
        (each.returncode == 0) is each.stdout.endswith("ok\n") or "no keys" in each.stdout
        for each in done.values()
    ), done
    return {
        int(number): each.stdout + each.stderr for number, each in done.items() if each.returncode
    }


def seal_sums(folder):
    """Make the sums fit again, as somebody who tampers would."""
    files = sorted(x for x in folder.rglob("*") if x.is_file() and x.name != "SHA256SUMS")
    sums = {x.relative_to(folder): digest_bytes(x.read_bytes())[7:] for x in files}
    (folder / "SHA256SUMS").write_text("".join(f"{sums[x]}  {x}\n" for x in sorted(sums)))


def test_a_whole_ledger_is_verified_without_mlspec(bundle):
    assert {} == verdicts(bundle)


def test_the_same_ledger_gives_the_same_bytes(ledger):
    assert files_of(*ledger) == files_of(*ledger)


def test_the_name_of_a_change_is_its_place_and_its_digest(bundle, ledger):
    made, _ = ledger
    first = made.events[0]
    file = bundle / "ledger" / first.address / f"000001-{first.digest[7:23]}.json"

    assert canonical_json(first.body) == file.read_bytes()
    assert first.digest == digest_bytes(file.read_bytes())


def test_the_indexes_name_the_runs_and_the_heads(bundle, ledger):
    made, _ = ledger
    runs = [each.split(" ") for each in (bundle / "RUNS").read_text().splitlines()]
    heads = [each.split(" ") for each in (bundle / "HEADS").read_text().splitlines()]

    assert [each.run_id for each in made.runs] == [run for _, run, _ in runs]
    assert all((bundle / file).is_file() for _, _, file in runs)
    assert {key: [str(x.sequence), x.digest] for key, x in made.heads().items()} == {
        address: rest for address, *rest in heads
    }


def one(folder, pattern, place=0):
    return sorted(folder.glob(pattern))[place]


def edit(file, old=b'"actor":"ana"', new=b'"actor":"eve"'):
    content = file.read_bytes()
    assert old in content
    file.write_bytes(content.replace(old, new, 1))


def rename_to_content(file):
    digest = digest_bytes(file.read_bytes())[7:23]
    return file.rename(file.with_name(f"{file.name[:6]}-{digest}.json"))


def edit_event(folder):
    edit(one(folder, "ledger/model/a/000001-*"))


def edit_event_and_name(folder):
    edit_event(folder)
    rename_to_content(one(folder, "ledger/model/a/000001-*"))


def remove_event(folder):
    one(folder, "ledger/model/a/000001-*").unlink()


def cut_event(folder):
    one(folder, "ledger/model/a/000002-*").unlink()


def cut_chain(folder):
    shutil.rmtree(folder / "ledger" / "dataset")


def move_event(folder):
    file = one(folder, "ledger/model/b/000003-*")
    file.rename(folder / "ledger" / "model" / "a" / file.name)


def add_event(folder):
    file = one(folder, "ledger/model/b/000003-*")
    text = file.read_bytes().replace(b'"sequence":3', b'"sequence":4')
    previous = re.search(rb'"previous":"([^"]*)"', text)[1]
    text = text.replace(previous, digest_bytes(file.read_bytes()).encode())
    text = text.replace(b'"previousAddress":"model/a"', b'"previousAddress":""')
    (file.parent / f"000004-{digest_bytes(text)[7:23]}.json").write_bytes(text)


def edit_checkpoint(folder):
    edit(one(folder, "checkpoints/000002-*.json"), b'"lineage":"L1"', b'"lineage":"L2"')


def remove_checkpoint(folder):
    for file in folder.glob("checkpoints/000002-*"):
        file.unlink()


def cut_checkpoint(folder):
    for file in sorted(folder.glob("checkpoints/*"))[-2:]:
        file.unlink()


def edit_head(folder):
    (folder / "HEAD").write_text(f"9 {'0' * 64}\n")


def swap_signatures(folder):
    first, second = one(folder, "checkpoints/000001-*.sig"), one(folder, "checkpoints/000002-*.sig")
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)


def drop_signature(folder):
    one(folder, "checkpoints/000003-*.sig").unlink()


def edit_approval(folder):
    (file,) = [x for x in folder.glob("statements/*.json") if b"/approval/v1" in x.read_bytes()]
    edit(file, b'"comment":"ok"', b'"comment":"no"')


def remove_approval(folder):
    for file in folder.glob("statements/*.json"):
        if b"/approval/v1" in file.read_bytes():
            file.unlink()
            file.with_name(f"{file.name}.sig").unlink()


def swap_approval_signature(folder):
    one(folder, "statements/*.sig").write_bytes(one(folder, "checkpoints/*.sig").read_bytes())


def remove_run(folder):
    serial, _run, file = (folder / "RUNS").read_text().splitlines()[1].split(" ")
    assert "2" == serial
    (folder / file).unlink()


def forget_keys(folder):
    signers = (folder / "allowed_signers").read_text().splitlines()
    (folder / "allowed_signers").write_text(signers[0] + "\n")


HARMS = {
    edit_event: {2},
    edit_event_and_name: {2, 3},
    remove_event: {2, 3},
    cut_event: {2, 3},
    cut_chain: {3},
    move_event: {2, 3},
    add_event: {3},
    edit_checkpoint: {3, 5},
    remove_checkpoint: {3},
    cut_checkpoint: {3},
    edit_head: {3},
    swap_signatures: {5},
    drop_signature: {5},
    edit_approval: {4, 5},
    remove_approval: {4},
    swap_approval_signature: {5},
    remove_run: {4},
    forget_keys: {5},
}


@pytest.mark.parametrize(
    ("harm", "blocks"), HARMS.items(), ids=lambda x: getattr(x, "__name__", "")
)
def test_tampering_makes_the_commands_fail_even_with_new_sums(bundle, harm, blocks):
    harm(bundle)
    assert 1 in verdicts(bundle)

    seal_sums(bundle)

    assert blocks == {*verdicts(bundle)}


def test_a_file_that_nothing_lists_is_named(bundle):
    (bundle / "ledger" / "model" / "a" / "note.txt").write_text("x")

    assert "ledger/model/a/note.txt" in verdicts(bundle)[1]


def test_a_key_that_has_expired_since_counts_for_what_it_signed(bundle):
    file = bundle / "allowed_signers"
    lines = file.read_text().splitlines()
    expired = [x.replace("ci ssh", 'ci valid-before="20260102031000Z" ssh') for x in lines]
    early = [x.replace("ci ssh", 'ci valid-before="20260102030002Z" ssh') for x in lines]

    for text, expected in ((expired, {}), (early, {5})):
        file.write_text("\n".join(text) + "\n")
        seal_sums(bundle)
        assert {*expected} == {*verdicts(bundle)}


def test_a_ledger_without_keys_or_signatures_says_so(tmp_path):
    made = Ledger().apply(record()).apply(record(revision=2))
    folder = write(tmp_path / "bundle", files_of(made, []))

    assert {} == verdicts(folder)


@pytest.mark.parametrize(
    "address", ["../../etc/cron", "model/../../x", "/etc/x", "model/a b", "model/a\n", "model"]
)
def test_a_name_that_leads_elsewhere_is_refused(address):
    made = Ledger().apply(record())
    first = made.events[0]
    made.events[0] = Event(address, 1, "", first.body, first.digest)

    with pytest.raises(TamperedPlanError, match="never gave"):
        files_of(made, [])


def test_a_digest_that_leads_elsewhere_is_refused():
    made = Ledger().apply(record())
    (digest,) = made.statements
    made.statements["../x"] = made.statements.pop(digest)

    with pytest.raises(TamperedPlanError, match="never gave"):
        files_of(made, [])
