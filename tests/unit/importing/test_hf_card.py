"""Model cards of Hugging Face become specs: what stands in their front matter, letter by letter."""

from __future__ import annotations

import os

import pytest
from tests.unit.importing.dumps import workspace

from mlspec.api.change import plan
from mlspec.api.check import validate
from mlspec.api.importing import ImportOptions, import_models
from mlspec.errors import UsageError
from mlspec.importing import Certainty, Outcome
from mlspec.syntax import SourceText, parse

CARD = """\
---
license: apache-2.0
language:
  - no
  - en
pipeline_tag: tabular-regression
library_name: sklearn
model_format: skops
base_model: org/base
datasets: [census, org/wages]
metrics: [mae]
tags: [wages, no]
thumbnail: https://example.org/x.png
---
# Wages

license: mit
"""
INDEX = """\
---
model-index:
  - name: wages
    results:
      - task: {type: text-classification}
        dataset: {name: GLUE MRPC, type: glue, config: mrpc, split: validation}
        metrics:
          - %s
---
"""
SHARE = "more than 1, so it may be a percentage: nothing was rescaled"
COMMA = "a comma stands in it: whether it parts thousands or decimals is not known"
VALUES = {
    "{type: accuracy, value: 0.90}": ("0.90", None),
    "{type: accuracy, value: 1.0}": ("1.0", None),
    "{type: accuracy, value: 92.50}": ("92.50", SHARE),
    "{type: loss, value: 92.50}": ("92.50", None),
    "{type: macro_f1, value: 25}": ("25", SHARE),
    "{name: Test Precision (macro), value: '88'}": ("88", SHARE),
    "{type: wer, value: 1e-3}": ("1e-3", None),
    "{type: wer, value: 007}": ("007", None),
    "{type: wer, value: 99999999999999999999}": ("99999999999999999999", None),
    "{type: mean_reward, value: 200.00 +/- 0.00}": (
        "200.00 +/- 0.00",
        "a mean of 200.00 with a spread of 0.00",
    ),
    "{type: recall, value: 91.2 ± 0.3}": (
        "91.2 ± 0.3",
        f"a mean of 91.2 with a spread of 0.3; {SHARE}",
    ),
    "{type: mean_reward, value: nan +/- nan}": (
        "nan +/- nan",
        "a mean of nan with a spread of nan",
    ),
    "{type: f1, value: NA}": ("NA", "not a number"),
    "{type: f1, value: .nan}": (".nan", "not a number"),
    "{type: f1, value: no}": ("no", "not a number"),
    "{type: f1, value: true}": ("true", "not a number"),
    "{type: wer, value: '25,86'}": ("25,86", COMMA),
    "{type: accuracy, value: 10%}": ("10%", "a percentage"),
    "{type: accuracy, value: null}": ("unknown", None),
    "{type: accuracy}": ("unknown", None),
    "{type: accuracy, value: [0.5]}": ("unknown", None),
    "{type: wer, name: Test WER, value: 3}": ("3", "called `Test WER`"),
    "{type: f1, name: F1, value: 0.5}": ("0.5", None),
}
FRONTS = {
    "first": ("---\nlicense: mit\n---\n", Certainty.MAPPED),
    "lines of Windows": ("---\r\nlicense: mit\r\n---\r\ntext\r\n", Certainty.MAPPED),
    "lines of old Macs": ("---\rlicense: mit\r---\rtext", Certainty.MAPPED),
    "byte order mark": ("\ufeff---\nlicense: mit\n---\n", Certainty.MAPPED),
    "blank lines": ("\n  \n---\nlicense: mit\n---\n", Certainty.MAPPED),
    "blanks after": ("---  \nlicense: mit\n---\t\n", Certainty.MAPPED),
    "no line after": ("---\nlicense: mit\n---", Certainty.MAPPED),
    "an indented line": ("---\nlicense: mit\nwidget:\n  - |\n    a\n    ---\n---\n", "mapped"),
    "a comment": ("<!-- made by a tool -->\n---\nlicense: mit\n---\n", Certainty.GUESSED),
    "a heading": ("# Churn\n\n---\n\n---\nlicense: mit\n---\n", Certainty.GUESSED),
}
REFUSED = {
    "none": ("# Churn\n", "README.md:1", "has no front matter"),
    "nothing": ("", "README.md:1", "has no front matter"),
    "empty": ("---\n---\n", "README.md:1", "no mapping"),
    "a list": ("\n---\n- a\n---\n", "README.md:2", "no mapping"),
    "not closed": ("---\nlicense: mit\n", "README.md:1", "not closed"),
    "an example": ("# How to\n```yaml\n---\nlicense: mit\n---\n```\n", "README.md:1", "no front"),
    "two rulers": ("a\n---\nlicense is free\n---\n", "README.md:1", "has no front matter"),
    "no YAML": ("---\nlicense: mit\ntags: [a\n---\n", "README.md:3", ""),
    "deep": ("---\na: " + "[" * 999 + "\n---\n", "README.md:2", "nested"),
    "data": ("---\nlicense: mit\ntask_categories: [x]\n---\n", "README.md:3", "a data set"),
    "app": ("---\nsdk: gradio\n---\n", "README.md:2", "an application"),
}


