"""The JSON that programs read, to the character."""

import json

from inline_snapshot import snapshot

from mlspec.diagnostics import (
    Applicability,
    Diagnostic,
    Edit,
    Fix,
    Position,
    Related,
    Severity,
    Span,
)
from mlspec.reporting.diagnostics import render_json

PLACE = Span("specs/credit.yaml", Position(4, 10), Position(4, 12))


def test_every_span_has_a_start_and_an_end():
    found = Diagnostic(
        "MLS301",
        "missing-owner",
        Severity.ERROR,
        "`owner` is empty",
        PLACE,
        related=(Related(PLACE, "here"),),
        hint="name a team",
        fixes=(Fix("use `risk`", (Edit(PLACE, "risk"),), Applicability.SAFE),),
    )
    nowhere = Diagnostic("MLS201", "no-workspace", Severity.NOTE, "there is no `mlspec.yaml`")

    assert render_json([found, nowhere]) == snapshot("""\
{
  "diagnostics": [
    {
      "code": "MLS201",
      "fixes": [],
      "hint": null,
      "message": "there is no `mlspec.yaml`",
      "name": "no-workspace",
      "related": [],
      "severity": "note",
      "span": null
    },
    {
      "code": "MLS301",
      "fixes": [
        {
          "applicability": "safe",
          "edits": [
            {
              "replacement": "risk",
              "span": {
                "end": {
                  "column": 12,
                  "line": 4
                },
                "file": "specs/credit.yaml",
                "start": {
                  "column": 10,
                  "line": 4
                }
              }
            }
          ],
          "title": "use `risk`"
        }
      ],
      "hint": "name a team",
      "message": "`owner` is empty",
      "name": "missing-owner",
      "related": [
        {
          "message": "here",
          "span": {
            "end": {
              "column": 12,
              "line": 4
            },
            "file": "specs/credit.yaml",
            "start": {
              "column": 10,
              "line": 4
            }
          }
        }
      ],
      "severity": "error",
      "span": {
        "end": {
          "column": 12,
          "line": 4
        },
        "file": "specs/credit.yaml",
        "start": {
          "column": 10,
          "line": 4
        }
      }
    }
  ],
  "format": "mlspec.diagnostics/1.0",
  "summary": {
    "errors": 1,
    "files": 1,
    "notes": 1,
    "warnings": 0
  }
}
""")


def test_no_problems_are_an_empty_list():
    assert render_json([]) == snapshot("""\
{
  "diagnostics": [],
  "format": "mlspec.diagnostics/1.0",
  "summary": {
    "errors": 0,
    "files": 0,
    "notes": 0,
    "warnings": 0
  }
}
""")


def test_hostile_text_is_escaped_and_comes_back_as_it_was():
    evil = "\x1b[31m\u202e\ud800\x85\x7f"
    text = render_json([Diagnostic("MLS000", "x", Severity.ERROR, evil)])

    assert text.replace("\n", "").isascii()
    assert evil == json.loads(text)["diagnostics"][0]["message"]
