"""Names of what lies elsewhere: told once for each object, and not where somebody makes it."""

from __future__ import annotations

import pytest

from mlspec.manifests import Catalogue, FileKind, read_manifests, verify
from mlspec.manifests._semantic import find_problems, load_checks
from mlspec.manifests.definitions import convert_all
from mlspec.syntax import SourceText

CHECK = [each for each in load_checks() if each.name in ("references", "workflow-parameters")]


def pod(name, secret="token"):
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n"
        f"  volumes: [{{name: a, secret: {{secretName: {secret}}}}}]\n"
        "  containers: [{name: server, image: 'a:1'}]\n"
    )


def told(*texts):
    sources = [SourceText(f"{number}.yaml", text.encode()) for number, text in enumerate(texts)]
    return [f"{each.code} {each.message}" for each in find_problems(read(sources), CHECK)]


def read(sources):
    return read_manifests(sources).manifests


def test_what_many_name_is_told_once():
    assert ["MLS1291 the set holds no Secret `token`, which 3 places name"] == told(
        pod("a"), pod("b"), pod("c")
    )


def test_another_name_or_namespace_is_another_object():
    other = pod("b").replace("{name: b}", "{name: b, namespace: ml}")

    assert 3 == len(told(pod("a"), other, pod("c", "key")))


@pytest.mark.parametrize(
    "maker",
    [
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: token}\n",
        (
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: a}\n"
            "spec: {target: {name: token}}\n"
        ),
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: token}\n",
        (
            "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a}\n"
            "spec: {secretName: token}\n"
        ),
        (
            "apiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultStaticSecret\n"
            "metadata: {name: a}\nspec: {destination: {name: token}}\n"
        ),
        (
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
            "secretGenerator: [{name: token, envs: [a.env]}]\n"
        ),
    ],
    ids=lambda text: text.split()[3],
)
def test_what_an_operator_makes_is_not_missing(maker):
    assert [] == told(pod("a"), maker)
    assert told(pod("a", "other"), maker)


def test_a_map_that_kustomize_generates_is_not_missing():
    mounting = pod("a").replace("secret: {secretName: token}", "configMap: {name: settings}")
    kustomization = (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        "configMapGenerator: [{name: settings, files: [a.json]}]\n"
    )

    assert [] == told(mounting, kustomization)
    assert ["MLS1290 the set holds no ConfigMap `settings`"] == told(mounting)


def bound(kind, role):
    return (
        f"apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: a}}\n"
        f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: '{role}'}}\n"
    )


@pytest.mark.parametrize("role", ["view", "edit", "admin", "cluster-admin", "system:node"])
@pytest.mark.parametrize("kind", ["RoleBinding", "ClusterRoleBinding"])
def test_roles_of_every_cluster_are_there(kind, role):
    assert [] == told(bound(kind, role))


@pytest.mark.parametrize("kind", ["RoleBinding", "ClusterRoleBinding"])
def test_other_roles_are_not(kind):
    assert ["MLS1291 the set holds no ClusterRole `reader`"] == told(bound(kind, "reader"))


BINDING = """
apiVersion: argoproj.io/v1alpha1
kind: WorkflowEventBinding
metadata: {name: a}
spec: {event: {selector: "true"}, submit: {workflowTemplateRef: {name: @}, arguments: {}}}
"""
TEMPLATE = """
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: retrain}
spec: {entrypoint: a, arguments: {parameters: [{name: trigger}]}, templates: [{name: a}]}
"""


def test_an_event_starts_a_workflow_that_is_there_with_what_it_needs():
    given = BINDING.replace("@", "retrain")

    assert ["MLS1290 the set holds no WorkflowTemplate `other`"] == told(
        BINDING.replace("@", "other")
    )
    assert ["`retrain` needs the parameter `trigger`"] == [
        each.partition(" ")[2] for each in told(given, TEMPLATE)
    ]
    answered = given.replace("arguments: {}", "arguments: {parameters: [{name: trigger}]}")
    assert [] == told(answered, TEMPLATE)


def crd(kind):
    schema = {"openAPIV3Schema": {"type": "object"}}
    names = {"kind": kind, "plural": f"{kind.lower()}s"}
    versions = [{"name": "v1alpha1", "served": True, "storage": True, "schema": schema}]
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{names['plural']}.argoproj.io"},
        "spec": {
            "group": "argoproj.io",
            "scope": "Namespaced",
            "names": names,
            "versions": versions,
        },
    }


def test_a_kind_that_is_not_known_is_told_with_what_is_known_of_its_group():
    folder = read_manifests([SourceText("a.yaml", BINDING.replace("@", "retrain").encode())])

    def messages(catalogue):
        found = verify(folder, catalogue).diagnostics
        return [each.message for each in found if each.code == "MLS1020"]

    known = Catalogue(convert_all([crd("Rollout")]).definitions)
    start = "the definitions of `argoproj.io` hold no WorkflowEventBinding"
    assert [f"{start}, so its fields are not checked"] == messages(known)
    assert ["nothing is known of WorkflowEventBinding"] == [
        each.partition(" in ")[0] for each in messages(Catalogue())
    ]
    assert [] == messages(Catalogue(convert_all([crd("WorkflowEventBinding")]).definitions))


@pytest.mark.parametrize("text", ["pipelineInfo: {name: a}\nroot: {}\n", "platforms: {}\n"])
def test_a_pipeline_of_kubeflow_is_known_by_its_shape(text):
    folder = read_manifests([SourceText("a.yaml", text.encode())])

    assert not folder.diagnostics
    assert {FileKind.KUBEFLOW: 1} == verify(folder, Catalogue()).files