@pytest.fixture
def shop(tmp_path):
    return workspace(tmp_path / "shop")


def card(folder, text, name="README.md"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def imported(shop, where, **options):
    return import_models(ImportOptions("hf-card", str(where), **options), shop)


def texts(shop):
    return {path.name: path.read_text() for path in (shop / "specs" / "imported").glob("*.yaml")}


def spec(shop):
    ((name, text),) = texts(shop).items()
    (document,) = parse(SourceText(name, text.encode())).documents
    return document.data["spec"]


def errors(shop):
    return [each for each in validate(directory=shop).diagnostics if each.severity == "error"]


def lost(report):
    return [(each.source, each.why) for model in report.models for each in model.found.lost]


def test_a_card_becomes_a_spec_and_the_text_below_its_front_matter_says_nothing(shop, tmp_path):
    report = imported(shop, card(tmp_path / "cards" / "org" / "wages", CARD).parents[1])

    ((name, text),) = texts(shop).items()
    assert "org-wages.yaml" == name
    for line in (
        "      system: hf-card\n",
        "      name: org/wages\n",
        "  owner: unknown\n  purpose: unknown\n  task: regression\n  tier: unknown\n",
        "    format: skops\n",
        "  licence: apache-2.0\n",
        "  data:\n    - census\n    - org/wages\n",
        "    base_model: org/base\n",
        "    language: no, en\n",
        "    tags: wages, no\n",
    ):
        assert line in text
    (found,) = report.models
    assert "org/wages/README.md:2" == found.found.facts["licence"].source
    assert "org/wages/README.md:4" == found.found.facts["tags.language"].source
    assert Certainty.GUESSED is found.found.facts["task"].certainty
    assert [("org/wages/README.md:13", "a spec has no place for `thumbnail`")] == lost(report)
    assert [] == errors(shop)


@pytest.mark.parametrize("metric", VALUES)
def test_a_value_stays_letter_by_letter_and_what_is_odd_is_remarked(shop, tmp_path, metric):
    value, remark = VALUES[metric]

    report = imported(shop, card(tmp_path / "wages", INDEX % metric))

    (found,) = spec(shop)["metrics"]
    assert (value, remark) == (found["value"], found.get("remark"))
    assert "GLUE MRPC (type glue, config mrpc, split validation)" == found["dataset"]
    assert "README.md:8" == report.models[0].found.facts["metrics[0]"].source
    assert [] == errors(shop)


@pytest.mark.parametrize("front", FRONTS)
def test_front_matter_is_found_where_people_put_it(shop, tmp_path, front):
    text, certainty = FRONTS[front]

    report = imported(shop, card(tmp_path / "m", text))

    fact = report.models[0].found.facts["licence"]
    assert ("mit", certainty) == (fact.value, fact.certainty)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert f"README.md:{lines.index('license: mit') + 1}" == fact.source
    told = any("after other text" in why for _, why in lost(report))
    assert (certainty == Certainty.GUESSED) is told


@pytest.mark.parametrize("front", REFUSED)
def test_a_card_that_says_nothing_is_told_with_its_line_and_not_guessed_at(shop, tmp_path, front):
    text, place, why = REFUSED[front]

    report = imported(shop, card(tmp_path / "m", text))

    (unread,) = report.unread
    assert ([], place) == (report.models, unread.source)
    assert why in unread.why
    assert {} == texts(shop)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("---\nlicense: mit\n---\n".encode("utf-16"), "UTF-16"),
        (b"---\nlicense: mit\ntags: caf\xe9\n---\n", "0xe9 is not UTF-8"),
        (b"---\nlicense: mit\ntags: a\0b\n---\n", "NUL"),
        (b"---\n" + b"a" * (3 << 20) + b"\n---\n", "not closed"),
    ],
)
def test_bytes_that_are_no_card_are_told(shop, tmp_path, content, why):
    report = imported(shop, card(tmp_path / "m", content))

    assert [] == report.models
    assert why in report.unread[0].why


