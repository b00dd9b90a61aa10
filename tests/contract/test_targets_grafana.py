"""What the target `grafana` emits, judged by our rules, a PromQL parser and Grafana's types."""

from __future__ import annotations

import json
import re
from itertools import combinations

import promql_parser
import pytest
from tests.contract import tools
from tests.contract.test_targets_prometheus import NASTY
from tests.unit.targets import sample

from mlspec.manifests import ManifestSet, find_problems
from mlspec.manifests.checks._promql import metric_names
from mlspec.syntax import SourceText, parse
from mlspec.targets import grafana, prometheus
from mlspec.targets._prometheus_query import DURATION, ERRORS, REQUESTS

LATE = sample.monitor("wrong", model="late", above=0.1, metric="m_total", dimension="concept-drift")


def bundle():
    objectives = {"p99_ms": 150.0, "availability": 0.999}
    services = [
        sample.service(name, rollout=each, **objectives)
        for name, each in sorted(sample.rollouts().items())
    ]
    counted = {"statistic": "missing-share", "metric": "rows_total", "above": 0.5}
    nasty = [
        sample.monitor(f"n{index}", model="nasty", feature=text, **counted)
        for index, text in enumerate((*NASTY, "$datasource ${x} $__rate_interval", "[[x]]"))
    ]
    watched = (*sample.monitors(), *sample.drifts(), *sample.late(), LATE, *nasty)
    return sample.bundle(*services, watched=watched)


@pytest.fixture(scope="module")
def dashboards():
    emitted = grafana.TARGET.emit(bundle(), None)
    found = {artifact.path: json.loads(artifact.content) for artifact in emitted}
    assert found
    assert [] == [path for path, each in found.items() if not each["panels"]]
    return found


def panels(dashboards):
    return [panel for each in dashboards.values() for panel in each["panels"]]


def queries(dashboards):
    return [each["expr"] for panel in panels(dashboards) for each in panel.get("targets", ())]


def test_every_model_and_every_team_has_a_dashboard_of_its_own(dashboards):
    models = {*sample.rollouts(), "drifting", "late", "nasty", "screen", "spender", "writer"}

    wanted = {f"grafana/model-{name}.json" for name in models}
    assert wanted | {"grafana/team-workforce.json"} == set(dashboards)
    assert len(dashboards) == len({each["uid"] for each in dashboards.values()})
    assert all(len(each["uid"]) <= 40 for each in dashboards.values())


def test_panels_have_ids_of_their_own_and_do_not_overlap(dashboards):
    for path, dashboard in dashboards.items():
        ids = [panel["id"] for panel in dashboard["panels"]]
        places = [panel["gridPos"] for panel in dashboard["panels"]]

        assert len(ids) == len(set(ids)), path
        assert all(each["x"] + each["w"] <= 24 for each in places), path
        assert not [pair for pair in combinations(places, 2) if overlap(*pair)], path


def overlap(one, other):
    return all(
        one[start] < other[start] + other[size] and other[start] < one[start] + one[size]
        for start, size in (("x", "w"), ("y", "h"))
    )


def test_queries_have_ids_of_their_own_and_ask_the_variable(dashboards):
    for dashboard in dashboards.values():
        (variable,) = dashboard["templating"]["list"]
        source = {"type": "prometheus", "uid": "${" + variable["name"] + "}"}
        asking = [panel["targets"] for panel in dashboard["panels"] if "targets" in panel]
        assert asking
        for asked in asking:
            assert asked
            assert len(asked) == len({each["refId"] for each in asked})
            assert all(each["datasource"] == source for each in asked)


def test_every_query_is_promql_and_names_no_variable(dashboards):
    asked = queries(dashboards)

    assert len(asked) > len(dashboards)
    for query in asked:
        promql_parser.parse(query)
        assert not re.search(r"\$|\[\[", query)


