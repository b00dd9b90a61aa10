from __future__ import annotations

import pytest
from tests.unit.workspace.specs import (
    HOME,
    MODEL,
    TEAM,
    dataset,
    loaded,
    overridden,
    pointed,
    under,
)

from mlspec.errors import UsageError
from mlspec.workspace import canonical_body, effective, overlay

SCREEN = "kind: Model, name: screen"


def changed(*overrides):
    base, merged, diagnostics = overridden(*overrides)
    assert diagnostics == ()
    return base, merged, merged.resources["model/screen"]


def told(*overrides):
    base, _, diagnostics = overridden(*overrides)
    return pointed(base, diagnostics)


def test_a_value_replaces_what_stands_at_its_path():
    base, merged, model = changed(f"{{{SCREEN}, path: spec.serving.port, value: 9000}}")

    assert model.spec.serving.port == 9000
    assert model.data["spec"]["serving"] == {"mode": "online", "port": 9000}
    assert base.resources["model/screen"].spec.serving.port == 8080
    assert merged.environment == "prod"


def test_what_nothing_overrides_is_shared():
    base, merged, model = changed(f"{{{SCREEN}, path: spec.serving.port, value: 9000}}")

    shared = [a for a in base.resources if merged.resources[a] is base.resources[a]]
    assert shared == ["dataset/applicants", "gate-set/common", "team/workforce", "workspace/demo"]
    assert model.document is base.resources["model/screen"].document
    assert model.data["spec"]["risk"] is base.resources["model/screen"].data["spec"]["risk"]


def test_an_environment_without_overrides_shares_everything():
    base, merged, diagnostics = overridden(
        f"{{{SCREEN}, path: spec.serving.port, value: 9000}}", environment="staging"
    )

    assert merged.resources is base.resources
    assert diagnostics == ()


def test_an_entry_is_named_by_its_key_or_index():
    _, _, by_key = changed(f'{{{SCREEN}, path: "spec.gates[auc-floor].atLeast", value: 0.9}}')
    _, _, by_index = changed(f'{{{SCREEN}, path: "spec.gates[0].atLeast", value: 0.9}}')

    assert by_key.spec.gates[0].at_least == 0.9
    assert by_key.spec == by_index.spec
    assert by_key.spec.gates[1].id == "better"


def test_a_mapping_is_merged_key_by_key_and_a_list_is_replaced():
    _, _, model = changed(
        f"{{{SCREEN}, path: spec.serving, value: {{port: 1, replicas: {{minimum: 2}}}}}}",
        f"{{{SCREEN}, path: spec.rollout.steps, value: [{{share: 0.5, holdMinutes: 1}}]}}",
    )

    assert model.data["spec"]["serving"] == {
        "mode": "online",
        "port": 1,
        "replicas": {"minimum": 2},
    }
    assert [each.share for each in model.spec.rollout.steps] == [0.5]


def test_overrides_apply_in_order():
    _, merged, model = changed(
        f"{{{SCREEN}, path: spec.serving.port, value: 1}}",
        f"{{{SCREEN}, path: spec.serving, value: {{port: 2}}}}",
        f"{{{SCREEN}, path: spec.serving.path, value: /a}}",
    )

    assert (model.spec.serving.port, model.spec.serving.path) == (2, "/a")
    assert under(merged, model.span(("spec", "serving", "port"))) == "mlspec.yaml<2>"


def test_null_takes_a_value_away_so_that_another_variant_can_follow():
    _, _, model = changed(
        f"{{{SCREEN}, path: spec.rollout, value: null}}",
        f"{{{SCREEN}, path: spec.rollout, value: "
        "{strategy: shadow, share: 0.2, holdMinutes: 60}}",
    )

    assert model.spec.rollout.strategy == "shadow"


def test_mappings_on_the_way_are_created():
    _, _, model = changed(f"{{{SCREEN}, path: spec.serving.replicas.minimum, value: 3}}")

    assert model.spec.serving.replicas.minimum == 3