def test_what_of_a_card_is_broken_is_lost_and_the_rest_is_read(shop, tmp_path):
    text = "---\nlicense: mit\nlicense: gpl\n<<: {a: b}\ntags: !!python/object:os.system [a]\n---\n"

    report = imported(shop, card(tmp_path / "m", text))

    assert "mit" == report.models[0].found.facts["licence"].value
    assert ["README.md:3", "README.md:4", "README.md:5"] == [place for place, _ in lost(report)]
    why = "`<<` is not resolved here, so what it brings along is not known"
    assert ("README.md:4", why) in lost(report)


@pytest.mark.parametrize(
    ("index", "why"),
    [
        ("[]", "`model-index` is empty"),
        ("", "`model-index` is empty"),
        ("{name: a}", "`model-index` is no list of entries"),
        ("[a]", "a mapping is expected here"),
        ("[{name: a}]", "this entry of `model-index` has no results"),
        ("[{name: a, results: []}]", "this entry of `model-index` has no results"),
        ("[{name: a, results: [{}]}]", "this result has no metrics"),
        ("[{name: a, results: [{metrics: [f1, 3]}]}]", "a mapping is expected here, 2 times"),
    ],
)
def test_a_model_index_without_numbers_is_told(shop, tmp_path, index, why):
    report = imported(shop, card(tmp_path / "m", f"---\nlicense: mit\nmodel-index: {index}\n---\n"))

    assert () == report.models[0].found.metrics
    assert why in [why for _, why in lost(report)]
    assert [] == errors(shop)


def test_several_entries_are_one_model_and_their_numbers_say_whose_they_are(shop, tmp_path):
    entry = "{name: %s, results: [{metrics: [{type: f1, value: 0.5}], task: {}}]}"
    index = f"[{entry % 'a'}, {entry % 'b'}]"

    report = imported(shop, card(tmp_path / "m", f"---\nmodel-index: {index}\n---\n"))

    (text,) = texts(shop).values()
    assert "    - id: f1\n" in text
    assert "    - id: f1-n2\n" in text
    assert 2 == text.count("dataset: unknown")
    found = report.models[0].found.metrics
    assert ["of the entry `a`", "of the entry `b`"] == [each.remark for each in found]
    assert [
        ("README.md:2", "2 entries of `model-index` are read as one model"),
        ("README.md:2", "a spec has no place for `task`, 2 times"),
    ] == lost(report)


