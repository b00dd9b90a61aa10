import pytest
from tests.unit.schema.documents import document

from mlspec.api.check import validate
from mlspec.api.plain import NOT_LINKED, plainly_valid
from mlspec.cli._fast import fast_validate
from mlspec.kinds import kind_names
from mlspec.reporting.diagnostics import render_text
from mlspec.syntax import emit_documents


@pytest.fixture
def spec(tmp_path):
    def write(*documents, name="spec.yaml"):
        path = tmp_path / name
        path.write_text("".join(f"---\n{emit_documents([each])}" for each in documents))
        return str(path)

    return write


@pytest.mark.parametrize("kind", kind_names())
def test_a_sound_file_of_any_kind_is_valid_without_a_second_look(spec, kind):
    assert plainly_valid([spec(document(kind))])


def test_both_ways_say_the_same(spec, capsys):
    path = spec(document("Team"), document("Dataset"))

    code = fast_validate(["validate", path])()

    report = validate([path])
    told = capsys.readouterr()
    assert code == 0
    assert told.out == render_text(report.diagnostics, report.sources, colour=False)
    assert told.err == f"note: {NOT_LINKED}\n"
    assert report.remarks == (NOT_LINKED,)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"# nothing\n",
        b"\xff\xfea\x00",
        b"a: [\n",
        b"a: 1\na: 2\n",
        b"<<<<<<< ours\n",
        b"%TAG ! x\n---\na: 1\n",
        b"- 1\n",
        b"kind: [Team]\n",
        b"kind: plan\nmetadata: {name: a}\n",
        b"kind: ../v1/Team\n",
        b"kind: Mlspec\n",
        b"x: &a [*a]\n",
        b"\x00",
    ],
)
def test_whatever_needs_a_second_look_gets_one(tmp_path, content):
    path = tmp_path / "spec.yaml"
    path.write_bytes(content)

    assert not plainly_valid([str(path)])


def test_one_bad_document_among_good_ones_is_enough(spec):
    wrong = {**document("Team"), "kind": "Taem"}

    assert not plainly_valid([spec(document("Team"), wrong)])
    assert not plainly_valid(
        [spec(document("Team")), spec(wrong, name="other.yaml"), spec(document("Dataset"))]
    )


def test_files_in_a_workspace_have_references_so_they_get_the_long_way(spec, tmp_path):
    path = spec(document("Team"))
    (tmp_path / "mlspec.yaml").write_text("")

    assert not plainly_valid([path])


def test_what_is_no_file_is_left_to_the_long_way(tmp_path):
    assert not plainly_valid([])
    assert not plainly_valid([str(tmp_path)])
    assert not plainly_valid([str(tmp_path / "absent.yaml")])
