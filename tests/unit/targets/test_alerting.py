from __future__ import annotations

from inline_snapshot import snapshot
from tests.unit.targets import sample

from mlspec.ir import OnCall, Platform
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
