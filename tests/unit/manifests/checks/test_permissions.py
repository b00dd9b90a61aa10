"""Rules of roles: which resource is in which group of the API."""

import pytest
from inline_snapshot import snapshot


def role(groups, resources, kind="Role"):
    return (
        f"apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: a}}\n"
        f"rules: [{{apiGroups: {groups}, resources: {resources}, verbs: [get]}}]\n"
    )


@pytest.mark.parametrize(
    ("groups", "resources"),
    [
        ("['']", "[pods, pods/log, configmaps, events]"),
        ("['', apps]", "[pods, deployments, deployments/scale]"),
        ("[events.k8s.io]", "[events]"),
        ("['*']", "[deployments]"),
        ("['']", "['*', '*/status']"),
        ("[serving.knative.dev]", "[services]"),
        ("['', serving.kserve.io]", "[pods, inferenceservices]"),
        ("[batch]", "[]"),
    ],
)
@pytest.mark.parametrize("kind", ["Role", "ClusterRole"])
def test_a_resource_of_its_group_and_any_of_somebody_else(found, groups, resources, kind):
    assert [] == found(role(groups, resources, kind), "permissions")


@pytest.mark.parametrize(
    ("groups", "resources", "told"),
    [
        (
            "['']",
            "[deployments]",
            snapshot(["MLS1330 4 there is no `deployments` in the core group (`''`)"]),
        ),
        (
            "[apps]",
            "[deployments, jobs, pods/log]",
            snapshot(
                [
                    "MLS1330 4 there is no `jobs` in `apps`",
                    "MLS1330 4 there is no `pods/log` in `apps`",
                ]
            ),
        ),
        ("['']", "[pod]", snapshot(["MLS1330 4 there is no `pod` in the core group (`''`)"])),
        (
            "['', batch]",
            "[leases]",
            snapshot(["MLS1330 4 there is no `leases` in the core group (`''`) or `batch`"]),
        ),
    ],
)
def test_a_rule_that_gives_nothing(found, groups, resources, told):
    assert told == found(role(groups, resources), "permissions")


@pytest.mark.parametrize(
    ("kind", "codes"), [("RoleBinding", []), ("ClusterRoleBinding", ["MLS1324"])]
)
def test_an_account_is_looked_for_in_the_namespace_of_its_binding(found, kind, codes):
    """`validateRoleBindingSubject` asks for a namespace only where the binding has none."""
    text = (
        f"apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: a}}\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n"
        "subjects: [{kind: ServiceAccount, name: trainer}]\n"
    )

    assert codes == [each.partition(" ")[0] for each in found(text, "core-fields")]
