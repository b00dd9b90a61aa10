"""The registry keeps the evidence items about what was applied: files are not needed to tell."""

from __future__ import annotations

import json
import shutil
import sqlite3
from base64 import b64decode
from contextlib import closing

import pytest
from tests.unit.ledger.ssh import allow, line, make_key
from tests.unit.registry.remotes import git

from mlspec.api.add_evidence import NewItem, add_item
from mlspec.api.cards import Asked, cards
from mlspec.api.dossier import dossier
from mlspec.api.execute import apply_now
from mlspec.api.inspect import verify
from mlspec.api.item_records import RecordedItems
from mlspec.api.list_evidence import list_items
from mlspec.api.session import open_session
from mlspec.api.start import init
from mlspec.canonical import digest_bytes
from mlspec.errors import ExitCode, UsageError
from mlspec.evidence import ItemStatus, read_item
from mlspec.ir import CardFormat

NAME = "val@example.org"
MODEL = "model/churn"
REPORT, NOTICE = "test-report", "notice"


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("keys"), "val")


@pytest.fixture
def shop(tmp_path, key):
    """A workspace without gates to pass, with a signed report and a notice about its model."""
    root = tmp_path / "shop"
    init(root)
    file = root / "mlspec.yaml"
    file.write_text(file.read_text("utf-8").replace("requireGates: true", "requireGates: false"))
    allow(root, line(NAME, key))
    paper = tmp_path / "report.pdf"
    paper.write_bytes(b"%PDF all slices were tried")
    add_item("churn", root, None, NewItem(REPORT, file=paper, key=key, day="2026-11-01"))
    until = NewItem(NOTICE, file=paper, day="2026-11-01", valid_until="2027-01-31", about=("use",))
    add_item("churn", root, None, until)
    return root


@pytest.fixture(params=["embedded", "git"])
def applied(request, shop):
    """What was applied, in each registry, with the version that it had and the bytes of files."""
    if request.param == "git":
        git(shop, "init", "-q")
        text = (shop / "mlspec.yaml").read_text("utf-8")
        text = text.replace("backend: embedded", 'backend: git\n    remote: "."')
        (shop / "mlspec.yaml").write_text(text, "utf-8")
    apply_now("prod", shop)
    files = {
        each.name: each.read_bytes()
        for each in (shop / "evidence" / "_items" / "model.churn").iterdir()
    }
    return shop, files


def backend(root):
    return open_session(root).backend("prod")


def recorded(root, version=""):
    return {each.kind: each for each in RecordedItems(backend(root)).of(MODEL, version)}


def version_of(root):
    return open_session(root).environment("prod").resources[MODEL].metadata.version


def to_version(root, version):
    """Check out another version, without any evidence."""
    file = root / "specs" / "churn.yaml"
    text = file.read_text("utf-8")
    now = f"\n  version: {version_of(root)}\n"
    file.write_text(text.replace(now, f"\n  version: {version}\n"), "utf-8")
    shutil.rmtree(root / "evidence")


def listed(root, name, **more):
    [shelf] = list_items(name, root, "prod", **more).shelves
    return {each.kind: each for each in shelf.items}


def test_what_is_known_of_items_is_kept_with_their_signatures(applied):
    root, files = applied
    shutil.rmtree(root / "evidence")

    found = recorded(root)

    assert {REPORT, NOTICE} == found.keys()
    assert ((NAME,), "") == (found[REPORT].signers, found[REPORT].unsigned)
    assert ((), True) == (found[NOTICE].signers, found[NOTICE].is_whole)
    statements = {read_item(text.decode()) for name, text in files.items() if "dsse" not in name}
    assert statements == {each.record for each in found.values()}
    assert () == verify(root, "prod").problems


def test_documents_are_kept_by_the_digest_of_their_bytes(applied):
    root, files = applied

    kept = backend(root).statements()

    assert all(digest == digest_bytes(each.content.encode()) for digest, each in kept.items())
    envelopes = [json.loads(each.content) for each in kept.values() if "payload" in each.content]
    payloads = [b64decode(each["payload"]) for each in envelopes if "payload" in each]
    own = [text for name, text in files.items() if REPORT in name and "dsse" not in name]
    assert own == payloads


def test_a_version_that_is_no_longer_checked_out_is_listed_from_the_registry(applied):
    root, _ = applied
    then = version_of(root)
    to_version(root, "v9")

    report = list_items(f"churn@{then}", root, "prod")

    [shelf] = report.shelves
    assert f"{MODEL}@{then}" == shelf.address
    assert {REPORT: ItemStatus.PRESENT, NOTICE: ItemStatus.PRESENT} == {
        each.kind: each.status for each in shelf.items
    }
    assert all("is gone: run " in each.reason for each in shelf.items)
    assert ExitCode.OK is report.exit_code


def test_days_pass_for_what_was_kept(applied):
    root, _ = applied
    then = version_of(root)
    to_version(root, "v9")

    found = listed(root, f"{MODEL}@{then}", as_of="2027-02-01")

    assert (ItemStatus.PRESENT, ItemStatus.STALE) == (found[REPORT].status, found[NOTICE].status)
    assert "it was good until 2027-01-31" in found[NOTICE].reason


def test_a_model_that_the_specs_have_lost_is_found_by_its_version(applied):
    root, _ = applied
    then = version_of(root)
    (root / "specs" / "churn.yaml").unlink()
    home = root / "mlspec.yaml"
    before, _, rest = home.read_text("utf-8").partition("      overrides:\n")
    home.write_text(before + rest[rest.index("\n\n") :], "utf-8")

    assert {REPORT, NOTICE} == listed(root, f"churn@{then}").keys()


