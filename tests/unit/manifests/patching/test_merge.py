"""Strategic merge: the rules of Kubernetes, by the keys of its lists and of definitions."""

from __future__ import annotations

import pytest

from mlspec.manifests.definitions import convert_all
from mlspec.manifests.patching import PatchError, list_keys, loosened, merge

DEPLOYMENT = list_keys("apps/v1", "Deployment")
POD = {
    "containers": [
        {
            "name": "model",
            "image": "a",
            "args": ["--x"],
            "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
            "ports": [{"containerPort": 8080, "name": "http"}],
            "volumeMounts": [{"mountPath": "/tmp", "name": "tmp"}],
        },
        {"name": "sidecar", "image": "b"},
    ],
    "volumes": [{"name": "tmp", "emptyDir": {}}],
    "tolerations": [{"key": "gpu"}],
}


def of_pod(pod):
    return {"spec": {"template": {"spec": pod}}}


def merged_pod(patch):
    return merge(of_pod(POD), of_pod(patch), DEPLOYMENT)["spec"]["template"]["spec"]


def container(patch):
    return merged_pod({"containers": [{"name": "model", **patch}]})["containers"][0]


def test_mappings_are_merged_and_null_takes_away():
    found = merge({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": None, "e": 4}}, DEPLOYMENT)

    assert {"a": 1, "b": {"d": 3, "e": 4}} == found


def test_null_in_what_is_new_leaves_nothing():
    assert {"a": {"c": 1}} == merge({}, {"a": {"b": None, "c": 1}}, DEPLOYMENT)


def test_entries_are_found_by_key_in_their_order_and_new_ones_follow():
    found = container({"env": [{"name": "C", "value": "3"}, {"name": "A", "value": "9"}]})

    assert [("A", "9"), ("B", "2"), ("C", "3")] == [
        (each["name"], each["value"]) for each in found["env"]
    ]
    assert found["image"] == "a"


@pytest.mark.parametrize(
    ("field", "entry"),
    [
        ("ports", {"containerPort": 8080, "protocol": "TCP"}),
        ("volumeMounts", {"mountPath": "/tmp", "readOnly": True}),
        ("env", {"name": "A", "value": "9"}),
    ],
)
def test_each_list_of_a_container_has_a_key_of_its_own(field, entry):
    found = container({field: [entry]})

    assert len(POD["containers"][0][field]) == len(found[field])
    assert entry.items() <= found[field][0].items()


def test_lists_without_a_key_are_replaced():
    assert ["--y"] == container({"args": ["--y"]})["args"]
    assert [{"key": "cpu"}] == merged_pod({"tolerations": [{"key": "cpu"}]})["tolerations"]


def test_an_entry_is_deleted_or_replaced_by_directive():
    gone = merged_pod({"containers": [{"name": "sidecar", "$patch": "delete"}]})
    fresh = merged_pod({"containers": [{"name": "model", "image": "c", "$patch": "replace"}]})

    assert ["model"] == [each["name"] for each in gone["containers"]]
    assert {"name": "model", "image": "c"} == fresh["containers"][0]
    assert ["model", "sidecar"] == [each["name"] for each in fresh["containers"]]


def test_a_list_and_a_mapping_are_replaced_by_directive():
    found = merged_pod({"containers": [{"$patch": "replace"}, {"name": "only"}]})

    assert [{"name": "only"}] == found["containers"]
    assert {"a": {"c": 2}} == merge(
        {"a": {"b": 1}}, {"a": {"$patch": "replace", "c": 2}}, DEPLOYMENT
    )


def test_a_mapping_or_the_whole_object_is_deleted_by_directive():
    assert merge({"a": {"b": 1}}, {"a": {"$patch": "delete"}}, DEPLOYMENT) == {}
    assert merge({"a": 1}, {"$patch": "delete"}, DEPLOYMENT) is None


def test_keys_are_retained_and_values_taken_out_of_plain_lists():
    assert {"type": "Recreate"} == merge(
        {"type": "RollingUpdate", "rollingUpdate": {}},
        {"type": "Recreate", "$retainKeys": ["type"]},
        DEPLOYMENT,
    )
    held = {"metadata": {"finalizers": ["a", "b"]}}
    added = merge(held, {"metadata": {"finalizers": ["c", "a"]}}, DEPLOYMENT)
    cut = merge(held, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}}, DEPLOYMENT)

    assert ["a", "b", "c"] == added["metadata"]["finalizers"]
    assert ["b"] == cut["metadata"]["finalizers"]


@pytest.mark.parametrize(
    ("patch", "path", "words"),
    [
        ({"containers": [{"image": "c"}]}, ("containers", 0), "is known by `name`"),
        ({"containers": ["model"]}, ("containers", 0), "is known by `name`"),
        (
            {"containers": [{"name": "modle", "$patch": "delete"}]},
            ("containers", 0),
            "no entry with name `modle`",
        ),
        ({"nodeSelector": {"$patch": "delete"}}, ("nodeSelector",), "no `nodeSelector`"),
        ({"tolerations": [{"key": "gpu", "$patch": "delete"}]}, ("tolerations",), "have no key"),
        ({"$patch": "remove"}, ("$patch",), "none of its values"),
        ({"$setElementOrder/containers": []}, ("$setElementOrder/containers",), "no directive"),
        ({"$deleteFromPrimitiveList/x": []}, ("$deleteFromPrimitiveList/x",), "no list `x`"),
        ({"$retainKeys": "volumes"}, ("$retainKeys",), "is a list"),
    ],
)
def test_what_can_not_be_merged_is_told_at_its_place(patch, path, words):
    with pytest.raises(PatchError, match=words) as caught:
        merged_pod(patch)

    assert ("spec", "template", "spec", *path) == caught.value.path


