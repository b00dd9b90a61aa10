"""No text of a spec changes what is emitted but the place it stands at."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.targets import sample

from mlspec.syntax import SourceText, parse
from mlspec.targets.gateway_api import TARGET as GATEWAY_API
from mlspec.targets.kubernetes import TARGET as KUBERNETES
from mlspec.targets.prometheus import TARGET as PROMETHEUS

TARGETS = (KUBERNETES, GATEWAY_API, PROMETHEUS)
MARKUP = st.sampled_from(
    ["{{", "}}", "{", "---\n", "\n", "- ", ": ", "#", '"', "'", "$(", "&a", "*a", "!x", "|\n", "\\"]
)
TEXT = st.lists(MARKUP | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)).map("".join)


def bundle(image, champion, version, uri, runbook, receiver):
    rollout = dataclasses.replace(
        sample.rollouts()["canary"], champion_image=champion, champion_version=version
    )
    service = sample.service(
        rollout=rollout, image=image, artifact_uri=uri, receiver=receiver, availability=0.99
    )
    watched = [sample.monitor(above=1.0, runbook=runbook, receiver=receiver)]
    return sample.bundle(service, watched=watched)


def shape(value):
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return type(value)


def emitted(of):
    return {
        artifact.path: parse(SourceText(artifact.path, artifact.content.encode()))
        for target in TARGETS
        for artifact in target.emit(of, None)
    }


FILLED = TEXT.map("x{}".format)  # an empty text leaves its key out, and a label goes with it


@settings(max_examples=60)
@given(st.tuples(*[FILLED] * 6))
def test_text_of_a_spec_changes_no_structure(texts):
    version = f"{texts[2]}!"  # no label value, so that the label is absent in both

    found = emitted(bundle(*texts[:2], version, *texts[3:]))

    plain = emitted(bundle(*["x"] * 2, "x!", *["x"] * 3))
    for path, parsed in found.items():
        assert not parsed.diagnostics
        assert [shape(each.data) for each in plain[path].documents] == [
            shape(each.data) for each in parsed.documents
        ]


@settings(max_examples=60)
@given(TEXT.filter(bool))
def test_text_of_a_spec_arrives_as_it_was(text):
    found = emitted(bundle("i", text, text, text, "r", "r"))

    documents = [each.data for each in found["kubernetes/screen.yaml"].documents]
    champion = next(each for each in documents if each["metadata"]["name"] == "screen-champion")
    challenger = next(each for each in documents if each["metadata"]["name"] == "screen-challenger")
    container = champion["spec"]["template"]["spec"]["containers"][0]
    assert text == container["image"]
    assert text == champion["metadata"]["annotations"]["mlspec.dev/model-version"]
    assert text == challenger["metadata"]["annotations"]["mlspec.dev/artifact-uri"]
    assert text == read_environment(container)["MLSPEC_VERSION"]


def read_environment(container):
    """What the kubelet makes of it: `$$` is one `$`."""
    return {each["name"]: each["value"].replace("$$", "$") for each in container["env"]}
