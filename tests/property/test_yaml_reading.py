"""Any bytes give an answer, and the same one with and without libyaml."""

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlspec.diagnostics import has_errors
from mlspec.syntax import SYNTAX_CODES, Limits, SourceText, parse
from mlspec.syntax._clean import compose_clean
from mlspec.syntax._compose import compose
from mlspec.syntax._events import RereadError
from mlspec.syntax._everyday import compose_everyday
from mlspec.syntax._quick_places import quick_places

SPEC = """\
apiVersion: mlspec.dev/v1
kind: Model
metadata:
  name: scorer   # the name
  labels: {domain: "credit", "cost-centre": '47'}
spec:
  purpose: >-
    rank applications
    by hand
  gates:
    - metric: roc_auc
      minimum: 0.81
    - {metric: rows, minimum: 5000, groups: [a, b]}
  serving: &serving
    cpu: 500m
  shadow: *serving
---
kind: Team
note: |
  first

  second
"""
EVERYDAY = """\
# what most specs are made of
apiVersion: mlspec.dev/v1
metadata:
  name: scorer   # the name
  labels: {domain: "credit: retail", limits: [1, 2.5, [-3]], owner: 'a b'}
spec:
  purpose: >-
    rank applications

    by hand
  gates:
  - metric: roc_auc
    minimum: 0.81
  -   metric: rows
      note: |
        first
          second

        third
  empty:
  uri: s3://models/größe.onnx
  answers: [{a: true}, {b: null}]
---
kind: Team
members:
    - ana@example.org
    - "0x1f"
"""
SMALL = Limits(nodes=30, depth=6, problems=5, scalar_characters=40, aliases=5, expanded_nodes=20)
PIECES = st.sampled_from(
    [
        *(
            "a",
            "b: ",
            "- ",
            "? ",
            ": ",
            ":",
            "[",
            "]",
            "{",
            "}",
            ",",
            '"',
            "'",
            "#",
            " #",
            "|",
            ">",
        ),
        *(
            "\n",
            "\n  ",
            "\n    ",
            "\n- ",
            "|\n",
            ">\n",
            "|-",
            "&a ",
            "*a",
            "!t ",
            "---\n",
            "\n---\n",
        ),
        *("...\n", "~", "1", "<<: ", "é", "😀", "\\", "%", "@", "`", "{{", "}}", "?", "-", "\r\n"),
        *(
            "\r",
            " ",
            "  ",
            "key: v\n",
            "k: |\n  x\n",
            "\t",
            "\0",
            "\ufeff",
            ".inf",
            "true: ",
            "\\ud800",
        ),
        *('"\\U00110000"', "9" * 20, "%YAML 1.2\n", "[a?b]", "${{ x }}", "\u2028", "<<<<<<< a\n"),
    ]
)
SOUP = st.lists(PIECES, max_size=16).map("".join)


EVERYDAY_PIECES = PIECES | st.sampled_from(
    ["a: b\n", "a:\n", "- a\n", "- a: b\n", "x", "  - x\n", "   \n", "\n\n", "key: >-\n   x\n"]
)


@st.composite
def mutations(draw, start=SPEC, pieces=PIECES):
    """Return a valid spec with a few pieces put in or cut out."""
    text = start
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 3))
        text = text[:place] + draw(pieces | st.just("")) + text[place + cut :]
    return text


def plain_mutations():
    """Return specs without an anchor, most of which have no problem."""
    return mutations(SPEC.replace("&serving", "").replace("*serving", "none"))


def everyday_mutations():
    """Return specs of which many are still everyday YAML."""
    return mutations(EVERYDAY, EVERYDAY_PIECES)


ANYTHING = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(str.encode),
    SOUP.map(str.encode),
    mutations().map(str.encode),
)
LIMITS = st.sampled_from([Limits(), SMALL])


@settings(max_examples=1500)
@given(ANYTHING, LIMITS)
def test_any_bytes_give_the_same_answer_with_and_without_libyaml(content, limits):
    source = SourceText("a.yaml", content)

    native = parse(source, limits, native=True)
    python = parse(source, limits, native=False)

    # by their repr, which tells 1 from true and 0.0 from -0.0
    assert repr(native.documents) == repr(python.documents)
    assert native.diagnostics == python.diagnostics


