"""What an inventory says of each spec: who owns it, its reviews, gates, evidence and findings."""

from __future__ import annotations

import pytest

from mlspec.api.inventory import InventoryOptions, exit_code_of, take_inventory
from mlspec.api.judge import run_gates
from mlspec.api.run_facts import How
from mlspec.api.start import init
from mlspec.errors import ExitCode, MlspecError, TamperedPlanError, UsageError
from mlspec.inventory import Class, Gates, Owner, Review

DAY = "2026-11-22"
OBSERVED = """\
apiVersion: mlspec.dev/v1
kind: ObservedModel
metadata: {{name: old{metadata}}}
spec:
  lifecycle: observed
  origins: [{{id: a, system: mlflow, location: 'http://mlflow', name: old}}]
  owner: {owner}
  purpose: unknown
  task: unknown
  tier: {tier}
  version: {version}
  artifact: {{uri: unknown, format: unknown, digest: unknown}}
  licence: unknown
{more}"""
SYSTEM = """\
apiVersion: mlspec.dev/v1
kind: System
metadata: {name: desk, owner: growth, version: v3}
spec:
  purpose: Calls customers.
  models: [churn@v1]
  risk: {tier: limited, domain: marketing, affectsPeople: false, automatedDecision: false,
    sensitiveData: false}
  review: {everyDays: 30}
  components:
    - {name: writer, supplier: Acme, isModel: true}
    - {name: phone, supplier: Bell, isModel: false}
"""


@pytest.fixture
def shop(tmp_path):
    init(tmp_path)
    return tmp_path


def observed(shop, metadata="", owner="unknown", tier="unknown", version="unknown", more=""):
    told = {"metadata": metadata, "owner": owner, "tier": tier, "version": version, "more": more}
    (shop / "specs" / "old.yaml").write_text(OBSERVED.format(**told))


def change(shop, old, new):
    file = shop / "specs" / "churn.yaml"
    assert 1 == file.read_text().count(old)
    file.write_text(file.read_text().replace(old, new))


def take(shop, **options):
    """Return the rows of an offline inventory by address."""
    options = {"as_of": DAY, "offline": True, **options}
    found = take_inventory(InventoryOptions(**options), shop)
    return {each.address or each.name: each for each in found.rows}


OWNERS = [
    pytest.param({"metadata": ", owner: growth", "owner": "bo"}, ("growth", "team"), id="metadata"),
    pytest.param({"owner": "growth"}, ("growth", "team"), id="stated-team"),
    pytest.param({"owner": "bo@example.org"}, ("bo@example.org", "stated"), id="stated"),
    pytest.param({}, ("@files @of", "codeowners"), id="codeowners"),
]


@pytest.mark.parametrize(("facts", "expected"), OWNERS)
def test_an_owner_is_the_team_else_who_is_stated_else_who_owns_the_file(shop, facts, expected):
    observed(shop, **facts)
    (shop / "CODEOWNERS").write_text("* @all\nspecs/old.yaml @files @of\n")

    owner = take(shop)["observed-model/old"].owner

    assert expected == (owner.name, owner.source)
    assert bool(owner.members) == (owner.source == "team")


def test_the_first_codeowners_that_is_there_counts_alone(shop):
    observed(shop)
    (shop / ".github").mkdir(exist_ok=True)
    (shop / ".github" / "CODEOWNERS").write_text("*.md @docs\n")
    (shop / "CODEOWNERS").write_text("* @all\n")

    row = take(shop)["observed-model/old"]

    assert (Owner(), ()) == (row.owner, row.code_owners)
    assert Class.UNOWNED in row.classes


def test_a_codeowners_that_is_a_link_out_is_none(shop, tmp_path_factory):
    observed(shop)
    secret = tmp_path_factory.mktemp("out") / "secret"
    secret.write_text("* @secret\n")
    (shop / "CODEOWNERS").symlink_to(secret)

    assert "" == take(shop)["observed-model/old"].owner.name


