"""Where a value stands: from 1, in characters, the end after the last one."""

import gc
from textwrap import dedent

import pytest

from mlspec.diagnostics import Position, Span
from mlspec.syntax import Document, Limits, SourceText, parse
from mlspec.syntax._compose import compose

TEXT = dedent(
    """\
    # a comment
    metadata:
      name: scorer
      owner: "é😀"   # wide
      empty:
    spec:
      gates:
        - metric: auc
          minimum: 0.8
        - {metric: rows, minimum: 10}
      text: |
        first
        second

      last: [1, 2]
    """
)


def document(text=TEXT):
    return parse(SourceText("spec.yaml", text.encode())).documents[0]


def corners(span):
    return (span.start.line, span.start.column, span.end.line, span.end.column)


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("metadata", "name"), (3, 9, 3, 15), (3, 3, 3, 7)),
        (("metadata", "owner"), (4, 10, 4, 14), (4, 3, 4, 8)),
        (("metadata", "empty"), (5, 3, 5, 8), (5, 3, 5, 8)),
        (("metadata",), (3, 3, 5, 8), (2, 1, 2, 9)),
        (("spec", "gates", 0, "minimum"), (9, 16, 9, 19), (9, 7, 9, 14)),
        (("spec", "gates", 0), (8, 7, 9, 19), (8, 7, 9, 19)),
        (("spec", "gates", 1), (10, 7, 10, 34), (10, 7, 10, 34)),
        (("spec", "text"), (11, 9, 13, 11), (11, 3, 11, 7)),
        (("spec", "last", 1), (15, 13, 15, 14), (15, 13, 15, 14)),
        ((), (2, 1, 15, 15), (2, 1, 15, 15)),
    ],
    ids=str,
)
def test_each_value_and_key_has_a_span(path, value, key):
    assert value == corners(document().span(path))
    assert key == corners(document().key_span(path))
    assert value[0] == document().line(path)


def paths(data, path=()):
    """Yield the path of each value, and the same with dots."""
    yield path, "".join(f"[{it}]" if isinstance(it, int) else f".{it}" for it in path).lstrip(".")
    below = enumerate(data) if isinstance(data, list) else ()
    for key, each in data.items() if isinstance(data, dict) else below:
        yield from paths(each, (*path, key))


@pytest.mark.parametrize(
    "text",
    [TEXT, "[1, [2,\n  3], {a:\n b}]\n", "- - - a\n    - b\n  - c\n", "a\n", "a: {}\nb: []\n"],
)
def test_the_lines_of_all_values_are_those_that_are_asked_for_one_by_one(text):
    read = document(text)
    known = read.lines_by_path()

    found = {dotted: read.line(path) - 1 for path, dotted in paths(read.data)}
    assert (
        known
        == found
        == {dotted: read.span(path).start.line - 1 for path, dotted in paths(read.data)}
    )


def test_a_line_is_known_without_the_lines_that_the_reader_keeps():
    source = SourceText("spec.yaml", b"a: &x\n  b: 1\nc:\n  - *x\n")
    (read,) = parse(source).documents

    assert read.lines is None
    assert read.lines_by_path() is None
    assert [1, 2, 4] == [read.line(each) for each in ((), ("a", "b"), ("c", 0))]


@pytest.mark.parametrize(
    "path",
    [
        ("metadata", "nam"),
        ("metadata", 3),
        ("metadata", "name", "first"),
        ("spec", "gates", 7, "x"),
    ],
    ids=str,
)
def test_a_path_that_does_not_exist_has_the_span_of_its_nearest_ancestor(path):
    whole = document()
    ancestor = path[: 2 if path[-1] in ("first", "x") else 1]
    assert whole.span(path).start.line == whole.line(path)

    assert whole.span(ancestor) == whole.span(path) == whole.key_span(path)


def test_spans_of_a_later_document_count_from_the_start_of_the_file():
    second = parse(SourceText("a.yaml", b"a: 1\n---\n\n---\nb: [2]\n")).documents[1]

    assert Span("a.yaml", Position(5, 5), Position(5, 6)) == second.span(("b", 0))


def test_spans_after_an_unreadable_document_count_from_the_start_of_the_file():
    second = parse(SourceText("a.yaml", b"a: [\n---\nb: 2\n")).documents[0]

    assert (3, 4, 3, 5) == corners(second.span(("b",)))


def test_an_alias_stands_at_its_own_place_and_what_is_in_it_at_the_anchor():
    whole = document("a: &a {x: 1}\nb: *a\n")

    assert (2, 4, 2, 6) == corners(whole.span(("b",)))
    assert (1, 11, 1, 12) == corners(whole.span(("b", "x")))


def test_both_parsers_place_everything_alike():
    source = SourceText("spec.yaml", TEXT.encode())

    native, _ = compose(source, Limits(), native=True)
    python, _ = compose(source, Limits(), native=False)

    assert native == python


def test_a_document_costs_no_second_parse_until_somebody_asks():
    made = Document(SourceText("spec.yaml", b"[not yaml"), 0, {"a": 1})

    assert {"a": 1} == made.data
    assert "_marks" not in vars(made)


def test_a_document_that_is_not_in_its_source_stands_at_its_start():
    made = Document(SourceText("spec.yaml", b"[not yaml"), 0, {"a": 1})

    assert (1, 1, 1, 2) == corners(made.span(("a",)))


def test_documents_make_no_reference_cycles():
    source = SourceText("spec.yaml", TEXT.encode())
    bad = SourceText("spec.yaml", b"a: 1\na: 2\nb: [\n")
    parse(source).documents[0].span(("spec",))
    parse(bad)
    while gc.collect():  # what other tests left behind may take more than one pass
        pass
    gc.disable()
    try:
        for _ in range(20):
            parse(source).documents[0].span(("spec",))
            parse(bad)
        unreachable = gc.collect()
    finally:
        gc.enable()

    assert 0 == unreachable


def test_lines_are_counted_as_yaml_counts_them():
    source = SourceText("a.yaml", "a: 1\r\nb: '\x0c\u2028'\rc: 3\n".encode())

    assert ("a: 1", "b: '\x0c\u2028'", "c: 3") == source.lines


def test_the_digest_of_a_source_is_that_of_its_bytes():
    assert SourceText("a", b"x").digest.startswith("sha256:2d711642b726b044")
