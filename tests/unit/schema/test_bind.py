from __future__ import annotations

import pytest
from tests.unit.schema.documents import METADATA, bind_text, document, problems_of

from mlspec.diagnostics import Applicability
from mlspec.kinds.dataset import DatasetSpec
from mlspec.kinds.model import ModelSpec

HEAD = "apiVersion: mlspec.dev/v1\nkind: {}\nmetadata:\n  name: a-name\nspec:\n"
DATASET = HEAD.format("Dataset") + "  uri: a.csv\n  format: csv\n"
MODEL_PARTS = HEAD.format("RolloutPolicy") + "  rollout:\n"


def told(text):
    """Return code, line:column and message of each diagnostic in order of place."""
    found = sorted(bind_text(text).diagnostics, key=lambda each: each.span)
    return [
        f"{each.code} {each.span.start.line}:{each.span.start.column} {each.message}"
        for each in found
    ]


def only(text):
    (found,) = bind_text(text).diagnostics
    return found


def fixed(text):
    """Return the text after the only fix of its only diagnostic."""
    (fix,) = only(text).fixes
    (edit,) = fix.edits
    lines = text.splitlines(keepends=True)
    line = lines[edit.span.start.line - 1]
    start, end = edit.span.start.column - 1, edit.span.end.column - 1
    lines[edit.span.start.line - 1] = line[:start] + edit.replacement + line[end:]
    return "".join(lines)


def test_a_sound_document_binds_to_its_models():
    bound = bind_text(DATASET)

    assert bound.is_sound
    assert bound.kind == "Dataset"
    assert bound.metadata.name == "a-name"
    assert isinstance(bound.spec, DatasetSpec)


def test_all_errors_of_a_document_are_told_at_once():
    text = (
        "apiVersion: mlspec.dev/v2\nkind: Dataset\nextra: 1\nmetadata:\n  name: A\n  ownr: x\n"
        "spec:\n  format: cvs\n  rows: -1\n  columns:\n    - {name: 1a, type: int, secret: yes}\n"
    )

    assert told(text) == [
        "MLS101 1:13 `apiVersion` is `mlspec.dev/v2`, but this mlspec reads `mlspec.dev/v1`",
        "MLS103 3:1 unknown key `extra` in the document",
        (
            "MLS108 5:9 `name` is `A`, but must be a name of at most 63 lower-case letters, "
            "digits and hyphens that starts with a letter and does not end with a hyphen"
        ),
        "MLS103 6:3 unknown key `ownr` in `metadata`",
        "MLS104 7:1 `spec` lacks `uri`",
        (
            "MLS106 8:11 `format` is `cvs`, but must be `csv`, `delta`, `iceberg`, `json`, "
            "`parquet` or `table`"
        ),
        "MLS107 9:9 `rows` is `-1`, but must be at least 0",
        (
            "MLS108 11:14 `name` is `1a`, but must be a column name: letters, digits, `_`, `.` and "
            "`-`, starting with a letter or `_`"
        ),
        "MLS103 11:29 unknown key `secret` in `columns[0]`",
    ]


@pytest.mark.parametrize(
    ("bad", "code", "good"),
    [
        ("  rows: '12'\n", "MLS105", "  rows: 12\n"),
        ("  licence: 1.10\n", "MLS105", '  licence: "1.10"\n'),
        ("  licence: true\n", "MLS105", '  licence: "true"\n'),
        ("  gaps: none known\n", "MLS105", "  gaps: [none known]\n"),
        ("  producedBy: Screen_Two\n", "MLS108", "  producedBy: screen-two\n"),
        ("  produced_by: screen\n", "MLS103", "  producedBy: screen\n"),
        ("  licnce: CC0\n", "MLS103", "  licence: CC0\n"),
    ],
)
def test_a_fix_makes_the_document_sound(bad, code, good):
    assert only(DATASET + bad).code == code
    assert fixed(DATASET + bad) == DATASET + good
    assert bind_text(DATASET + good).is_sound


