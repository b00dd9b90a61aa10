"""A record that was edited, and whose digest was made again, is no evidence where it can be seen.

No key signs these records, and nothing is judged again: what stands in the spec as well, or follows
from other parts of the record, is compared all the same.
"""

from __future__ import annotations

import json

import pytest

from mlspec.api.build import compile_artifacts
from mlspec.api.change import plan
from mlspec.api.evidence_store import read_evidence
from mlspec.api.judge import run_gates
from mlspec.api.recheck import verify_evidence
from mlspec.api.session import open_session
from mlspec.api.start import init
from mlspec.canonical import digest_value
from mlspec.errors import ExitCode, TamperedPlanError
from mlspec.evidence import EvidenceStatus

GATES = """  gates:
    - {id: above, type: metric-threshold, metric: accuracy, atLeast: 0.8}
    - {id: below, type: metric-threshold, metric: brier, atMost: 0.001}
    - {id: lenient, type: metric-threshold, metric: accuracy, atLeast: 0.99,
       onInconclusive: allow}
    - {id: told, type: metric-threshold, metric: accuracy, atLeast: 0.999, required: false}
    - {id: town, type: slices, metric: accuracy, atLeast: 0.99, by: [{column: town}]}
    - id: waived
      type: metric-threshold
      metric: accuracy
      atLeast: 0.999
      waiver: {reason: known, owner: growth, approver: growth, until: "2999-01-31"}
    - {id: newer, type: champion-challenger, metric: accuracy, mode: superiority}
"""


@pytest.fixture
def shop(tmp_path):
    root = tmp_path / "shop"
    init(root)
    home = root / "mlspec.yaml"
    home.write_text(
        home.read_text("utf-8") + "  targets: {modelCard: {formats: [json]}}\n", "utf-8"
    )
    (root / "evaluation").mkdir()
    wrong = {7, 19, 31, 64}
    rows = [
        f"c{n},{n % 2},{0.2 + 0.6 * ((n % 2) ^ (n % 100 in wrong)):.1f},{'ab'[n % 3 == 0]}"
        for n in range(1500)
    ]
    text = "\n".join(["customer_id,left,score,town", *rows]) + "\n"
    (root / "evaluation" / "churn.csv").write_text(text, "utf-8")
    spec = root / "specs" / "churn.yaml"
    text = spec.read_text("utf-8").replace("  gateSets: [better-than-chance@v1]\n", GATES)
    text = text.replace(
        "    key: customer_id", "    champion: evaluation/gone.csv\n    key: customer_id"
    )
    spec.write_text(text, "utf-8")
    run_gates(directory=root, environment="prod")
    return root


def record(root):
    return root / "evidence" / "prod" / "churn.evidence.json"


def rewrite(root, change):
    """Edit the gates of the record, or all of it as `*`, and make the digest in it again."""
    statement = json.loads(record(root).read_text("utf-8"))
    del statement["predicate"]["recordDigest"]
    gates = {each["id"]: each for each in statement["predicate"]["gates"]}
    change(gates | {"*": statement["predicate"]})
    statement["predicate"]["recordDigest"] = digest_value(statement)
    record(root).write_text(json.dumps(statement), "utf-8")


def standing(root):
    session = open_session(root)
    workspace = session.environment("prod")
    return read_evidence(root, workspace)["model/churn"]


def passes(gate):
    gate.update(verdict="pass", reason="", reasonCode="")


def let_through(gates):
    """Take away all that blocks, as somebody would who wants the model through."""
    for name in ("below", "town", "newer"):
        gates[name]["required"] = False
    gates["lenient"].update(verdict="inconclusive", reasonCode="interval-straddles")


def test_the_record_as_it_was_written_is_evidence_and_fails(shop):
    found = standing(shop)

    assert (EvidenceStatus.PRESENT, "") == (found.status, found.reason)
    said = {each.gate: each.verdict.value for each in found.record.results}
    assert said == {
        "above": "pass",
        "below": "fail",
        "lenient": "fail",
        "told": "fail",
        "town": "fail",
        "waived": "fail",
        "newer": "not-evaluated",
    }


