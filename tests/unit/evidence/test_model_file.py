"""What a model's bytes are, whatever it is called."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import pickle
import random
import zipfile
import zlib

import numpy as np
import pytest
from tests.unit.evidence.reading import read

from mlspec.evidence import ModelFile, Reason


def kind(content):
    found = read("model-file", content, file="model.safetensors")
    assert isinstance(found, ModelFile), found
    return found.kind


def safetensors(header=None, data=b"\x00" * 8):
    if header is None:
        header = {"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def field(number, value):
    """Return one field of a protocol buffer: a small number, or fewer than 128 bytes."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    tag = (number << 3) | 2
    start = bytes([tag]) if tag < 128 else bytes([tag & 127 | 128, tag >> 7])
    return start + bytes([len(value)]) + value


ONNX = field(1, 9) + field(2, b"skl2onnx") + field(7, field(2, b"g")) + field(8, b"\x10\x0f")


def number(value, size=8):
    return value.to_bytes(size, "little")


def text(value):
    return number(len(value)) + value


def gguf(version=3, tensors=(), keys=1, name=b"general.architecture", data=b""):
    """Return a header, `keys` texts, tensors (name, shape, type, offset), and their values."""
    head = b"GGUF" + number(version, 4) + number(len(tensors)) + number(keys)
    head += (text(name) + number(8, 4) + text(b"llama")) * keys
    for each, shape, kind, offset in tensors:
        head += text(each) + number(len(shape), 4) + b"".join(map(number, shape))
        head += number(kind, 4) + number(offset)
    return head + b"\x00" * (-len(head) % 32 if tensors else 0) + data


def flat(magic=b""):
    """Return a FlatBuffer: the offset of its root, a vtable, a table that points back to it."""
    start = 4 + len(magic) + 4
    return start.to_bytes(4, "little") + magic + b"\x04\x00\x04\x00" + b"\x04\x00\x00\x00"


GGUF, TFLITE = gguf(), flat(b"TFL3")
CATBOOST = b"CBM1" + len(flat()).to_bytes(4, "little") + flat() + b"trees"
LIGHTGBM = b"tree\nversion=v4\nnum_class=1\n\nTree=0\nnum_leaves=2\n\nend of trees\n"


