"""Plain words as kubectl reads them: recorded from `kubectl label --local` 1.32, which needs no
cluster. Where kubectl is installed, it is asked again.
"""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from mlspec.manifests import read_manifests
from mlspec.syntax import SourceText

TRUE = ("y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE")
FALSE = ("n", "N", "no", "NO", "off", "OFF", "false")
TEXT = (
    *("yEs", "oN", "0b2", "1:30", "190:20:30", "2001-01-01", "=", "_1", "0o", "0x", "1e", "1,000"),
    *("0.1.2", "0x1g", "--1", "1e1e1", "on off", "1_a", "0o_", "12e", "y1"),
)
NUMBERS = {
    "08": 8,
    "010": 8,
    "0777": 511,
    "-010": -8,
    "+010": 8,
    "0o17": 15,
    "0O17": 15,
    "-0o17": -15,
    "1e3": 1000,
    "12e03": 12000,
    "6e5": 600000,
    "0123e4": 1230000,
    "1_000": 1000,
    "1_0.5": 10.5,
    "0x1F": 31,
    "-0x1F": -31,
    "0X1f": 31,
    "0b11": 3,
    "-0b11": -3,
    "0B11": 3,
    "1.": 1,
    ".5": 0.5,
    "+1": 1,
    "1.5e+3": 1500,
    "0_7": 7,
    "1__0": 10,
    "0o8": "0o8",
    "00": 0,
    "007": 7,
    "1_": 1,
    "0x_1": 1,
    "0b_1": 1,
    "+1_0": 10,
    "1_000.5e1": 10005,
    "08.5": 8.5,
    "0o1_7": 15,
    "1e1_0": 10000000000.0,
}
READ = {
    **dict.fromkeys(TRUE, True),
    **dict.fromkeys(FALSE, False),
    **{each: each for each in TEXT},
    **dict.fromkeys(("~", "null", "Null"), None),
    **NUMBERS,
}


def manifest(values, style="{}"):
    lines = "".join(f"  k{index}: {style.format(each)}\n" for index, each in enumerate(values))
    return f"apiVersion: example.org/v1\nkind: Thing\nmetadata: {{name: a}}\nspec:\n{lines}"


def read(text):
    folder = read_manifests([SourceText("a.yaml", text.encode())])
    assert not [each for each in folder.diagnostics if each.name != "ambiguous-scalar"]
    return folder.manifests.manifests[0], folder.diagnostics


def same(one, two):
    return one == two and isinstance(one, bool) is isinstance(two, bool)


@pytest.mark.parametrize("word", READ)
def test_a_plain_word_is_what_kubectl_reads(word):
    found, _ = read(manifest([word]))

    assert same(READ[word], found.at(("spec", "k0"))), found.data


@pytest.mark.parametrize("style", ['"{}"', "'{}'", "|-\n    {}"])
def test_text_in_quotes_stays_text(style):
    found, diagnostics = read(manifest(READ, style))

    assert [*READ] == [*found.at(("spec",)).values()]
    assert not diagnostics


def test_words_that_became_booleans_are_told_where_they_stand():
    _, diagnostics = read(manifest(["on", "plain", "n"]))

    assert [(5, 7), (7, 7)] == [
        (each.span.start.line, each.span.start.column) for each in diagnostics
    ]
    assert {"MLS1007"} == {each.code for each in diagnostics}
    assert 'write `"on"` for text, or `true`' == diagnostics[0].hint


def test_keys_are_read_so_too():
    found, diagnostics = read(manifest([]) + "  on: 1\n  'off': 2\n")

    assert {"true": 1, "off": 2} == found.at(("spec",))
    assert 1 == len(diagnostics)


def test_places_are_kept():
    found, _ = read(manifest(["on", 5]))

    assert 5 == found.span(("spec", "k0")).start.line
    assert 6 == found.span(("spec", "k1")).start.line


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
def test_kubectl_reads_what_was_recorded(tmp_path):
    (tmp_path / "a.yaml").write_text(manifest(READ))

    done = subprocess.run(
        ["kubectl", "label", "--local", "--dry-run=client", "-f", "a.yaml", "z=z", "-o", "json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    values = json.loads(done.stdout)["spec"]
    for index, (word, expected) in enumerate(READ.items()):
        assert same(expected, values[f"k{index}"]), word
