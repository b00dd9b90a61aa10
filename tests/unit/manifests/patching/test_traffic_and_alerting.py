"""A patch that hands requests to the challenger, or takes alerts from their owner."""

from __future__ import annotations

from copy import deepcopy

import pytest

from mlspec.manifests.patching import loosened, outnumbered, replicas


def route(*rules):
    return {"kind": "HTTPRoute", "spec": {"rules": list(rules)}}


def rule(matches=None, **weights):
    backends = [{"name": f"churn-{each}", "weight": share} for each, share in weights.items()]
    return {"matches": matches or [], "backendRefs": backends}


def virtual_service(champion, challenger):
    targets = [
        {"destination": {"host": "churn-champion"}, "weight": champion},
        {"destination": {"host": "churn-challenger"}, "weight": challenger},
    ]
    return {"kind": "VirtualService", "spec": {"http": [{"name": "primary", "route": targets}]}}


def service(**predictor):
    return {"kind": "InferenceService", "spec": {"predictor": predictor}}


def beside(percent):
    canary = {"predictor": {"name": "challenger"}, "trafficPercent": percent}
    return {"kind": "InferenceService", "spec": {"predictor": {}, "canary": [canary]}}


def entrance(instance=None):
    labels = {"app.kubernetes.io/instance": instance} if instance else {}
    selector = {"app.kubernetes.io/name": "churn", **labels}
    return {"kind": "Service", "metadata": {"name": "churn"}, "spec": {"selector": selector}}


def pool(instance):
    labels = {"app.kubernetes.io/instance": instance}
    return {"kind": "InferencePool", "spec": {"selector": {"matchLabels": labels}}}


STEP = route(rule(champion=95, challenger=5))
BY_HEADER = [{"headers": [{"name": "arm", "value": "b"}]}]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (STEP, route(rule(champion=0, challenger=100)), "gets 100 % of requests, not 5 %"),
        (STEP, route(rule(challenger=1)), "`churn-challenger` gets 100 % of requests, not 5 %"),
        (STEP, route(rule(champion=95, challenger=5, other=9)), "`churn-other` gets 8.26 %"),
        (
            route(rule(champion=1), rule(BY_HEADER, challenger=1)),
            route(rule(challenger=1), rule(BY_HEADER, challenger=1)),
            "gets 100 % of requests, not 0 %",
        ),
        (virtual_service(100, 0), virtual_service(0, 100), "`churn-challenger` gets 100 %"),
        (service(canaryTrafficPercent=5), service(canaryTrafficPercent=50), "gets 50 %"),
        (service(canaryTrafficPercent=5), service(), "the newest revision` gets 100 %"),
        (entrance("churn-champion"), entrance("churn-challenger"), "`churn-challenger` gets 100 %"),
        (pool("churn-champion"), pool("churn-challenger"), "`churn-challenger` gets 100 %"),
        (entrance(), entrance("churn-challenger"), "`churn-challenger` gets 100 %"),
        (beside(5), beside(100), "`canary challenger` gets 100 % of requests, not 5 %"),
    ],
)
def test_more_requests_for_anyone_but_the_champion_are_told(before, after, told):
    (found,) = loosened(before, after)

    assert told in found
    assert () == loosened(after, before) or "other" in told or before == entrance()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (STEP, route(rule(champion=190, challenger=10))),
        (STEP, route(rule(champion=1))),
        (STEP, route({**rule(champion=95, challenger=5), "timeouts": {"request": "5s"}})),
        (beside(5), {"kind": "InferenceService", "spec": {"predictor": {}}}),
        (entrance("churn-challenger"), entrance("churn-champion")),
        (entrance("churn"), {**entrance("churn"), "metadata": {"labels": {"team": "growth"}}}),
    ],
)
def test_the_same_shares_or_fewer_are_not(before, after):
    assert () == loosened(before, after)


def arms(**counts):
    return [
        {"kind": "Deployment", "metadata": {"name": f"churn-{arm}"}, "spec": {"replicas": count}}
        for arm, count in counts.items()
    ]


def test_more_replicas_for_the_challenger_of_a_step_are_more_requests():
    was = replicas(arms(champion=3, challenger=1))

    assert {"churn-champion": 75.0, "churn-challenger": 25.0} == was
    (told,) = outnumbered(was, replicas(arms(champion=1, challenger=1)))
    assert "`churn-challenger` has 50 % of the replicas, and so of the requests, not 25 %" == told
    (alone,) = outnumbered(was, replicas(arms(challenger=1)))
    assert "has 100 %" in alone


