"""Files made to hurt: bounded by count, never by time, and never an exception."""

import subprocess
import sys
from textwrap import dedent

import pytest

from mlspec.syntax import Limits, SourceText, parse
from mlspec.syntax import _events as events
from mlspec.syntax._aliases import Aliases, ExpansionError
from mlspec.syntax._marks import Node

PARSERS = [pytest.param(True, id="libyaml"), pytest.param(False, id="python")]


def codes(text, limits=None, *, native=True):
    content = text if isinstance(text, bytes) else text.encode()
    result = parse(SourceText("a.yaml", content), limits or Limits(), native=native)
    return [each.code for each in result.diagnostics]


def laughs(levels, width):
    lines = ["a0: &a0 [x]"]
    for level in range(1, levels):
        aliases = ", ".join([f"*a{level - 1}"] * width)
        lines.append(f"a{level}: &a{level} [{aliases}]")
    return "\n".join(lines) + "\n"


def merges(levels):
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}, *a{n - 1}]}}" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("native", PARSERS)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("[" * 200_000, "MLS010", id="200 KB of brackets"),
        pytest.param("{" * 200_000, "MLS010", id="200 KB of braces"),
        pytest.param("[\n" * 100_000, "MLS010", id="brackets, one per line"),
        pytest.param("- " * 100_000, "MLS010", id="dashes"),
        pytest.param("? " * 100_000, "MLS010", id="question marks"),
        pytest.param("{a: " * 50_000, "MLS010", id="mappings"),
        pytest.param("\n".join(" " * n + "a:" for n in range(500)), "MLS010", id="indentation"),
        pytest.param("]" * 100_000, "MLS001", id="closing brackets"),
        pytest.param(laughs(9, 9), "MLS013", id="9^9 laughs"),
        pytest.param(laughs(30, 9), "MLS013", id="9^30 laughs"),
        pytest.param(laughs(40, 2), "MLS013", id="2^40 laughs"),
        pytest.param("a: &a x\nb: [" + "*a, " * 10_001 + "]", "MLS013", id="10,001 aliases"),
        pytest.param("a: &a [*a, *a]", "MLS015", id="a list in itself"),
        pytest.param("a: " + "9" * 20_000, "MLS016", id="20,000 digits"),
        pytest.param("a: 0x" + "f" * 20_000, "MLS016", id="20,000 hexadecimal digits"),
        pytest.param("a: 1e" + "9" * 20_000, "MLS017", id="20,000 digits of exponent"),
        pytest.param("a: " + "x" * (1 << 20) + "y", "MLS012", id="a scalar beyond 1 MiB"),
        pytest.param("x" * ((2 << 20) + 1), "MLS011", id="a file beyond 2 MiB"),
        pytest.param("\0" * 1000, "MLS031", id="NUL"),
        pytest.param('"' + "\\U00110000" * 3, "MLS009", id="beyond Unicode"),
        pytest.param("%TAG !a! b\n" * 20_000 + "---\na: 1\n", "MLS021", id="directives"),
        pytest.param("<<<<<<< a\n" * 20_000, "MLS040", id="conflicts"),
        pytest.param("&a " * 20_000, "MLS006", id="anchors"),
        pytest.param("!a " * 20_000, "MLS020", id="tags"),
    ],
)
def test_a_bomb_is_one_named_problem(text, expected, native):
    found = codes(text, native=native)

    assert expected == found[-1]
    assert len(found) <= Limits().problems + 1
    assert len(set(found)) <= 2


@pytest.mark.parametrize("native", PARSERS)
def test_a_merge_bomb_is_refused_key_by_key(native):
    found = codes(merges(26), native=native)

    assert {"MLS018", "MLS013"} >= set(found)
    assert "MLS018" == found[0]


@pytest.mark.parametrize("native", PARSERS)
@pytest.mark.parametrize(
    "text",
    ["[" + "a," * 2000 + "]", "- a\n---\n" * 600, "- ['?', \"a?b\"]\n" * 400, "[a]: b\n" * 400],
    ids=["one list", "many documents", "question marks", "odd keys"],
)
def test_a_file_has_a_bounded_number_of_values(text, native):
    found = codes(text, Limits(nodes=1000, problems=5000), native=native)

    assert "MLS011" == found[-1]
    assert 1 == found.count("MLS011")


