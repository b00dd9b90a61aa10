"""Evidence items of a workspace: adding, listing, verifying; and files that mean harm."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from tests.unit.ledger.ssh import allow, line, make_key
from tests.unit.policy.packs import HOME, rule

from mlspec.api.add_evidence import NewItem, add_item
from mlspec.api.change import plan
from mlspec.api.evidence_items import items_of
from mlspec.api.execute import apply_now
from mlspec.api.list_evidence import list_items
from mlspec.api.policy import policy_of
from mlspec.api.policy_lock import lock_packs
from mlspec.api.session import open_session
from mlspec.api.start import init
from mlspec.errors import ExitCode, OutputError, UsageError
from mlspec.evidence import ItemState, ItemStatus
from mlspec.policy import Outcome, asked_kinds

NAME = "val@example.org"
BINDING = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: house, owner: TEAM}
spec: {pack: house, version: 2026.11.0, source: {folder: policies/house}}
"""
REPORT = (
    'evidence.items.exists(i, i.kind == "test-report" && i.status == "present" && i.signed'
    ' && i.by == "val@example.org")'
)
REASON = "Nobody outside of the office is affected."


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("keys"), "val")


@pytest.fixture(scope="module")
def scaffold(tmp_path_factory, key):
    """The scaffold under a house rule that wants a signed report, and one that wants no notice."""
    root = tmp_path_factory.mktemp("scaffold") / "shop"
    init(root)
    pack = root / "policies" / "house"
    (pack / "rules").mkdir(parents=True)
    (pack / "pack.yaml").write_text(HOME)
    report = rule("HOUSE-001", "REPORT", evidence="[test-report]").replace('"REPORT"', "X")
    report = report.replace("require: 'REPORT'", f"require: >-\n    {REPORT}")
    notice = rule("HOUSE-002", "false", evidence="[notice]", when='"false"')
    (pack / "rules" / "all.yaml").write_text(f"{report}---\n{notice}")
    team = next(each.name for each in open_session(root).sound().of_kind("Team"))
    (root / "specs" / "policy.yaml").write_text(BINDING.replace("TEAM", team))
    allow(root, line(NAME, key))
    return root


@pytest.fixture
def shop(scaffold, tmp_path):
    return shutil.copytree(scaffold, tmp_path / "shop")


