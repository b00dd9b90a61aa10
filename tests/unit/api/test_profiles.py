"""`gate profile`: the same bytes from every engine, and signatures that hold or are refused."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from mlspec.api.profiles import (
    PROFILE_NAMESPACE,
    ProfileRequest,
    make_profile,
    profile_file,
    require_signatures,
    signature_doubt,
    signature_path,
    write_signed,
)
from mlspec.cli.main import run
from mlspec.errors import (
    EvidenceMissingError,
    PolicyDeniedError,
    TamperedPlanError,
    UsageError,
)
from mlspec.evidence import write_profile
from mlspec.gates import EvaluationInputs

needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen")


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    lines = [f"{n},{n % 17 / 4 if n % 5 else ''},{'abc'[n % 3]}" for n in range(500)]
    path.write_text("id,age,town\n" + "\n".join(lines) + "\n", "utf-8")
    return path


def request(path, **more):
    return ProfileRequest(str(path), without=("id",), **more)


def test_duckdb_and_numpy_write_the_same_profile(table):
    near = json.loads(write_profile(make_profile(request(table, engine="numpy"))))
    far = json.loads(write_profile(make_profile(request(table, engine="duckdb"))))

    for document in (near, far):
        document.pop("engine")
        document.pop("profileDigest")
    assert near == far
    assert {"age": 100, "town": 0} == {e["name"]: e["missing"] for e in near["features"]}


def test_a_table_of_more_rows_than_are_read_is_counted_out_of_core(table, monkeypatch):
    near = make_profile(request(table))
    monkeypatch.setattr("mlspec.evidence._csv.MAX_ROWS", 100)

    far = make_profile(request(table))

    assert ("numpy", "duckdb") == (near.engine, far.engine)
    assert near.features == far.features
    with pytest.raises(EvidenceMissingError, match="more than 100 rows"):
        make_profile(request(table, engine="numpy"))


def test_a_profile_like_another_has_its_bins(table, tmp_path):
    write_signed(tmp_path / "p.json", make_profile(request(table)), None)
    other = tmp_path / "other.csv"
    other.write_text(table.read_text().replace(",a\n", ",z\n"), "utf-8")

    found = make_profile(ProfileRequest(str(other), reference=tmp_path / "p.json"))

    assert profile_file(tmp_path / "p.json").bins() == found.bins()
    assert {"age": 0, "town": 167} == {e.name: e.new for e in found.features}


def test_a_column_named_as_categorical_is_counted_as_such(table):
    for engine in ("numpy", "duckdb"):
        found = make_profile(
            ProfileRequest(str(table), ("age",), categorical=("age",), engine=engine)
        )
        assert not found.features[0].is_numeric


@pytest.mark.parametrize("engine", ["numpy", "duckdb"])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x\n1\n2\nhigh\n", "not-a-number"),
        ("x\n1\ninf\n", "not-finite"),
        ("x\n", "empty-file"),
    ],
)
def test_what_can_not_be_counted_is_refused(tmp_path, engine, text, code):
    path = tmp_path / "bad.csv"
    path.write_text(text, "utf-8")

    with pytest.raises(EvidenceMissingError) as refused:
        make_profile(ProfileRequest(str(path), engine=engine))

    assert (code,) == refused.value.details


@pytest.mark.parametrize("engine", ["numpy", "duckdb"])
def test_a_column_or_file_that_is_not_there_is_refused(table, engine):
    with pytest.raises(EvidenceMissingError, match="no column"):
        make_profile(ProfileRequest(str(table), ("absent",), engine=engine))
    with pytest.raises(UsageError, match="can't be read"):
        make_profile(ProfileRequest(f"{table}.gone", engine=engine))


@pytest.mark.parametrize("engine", ["numpy", "duckdb"])
@pytest.mark.parametrize("flag", ["without", "categorical"])
def test_a_flag_that_names_no_column_is_refused_with_the_one_meant(table, engine, flag):
    with pytest.raises(UsageError, match=f"--{flag} twon.*no such column") as refused:
        make_profile(ProfileRequest(str(table), engine=engine, **{flag: ("twon",)}))

    assert "did you mean `town`?" == refused.value.hint


@pytest.mark.parametrize(
    "change", [{"columns": ("aeg",)}, {"categorical": ("age",)}, {"without": ("aeg",)}]
)
def test_flags_that_do_not_fit_the_reference_are_refused(table, tmp_path, change):
    write_signed(tmp_path / "p.json", make_profile(request(table)), None)

    with pytest.raises(UsageError, match=r"ae?ge?"):
        make_profile(ProfileRequest(str(table), reference=tmp_path / "p.json", **change))


def test_features_of_a_reference_can_be_left_out(table, tmp_path):
    write_signed(tmp_path / "p.json", make_profile(request(table)), None)

    found = make_profile(request(table, reference=tmp_path / "p.json", categorical=("town",)))
    fewer = make_profile(
        ProfileRequest(str(table), without=("age", "id"), reference=tmp_path / "p.json")
    )

    assert ["age", "town"] == [each.name for each in found.features]
    assert ["town"] == [each.name for each in fewer.features]


@pytest.mark.parametrize("memory", ["lots", "", "0GB", "-1GB", "1", "80%", "1GB; DROP", "1e9GB"])
def test_what_is_no_size_of_memory_is_refused(table, memory):
    with pytest.raises(UsageError, match="no size of memory"):
        make_profile(request(table, engine="duckdb", memory=memory))


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-20", "2026-11-20T08:00:00", "2026-02-30"])
def test_data_are_collected_at_a_moment(table, moment):
    with pytest.raises(UsageError, match="no moment"):
        make_profile(request(table, collected_at=moment))


def test_data_are_not_collected_in_the_future(table):
    with pytest.raises(UsageError, match="has not come"):
        make_profile(request(table, collected_at="2999-01-01T00:00:00Z"))


def test_the_moment_of_a_profile_is_in_utc(table):
    found = make_profile(
        request(table, collected_at="2020-01-01T01:30:00.5+01:00", memory="1.5gib")
    )

    assert "2020-01-01T00:30:00Z" == found.provenance.collected_at


def test_numpy_reads_no_file_of_s3():
    with pytest.raises(UsageError, match="not of S3"):
        make_profile(ProfileRequest("s3://bucket/t.csv", engine="numpy"))


@pytest.mark.parametrize(
    "address", ["s3://key:hidden@bucket/t.csv", "s3://bucket/t.csv?X-Amz-Signature=hidden"]
)
def test_an_address_that_holds_a_credential_is_refused_and_not_repeated(address):
    with pytest.raises(UsageError) as refused:
        make_profile(ProfileRequest(address))

    assert "hidden" not in f"{refused.value} {refused.value.hint} {refused.value.details}"


@pytest.mark.parametrize(
    "flags",
    [
        ["--memory", "lots"],
        ["--collected-at", "yesterday"],
        ["--without", "agee"],
        ["--categorical", "agee"],
        ["--engine", "abacus"],
    ],
)
def test_flags_that_make_no_sense_are_wrong_usage(table, flags, capsys):
    assert 64 == run(["gate", "profile", str(table), *flags])
    assert "internal" not in capsys.readouterr().err


def test_a_file_that_was_edited_is_no_reference(table, tmp_path):
    path = tmp_path / "p.json"
    write_signed(path, make_profile(request(table)), None)
    path.write_text(path.read_text().replace('"rows": 500', '"rows": 501'), "utf-8")

    with pytest.raises(TamperedPlanError, match="edited"):
        profile_file(path)
    (tmp_path / "q.json").write_text("{}", "utf-8")
    with pytest.raises(UsageError, match="no profile"):
        profile_file(tmp_path / "q.json")


@needs_ssh
class TestSignatures:
    @pytest.fixture
    def key(self, tmp_path):
        path = tmp_path / "key"
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ana", "-f", str(path)]
        subprocess.run(command, check=True)
        return path

    def signers(self, key):
        public = key.with_suffix(".pub").read_text().split()
        return f'ana namespaces="{PROFILE_NAMESPACE}" {public[0]} {public[1]}\n'

    def inputs(self):
        source = {"name": "then", "file": "p.json", "format": "profile"}
        return EvaluationInputs.model_validate({"sources": [source]})

    def test_a_signature_that_holds_is_accepted(self, table, tmp_path, key):
        files = write_signed(tmp_path / "p.json", make_profile(request(table)), key)

        assert signature_path(tmp_path / "p.json") in files
        require_signatures(tmp_path, self.signers(key), self.inputs())

    def test_a_profile_that_is_not_what_was_signed_is_refused(self, table, tmp_path, key):
        path = tmp_path / "p.json"
        write_signed(path, make_profile(request(table)), key)
        path.write_text(write_profile(make_profile(ProfileRequest(str(table)))), "utf-8")

        with pytest.raises(TamperedPlanError, match="does not hold"):
            require_signatures(tmp_path, self.signers(key), self.inputs())

    def test_a_key_that_is_not_allowed_is_refused(self, table, tmp_path, key):
        write_signed(tmp_path / "p.json", make_profile(request(table)), key)

        with pytest.raises(TamperedPlanError, match="not among the allowed signers"):
            require_signatures(tmp_path, "", self.inputs())

    def test_a_key_for_other_purposes_is_no_tampering_and_the_purpose_is_named(
        self, table, tmp_path, key
    ):
        path = tmp_path / "p.json"
        write_signed(path, make_profile(request(table)), key)
        of_ci = self.signers(key).replace(PROFILE_NAMESPACE, "mlspec.evidence")

        with pytest.raises(PolicyDeniedError, match=PROFILE_NAMESPACE) as refused:
            require_signatures(tmp_path, of_ci, self.inputs())
        assert "add `mlspec.profile` to `namespaces`" in (refused.value.hint or "")

    def test_who_signs_is_told_at_once_that_it_does_not_count(self, table, tmp_path, key):
        path = tmp_path / "p.json"
        write_signed(path, make_profile(request(table)), key)
        (tmp_path / ".mlspec").mkdir()
        listed = tmp_path / ".mlspec" / "allowed_signers"
        listed.write_text(self.signers(key).replace(PROFILE_NAMESPACE, "mlspec.evidence"))

        assert not signature_doubt(path)
        (tmp_path / "mlspec.yaml").write_text("")
        assert PROFILE_NAMESPACE in signature_doubt(path)
        listed.write_text(self.signers(key))
        assert not signature_doubt(path)

    def test_a_signature_that_was_taken_away_is_noticed(self, table, tmp_path, key):
        path = tmp_path / "p.json"
        write_signed(path, make_profile(request(table)), key)
        signature_path(path).unlink()

        with pytest.raises(TamperedPlanError, match=r"p\.json\.sig` is gone"):
            require_signatures(tmp_path, self.signers(key), self.inputs())

    def test_a_new_profile_takes_the_old_signature_away(self, table, tmp_path, key):
        path = tmp_path / "p.json"
        write_signed(path, make_profile(request(table)), key)
        write_signed(path, make_profile(request(table)), None)

        assert not signature_path(path).exists()


def test_the_commands_print_a_profile_and_a_query(table, tmp_path, capsys):
    out = tmp_path / "p.json"

    assert 0 == run(["gate", "profile", str(table), "--without", "id", "--out", str(out)])
    assert "500 rows, 2 features, counted by numpy" in capsys.readouterr().err
    assert 0 == run(["gate", "profile", str(table), "--without", "id"])
    assert out.read_text() == capsys.readouterr().out
    arguments = ["gate", "sql", "--dialect", "trino", "--table", "shop.orders"]
    answer = tmp_path / "q.json"
    assert 0 == run([*arguments, "--reference", str(out), "--out", str(answer)])
    assert "GROUPING SETS" in capsys.readouterr().out
    assert ["age", "town"] == [each["name"] for each in json.loads(answer.read_text())["features"]]
    assert 64 == run(arguments)