@pytest.mark.parametrize(
    ("word", "task", "is_told"),
    [
        ("regression", "regression", False),
        ("text-generation", "text", False),
        ("text-ranking", "ranking", False),
        ("text-classification", None, True),
        ("[regression]", None, False),
    ],
)
def test_a_task_is_taken_only_where_it_is_one_of_ours(shop, tmp_path, word, task, is_told):
    report = imported(shop, card(tmp_path / "m", f"---\npipeline_tag: {word}\n---\n"))

    fact = report.models[0].found.facts.get("task")
    assert task == (fact.value if fact else None)
    assert is_told is any("pipeline_tag" in why for _, why in lost(report))


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ("license: mit", "mit"),
        ("license: [mit, apache-2.0]", "mit, apache-2.0"),
        ("license: other\nlicense_name: llama3", "llama3"),
        ("license: other", "other"),
        ("license: null", None),
        ("license: {a: b}", None),
    ],
)
def test_the_licence_is_the_one_that_is_named(shop, tmp_path, said, licence):
    report = imported(shop, card(tmp_path / "m", f"---\n{said}\n---\n"))

    fact = report.models[0].found.facts.get("licence")
    assert licence == (fact.value if fact else None)


def test_models_are_named_by_their_folders_and_other_files_only_where_they_are_cards(
    shop, tmp_path
):
    sure = "---\nlicense: mit\n---\n"
    root = card(tmp_path / "cards", sure)
    card(root / "org" / "a", sure)
    card(root / "org" / "b", sure, "model_card.md")
    card(root / "loose", sure, "churn.md")
    card(root / "docs", "---\nlayout: page\ntags: [a]\n---\n", "index.md")
    card(root / "docs", "text\n", "guide.md")
    card(root / "docs", sure, "notes.txt")
    card(root / ".hidden", sure)

    report = imported(shop, root)

    names = [each.found.name for each in report.models]
    assert ["cards", "loose/churn", "org/a", "org/b"] == names
    assert [] == report.unread


def test_a_cache_of_the_hub_says_model_revision_and_uri(shop, tmp_path):
    model = tmp_path / "hub" / "models--org--chat"
    blobs = card(model / "blobs", "---\nlicense: mit\n---\n", "f00")
    for revision in ("aaa", "bbb"):
        (model / "snapshots" / revision).mkdir(parents=True)
        (model / "snapshots" / revision / "README.md").symlink_to(blobs / "f00")
    card(model / "refs", "bbb\n", "main")
    card(tmp_path / "hub" / "datasets--org--x" / "snapshots" / "ccc", "---\nlicense: mit\n---\n")

    report = imported(shop, tmp_path / "hub")

    (found,) = report.models
    facts = {key: (each.value, each.certainty) for key, each in found.found.facts.items()}
    assert "org/chat" == found.found.name
    assert ("bbb", "mapped") == facts["version"]
    assert ("hf://org/chat", "mapped") == facts["artifact.uri"]
    assert ("org", "guessed") == facts["owner"]
    assert [
        ("datasets--org--x/snapshots/ccc/README.md", "it is the card of a data set"),
        (
            "models--org--chat/snapshots/aaa/README.md",
            "`refs/main` of the cache is at another revision",
        ),
    ] == [(each.source, each.why) for each in report.unread]
    alone = imported(shop, model / "snapshots" / "bbb")
    assert ([], "it is a link out of the folder") == (alone.models, alone.unread[0].why)


def test_a_service_with_the_bytes_of_a_card_is_joined_to_it(shop, tmp_path):
    card(tmp_path / "models--org--chat" / "snapshots" / "a", "---\nlicense: mit\n---\n")
    imported(shop, tmp_path / "models--org--chat")
    live = tmp_path / "live.yaml"
    live.write_text(
        "apiVersion: serving.kserve.io/v1alpha1\nkind: LLMInferenceService\n"
        "metadata: {name: chat, namespace: prod}\nspec: {model: {uri: 'hf://org/chat'}}\n"
    )

    report = import_models(ImportOptions("kserve", str(live)), shop)

    assert [Outcome.JOINED] == [each.outcome for each in report.models]
    (text,) = texts(shop).values()
    assert "  licence: mit\n" in text
    assert "platform: kserve\n" in text


