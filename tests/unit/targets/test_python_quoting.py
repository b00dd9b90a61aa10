"""Python from templates: literals, names, and nothing else."""

from __future__ import annotations

import pytest
from tests.cases import data_side

from mlspec.errors import MlspecError, OutputError
from mlspec.targets import template_renderer
from mlspec.targets._quoting import quote_identifier, quote_python
from mlspec.targets.consumer_tests import TARGET as CONSUMER_TESTS
from mlspec.targets.feast import TARGET as FEAST


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), [float("inf")]])
def test_a_number_without_a_literal_is_refused(value):
    with pytest.raises(ValueError, match="JSON compliant"):
        quote_python(value)


def test_text_about_infinity_is_text():
    assert "'inf nan'" == quote_python("inf nan")


@pytest.mark.parametrize("name", ["", "a-b", "1a", "a b", "a\n", "class", "ähnlich", "a.b", "x()"])
def test_what_is_no_name_of_python_is_refused(name):
    with pytest.raises(OutputError, match="is no name of Python"):
        quote_identifier(name)


def override(folder, name, text):
    file = folder / name
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    return template_renderer(folder)


@pytest.mark.parametrize(
    "output", ["{{ project }}", "{{ project | yaml }}", "{{ project | shell }}"]
)
def test_a_template_of_python_quotes_for_python(output, tmp_path):
    renderer = override(tmp_path, "feast/features.py.j2", f"PROJECT = {output}\n")

    with pytest.raises(MlspecError, match="must end in one of the filters"):
        list(FEAST.emit(data_side.lowered().bundle, renderer))


@pytest.mark.parametrize(
    ("target", "template"),
    [
        (CONSUMER_TESTS, "consumer_tests/test_contracts.py.j2"),
        (FEAST, "feast/features.py.j2"),
        (FEAST, "feast/test_features.py.j2"),
    ],
)
def test_a_template_that_gives_no_python_is_named(target, template, tmp_path):
    renderer = override(tmp_path, template, "def broken(:\n")

    with pytest.raises(OutputError, match=f"the template `{template}` gives no Python"):
        list(target.emit(data_side.lowered().bundle, renderer))


def test_a_team_puts_its_own_stores_into_the_settings(tmp_path):
    text = "project: {{ project | yaml }}\nonline_store: {type: redis}\n"
    renderer = override(tmp_path, "feast/feature_store.yaml.j2", text)
    found = {each.path: each.content for each in FEAST.emit(data_side.lowered().bundle, renderer)}

    assert (
        "project: town_library\nonline_store: {type: redis}\n" == found["feast/feature_store.yaml"]
    )


def test_a_workspace_without_usable_views_has_no_repository():
    bundle = data_side.lowered(format="csv").bundle

    assert [] == list(FEAST.emit(bundle, template_renderer()))


@pytest.mark.parametrize(
    "text", ["project: other\n", "- project\n", "project: [\n", "", "a: 1\n---\n"]
)
def test_settings_of_another_project_are_refused(text, tmp_path):
    renderer = override(tmp_path, "feast/feature_store.yaml.j2", text)

    with pytest.raises(OutputError, match="gives no settings of the project `town_library`"):
        list(FEAST.emit(data_side.lowered().bundle, renderer))
