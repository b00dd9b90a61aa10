"""A plan is applied exactly as it was reviewed, where it was made, or not at all."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from itertools import pairwise

import pytest
from tests.e2e.commands import contents, edit

SHARED = "specs/shared.yaml"
CHURN = "specs/churn.yaml"


@pytest.fixture
def plan_and_apply(mlspec, shop):
    """Bring the registry up to the specs as they are now."""

    def run(name, environment="staging"):
        mlspec("plan", "--env", environment, "--out", name, cwd=shop).expect(0)
        return mlspec("apply", name, cwd=shop).expect(0)

    return run


@pytest.fixture
def live(shop, plan_and_apply):
    """The scaffold, applied."""
    plan_and_apply("first.json")
    return shop


@pytest.fixture
def planned(mlspec, live):
    """The scaffold, applied, with a reviewed plan that loosens a gate."""
    edit(live / SHARED, "atLeast: 0.7", "atLeast: 0.65")
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=live).expect(0)
    return live


def unchanged(mlspec, root, code, *said, plan="plan.json"):
    """Assert that an apply is refused with this code and leaves everything as it was."""
    before = contents(root)
    done = mlspec("apply", plan, cwd=root).refused(code, *said)
    assert contents(root) == before
    return done


def changed_bodies(text):
    """Yield plan files in which one character between two tokens of the body is another."""
    end = text.index('"envelope"')
    places = [index for index in range(end) if text[index].isalnum()]
    for index in places[:: max(1, len(places) // 50)]:
        other = "7" if text[index] != "7" else "8"
        yield text[:index] + other + text[index + 1 :]


def test_one_changed_character_of_the_body_is_noticed(mlspec, planned):
    text = (planned / "plan.json").read_text()
    before = contents(planned)

    for number, changed in enumerate(changed_bodies(text)):
        (planned / "plan.json").write_text(changed)
        done = mlspec("apply", "plan.json", cwd=planned)
        assert done.code == 12, f"change {number}: {done}"

    (planned / "plan.json").write_text(text)
    assert contents(planned) == before


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda plan: plan["body"]["operations"].clear(),
        lambda plan: plan["body"]["read_set"].pop(),
        lambda plan: plan["body"].pop("toolchain"),
        lambda plan: plan["body"].update(env="prod"),
        lambda plan: plan["body"].update(extra=True),
        lambda plan: plan["body"]["operations"][0]["changes"][0].update(new=0.1),
        lambda plan: plan["envelope"].update(digest="sha256:" + "0" * 64),
        lambda plan: plan["envelope"].pop("digest"),
        lambda plan: plan.pop("body"),
    ],
)
def test_a_rewritten_plan_is_noticed(mlspec, planned, rewrite):
    plan = json.loads((planned / "plan.json").read_text())
    rewrite(plan)
    (planned / "plan.json").write_text(json.dumps(plan))

    unchanged(mlspec, planned, 12, "hint: make the plan again")


def test_what_lies_outside_of_the_digest_may_change(mlspec, planned):
    plan = json.loads((planned / "plan.json").read_text())
    plan["envelope"] |= {"rendered_by": "another mlspec", "commit": "0" * 40, "dirty": True}
    (planned / "plan.json").write_text(json.dumps(plan, indent=None, sort_keys=False))

    mlspec("apply", "plan.json", cwd=planned).expect(0)


def test_a_plan_is_stale_when_what_it_rests_on_has_moved(mlspec, planned, plan_and_apply):
    edit(planned / SHARED, "atLeast: 0.65", "atLeast: 0.8")
    plan_and_apply("other.json")
    edit(planned / SHARED, "atLeast: 0.8", "atLeast: 0.65")

    unchanged(
        mlspec,
        planned,
        10,
        "`gate-set/better-than-chance`: revision 1 -> 2, `spec.gates[auc-floor].atLeast`",
        "mlspec plan --env staging --out FILE",
    )


def test_a_plan_does_not_go_stale_because_something_else_moved(mlspec, planned, plan_and_apply):
    edit(planned / SHARED, "atLeast: 0.65", "atLeast: 0.7")
    edit(planned / CHURN, "monthly: 100", "monthly: 120")
    plan_and_apply("other.json")
    edit(planned / SHARED, "atLeast: 0.7", "atLeast: 0.65")
    edit(planned / CHURN, "monthly: 120", "monthly: 100")

    # the other change is no longer in the specs, but this plan does not touch that model
    mlspec("apply", "plan.json", cwd=planned).expect(0)


@pytest.mark.parametrize(("overlaps", "codes"), [(False, [0] * 6), (True, [0] + [10] * 5)])
def test_six_changes_from_one_base_collide_only_where_they_overlap(
    mlspec, live, tmp_path, overlaps, codes
):
    """Six branches, six checkouts, one registry: what pull requests do to each other."""
    names = [f"team-{number}" for number in range(6)]
    for name in names:
        write_team(live, name, "ana@example.org")
    mlspec("plan", "--env", "staging", "--out", "teams.json", cwd=live).expect(0)
    mlspec("apply", "teams.json", cwd=live).expect(0)
    branches = [shutil.copytree(live, tmp_path / f"branch-{name}") for name in names]
    shared = {"MLSPEC_REGISTRY": str(live / ".mlspec" / "registry.db")}
    plan = ["plan", "--env", "staging", "--out", "plan.json"]
    for number, branch in enumerate(branches):
        write_team(branch, names[0] if overlaps else names[number], f"{number}@example.org")
        mlspec(*plan, cwd=branch, env=shared).expect(0)

    applied = [mlspec("apply", "plan.json", cwd=branch, env=shared) for branch in branches]

    assert [each.code for each in applied] == codes


def write_team(root, name, member):
    (root / "specs" / f"{name}.yaml").write_text(
        f"apiVersion: mlspec.dev/v1\nkind: Team\nmetadata: {{name: {name}}}\n"
        f"spec:\n  members: [{member}]\n"
    )


@pytest.mark.parametrize("what", ["changed", "added", "removed"])
def test_specs_that_were_edited_after_the_review_are_named(mlspec, planned, what):
    if what == "changed":
        edit(planned / CHURN, "monthly: 100", "monthly: 100000")
    elif what == "added":
        shutil.copy(planned / "specs" / "team.yaml", planned / "specs" / "other.yaml")
        edit(planned / "specs" / "other.yaml", "name: growth", "name: other")
    else:
        shutil.copy(planned / "specs" / "data.yaml", planned / "specs" / "other.yaml")
        (planned / "specs" / "data.yaml").unlink()
    name = {"changed": CHURN, "added": "specs/other.yaml", "removed": "specs/data.yaml"}[what]

    unchanged(mlspec, planned, 13, f"`{name}` was {what}")


def test_a_comment_in_the_specs_is_an_edit_too(mlspec, planned):
    with (planned / CHURN).open("a") as stream:
        stream.write("# reviewed by nobody\n")

    unchanged(mlspec, planned, 13, f"`{CHURN}` was changed")


def test_the_same_specs_elsewhere_will_do(mlspec, planned, tmp_path):
    moved = planned.rename(tmp_path / "another folder")

    mlspec("apply", "plan.json", cwd=moved).expect(0)


def test_a_plan_is_not_applied_to_another_registry(mlspec, planned):
    (planned / ".mlspec").rename(planned / "kept")
    mlspec("plan", "--env", "staging", "--out", "other.json", cwd=planned).expect(0)
    mlspec("apply", "other.json", cwd=planned).expect(0)

    unchanged(mlspec, planned, 13, "the plan was made for another registry")


def test_a_plan_for_a_registry_that_is_gone_creates_none(mlspec, planned):
    shutil.rmtree(planned / ".mlspec")

    unchanged(mlspec, planned, 13, "this one is  not created yet")


def test_a_plan_of_an_environment_that_is_gone_is_refused(mlspec, planned):
    edit(planned / "mlspec.yaml", "    staging:\n", "    rehearsal:\n")

    unchanged(mlspec, planned, 64, "there is no environment `staging`", "`rehearsal`")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", 12, id="empty"),
        pytest.param(b'{"format": "mlspec.plan/1.0", "body": {', 12, id="cut-off"),
        pytest.param(b"\xff\xfe\x00{", 64, id="not-utf-8"),
        pytest.param(b"[]", 64, id="no-object"),
        pytest.param(b"{}", 64, id="no-format"),
        pytest.param(b'{"format": "mlspec.plan/2.0"}', 13, id="another-format"),
        pytest.param(b'{"format": "mlspec.plan/1.0"}', 12, id="no-body"),
        pytest.param(b"[" * 100_000, 64, id="deep"),
        pytest.param(b'{"format": 1e999}', 64, id="number-as-format"),
        pytest.param(b'{"a": 1, "a": 2}', 64, id="key-twice"),
        pytest.param(b"apiVersion: mlspec.dev/v1\nkind: Team\n", 64, id="a-spec"),
        pytest.param(b"\x00" * 4096, 64, id="zeros"),
    ],
)
def test_what_is_no_sound_plan_is_refused(mlspec, live, content, code):
    (live / "plan.json").write_bytes(content)

    unchanged(mlspec, live, code)
    mlspec("show", "plan.json", cwd=live).refused(code)


def test_a_plan_that_was_cut_off_anywhere_is_refused(mlspec, planned):
    whole = (planned / "plan.json").read_bytes()
    before = contents(planned)

    for length in range(0, len(whole) - 1, len(whole) // 20):
        (planned / "plan.json").write_bytes(whole[:length])
        mlspec("apply", "plan.json", cwd=planned).refused(12)

    (planned / "plan.json").write_bytes(whole)
    assert contents(planned) == before


def test_a_spec_is_not_a_plan_file_and_its_address_is_named(mlspec, live):
    said = f"`{CHURN}` is not a plan file"
    unchanged(mlspec, live, 64, said, "`mlspec show model/churn`", plan=CHURN)
    mlspec("show", CHURN, cwd=live).refused(64, said)


@pytest.mark.parametrize(("typed", "meant"), [("churn", "model/churn"), ("growht", "team/growth")])
def test_a_name_without_a_kind_is_answered_with_the_address(mlspec, live, typed, meant):
    mlspec("show", typed, cwd=live).refused(64, f"did you mean `{meant}`?")
    status = mlspec("status", typed, "--env", "staging", cwd=live)
    status.refused(64, f"did you mean `{meant}`?", "`mlspec status --env staging`")


@pytest.mark.parametrize("name", ["absent.json", "specs", "."])
def test_a_plan_file_that_is_not_there_is_a_usage_error(mlspec, live, name):
    unchanged(mlspec, live, 64, plan=name)


def test_a_model_without_evidence_does_not_reach_production(mlspec, shop):
    shown = mlspec("plan", "--env", "prod", "--out", "plan.json", cwd=shop).expect(0)

    assert "blocked" in shown.out
    unchanged(mlspec, shop, 6, "`model/churn`", "hint: run `mlspec gate run`")


@pytest.mark.parametrize(
    ("score", "code"),
    [
        pytest.param(lambda row: 0.1 + 0.8 * (row % 2) + row / 1e5, 0, id="pass"),
        pytest.param(lambda row: 0.1 if row % 2 else 0.9, 7, id="fail"),
        pytest.param(lambda row: ((row * 7919) % 1000 + 240 * (row % 2)) / 2000, 8, id="unclear"),
        pytest.param(None, 9, id="not-evaluated"),
    ],
)
def test_what_the_gate_says_decides_and_gives_the_exit_code(mlspec, shop, score, code):
    (shop / "evaluation").mkdir()
    rows = [f"{row},{row % 2},{score(row)}" for row in range(400)] if score else []
    (shop / "evaluation" / "churn.csv").write_text("\n".join(["customer_id,left,score", *rows]))

    mlspec("gate", "run", "--env", "prod", cwd=shop).expect(code)
    mlspec("plan", "--env", "prod", "--out", "plan.json", cwd=shop).expect(0)

    applied = mlspec("apply", "plan.json", cwd=shop)
    (applied.refused if code else applied.expect)(code)


def test_evidence_that_nobody_reviewed_does_not_unblock_a_plan(mlspec, county, tmp_path):
    evidence = (county / "evidence").rename(tmp_path / "evidence")
    mlspec("plan", "--env", "prod", "--out", "plan.json", cwd=county).expect(0)
    unchanged(mlspec, county, 6)
    evidence.rename(county / "evidence")

    unchanged(mlspec, county, 6, "then make the plan again")
    mlspec("plan", "--env", "prod", "--out", "plan.json", cwd=county).expect(0)
    mlspec("apply", "plan.json", cwd=county).expect(0)


def test_evidence_of_other_bytes_is_stale(mlspec, county):
    file = county / "evaluation" / "form-digit-reader" / "challenger.csv"
    file.write_bytes(file.read_bytes() + b"\n")

    mlspec("plan", "--env", "prod", "--out", "plan.json", cwd=county).expect(0)

    unchanged(mlspec, county, 6, "`model/form-digit-reader`")


def test_evidence_that_was_edited_is_noticed(mlspec, county):
    file = county / "evidence" / "prod" / "form-digit-reader.evidence.json"
    file.write_text(file.read_text().replace('"pass"', '"fail"', 1))
    before = contents(county)

    mlspec("plan", "--env", "prod", cwd=county).refused(12, "evidence")

    assert contents(county) == before


def test_what_leaves_the_specs_is_retired_and_never_deleted(mlspec, live, plan_and_apply):
    for file in (live / "specs").iterdir():
        if file.name not in ("team.yaml", "data.yaml"):
            file.unlink()
    text = (live / "mlspec.yaml").read_text()
    (live / "mlspec.yaml").write_text(text[: text.index("      # Values that differ")] + REGISTRY)
    shown = mlspec("plan", "--env", "staging", cwd=live).expect(0).out
    plan_and_apply("retire.json")

    status = mlspec("status", "--env", "staging", "--format", "json", cwd=live).expect(0).json
    assert "- CRITICAL  model/churn" in shown
    assert "retire" in shown
    assert {each["address"]: each["lifecycle"] for each in status["objects"]}[
        "model/churn"
    ] == "retired"
    mlspec("plan", "--env", "staging", "--detailed-exitcode", cwd=live).expect(0)


REGISTRY = "  registry: {backend: embedded, path: .mlspec/registry.db}\n"


@pytest.fixture
def protected(live, plan_and_apply):
    """The scaffold with a guard on its team, applied; then the guard and the team are gone."""
    edit(live / "specs" / "team.yaml", "  name: growth\n", "  name: growth\n  protect: true\n")
    plan_and_apply("guard.json")
    return live


def test_the_guard_stays_when_the_spec_is_removed(mlspec, protected):
    team = protected / "specs" / "team.yaml"
    text = team.read_text()
    team.write_text(text.replace("name: growth", "name: sales").replace("  protect: true\n", ""))
    for file in ("churn", "data", "shared"):
        path = protected / "specs" / f"{file}.yaml"
        path.write_text(
            path.read_text()
            .replace("owner: growth", "owner: sales")
            .replace("receiver: growth", "receiver: sales")
            .replace("team: growth", "team: sales")
        )
    shown = mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=protected).expect(5)

    assert "blocked" in shown.out
    assert "+ HIGH    team/sales" in shown.out
    unchanged(mlspec, protected, 5, "`team/growth`")


@pytest.fixture(scope="module")
def four_events(forks, tmp_path_factory):
    """A registry with a chain of four events, to be copied."""
    root = tmp_path_factory.mktemp("chain") / "shop"
    forks.run("init", root, cwd=root.parent).expect(0)
    for old, new in pairwise((100, 100, 110, 120, 130)):
        edit(root / CHURN, f"monthly: {old}", f"monthly: {new}")
        forks.run("plan", "--env", "staging", "--out", "plan.json", cwd=root).expect(0)
        forks.run("apply", "plan.json", cwd=root).expect(0)
    return root


@pytest.fixture
def chain(four_events, tmp_path):
    """A registry with a chain of four events."""
    return shutil.copytree(four_events, tmp_path / "chain")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET body = replace(body, 'staging', 'prodding') WHERE sequence = 2",
        "UPDATE event SET body = replace(body, '\"', '') WHERE sequence = 3",
        "UPDATE event SET digest = 'sha256:' || digest WHERE sequence = 4",
        "UPDATE event SET body = replace(body, '\"previous\"', '\"before\"') WHERE sequence = 2",
        "UPDATE checkpoint SET body = replace(body, 'staging', 'prodding') WHERE sequence = 2",
        "DELETE FROM checkpoint WHERE sequence = 4",
        "DELETE FROM statement",
        "UPDATE event SET sequence = 9 WHERE sequence = 4",
        "DELETE FROM event WHERE sequence = 1",
        "DELETE FROM event WHERE sequence = 3",
        "DELETE FROM event WHERE sequence = 4",
        "DELETE FROM event",
        "UPDATE object SET digest = 'sha256:other' WHERE address = 'model/churn'",
        "UPDATE object SET revision = 1 WHERE address = 'model/churn'",
        "DELETE FROM object WHERE address = 'model/churn'",
        "UPDATE environment SET head = ''",
        "UPDATE environment SET serial = 99",
        "UPDATE environment SET sequence = 99",
        "DELETE FROM environment",
    ],
)
def test_whatever_is_done_to_the_record_shows(mlspec, chain, statement):
    verify = ["audit", "verify", "--env", "staging"]
    mlspec(*verify, cwd=chain).expect(0)
    with closing(sqlite3.connect(chain / ".mlspec" / "registry.db")) as registry, registry:
        registry.execute(statement)

    told = mlspec(*verify, cwd=chain)
    as_json = mlspec(*verify, "--format", "json", cwd=chain)

    assert (told.code, as_json.code) in {(12, 12), (69, 69)}, told
    if told.code == 12:
        assert as_json.json["intact"] is False
        assert as_json.json["problems"]
