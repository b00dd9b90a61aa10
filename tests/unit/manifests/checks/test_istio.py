"""VirtualServices and DestinationRules: what istiod refuses, and where requests get lost."""

from __future__ import annotations

import pytest

CHECK = "istio-routes"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: fraud}\nspec: {ports: [{port: 80}]}\n"
ROUTE = "http: [{route: [{destination: {host: fraud}}]}]"


def virtual_service(spec, namespace="ml"):
    return (
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\n"
        f"metadata: {{name: fraud, namespace: {namespace}}}\nspec: {{hosts: [fraud], {spec}}}\n"
    )


def weighted(*weights):
    targets = ", ".join(f"{{destination: {{host: fraud}}{each}}}" for each in weights)
    return virtual_service(f"http: [{{route: [{targets}]}}]")


def rule(host, subsets, namespace="ml"):
    names = ", ".join(f"{{name: {each}}}" for each in subsets)
    return (
        "---\napiVersion: networking.istio.io/v1beta1\nkind: DestinationRule\n"
        f"metadata: {{name: fraud, namespace: {namespace}}}\n"
        f"spec: {{host: {host}, subsets: [{names}]}}\n"
    )


def rollout(istio, canary="stableService: fraud, canaryService: fraud-next"):
    return (
        "---\napiVersion: argoproj.io/v1alpha1\nkind: Rollout\n"
        "metadata: {name: fraud, namespace: ml}\nspec: {strategy: {canary: "
        f"{{{canary}, trafficRouting: {{managedRoutes: [{{name: shadow}}], istio: {{{istio}}}}}}}"
        "}}\n"
    )


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ((", weight: 90", ", weight: 5"), ["the weights add up to 95, not to 100"]),
        ((", weight: 1", ", weight: 1", ""), ["the weights add up to 2, not to 100"]),
        ((", weight: 90", ", weight: 10"), []),
        ((", weight: 100", ""), []),
        ((", weight: 7",), []),
        (("", ""), ["every destination has the weight 0"]),
        ((", weight: -5", ", weight: 105"), ["a weight is 0 or more"]),
        ((", weight: many", ", weight: 5"), []),
    ],
)
def test_weights_of_a_route(found, weights, told):
    assert told == [each.split(" ", 2)[2] for each in found(weighted(*weights), CHECK)]


def test_weights_of_tcp_and_tls_routes_are_added_up_as_well(found):
    targets = "[{destination: {host: fraud}, weight: 1}, {destination: {host: fraud}, weight: 2}]"
    text = virtual_service(f"tcp: [{{route: {targets}}}], tls: [{{route: {targets}}}]")

    assert ["MLS1335 4 the weights add up to 3, not to 100"] * 2 == found(text, CHECK)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("http: []", "the VirtualService has no route"),
        ("http: [{name: a}]", "the route leads nowhere"),
        (f"hosts: ['*'], {ROUTE}", "the host `*` is for gateways"),
        (f"hosts: ['*'], gateways: [mesh, ml], {ROUTE}", "the host `*` is for gateways"),
    ],
)
def test_what_istiod_refuses_of_a_virtual_service(found, spec, told):
    text = virtual_service(spec).replace("hosts: [fraud], hosts", "hosts")
    (message,) = found(text, CHECK)

    assert message.startswith("MLS1336 ")
    assert told in message


@pytest.mark.parametrize(
    "spec",
    [
        "http: [{redirect: {uri: /new}}]",
        "http: [{directResponse: {status: 503}}]",
        "http: [{delegate: {name: other}}]",
        "tcp: [{route: [{destination: {host: fraud}}]}]",
        f"gateways: [ml], {ROUTE}",
    ],
)
def test_routes_that_end_somewhere_are_taken(found, spec):
    assert [] == found(virtual_service(spec), CHECK)


@pytest.mark.parametrize(
    ("host", "named", "home", "is_told"),
    [
        ("fraud", "fraud", "ml", True),
        ("fraud", "fraud.ml.svc.cluster.local", "ml", True),
        ("fraud.ml.svc.cluster.local", "fraud", "web", False),
        ("fraud.ml.svc.cluster.local", "fraud.ml.svc.cluster.local", "web", True),
        ("models.example.org", "models.example.org", "web", True),
        ("fraud", "fraud", "web", False),
        ("fraud", "other", "ml", False),
    ],
)
def test_a_subset_is_looked_for_in_the_rules_of_its_host(found, host, named, home, is_told):
    route = f"http: [{{route: [{{destination: {{host: {host}, subset: v3}}}}]}}]"
    told = found(virtual_service(route) + rule(named, ["v1", "v2"], home), CHECK)

    assert is_told == (told == [f"MLS1337 4 no DestinationRule of `{host}` has a subset `v3`"])
    assert is_told == bool(told)


