"""One line of an environment says which version of a model it has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.workspace.specs import GATES, MODEL, TEAM, dataset, lines, loaded

from mlspec.workspace import canonical_body, overlay

HOME = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {{name: demo}}
spec:
  environments:
    staging: {{}}
    prod:
      releases: {chosen}
      overrides: {overrides}
"""
OLD = """\
  releases:
    - version: v0
      spec:
        artifact: {uri: old.onnx}
        gates: []
        serving: null
"""
PORT = "[{kind: Model, name: screen, path: spec.serving.port, value: 9000}]"


def home(chosen="{screen: v0}", overrides="[]"):
    return HOME.format(chosen=chosen, overrides=overrides)


def read(releases=OLD, **options):
    documents = (MODEL + releases, TEAM, dataset("applicants"), GATES)
    return loaded(*documents, home=home(**options))


def screen(found, environment="prod"):
    merged, diagnostics = overlay(found.workspace, environment)
    assert [] == lines([*found.diagnostics, *diagnostics])
    return merged.resources["model/screen"]


def wrong(releases=OLD, **options):
    """Return what loading says, and what the environment says."""
    found = read(releases, **options)
    _, diagnostics = overlay(found.workspace, "prod")
    return lines(found.diagnostics), lines(diagnostics)


def test_an_environment_has_the_release_that_its_line_names():
    model = screen(read())

    assert "v0" == model.metadata.version
    assert ("old.onnx", "onnx") == (model.spec.artifact.uri, model.spec.artifact.format)
    assert () == tuple(model.spec.gates)
    assert None is model.spec.serving
    assert "Ranks applications." == model.spec.purpose


def test_the_spec_as_written_holds_where_no_line_names_the_model():
    model = screen(read(), "staging")

    assert ("v1", "a.onnx") == (model.metadata.version, model.spec.artifact.uri)


def test_the_version_of_the_spec_can_be_named_too():
    assert "v1" == screen(read(chosen="{screen: v1}")).metadata.version


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_what_an_environment_could_have_is_no_part_of_what_it_has(environment):
    """Else a new release would be a change of every environment that did not choose it."""
    chosen = "{screen: v1}"
    without = screen(read(releases="", chosen=chosen), environment)

    assert canonical_body(without) == canonical_body(screen(read(chosen=chosen), environment))


def test_a_release_is_as_good_as_a_spec_that_was_written_so():
    written = MODEL.replace("version: v1, owner", "version: v0, owner").replace(
        "a.onnx", "old.onnx"
    )
    written = written[: written.index("  gates:")] + written[written.index("  serving:") :]
    written = written.replace("  serving:\n    mode: online\n    port: 8080\n", "")
    plain = loaded(written, TEAM, dataset("applicants"), GATES)

    body = canonical_body(plain.workspace.resources["model/screen"])
    assert body == canonical_body(screen(read()))


def test_overrides_go_before_a_release():
    keeping = OLD.replace("        serving: null\n", "")

    model = screen(read(keeping, overrides=PORT))

    assert ("v0", 9000) == (model.metadata.version, model.spec.serving.port)
    assert "mlspec.yaml" == model.span(("spec", "serving", "port")).file


def test_a_value_is_found_where_it_is_written():
    found = read()
    model = screen(found)

    line = home().splitlines().index("      releases: {screen: v0}") + 1
    version = model.span(("metadata", "version"))
    assert ("mlspec.yaml", line) == (version.file, version.start.line)
    uri = model.span(("spec", "artifact", "uri"))
    text = (MODEL + OLD).splitlines()[uri.start.line - 1]
    assert ("specs/0.yaml", True) == (uri.file, "old.onnx" in text)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("{screen: v7}", "MLS235 mlspec.yaml:8:26 `screen` has no release `v7`"),
        ("{scren: v0}", "MLS235 mlspec.yaml:8:18 there is no Model named `scren`"),
    ],
)
def test_a_choice_that_there_is_not_is_an_error_at_its_line(chosen, said):
    assert ([], [said]) == wrong(chosen=chosen)


@pytest.mark.parametrize(
    ("release", "code"),
    [
        ("{version: v1, spec: {artifact: {uri: old.onnx}}}", "MLS236"),
        ("{version: v0, spec: {releases: []}}", "MLS233"),
        ("{version: v0, spec: {artifact: {uri: 7}}}", "MLS105"),
        ("{version: v0, spec: {artefact: {uri: a}}}", "MLS103"),
        ("{version: v0, spec: {task: null}}", "MLS106"),
    ],
)
@pytest.mark.parametrize("chosen", ["{}", "{screen: v0}"])
def test_a_release_is_checked_whether_it_is_chosen_or_not_and_told_once(release, code, chosen):
    if chosen != "{}" and code == "MLS236":
        chosen = "{screen: v1}"

    loading, _ = wrong(f"  releases:\n    - {release}\n", chosen=chosen)

    assert [code] == [each.split()[0] for each in loading]


def test_references_that_pin_a_version_are_looked_at_again():
    system = (
        "apiVersion: mlspec.dev/v1\nkind: System\nmetadata: {name: desk, owner: workforce}\n"
        "spec:\n  purpose: Sorts.\n  models: [screen@v1]\n"
        "  risk: {tier: high, domain: employment, affectsPeople: true, automatedDecision: false,"
        " sensitiveData: true}\n"
    )
    documents = (MODEL + OLD, TEAM, dataset("applicants"), GATES, system)
    found = loaded(*documents, home=home())

    _, diagnostics = overlay(found.workspace, "prod")

    assert ["MLS202"] == [each.code for each in diagnostics]


VERSIONS = st.sampled_from([f"v{number}" for number in range(2, 6)])


@given(
    st.dictionaries(VERSIONS, st.sampled_from(["b.onnx", "c.onnx"]), min_size=1),
    st.data(),
)
def test_promoting_is_the_same_as_writing_the_release_into_the_spec(releases, data):
    listed = "  releases:\n" + "".join(
        f"    - {{version: {version}, spec: {{artifact: {{uri: {uri}}}}}}}\n"
        for version, uri in releases.items()
    )
    chosen = data.draw(st.sampled_from(sorted(releases)))

    model = screen(read(listed, chosen=f"{{screen: {chosen}}}"))

    text = MODEL.replace("version: v1, owner", f"version: {chosen}, owner")
    text = text.replace("a.onnx", releases[chosen])
    written = loaded(text, TEAM, dataset("applicants"), GATES).workspace
    assert canonical_body(written.resources["model/screen"]) == canonical_body(model)