def test_a_span_is_written_in_the_unit_that_its_key_names():
    text = HEAD.format("FeatureView") + (
        "  entities: [person]\n  source: {dataset: a}\n"
        "  features: [{name: a, type: int, windowDays: 48h}]\n"
    )

    assert "write `2`: the key says the unit" == only(text).hint
    assert fixed(text) == text.replace("48h", "2")


def test_yaml_1_1_booleans_are_fixed():
    text = HEAD.format("FeatureView") + (
        "  entities: [person]\n  source: {dataset: a}\n  features: [{name: a, type: int}]\n"
        "  online: yes\n"
    )

    assert only(text).hint == "write `true`"
    assert fixed(text) == text.replace("yes", "true")


def test_a_number_where_a_version_belongs_gets_its_letter():
    text = DATASET.replace("  name: a-name\n", "  name: a-name\n  version: 1.10\n")

    assert only(text).message == "`version` is `1.1`, but text is needed"
    assert fixed(text) == text.replace("1.10", "v1.10")


def test_a_number_that_quotes_do_not_save_is_not_quoted():
    found = only(DATASET + "  digest: 12\n")

    assert found.fixes == ()
    assert found.hint == "it must be `sha256:` followed by 64 lower-case hexadecimal digits"


def test_respelling_a_key_is_safe_and_guessing_one_is_not():
    respelt = only(DATASET + "  produced-by: screen\n")
    guessed = only(DATASET + "  licnce: CC0\n")

    assert respelt.fixes[0].applicability is Applicability.SAFE
    assert guessed.fixes[0].applicability is Applicability.UNSAFE


def test_a_misspelt_key_is_not_reported_as_missing_as_well():
    text = DATASET.replace("uri:", "urI:").replace("format:", "fromat:")

    assert [each[:6] for each in told(text)] == ["MLS103", "MLS103"]


def test_a_key_in_the_wrong_part_is_sent_to_the_right_one():
    text = DATASET + "  owner: workforce\n"

    assert only(text).hint == "`owner` belongs in `metadata`"
    assert only("uri: a\n" + DATASET).hint == "`uri` belongs in `spec`"
    assert only("name: a\n" + DATASET).hint == "`name` belongs in `metadata`"


def test_a_missing_key_is_shown_with_an_example():
    found = only(DATASET.replace("  uri: a.csv\n", ""))

    assert found.message == "`spec` lacks `uri`"
    assert found.hint == "add `uri` (where the data lies), for example `uri: data/acs-2015.parquet`"


def test_a_missing_part_of_a_list_entry_points_at_its_first_key():
    found = only(DATASET + "  columns:\n    - type: int\n")

    assert (found.span.start.line, found.span.start.column) == (9, 7)
    assert found.message == "`columns[0]` lacks `name`"


def test_a_missing_section_names_the_keys_it_needs():
    text = HEAD.format("FeatureView") + (
        "  entities: [person]\n  features: [{name: a, type: int}]\n"
    )

    assert only(text).hint == "add `source` (where the values come from) with `dataset`"


@pytest.mark.parametrize("part", ["apiVersion", "kind", "metadata", "spec"])
def test_each_part_of_a_document_must_be_there(part):
    data = document("Team")
    del data[part]

    assert [each.message for each in problems_of(data)] == [f"the document lacks `{part}`"]


def test_a_misspelt_part_is_not_missing_as_well():
    text = DATASET.replace("metadata:", "metdata:")

    assert told(text) == ["MLS103 3:1 unknown key `metdata` in the document"]
    assert only(text).hint == "did you mean `metadata`?"


@pytest.mark.parametrize("value", [3, None, [], {}, True, ""])
def test_a_kind_that_is_no_name_is_told_with_the_names(value):
    (found,) = problems_of(document("Team") | {"kind": value})

    assert found.code == "MLS102"
    assert "`Team`" in found.message


