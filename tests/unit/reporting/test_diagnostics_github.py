"""The workflow commands that GitHub turns into annotations, to the character."""

from inline_snapshot import snapshot

from mlspec.diagnostics import Diagnostic, Position, Related, Severity, Span
from mlspec.reporting.diagnostics import render_github


def span(file="specs/credit.yaml", line=4, last=4):
    return Span(file, Position(line, 3), Position(last, 8))


def test_the_worst_comes_first_and_each_is_one_line():
    note = Diagnostic("MLS302", "odd-name", Severity.NOTE, "a note", span(line=1, last=1))
    warning = Diagnostic("MLS401", "ungated", Severity.WARNING, "no gate", span(line=2, last=5))
    error = Diagnostic(
        "MLS301",
        "missing-owner",
        Severity.ERROR,
        "`owner` is 100% empty: `a, b`",
        span(),
        related=(Related(span("specs/team.yaml"), "a team is here"),),
        hint="name a team",
    )
    nowhere = Diagnostic("MLS201", "no-workspace", Severity.ERROR, "there is no `mlspec.yaml`")

    text = render_github([note, warning, error, error, nowhere])

    assert text == snapshot("""\
::error title=MLS201 no-workspace::there is no `mlspec.yaml`
::error file=specs/credit.yaml,line=4,endLine=4,col=3,endColumn=8,title=MLS301 missing-owner::`owner` is 100%25 empty: `a, b`%0Aa team is here: specs/team.yaml:4:3%0Ahint: name a team
::warning file=specs/credit.yaml,line=2,endLine=5,title=MLS401 ungated::no gate
::notice file=specs/credit.yaml,line=1,endLine=1,col=3,endColumn=8,title=MLS302 odd-name::a note
""")  # noqa: E501  (the report to the character)


def test_nothing_a_stranger_writes_makes_a_second_command():
    evil = "x\r\n::error::y,line=9:z%0A\x1b[31m\u202e"
    found = Diagnostic("MLS000", evil, Severity.ERROR, evil, span(evil), hint=evil)

    text = render_github([found])

    assert text.partition(",line=4")[0] == snapshot(
        "::error file=x\\r\\n%3A%3Aerror%3A%3Ay%2Cline=9%3Az%250A\\x1b[31m\\u202e"
    )
    assert text.partition("::x")[2].partition("%0Ahint")[0] == snapshot(
        "\\r\\n::error::y,line=9:z%250A\\x1b[31m\\u202e"
    )
    assert 1 == text.count("\n")


def test_no_problems_are_no_commands():
    assert "" == render_github([])
