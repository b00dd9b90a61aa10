"""Cards of a workspace: printed, written, compared, with what its registry knows."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mlspec.api import compile_artifacts
from mlspec.api.cards import Asked, cards, check_cards, write_cards
from mlspec.api.execute import apply_now
from mlspec.api.policy_lock import lock_packs
from mlspec.api.start import init
from mlspec.errors import OutputError, SpecInvalidError, UsageError
from mlspec.ir import Audience, CardFormat

STAGING = "staging"
ENDINGS = [each.ending for each in CardFormat]
BINDING = (
    "apiVersion: mlspec.dev/v1\nkind: PolicyBinding\n"
    "metadata: {{name: {pack}, owner: growth}}\nspec: {{pack: {pack}, version: 2026.11.0}}\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("made") / "shop"
    init(root)
    text = "---\n".join(BINDING.format(pack=each) for each in ("core", "eu-ai-act"))
    (root / "specs" / "policy.yaml").write_text(text)
    lock_packs(root)
    return root


@pytest.fixture
def shop(made, tmp_path):
    return shutil.copytree(made, tmp_path / "shop")


@pytest.fixture
def applied(tmp_path):
    """A workspace that no pack is bound in, with a first apply."""
    init(tmp_path / "applied")
    apply_now(STAGING, tmp_path / "applied")
    return tmp_path / "applied"


def document(root, name="churn", environment=STAGING, **asked):
    (found,) = cards(Asked(name, formats=(CardFormat.JSON,), **asked), root, environment)
    return json.loads(found.text)


def value(document, name):
    (found,) = [
        each
        for section in document["sections"]
        if section["id"] != "missing"
        for each in section["values"]
        if each["id"] == name
    ]
    return found


def declare(root, targets):
    home = root / "mlspec.yaml"
    home.write_text(home.read_text() + f"  targets: {{{targets}}}\n")


def edit(root, old, new):
    spec = root / "specs" / "churn.yaml"
    assert old in spec.read_text()
    spec.write_text(spec.read_text().replace(old, new))


@pytest.mark.parametrize("name", ["churn", "model/churn", "churn@v1"])
def test_a_card_is_found_by_address_name_or_version(shop, name):
    assert "churn" == document(shop, name, offline=True)["name"]


def test_another_version_than_that_of_the_specs_is_refused(shop):
    with pytest.raises(UsageError, match="the specs hold version"):
        document(shop, "churn@v9")


def test_a_name_that_nobody_has_is_told_with_the_one_that_is_meant(shop):
    with pytest.raises(UsageError) as caught:
        document(shop, "chrun")

    assert "`churn`" in caught.value.hint


def test_all_cards_are_written_in_all_formats_and_only_when_they_change(shop, tmp_path):
    out, asked = tmp_path / "cards", Asked(offline=True)

    first = write_cards(asked, out, shop, STAGING)
    again = write_cards(asked, out, shop, STAGING)
    edit(shop, "purpose: ", "purpose: Also ")
    after = write_cards(asked, out, shop, STAGING)

    assert {f"churn{ending}" for ending in ENDINGS} <= {*first}
    assert any(each.startswith("datasets/") for each in first)
    assert () == again
    assert {f"churn{ending}" for ending in ENDINGS} <= {*after} < {*first}


def test_a_check_names_what_differs_and_what_is_not_there(shop, tmp_path):
    out, asked = tmp_path / "cards", Asked("churn", offline=True)
    write_cards(asked, out, shop, STAGING)
    assert () == check_cards(asked, out, shop, STAGING)

    (out / "churn.md").write_text("# Mine\n")
    (out / "churn.json").unlink()

    assert ("churn.json", "churn.md") == check_cards(asked, out, shop, STAGING)
    assert "# Mine\n" == (out / "churn.md").read_text()


def test_a_check_of_one_format_looks_at_no_other(shop, tmp_path):
    asked = Asked("churn", formats=(CardFormat.HTML,), offline=True)
    write_cards(asked, tmp_path, shop, STAGING)

    assert ["churn.html"] == [each.name for each in tmp_path.glob("churn*")]
    assert () == check_cards(asked, tmp_path, shop, STAGING)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_place_that_ends_as_a_format_is_one_file_in_that_format(shop, tmp_path, ending):
    out, asked = tmp_path / f"the-card{ending}", Asked("churn", offline=True)
    named = next(each for each in CardFormat if each.ending == ending)
    (expected,) = cards(replace(asked, formats=(named,)), shop, STAGING)

    assert (out.name,) == check_cards(asked, out, shop, STAGING)
    assert (out.name,) == write_cards(asked, out, shop, STAGING)
    assert [out] == [*tmp_path.glob("the-card*")]
    assert expected.text == out.read_text(encoding="utf-8")
    assert () == check_cards(asked, out, shop, STAGING)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (Asked(offline=True), "there are many cards"),
        (Asked("churn", formats=(CardFormat.JSON,), offline=True), "ends as `html` does"),
    ],
)
@pytest.mark.parametrize("use", [write_cards, check_cards])
def test_one_file_holds_no_other_format_and_no_second_card(shop, tmp_path, asked, told, use):
    with pytest.raises(UsageError, match=told):
        use(asked, tmp_path / "card.html", shop, STAGING)


@pytest.mark.parametrize("use", [write_cards, check_cards])
def test_a_document_that_is_no_format_of_a_card_is_no_folder(shop, tmp_path, use):
    with pytest.raises(UsageError, match="no format of a card") as error:
        use(Asked("churn", offline=True), tmp_path / "card.pdf", shop, STAGING)
    assert "one file that ends in .json, .md, .html" in (error.value.hint or "")


def test_a_folder_stays_one_whatever_it_is_called(shop, tmp_path):
    out = tmp_path / "cards.html"
    out.mkdir()

    write_cards(Asked("churn", offline=True), out, shop, STAGING)

    assert {f"churn{ending}" for ending in ENDINGS} == {each.name for each in out.iterdir()}


@pytest.mark.parametrize("day", ["2026-13-01", "tomorrow", "2027-02-30"])
@pytest.mark.parametrize(
    "use", [cards, lambda asked, root, env: check_cards(asked, root, root, env)]
)
def test_a_day_that_is_none_is_told(shop, day, use):
    with pytest.raises(UsageError, match="is no day of the calendar"):
        use(Asked("churn", as_of=day, offline=True), shop, STAGING)


@pytest.mark.parametrize(
    ("formats", "written"),
    [
        ("", {".md"}),
        ("[html, json, markdown]", {".html", ".json", ".md"}),
        ("[json, json]", {".json"}),
    ],
)
def test_without_a_folder_the_cards_that_compile_wrote_are_compared(shop, formats, written):
    if formats:
        declare(shop, f"modelCard: {{formats: {formats}}}")
    compile_artifacts(shop, STAGING)
    folder = shop / "build" / STAGING / "cards"

    assert written == {each.suffix for each in folder.glob("churn.*")}
    assert () == check_cards(Asked(), None, shop, STAGING)
    for ending in written:
        with (folder / f"churn{ending}").open("a") as stream:
            stream.write("Good.")

    differing = {f"churn{ending}" for ending in written}
    assert differing == {*check_cards(Asked("churn"), None, shop, STAGING)}
    assert differing == {*check_cards(Asked(), None, shop, STAGING)}


def test_a_format_that_compile_does_not_write_is_not_compared_with_what_it_wrote(shop):
    with pytest.raises(UsageError, match="does not write cards as `html`") as caught:
        check_cards(Asked("churn", formats=(CardFormat.HTML,)), None, shop, STAGING)

    assert "targets.modelCard.formats" in caught.value.hint


def test_a_patched_card_is_what_compile_writes(shop):
    patch = '{id: a, path: "cards/churn.json", merge: {note: reviewed}}'
    declare(shop, f"modelCard: {{formats: [json]}}, patches: [{patch}]")
    try:
        compile_artifacts(shop, STAGING)
    except SpecInvalidError:
        pytest.fail("the patch is one")

    assert () == check_cards(Asked("churn"), None, shop, STAGING)


@pytest.mark.parametrize(
    "asked", [Asked("churn", Audience.PUBLIC), Asked("churn", as_of="2027-01-01")]
)
def test_compiled_cards_are_no_others_than_the_reviewers_of_today(shop, asked):
    with pytest.raises(UsageError) as caught:
        check_cards(asked, None, shop, STAGING)

    assert "--out" in caught.value.hint


def test_a_card_in_place_of_a_folder_is_told(shop, tmp_path):
    (tmp_path / "churn.json").mkdir()

    with pytest.raises(OutputError, match="can't be read"):
        check_cards(Asked("churn", offline=True), tmp_path, shop, STAGING)


def test_the_day_decides_what_a_rule_says(shop):
    edit(shop, "  risk:\n", "  risk:\n    roles: [provider]\n    markets: [EU]\n")
    before = document(shop, offline=True, as_of="2026-11-21")
    later = document(shop, offline=True, as_of="2029-01-01")

    texts = [json.dumps(each["sections"]) for each in (before, later)]
    assert texts[0] != texts[1]
    assert "in 377 days" not in texts[0]


def test_what_was_applied_is_on_the_card_and_what_has_changed_since(applied):
    edit(applied, "purpose: ", "purpose: Also ")

    found = document(applied)

    assert "create" in value(found, "history.change[1]")["value"]
    assert value(found, "history.change[1]")["source"].startswith("event 1 of model/churn, sha256:")
    assert "spec.purpose" == value(found, "history.since")["value"]
    assert "missing" == value(found, "history.approvals")["status"]
    assert document(applied) == found


def test_a_digest_that_changed_under_the_same_version_is_a_conflict(applied):
    digest = next(
        line.split()[-1]
        for line in (applied / "specs" / "churn.yaml").read_text().splitlines()
        if line.strip().startswith("digest: sha256:")
    )
    other = "sha256:" + "9" * 64
    found = value(document(applied), "identity.registered")
    assert ("present", digest) == (found["status"], found["value"])

    edit(applied, digest, other)

    found = value(document(applied), "identity.registered")
    assert "conflict" == found["status"]
    assert f"{other} by the spec, {digest} by the registry" == found["value"]


def test_offline_asks_no_registry_and_says_so(applied):

    found = value(document(applied, offline=True), "history.asked")

    assert "missing" == found["status"]
    assert "mlspec card model/churn --env staging" in found["add"]


@pytest.mark.parametrize("audience", [*Audience])
def test_no_audience_changes_the_registry_or_the_specs(shop, audience):
    before = {each: each.read_bytes() for each in shop.rglob("*") if each.is_file()}

    document(shop, audience=audience)

    assert before == {each: each.read_bytes() for each in shop.rglob("*") if each.is_file()}


def test_papers_that_rules_ask_for_are_missing_with_the_command(shop):
    found = document(shop, offline=True)
    papers = next(each for each in found["sections"] if each["id"] == "papers")["values"]

    for each in papers:
        assert each["status"] != "missing" or each["requiredBy"]
        assert each["status"] != "missing" or "mlspec evidence add model/churn" in each["add"]


def test_the_same_question_gives_the_same_answer(shop):
    asked = Asked(offline=True)

    assert cards(asked, shop, STAGING) == cards(replace(asked), Path(shop), STAGING)
