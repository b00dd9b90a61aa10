from mlspec.manifests import Manifest, ManifestSet
from mlspec.manifests._semantic import find_problems
from mlspec.syntax import SourceText, parse

CONFIG = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fraud}\n"


def told(*files):
    documents = [parse(SourceText(each, CONFIG)).documents[0] for each in files]
    found = find_problems(ManifestSet(tuple(Manifest(each) for each in documents)))
    return [f"{each.code} {each.span.file} {each.message}" for each in found]


def test_an_object_in_two_files_of_a_folder_is_told_twice():
    assert ["MLS1102 prod/b.yaml there is a ConfigMap `fraud` already, at prod/a.yaml:3"] == told(
        "prod/a.yaml", "prod/b.yaml"
    )


def test_environments_and_steps_of_a_rollout_are_states_of_one_object():
    assert [] == told("dev/a.yaml", "prod/a.yaml")
    assert [] == told("prod/step-01-5-percent.yaml", "prod/step-02-50-percent.yaml")