def test_the_same_ratio_of_replicas_or_a_smaller_one_is_not_told():
    was = replicas(arms(champion=3, challenger=1))

    for counts in ({"champion": 6, "challenger": 2}, {"champion": 9, "challenger": 1}):
        assert [] == [*outnumbered(was, replicas(arms(**counts)))]
    assert [] == [*outnumbered(was, replicas(arms(champion=0, challenger=0)))]


OWNED = {
    "matchers": ['owner="risk"'],
    "receiver": "risk-pager",
    "routes": [{"matchers": ['severity="page"'], "repeat_interval": "1h"}],
}
CALLED = {"name": "risk-pager", "webhook_configs": [{"url": "http://pager.ops.svc/risk"}]}
ALERTING = {
    "route": {"receiver": "unclaimed", "routes": [OWNED]},
    "receivers": [{"name": "unclaimed"}, CALLED],
}


def patched(change):
    after = deepcopy(ALERTING)
    change(after)
    return after


def test_the_route_of_an_owner_that_is_dropped_is_told():
    found = loosened(ALERTING, patched(lambda it: it["route"].update(routes=[])))

    assert ('the route of `owner="risk"` is gone',) == found


def test_a_route_below_that_of_an_owner_is_told_alone():
    found = loosened(ALERTING, patched(lambda it: it["route"]["routes"][0].update(routes=[])))

    assert ('the route of `owner="risk"`, `severity="page"` is gone',) == found


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda it: it["route"]["routes"][0].update(receiver="unclaimed"),
            'the route of `owner="risk"` has another `receiver`',
        ),
        (
            lambda it: it["route"]["routes"][0].pop("receiver"),
            'the route of `owner="risk"` has another `receiver`',
        ),
        (
            lambda it: it["route"]["routes"][0]["routes"][0].update(repeat_interval="9d"),
            'the route of `owner="risk"`, `severity="page"` has another `repeat_interval`',
        ),
        (
            lambda it: it["route"]["routes"][0].update(mute_time_intervals=["nights"]),
            'the route of `owner="risk"` has another `mute_time_intervals`',
        ),
        (
            lambda it: it["receivers"][1].update(webhook_configs=[]),
            "the receiver `risk-pager` has another `webhook_configs`",
        ),
        (lambda it: it["receivers"].pop(), "the receiver `risk-pager` is gone"),
        (
            lambda it: it["route"]["routes"].insert(0, {"matchers": ['env="x"'], "receiver": "a"}),
            'the route of `env="x"` takes alerts before the routes that were there',
        ),
        (
            lambda it: it.update(inhibit_rules=[{"target_matchers": ['severity="page"']}]),
            'alerts of `severity="page"` are silent beside others',
        ),
    ],
)
def test_what_keeps_alerts_from_their_owner_is_told(change, told):
    assert (told,) == loosened(ALERTING, patched(change))


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it["receivers"][0].update(webhook_configs=[{"url": "http://a"}]),
        lambda it: it["receivers"][1]["webhook_configs"].append({"url": "http://a"}),
        lambda it: it["receivers"][1].update(email_configs=[{"to": "risk@example.org"}]),
        lambda it: it["route"]["routes"].append({"matchers": ['env="x"'], "receiver": "a"}),
        lambda it: it["route"]["routes"].insert(
            0, {"matchers": ['env="x"'], "receiver": "a", "continue": True}
        ),
        lambda it: it["route"]["routes"][0]["routes"][0].update(repeat_interval="10m"),
        lambda it: it["route"].update(group_by=["alertname"]),
    ],
)
def test_what_calls_somebody_else_as_well_or_sooner_is_not(change):
    assert () == loosened(ALERTING, patched(change))


def test_alerting_that_is_deleted_is_told():
    assert "the receiver `risk-pager` is gone" in loosened(ALERTING, None)


@pytest.mark.parametrize("nonsense", [None, 3, "a", [], [1], {"a": 1}, [{"routes": 3}]])
def test_nothing_raises_whatever_stands_in_a_route(nonsense):
    for key in ("route", "receivers", "inhibit_rules"):
        before, after = {key: nonsense}, {key: {"routes": [nonsense]}}

        assert isinstance(loosened(before, after), tuple)
    odd = {"kind": "HTTPRoute", "spec": {"rules": [{"backendRefs": nonsense}]}}
    assert isinstance(loosened(odd, STEP), tuple)