def test_metadata_is_checked_even_where_the_kind_is_unknown():
    data = document("Team") | {"kind": "Taem", "metadata": METADATA | {"name": "A B"}}

    assert sorted(each.code for each in problems_of(data)) == ["MLS102", "MLS108"]


@pytest.mark.parametrize("data", [None, "a", 3, [], [1], True])
def test_a_document_that_is_no_mapping_is_told_so(data):
    assert [each.code for each in problems_of(data)] == ["MLS100"]


def test_an_unknown_strategy_is_told_at_its_value():
    text = MODEL_PARTS + "    strategy: canarry\n    steps: [{share: 0.1, holdMinutes: 1}]\n"

    assert told(text) == [
        (
            "MLS111 7:15 `strategy` is the text `canarry`, but must be `a-b`, `blue-green`, "
            "`canary` or `shadow`"
        )
    ]
    assert fixed(text) == text.replace("canarry", "canary")


@pytest.mark.parametrize("strategy", ["bandit", "recreate", "rolling", "multi-armed-bandit"])
def test_a_refused_strategy_says_why_and_what_to_use(strategy):
    found = only(MODEL_PARTS + f"    strategy: {strategy}\n")

    assert found.code == "MLS112"
    assert f"`strategy: {strategy}` is not supported: " in found.message
    assert "use `" in found.message


def test_a_missing_strategy_lists_the_choices():
    found = only(MODEL_PARTS + "    share: 0.1\n")

    assert found.message == "`rollout` lacks `strategy`"
    assert found.hint == "add `strategy` with `a-b`, `blue-green`, `canary` or `shadow`"


def test_a_misspelt_strategy_key_is_told_at_the_key():
    text = MODEL_PARTS + "    stratgy: canary\n    steps: [{share: 0.1, holdMinutes: 1}]\n"

    assert told(text) == ["MLS103 7:5 unknown key `stratgy` in `rollout`"]
    assert fixed(text) == text.replace("stratgy", "strategy")


def test_errors_inside_a_variant_keep_their_place():
    text = MODEL_PARTS + "    strategy: canary\n    canary: 1\n    steps: [{share: 0.1}]\n"

    assert told(text) == [
        "MLS103 8:5 unknown key `canary` in `rollout`",
        "MLS104 9:14 `steps[0]` lacks `holdMinutes`",
    ]


def test_a_list_of_broken_entries_is_not_also_too_short():
    text = MODEL_PARTS + "    strategy: canary\n    steps: [{share: 0.1, holdMinutes: x}]\n"

    assert [each[:6] for each in told(text)] == ["MLS105"]


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("5", "write `0.05` for 5 %"),
        ("12.5", "write `0.125` for 12.5 %"),
        ("5%", "write `0.05` for 5 %"),
        ("'0.5'", "take the quotes away"),
    ],
)
def test_percent_written_as_a_share_is_recognised(written, hint):
    text = MODEL_PARTS + (
        f"    strategy: canary\n    steps: [{{share: {written}, holdMinutes: 1}}]\n"
    )

    assert only(text).hint == hint
    assert bind_text(fixed(text)).is_sound


def test_a_key_that_people_choose_is_at_fault_itself():
    text = DATASET.replace("  name: a-name\n", "  name: a-name\n  labels: {Stage_One: x}\n")

    assert told(text)[0].startswith("MLS108 5:12 the key `Stage_One` must be a name of")
    assert fixed(text) == text.replace("Stage_One", "stage-one")


def test_a_key_named_like_a_marker_of_the_validator_is_a_key():
    text = HEAD.format("Workspace") + "  environments:\n    prod:\n      '[key]': 1\n"

    assert told(text) == ["MLS103 8:7 unknown key `[key]` in `prod`"]


