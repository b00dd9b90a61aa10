"""The text that people read in a terminal, to the character."""

import re

import pytest
from inline_snapshot import snapshot

from mlspec.diagnostics import (
    Diagnostic,
    Edit,
    Fix,
    Position,
    Related,
    Severity,
    Span,
)
from mlspec.reporting.diagnostics import render_text
from mlspec.syntax import SourceText, parse

SPEC = SourceText(
    "specs/credit.yaml",
    b"kind: Model\nmetadata:\n  name: credit\n  owner: ''\n  owner: risk\nspec: {gates: []}\n",
)
TEAM = SourceText("specs/team.yaml", b"kind: Team\nmetadata:\n  name: risks\n")


def span(line, column, end, *, file=SPEC.file, last=None):
    return Span(file, Position(line, column), Position(last or line, end))


OWNER = Diagnostic(
    "MLS301",
    "missing-owner",
    Severity.ERROR,
    "`owner` is empty",
    span(4, 10, 12),
    related=(Related(span(3, 9, 14, file=TEAM.file), "the nearest team is `risks`"),),
    hint="name a team",
    fixes=(Fix("use `risks`", (Edit(span(4, 10, 12), "risks"),)),),
)
GATES = Diagnostic(
    "MLS401", "ungated-model", Severity.WARNING, "no gate stands before promotion", span(6, 8, 17)
)
NOWHERE = Diagnostic("MLS201", "no-workspace", Severity.NOTE, "there is no `mlspec.yaml`")
ELSEWHERE = Diagnostic(
    "MLS202", "dangling", Severity.ERROR, "gone", span(7, 1, 2, file="specs/gone.yaml"), hint="look"
)


def render(*diagnostics, sources=(SPEC, TEAM), colour=False):
    return render_text(diagnostics, {each.file: each for each in sources}, colour=colour)


def rendered(content, file="a.yaml"):
    source = SourceText(file, content if isinstance(content, bytes) else content.encode())
    return render_text(parse(source).diagnostics, {file: source}, colour=False)


def test_a_report_shows_place_line_carets_related_places_hint_and_fix():
    text = render(GATES, OWNER, NOWHERE, ELSEWHERE, OWNER, *parse(SPEC).diagnostics)

    assert text == snapshot("""\
note[MLS201] no-workspace: there is no `mlspec.yaml`

specs/credit.yaml:4:10: error[MLS301] missing-owner: `owner` is empty
 4 |   owner: ''
   |          ^^
   note: the nearest team is `risks` (specs/team.yaml:3:9)
 3 |   name: risks
   |         -----
   hint: name a team
   fix: use `risks`

specs/credit.yaml:5:3: error[MLS002] duplicate-key: `owner` stands twice in this mapping (first on line 4)
 5 |   owner: risk
   |   ^^^^^
   note: first defined here (specs/credit.yaml:4:3)
 4 |   owner: ''
   |   -----
   hint: remove one of the two; the first one was used for the remaining checks

specs/credit.yaml:6:8: warning[MLS401] ungated-model: no gate stands before promotion
 6 | spec: {gates: []}
   |        ^^^^^^^^^

specs/gone.yaml:7:1: error[MLS202] dangling: gone
   hint: look

Found 3 errors, 1 warning and 1 note in 2 files
""")  # noqa: E501  (the report to the character)


def test_colours_change_nothing_but_the_colours():
    coloured = render(OWNER, GATES, NOWHERE, colour=True)

    assert coloured.splitlines()[0] == snapshot(
        "\x1b[1m\x1b[36mnote[MLS201]\x1b[0m no-workspace: there is no `mlspec.yaml`"
    )
    assert coloured.splitlines()[2].partition(" missing-owner")[0] == snapshot(
        "\x1b[1mspecs/credit.yaml:4:10\x1b[0m: \x1b[1m\x1b[31merror[MLS301]\x1b[0m"
    )
    assert render(OWNER, GATES, NOWHERE) == re.sub("\x1b\\[[0-9]+m", "", coloured)


def test_no_problems_are_said_to_be_none():
    assert "Found no problems\n" == render()


