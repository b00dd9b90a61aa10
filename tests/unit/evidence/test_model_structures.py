"""A format is a structure, not a magic number; a file that is two things is the worse one."""

from __future__ import annotations

import io
import json
import pickle
import random
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.evidence.reading import read
from tests.unit.evidence.test_model_file import (
    CATBOOST,
    ONNX,
    PICKLES,
    archive,
    array,
    field,
    flat,
    gguf,
    safetensors,
)

REAL = Path(__file__).parents[2] / "fixtures" / "models"
"""Files that h5py 3.16, onnx 1.23 and gguf 0.17 wrote."""

HDF5 = (REAL / "h5py-old.h5").read_bytes()
CALL = b"cos\nsystem\n(S'id'\ntR."
"""A pickle of protocol 0 that would run a command."""


def kind(content):
    return read("model-file", content, file="model.safetensors").kind


def holding(payload):
    """Return a sound safetensors file whose one tensor is the payload."""
    size = len(payload)
    return safetensors({"w": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}, payload)


def tar(name="data.pkl", content=PICKLES[0], kind=tarfile.USTAR_FORMAT):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=kind) as written:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        written.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def changed(content, place, byte):
    return content[:place] + bytes([byte]) + content[place + 1 :]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gguf.gguf", "gguf"),
        ("h5py-new.h5", "hdf5"),
        ("h5py-old.h5", "hdf5"),
        ("h5py-user-block.h5", "hdf5"),
        ("onnx.onnx", "onnx"),
    ],
)
def test_files_of_the_libraries_are_known(name, expected):
    assert expected == kind((REAL / name).read_bytes())


