"""The codes of the schema family, `MLS1xx`: what a document says, and what its kind allows."""

from __future__ import annotations

from mlspec.diagnostics import Code, Severity

__all__ = ["SCHEMA_CODES"]

_HEAD = "apiVersion: mlspec.dev/v1\nkind: Team\nmetadata:\n  name: workforce\n"
_TEAM = _HEAD + "spec:\n  members: [ana@example.org]\n"


def _team(spec: str) -> str:
    return _HEAD + "spec:\n" + spec


_EMPTY = ", ".join(['""'] * 101)


def _code(code: str, name: str, summary: str, why: str, examples: tuple[str, str]) -> Code:
    bad, good = examples
    return Code(code, name, Severity.ERROR, summary, why, bad, good)


_DATASET = (
    "apiVersion: mlspec.dev/v1\nkind: Dataset\nmetadata:\n  name: applicants\n"
    "spec:\n  uri: data/applicants.csv\n  format: csv\n"
)
_ROLLOUT = (
    "apiVersion: mlspec.dev/v1\nkind: RolloutPolicy\nmetadata:\n  name: careful\n"
    "spec:\n  rollout:\n"
)
_CANARY = (
    _ROLLOUT + "    strategy: canary\n    steps:\n      - share: {share}\n        holdMinutes: 30\n"
)
_SPLIT = (
    "    share: 0.5\n    outcome: hires_total\n    durationDays: 14\n    minimumSamples: 1000\n"
)

SCHEMA_CODES: tuple[Code, ...] = (
    _code(
        "MLS100",
        "shapeless-document",
        "a document is not a mapping",
        "A spec is a mapping with `apiVersion`, `kind`, `metadata` and `spec`; a list or a single "
        "value says nothing about any resource.",
        ("- workforce\n", _TEAM),
    ),
    _code(
        "MLS101",
        "unknown-api-version",
        "a document is written in a version of the language that this mlspec does not read",
        "The version decides what every key means; guessing it would change meanings silently.",
        (_TEAM.replace("/v1", "/v9"), _TEAM),
    ),
    _code(
        "MLS102",
        "unknown-kind",
        "the kind of a document does not exist",
        "A document of no known kind would be skipped, and nobody would notice that it does "
        "nothing.",
        (_TEAM.replace("Team", "Taem"), _TEAM),
    ),
    _code(
        "MLS103",
        "unknown-key",
        "a key does not exist at this place",
        "A misspelt key would leave its default in force: a limit that was written, and holds "
        "nowhere.",
        (_team("  member: [ana@example.org]\n"), _TEAM),
    ),
    _code(
        "MLS104",
        "missing-key",
        "a key that must be written is absent",
        "mlspec invents no value where people have to decide one.",
        (_team("  roles: [sre]\n"), _team("  members: [ana@example.org]\n  roles: [sre]\n")),
    ),
    _code(
        "MLS105",
        "wrong-type",
        "a value is of another type than its key needs",
        "A number is not a text and `yes` is not `true`: converting would hide slips such as a "
        "version `1.10` that becomes 1.1.",
        (_team("  members: ana@example.org\n"), _TEAM),
    ),
    _code(
        "MLS106",
        "unknown-value",
        "a value is none of those its key allows",
        "Tools act on a closed list of values; any other one would have no effect.",
        (_DATASET.replace("format: csv", "format: cvs"), _DATASET),
    ),
    _code(
        "MLS107",
        "out-of-range",
        "a number lies outside its range",
        "Shares lie between 0 and 1 and counts are not negative; percent written as a share is "
        "the usual slip.",
        (_CANARY.format(share=5), _CANARY.format(share="0.05")),
    ),
    _code(
        "MLS108",
        "malformed-text",
        "a text does not have the form its key needs",
        "Names, digests, versions and dates go into other tools, which refuse or misread any "
        "other form.",
        (_TEAM.replace("workforce", "Work_Force"), _TEAM.replace("workforce", "work-force")),
    ),
    _code(
        "MLS109",
        "wrong-count",
        "a list or mapping has too few or too many entries",
        "An empty list at this place would promise something and check nothing.",
        (_team("  members: []\n"), _TEAM),
    ),
    _code(
        "MLS110",
        "wrong-length",
        "a text is empty, or longer than fits",
        "An empty text only looks like an answer; a very long one does not fit the tools that "
        "show it.",
        (_team('  members: [""]\n'), _TEAM),
    ),
    _code(
        "MLS111",
        "unknown-variant",
        "the key that chooses among variants names none of them",
        "Which other keys are allowed depends on it, so nothing below it can be checked.",
        (
            _CANARY.format(share="0.05").replace("canary", "cannary"),
            _CANARY.format(share="0.05"),
        ),
    ),
    _code(
        "MLS112",
        "refused-variant",
        "a variant is known and deliberately not supported",
        "mlspec only accepts what it can carry out and watch; the message names what to use "
        "instead.",
        (
            _ROLLOUT + "    strategy: bandit\n" + _SPLIT,
            _ROLLOUT + "    strategy: a-b\n" + _SPLIT,
        ),
    ),
    Code(
        "MLS119",
        "further-problems",
        Severity.NOTE,
        "further problems of a document were counted, not shown",
        "After 100 problems of one document the cause is usually one of the first.",
        _team(f"  members: [{_EMPTY}]\n"),
        _TEAM,
    ),
)
"""Every diagnostic of this family, in order of code."""
