"""Paths of a server: what a Gateway takes, the paths of known protocols among them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from mlspec.kinds.model import Serving


def path(text):
    return Serving.model_validate({"mode": "online", "path": text}).path


@pytest.mark.parametrize(
    "text",
    ["/", "/v1/predict", "/v1/models/screen:predict", "/v2/health/ready/", "/a.b/~c/...d", "/-/x"],
)
def test_a_path_of_a_known_protocol_is_taken(text):
    assert text == path(text)


@pytest.mark.parametrize(
    "text",
    ["", "v1", "//", "/v1//predict", "/v1/../x", "/v1/.", "/x?y", "/a#b", "/%2f", f"/{'a' * 200}"],
)
def test_a_path_that_no_gateway_takes_is_refused(text):
    with pytest.raises(ValidationError):
        path(text)


def test_a_long_text_that_is_no_path_is_refused_at_once():
    with pytest.raises(ValidationError):
        path("/" + "a." * 99 + "?")