@pytest.mark.parametrize(
    ("severities", "summary"),
    [
        ((Severity.ERROR,), "Found 1 error in 1 file"),
        ((Severity.ERROR,) * 3 + (Severity.WARNING,), "Found 3 errors and 1 warning in 1 file"),
        (tuple(Severity), "Found 1 error, 1 warning and 1 note in 1 file"),
    ],
    ids=str,
)
def test_the_last_line_counts(severities, summary):
    found = [
        Diagnostic("MLS000", "x", each, str(number), span(1, 1, 2))
        for number, each in enumerate(severities)
    ]

    assert summary == render(*found).splitlines()[-1]


def test_carets_stand_under_wide_combined_and_escaped_characters():
    line = "k: 日本e\u0301\t\u202e\x1b[31m😀 x\n"
    source = SourceText("a.yaml", line.encode())
    found = [
        Diagnostic("MLS000", "x", Severity.ERROR, each, span(1, at + 1, at + 2, file="a.yaml"))
        for at, each in enumerate(line[:-1])
    ]

    lines = render(*found, sources=[source]).splitlines()

    assert [lines[4 * n + 1] for n in range(2)] == snapshot(
        [" 1 | k: 日本é    \\u202e\\x1b[31m😀 x", " 1 | k: 日本é    \\u202e\\x1b[31m😀 x"]
    )
    assert [lines[4 * n + 2] for n in range(len(found))] == snapshot(
        [
            "   | ^",
            "   |  ^",
            "   |   ^",
            "   |    ^^",
            "   |      ^^",
            "   |        ^",
            "   |         ^",
            "   |         ^^^^",
            "   |             ^^^^^^",
            "   |                   ^^^^",
            "   |                       ^",
            "   |                        ^",
            "   |                         ^",
            "   |                          ^",
            "   |                           ^^",
            "   |                             ^",
            "   |                              ^",
        ]
    )


def test_a_long_line_is_cut_around_the_place():
    text = rendered("k: '" + "word " * 200_000 + "' stray " + "tail " * 100_000 + "\n")

    assert text == snapshot("""\
a.yaml:1:1000007: error[MLS005] unbalanced-quote: text goes on after the closing `'`
 1 | …rd word word word word word word word ' stray tail tail tail tail tail tail tail tail tail tail tail…
   |                                          ^^^^^
   hint: write `''` for a quote inside of single quotes

Found 1 error in 1 file
""")  # noqa: E501  (the report to the character)


def test_a_span_of_several_lines_is_marked_to_the_end_of_the_first():
    block = Diagnostic("MLS000", "x", Severity.ERROR, "block", span(3, 3, 14, last=5))

    assert render(block) == snapshot("""\
specs/credit.yaml:3:3: error[MLS000] x: block
 3 |   name: credit
   |   ^^^^^^^^^^^^

Found 1 error in 1 file
""")


def test_a_place_behind_the_end_of_the_line_or_file_is_shown_as_far_as_it_exists():
    behind = Diagnostic("MLS000", "x", Severity.ERROR, "behind", span(1, 40, 50))
    after = Diagnostic("MLS000", "x", Severity.ERROR, "after", span(99, 1, 2))

    assert render(behind, after) == snapshot("""\
specs/credit.yaml:1:40: error[MLS000] x: behind
 1 | kind: Model
   |            ^

specs/credit.yaml:99:1: error[MLS000] x: after

Found 2 errors in 1 file
""")


def test_nothing_a_stranger_writes_reaches_the_terminal_raw():
    evil = "\x1b]0;owned\x07\u202e\u2028\r\n\x85\ud800"
    found = Diagnostic(
        "MLS000",
        evil,
        Severity.ERROR,
        evil,
        span(1, 1, 9, file=evil),
        related=(Related(span(1, 1, 2, file=evil), evil),),
        hint=evil,
        fixes=(Fix(evil, (Edit(span(1, 1, 2, file=evil), evil),)),),
    )
    source = SourceText(evil, evil.encode("utf-8", "replace"))

    text = render_text([found], {evil: source}, colour=False)

    assert all(line.isprintable() for line in text.split("\n"))
    text.encode()


@pytest.mark.parametrize(
    "content",
    [b"", b"\0", b"a: \x1b[2J\n", b"\xff\xfea", b"a: [\n", b"\t", b"[" * 100, "a: \u202e".encode()],
    ids=repr,
)
def test_every_syntax_problem_can_be_shown(content):
    assert rendered(content).splitlines()[-1].startswith("Found 1 ")