def test_a_version_that_nobody_applied_is_refused(applied):
    root, _ = applied

    with pytest.raises(UsageError, match="keeps no evidence item of `churn@7"):
        list_items("churn@7.7.7", root, "prod")


def test_an_item_whose_file_was_taken_away_is_told_by_the_version_of_today(applied):
    root, _ = applied
    [gone, *_] = (root / "evidence" / "_items" / "model.churn").glob("notice-*")
    gone.unlink()

    found = listed(root, f"churn@{version_of(root)}")
    unasked = listed(root, "churn")

    assert ("", ItemStatus.PRESENT) == (found[NOTICE].file, found[NOTICE].status)
    assert found[NOTICE].run
    assert ("", "present") == (found[REPORT].run, found[REPORT].status)
    assert NOTICE not in unasked


def test_a_card_shows_what_only_the_registry_has(applied):
    root, _ = applied
    shutil.rmtree(root / "evidence")

    [made] = cards(Asked("churn", formats=(CardFormat.JSON,)), root, "prod")

    papers = {
        each["label"]: each
        for section in json.loads(made.text)["sections"]
        for each in section["values"]
        if each["label"].startswith("Paper ")
    }
    report = papers[f"Paper {REPORT}"]
    run = recorded(root)[REPORT].run
    assert "present" == report["status"]
    assert f"run {run}, {recorded(root)[REPORT].record.digest}" == report["source"]
    assert f"signed by {NAME}" in report["value"]
    assert not [each for each in cards_offline(root) if each.startswith("Paper ")]


def cards_offline(root):
    [made] = cards(Asked("churn", formats=(CardFormat.JSON,), offline=True), root, "prod")
    sections = json.loads(made.text)["sections"]
    return [each["label"] for section in sections for each in section["values"]]


def test_a_dossier_takes_statements_and_signatures_from_the_registry(applied):
    root, files = applied
    whole = dossier("churn", root, "prod").files
    shutil.rmtree(root / "evidence")

    found = dossier("churn", root, "prod").files

    for name, text in files.items():
        assert text == found[f"evidence/items/model.churn/{name}"], name
    signatures = [each for each in whole if each.endswith(".sig") and "_items" not in each]
    assert {each: whole[each] for each in signatures} == {
        each: found.get(each) for each in signatures
    }
    assert signatures
    assert not [each for each in found if each.startswith("evidence/papers/")]


def test_what_is_not_whole_is_not_kept(shop):
    [report] = (shop / "evidence" / "_items" / "model.churn").glob(f"{REPORT}-*.item.json")
    report.write_text(report.read_text("utf-8").replace("2026-11-01", "2026-11-02"), "utf-8")

    apply_now("prod", shop)

    assert {NOTICE} == recorded(shop).keys()


def rewrite(root, marker, content):
    """Change a document of an embedded registry behind its back; None takes it away."""
    with closing(sqlite3.connect(root / ".mlspec" / "registry.db")) as connection, connection:
        rows = connection.execute("SELECT digest, content FROM statement").fetchall()
        [digest] = [digest for digest, text in rows if marker(json.loads(text))]
        if content is None:
            connection.execute("DELETE FROM statement WHERE digest = ?", [digest])
        else:
            connection.execute(
                "UPDATE statement SET content = ? WHERE digest = ?", [content, digest]
            )


def is_report(told):
    return told.get("predicate", {}).get("kind") == REPORT


def is_envelope(told):
    return bool(told.get("payload"))


@pytest.mark.parametrize(
    ("marker", "content", "said"),
    [
        (is_report, None, "has lost the statement"),
        (is_report, "{}", "was edited in the registry"),
        (is_envelope, None, "of its evidence is gone"),
        (is_envelope, '{"payload": "e30=", "payloadType": "a", "signatures": []}', "signature"),
    ],
    ids=["statement-lost", "statement-edited", "envelope-lost", "envelope-of-another"],
)
def test_what_was_done_to_a_kept_item_is_told(shop, marker, content, said):
    apply_now("prod", shop)
    then = version_of(shop)
    rewrite(shop, marker, content)
    to_version(shop, "v9")

    report = list_items(f"churn@{then}", shop, "prod")

    [shelf] = report.shelves
    wrong = {each.kind: each for each in shelf.items}[REPORT]
    assert (ItemStatus.CONFLICT, False) == (wrong.status, wrong.is_whole)
    assert said in wrong.reason
    assert ExitCode.TAMPERED is report.exit_code
    assert verify(shop, "prod").problems


def test_a_run_without_items_says_nothing_of_them(shop):
    shutil.rmtree(shop / "evidence")

    apply_now("prod", shop)

    statements = [json.loads(each.content) for each in backend(shop).statements().values()]
    assert statements
    assert not any("items" in each.get("predicate", {}) for each in statements)


def test_the_model_of_a_system_brings_its_items(shop):
    apply_now("prod", shop)
    (shop / "specs" / "desk.yaml").write_text(SYSTEM.replace("TEAM", team(shop)), "utf-8")
    before = recorded(shop)[REPORT].run

    apply_now("prod", shop)

    assert before != recorded(shop)[REPORT].run


def team(root):
    return next(each.name for each in open_session(root).sound().of_kind("Team"))


SYSTEM = """\
apiVersion: mlspec.dev/v1
kind: System
metadata: {name: desk, version: v1, owner: TEAM}
spec:
  purpose: Helps people at the desk to keep customers.
  models: [churn]
  risk:
    tier: minimal
    domain: marketing
    affectsPeople: false
    automatedDecision: false
    sensitiveData: false
    rationale: Somebody gets a call, or does not.
"""