@pytest.mark.parametrize(
    ("api_version", "kind", "path"),
    [
        ("v1", "Pod", ("spec",)),
        ("batch/v1", "CronJob", ("spec", "jobTemplate", "spec", "template", "spec")),
        ("argoproj.io/v1alpha1", "Rollout", ("spec", "template", "spec")),
        ("serving.kserve.io/v1beta1", "InferenceService", ("spec", "predictor")),
    ],
)
def test_a_pod_merges_alike_wherever_it_stands(api_version, kind, path):
    keys = list_keys(api_version, kind)

    assert ("name",) == keys.keys((*path, "containers"))
    assert ("mountPath",) == keys.keys((*path, "initContainers", "[]", "volumeMounts"))


def test_ports_of_a_service_have_another_key_than_those_of_a_container():
    keys = list_keys("v1", "Service")

    found = merge(
        {"spec": {"ports": [{"port": 80, "targetPort": 1}]}},
        {"spec": {"ports": [{"port": 80, "targetPort": 2}, {"port": 81}]}},
        keys,
    )

    assert {"ports": [{"port": 80, "targetPort": 2}, {"port": 81}]} == found["spec"]


def test_groups_of_prometheus_rules_are_merged_by_name():
    held = {"groups": [{"name": "a", "interval": "1m"}, {"name": "b"}]}

    found = merge(held, {"groups": [{"name": "a", "interval": "2m"}]}, list_keys("", ""))

    assert {"groups": [{"name": "a", "interval": "2m"}, {"name": "b"}]} == found


ENTRY = {
    "type": "object",
    "properties": {"port": {"type": "integer"}, "protocol": {"type": "string"}},
}
SPEC = {
    "type": "object",
    "properties": {
        "ports": {
            "type": "array",
            "items": ENTRY,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["port", "protocol"],
        },
        "hosts": {
            "type": "array",
            "items": {"type": "string"},
            "x-kubernetes-list-type": "set",
        },
    },
}
GATEWAY = convert_all(
    [
        {
            "kind": "CustomResourceDefinition",
            "spec": {
                "group": "example.org",
                "names": {"kind": "Door", "plural": "doors"},
                "versions": [
                    {
                        "name": "v1",
                        "served": True,
                        "schema": {
                            "openAPIV3Schema": {"type": "object", "properties": {"spec": SPEC}}
                        },
                    }
                ],
            },
        }
    ]
).definitions[0]


def test_lists_of_custom_resources_have_the_keys_of_their_definition():
    keys = list_keys("example.org/v1", "Door", GATEWAY.version("v1"))
    ports = [{"port": 1, "protocol": "TCP"}, {"port": 1, "protocol": "UDP"}]
    held = {"spec": {"ports": ports, "hosts": ["a"]}}

    found = merge(
        held,
        {"spec": {"ports": [{"port": 1, "protocol": "UDP", "x": 2}], "hosts": ["b", "a"]}},
        keys,
    )

    assert [ports[0], {**ports[1], "x": 2}] == found["spec"]["ports"]
    assert ["a", "b"] == found["spec"]["hosts"]
    with pytest.raises(PatchError, match="2 entries have port `1`"):
        merge(held, {"spec": {"ports": [{"port": 1, "x": 2}]}}, keys)


def test_nothing_given_is_changed():
    before = repr(POD)

    merged_pod({"containers": [{"name": "model", "env": [{"name": "A", "value": "9"}]}]})

    assert before == repr(POD)


SAFE = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def hardened(pod=None, **context):
    found = {k: v for k, v in {**SAFE, **context}.items() if v is not None}
    containers = [{"name": "model", "securityContext": found}]
    return of_pod({"automountServiceAccountToken": False, "containers": containers, **(pod or {})})


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (hardened(allowPrivilegeEscalation=None), "`allowPrivilegeEscalation`"),
        (hardened(readOnlyRootFilesystem=False), "`readOnlyRootFilesystem`"),
        (hardened(runAsNonRoot=None), "`runAsNonRoot`"),
        (hardened(privileged=True), "`privileged`"),
        (hardened(runAsUser=0), "runs as root"),
        (hardened(seccompProfile={"type": "Unconfined"}), "no seccomp profile"),
        (hardened(capabilities={"drop": []}), "keeps capabilities"),
        (hardened(capabilities={"drop": ["ALL"], "add": ["NET_RAW"]}), "capability `NET_RAW`"),
        (hardened({"hostNetwork": True}), "`hostNetwork` is on"),
        (hardened({"automountServiceAccountToken": True}), "token of the service account"),
        (hardened({"volumes": [{"name": "x", "hostPath": {"path": "/"}}]}), "folder of the node"),
        (hardened({"initContainers": [{"name": "init"}]}), "container `init`"),
    ],
)
def test_a_protection_that_is_taken_away_is_named(after, words):
    found = loosened(hardened(), after)

    assert any(words in each for each in found), found
    assert loosened(after, after) == ()
    assert loosened(after, hardened()) == ()


def test_a_setting_of_the_pod_holds_for_its_containers():
    inherited = hardened({"securityContext": {"runAsNonRoot": True}}, runAsNonRoot=None)

    assert loosened(hardened(), inherited) == ()


def test_guards_are_missed_when_they_are_deleted_or_opened():
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "spec": {"podSelector": {}, "ingress": [{"from": [{"podSelector": {}}]}]},
    }
    opened = {**policy, "spec": {"podSelector": {}, "ingress": [{}]}}

    assert loosened(policy, None) == ("a network policy is deleted",)
    assert ["everywhere" in each for each in loosened(policy, opened)] == [True]
    assert loosened({"apiVersion": "v1", "kind": "Service"}, None) == ()
