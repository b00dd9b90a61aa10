"""The commands of policy, as a reviewer and as an author of packs meets them."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from tests.e2e.commands import CHECKOUT, COUNTY, contents, copy_workspace, edit
from tests.unit.api.test_pack_sources import git

PAGE = (CHECKOUT / "docs" / "pages" / "policy.md").read_text("utf-8")
FILE = re.compile(r"```(?:yaml|markdown)\n(?:# |<!-- )(\S+)(?: -->)?\n(.*?)```", re.DOTALL)
HOUSE = dict(FILE.findall(PAGE))
DAY = "2026-11-21"
MODEL = "employment-screen"


@pytest.fixture
def fresh(tmp_path):
    """A copy of the county, as it is committed."""
    return copy_workspace(COUNTY, tmp_path / "county")


@pytest.fixture
def housed(mlspec, fresh):
    """The county with the house pack that the page shows."""
    for name, text in HOUSE.items():
        file = fresh / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    mlspec("policy", "lock", cwd=fresh).expect(0)
    return fresh


def told(mlspec, cwd, *arguments):
    """Return the diagnostics of `validate` as (code, severity, message)."""
    done = mlspec("validate", "--format", "json", "--as-of", DAY, *arguments, cwd=cwd)
    return [(each["code"], each["severity"], each["message"]) for each in done.json["diagnostics"]]


def errors(mlspec, cwd):
    return [code for code, severity, _ in told(mlspec, cwd) if severity == "error"]


def test_the_county_is_under_four_packs_without_an_error(mlspec, fresh):
    listed = mlspec("policy", "list", "--format", "json", cwd=fresh).expect(0).json["packs"]

    assert ["core", "eu-ai-act", "fairness", "supply-chain"] == [
        each["name"] for each in listed if each["inForce"]
    ]
    assert [] == errors(mlspec, fresh)


def test_a_waiver_shows_what_it_covers_and_the_finding_is_back_on_the_day_after(mlspec, fresh):
    for day, severity in (("2027-02-15", "note"), ("2027-02-16", "warning")):
        done = mlspec("validate", "--format", "json", "--as-of", day, cwd=fresh).json
        [found] = [
            each
            for each in done["diagnostics"]
            if each["code"] == "SUP-020" and MODEL in each["message"]
        ]
        assert severity == found["severity"]


def test_a_rule_says_what_it_read_and_where(mlspec, fresh):
    arguments = ("policy", "explain", "SUP-020", "--model", MODEL, "--env", "prod")
    answer = mlspec(*arguments, "--as-of", DAY, "--format", "json", cwd=fresh).expect(0).json

    assert ("waived", True) == (answer["outcome"], answer["waiver"]["holds"])
    tier = next(each for each in answer["facts"] if each["name"] == "spec.risk.tier")
    file, _, line = tier["at"].partition(":")
    assert "tier: high" in (fresh / file).read_text().splitlines()[int(line) - 1]
    text = mlspec(*arguments, "--as-of", DAY, cwd=fresh).expect(0).out
    assert tier["at"] in text
    assert "atlas: AML.T0043" in text


@pytest.mark.parametrize("day", ["soon", "2027-02-30", "2027-2-3", "20270203"])
def test_a_day_on_no_calendar_is_refused(mlspec, fresh, day):
    for words in (["policy", "explain", "CORE-001", "--model", MODEL], ["obligations", MODEL]):
        mlspec(*words, "--env", "prod", "--as-of", day, cwd=fresh).refused(64, "no day of the")


def test_a_rule_that_is_not_in_force_is_named_with_the_nearest(mlspec, fresh):
    arguments = ("policy", "explain", "NYC-01", "--model", MODEL, "--env", "prod")
    mlspec(*arguments, cwd=fresh).refused(64, "no rule `NYC-01`", "did you mean `NYC-001`?")


def test_the_pack_of_the_page_is_sound_proven_and_in_force(mlspec, housed):
    assert {
        "policies/house/pack.yaml",
        "policies/house/sources/ordinance.md",
        "policies/house/rules/appeal.yaml",
        "policies/house/tests/appeal.test.yaml",
        "specs/house.yaml",
    } == {*HOUSE}
    linted = mlspec("policy", "lint", "house", cwd=housed).expect(0)
    assert "Found no problems" in linted.out
    assert "checked 1 pack: 1 rule, 5 cases" in linted.err
    tested = mlspec("policy", "test", "house", "--mutate", cwd=housed).expect(0).out
    counted = "house: 1 rule, 5 cases, 0 not as expected, 0 of 3 conditions one-sided"
    assert f"{counted}, 0 of 2 changes unnoticed\n" == tested
    assert [] == errors(mlspec, housed)
    edit(housed / "specs" / "models" / f"{MODEL}.yaml", "    appeal: Any", "    # appeal: Any")
    assert ["HOUSE-001"] == errors(mlspec, housed)


def test_a_rule_of_the_house_pack_cites_the_ordinance_word_for_word(mlspec, housed):
    edit(housed / "policies/house/sources/ordinance.md", "answered by a person", "answered")
    done = mlspec("policy", "lint", "house", cwd=housed).expect(4)

    assert "MLS1411" in done.out
    assert "policies/house/rules/appeal.yaml" in done.out


BROKEN = {
    "a misspelt field": ("has(spec.oversight.appeal)", "has(spec.oversight.apeal)", "MLS1402"),
    "no yaml": ("kind: Rule", "kind: [", "MLS"),
    "another kind": ("kind: Rule", "kind: Ruel", "MLS"),
    "no condition": ("when: spec.risk.affectsPeople", "when: spec.risk.tier", "MLS1403"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_pack_that_is_broken_fails_the_whole_and_can_not_be_locked(mlspec, housed, name):
    was, text, code = BROKEN[name]
    edit(housed / "policies/house/rules/appeal.yaml", was, text)
    before = (housed / "mlspec.lock").read_bytes()

    assert [each for each in errors(mlspec, housed) if each.startswith(code)]
    assert 0 != mlspec("policy", "lock", cwd=housed).code
    assert before == (housed / "mlspec.lock").read_bytes()
    planned = mlspec("plan", "--env", "staging", cwd=housed).expect(0).out
    assert "Apply: not yet: what is blocked comes first" in planned


def test_a_pack_that_is_gone_fails(mlspec, housed):
    shutil.rmtree(housed / "policies")

    assert ["MLS1401"] == errors(mlspec, housed)


def test_a_pack_that_changed_is_an_error_until_somebody_locked_it(mlspec, housed):
    edit(housed / "policies/house/pack.yaml", "waiverDays: 30", "waiverDays: 300")

    assert ["MLS1405"] == errors(mlspec, housed)
    assert "written" in mlspec("policy", "lock", cwd=housed).expect(0).err
    assert [] == errors(mlspec, housed)
    assert "unchanged" in mlspec("policy", "lock", cwd=housed).expect(0).err


@pytest.mark.parametrize(
    "words",
    [
        ("obligations", MODEL, "--env", "prod"),
        ("policy", "explain", "HOUSE-001", "--model", MODEL, "--env", "prod"),
        ("export", MODEL, "--env", "prod", "--format", "oscal"),
        ("dossier", MODEL, "--env", "prod", "--out", "out.zip"),
        ("policy", "list"),
        ("policy", "list", "house"),
    ],
)
def test_nothing_is_answered_by_a_pack_that_is_not_the_one_of_the_lock(mlspec, housed, words):
    mlspec(*words, cwd=housed).expect(0)
    (housed / "out.zip").unlink(missing_ok=True)
    edit(housed / "policies/house/rules/appeal.yaml", "waivable", "advisory")
    done = mlspec(*words, cwd=housed).expect(4)

    assert "MLS1405" in done.err
    assert "`house` 2026.11.0 is sha256:" in done.err
    assert ("HOUSE-001" in done.out) == (words == ("policy", "list", "house"))
    assert not (housed / "out.zip").exists()


def test_a_lock_that_is_none_is_refused_and_can_be_written_again(mlspec, housed):
    (housed / "mlspec.lock").write_text("{}")
    mlspec("validate", cwd=housed).refused(64, "is no lock of policy packs")
    mlspec("policy", "lock", cwd=housed).expect(0)

    assert [] == errors(mlspec, housed)


def test_a_difference_names_the_models_that_it_would_stop(mlspec, housed):
    stricter = shutil.copytree(housed / "policies" / "house", housed / "policies" / "next")
    edit(stricter / "rules" / "appeal.yaml", "when: spec.risk.affectsPeople", "when: 'true'")
    edit(stricter / "rules" / "appeal.yaml", "enforcement: waivable", "enforcement: mandatory")
    before = contents(housed)
    arguments = ("policy", "diff", "house", "policies/next")
    done = mlspec(*arguments, "--format", "json", cwd=housed).expect(0).json

    [change] = done["rules"]
    assert ["enforcement", "when"] == [each["field"] for each in change["fields"]]
    assert {
        ("model/form-digit-reader", "skip", "fail", True),
        ("model/progression-forecast", "skip", "fail", True),
    } == {
        (each["address"], each["before"], each["after"], each["stops"]) for each in done["outcomes"]
    }
    assert "2 of them would stop a plan" in mlspec(*arguments, cwd=housed).expect(0).out
    assert before == contents(housed)


def test_a_pack_of_a_folder_is_compared_with_the_bytes_of_the_lock_and_of_commits(mlspec, housed):
    """What the hint of a changed pack names is a command that works; a stop that goes is told."""
    git(housed, "init", "--quiet", "--initial-branch", "main")
    git(housed, "add", "--all")
    git(housed, "commit", "--quiet", "--message", "agreed")
    rule = housed / "policies/house/rules/appeal.yaml"
    edit(rule, "when: spec.risk.affectsPeople", "when: 'true'")
    edit(rule, "enforcement: waivable", "enforcement: mandatory")
    git(housed, "commit", "--quiet", "--all", "--message", "stricter")
    strict = mlspec("policy", "diff", "house@locked", cwd=housed).expect(0).out
    hints = mlspec("validate", "--format", "json", cwd=housed).json["diagnostics"]
    (hint,) = [each["hint"] for each in hints if each["code"] == "MLS1405"]
    words = re.search("`mlspec (.*?)`", hint)[1].split()

    assert "waivable" in strict
    assert "2 of them would stop a plan, 0 would stop one no more" in strict
    assert strict == mlspec(*words, cwd=housed).expect(0).out
    assert strict == mlspec("policy", "diff", "house@HEAD~1", "house", cwd=housed).expect(0).out
    back = mlspec("policy", "diff", "house", "house@HEAD~1", cwd=housed).expect(0).out
    assert "stops a plan no more" in back
    assert "0 of them would stop a plan, 2 would stop one no more" in back


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("house@locked",), "are neither here nor in git"),
        (("house@never",), "git knows no commit `never`"),
    ],
)
def test_a_state_that_nobody_has_any_more_is_told(mlspec, housed, names, said):
    git(housed, "init", "--quiet", "--initial-branch", "main")
    edit(housed / "policies/house/rules/appeal.yaml", "waivable", "advisory")

    mlspec("policy", "diff", *names, cwd=housed).refused(64, said)


def test_rules_that_come_and_go_are_told(mlspec, housed):
    other = shutil.copytree(housed / "policies" / "house", housed / "policies" / "next")
    for folder in ("rules", "tests"):
        for file in (other / folder).iterdir():
            file.write_text(file.read_text().replace("HOUSE-001", "HOUSE-002"))
    done = mlspec("policy", "diff", "house", "policies/next", cwd=housed).expect(0).out

    assert "- HOUSE-001 " in done
    assert "+ HOUSE-002 " in done
    assert "pass -> no rule" in done


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["nothing"], "there is no pack `nothing`"),
        (["core@2025.1.0"], "only 2026.11.0"),
        (["core", "specs"], "holds no `pack.yaml`"),
    ],
)
def test_a_state_of_a_pack_that_is_not_there_is_named(mlspec, housed, names, said):
    mlspec("policy", "diff", *names, cwd=housed).refused(64, said)


@pytest.fixture
def shared(mlspec, housed, tmp_path):
    """The county whose house pack is bound from the tag of another repository."""
    packs = tmp_path / "packs"
    shutil.move(housed / "policies", packs)
    for root in (packs, housed):
        git(root, "init", "-q", "--initial-branch=main")
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", "as it is")
    git(packs, "tag", "v1")
    place = "{repository: ../packs, ref: v1, folder: house}"
    edit(housed / "specs" / "house.yaml", "{folder: policies/house}", place)
    return housed


def test_a_pack_from_git_is_installed_by_its_digest_and_not_fetched_again(mlspec, shared, tmp_path):
    assert "MLS1401" in errors(mlspec, shared)
    mlspec("policy", "lock", cwd=shared).expect(0)
    assert [] == errors(mlspec, shared)
    (tmp_path / "packs").rename(tmp_path / "gone")
    assert [] == errors(mlspec, shared)
    shutil.rmtree(shared / ".mlspec")
    [found] = [each for each in told(mlspec, shared) if each[1] == "error"]
    assert "is not installed here" in found[2]
    (tmp_path / "gone").rename(tmp_path / "packs")
    assert "fetched" in mlspec("policy", "install", cwd=shared).expect(0).err
    assert "is here" in mlspec("policy", "install", cwd=shared).expect(0).err
    assert [] == errors(mlspec, shared)


def test_a_tag_that_was_moved_changes_nothing_until_it_is_locked(mlspec, shared, tmp_path):
    mlspec("policy", "lock", cwd=shared).expect(0)
    packs = tmp_path / "packs"
    edit(packs / "house" / "rules" / "appeal.yaml", "severity: error", "severity: note")
    git(packs, "commit", "-q", "-a", "-m", "softer")
    git(packs, "tag", "-f", "v1")
    shutil.rmtree(shared / ".mlspec")
    mlspec("policy", "install", cwd=shared).expect(0)

    listed = mlspec("policy", "list", "house", "--format", "json", cwd=shared).expect(0).json
    assert ["error"] == [each["severity"] for each in listed["rules"]]
    done = mlspec("policy", "diff", "house", "house@v1", "--format", "json", cwd=shared).expect(0)
    assert ["severity"] == [each["field"] for each in done.json["rules"][0]["fields"]]


def test_an_installed_pack_that_somebody_edits_is_found_out(mlspec, shared):
    mlspec("policy", "lock", cwd=shared).expect(0)
    [rules] = (shared / ".mlspec" / "packs").glob("*/rules/appeal.yaml")
    edit(rules, "severity: error", "severity: note")

    assert ["MLS1405"] == errors(mlspec, shared)
    mlspec("policy", "install", cwd=shared).expect(0)
    assert [] == errors(mlspec, shared)


def test_packs_can_be_read_where_there_is_no_workspace(mlspec, tmp_path):
    assert "eu-ai-act" in mlspec("policy", "list", cwd=tmp_path).expect(0).out
    assert "EUAI-014" in mlspec("policy", "list", "eu-ai-act", cwd=tmp_path).expect(0).out
    mlspec("policy", "lint", "core", cwd=tmp_path).expect(0)
    assert "not bound here" in mlspec("policy", "diff", "core", cwd=tmp_path).expect(0).out
    mlspec("policy", "lock", cwd=tmp_path).refused(64, "there is no `mlspec.yaml`")


SAYING = [
    ["policy", "list"],
    ["policy", "list", "eu-ai-act"],
    ["policy", "test"],
    ["policy", "lint"],
    ["policy", "diff", "core"],
    ["policy", "explain", "EUAI-014", "--model", MODEL, "--env", "prod"],
    ["obligations", MODEL, "--env", "prod", "--all"],
    ["validate"],
]


@pytest.mark.parametrize("words", SAYING, ids=" ".join)
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_output_promises_what_only_a_court_can_say(mlspec, fresh, words, form):
    edit(fresh / "specs" / "models" / f"{MODEL}.yaml", "[US-MA]", "[EU]")
    done = mlspec(*words, "--format", form, cwd=fresh)

    assert done.out
    assert not re.search(r"(?i)complian", done.out + done.err)


def test_a_case_with_other_words_says_which_words_are_lacking(mlspec, housed):
    edit(housed / "policies/house/tests/appeal.test.yaml", "can't ask}", "can't write}")
    told = mlspec("policy", "test", "house", cwd=housed).expect(4).out

    assert (
        "HOUSE-001: nobody answers: fail as expected, but its message lacks `can't write`" in told
    )


def test_a_rule_about_the_tier_is_explained_by_the_tier(mlspec, fresh):
    """The county binds the pack of the Act."""
    arguments = ("policy", "explain", "EUAI-T03", "--model", MODEL, "--env", "prod")
    mlspec(*arguments, cwd=fresh).refused(64, "rule about the tier", f"obligations model/{MODEL}")


def test_a_pack_is_listed_with_its_rules_about_the_tier(mlspec, fresh):
    told = mlspec("policy", "list", "eu-ai-act", cwd=fresh).expect(0).out
    found = json.loads(
        mlspec("policy", "list", "eu-ai-act", "--format", "json", cwd=fresh).expect(0).out
    )

    assert "EUAI-T03   high              A use of Annex III without a complete exemption" in told
    assert ["prohibited", "high", "high", "limited"] == [it["tier"] for it in found["tierRules"]]