@pytest.mark.parametrize("name", ["gguf.gguf", "h5py-new.h5", "h5py-old.h5", "onnx.onnx"])
def test_a_file_that_was_cut_is_not_whole(name):
    whole = (REAL / name).read_bytes()
    expected = kind(whole)

    cuts = [*range(1, len(whole), max(1, len(whole) // 200)), len(whole) - 1]
    assert not [cut for cut in cuts if kind(whole[:cut]) == expected]


# --- tar ---


@pytest.mark.parametrize(
    "kind_of_tar", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]
)
def test_a_tar_is_known_by_its_checksum(kind_of_tar):
    assert "tar" == kind(tar(kind=kind_of_tar))


def test_an_old_tar_without_a_magic_number_is_a_tar():
    block = bytearray(tar()[:512])
    block[257:265] = b"\x00" * 8
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\x00 " % sum(block)

    assert "tar" == kind(bytes(block) + tar()[512:])


@pytest.mark.parametrize("place", [0, 100, 124, 148, 257])
def test_a_tar_whose_checksum_is_wrong_is_no_tar(place):
    whole = tar()

    assert "unknown" == kind(changed(whole, place, whole[place] ^ 1))


@pytest.mark.parametrize("content", [b"\x00" * 257 + b"ustar", b"\x00" * 1024, tar()[:511]])
def test_what_only_looks_like_a_tar_is_unknown(content):
    assert "unknown" == kind(content)


def test_a_safetensors_file_that_a_reader_of_tars_opens_is_a_tar():
    """Its first eight bytes are the name of the member, its header hides the fields of a tar."""
    block = bytearray(b"\x00" * 512)
    block[8:512] = b'{"__metadata__":{"a":"'.ljust(504, b" ")
    fields = {100: b"0000644 ", 108: b"0000000 ", 116: b"0000000 ", 124: b"00000000000 "}
    for place, value in {**fields, 136: b"00000000000 ", 156: b"0"}.items():
        block[place : place + len(value)] = value
    rest = b'"},"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'
    block[:8] = (504 + len(rest)).to_bytes(8, "little")
    for at, width in ((157, 100), (257, 255)):
        block[at : at + width] = b" " * width
    block[148:156] = b" " * 8
    block[148:156] = b"%06o  " % sum(block)
    content = bytes(block) + rest + b"\x00"

    assert tarfile.TarInfo.frombuf(content[:512], "utf-8", "surrogateescape").size == 0
    assert json.loads(content[8:-1])["w"]["dtype"] == "U8"
    assert "tar" == kind(content)


# --- HDF5 ---


@pytest.mark.parametrize(
    "content",
    [
        b"\x89HDF\r\n\x1a\n",
        b"\x89HDF\r\n\x1a\n" + b"\x00" * 4096,
        b"\x89HDF\r\n\x1a\n" + b"\xff" * 4096,
        changed(HDF5, 8, 7),
        changed(HDF5, 13, 3),
        HDF5[:47],
        b"\x00" * 100 + HDF5,
    ],
)
def test_a_magic_number_without_a_superblock_is_not_hdf5(content):
    assert "unknown" == kind(content)


@pytest.mark.parametrize("place", [512, 1024, 4096])
def test_hdf5_behind_a_block_of_another_format_is_hdf5(place):
    """`h5py.File` looks there; a sound safetensors file can hold it as a tensor."""
    start = len(holding(HDF5)) - len(HDF5)
    padding = b"\x00" * (place - start - 1)
    content = holding(padding + HDF5)
    shift = place - (len(content) - len(HDF5))
    content = holding(b"\x00" * (len(padding) + shift) + HDF5)

    assert HDF5[:8] == content[place : place + 8]
    assert "hdf5" == kind(content)


# --- pickle ---


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("value", [{"w": [1.0, "a"]}, np.arange(3), Path("a"), None, b"x" * 300])
def test_pickles_of_every_protocol_are_pickles(protocol, value):
    assert "pickle" == kind(pickle.dumps(value, protocol))


@pytest.mark.parametrize("size", [128, 384, 640, 896, 1152, 1408, 0x4E0280])
def test_safetensors_whose_length_looks_like_a_protocol_is_safetensors(size):
    header = {"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
    note = {"a": "x" * (size - len(json.dumps({"__metadata__": {"a": ""}, **header})))}
    content = safetensors({"__metadata__": note, **header})

    assert size == int.from_bytes(content[:8], "little")
    assert content[0] == 0x80
    assert "safetensors" == kind(content)


def test_an_onnx_model_whose_text_is_a_program_is_a_pickle():
    """`(N` is the version of the model, `2N` its text of 78 bytes, which goes on as a pickle."""
    program = CALL.ljust(78, b" ")
    content = b"(N2N" + program + ONNX

    assert "onnx" == kind(field(5, 1) + field(6, b"text") + ONNX)
    assert "pickle" == kind(content)


def test_a_catboost_model_whose_core_is_a_program_is_a_pickle():
    """`C` and `B` of its magic number are a text of 66 bytes; behind it stands the program."""
    core = flat() + b"\x00" * (60 - len(flat())) + CALL
    content = b"CBM1" + len(core).to_bytes(4, "little") + core

    assert "catboost" == kind(CATBOOST)
    assert CALL == content[68:]
    assert "pickle" == kind(content)


@pytest.mark.parametrize(
    "content",
    [
        CALL,
        b"(" + CALL,
        b"I0x10\n0" + CALL,
        CALL[:-1],
        CALL + b"\x00junk",
        b"(ios\nsystem\n.",
        b"\x80\x02" + CALL,
        b"\x8c\x02os\x8c\x06system\x93N\x85R.",
    ],
)
def test_a_program_that_calls_what_it_imports_is_a_pickle_however_it_goes_on(content):
    assert "pickle" == kind(content)


@pytest.mark.parametrize(
    "content",
    [
        b"t",
        b".",
        b"tree\nversion=v3\n",
        b"cos\nsystem\n" + b"R",
        b"\x80\x04\x00",
        b"(" * 50 + b"\x00",
        b"R" + CALL,
        b"N0",
        b"N00.",
    ],
)
def test_instructions_that_the_stack_does_not_allow_are_no_pickle(content):
    assert "unknown" == kind(content)


@settings(max_examples=150)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
        max_leaves=20,
    ),
    st.integers(0, 5),
)
def test_whatever_pickle_writes_is_a_pickle(value, protocol):
    assert "pickle" == kind(pickle.dumps(value, protocol))


def test_a_million_marks_end_the_walk():
    assert "pickle" == kind(b"(" * 1_100_000 + b"\x00")


# --- archives ---


KERAS = (
    ("metadata.json", '{"keras_version": "3.4.1"}'),
    ("config.json", '{"module": "keras", "class_name": "Sequential", "config": {}}'),
    ("model.weights.h5", HDF5),
)
TORCH = (
    ("model/data.pkl", pickle.dumps({"w": 1}, 2)),
    ("model/byteorder", "little"),
    ("model/data/0", b"\x00" * 8),
    ("model/version", "3\n"),
)


def test_an_archive_of_keras_is_told_by_its_members():
    assert "keras" == kind(archive(*KERAS))
    assert "zip" == kind(archive(*KERAS[1:]))
    assert "zip-with-pickle" == kind(archive(*KERAS, ("extra", CALL)))


def test_an_archive_of_torch_holds_a_pickle():
    assert "zip-with-pickle" == kind(archive(*TORCH))
    renamed = [("weights.bin" if name.endswith("pkl") else name, held) for name, held in TORCH]
    assert "zip-with-pickle" == kind(archive(*renamed))


def test_an_archive_behind_another_format_is_an_archive():
    assert "keras" == kind(holding(archive(*KERAS)))


def test_a_member_is_not_unpacked_beyond_its_start():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("zeros", b"\x00" * 200_000_000)

    assert "zip" == kind(stream.getvalue())


# --- NPY ---


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(3),
        np.zeros((2, 0)),
        np.array(5),
        np.array(["abc", "d"]),
        np.array([b"abc"]),
        np.array([True]),
        np.array(["2026-01-01"], dtype="M8[ns]"),
        np.zeros(2, dtype=[("a", "<f4"), ("b", "<i8", (2,))]),
        np.asfortranarray(np.ones((2, 3), dtype="c8")),
    ],
    ids=lambda values: str(values.dtype),
)
def test_arrays_of_numbers_and_text_are_known_to_the_last_byte(values):
    whole = array(values)

    assert "numpy" == kind(whole)
    assert "unknown" == kind(whole + b"\x00")
    assert "unknown" == kind(whole[:100])


