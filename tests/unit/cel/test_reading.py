"""How an expression is read: what each form means, and where the first fault stands."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from mlspec.cel import Environment, Fault, Program, Uint, compile_expression, parse, type_from
from mlspec.cel._nodes import children, depth_of, walk

EVERYTHING = Environment({name: type_from("dyn") for name in ("a", "b", "c")})


def value_of(text, **facts):
    program = compile_expression(text, EVERYTHING)
    assert isinstance(program, Program), program
    return program.evaluate(facts)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0x1F", 31),
        ("-0x10", -16),
        ("0xFFu", Uint(255)),
        ("-9223372036854775808", -(2**63)),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-1.5", -1.5),
        ("'it\\'s'", "it's"),
        ('"a\\tb"', "a\tb"),
        ("r'\\d+'", "\\d+"),
        ("R'\\\\'", "\\\\"),
        ("'''a\n'b' '''", "a\n'b' "),
        ("'\\x41\\101\\u0041\\U00000041'", "AAAA"),
        ("b'\\xff\\377'", b"\xff\xff"),
        ("b'ÿ'", "ÿ".encode()),
        ("br'\\x41'", b"\\x41"),
        ("rb'\\x41'", b"\\x41"),
        ("1 // a comment\n + 1", 2),
        ("[1, 2,]", [1, 2]),
        ("{'a': 1,}", {"a": 1}),
        ("!!true", True),
        ("--1", 1),
        ("- 1", -1),
        ("true ? 1 : false ? 2 : 3", 1),
        ("2 + 3 * 4 - 10 / 5 % 3", 12),
        ("1 + 1 == 2 && 2 > 1 || 1 / 0 == 1", True),
        ("{'a-b': 1}.`a-b`", 1),
        ("{'if': 1}.if", 1),
    ],
)
def test_a_text_means_what_the_specification_says(text, value):
    found = value_of(text)

    assert value == found
    assert type(value) is type(found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", snapshot("1:1: the end stands where a value is expected")),
        ("a &", snapshot("1:3: `&` stands for nothing here (write `&&`)")),
        ("a = b", snapshot("1:3: `=` stands for nothing here (write `==`)")),
        ("'abc", snapshot("1:1: the text that opens here is not closed on its line")),
        ("a.`b", snapshot("1:3: the quoted name that opens here is not closed")),
        ("(a", snapshot("1:3: the end stands where `)` is expected")),
        ("a\n  && )", snapshot("2:6: `)` stands where a value is expected")),
        ("a ? b", snapshot("1:6: the end stands where `:` is expected")),
        ("f(a,)", snapshot("1:5: `)` stands where an argument is expected")),
        ("a b", snapshot("1:3: `b` stands where an operator or the end is expected")),
        ("'\\q'", snapshot("1:2: `\\q` is no escape (write `\\\\` for a backslash, or r'...')")),
        ("'\\ud800'", snapshot("1:2: `\\ud800` names no character")),
        ("b'\\u0041'", snapshot("1:3: `\\u0041` stands for a character, not for a byte")),
        ("9223372036854775808", snapshot("1:1: an int has 64 bits")),
        ("18446744073709551616u", snapshot("1:1: a uint has 64 bits")),
        ("9" * 5_000, snapshot("1:1: a whole number has 64 bits")),
        ("1e999", snapshot("1:1: the number is too large for a double")),
        ("for", snapshot("1:1: `for` is a reserved word")),
        ("Model{a: 1}", snapshot("1:1: messages are not part of this language")),
        ("has(a)", snapshot("1:1: `has` takes one field, such as `has(spec.owner)`")),
        (
            "a.all(1, true)",
            snapshot("1:7: the first argument of `all` is the name of a variable"),
        ),
        ("a.exists(x, x, true)", snapshot("1:1: `x` names both variables")),
        ("!-a", snapshot("1:1: `!` and `-` stand before one another only in brackets")),
        ("\x1b[31m", snapshot("1:1: `\\x1b` stands for nothing here")),
        ("'a\ud800'", snapshot("1:1: an expression has no halves of surrogate pairs")),
        ("a" * 20_001, snapshot("1:1: an expression has at most 20,000 characters")),
        (
            "(" * 41 + "1" + ")" * 41,
            snapshot("1:41: at most 40 brackets and branches stand inside of one another"),
        ),
        ("1" + "+1" * 200, snapshot("1:1: an expression is at most 100 steps deep")),
        ("!" * 5_000 + "true", snapshot("1:1: an expression is at most 100 steps deep")),
    ],
)
def test_what_cannot_be_read_is_one_fault_with_its_place(text, told):
    found = parse(text)

    assert isinstance(found, Fault)
    assert told == str(found)
    assert str(found).isprintable()


def test_a_fault_ends_behind_the_last_character_of_what_is_wrong():
    fault = parse("a +\n  'b\\qc'")

    assert isinstance(fault, Fault)
    assert (2, 5, 7) == (fault.line, fault.column, fault.end_column)


def test_a_hundred_conditions_in_a_row_are_not_deep():
    tree = parse(" && ".join(["a"] * 500))

    assert 2 == depth_of(tree)
    assert 501 == len([*walk(tree)])


@pytest.mark.parametrize(
    "text",
    [
        "a.b[c]",
        "a ? b : c",
        "[a, ?b]",
        "{a: b, ?a: c}",
        "a.all(x, x) || has(a.b)",
        "a.map(x, b, c)",
    ],
)
def test_every_part_stands_within_the_part_that_holds_it(text):
    for node in walk(parse(text)):
        assert text[node.start : node.end].strip()
        for below in children(node):
            assert node.start <= below.start <= below.end <= node.end