def test_a_model_is_not_let_through_by_editing_its_record(shop):
    def change(gates):
        let_through(gates)
        gates["*"]["overall"] = "pass"

    rewrite(shop, change)

    (operation,) = [each for each in plan(shop, "prod").operations if each.address == "model/churn"]
    assert "evidence-stale" == operation.blocked.code.value
    assert "mlspec gate run" in operation.blocked.reason
    codes = [verify_evidence(directory=shop, environment="prod").exit_code]
    (shop / "evidence" / "prod" / "churn.run.json").unlink()
    codes += [verify_evidence(directory=shop, environment="prod").exit_code]
    assert [ExitCode.TAMPERED, ExitCode.EVIDENCE_MISSING] == codes, "the run is of another record"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda g: g["below"].update(required=False), "gate below: the record says `False`"),
        (lambda g: g["told"].update(required=True), "`required`, not `False`"),
        (lambda g: g["below"].update(onInconclusive="allow"), "`allow` as `onInconclusive`"),
        (lambda g: g["below"].update(waiver=g["waived"]["waiver"]), "`waiver`"),
        (lambda g: g["waived"]["waiver"].update(until="2999-02-01"), "`waiver`"),
        (lambda g: g["waived"]["waiver"].update(approver="me"), "`waiver`"),
        (lambda g: g["waived"].update(waiver=None), "`waiver`"),
        (lambda g: g["waived"].update(lapsedWaiver=g["waived"]["waiver"]), "has ended"),
        (lambda g: g["below"].update(decide="point"), "`point` as `decide`"),
        (lambda g: g["below"].update(require="brier <= 0.9"), "gives `pass`"),
        (lambda g: g["below"].update(require="brier <= 0.0011"), "`require`"),
        (lambda g: g["newer"].update(excused="first-release"), "`excused`"),
        (lambda g: g["above"].update(excused="first-release"), "excused for not being"),
        (lambda g: passes(g["below"]), "although `brier <= 0.001` gives `fail`"),
        (lambda g: g["below"].update(verdict="pass"), "the reason `requirement-missed`"),
        (lambda g: g["below"].update(reasonCode=""), "`fail` without a reason"),
        (
            lambda g: g["lenient"].update(verdict="inconclusive", reasonCode="interval-straddles"),
            "gives `fail`",
        ),
        (lambda g: passes(g["town"]), "town: `a` fails"),
        (lambda g: g["town"].update(verdict="inconclusive"), "` fails"),
        (lambda g: g["above"]["interval"].update(lower=2.0), "its interval is none"),
        (lambda g: g["above"]["interval"].update(level=1.5), "its interval is none"),
        (lambda g: g["*"]["gates"].remove(g["below"]), "lacks a gate"),
        (lambda g: g["*"]["gates"].append(g["below"]), "has another"),
        (lambda g: g["below"].update(id="other"), "has another"),
        (lambda g: g["below"].update(type="calibration"), "has another"),
        (lambda g: g["*"]["gates"].reverse(), "has another"),
        (lambda g: g["*"].pop("asOf"), "lapsedWaiver"),
        (lambda g: g["*"].pop("validUntil"), "longer than its waivers"),
        (
            lambda g: g["*"].update(validUntil="2999-02-01T00:00:00+00:00"),
            "longer than its waivers",
        ),
        (lambda g: g["*"]["materials"].clear(), "without `predictions`"),
        (lambda g: g["*"]["materials"][0].update(name="labels"), "without `predictions`"),
        (lambda g: g["*"]["gatesDigest"].update(sha256="0" * 64), "changed after the run"),
    ],
)
def test_what_contradicts_the_spec_or_the_record_itself_is_no_evidence(shop, change, says):
    rewrite(shop, change)

    found = standing(shop)
    assert EvidenceStatus.STALE is found.status
    assert says in found.reason


def test_an_overall_verdict_that_its_gates_do_not_give_is_told_as_tampered(shop):
    rewrite(shop, lambda gates: gates["*"].update(overall="pass"))

    with pytest.raises(TamperedPlanError, match="which its own results do not give"):
        standing(shop)


def test_numbers_that_fit_together_are_only_found_by_judging_again(shop):
    """The limit of the comparison, which the page of gates tells: so environments can ask more."""

    def change(gates):
        gates["below"].update(estimate=0.0005)
        gates["below"]["interval"].update(lower=0.0, upper=0.0009)
        passes(gates["below"])

    rewrite(shop, change)

    assert EvidenceStatus.PRESENT is standing(shop).status
    report = verify_evidence(directory=shop, environment="prod", recompute=True)
    assert ExitCode.TAMPERED is report.exit_code


def card(root):
    compile_artifacts(root, "prod")
    text = (root / "build" / "prod" / "cards" / "churn.json").read_text("utf-8")
    (gates,) = [each for each in json.loads(text)["sections"] if each["id"] == "gates"]
    return {each["label"]: each for each in gates["values"] if not each.get("group")}


def test_a_card_calls_an_edited_record_stale_and_says_why(shop):
    before = card(shop)["Verdict of the required gates"]
    rewrite(shop, lambda gates: gates["below"].update(required=False))

    found = card(shop)

    now = found["Verdict of the required gates"]["status"]
    assert ("present", "stale") == (before["status"], now)
    assert found["Why it is not current"]["value"].startswith("gate below: the record says `False`")


def test_a_card_calls_a_record_of_another_version_stale_and_not_missing(shop):
    text = record(shop).read_text("utf-8").replace("gate-result/v1", "gate-result/v0")
    record(shop).write_text(text, "utf-8")

    found = card(shop)["Verdict of the required gates"]

    assert "stale" == found["status"]
    assert "in another form than this version reads" in found["value"]
    assert f"{record(shop).relative_to(shop).as_posix()}:1" == found["source"]
