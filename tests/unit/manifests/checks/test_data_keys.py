"""Keys that pods read: those of objects in the set, wherever a pod names one."""

import pytest
from inline_snapshot import snapshot

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: fraud, namespace: ml}
spec:
  volumes: [@volume]
  containers:
  - name: server
    image: registry.example/fraud:12
    env: [@env]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: @namespace}
data: {level: info}
binaryData: {model.bin: ''}
---
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: ml}
stringData: {user: ''}
---
apiVersion: v1
kind: Secret
metadata: {name: filled, namespace: ml}
"""


def pod(env="", volume="", namespace="ml"):
    told = {"@env": env, "@volume": volume, "@namespace": namespace}
    text = POD
    for placeholder, value in told.items():
        text = text.replace(placeholder, value)
    return text


def variable(kind, name, key, rest=""):
    return f"{{name: A, valueFrom: {{{kind}: {{name: {name}, key: {key}{rest}}}}}}}"


@pytest.mark.parametrize(
    ("env", "told"),
    [
        (variable("configMapKeyRef", "settings", "level"), []),
        (variable("configMapKeyRef", "settings", "model.bin"), []),
        (variable("secretKeyRef", "token", "user"), []),
        (variable("configMapKeyRef", "settings", "levle", ", optional: true"), []),
        (variable("secretKeyRef", "filled", "password"), []),
        (variable("secretKeyRef", "elsewhere", "password"), []),
        (variable("configMapKeyRef", "settings", "'{{key}}'"), []),
        (
            variable("configMapKeyRef", "settings", "levle"),
            snapshot(["MLS1329 9 the ConfigMap `settings` has no key `levle`"]),
        ),
        (
            variable("secretKeyRef", "token", "password"),
            snapshot(["MLS1329 9 the Secret `token` has no key `password`"]),
        ),
    ],
)
def test_a_variable_reads_a_key_that_is_there(found, env, told):
    assert told == found(pod(env=env), "data-keys")


@pytest.mark.parametrize(
    "volume",
    [
        "{name: a, configMap: {name: settings, items: [{key: @, path: p}]@optional}}",
        (
            "{name: a, projected: {sources: [{configMap: {name: settings,"
            " items: [{key: @, path: p}]@optional}}]}}"
        ),
    ],
)
def test_a_volume_takes_keys_that_are_there(found, volume):
    def told(key, optional=""):
        filled = volume.replace("@optional", optional).replace("@", key)
        return found(pod(volume=filled), "data-keys")

    assert [] == told("level")
    assert [] == told("lvl", ", optional: true")
    assert snapshot(["MLS1329 5 the ConfigMap `settings` has no key `lvl`"]) == told("lvl")


def test_a_secret_is_named_otherwise_in_a_volume(found):
    volume = "{name: a, secret: {secretName: token, items: [{key: usr, path: p}]}}"

    assert snapshot(["MLS1329 5 the Secret `token` has no key `usr`"]) == found(
        pod(volume=volume), "data-keys"
    )


def test_an_object_of_another_namespace_is_another_one(found):
    wrong = variable("configMapKeyRef", "settings", "levle")

    assert [] == found(pod(env=wrong, namespace="other"), "data-keys")
