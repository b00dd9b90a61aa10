"""No two models have one object in a cluster without somebody being told."""

from __future__ import annotations

import textwrap
from collections import defaultdict

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases.cells import LOADED, MODEL, SCREEN, SHARED, STRATEGIES, USUAL

from mlspec.api._object_names import name_problems, suspects
from mlspec.lowering import check_claims, lower
from mlspec.syntax import SourceText
from mlspec.targets import emit_objects
from mlspec.workspace import load, overlay

WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {{name: county}}
spec:
  environments: {{prod: {{namespace: ml}}}}
  targets:
    router: {router}
    kserve: {{mode: {mode}}}
    training: {{image: tool, repository: 'https://git.example.org/ml'}}
    enabled: [argo-rollouts, argo-workflows, flagger, gateway-api, inference-pool, keda, kserve,
      kubernetes, prometheus-operator]
"""
TRAINED = """\
  training: {{image: trainer, command: [train]}}
  monitoring: [{{id: drift, dimension: data-drift, metric: psi, above: 0.2, statistic: mean}}]
  retraining: {triggers}
"""
LONGEST = 63
SUFFIXES = (
    *("-champion", "-challenger", "-primary", "-canary", "-predictor", "-retraining"),
    *("-retraining-executor", "-x", "-x-y", "-scraped", "-1-look", "-errors", "-kserve", "-route"),
)
NAMES = st.sampled_from(["churn", "keda-hpa-churn", "a" * 40]).flatmap(
    lambda base: st.sets(
        st.builds(
            "{}{}{}".format,
            st.just(base.removeprefix("keda-hpa-")),
            st.sampled_from(SUFFIXES),
            st.sampled_from(["", "", "", "-x"]),
        ).filter(lambda name: len(name) <= LONGEST),
        min_size=1,
        max_size=3,
    ).map(lambda found: {base, *found})
)
TRIGGERS = (
    "[]",
    "[{id: x, type: schedule, everyDays: 7}]",
    "[{id: y, type: schedule, everyDays: 7}, {id: x-y, type: monitor, monitor: drift}]",
)
SCALINGS = ("", "    scaling: {requestsPerReplica: 10}\n", "    scaling: {cpuUtilisation: 0.7}\n")


@st.composite
def models(draw, name):
    backend = draw(st.sampled_from(["gateway", "rollouts", "flagger", "kserve", "plain"]))
    strategy = draw(st.sampled_from(list(STRATEGIES)))
    values = USUAL | (LOADED if backend == "kserve" else {})
    values |= {
        "name": name,
        "backend": backend,
        "server": SCREEN,
        "rollout": textwrap.indent(STRATEGIES[strategy], "    "),
        "scaling": draw(st.sampled_from(SCALINGS)),
    }
    triggers = draw(st.sampled_from(TRIGGERS))
    return MODEL.format(**values) + TRAINED.format(triggers=triggers)


@st.composite
def workspaces(draw):
    names = draw(NAMES)
    texts = {f"specs/{name}.yaml": draw(models(name)) for name in sorted(names)}
    router = draw(st.sampled_from(["gateway-api", "istio", "none"]))
    mode = draw(st.sampled_from(["standard", "knative"]))
    return workspace(texts, router, mode)


def workspace(models_of, router="gateway-api", mode="standard"):
    texts = {
        "mlspec.yaml": WORKSPACE.format(router=router, mode=mode),
        "specs/shared.yaml": SHARED,
        **models_of,
    }
    bound = load([SourceText(file, text.encode()) for file, text in texts.items()])
    assert not bound.diagnostics
    merged, diagnostics = overlay(bound.workspace, "prod")
    assert not diagnostics
    return merged


def artifacts(of):
    return emit_objects(lower(of, "prod", evidence={}, version="0.1.0").bundle)


def identities(artifact):
    """Return what a file holds, read as any other program would."""
    for each in yaml.safe_load_all(artifact.content):
        group, _, version = each["apiVersion"].rpartition("/")
        metadata = each.get("metadata", {})
        if group != "kustomize.config.k8s.io":
            assert version
            yield group, each["kind"], metadata.get("namespace", ""), metadata["name"]


def sources(files):
    """Return the files that hold each object; several states of a rollout are one."""
    found = defaultdict(set)
    for artifact in files:
        folder, _, _ = artifact.path.rpartition("/")
        place = folder if folder.startswith("rollout/") else artifact.path
        for identity in identities(artifact):
            found[identity].add(place)
    return found


@settings(max_examples=30)
@given(workspaces())
def test_objects_are_apart_or_somebody_is_told(of):
    files = artifacts(of)
    doubled = {identity for identity, places in sources(files).items() if len(places) > 1}
    told = check_claims(of, files)

    assert not doubled or "MLS447" in {each.code for each in told}
    assert set(told) == set(name_problems(of))


@settings(max_examples=10)
@given(workspaces())
def test_a_file_says_of_every_object_that_it_holds_it(of):
    for artifact in artifacts(of):
        claimed = {
            (each.object.group, each.object.kind, each.object.namespace, each.object.name)
            for each in artifact.claims
            if not each.maker
        }

        assert set(identities(artifact)) == claimed
        assert {each.model for each in artifact.claims} <= {artifact.path.split("/")[1][:-5]} | {
            artifact.path.split("/")[1].removesuffix(".route.yaml"),
            artifact.path.split("/")[1],
        }


@settings(max_examples=10)
@given(workspaces())
def test_every_name_in_a_cluster_begins_with_that_of_its_model(of):
    for claim in (claim for each in artifacts(of) for claim in each.claims):
        name = claim.object.name.removeprefix("keda-hpa-" if claim.maker == "KEDA" else "")

        assert f"{name}-".startswith(f"{claim.model}-")


def model(name, backend="gateway", strategy="canary", triggers="[]"):
    values = USUAL | (LOADED if backend == "kserve" else {})
    values |= {"name": name, "backend": backend, "server": SCREEN, "scaling": ""}
    values |= {"rollout": textwrap.indent(STRATEGIES[strategy], "    ")}
    return MODEL.format(**values) + TRAINED.format(triggers=triggers)


def named(*of):
    return workspace({f"specs/{index}.yaml": each for index, each in enumerate(of)})


MET = "`{0}` and `{1}` would both have the {2} `{0}`"


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (
            model("churn"),
            model("churn-champion", "flagger"),
            MET.format("churn-champion", "churn", "Deployment"),
        ),
        (
            model("churn", triggers=TRIGGERS[1]),
            model("churn-retraining"),
            MET.format("churn-retraining", "churn", "ServiceAccount"),
        ),
        (
            model("churn", "flagger"),
            model("churn-primary", "flagger"),
            MET.format("churn-primary", "churn", "Deployment") + "; Flagger makes it for `churn`",
        ),
        (
            model("churn", triggers="[{id: x-y, type: schedule, everyDays: 7}]"),
            model("churn-x", triggers="[{id: y, type: schedule, everyDays: 7}]"),
            "`churn-x` and `churn` would both have the CronWorkflow `churn-x-y`",
        ),
    ],
)
def test_two_models_that_meet_are_both_named(first, second, message):
    (told,) = name_problems(named(first, second))

    assert ("MLS447", message) == (told.code, told.message)
    assert ("specs/1.yaml", 3) == (told.span.file, told.span.start.line)
    assert ["specs/0.yaml"] == [each.span.file for each in told.related]


def test_models_whose_names_only_look_alike_are_no_problem():
    assert () == name_problems(named(model("churn"), model("churn-night"), model("churns")))


def test_a_schedule_of_a_long_name_is_refused_before_the_cluster_does():
    (told,) = name_problems(
        named(model("a" * 40, triggers="[{id: every-quarter, type: schedule, everyDays: 90}]"))
    )

    assert ("MLS452", f"the CronWorkflow `{'a' * 40}-every-quarter` has 54 characters") == (
        told.code,
        told.message,
    )


def test_most_models_are_not_even_looked_at():
    of = named(*(model(f"{word}-{number}") for word in ("churn", "win") for number in range(3)))

    assert frozenset() == suspects(of)