def archive(*members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in members:
            written.writestr(name, content)
    return stream.getvalue()


def array(values):
    stream = io.BytesIO()
    np.save(stream, values, allow_pickle=True)
    return stream.getvalue()


OBJECTS = np.array([{"a": 1}, None], dtype=object)
PICKLES = [pickle.dumps({"w": [1.0]}, protocol) for protocol in (2, 3, 4, 5)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (safetensors(), "safetensors"),
        (ONNX, "onnx"),
        (ONNX + field(14, b"meta") + field(25, field(1, b"f")), "onnx"),
        (GGUF, "gguf"),
        (TFLITE, "tflite"),
        (CATBOOST, "catboost"),
        (LIGHTGBM, "lightgbm"),
        (b'{"learner": {"trees": []}}', "json"),
        *[(each, "pickle") for each in PICKLES],
        (archive(("archive/data.pkl", PICKLES[0])), "zip-with-pickle"),
        (archive(("archive/weights", PICKLES[2])), "zip-with-pickle"),
        (archive(("w.npy", array(OBJECTS))), "zip-with-pickle"),
        (archive(("w.npy", array(np.zeros(3)))), "zip"),
        (archive(("config.json", "{}")), "zip"),
        (array(OBJECTS), "numpy-with-pickle"),
        (array(np.zeros(3)), "numpy"),
        (gzip.compress(PICKLES[0], mtime=0), "compressed"),
        (zlib.compress(PICKLES[0]), "compressed"),
        (bz2.compress(PICKLES[0]), "compressed"),
        (b"just text", "unknown"),
        (b"\x80", "unknown"),
        (b"PK\x03\x04 and no directory", "zip"),
        (b'[{"a": 1}]', "unknown"),
        (b'{"a": 1', "unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else "bytes",  # archives hold the time
)
def test_bytes_tell_the_format(content, expected):
    assert expected == kind(content)


@pytest.mark.parametrize(
    "content",
    [
        safetensors() + b"\x00",
        safetensors()[:-1],
        safetensors({}),
        safetensors({}, b""),
        safetensors({"w": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}}),
        safetensors({"w": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}),
        safetensors({"w": {"dtype": "F32", "shape": [-1, -2], "data_offsets": [0, 8]}}),
        safetensors({"w": {"dtype": "PICKLE", "shape": [2], "data_offsets": [0, 8]}}),
        safetensors({"w": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}),
        safetensors(
            {
                "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
                "b": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
            }
        ),
        safetensors({"w": 1}),
        safetensors([1]),
        (1 << 63).to_bytes(8, "little") + b"{}",
        b"\x02\x00\x00\x00\x00\x00\x00\x00{}",
    ],
)
def test_what_is_not_safetensors_to_the_last_byte_is_not_safetensors(content):
    assert "safetensors" != kind(content)


def test_an_archive_behind_safetensors_is_an_archive():
    """A loader of archives looks at the end of a file and would run what it finds there."""
    packed = archive(("data.pkl", PICKLES[0]))
    header = {"w": {"dtype": "U8", "shape": [len(packed)], "data_offsets": [0, len(packed)]}}

    assert "zip-with-pickle" == kind(safetensors(header, packed))


def test_several_tensors_in_any_order_are_safetensors():
    header = {
        "__metadata__": {"format": "pt"},
        "b": {"dtype": "I64", "shape": [], "data_offsets": [8, 16]},
        "a": {"dtype": "BF16", "shape": [2, 2], "data_offsets": [0, 8]},
        "none": {"dtype": "F32", "shape": [0], "data_offsets": [8, 8]},
    }

    assert "safetensors" == kind(safetensors(header, b"\x00" * 16))


@pytest.mark.parametrize(
    "content",
    [
        ONNX[:-1],
        ONNX + b"\x00",
        field(1, 9) + field(7, field(2, b"g")),
        field(7, field(2, b"g")) + field(8, b"set"),
        ONNX + field(9, b"unknown"),
        ONNX + field(7, 1),
        ONNX + field(7, b"no message"),
        ONNX + field(0, 1),
        ONNX + b"\xff" * 20,
        ONNX + b"\x3a\xff\xff\xff\xff\x7f",
    ],
)
def test_what_is_not_one_message_of_onnx_is_not_onnx(content):
    assert "onnx" != kind(content)


INSIDE = field(9, b"\x00" * 8) + field(14, 0)
OUTSIDE = field(14, 1)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (field(7, field(5, INSIDE)), "onnx"),
        (field(7, field(5, OUTSIDE)), "onnx-with-external-data"),
        (field(7, field(5, field(13, b"where"))), "onnx-with-external-data"),
        (field(7, field(15, field(1, OUTSIDE))), "onnx-with-external-data"),
        (field(7, field(1, field(5, field(5, OUTSIDE)))), "onnx-with-external-data"),
        (
            field(7, field(1, field(5, field(6, field(5, OUTSIDE))))),
            "onnx-with-external-data",
        ),
        (field(25, field(7, field(5, field(5, OUTSIDE)))), "onnx-with-external-data"),
        (field(20, field(1, field(5, OUTSIDE))), "onnx-with-external-data"),
        (field(7, field(1, field(5, b"\x15\x00\x00\x80\x3f"))), "onnx"),
        (field(7, field(1, field(5, b"\x15\x00\x00\x80"))), "unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.hex()[:24],
)
def test_weights_in_another_file_are_not_under_the_digest_of_this_one(more, expected):
    assert expected == kind(ONNX + more)


def test_random_bytes_are_nothing_that_is_allowed_by_default():
    noise = random.Random(7)

    for _ in range(300):
        content = noise.randbytes(noise.randrange(1, 400))
        assert kind(content) not in {"safetensors", "onnx", "json"}


def test_every_cut_of_a_model_is_another_file():
    for whole in (safetensors(), ONNX):
        assert not [n for n in range(1, len(whole)) if kind(whole[:n]) == kind(whole)]


def test_an_empty_file_is_no_model():
    found = read("model-file", b"", file="model.onnx")

    assert isinstance(found, Reason)
    assert "empty-file" == found.code


@pytest.mark.parametrize(
    "content",
    [
        b"GGUF",
        b"GGUF\x03\x00\x00\x00",
        b"GGUF\x03\x00\x00\x00" + b"\x80\x04." * 10,
        gguf(version=9),
        gguf(keys=0),
        gguf(name=b"\x00\x01"),
        gguf()[:40],
        gguf() + b"\x00",
        b"\x1c\x00\x00\x00TFL3",
        b"\x1c\x00\x00\x00TFL3" + PICKLES[0],
        TFLITE[:-1],
        b"CBM1",
        b"CBM1\x05\x00\x00\x00abcde",
        CATBOOST[:12],
        b"tree\nversion=v3\n",
        b"tree\nversion=v3\n" + PICKLES[0],
        LIGHTGBM + PICKLES[0],
        LIGHTGBM.replace(b"Tree", b"\x00ree"),
    ],
)
def test_a_magic_number_alone_is_no_model(content):
    assert "unknown" == kind(content)