@pytest.mark.parametrize(
    "values",
    [np.array([{}, None], dtype=object), np.zeros(2, dtype=[("a", "<f4"), ("b", "O")])],
    ids=["objects", "a-field-of-objects"],
)
def test_arrays_with_objects_hold_a_pickle(values):
    assert "numpy-with-pickle" == kind(array(values))


@pytest.mark.parametrize(
    "header",
    [
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (1,)",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
        b"{'descr': '<q8', 'fortran_order': False, 'shape': (1,)}",
        b"{'descr': [('a',)], 'fortran_order': False, 'shape': (1,)}",
        b"[1]",
        b"(" * 9000,
        b"__import__('os').system('id')",
    ],
)
def test_a_header_that_numpy_would_not_read_is_unknown(header):
    start = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little")

    assert "unknown" == kind(start + header + b"\x00" * 8)


# --- GGUF ---

F32, Q8_0, NEWER = 0, 8, 99


@pytest.mark.parametrize(
    ("tensors", "data"),
    [
        ([(b"a", (4,), F32, 0)], 16),
        ([(b"a", (4,), F32, 0)], 32),
        ([(b"a", (4,), F32, 0), (b"b", (2, 4), F32, 32)], 64),
        ([(b"a", (64,), Q8_0, 0)], 68),
        ([(b"a", (64,), NEWER, 0), (b"b", (8,), F32, 96)], 128),
        ([(b"a", (0,), F32, 0)], 0),
    ],
)
def test_tensors_that_fill_the_file_are_gguf(tensors, data):
    assert "gguf" == kind(gguf(tensors=tensors, data=b"\x00" * data))


@pytest.mark.parametrize(
    ("tensors", "data"),
    [
        ([(b"a", (4,), F32, 0)], 15),
        ([(b"a", (4,), F32, 0)], 48),
        ([(b"a", (4,), F32, 32)], 48),
        ([(b"a", (4,), F32, 0), (b"b", (4,), F32, 0)], 32),
        ([(b"a", (33,), Q8_0, 0)], 68),
        ([(b"a", (1, 1, 1, 1, 1), F32, 0)], 4),
        ([(b"a", (1 << 62, 1 << 62), F32, 0)], 64),
    ],
)
def test_tensors_that_do_not_fill_the_file_are_not_gguf(tensors, data):
    assert "unknown" == kind(gguf(tensors=tensors, data=b"\x00" * data))


def test_a_gguf_file_that_goes_on_as_something_else_is_not_gguf():
    whole = (REAL / "gguf.gguf").read_bytes()

    assert "unknown" == kind(whole + b"\x00" * 64)
    assert "zip-with-pickle" == kind(whole + archive(("data.pkl", PICKLES[0])))


def test_no_change_of_one_byte_makes_a_reader_fail():
    noise = random.Random(11)
    files = [each.read_bytes() for each in sorted(REAL.iterdir())]
    files += [tar(), archive(*KERAS), array(np.zeros(3)), CATBOOST]

    for _ in range(600):
        whole = noise.choice(files)
        place = noise.randrange(min(len(whole), 700))
        assert kind(changed(whole, place, noise.randrange(256)))