def test_text_of_a_spec_reaches_prometheus_as_it_stands(dashboards):
    found = {
        matcher.value
        for panel in dashboards["grafana/model-nasty.json"]["panels"]
        for each in panel.get("targets", ())
        if "rows_total" in each["expr"]
        for matcher in promql_parser.parse(each["expr"])
        .rhs.expr.args[0]
        .vector_selector.matchers.matchers
        if matcher.name == "feature"
    }

    assert {*NASTY, "$datasource ${x} $__rate_interval", "[[x]]"} == found


def test_what_decides_an_experiment_is_shown_by_arm_with_the_requests_that_it_takes(dashboards):
    shown = {each["title"]: each for each in dashboards["grafana/model-split.json"]["panels"]}

    assert 'sum by (role) (rate(answers_total{model="split",namespace="ml"}[5m]))' == query_of(
        shown["Outcome by arm"]
    )
    asked = shown["Requests by arm"]
    assert (
        'sum by (role) (increase(mlspec_requests_total{model="split",namespace="ml"}[1d]))'
        == query_of(asked)
    )
    assert 500 == asked["fieldConfig"]["defaults"]["thresholds"]["steps"][1]["value"]
    assert "Experiment" not in {
        each["title"] for each in dashboards["grafana/model-canary.json"]["panels"]
    }


def query_of(panel):
    (query,) = panel["targets"]
    return query["expr"]


def test_every_metric_is_one_that_somebody_declares_or_records(dashboards):
    of = bundle()
    recorded = {
        rule["record"]
        for (document,) in sample.emitted(prometheus.TARGET, of).values()
        for group in document.get("groups", ())
        for rule in group["rules"]
        if "record" in rule
    }
    declared = {each.metric for each in of.monitors} | {each.total for each in of.monitors}
    declared |= {each.rollout.outcome for each in of.services}
    exported = {REQUESTS, ERRORS, f"{DURATION}_bucket", "ALERTS"}
    buckets = {f"{each}_bucket" for each in declared}

    used = {name for query in queries(dashboards) for name in metric_names(query)}

    assert used
    assert used <= recorded | declared | exported | buckets


def test_our_own_checks_find_nothing(dashboards):
    documents = tuple(
        document
        for path, dashboard in dashboards.items()
        for document in parse(SourceText(path, json.dumps(dashboard).encode())).documents
    )

    assert len(dashboards) == len(documents)
    assert [] == list(find_problems(ManifestSet((), documents)))


def test_a_limit_is_drawn_on_its_bad_side(dashboards):
    limits = {
        panel["title"]: [
            step["color"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
        ]
        for panel in dashboards["grafana/model-screen.json"]["panels"]
        if panel["title"] in ("drift", "floor")
    }

    assert {"drift": ["green", "red"], "floor": ["red", "green"]} == limits


@pytest.mark.conformance
def test_grafana_has_such_dashboards(dashboards, tmp_path):
    tools.require_npm("@grafana/schema")
    lines = ["import { Dashboard, ThresholdsMode } from '@grafana/schema';"]
    for number, dashboard in enumerate(dashboards.values()):
        text = json.dumps(dashboard).replace(
            '"mode": "absolute"', '"mode": ThresholdsMode.Absolute'
        )
        lines.append(f"export const d{number}: Dashboard = {text};")
    (tmp_path / "node_modules").symlink_to(tools.NPM / "node_modules")
    (tmp_path / "dashboards.ts").write_text("\n".join(lines), "utf-8")
    strict = ("--noEmit", "--strict", "--skipLibCheck", "--module", "node16")

    tools.run("tsc", *strict, "--moduleResolution", "node16", "dashboards.ts", cwd=tmp_path)

    wrong = "\n".join(lines).replace('"h": 8', '"h": "8"', 1)
    (tmp_path / "dashboards.ts").write_text(wrong, "utf-8")
    tools.run("tsc", *strict, "--moduleResolution", "node16", "dashboards.ts", cwd=tmp_path, code=2)
