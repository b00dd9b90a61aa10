from __future__ import annotations

import pytest
from inline_snapshot import snapshot
from tests.unit.targets import sample

from mlspec.ir import Backend, LlmServing, OnCall, Platform, Scope
from mlspec.targets import alertmanager, prometheus_operator

ON_CALL = (OnCall("workforce", "workforce-pager", "http://pager.ops.svc/workforce"),)


def configuration(*watched):
    of = sample.bundle(watched=watched, on_call=ON_CALL)
    return sample.emitted(alertmanager.TARGET, of)["alertmanager/alertmanager.yaml"][0]


def objects(of, model="screen"):
    return sample.emitted(prometheus_operator.TARGET, of)[f"prometheus-operator/{model}.yaml"]


def test_each_owner_has_a_route_and_below_it_each_receiver_that_is_not_theirs():
    found = configuration(
        sample.monitor("a", above=1.0), sample.monitor("b", above=1.0, receiver="caseworkers")
    )

    assert found["route"]["routes"] == snapshot(
        [
            {
                "matchers": ['environment="prod"', 'owner="workforce"'],
                "receiver": "workforce-pager",
                "routes": [
                    {
                        "matchers": ['receiver="caseworkers"'],
                        "receiver": "caseworkers",
                        "routes": [
                            {
                                "matchers": ['severity="page"'],
                                "group_wait": "10s",
                                "repeat_interval": "1h",
                            },
                            {
                                "matchers": ['severity="ticket"'],
                                "group_wait": "5m",
                                "repeat_interval": "1d",
                            },
                        ],
                    },
                    {"matchers": ['severity="page"'], "group_wait": "10s", "repeat_interval": "1h"},
                    {
                        "matchers": ['severity="ticket"'],
                        "group_wait": "5m",
                        "repeat_interval": "1d",
                    },
                ],
            }
        ]
    )


def test_a_receiver_calls_what_its_team_states_and_nothing_else_is_invented():
    found = configuration(sample.monitor("a", above=1.0, receiver="caseworkers"))

    assert found["receivers"] == snapshot(
        [
            {"name": "caseworkers"},
            {"name": "mlspec-unclaimed"},
            {
                "name": "workforce-pager",
                "webhook_configs": [
                    {"url": "http://pager.ops.svc/workforce", "send_resolved": True}
                ],
            },
        ]
    )


def test_tickets_that_follow_from_a_page_or_from_silence_are_muted():
    assert configuration(sample.monitor("a", above=1.0))["inhibit_rules"] == snapshot(
        [
            {
                "source_matchers": ['dimension="service"', 'severity="page"'],
                "target_matchers": ['dimension="service"', 'severity="ticket"'],
                "equal": ["environment", "model"],
            },
            {
                "source_matchers": [
                    'dimension="service"',
                    'monitor="objectives"',
                    'state="unknown"',
                ],
                "target_matchers": ['state="unknown"'],
                "equal": ["environment", "model"],
            },
        ]
    )


def test_a_served_model_is_scraped_as_one_target_with_the_labels_of_its_pods():
    _, found = objects(sample.bundle(sample.service(p99_ms=100.0)))

    assert found["kind"] == "ServiceMonitor"
    assert found["spec"] == snapshot(
        {
            "jobLabel": "mlspec.dev/model",
            "selector": {"matchLabels": {"mlspec.dev/model": "screen"}},
            "endpoints": [
                {
                    "port": "http",
                    "path": "/metrics",
                    "interval": "30s",
                    "relabelings": [
                        {
                            "action": "replace",
                            "sourceLabels": ["__meta_kubernetes_pod_label_mlspec_dev_model"],
                            "targetLabel": "model",
                        },
                        {
                            "action": "replace",
                            "sourceLabels": ["__meta_kubernetes_pod_label_mlspec_dev_role"],
                            "targetLabel": "role",
                        },
                        {"action": "replace", "replacement": "screen", "targetLabel": "service"},
                    ],
                }
            ],
        }
    )


def test_objects_carry_the_label_that_the_operator_selects_by():
    platform = Platform(scrape_label=("team.example.org/prometheus", "ml"))
    of = sample.bundle(sample.service(p99_ms=100.0), platform=platform)

    assert [
        {"team.example.org/prometheus": "ml"}.items() <= each["metadata"]["labels"].items()
        for each in objects(of)
    ] == [True, True]