@pytest.fixture
def paper(tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(b"%PDF all slices were tried")
    return file


def add(root, kind="test-report", environment=None, name="churn", **more):
    return add_item(name, root, environment, NewItem(kind, **more))


def listed(root, environment="prod", **more):
    [shelf] = list_items("churn", root, environment, **more).shelves
    return {each.kind: each for each in shelf.items}


def verified(root):
    return list_items(None, root, "prod").exit_code


def ruled(root):
    workspace = open_session(root).environment("prod")
    results = policy_of(root, workspace).judged.of("model/churn")
    return {each.rule: each.outcome for each in results}


def statement(root):
    [file] = (root / "evidence" / "_items" / "model.churn").glob("*.item.json")
    return file


def copy_of(root):
    [file] = (root / "evidence" / "_papers").iterdir()
    return file


def kept(root):
    files = (each for each in (root / "evidence").rglob("*") if each.is_file())
    return {each: each.read_bytes() for each in files}


def test_what_a_rule_asks_for_is_missing_until_it_is_added(shop, paper, key):
    before = listed(shop)
    assert {"test-report": ItemStatus.MISSING} == {
        kind: each.status for kind, each in before.items()
    }
    assert ("HOUSE-001",) == before["test-report"].asked_by
    assert (ExitCode.EVIDENCE_MISSING, Outcome.FAIL) == (verified(shop), ruled(shop)["HOUSE-001"])

    added = add(shop, file=paper, key=key)

    assert (True, True) == (added.is_new, added.is_asked)
    found = listed(shop)["test-report"]
    assert (ItemStatus.PRESENT, (NAME,)) == (found.status, found.signers)
    assert (ExitCode.OK, Outcome.PASS) == (verified(shop), ruled(shop)["HOUSE-001"])


def test_the_paper_is_kept_by_digest_with_its_suffix(shop, paper):
    added = add(shop, file=paper)

    kept = copy_of(shop)
    assert paper.read_bytes() == kept.read_bytes()
    assert added.record.paper.digest == f"sha256:{kept.stem}"
    assert ".pdf" == kept.suffix


def test_adding_the_same_again_changes_nothing(shop, paper, key):
    first = add(shop, file=paper, key=key)
    before = kept(shop)

    second = add(shop, file=paper, key=key)

    assert (True, False) == (first.is_new, second.is_new)
    assert before == kept(shop)


def test_an_item_without_a_signature_that_counts_is_present_and_not_signed(shop, paper, tmp_path):
    add(shop, file=paper, key=make_key(tmp_path, "stranger"))

    found = listed(shop)["test-report"]

    assert (ItemStatus.PRESENT, ()) == (found.status, found.signers)
    assert "not among the allowed signers" in found.unsigned
    assert Outcome.FAIL is ruled(shop)["HOUSE-001"]


def test_a_name_that_is_only_typed_is_no_signature(shop, paper):
    add(shop, file=paper, by=NAME)

    assert NAME == listed(shop)["test-report"].by
    assert Outcome.FAIL is ruled(shop)["HOUSE-001"]


def test_an_item_is_about_the_version_that_was_there(shop, paper, key):
    add(shop, file=paper, key=key)
    specs = shop / "specs" / "churn.yaml"
    text = specs.read_text()
    digest = open_session(shop).sound().resources["model/churn"].spec.artifact.digest
    specs.write_text(text.replace(digest, "sha256:" + "ab" * 32))

    found = listed(shop)["test-report"]

    assert ItemStatus.STALE is found.status
    assert (ExitCode.EVIDENCE_MISSING, Outcome.FAIL) == (verified(shop), ruled(shop)["HOUSE-001"])


def test_an_item_about_the_purpose_outlives_a_version_and_no_other_purpose(shop, paper):
    add(shop, file=paper, about=("use",))
    specs = shop / "specs" / "churn.yaml"
    resource = open_session(shop).sound().resources["model/churn"]
    specs.write_text(specs.read_text().replace(resource.spec.artifact.digest, "sha256:" + "a" * 64))
    assert ItemStatus.PRESENT is listed(shop)["test-report"].status

    specs.write_text(specs.read_text().replace(resource.spec.purpose[:20], "Decides who is fired"))

    assert "another purpose" in listed(shop)["test-report"].reason


def test_age_counts_from_the_day_of_the_paper(shop, paper):
    add(shop, file=paper, day="2026-01-01", max_age_days=10)

    assert ItemStatus.PRESENT is listed(shop, as_of="2026-01-11")["test-report"].status
    assert ItemStatus.STALE is listed(shop, as_of="2026-01-12")["test-report"].status


def test_an_item_of_one_environment_is_not_there_in_another(shop, paper):
    add(shop, environment="staging", file=paper)

    assert ItemStatus.MISSING is listed(shop, "prod")["test-report"].status
    assert ItemStatus.PRESENT is listed(shop, "staging")["test-report"].status


def test_what_is_not_applicable_needs_no_paper_and_a_person(shop):
    with pytest.raises(UsageError, match="needs a person"):
        add(shop, not_applicable=REASON)

    add(shop, not_applicable=REASON, by=NAME)

    found = listed(shop)["test-report"]
    assert (ItemStatus.NOT_APPLICABLE, REASON, NAME) == (found.status, found.reason, found.by)
    assert Outcome.FAIL is ruled(shop)["HOUSE-001"]


def test_what_is_withheld_is_known_by_digest_and_not_copied(shop, paper):
    added = add(shop, file=paper, withheld="It names people who were refused.", by=NAME)

    assert ItemState.WITHHELD is added.record.state
    assert not (shop / "evidence" / "_papers").exists()
    assert ItemStatus.WITHHELD is listed(shop)["test-report"].status


def test_a_referenced_paper_of_the_workspace_is_watched(shop, paper):
    own = shutil.copy(paper, shop / "report.pdf")
    added = add(shop, file=own, is_reference=True)
    assert ("report.pdf", False) == (added.record.paper.uri, (shop / "evidence/_papers").exists())
    assert ItemStatus.PRESENT is listed(shop)["test-report"].status

    own.write_bytes(b"other")

    assert "`report.pdf` has" in listed(shop)["test-report"].reason


def test_a_paper_that_the_spec_pins_to_other_bytes_is_a_conflict(shop, paper):
    specs = shop / "specs" / "churn.yaml"
    pinned = "spec:\n  postMarket:\n    incidentContact: eva\n    plan: {uri: a, digest: 'sha256:"
    head, tail = specs.read_text().split("kind: Model", 1)
    tail = tail.replace("spec:\n", f"{pinned}{'ab' * 32}'}}\n", 1)
    specs.write_text(f"{head}kind: Model{tail}")

    add(shop, kind="post-market-plan", file=paper)

    found = listed(shop)["post-market-plan"]
    assert ItemStatus.CONFLICT is found.status
    assert "`spec.postMarket.plan` pins sha256:abab" in found.reason


@pytest.mark.parametrize(
    "harm",
    [
        lambda root: statement(root).write_text(
            statement(root).read_text().replace("report.pdf", "reqort.pdf")
        ),
        lambda root: statement(root).write_text("{"),
        lambda root: statement(root).write_bytes(b"\xff\xfe"),
        lambda root: statement(root).write_bytes(b" " * (1 << 21)),
        lambda root: statement(root).rename(
            statement(root).with_name("notice-0123456789abcdef.item.json")
        ),
        lambda root: copy_of(root).write_bytes(b"%PDF no slices were tried."),
        lambda root: copy_of(root).unlink(),
        lambda root: statement(root).with_suffix(".dsse.json").unlink(),
        lambda root: statement(root).with_suffix(".dsse.json").write_text("{}"),
        lambda root: linked(statement(root)),
        lambda root: linked(copy_of(root)),
    ],
    ids=[
        "an edited word",
        "half a file",
        "no text",
        "a huge file",
        "another name",
        "another paper",
        "no paper",
        "no signature",
        "another signature",
        "a link as statement",
        "a link as paper",
    ],
)
def test_harm_is_found_and_told_as_not_whole(shop, paper, key, harm):
    add(shop, file=paper, key=key)
    harm(shop)

    [shelf] = list_items("churn", shop, "prod").shelves
    broken = [each for each in shelf.items if not each.is_whole]

    assert [ItemStatus.CONFLICT] == [each.status for each in broken]
    assert broken[0].mend
    assert ExitCode.TAMPERED is verified(shop)
    assert Outcome.PASS is not ruled(shop)["HOUSE-001"]


def linked(file):
    """Put a link where a file was, to the same bytes elsewhere."""
    moved = file.parents[3] / f"moved-{file.name}"
    file.rename(moved)
    file.symlink_to(moved)


def test_a_statement_about_another_model_is_not_taken_over(shop, paper):
    add(shop, file=paper)
    folder = shop / "evidence" / "_items"
    (folder / "model.churn").rename(folder / "dataset.other")
    (folder / "model.churn").mkdir()
    for each in (folder / "dataset.other").iterdir():
        stated = json.loads(each.read_text())
        stated["predicate"]["address"] = "model/other"
        (folder / "model.churn" / each.name).write_text(json.dumps(stated))

    assert not listed(shop)["test-report"].is_whole


def test_a_folder_that_is_a_link_out_of_the_workspace_is_refused(shop, paper, tmp_path):
    (tmp_path / "outside").mkdir()
    (shop / "evidence").mkdir(exist_ok=True)
    (shop / "evidence" / "_items").symlink_to(tmp_path / "outside")

    with pytest.raises(UsageError, match="leads out of the workspace"):
        add(shop, file=paper)
    with pytest.raises(UsageError, match="leads out of the workspace"):
        listed(shop)
    assert [] == [*(tmp_path / "outside").iterdir()]


def test_nothing_is_written_over_what_is_no_file(shop, paper):
    added = add(shop, file=paper)
    place = shop / added.files[0]
    place.unlink()
    place.mkdir()

    with pytest.raises(OutputError, match="not a regular file"):
        add(shop, file=paper)


def test_a_link_of_the_workspace_to_a_file_outside_is_not_taken_along(shop, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (shop / "report.pdf").symlink_to(tmp_path / "secret")

    with pytest.raises(UsageError, match="a link that leads out"):
        add(shop, file=shop / "report.pdf")


def test_a_paper_beside_the_workspace_may_be_named_from_within(shop, monkeypatch):
    (shop.parent / "beside.pdf").write_bytes(b"%PDF a report")
    (shop / "below").mkdir()
    monkeypatch.chdir(shop)

    assert add(shop, file=Path("../beside.pdf")).is_new
    assert not add(shop, file=Path("below/../../beside.pdf")).is_new


def test_a_way_through_a_link_out_of_the_workspace_is_not_taken(shop, tmp_path, monkeypatch):
    (tmp_path / "far").mkdir()
    (tmp_path / "far.pdf").write_text("secret")
    (shop / "near").symlink_to(tmp_path / "far")
    monkeypatch.chdir(shop)

    with pytest.raises(UsageError, match="a link that leads out"):
        add(shop, file=Path("near/../far.pdf"))


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"kind": "test-raport"}, "no rule or spec knows the kind `test-raport`"),
        ({"kind": "trafic-share"}, "no rule or spec knows the kind `trafic-share`"),
        ({"kind": "traffic-share"}, "`--note` has none"),
        ({"kind": "monitor-values", "note": "0.1"}, "which monitor?"),
        ({"kind": "monitor-values", "part": "score-drfit", "note": "0.1"}, "has no monitor"),
        ({"kind": "monitor-values", "part": "score-drift"}, "`--note` has none"),
        ({"kind": "../up"}, "is no kind of evidence"),
        ({"kind": "x" * 500}, "is no kind of evidence"),
        ({"name": "chrun"}, "there is no model, system, prompt or data set `chrun`"),
        ({"day": "2026-02-30"}, "no day of the calendar"),
        ({"day": "2999-01-01"}, "lies ahead"),
        ({"valid_until": "soon"}, "no day of the calendar"),
        ({"day": "2026-01-02", "valid_until": "2026-01-01"}, "before the day of the paper"),
        ({"max_age_days": 0}, "not 1 to"),
        ({"max_age_days": 10**9}, "not 1 to"),
        ({"max_age_days": 3, "valid_until": "2999-01-01"}, "exclude each other"),
        ({"note": "two\nlines"}, "not one line of plain text"),
        ({"note": "\x1b[31mred"}, "not one line of plain text"),
        ({"note": "\udcff"}, "not one line of plain text"),
        ({"part": "x" * 5000}, "is longer than"),
        ({"about": ("nothing",)}, "there is no data set `nothing`"),
        ({"withheld": "so", "by": NAME}, "is no reason"),
        ({"withheld": REASON, "not_applicable": REASON, "by": NAME}, "exclude each other"),
        ({"not_applicable": REASON, "by": NAME}, "leave `--file` out|has no paper"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(shop, paper, more, part):
    with pytest.raises(UsageError, match=part):
        add(shop, **{"file": paper, **more})

    assert not (shop / "evidence" / "_items").exists()


@pytest.mark.parametrize("what", ["empty", "folder", "gone", "pipe", "huge"])
def test_a_file_that_is_no_paper_is_refused(shop, tmp_path, what):
    file = tmp_path / "paper"
    if what == "empty":
        file.touch()
    elif what == "folder":
        file.mkdir()
    elif what == "pipe":
        os.mkfifo(file)
    elif what == "huge":
        with file.open("wb") as stream:
            stream.truncate((64 << 20) + 1)

    with pytest.raises(UsageError, match="paper`"):
        add(shop, file=file)


def test_a_kind_that_is_meant_is_taken_and_told_to_be_asked_by_nobody(shop, paper):
    assert not add(shop, kind="test-raport", file=paper, is_new_kind=True).is_asked
    assert not add(shop, kind="penetration-test", file=paper).is_asked


@pytest.mark.parametrize(
    ("name", "part", "told"),
    [
        ("churn", "score-drfit", "did you mean `--part score-drift`?"),
        ("churn", "", "add `--part` with one of `score-drift`"),
        ("customers-2025", "score-drift", "declare it in `spec.monitoring`"),
    ],
)
def test_a_monitor_that_there_is_not_is_told_with_those_that_there_are(
    shop, paper, name, part, told
):
    with pytest.raises(UsageError) as caught:
        add(shop, name=name, kind="monitor-values", part=part, note="0.1", file=paper)

    assert caught.value.hint.startswith(told)


@pytest.mark.parametrize(
    "more", [{"kind": "traffic-share"}, {"kind": "monitor-values", "part": "score-drift"}]
)
def test_kinds_whose_value_cards_tell_are_looked_at(shop, paper, more):
    assert add(shop, note="0.1", file=paper, **more).is_asked


def test_items_are_inputs_of_policy_for_each_kind_of_resource_that_is_asked(shop, paper):
    session = open_session(shop)
    workspace = session.environment("prod")
    force = policy_of(shop, workspace).force
    asked = asked_kinds(force.packs, "prod", "Model")
    assert {"notice": ("HOUSE-002",), "test-report": ("HOUSE-001",)} == asked
    assert {} == asked_kinds(force.packs, "prod", "Dataset")

    found = items_of(session, workspace, workspace.resources["model/churn"], asked)

    assert [("notice", "missing"), ("test-report", "missing")] == [
        (each.to_input()["kind"], each.to_input()["status"]) for each in found
    ]


def test_a_data_set_can_have_items_and_a_team_cannot(shop, paper):
    added = add(shop, name="dataset/customers-2024", kind="datasheet", file=paper)

    assert added.files[0].startswith("evidence/_items/dataset.customers-2024/datasheet-")
    with pytest.raises(UsageError, match="no model, system, prompt or data set"):
        add(shop, name="team/growth", file=paper)


def test_an_item_about_a_data_set_is_stale_once_the_data_changed(shop, paper):
    add(shop, file=paper, about=("version", "customers-2025"))
    assert ItemStatus.PRESENT is listed(shop)["test-report"].status
    specs = shop / "specs" / "data.yaml"

    specs.write_text(specs.read_text().replace("sha256:" + "1" * 64, "sha256:" + "3" * 64))

    assert "of `dataset/customers-2025`" in listed(shop)["test-report"].reason


@pytest.mark.parametrize(("known", "passes"), [("sre", False), ("val", True)])
def test_a_change_does_not_bring_the_signer_of_its_own_report(
    shop, paper, key, tmp_path, known, passes
):
    keys = {"val": key, "sre": make_key(tmp_path, "sre")}
    bound = shop / "specs" / "policy.yaml"
    text = bound.read_text()
    bound.unlink()
    signers = shop / ".mlspec" / "allowed_signers"
    signers.write_text(line(f"{known}@example.org", keys[known]) + "\n")
    apply_now("staging", shop)
    bound.write_text(text)
    lock_packs(shop)

    signers.write_text(line(NAME, key) + "\n")
    add(shop, file=paper, key=key)
    churn = shop / "specs" / "churn.yaml"
    churn.write_text(churn.read_text().replace("cpu: 250m", "cpu: 300m"))
    made = plan(shop, "staging")

    told = made.policy.of("model/churn")
    assert passes is ("HOUSE-001" in told.passed)
    assert passes is ("HOUSE-001" not in {each.rule for each in told.stopping})
    assert Outcome.PASS is ruled(shop)["HOUSE-001"]