@pytest.mark.parametrize("native", PARSERS)
@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("[a, b?c, d, e]", Limits(nodes=3)),
        ("[a, b?c, [d]]", Limits(depth=1)),
        ("[&a x, b?c, *a]", Limits(aliases=0)),
        ("[a, b?c, d]", Limits()),
    ],
    ids=["values", "depth", "aliases", "no limit"],
)
def test_a_limit_never_hides_what_the_parsers_disagree_on(text, limits, native):
    assert ["MLS001"] == codes(text, limits, native=native)


def test_depth_counts_what_an_alias_brings_along():
    text = "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*a" + "]" * 40 + "\n"

    assert ["MLS010"] == codes(text)


@pytest.mark.parametrize("native", PARSERS)
def test_64_levels_are_fine_and_65_are_not(native):
    assert [] == codes("[" * 64 + "]" * 64, native=native)
    assert ["MLS010"] == codes("[" * 65 + "]" * 65, native=native)


@pytest.mark.parametrize("count", [17, 64, 65, 400, 5000])
def test_a_line_of_brackets_is_told_as_deep_or_read_and_never_too_much(count):
    text = f"a: {'[' * count}{']' * count}\n"

    parsed = parse(SourceText("a.yaml", text.encode()))

    assert (count < Limits().depth) == (not parsed.diagnostics)


def test_a_deep_file_is_read_no_further_than_the_limit(monkeypatch):
    read = 0
    opened = events.open_events

    def counting(text, *, native):
        following = opened(text, native=native)

        def count():
            nonlocal read
            read += 1
            return following()

        return count

    monkeypatch.setattr("mlspec.syntax._clean.open_events", counting)
    monkeypatch.setattr("mlspec.syntax._compose.open_events", counting)
    codes("[" * 100_000)

    assert read < 4 * Limits().depth


def test_aliases_never_copy_more_values_than_the_limit():
    aliases = Aliases(Limits(expanded_nodes=50))
    aliases.close("a", [0] * 20, Node((1, 1), (1, 2)))

    aliases.expand("a", (2, 1), (2, 2), 1)
    aliases.expand("a", (3, 1), (3, 2), 1)
    with pytest.raises(ExpansionError):
        aliases.expand("a", (4, 1), (4, 2), 1)


@pytest.mark.parametrize("native", PARSERS)
def test_many_problems_are_counted_not_listed(native):
    text = "".join(f"k{n}: .inf\n" for n in range(2000))

    result = parse(SourceText("a.yaml", text.encode()), native=native)

    assert 101 == len(result.diagnostics)
    assert "1900 more problems of this file are not shown" == result.diagnostics[-1].message


def test_many_unreadable_documents_end_the_file_early():
    found = codes("---\n[\n" * 5000)

    assert ["MLS004"] * 100 == found


def test_warnings_never_hide_errors():
    text = "a: '\u202e'\n" * 300 + "b: [\n"

    assert {"MLS032", "MLS004", "MLS099", "MLS002"} >= set(codes(text))
    assert "MLS002" in codes(text)


@pytest.mark.parametrize("native", PARSERS)
def test_a_large_clean_file_is_read(native):
    text = "".join(f"- name: spec-{n}\n  share: 0.5\n" for n in range(2000))

    assert [] == codes(text, native=native)


@pytest.mark.parametrize("native", ["True", "False"])
def test_no_bomb_crashes_a_small_process(native):
    script = dedent(
        f"""
        import resource, sys
        resource.setrlimit(resource.RLIMIT_STACK, (1 << 20, 1 << 20))
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        from mlspec.syntax import SourceText, parse
        lines = ["a0: &a0 [x]"]
        for n in range(1, 40):
            lines.append(f"a{{n}}: &a{{n}} [*a{{n - 1}}, *a{{n - 1}}]")
        deep = ("[" * 200_000, "{{" * 200_000, "- " * 100_000)
        for text in (*deep, "\\n".join(lines), "9" * 99_999):
            result = parse(SourceText("a.yaml", text.encode()), native={native})
            print(result.diagnostics[-1].code)
        """
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=300
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert ["MLS010", "MLS010", "MLS010", "MLS013", "MLS016"] == done.stdout.split()
