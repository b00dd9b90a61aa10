"""What a patch takes away: pods, service accounts, networks, roles and bindings."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.manifests.patching import loosened

RBAC = "rbac.authorization.k8s.io/v1"
HARD = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


def role(*rules, kind="Role"):
    return {"apiVersion": RBAC, "kind": kind, "rules": list(rules)}


def rule(verbs, resources, groups=("",), **more):
    return {"verbs": [*verbs], "apiGroups": [*groups], "resources": [*resources], **more}


def binding(subjects, name="reader", kind="Role"):
    subjects = [{"kind": "ServiceAccount", "namespace": "ml", "name": each} for each in subjects]
    return {"kind": "RoleBinding", "roleRef": {"kind": kind, "name": name}, "subjects": subjects}


def deployment(pod=None, **container):
    containers = [{"name": "server", "securityContext": HARD, **container}]
    spec = {"automountServiceAccountToken": False, "containers": containers, **(pod or {})}
    return {"kind": "Deployment", "spec": {"template": {"spec": spec}}}


def policy(**spec):
    base = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "ingress": [], "egress": []}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": base | spec}


READ = rule(["get"], ["configmaps"])


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (role(rule(["get", "list"], ["configmaps"])), "the role may `list` `configmaps`"),
        (role(rule(["get"], ["configmaps", "secrets"])), "the role may `get` `secrets`"),
        (role(rule(["*"], ["configmaps"])), "the role may do anything with `configmaps`"),
        (role(rule(["get"], ["*"])), "the role may `get` everything"),
        (role(rule(["get"], ["configmaps"], ["*"])), "the role may `get` `configmaps`"),
        (role(READ, rule(["get"], ["pods"], ["metrics.k8s.io"])), "`pods` of `metrics.k8s.io`"),
        (role(READ, {"verbs": ["get"], "nonResourceURLs": ["/logs"]}), "may `get` `/logs`"),
        (role(READ) | {"aggregationRule": {}}, "takes up the rules of other roles"),
    ],
)
def test_a_role_that_may_more_is_looser(after, told):
    (found,) = loosened(role(READ), after)

    assert told in found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (role(READ), role()),
        (role(rule(["*"], ["*"], ["*"])), role(rule(["get"], ["pods"], ["apps"]))),
        (role(rule(["get"], ["*"])), role(rule(["get"], ["secrets"]))),
        (role(READ), role(READ | {"resourceNames": ["fraud"]})),
        (
            role(rule(["get", "list"], ["pods"])),
            role(rule(["list"], ["pods"]), rule(["get"], ["pods"])),
        ),
        (binding(["a", "b"]), binding(["a"])),
    ],
)
def test_a_role_that_may_less_or_says_the_same_is_not(before, after):
    assert () == loosened(before, after)


def test_a_name_that_is_taken_away_lets_a_role_have_all_of_them():
    (found,) = loosened(role(READ | {"resourceNames": ["fraud"]}), role(READ))

    assert "the role may `get` `configmaps`" == found


def test_a_binding_that_gives_more_or_to_others_is_looser():
    (found,) = loosened(binding(["train"]), binding(["train"], "cluster-admin", "ClusterRole"))
    assert "the ClusterRole `cluster-admin` is given to the ServiceAccount `train` of `ml`" == found

    (found,) = loosened(binding(["train"]), binding(["train", "default"]))
    assert "the Role `reader` is given to the ServiceAccount `default` of `ml`" == found


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (deployment({"hostNetwork": True}), "`hostNetwork` is on"),
        (deployment({"hostPID": True}), "`hostPID` is on"),
        (deployment({"automountServiceAccountToken": True}), "token of the service account"),
        (deployment({"volumes": [{"name": "a", "hostPath": {"path": "/"}}]}), "folder of the node"),
        (
            deployment({"securityContext": {"sysctls": [{"name": "kernel.msgmax"}]}}),
            "of the kernel",
        ),
        (deployment(ports=[{"hostPort": 80}]), "takes the port 80 of its node"),
        (deployment(securityContext=HARD | {"privileged": True}), "`privileged` of the container"),
        (deployment(securityContext=HARD | {"procMount": "Unmasked"}), "sees all of `/proc`"),
        (deployment(securityContext=HARD | {"runAsUser": 0}), "runs as root"),
        (
            deployment(securityContext=HARD | {"appArmorProfile": {"type": "Unconfined"}}),
            "no AppArmor profile",
        ),
        (
            deployment(securityContext=HARD | {"seccompProfile": {"type": "Unconfined"}}),
            "no seccomp profile",
        ),
    ],
)
def test_a_pod_that_is_less_closed_is_looser(after, told):
    (found,) = loosened(deployment(), after)

    assert told in found
    assert () == loosened(after, deployment())


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (policy(), policy(policyTypes=["Ingress"]), "has no say in egress"),
        (policy(), policy(ingress=[{}]), "allows ingress from everywhere"),
        (
            policy(egress=[{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]),
            policy(egress=[{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}, {"podSelector": {}}]}]),
            'allows egress to `{"podSelector":{}}`',
        ),
        (
            {"kind": "Service", "spec": {"type": "ClusterIP"}},
            {"kind": "Service", "spec": {"type": "NodePort"}},
            "reached from outside",
        ),
        (
            {"kind": "Ingress", "spec": {"tls": [{"hosts": ["a"]}]}},
            {"kind": "Ingress", "spec": {}},
            "without TLS",
        ),
        (
            {
                "kind": "Namespace",
                "metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
            },
            {
                "kind": "Namespace",
                "metadata": {"labels": {"pod-security.kubernetes.io/enforce": "baseline"}},
            },
            "pods that are not `restricted`",
        ),
        (
            {"kind": "ServiceAccount", "automountServiceAccountToken": False},
            {"kind": "ServiceAccount"},
            "token of the service account is mounted",
        ),
    ],
)
def test_what_is_more_open_is_looser_and_the_way_back_is_not(before, after, told):
    (found,) = loosened(before, after)

    assert told in found
    assert () == loosened(after, before)


def test_a_block_of_all_addresses_is_everywhere():
    found = loosened(policy(), policy(egress=[{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]))

    assert "a network policy allows egress to everywhere" in found


WORDS = st.sampled_from(["get", "list", "*", "pods", "secrets"])
RULES = st.lists(
    st.builds(rule, st.lists(WORDS, max_size=3), st.lists(WORDS, max_size=3)), max_size=3
)


@given(RULES, RULES)
def test_adding_rules_never_tightens_and_taking_them_away_never_loosens(first, second):
    small, large = role(*first), role(*first, *second)

    assert () == loosened(large, small)
    assert () == loosened(small, deepcopy(small))


@given(RULES, RULES)
def test_every_grant_that_is_new_is_told_or_was_covered(first, second):
    told = loosened(role(*first), role(*first, *second))
    granted = {(v, r) for each in first for v in each["verbs"] for r in each["resources"]}
    covered = {
        (v, r)
        for each in second
        for v in each["verbs"]
        for r in each["resources"]
        if any(a in ("*", v) and b in ("*", r) for a, b in granted)
    }
    asked = {(v, r) for each in second for v in each["verbs"] for r in each["resources"]}

    assert len(asked - covered) == len(told)


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["rules", "verbs", "subjects", "spec", "containers", "ingress", "ports"]
            ),
            below,
            max_size=3,
        )
    ),
    max_leaves=12,
)
KINDS = st.sampled_from(["Role", "NetworkPolicy", "Service", "Namespace", "Ingress", "Pod"])


@given(KINDS, st.dictionaries(st.sampled_from(["rules", "spec", "subjects", "roleRef"]), NONSENSE))
def test_whatever_stands_in_an_object_nothing_raises(kind, fields):
    assert () == loosened({"kind": kind, **fields}, {"kind": kind, **deepcopy(fields)})


PINNED = "registry.example.org/churn@sha256:" + "a" * 64
OTHER = PINNED.replace("churn", "other")


@pytest.mark.parametrize(
    ("image", "told"),
    [
        (OTHER, ["is not what was judged"]),
        ("registry.example.org/churn:latest", ["is not what was judged", "it names no digest"]),
        (PINNED, []),
    ],
)
def test_another_image_than_was_judged_is_told(image, told):
    found = loosened(deployment(image=PINNED), deployment(image=image))

    assert len(told) == len(found)
    assert all(any(words in each for each in found) for words in told)
    assert all("the image of the container `server`" in each for each in found)


@pytest.mark.parametrize(("image", "count"), [(PINNED, 0), ("busybox:1.36", 1)])
def test_a_container_that_comes_with_a_patch_has_to_be_pinned_and_no_more(image, count):
    before, after = (deployment(image=PINNED) for _ in range(2))
    beside = {"name": "logs", "securityContext": HARD, "image": image}
    after["spec"]["template"]["spec"]["containers"].append(beside)

    found = loosened(before, after)

    assert count == len(found)
    assert all("`logs`" in each for each in found)


@pytest.mark.parametrize("after", ["s3://other/model.onnx", None])
def test_another_model_than_was_judged_is_told(after):
    def serving(uri):
        env = [{"name": "MLSPEC_ARTIFACT_URI", "value": uri}] if uri else []
        return deployment(image=PINNED, env=env)

    (told,) = loosened(serving("s3://models/churn.onnx"), serving(after))

    assert "`MLSPEC_ARTIFACT_URI` of the container `server` is " in told


@pytest.mark.parametrize(
    "spec",
    [
        lambda uri: {"predictor": {"model": {"modelFormat": {"name": "onnx"}, "storageUri": uri}}},
        lambda uri: {"model": {"name": "chat", "uri": uri}},
    ],
)
def test_another_model_of_kserve_than_was_judged_is_told(spec):
    def serving(uri):
        return {"kind": "InferenceService", "spec": spec(uri)}

    (told,) = loosened(serving("s3://models/churn"), serving("s3://models/other"))

    assert "the place of the model is `s3://models/other`" in told