def test_codeowners_are_read_from_the_top_of_the_repository(tmp_path):
    root = tmp_path / "team" / "ml"
    init(root)
    text = (root / "mlspec.yaml").read_text()
    target = "  targets: {github: {workspacePath: team/ml}}\n  registry:\n"
    (root / "mlspec.yaml").write_text(text.replace("  registry:\n", target))
    (tmp_path / "CODEOWNERS").write_text("* @all\n/team/ml/specs/ @ml\n")

    assert ("@ml",) == take(root)["model/churn"].code_owners


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, {Class.TIER_UNKNOWN, Class.UNOWNED, Class.OBSERVED}),
        ({"tier": "high", "owner": "bo"}, {Class.OBSERVED}),
        ({"tier": "high", "owner": "bo", "more": "  provider: Acme\n"}, None),
        (
            {
                "tier": "high",
                "owner": "bo",
                "more": "  serving: [{id: a, platform: hosted-api, namespace: unknown,"
                " name: x, image: unknown}]\n",
            },
            None,
        ),
    ],
)
def test_an_observed_model_is_of_the_classes_that_its_spec_says(shop, facts, expected):
    observed(shop, **facts)

    assert (expected or {Class.HOSTED_API, Class.OBSERVED}) == {
        *take(shop)["observed-model/old"].classes
    }


def test_what_is_unknown_is_not_told_as_a_version(shop):
    observed(shop)
    assert ("", "") == (
        take(shop)["observed-model/old"].version,
        take(shop)["observed-model/old"].tier,
    )
    observed(shop, version="'7'", tier="minimal")
    row = take(shop)["observed-model/old"]
    assert ("7", "minimal") == (row.version, row.tier)


def test_a_system_has_parts_that_others_run_and_reviews_that_never_were(shop):
    (shop / "specs" / "desk.yaml").write_text(SYSTEM)

    row = take(shop)["system/desk"]

    assert ("v3", "limited", "Acme") == (row.version, row.tier, row.provider)
    assert Review("", "", is_never=True) == row.review
    assert {Class.MANAGED, Class.HOSTED_API, Class.REVIEW_OVERDUE} == {*row.classes}


PROMPT = """\
apiVersion: mlspec.dev/v1
kind: Prompt
metadata: {name: ask, owner: growth, version: v1}
spec:
  purpose: Asks.
  template: {type: text, text: Answer.}
  hosted: {provider: anthropic, id: claude-sonnet-4-5-20250929}
"""


def test_a_model_that_others_run_and_a_prompt_asks_is_a_part_of_the_system(shop):
    (shop / "specs" / "ask.yaml").write_text(PROMPT)
    text = SYSTEM.partition("  components:")[0].replace("models: [churn@v1]", "prompts: [ask@v1]")
    (shop / "specs" / "desk.yaml").write_text(text)

    row = take(shop)["system/desk"]

    assert "anthropic" == row.provider
    assert Class.HOSTED_API in row.classes


HAZARD = (
    "    hazards: [{id: a, hazard: x, severity: minor, likelihood: rare, reviewBy: 2026-12-01}]\n"
)


@pytest.mark.parametrize(
    ("review", "hazards", "expected"),
    [
        ("", "", Review()),
        ("{everyDays: 30}", "", Review(is_never=True)),
        ("{last: 2026-11-01, everyDays: 30}", "", Review("2026-11-01", "2026-12-01")),
        ("{last: 2026-11-01, everyDays: 31}", HAZARD, Review("2026-11-01", "2026-12-01")),
        ("{last: 2026-10-01, everyDays: 31}", HAZARD, Review("2026-10-01", "2026-11-01")),
        ("", HAZARD, Review("", "2026-12-01")),
        ("{last: 2024-02-28, everyDays: 1}", "", Review("2024-02-28", "2024-02-29")),
        ("{last: 2026-11-01, everyDays: 999999999999}", "", Review("2026-11-01", "9999-12-31")),
    ],
)
def test_the_next_review_is_the_earliest_day_that_a_spec_names(shop, review, hazards, expected):
    if review:
        change(shop, "  gateSets:", f"  review: {review}\n  gateSets:")
    if hazards:
        change(shop, "    sensitiveData: false\n", f"    sensitiveData: false\n{hazards}")

    assert expected == take(shop)["model/churn"].review


