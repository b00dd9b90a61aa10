"""Sheets: what exports say of models and data, copied from specs and from records that hold."""

from __future__ import annotations

from dataclasses import fields

import pytest

from mlspec.api.session import open_session
from mlspec.api.start import init
from mlspec.evidence import (
    EvidenceRecord,
    EvidenceStatus,
    GateResult,
    Interval,
    PartResult,
    Verdict,
)
from mlspec.ir import Measure
from mlspec.lowering.sheets import data_sheet, model_sheet

DIGEST = f"sha256:{'ab' * 32}"
INTERVAL = Interval("delong", 0.9, 0.7, 0.8)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    root = tmp_path_factory.mktemp("shop")
    init(root)
    return open_session(root).environment("staging")


def sheet(workspace, *results, status=EvidenceStatus.PRESENT, reason=""):
    record = EvidenceRecord("model/churn", DIGEST, DIGEST, "1.0", Verdict.PASS, results, ())
    return model_sheet(workspace, workspace.resources["model/churn"], record, status, reason)


def gate(name="auc", estimate=0.75, interval=INTERVAL, **more):
    require = more.pop("require", "roc-auc >= 0.7")
    return GateResult(
        name, "metric-threshold", Verdict.PASS, require, metric="roc-auc", estimate=estimate,
        interval=interval, **more,
    )  # fmt: skip


def slice_of(name, estimate):
    return PartResult(name, Verdict.PASS, estimate=estimate, interval=INTERVAL)


def test_a_model_is_told_as_the_spec_says(workspace):
    found = sheet(workspace)

    assert (found.name, found.version, found.environment) == ("churn", "v1", "staging")
    assert found.limitations == ("Not for setting prices.",)
    assert found.training == ("customers-2024",)
    assert found.evaluation == ("customers-2025",)
    assert [each.name for each in found.data] == ["customers-2024", "customers-2025"]
    assert found.source == "specs/churn.yaml:5"
    assert (found.inputs, found.consumers) == (("customer-activity@v1",), ("call-list",))


def test_a_data_set_is_told_as_the_spec_says(workspace):
    found = data_sheet(workspace.resources["dataset/customers-2024"])

    assert (found.start, found.end) == ("2024-01-01", "2024-12-31")
    assert found.gaps == ("Business customers are missing.",)
    assert [each.name for each in found.columns] == ["customer_id", "left"]


def test_what_nobody_stated_is_empty(workspace):
    found = sheet(workspace)

    assert (found.repository, found.commit, found.contact) == ("", "", "")
    assert (found.hazards, found.parts, found.groups) == ((), (), ())


def test_a_measure_has_its_interval_and_what_was_required(workspace):
    (found,) = sheet(workspace, gate()).measures

    assert found == Measure(
        "auc", "metric-threshold", "roc-auc", 0.75, "", 0.7, 0.8, 0.9, "delong", "pass",
        "roc-auc >= 0.7",
    )  # fmt: skip


def test_a_gate_that_could_not_measure_tells_nothing(workspace):
    assert sheet(workspace, gate(estimate=None, interval=None)).measures == ()


def test_the_part_that_decides_is_told_once(workspace):
    parts = (slice_of("sex: `1`", 0.75), slice_of("sex: `2`", 0.8))

    found = sheet(workspace, gate(parts=parts)).measures

    assert [(each.slice, each.value) for each in found] == [("sex: `1`", 0.75), ("sex: `2`", 0.8)]


def test_all_rows_are_told_beside_parts_where_they_have_a_number_of_their_own(workspace):
    found = sheet(workspace, gate(estimate=0.77, parts=(slice_of("sex: `1`", 0.75),))).measures

    assert [(each.slice, each.value) for each in found] == [("", 0.77), ("sex: `1`", 0.75)]


def test_a_difference_of_two_models_is_told_as_one(workspace):
    (found,) = sheet(workspace, gate(require="difference of roc-auc > -0.01")).measures

    assert found.is_change


@pytest.mark.parametrize("status", [EvidenceStatus.STALE, EvidenceStatus.MISSING])
def test_a_record_that_does_not_hold_gives_no_measures(workspace, status):
    found = sheet(workspace, gate(), status=status, reason="the data were changed")

    assert (found.measures, found.record) == ((), "")
    assert found.why_unmeasured == "the data were changed"


def test_a_sheet_is_plain_values(workspace):
    found = sheet(workspace, gate())

    for each in fields(found):
        assert isinstance(getattr(found, each.name), str | tuple), each.name
