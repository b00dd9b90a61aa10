"""What the contracts of the example compile to, and what Feast needs that its views do not have.

`pytest tests/cases --update-golden` writes `county-contracts/`; read the diff. Digests of specs are
left out: a change of the example that is none of its contracts changes no golden file.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.cases.test_compile import difference, files, replace

from mlspec.api import compile_artifacts
from mlspec.errors import SpecInvalidError

COUNTY = Path(__file__).parents[2] / "examples" / "county"
GOLDEN = Path(__file__).parent / "county-contracts"
SPEC_DIGEST = re.compile(rb'(Digest: |spec-digest",\s+"value": ")sha256:[0-9a-f]{64}')
TARGETS = ("consumer-tests", "json-schema", "mlflow", "openapi")


def test_the_contracts_of_the_example_compile_to_what_is_expected(tmp_path, request):
    assert compile_artifacts(COUNTY, "prod", out=tmp_path, targets=TARGETS).is_clean
    found = {
        path: SPEC_DIGEST.sub(rb"\1sha256:...", each)
        for path, each in files(tmp_path).items()
        if not path.startswith(".")
    }
    if request.config.getoption("--update-golden"):
        replace(GOLDEN, found)
    expected = files(GOLDEN)

    assert sorted(expected) == sorted(found)
    for path, content in expected.items():
        assert [] == list(difference(path, content, found[path]))


def test_what_feast_would_refuse_is_told_at_the_line_of_the_view(tmp_path):
    with pytest.raises(SpecInvalidError) as caught:
        compile_artifacts(COUNTY, "prod", out=tmp_path, targets=("feast",))

    told = "\n".join(caught.value.details)
    for code in ("MLS292", "MLS293", "MLS294"):
        assert f"[{code}]" in told
    assert "specs/features.yaml" in told
    assert not list(tmp_path.iterdir())