def test_subsets_of_several_rules_of_one_host_are_merged(found):
    route = "http: [{route: [{destination: {host: fraud, subset: v2}}]}]"

    assert [] == found(
        virtual_service(route) + rule("fraud", ["v1"]) + rule("fraud", ["v2"]), CHECK
    )


def test_a_subset_told_twice_is_refused(found):
    assert ["MLS1336 4 two subsets have the name `v1`"] == found(
        rule("fraud", ["v1", "v1"]).removeprefix("---\n"), CHECK
    )


STABLE, NEXT = "{destination: {host: fraud}}", "{destination: {host: fraud-next.ml.svc.x.y}}"
BOTH = f"route: [{STABLE}, {NEXT}]"
NAMED = "virtualService: {name: fraud, routes: [primary]}"


@pytest.mark.parametrize(
    ("http", "istio", "told"),
    [
        (f"{{name: primary, {BOTH}}}", NAMED, []),
        (f"{{{BOTH}}}", "virtualService: {name: fraud}", []),
        (f"{{name: shadow, {BOTH}}}, {{{BOTH}}}", "virtualService: {name: fraud}", []),
        (f"{{name: primary, {BOTH}}}", "virtualService: {name: elsewhere}", []),
        (f"{{name: primary, {BOTH}}}", NAMED.replace("fraud", "fraud.other"), []),
        (
            f"{{name: main, {BOTH}}}",
            NAMED,
            ["the VirtualService `fraud` has no HTTP route `primary`"],
        ),
        (
            f"{{name: main, {BOTH}}}",
            "virtualServices: [{name: fraud.ml, routes: [primary]}]",
            ["the VirtualService `fraud` has no HTTP route `primary`"],
        ),
        (
            f"{{{BOTH}}}, {{{BOTH}}}",
            "virtualService: {name: fraud}",
            ["the VirtualService `fraud` has 2 HTTP routes"],
        ),
        (
            f"{{name: primary, route: [{STABLE}]}}",
            NAMED,
            ["the route that the Rollout moves does not lead to its Service `fraud-next`"],
        ),
        (
            f"{{name: primary, {BOTH}}}",
            f"{NAMED}, destinationRule: {{stableSubsetName: v1, canarySubsetName: v2}}",
            [
                "the route that the Rollout moves does not lead to its subset `v1`",
                "the route that the Rollout moves does not lead to its subset `v2`",
            ],
        ),
    ],
)
def test_a_rollout_finds_what_it_moves(found, http, istio, told):
    text = virtual_service(f"http: [{http}]") + rollout(istio)

    unmoved = [each for each in found(text, CHECK) if each.startswith("MLS1338")]
    assert told == [each.split(" ", 2)[2] for each in unmoved]


@pytest.mark.parametrize(
    ("destination", "told"),
    [
        ("host: fraud", []),
        ("host: fraud, port: {number: 80}", []),
        ("host: fraud.ml.svc.cluster.local, port: {number: 80}", []),
        ("host: froud", ["the set holds no Service `froud`"]),
        ("host: froud.ml.svc.cluster.local", ["the set holds no Service `froud`"]),
        ("host: fraud, port: {number: 81}", ["the Service `fraud` has no port 81"]),
        ("host: models.example.org, port: {number: 81}", []),
        ("host: '*.example.org'", []),
        (
            "host: fraud, subset: v1",
            ["the set holds no DestinationRule of `fraud`, which makes the subset"],
        ),
    ],
)
def test_hosts_of_istio_are_services_of_the_set(found, destination, told):
    text = virtual_service(f"http: [{{route: [{{destination: {{{destination}}}}}]}}]")

    assert told == [each.split(" ", 2)[2] for each in found(f"{text}---\n{SERVICE}", "references")]


def test_mirrors_and_destination_rules_name_services_as_well(found):
    route = "route: [{destination: {host: fraud}}], mirror: {host: a}"
    text = virtual_service(f"http: [{{{route}, mirrors: [{{destination: {{host: b}}}}]}}]")

    told = found(f"{text}---\n{SERVICE}" + rule("c", []), "references")

    assert ["`a`", "`b`", "`c`"] == sorted(each.split()[-1] for each in told)


def test_a_destination_chooses_one_of_several_ports(found):
    several = SERVICE.replace("{port: 80}", "{name: a, port: 80}, {name: b, port: 90}")

    (told,) = found(f"{virtual_service(ROUTE)}---\n{several}", "references")

    assert told == "MLS1292 4 the Service `fraud` has 2 ports, and none is chosen"


def test_gateways_are_noted_and_the_mesh_is_none(found):
    text = virtual_service(f"gateways: [mesh, istio-system/ml, ml], {ROUTE}") + f"---\n{SERVICE}"

    told = found(text, "references")

    assert ["MLS1291 4 the set holds no Gateway `ml`"] * 2 == told