def test_links_out_pipes_and_deep_folders_are_told_and_not_read(shop, tmp_path):
    secret = card(tmp_path / "else", "---\nlicense: secret\n---\n")
    root = card(tmp_path / "cards" / "ok", "---\nlicense: mit\n---\n").parent
    (card(root / "a", "", "x") / "README.md").symlink_to(secret / "README.md")
    (root / "folder").symlink_to(secret)
    os.mkfifo(card(root / "pipe", "", "x") / "README.md")
    card(root.joinpath(*("d" * 40)), "---\nlicense: mit\n---\n")

    report = imported(shop, root)

    assert ["ok"] == [each.found.name for each in report.models]
    told = {each.source: each.why for each in report.unread}
    assert "it is a link out of the folder" == told["a/README.md"]
    assert "regular" in told["pipe/README.md"]
    assert ["it is nested too deeply"] == [why for at, why in told.items() if at.startswith("d/")]
    assert "secret" not in "".join(texts(shop).values())


def test_a_second_import_changes_no_byte_and_hand_edits_stay(shop, tmp_path):
    root = card(tmp_path / "cards" / "wages", CARD).parent
    planned = [each.address for each in plan(shop).operations]
    first = imported(shop, root)
    assert [Outcome.ADDED] == [each.outcome for each in first.models]
    before = texts(shop)
    assert planned == [each.address for each in plan(shop).operations]

    again = imported(shop, f"{root}/")
    assert [Outcome.UNCHANGED] == [each.outcome for each in again.models]
    assert before == texts(shop)

    file = shop / "specs" / "imported" / "wages.yaml"
    file.write_text(file.read_text().replace("owner: unknown", "owner: pay  # asked Ana"))
    card(root / "wages", CARD.replace("apache-2.0", "mit"))
    imported(shop, root)
    assert "owner: pay  # asked Ana" in file.read_text()
    assert "licence: mit" in file.read_text()


def test_one_file_is_a_model_and_a_folder_that_is_not_there_is_told(shop, tmp_path):
    report = imported(shop, card(tmp_path / "wages", CARD) / "README.md")
    assert ["wages"] == [each.found.name for each in report.models]

    with pytest.raises(UsageError, match="there is no"):
        imported(shop, tmp_path / "nowhere")


def test_names_of_files_that_do_things_to_a_terminal_are_told_harmlessly(shop, tmp_path):
    card(tmp_path / "cards" / "a\x1b[2Jb", CARD)
    card(tmp_path / "cards" / "x" / "bad", "", "README.md")
    (tmp_path / "cards" / "x" / "bad").rename(os.fsdecode(os.fsencode(tmp_path) + b"/cards/\xff"))

    report = imported(shop, tmp_path / "cards")

    assert "\x1b" not in "".join(texts(shop).values())
    assert ["its name is not UTF-8"] == [each.why for each in report.unread]
    assert [] == errors(shop)


def test_a_card_that_holds_more_than_a_spec_can_is_cut_and_that_is_told(shop, tmp_path):
    names = ", ".join(f"org/{'x' * 40}{number:05}" for number in range(20_000))

    report = imported(shop, card(tmp_path / "m", f"---\ndatasets: [{names}]\nlicense: mit\n---\n"))

    (found,) = (each.found for each in report.models)
    assert "mit" == found.facts["licence"].value
    assert 1_000 < len(found.data) < 20_000
    assert [
        "more is lost than is told",
        "the spec would be too large with it, 5,000 times",
    ] == sorted(each.why for each in found.lost)
    assert [] == errors(shop)


def test_a_text_that_is_too_long_is_cut_and_that_is_told(shop, tmp_path):
    report = imported(shop, card(tmp_path / "m", f"---\ntags: {'x' * 5000}\n---\n"))

    assert "x" * 4000 == report.models[0].found.tags["tags"]
    assert [("README.md:2", "cut to 4,000 of 5,000 characters")] == lost(report)
    assert [] == errors(shop)