def test_maps_take_new_keys_and_quotes_keep_dots_together():
    _, _, model = changed(
        f"{{{SCREEN}, path: metadata.labels.stage, value: live}}",
        f"{{{SCREEN}, path: 'metadata.annotations[\"example.org/a\"]', value: note}}",
    )

    assert model.metadata.labels == {"stage": "live"}
    assert model.metadata.annotations == {"example.org/a": "note"}


def test_an_overridden_value_knows_where_it_comes_from():
    _, merged, model = changed(f'{{{SCREEN}, path: "spec.gates[auc-floor].atLeast", value: 0.9}}')

    path = ("spec", "gates", 0, "atLeast")
    assert under(merged, model.span(path)) == "mlspec.yaml<0.9>"
    assert model.origins[path].environment == "prod"
    assert under(merged, model.span(("spec", "gates", 0, "metric"))) == "specs/0.yaml<roc-auc>"


def test_a_star_stands_for_all_that_have_the_part():
    bare = MODEL.replace("name: screen", "name: bare").replace(
        "  serving:\n    mode: online\n    port: 8080\n", ""
    )
    documents = (MODEL, bare, TEAM, dataset("applicants"), GATES)
    _, merged, diagnostics = overridden(
        "{kind: Model, name: '*', path: spec.serving.port, value: 7}", documents=documents
    )

    assert diagnostics == ()
    assert merged.resources["model/screen"].spec.serving.port == 7
    assert merged.resources["model/bare"].spec.serving is None


def test_a_star_reaches_sections_that_exist_by_default():
    _, merged, diagnostics = overridden(
        "{kind: Model, name: '*', path: spec.serving.replicas.minimum, value: 2}"
    )

    assert diagnostics == ()
    assert merged.resources["model/screen"].spec.serving.replicas.minimum == 2


GATES = (
    "apiVersion: mlspec.dev/v1\nkind: GateSet\nmetadata: {name: common}\nspec:\n"
    "  gates: [{id: a, type: metric-threshold, metric: brier, atMost: 1}]\n"
)


def test_settings_of_the_workspace_can_differ_as_well():
    _, merged, diagnostics = overridden(
        "{kind: Workspace, name: demo, path: spec.targets.gateway.domain, value: prod.example.org}"
    )

    assert diagnostics == ()
    assert merged.spec.targets.gateway.domain == "prod.example.org"


def test_references_follow_an_override():
    base, merged, diagnostics = overridden(
        f'{{{SCREEN}, path: "spec.data.training", value: [aplicants]}}'
    )

    assert pointed(base, diagnostics) == [
        "MLS201 mlspec.yaml<[aplicants]> there is no Dataset named `aplicants`"
    ]
    assert "dataset/applicants" not in [
        edge.target for edge in merged.edges if edge.source == "model/screen"
    ]


def test_an_overridden_version_is_checked_against_all_pins():
    base, _, diagnostics = overridden(
        "{kind: Dataset, name: applicants, path: metadata.version, value: v3}"
    )

    assert pointed(base, diagnostics) == [
        "MLS202 specs/0.yaml<applicants@v2> `applicants` is at `v3`, but `v2` of it is named"
    ]
    assert under(base, diagnostics[0].related[0].span) == "mlspec.yaml<v3>"


def test_a_circle_made_by_an_override_is_told_there():
    base, _, diagnostics = overridden(
        "{kind: Dataset, name: applicants, path: spec.derivedFrom, value: [applicants]}"
    )

    assert pointed(base, diagnostics) == [
        "MLS204 mlspec.yaml<[applicants]> Dataset `applicants` -> `applicants` is made of itself"
    ]


