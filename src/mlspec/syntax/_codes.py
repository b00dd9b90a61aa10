"""The syntax family of codes (MLS0xx): what each means, and an example of it."""

from __future__ import annotations

from dataclasses import dataclass

from mlspec.diagnostics import Severity
from mlspec.syntax._limits import Limits

__all__ = ["CODES", "SYNTAX_CODES", "SyntaxCode"]

_DEFAULT = Limits()
_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class SyntaxCode:
    """One diagnostic of this package; `bad` gives exactly this code, `good` gives none.

    `limits` and `encoding` say how the examples are read, so that they can be short.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    why: str
    bad: str
    good: str
    limits: Limits = _DEFAULT
    encoding: str = "utf-8"


SYNTAX_CODES: tuple[SyntaxCode, ...] = (
    SyntaxCode(
        "MLS001",
        "yaml-syntax",
        _ERROR,
        "the text is not YAML at this place",
        "Nothing after this place of the document can be read, so none of it is checked.",
        "columns: [age hours: 2 x: 3]\n",
        "columns: [age, hours]\n",
    ),
    SyntaxCode(
        "MLS002",
        "duplicate-key",
        _ERROR,
        "a key stands twice in one mapping",
        "Most YAML readers keep the last value silently: a second `tier: minimal` further down "
        "would lower a risk tier without anybody seeing it. Keys are compared in Unicode NFC.",
        "risk:\n  tier: high\n  tier: minimal\n",
        "risk:\n  tier: high\n",
    ),
    SyntaxCode(
        "MLS003",
        "tab-indentation",
        _ERROR,
        "a tab stands where YAML wants spaces",
        "YAML readers disagree on tabs between tokens, so the same file would mean different "
        "things. Tabs are fine inside quotes, comments and the text of block scalars.",
        "metadata:\n\tname: scorer\n",
        "metadata:\n  name: scorer\n",
    ),
    SyntaxCode(
        "MLS004",
        "unclosed-bracket",
        _ERROR,
        "a `[` or `{` is never closed",
        "The rest of the document is read as part of the list or mapping.",
        "columns: [age, hours\nowner: intake\n",
        "columns: [age, hours]\nowner: intake\n",
    ),
    SyntaxCode(
        "MLS005",
        "unbalanced-quote",
        _ERROR,
        "a quoted text does not end where it should",
        "Without its closing quote a text goes on over the following lines.",
        'purpose: "rank applications\nowner: intake\n',
        'purpose: "rank applications"\nowner: intake\n',
    ),
    SyntaxCode(
        "MLS006",
        "uneven-indentation",
        _ERROR,
        "a line is not aligned with the lines it belongs to",
        "Indentation says what belongs to what; keys of one mapping start in one column.",
        "metadata:\n  name: scorer\n   owner: intake\n",
        "metadata:\n  name: scorer\n  owner: intake\n",
    ),
    SyntaxCode(
        "MLS007",
        "unquoted-colon",
        _ERROR,
        "a value without quotes contains a colon and a space",
        "A colon followed by a space separates a key from its value, once per line.",
        "purpose: note: rank applications\n",
        'purpose: "note: rank applications"\n',
    ),
    SyntaxCode(
        "MLS008",
        "reserved-character",
        _ERROR,
        "a value without quotes starts with a character that means something in YAML",
        "`*` and `&` are aliases and anchors, `@`, the backtick and `%` are reserved.",
        "owner: @intake\n",
        'owner: "@intake"\n',
    ),
    SyntaxCode(
        "MLS009",
        "unknown-escape",
        _ERROR,
        "a backslash in double quotes starts no known escape",
        "Double quotes read escapes such as `\\n`; single quotes read none, which suits patterns. "
        "Halves of a surrogate pair (`\\ud83d`) are no characters and cannot be written.",
        'pattern: "\\d+"\n',
        "pattern: '\\d+'\n",
    ),
    SyntaxCode(
        "MLS010",
        "deep-nesting",
        _ERROR,
        "lists and mappings are nested too deeply",
        "Specs come from strangers too: depth is bounded (64) so that no reader runs out of stack.",
        "a: {b: {c: {d: 1}}}\n",
        "a: {b: {c: 1}}\n",
        limits=Limits(depth=3),
    ),
    SyntaxCode(
        "MLS011",
        "oversized-file",
        _ERROR,
        "the file is too large for a spec",
        "Specs are small; data, cases and long prompts belong in files of their own. The bounds "
        "are 2 MiB and 250,000 values.",
        "purpose: this text has more than forty bytes in it\n",
        "purpose: short\n",
        limits=Limits(file_bytes=40),
    ),
    SyntaxCode(
        "MLS012",
        "oversized-scalar",
        _ERROR,
        "one value is too long",
        "A value of a spec is read by people. The bound is 1 MiB.",
        "purpose: this text has more than twenty characters\n",
        "purpose: short\n",
        limits=Limits(scalar_characters=20),
    ),
    SyntaxCode(
        "MLS013",
        "alias-expansion",
        _ERROR,
        "aliases stand for too many values",
        'A few lines of nested aliases can stand for billions of values ("billion laughs"). The '
        "bounds are 10,000 aliases and 100,000 values in a file.",
        "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n",
        "a: &a [x, x, x]\nb: *a\n",
        limits=Limits(expanded_nodes=20),
    ),
    SyntaxCode(
        "MLS014",
        "undefined-alias",
        _ERROR,
        "an alias names an anchor that does not stand before it",
        "An alias repeats the value marked with `&name` earlier in the same document.",
        "base: &base {cpu: 1}\nserving: *bass\n",
        "base: &base {cpu: 1}\nserving: *base\n",
    ),
    SyntaxCode(
        "MLS015",
        "cyclic-alias",
        _ERROR,
        "an alias stands inside of the value it repeats",
        "The value would contain itself without end.",
        "base: &base\n  next: *base\n",
        "base: &base\n  next: none\n",
    ),
    SyntaxCode(
        "MLS016",
        "oversized-integer",
        _ERROR,
        "an integer does not fit into 64 bits",
        "Other readers of the same file would round or refuse it. Names made of digits are text: "
        "quote them.",
        "account: 123456789012345678901234567890\n",
        'account: "123456789012345678901234567890"\n',
    ),
    SyntaxCode(
        "MLS017",
        "non-finite-number",
        _ERROR,
        "a number is infinite or not a number",
        "A threshold of `.nan` passes or fails nothing, and JSON has no such numbers. A commit "
        "such as `12e4567` is a number, too: quote it.",
        "maximum: .inf\n",
        "maximum: 1000000\n",
    ),
    SyntaxCode(
        "MLS018",
        "merge-key",
        _ERROR,
        "a merge key (`<<`) copies keys out of sight",
        "Merge keys left YAML with version 1.2, readers disagree on them, and what a reviewer sees "
        "is not what is read. Overlays of the workspace do the same in the open.",
        "base: &base {cpu: 1}\nserving:\n  <<: *base\n  memory: 1Gi\n",
        "serving:\n  cpu: 1\n  memory: 1Gi\n",
    ),
    SyntaxCode(
        "MLS019",
        "non-string-key",
        _ERROR,
        "a key is not text",
        "Keys are text everywhere else (JSON, schemas, registries); `1` and `true` are not.",
        "labels:\n  2024: yes\n",
        'labels:\n  "2024": yes\n',
    ),
    SyntaxCode(
        "MLS020",
        "yaml-tag",
        _ERROR,
        "a tag (`!name`) asks for a special type",
        "Tags can make other readers run code (`!!python/object`). Specs are plain data.",
        "schedule: !cron 5 * * * *\n",
        'schedule: "5 * * * *"\n',
    ),
    SyntaxCode(
        "MLS021",
        "yaml-directive",
        _ERROR,
        "a line starts with `%`, which is a directive",
        "Only `%YAML 1.1` and `%YAML 1.2` are accepted; both are read as YAML 1.2.",
        "%TAG ! tag:example.org,2024:\n---\nname: scorer\n",
        "%YAML 1.2\n---\nname: scorer\n",
    ),
    SyntaxCode(
        "MLS022",
        "missing-colon",
        _ERROR,
        "a line between keys has no colon, or no space after it",
        "Each line of a mapping is `key: value`.",
        "name: scorer\nowner intake\nversion: 1.0.0\n",
        "name: scorer\nowner: intake\nversion: 1.0.0\n",
    ),
    SyntaxCode(
        "MLS030",
        "non-utf8-encoding",
        _ERROR,
        "the file is not UTF-8",
        "Guessing an encoding changes names silently. Some editors still save UTF-16 or "
        "Latin-1 unless they are told.",
        "purpose: caf\u00e9\n",
        "purpose: cafe\n",
        encoding="latin-1",
    ),
    SyntaxCode(
        "MLS031",
        "control-character",
        _ERROR,
        "an invisible control character stands in the text",
        "Control characters can hide text in a terminal or a review, and YAML forbids them.",
        "purpose: rank\x07 applications\n",
        'purpose: "rank\\a applications"\n',
    ),
    SyntaxCode(
        "MLS032",
        "bidirectional-control",
        _WARNING,
        "a character turns the direction of the text around",
        'What a reviewer sees then differs from what is read ("Trojan source").',
        "purpose: rank \u202eapplications\n",
        'purpose: "rank \\u202eapplications"\n',
    ),
    SyntaxCode(
        "MLS040",
        "conflict-marker",
        _ERROR,
        "a merge conflict was not resolved",
        "The file holds both sides of a merge, and git has left its markers in it.",
        "<<<<<<< ours\ntier: high\n=======\ntier: minimal\n>>>>>>> theirs\n",
        "tier: high\n",
    ),
    SyntaxCode(
        "MLS041",
        "unrendered-template",
        _ERROR,
        "a template was not rendered before",
        "Specs are read as they are: no Jinja, Helm or workflow expression is evaluated. Text "
        "that shall hold such an expression, as a prompt does, is quoted.",
        "image: {{ .Values.image }}\n",
        'image: "ghcr.io/example/scorer:1.0.0"\nprompt: "Dear {{ name }}"\n',
    ),
    SyntaxCode(
        "MLS042",
        "lfs-pointer",
        _ERROR,
        "the file is a Git LFS pointer, not a spec",
        "The content was never downloaded: `git lfs pull` fetches it.",
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n",
        "name: scorer\n",
    ),
    SyntaxCode(
        "MLS043",
        "empty-file",
        _WARNING,
        "the file holds no document",
        "A file with comments only declares nothing, which is rarely meant.",
        "# to be written\n",
        "name: scorer\n",
    ),
    SyntaxCode(
        "MLS099",
        "more-problems",
        _NOTE,
        "further problems of the file were counted, not shown",
        "After 100 problems of one file the cause is usually one of the first.",
        "tier: [.inf, .inf, .inf]\n",
        "tier: [1, 2]\n",
        limits=Limits(problems=2),
    ),
)
"""All codes of the family, in order."""

CODES = {each.code: each for each in SYNTAX_CODES}
"""The same by code."""
