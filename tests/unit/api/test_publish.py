"""What an apply publishes is what compiling writes, and never over what people commit."""

from __future__ import annotations

import pytest
from tests.e2e.commands import edit

from mlspec.api import open_session
from mlspec.api.build import compile_artifacts
from mlspec.api.publish import publication
from mlspec.api.start import init
from mlspec.errors import SpecInvalidError


@pytest.fixture
def shop(tmp_path):
    init(tmp_path / "shop")
    return tmp_path / "shop"


def publishing(shop, environment, branch):
    edit(
        shop / "mlspec.yaml", f"    {environment}:", f"    {environment}:\n      publish: {branch}"
    )


def published(shop, environment="staging"):
    session = open_session(shop)
    return publication(session, session.environment(environment))


def refused(shop):
    with pytest.raises(SpecInvalidError) as caught:
        published(shop)
    return "\n".join(caught.value.details)


def test_an_environment_that_names_no_branch_publishes_nothing(shop):
    assert published(shop) is None


def test_the_files_are_those_of_the_output_folder(shop):
    publishing(shop, "staging", "rendered/staging")

    found = published(shop)

    compile_artifacts(shop, "staging")
    output = shop / "build" / "staging"
    written = {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in output.rglob("*")
        if path.is_file() and path.name != ".mlspec-manifest.json"
    }
    assert ("rendered/staging", written) == (found.branch, dict(found.files))
    assert found.message.startswith("staging: compiled by mlspec ")


def test_the_branch_that_is_applied_and_a_branch_of_two_environments_are_refused(shop):
    publishing(shop, "staging", "main")
    assert "its specs would be replaced" in refused(shop)

    edit(shop / "mlspec.yaml", "publish: main", "publish: rendered")
    publishing(shop, "prod", "rendered")
    assert "`prod` and `staging` would replace each other's files" in refused(shop)
