"""Files in S3: the numbers of the same file on disk, from a real server, and no secret in words."""

from __future__ import annotations

import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.aws_server import KEY, QUIET, SECRET, aws, use_aws_server

from mlspec.api.profiles import ProfileRequest, make_profile
from mlspec.cli.main import run
from mlspec.errors import EvidenceMissingError, MissingExtraError
from mlspec.stats.engines._duckdb import open_duckdb

pytestmark = QUIET
__all__ = ["aws"]


@pytest.fixture
def credentials(aws, monkeypatch):
    use_aws_server(aws, monkeypatch)


@pytest.fixture
def kept(credentials, tmp_path):
    """The same table on disk and in a bucket, as Parquet and as CSV."""
    from s3fs import S3FileSystem

    noise = np.random.default_rng(4)
    values = np.round(noise.normal(size=2000), 3)
    values[::17] = np.nan
    pq.write_table(pa.table({"x": values, "c": list("abcd") * 500}), tmp_path / "t.parquet")
    cells = [f"{'' if np.isnan(x) else x},{'abcd'[n % 4]}" for n, x in enumerate(values)]
    (tmp_path / "t.csv").write_text("x,c\n" + "\n".join(cells) + "\n", "utf-8")
    s3 = S3FileSystem(skip_instance_cache=True)
    s3.makedirs("bucket", exist_ok=True)
    for file in ("t.parquet", "t.csv"):
        s3.put(str(tmp_path / file), f"bucket/day=1/{file}")
    return tmp_path


@pytest.mark.parametrize("file", ["t.parquet", "t.csv"])
def test_a_file_in_s3_has_the_profile_of_the_same_file_on_disk(kept, file):
    near = make_profile(ProfileRequest(str(kept / file)))
    far = make_profile(ProfileRequest(f"s3://bucket/day=1/{file}"))

    assert ("numpy", "duckdb") == (near.engine, far.engine)
    assert near.features == far.features
    assert (2000, file) == (far.rows, far.material.file)
    assert 118 == {each.name: each.missing for each in far.features}["x"]


def test_a_profile_made_in_s3_is_compared_like_any_other(kept):
    assert 0 == run(["gate", "profile", str(kept / "t.csv"), "--out", str(kept / "p.json")])

    found = make_profile(
        ProfileRequest("s3://bucket/day=1/t.parquet", reference=kept / "p.json", memory="400 MiB")
    )

    near = make_profile(ProfileRequest(str(kept / "t.csv")))
    assert [each.counts for each in near.features] == [each.counts for each in found.features]


def test_no_credential_is_in_what_is_printed_or_written(kept, capsys):
    out = kept / "far.json"
    arguments = ["gate", "profile", "s3://bucket/day=1/t.parquet"]

    assert 0 == run([*arguments, "--out", str(out)])
    assert 6 == run(["gate", "profile", "s3://bucket/absent.parquet"])

    said = "".join(capsys.readouterr()) + out.read_text("utf-8")
    assert "2,000 rows" in said
    assert "absent.parquet" in said
    assert KEY not in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("AWS_ENDPOINT_URL", "http://ana:hunter2hunter2@127.0.0.1:1", "http client"),
        ("AWS_ACCESS_KEY_ID", "", "credential"),
    ],
)
def test_why_s3_refuses_is_told_without_secrets(kept, monkeypatch, name, value, says):
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    with pytest.raises(EvidenceMissingError) as refused:
        make_profile(ProfileRequest("s3://bucket/day=1/t.parquet"))

    assert says in str(refused.value).lower()
    assert "Traceback" not in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert ("unreadable-file",) == refused.value.details


def test_without_s3fs_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)

    with (
        pytest.raises(MissingExtraError, match="s3fs") as missing,
        open_duckdb("s3://bucket/t.parquet", str(tmp_path)),
    ):
        pass

    assert "mlspec-compiler[s3]" in missing.value.hint
