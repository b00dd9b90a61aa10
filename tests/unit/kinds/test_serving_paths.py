"""Paths of a server: those of known protocols are taken, what is more than a path is not."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from mlspec.kinds.model import Serving


def path(text):
    return Serving.model_validate({"mode": "online", "path": text}).path


@pytest.mark.parametrize("text", ["/", "/v1/models/screen:predict", "/v2/health/ready/", "/~a/b.c"])
def test_a_path_of_a_known_protocol_is_taken(text):
    assert text == path(text)


@pytest.mark.parametrize("text", ["", "v1", "/x?y", "/a#b", "/%2f", "/a b", f"/{'a' * 200}"])
def test_a_text_that_is_more_than_a_path_is_refused(text):
    with pytest.raises(ValidationError):
        path(text)
