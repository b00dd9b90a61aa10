"""The list of a law, filled: what counts as told, what as missing, and what both say."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import HOME, files
from tests.unit.policy.test_dossier_lists import LIST, SOURCES

from mlspec.api.session import open_session
from mlspec.api.start import init
from mlspec.evidence import BoundTo, Item, ItemPaper, ItemRecord, ItemState, ItemStatus
from mlspec.ir import IndexStatus, IndexValue, ValueStatus
from mlspec.lowering.dossiers import Holdings, index_of
from mlspec.policy import read_pack

DIGEST = f"sha256:{'ab' * 32}"
TOLD = IndexValue("", ValueStatus.PRESENT, "all of it", DIGEST, "policy/results.json")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    root = tmp_path_factory.mktemp("shop")
    init(root)
    return open_session(root).environment("staging")


def item(status, kind="test-report", reason="", **more):
    paper = ItemPaper("report.txt", DIGEST, 10)
    stated = ItemRecord(
        "model/churn", kind, "2026-11-21", ItemState.KEPT, (BoundTo("model/churn", DIGEST),), paper,
        by="ana", **more,
    )  # fmt: skip
    return Item("model/churn", kind, status, reason, f"items/{kind}.item.json", stated)


def index(workspace, *places, items=(), is_bound=True):
    """Return the index of a list with one part, which names these places."""
    holds = ", ".join(f"{{label: L{n}, {each}}}" for n, each in enumerate(places))
    text = LIST.replace("{label: Purpose, PLACE}", holds)
    read = read_pack(files(home=HOME + SOURCES, **{"dossiers/annex.yaml": text}))
    holdings = Holdings(
        tuple(items), {"policy": (TOLD,)}, {"specs/churn.yaml": "specs/specs/churn.yaml"}
    )
    model = workspace.resources["model/churn"]
    return index_of(read.pack.dossiers[0], read.pack, model, workspace, holdings, is_bound=is_bound)


def part(found):
    return found.points[0].parts[0]


def test_a_field_is_told_with_its_line_and_the_file_in_the_dossier(workspace):
    (value,) = part(index(workspace, "field: spec.purpose")).values

    assert value.status is ValueStatus.PRESENT
    assert value.text.startswith("Estimates which customers")
    assert value.source == "specs/churn.yaml:9"
    assert value.link == "specs/specs/churn.yaml"


def test_a_field_that_nobody_stated_says_where_to_state_it(workspace):
    (value,) = part(index(workspace, "field: spec.lineage")).values

    assert value.status is ValueStatus.MISSING
    assert value.how == "set `spec.lineage` of model/churn in specs/churn.yaml"
    assert not value.text
    assert not value.source


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("spec.limitations", "Not for setting prices."),
        ("spec.output.fields", "1 entry"),
        ("spec.monitoring", "2 entries"),
        ("spec.risk.affectsPeople", "no"),
        ("spec.serving.replicas.maximum", "3"),
        ("spec.artifact", f"s3://example-lake/models/churn-v1.onnx sha256:{'2' * 64}"),
        ("spec.serving.resources", "cpu: 250m; memory: 256Mi"),
        ("spec.output", "consumers: 1 entry; fields: 1 entry; version: v1"),
    ],
)
def test_values_are_told_in_words_or_by_their_number(workspace, field, text):
    (value,) = part(index(workspace, f"field: {field}")).values

    assert value.text == text


def test_a_field_of_data_is_asked_of_every_data_set(workspace):
    origin, preparation = (
        part(index(workspace, f"data: spec.{each}")).values for each in ("origin", "preparation")
    )

    assert [each.label for each in origin] == ["L0 of customers-2024", "L0 of customers-2025"]
    assert {each.status for each in origin} == {ValueStatus.PRESENT}
    assert {each.how for each in preparation} == {
        "set `spec.preparation` of dataset/customers-2024 in specs/data.yaml",
        "set `spec.preparation` of dataset/customers-2025 in specs/data.yaml",
    }


@pytest.mark.parametrize(
    ("status", "stands"),
    [
        (ItemStatus.PRESENT, IndexStatus.PRESENT),
        (ItemStatus.NOT_APPLICABLE, IndexStatus.PRESENT),
        (ItemStatus.WITHHELD, IndexStatus.PRESENT),
        (ItemStatus.STALE, IndexStatus.MISSING),
        (ItemStatus.CONFLICT, IndexStatus.MISSING),
        (ItemStatus.MISSING, IndexStatus.MISSING),
    ],
)
def test_a_paper_counts_as_told_where_it_is_there_or_somebody_says_why_not(
    workspace, status, stands
):
    found = part(index(workspace, "item: test-report", items=[item(status, reason="why")]))

    (value,) = found.values
    assert found.status is stands
    assert value.status.value == status.value
    assert value.note == "why"
    assert bool(value.how) is (stands is IndexStatus.MISSING)


def test_every_paper_of_a_kind_is_told(workspace):
    items = [item(ItemStatus.PRESENT, part="ana"), item(ItemStatus.STALE, part="bo")]

    found = part(index(workspace, "item: test-report", items=items))

    assert [each.label for each in found.values] == ["L0 (ana)", "L0 (bo)"]
    assert found.status is IndexStatus.INCOMPLETE


def test_a_paper_of_another_kind_is_none(workspace):
    items = [item(ItemStatus.PRESENT, kind="validation-report")]

    assert part(index(workspace, "item: test-report", items=items)).status is IndexStatus.MISSING


def test_a_kind_that_no_pack_in_force_names_needs_to_be_said_to_be_new(workspace):
    bound, unbound = (
        part(index(workspace, "item: plan", is_bound=each)).values[0].how for each in (True, False)
    )

    assert bound == "mlspec evidence add model/churn --kind plan --file FILE"
    assert unbound == f"{bound} --new-kind"


def test_a_record_is_told_as_it_stands(workspace):
    (value,) = part(index(workspace, "record: policy")).values

    assert (value.label, value.status, value.text) == ("L0", ValueStatus.PRESENT, "all of it")


@pytest.mark.parametrize(
    ("places", "status"),
    [
        (["field: spec.purpose", "record: policy"], IndexStatus.PRESENT),
        (["field: spec.purpose", "field: spec.lineage"], IndexStatus.INCOMPLETE),
        (["field: spec.lineage", "item: plan"], IndexStatus.MISSING),
    ],
)
def test_a_part_and_its_point_stand_as_what_they_list(workspace, places, status):
    found = index(workspace, *places)

    assert part(found).status is status
    assert found.points[0].status is status


def test_the_index_names_the_text_and_the_pack_by_digest(workspace):
    found = index(workspace, "field: spec.purpose", is_bound=False)

    assert (found.text, found.cite) == ("The law", "Annex I")
    assert found.pack == "house@2026.11.0"
    assert found.pack_digest.startswith("sha256:")
    assert not found.is_bound
