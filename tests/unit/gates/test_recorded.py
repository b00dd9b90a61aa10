"""A record is compared with the spec: what an evaluation writes agrees, and edits of it do not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from mlspec.api.profiles import ProfileRequest, make_profile, write_signed
from mlspec.evidence import (
    EvidenceRecord,
    GateResult,
    Interval,
    PartResult,
    Verdict,
    Waived,
    contradiction,
)
from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all, spec_difference
from mlspec.gates._decide import above, at_least, at_most, below

NOW = "2026-11-21T00:00:00+00:00"
GATES = [
    {
        "id": "drift",
        "type": "data-drift",
        "reference": "then",
        "current": "now",
        "features": [{"name": "age", "atMost": 0.2}],
    },
    {"id": "auc", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.6},
]
WAIVED = GATES[1] | {
    "atLeast": 0.9999,
    "waiver": {"reason": "r", "owner": "o", "approver": "a", "until": "2026-11-25"},
}


@pytest.fixture
def judged(tmp_path):
    """Judge gates over a profile of yesterday that may be used for so many days."""
    for file, shift in (("then", 0), ("now", 0.01)):
        lines = "\n".join(f"{n * 7919 % 1000 / 100 + shift:.2f}" for n in range(3000))
        (tmp_path / f"{file}.csv").write_text(f"age\n{lines}\n", "utf-8")
    rows = [f"r{n},{n % 2},{(n * 37 % 100 + 60 * (n % 2)) / 160}" for n in range(900)]
    (tmp_path / "rows.csv").write_text("\n".join(["id,label,score", *rows]) + "\n", "utf-8")
    table = str(tmp_path / "then.csv")
    made = make_profile(ProfileRequest(table, collected_at="2026-11-20T00:00:00Z"))
    write_signed(tmp_path / "then.json", made, None)

    def judge(gates, days=30):
        inputs = {
            "predictions": "rows.csv",
            "sources": [
                {
                    "name": "then",
                    "file": "then.json",
                    "format": "profile",
                    "maximumAgeDays": days,
                },
                {"name": "now", "file": "now.csv"},
            ],
        }
        specs = TypeAdapter(list[GateSpec]).validate_python(gates)
        read = EvaluationInputs.model_validate(inputs)
        bound = Binding("model/m", "sha256:1", "1", NOW)
        return evaluate_all(specs, read, tmp_path, binding=bound), specs, read

    return judge


@pytest.mark.parametrize("gates", [GATES, GATES[:1], [GATES[0], WAIVED]])
def test_what_an_evaluation_writes_agrees_with_its_spec(judged, gates):
    record, specs, inputs = judged(gates)

    assert {"pass", "fail"} >= {each.verdict for each in record.results}
    assert "" == spec_difference(record, specs, inputs)
    assert "" == contradiction(record)


@pytest.mark.parametrize("end", ["", "2026-12-22T00:00:00+00:00", "2999-01-01T00:00:00Z", "soon"])
def test_a_record_does_not_outlive_what_it_rests_on(judged, end):
    record, specs, inputs = judged(GATES)
    assert record.valid_until == "2026-12-20T00:00:00+00:00"

    found = spec_difference(replace(record, valid_until=end), specs, inputs)

    assert "the record is to hold for longer than `then` may be used" == found


def test_a_record_does_not_outlive_a_waiver(judged):
    record, specs, inputs = judged([GATES[0], WAIVED])
    assert record.valid_until == "2026-11-25T23:59:59+00:00"

    longer = replace(record, valid_until="2026-11-26T00:00:00+00:00")

    assert "for longer than its waivers do" in spec_difference(longer, specs, inputs)


def test_a_moment_of_judging_that_is_moved_moves_no_waiver(judged):
    record, specs, inputs = judged([GATES[0], WAIVED])

    late = replace(record, as_of="2026-11-26T00:00:00+00:00")

    assert "waiver" in spec_difference(late, specs, inputs).lower()


def told(verdict, code="", **changes):
    """Return a record of one gate that says so."""
    found = GateResult("g", "metric-threshold", verdict, "roc-auc >= 0.5", reason_code=code)
    record = EvidenceRecord("m", "sha256:1", "sha256:2", "1", verdict, (), ())
    return replace(record, results=(replace(found, **changes),))


CODES = {
    Verdict.PASS: "",
    Verdict.FAIL: "requirement-missed",
    Verdict.INCONCLUSIVE: "interval-straddles",
}
ENDS = st.floats(0, 1, allow_nan=False)


@given(one=ENDS, other=ENDS, limit=ENDS, sign=st.sampled_from([">=", "<=", ">", "<"]))
@settings(max_examples=200)
def test_one_verdict_alone_follows_from_an_interval_and_a_limit(one, other, limit, sign):
    lower, upper = min(one, other), max(one, other)
    limit = float(f"{limit:.15g}")
    stated = {"require": f"roc-auc {sign} {limit:.15g}"}
    stated["interval"] = Interval("delong", 0.9, lower, upper)

    sound = {v for v, code in CODES.items() if not contradiction(told(v, code, **stated))}

    bound = {">=": at_least, "<=": at_most, ">": above, "<": below}[sign](limit)
    assert {bound(lower, upper)} == sound


@given(value=ENDS, limit=ENDS)
@settings(max_examples=50)
def test_a_point_decides_alone_where_the_spec_says_so(value, limit):
    limit = float(f"{limit:.15g}")
    stated = {"require": f"brier <= {limit:.15g}", "estimate": value, "decide": "point"}

    sound = {v for v, code in CODES.items() if not contradiction(told(v, code, **stated))}

    assert {at_most(limit)(value, value)} == sound


PASSING, FAILING = PartResult("a", Verdict.PASS), PartResult("b", Verdict.FAIL, "r", "c")
SMALL = PartResult("c", Verdict.INCONCLUSIVE, "few", "too-few-rows")


@pytest.mark.parametrize(
    ("verdict", "code", "parts", "says"),
    [
        (Verdict.PASS, "", (PASSING, SMALL), ""),
        (Verdict.FAIL, "parts-fail", (PASSING, FAILING), ""),
        (Verdict.PASS, "", (PASSING, FAILING), "although `b` fails"),
        (Verdict.INCONCLUSIVE, "x", (PASSING, FAILING), "although `b` fails"),
        (Verdict.NOT_EVALUATED, "x", (FAILING,), "although `b` fails"),
        (Verdict.PASS, "", (SMALL,), "although none of its parts passes"),
        (Verdict.PASS, "x", (), "the reason `x`"),
        (Verdict.FAIL, "", (), "without a reason"),
        (Verdict.PASS, "", (replace(PASSING, reason_code="x"),), "the reason `x`"),
        (Verdict.PASS, "", (replace(FAILING, reason_code=""),), "without a reason"),
    ],
)
def test_parts_and_reasons_agree_with_the_verdict(verdict, code, parts, says):
    found = contradiction(told(verdict, code, parts=parts))

    assert says in found
    assert bool(says) is bool(found)


def test_a_waiver_is_in_force_or_has_ended():
    waiver = Waived("r", "o", "a", "2026-11-25")

    both = told(Verdict.FAIL, "x", waived=waiver, lapsed=waiver)

    assert "has ended" in contradiction(both)
    assert "" == contradiction(told(Verdict.FAIL, "x", waived=waiver))