def test_a_value_over_several_lines_gets_no_fix():
    found = only(DATASET + "  gaps: |\n    none\n    known\n")

    assert found.code == "MLS105"
    assert found.fixes == ()


def test_a_mapping_where_a_list_belongs_is_explained():
    found = only(DATASET + "  columns: {age: int}\n")

    assert found.message == "`columns` is a mapping, but a list is needed"
    assert found.hint == "start each entry of the list with `- `"


def test_a_text_where_a_section_belongs_names_its_keys():
    found = only(DATASET + "  period: '2015'\n")

    assert found.message == "`period` is the text `2015`, but a mapping is needed"
    assert found.hint == "its keys are `start`, `end`"


def test_an_enumeration_of_versions_needs_quotes():
    text = HEAD.format("Workspace") + (
        "  environments: {prod: {}}\n  targets: {github: {python: 3.12}}\n"
    )

    assert only(text).hint == 'write `"3.12"`: quotes make it a text'
    assert fixed(text) == text.replace("3.12", '"3.12"')


def test_the_value_of_a_label_is_a_text_and_no_name():
    text = DATASET.replace("a-name\n", "a-name\n  labels: {x: 1}\n")

    assert only(text).hint == "put it in quotes"
    assert fixed(text) == text.replace("x: 1", 'x: "1"')


def test_a_version_that_yaml_reads_as_a_number_is_told_what_it_loses():
    text = HEAD.format("Workspace") + (
        "  environments: {prod: {}}\n  targets: {versions: {kubernetes: 1.10}}\n"
    )

    assert "put it in quotes: without them `1.10` is the number 1.1" == only(text).hint
    assert fixed(text) == text.replace("1.10", '"1.10"')


@pytest.mark.parametrize("path", ["../../escaped.db", "/abs/x.db"])
def test_a_path_that_leaves_the_workspace_is_not_made_a_name(path):
    text = (
        HEAD.format("Workspace") + f"  environments: {{prod: {{}}}}\n  registry: {{path: {path}}}\n"
    )

    assert only(text).code == "MLS108"
    assert (only(text).hint, only(text).fixes) == (None, ())


@pytest.mark.parametrize(
    ("written", "hint"),
    [("Desk Team", "write `desk-team`"), ("desk@V2", "write `desk@v2`"), ("Desk Team@v2", None)],
)
def test_a_phrase_becomes_a_name_but_never_with_its_version(written, hint):
    assert only(DATASET + f"  derivedFrom: ['{written}']\n").hint == hint


def test_a_number_in_words_is_told_what_to_write():
    rows = only(DATASET + "  rows: many\n")
    share = only(
        MODEL_PARTS + "    strategy: canary\n    steps: [{share: half, holdMinutes: 30}]\n"
        "    analysis: []\n"
    )

    assert rows.hint == "write a whole number such as `1`"
    assert share.hint == "write a number such as `0.05`"


def test_an_empty_value_is_told_to_be_empty():
    assert only(DATASET.replace("a.csv", "")).message == "`uri` is empty, but text is needed"


def test_of_thousands_of_errors_the_later_ones_are_counted():
    keys = "".join(f"  key-{number}: 1\n" for number in range(3000))
    top = keys.replace("  key", "key")

    for text in (DATASET + keys, top + DATASET, top + DATASET + keys):
        *shown, note = bind_text(text).diagnostics
        assert len(shown) == 100
        assert note.severity == "note"
        assert {each.code for each in shown} == {"MLS103"}
    assert note.message == "5904 more problems of this document not shown"


def test_whole_numbers_may_be_written_as_floats():
    bound = bind_text(DATASET + "  rows: 3.0\n")

    assert bound.spec.rows == 3
    assert isinstance(bound.spec.rows, int)


def test_models_are_frozen():
    bound = bind_text(DATASET)

    with pytest.raises(ValueError, match="frozen"):
        bound.spec.uri = "b.csv"
    assert not issubclass(ModelSpec, DatasetSpec)