def test_rules_of_a_model_that_is_not_served_lie_in_the_namespace_of_who_applies_them():
    (found,) = objects(sample.bundle(watched=[sample.monitor(above=1.0, owner="")]))

    assert found["metadata"] == snapshot(
        {
            "name": "screen",
            "labels": {
                "app.kubernetes.io/managed-by": "mlspec",
                "mlspec.dev/model": "screen",
                "release": "kube-prometheus-stack",
            },
            "annotations": {
                "mlspec.dev/environment": "prod",
                "mlspec.dev/source": "specs/models/screen.yaml",
                "mlspec.dev/source-digest": "sha256:33333333",
            },
        }
    )


def receivers(*teams):
    of = sample.bundle(watched=[sample.monitor("a", above=1.0)], on_call=teams)
    (found,) = sample.emitted(alertmanager.TARGET, of)["alertmanager/alertmanager.yaml"]
    return {each["name"]: each.get("webhook_configs") for each in found["receivers"]}


HERE, THERE = "http://pager.ops.svc/workforce", "http://elsewhere.svc/others"


@pytest.mark.parametrize(
    ("others", "called"),
    [
        ((), [{"url": HERE, "send_resolved": True}]),
        ((OnCall("others", "workforce-pager", HERE),), [{"url": HERE, "send_resolved": True}]),
        ((OnCall("others", "workforce-pager", THERE),), None),
        ((OnCall("others", "workforce-pager"),), None),
        ((OnCall("others", "others-pager", THERE),), [{"url": HERE, "send_resolved": True}]),
    ],
)
def test_no_team_takes_the_alerts_of_another_by_the_name_of_its_receiver(others, called):
    own = OnCall("workforce", "workforce-pager", HERE)

    assert called == receivers(own, *others)["workforce-pager"]
    assert called == receivers(*others, own)["workforce-pager"]


def test_what_nobody_claims_is_sent_to_no_team():
    found = receivers(OnCall("workforce", "mlspec-unclaimed", THERE))

    assert found["mlspec-unclaimed"] is None


def monitor_of(**changes):
    of = sample.bundle(sample.service(p99_ms=100.0, **changes))
    return objects(of)[1:]


CANARY = sample.rollouts()["canary"]
ROLES = [
    {
        "action": "replace",
        "sourceLabels": [f"__meta_kubernetes_pod_label_mlspec_dev_{name}"],
        "targetLabel": name,
    }
    for name in ("model", "role")
]


@pytest.mark.parametrize(
    ("changes", "port"),
    [
        ({"backend": Backend.FLAGGER, "rollout": CANARY}, {"port": "http"}),
        ({"backend": Backend.KSERVE}, {"portNumber": 8080}),
        ({"backend": Backend.KSERVE, "rollout": CANARY}, {"portNumber": 8080}),
    ],
)
def test_pods_of_services_that_a_controller_makes_are_scraped_as_pods(changes, port):
    (found,) = monitor_of(**changes)

    assert "PodMonitor" == found["kind"]
    assert {
        "jobLabel": "mlspec.dev/model",
        "selector": {
            "matchLabels": {
                "app.kubernetes.io/component": "model-server",
                "mlspec.dev/model": "screen",
            }
        },
        "podMetricsEndpoints": [
            {**port, "path": "/metrics", "interval": "30s", "relabelings": ROLES}
        ],
    } == found["spec"]


@pytest.mark.parametrize("changes", [{"image": "", "runtime": "triton"}, {"llm": LlmServing("m")}])
def test_servers_with_metrics_of_their_own_are_not_claimed_to_be_scraped(changes):
    assert [] == monitor_of(backend=Backend.KSERVE, **changes)


@pytest.mark.parametrize("backend", [Backend.GATEWAY, Backend.KSERVE])
def test_series_get_the_labels_of_the_environment_that_nothing_else_sets(backend):
    scope = Scope("prod", (("cluster", "eu$1"), ("namespace", "ml")))
    (found,) = monitor_of(backend=backend, scope=scope)
    (endpoint,) = found["spec"].get("endpoints") or found["spec"]["podMetricsEndpoints"]

    assert [("cluster", "eu$$1")] == [
        (each["targetLabel"], each["replacement"])
        for each in endpoint["relabelings"]
        if "sourceLabels" not in each and each["targetLabel"] != "service"
    ]
