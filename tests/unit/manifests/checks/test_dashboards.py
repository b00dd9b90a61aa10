"""Dashboards: the parts that the examples of their codes do not show."""

import pytest
from inline_snapshot import snapshot

HEAD = "title: fraud\npanels:\n"
SOURCE = "datasource: {type: prometheus, uid: $source}"


@pytest.fixture
def told(found):
    return lambda panels: found(HEAD + panels, "dashboards")


@pytest.mark.parametrize(
    "place",
    ["{h: 8, w: 25, x: 0, y: 0}", "{h: 8, w: 12, x: 13, y: 0}", "{h: 8, w: 2, x: -1, y: 0}"],
)
def test_a_panel_lies_within_the_grid(told, place):
    assert told(f"- {{id: 1, gridPos: {place}}}\n") == snapshot(
        ["MLS1286 3 the panel does not lie within the 24 columns"]
    )


def test_panels_that_touch_do_not_overlap(told):
    places = ((0, 0), (12, 0), (0, 8), (12, 8))
    panels = (
        f"- {{id: {number}, gridPos: {{h: 8, w: 12, x: {x}, y: {y}}}}}\n"
        for number, (x, y) in enumerate(places)
    )

    assert [] == told("".join(panels))


def test_panels_of_a_closed_row_are_panels(told):
    inner = f"{{id: 1, {SOURCE}, targets: [{{refId: A, expr: 'sum('}}]}}"

    found = told(f"- {{id: 1, type: row, panels: [{inner}]}}\n")

    assert ["MLS1285 3", "MLS1288 3"] == sorted(each[:9] for each in found)


@pytest.mark.parametrize(
    "query",
    [
        "rate(errors_total[$__rate_interval])",
        "rate(errors_total[${__interval}])",
        'errors_total{model="$model"}',
        "sum by ([[label]]) (up",
        "$anything(",
        "",
    ],
)
def test_variables_of_grafana_are_no_fault(told, query):
    assert [] == told(f"- {{id: 1, {SOURCE}, targets: [{{refId: A, expr: '{query}'}}]}}\n")


def test_queries_of_other_sources_are_left_alone(told):
    target = "{refId: A, datasource: {type: loki, uid: $logs}, expr: '{app=\"a\"} |= `b`'}"

    assert [] == told(f"- {{id: 1, {SOURCE}, targets: [{target}]}}\n")


def test_the_sources_that_every_grafana_has_may_be_named(told):
    assert [] == told("- {id: 1, datasource: {type: datasource, uid: '-- Mixed --'}}\n")


@pytest.mark.parametrize("panels", ["- a\n", "- {id: x, gridPos: 3, targets: {}, panels: [1]}\n"])
def test_values_of_any_type_are_no_panels(told, panels):
    assert [] == told(panels)