def test_gates_are_told_of_each_environment(shop):
    (shop / "evaluation").mkdir()
    lines = [f"c{n},{n % 2},{0.2 + 0.6 * ((n + n % 7 // 6) % 2):.1f}" for n in range(600)]
    text = "\n".join(["customer_id,left,score", *lines])
    (shop / "evaluation" / "churn.csv").write_text(f"{text}\n")
    run_gates(directory=shop, environment="prod", how=How(at="2026-11-20T10:00:00Z"))

    missing = Gates("staging", 1)
    assert (Gates("prod", 1, 1, 2, "present"), missing) == take(shop)["model/churn"].gates
    (later,) = take(shop, environment="prod", as_of="2027-11-20")["model/churn"].gates
    assert 365 == later.age_days
    (shop / "evaluation" / "churn.csv").write_text(f"{text}\nc601,1,0.9\n")
    assert (Gates("prod", 1, 0, 2, "stale"), missing) == take(shop)["model/churn"].gates

    record = shop / "evidence" / "prod" / "churn.evidence.json"
    record.write_text(record.read_text().replace('"pass"', '"fail"', 1))
    with pytest.raises(TamperedPlanError):
        take(shop)


def test_a_model_without_gates_declares_none(shop):
    change(shop, "  gateSets: [better-than-chance@v1]\n", "")

    assert () == take(shop)["model/churn"].gates


def test_open_warnings_of_a_spec_are_counted_in_its_own_row(shop):
    assert 0 == take(shop)["model/churn"].findings
    change(shop, "    format: onnx", "    format: pickle")
    (shop / "specs" / "desk.yaml").write_text(SYSTEM)

    found = take(shop)

    assert (1, 0) == (found["model/churn"].findings, found["system/desk"].findings)


def test_what_was_waived_is_not_open(shop):
    change(
        shop,
        "    format: onnx",
        "    # mlspec: ignore[pickle-artifact] it is sandboxed\n    format: pickle",
    )

    assert 0 == take(shop)["model/churn"].findings


def test_what_an_environment_overrides_is_told_of_it(shop):
    text = (shop / "mlspec.yaml").read_text()
    override = "{kind: Model, name: churn, path: spec.risk.tier, value: limited}"
    with_it = text.replace("      overrides:\n", f"      overrides:\n        - {override}\n")
    (shop / "mlspec.yaml").write_text(with_it)

    tiers = [take(shop, environment=name)["model/churn"].tier for name in ("prod", "staging", None)]
    assert ["limited", "minimal", "minimal"] == tiers


def test_the_code_is_of_all_rows(shop):
    found = take_inventory(InventoryOptions(as_of=DAY, offline=True), shop)

    assert ExitCode.DRIFT is exit_code_of(found, [Class.MANAGED, Class.UNOWNED])
    assert ExitCode.OK is exit_code_of(found, [Class.UNOWNED])
    assert ExitCode.OK is exit_code_of(found, [])


@pytest.mark.parametrize("name", [Class.DOCUMENTED_DEAD, Class.LIVE_UNDOCUMENTED])
def test_nothing_passes_because_nobody_looked(shop, name):
    with pytest.raises(UsageError, match=name.value):
        take(shop, fail_on=(Class.UNOWNED, name))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(False, "no dump was given with `--live`", id="none-given"),
        pytest.param(True, "what was given with `--live` shows nothing of one", id="empty-folder"),
    ],
)
def test_a_dump_that_shows_nothing_is_not_told_as_none_given(shop, given, expected):
    empty = shop / "dump"
    empty.mkdir()
    live = (str(empty),) if given else ()

    found = take_inventory(InventoryOptions(as_of=DAY, offline=True, live=live), shop)

    assert [expected] == [each.why_not for each in found.sources if "clusters" == each.name]


def test_a_folder_without_specs_is_no_workspace(tmp_path):
    with pytest.raises(MlspecError):
        take(tmp_path)