@settings(max_examples=500)
@given(ANYTHING, LIMITS)
def test_any_bytes_give_plain_data_and_well_formed_diagnostics(content, limits):
    result = parse(SourceText("a.yaml", content), limits)

    known = {each.code: each for each in SYNTAX_CODES}
    for document in result.documents:
        json.dumps(document.data, allow_nan=False).encode()
        document.span(())
    for each in result.diagnostics:
        assert (known[each.code].name, known[each.code].severity) == (each.name, each.severity)
        assert each.span is not None
        assert (1, 1) <= (each.span.start.line, each.span.start.column)
        assert each.span.start < each.span.end
        assert each.span.start.line <= content.count(b"\n") + content.count(b"\r") + 1
    assert len(result.diagnostics) <= limits.problems + 1
    assert result.documents or result.diagnostics


def lines_of(node):
    """Yield the line of a node and of those below it, from 0, in the order of the text."""
    yield node.start[0] - 1
    below = node.values or ()
    for each in below.values() if isinstance(below, dict) else below:
        yield from lines_of(each)


@settings(max_examples=500)
@given(mutations() | SOUP, LIMITS)
def test_the_fast_way_and_the_thorough_way_agree(text, limits):
    # only what the checks before parsing let through
    text = "".join(c for c in text if c not in "\r\0\ufeff\u2028%<>")
    for native in (True, False):
        try:
            clean = compose_clean(text, limits, native=native)
        except RereadError:
            continue
        documents, report = compose(SourceText("a", text.encode()), limits, native=native)

        if clean is None:
            continue
        thorough = [(each.index, each.data, each.root.start) for each in documents]
        assert repr(thorough) == repr([each[:3] for each in clean])
        assert [[*lines_of(each.root)] for each in documents] == [[*each[3]] for each in clean]
        assert () == report.diagnostics()


@settings(max_examples=300)
@given(everyday_mutations() | SOUP.map("{}\n".format), LIMITS)
@example("k: >-\n   x\n \n    \n", Limits())
@example("a: b\n c: d\n", Limits())
@example("a:\n- [b, {c: d}] # e\n--- # f\n", Limits())
def test_the_everyday_way_and_the_thorough_way_agree(text, limits):
    # only what the checks before parsing let through
    text = "".join(c for c in text if c not in "\r\0\ufeff\u2028%<")
    everyday = compose_everyday(text, limits)
    if everyday is None:
        return
    for native in (True, False):
        documents, report = compose(SourceText("a", text.encode()), limits, native=native)

        thorough = [(each.index, each.data, each.root.start) for each in documents]
        assert repr(thorough) == repr([each[:3] for each in everyday])
        assert [[*lines_of(each.root)] for each in documents] == [[*each[3]] for each in everyday]
        assert () == report.diagnostics()


def test_an_everyday_spec_needs_no_parser_and_shares_nothing_with_the_next():
    first, _ = compose_everyday(EVERYDAY, Limits())
    again, _ = compose_everyday(EVERYDAY, Limits())

    first[1]["spec"]["answers"][0]["a"] = False
    first[1]["metadata"]["labels"]["limits"].append(4)

    assert [{"a": True}, {"b": None}] == again[1]["spec"]["answers"]
    assert [1, 2.5, [-3]] == again[1]["metadata"]["labels"]["limits"]


@settings(max_examples=500)
@given(mutations() | SOUP, LIMITS)
def test_both_parsers_place_everything_alike(text, limits):
    source = SourceText("a.yaml", text.encode())

    native, _ = compose(source, limits, native=True)
    python, _ = compose(source, limits, native=False)

    assert native == python


@settings(max_examples=1500)
@given(plain_mutations() | SOUP, LIMITS)
def test_the_quick_way_and_the_thorough_way_place_everything_alike(text, limits):
    # only what the checks before parsing let through
    text = "".join(c for c in text if c not in "\r\0\ufeff\u2028%<>")
    quick = quick_places(text, limits)
    documents, report = compose(SourceText("a", text.encode()), limits, native=True)

    if quick is not None:
        assert {each.index: each.root for each in documents} == quick
    elif not report.diagnostics():
        assert any(sign in text for sign in "&*!?\t#") or len(text) > min(
            limits.nodes, limits.scalar_characters
        )


@settings(max_examples=300)
@given(mutations())
def test_a_file_is_never_dropped_in_silence(text):
    result = parse(SourceText("a.yaml", text.encode()))

    complete = len(result.documents) >= 1
    assert complete or result.diagnostics
    if text.strip() and not has_errors(result.diagnostics):
        assert result.documents or "MLS043" in {each.code for each in result.diagnostics}