@pytest.mark.parametrize(
    ("override", "line", "hint"),
    [
        (
            "kind: Modle, name: screen, path: spec.a, value: 1",
            "MLS230 <Modle> there is no kind `Modle`",
            "did you mean `Model`?",
        ),
        (
            "kind: Model, name: scren, path: spec.a, value: 1",
            "MLS230 <scren> there is no Model named `scren`",
            "did you mean `screen`?",
        ),
        (
            f"{SCREEN}, path: spec.servng.port, value: 1",
            "MLS231 <spec.servng.port> there is no key `servng` in `spec`",
            "did you mean `serving`?",
        ),
        (
            f"{SCREEN}, path: spec.rollout.share, value: 1",
            "MLS231 <spec.rollout.share> there is no key `share` in `spec.rollout`",
            "known keys: `abortOnFailure`, `analysis`, `steps`, `strategy`",
        ),
        (
            f'{SCREEN}, path: "spec.gates[auc-flor].atLeast", value: 1',
            'MLS231 <"spec.gates[auc-flor].atLeast"> `spec.gates` has no entry `auc-flor`',
            "did you mean `auc-floor`?",
        ),
        (
            f'{SCREEN}, path: "spec.gates[better].atLeast", value: 1',
            'MLS231 <"spec.gates[better].atLeast"> there is no key `atLeast` in `spec.gates[1]`',
            None,
        ),
        (
            f"{SCREEN}, path: spec.gates.auc-floor.atLeast, value: 1",
            "MLS231 <spec.gates.auc-floor.atLeast> `spec.gates` is a list, not a mapping",
            "name the entry in brackets: `gates[auc-floor]`",
        ),
        (
            f'{SCREEN}, path: "spec.serving[port]", value: 1',
            'MLS231 <"spec.serving[port]"> `spec.serving` is not a list',
            "write `.port` to name a key",
        ),
        (
            f"{SCREEN}, path: spec.purpose.text, value: 1",
            "MLS231 <spec.purpose.text> `spec.purpose` is a single value and has no keys",
            None,
        ),
        (
            f"{SCREEN}, path: purpose, value: 1",
            "MLS231 <purpose> `purpose` names no single value",
            "start with `spec.` or `metadata.` and the key of one value",
        ),
        (
            f"{SCREEN}, path: metadata.name, value: b",
            (
                "MLS233 <metadata.name> `metadata.name` is the name of a resource, which is the "
                "same in every environment"
            ),
            None,
        ),
        (
            f"{SCREEN}, path: kind, value: Team",
            (
                "MLS233 <kind> `kind` is the kind of a resource, which is the "
                "same in every environment"
            ),
            None,
        ),
        (
            "kind: Workspace, name: demo, path: spec.paths.specs, value: a",
            (
                "MLS233 <spec.paths.specs> `spec.paths.specs` is where files lie, which is the "
                "same in every environment"
            ),
            None,
        ),
        (
            "kind: RolloutPolicy, name: '*', path: spec.rollout, value: {}",
            "MLS234 <'*'> there is no RolloutPolicy to override",
            None,
        ),
        (
            "kind: Team, name: '*', path: spec.onCall.contact, value: a",
            "MLS234 <spec.onCall.contact> no Team has anything at `spec.onCall.contact`",
            "take the override away, or name the resource it is for",
        ),
    ],
)
def test_an_override_that_leads_nowhere_is_told_at_the_override(override, line, hint):
    base, merged, diagnostics = overridden("{" + override + "}")

    assert pointed(base, diagnostics) == [line.replace("<", "mlspec.yaml<", 1)]
    if hint is not None:
        assert diagnostics[0].hint == hint
    assert merged.resources["model/screen"].origins == {}


@pytest.mark.parametrize("path", ["spec..a", ".spec", "spec.", "spec.a[", "spec a", "[0]x", "$.a"])
def test_a_text_that_is_no_path_is_told(path):
    assert [each[:6] for each in told(f'{{{SCREEN}, path: "{path}", value: 1}}')] == ["MLS232"]


def test_a_wrong_value_is_told_at_the_override():
    assert told(f"{{{SCREEN}, path: spec.serving.port, value: many}}") == [
        "MLS105 mlspec.yaml<many> `port` is the text `many`, but a whole number is needed"
    ]
    assert told(
        f"{{{SCREEN}, path: spec.serving, value: {{prt: 1, replicas: {{minimum: -1}}}}}}"
    ) == [
        "MLS107 mlspec.yaml<-1> `minimum` is `-1`, but must be at least 0",
        "MLS103 mlspec.yaml<prt> unknown key `prt` in `serving`",
    ]


def test_a_fix_of_a_wrong_value_edits_the_override():
    base, _, (found,) = overridden(f"{{{SCREEN}, path: spec.purpose, value: 12}}")

    assert found.fixes[0].edits[0].replacement == '"12"'
    assert under(base, found.fixes[0].edits[0].span) == "mlspec.yaml<12>"


def test_what_an_override_breaks_elsewhere_is_told_at_the_override():
    base, _, diagnostics = overridden(
        f"{{{SCREEN}, path: spec.rollout, value: {{strategy: blue-green, previewMinutes: 5}}}}"
    )

    assert pointed(base, diagnostics) == [
        "MLS103 mlspec.yaml<blue-green> unknown key `steps` in `rollout`"
    ]
    assert under(base, diagnostics[0].related[0].span) == "specs/0.yaml<steps>"
    assert diagnostics[0].fixes == ()


def test_a_resource_with_a_wrong_override_stays_as_written():
    base, merged, _ = overridden(f"{{{SCREEN}, path: spec.serving.port, value: many}}")

    assert merged.resources["model/screen"] is base.resources["model/screen"]


def test_an_unknown_environment_is_a_usage_error():
    base = loaded(TEAM, home=HOME + "        []\n")

    with pytest.raises(UsageError, match="`production`"):
        overlay(base.workspace, "production")
    with pytest.raises(UsageError) as caught:
        overlay(base.workspace, "stagin")
    assert caught.value.hint == "did you mean `staging`?"


def test_every_effective_value_has_an_origin():
    _, merged, model = changed(
        f"{{{SCREEN}, path: spec.serving.port, value: 9000}}",
        f"{{{SCREEN}, path: spec.serving.replicas, value: {{minimum: 2}}}}",
    )

    values = {each.path: each for each in effective(model)}

    written = values["spec", "purpose"]
    assert (written.value, written.origin) == ("Ranks applications.", "")
    assert under(merged, written.span) == "specs/0.yaml<Ranks applications.>"
    overridden_value = values["spec", "serving", "port"]
    assert (overridden_value.value, overridden_value.origin) == (9000, "prod")
    assert under(merged, overridden_value.span) == "mlspec.yaml<9000>"
    assert values["spec", "serving", "replicas", "minimum"].origin == "prod"
    default = values["spec", "serving", "replicas", "maximum"]
    assert (default.value, default.origin, default.span) == (1, "default", None)
    assert values["kind",].value == "Model"
    assert values["spec", "gates", 0, "confidence"].origin == "default"
    assert values["spec", "gates", 0, "metric"].origin == ""


def test_a_default_that_is_written_out_changes_no_body():
    plain = loaded(dataset("a")).workspace.resources["dataset/a"]
    explicit = loaded(dataset("a") + "  gaps: []\n  rows: null\n  columns: []\n")

    body = canonical_body(plain)
    assert body == canonical_body(explicit.workspace.resources["dataset/a"])
    assert body == {
        "kind": "Dataset",
        "metadata": {"name": "a", "version": "v2"},
        "spec": {"uri": "a.csv", "format": "csv"},
    }


def test_a_body_is_plain_and_says_numbers_in_one_way():
    text = MODEL.replace("atLeast: 0.8", "atLeast: 1").replace("port: 8080", "port: 8081.0")
    body = canonical_body(loaded(text).workspace.resources["model/screen"])

    assert type(body["spec"]["gates"][0]["atLeast"]) is float
    assert type(body["spec"]["serving"]["port"]) is int
    assert type(body["spec"]["gates"]) is list
    assert body["spec"]["rollout"]["strategy"] == "canary"
