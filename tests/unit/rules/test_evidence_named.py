"""What the names of evidence say before any file is read."""

from __future__ import annotations

import pytest

from mlspec.rules import check

HEAD = "kind: Model\nspec:\n"
DIGEST = "sha256:" + "a" * 64
LATENCY = "{{id: fast, type: latency, source: {}, p99Ms: 50}}"
FLOOR = "{{id: floor, type: metric-threshold, metric: recall, atLeast: 0.8, {}}}"
JUDGED = (
    "{{id: grounded, type: llm-quality, source: cases, score: g, scoreAtLeast: 0.5, atLeast: 0.8, "
    "judge: {{source: {}, judge: j, human: h}}}}"
)


def found(load_patched, patch, code):
    return [each for each in check(load_patched(HEAD + patch)) if each.code == code]


def evaluation(load_patched, text):
    return found(load_patched, f"  evaluation: {{{text}}}\n", "MLS408")


def text_at(load_patched, patch, span):
    workspace = load_patched(HEAD + patch)
    line = workspace.sources[span.file].lines[span.start.line - 1]
    return line[span.start.column - 1 : span.end.column - 1]


class TestFiles:
    @pytest.mark.parametrize(
        "text",
        [
            "predictions: evaluation/challenger.csv, champion: evaluation/challenger.csv",
            "predictions: evaluation/challenger.csv, champion: ./evaluation//challenger.csv",
            f"predictionsDigest: '{DIGEST}', championDigest: '{DIGEST}'",
        ],
    )
    def test_a_champion_that_is_the_challenger_is_told(self, load_patched, text):
        (each,) = evaluation(load_patched, text)

        assert each.message == "champion and challenger are the same file"
        assert each.related[0].message == "the challenger"

    @pytest.mark.parametrize(
        ("ours", "theirs", "messages"),
        [
            ("both.json", "./both.json", []),
            ("both.json", "other.json", ["no table is read from `other.json`"]),
            ("rows.csv", "both.json", ["no table is read from `both.json`"]),
        ],
    )
    def test_an_engine_counts_both_models_into_one_answer(
        self, load_patched, ours, theirs, messages
    ):
        told = evaluation(load_patched, f"predictions: {ours}, champion: {theirs}")

        assert messages == [each.message for each in told]

    @pytest.mark.parametrize(
        "text",
        [
            "predictions: ../other/rows.csv",
            "champion: a/../../rows.csv",
            "labels: /etc/labels.csv",
            "metrics: ../metrics.json",
            "sources: [{name: scan, file: ../scan.json, format: trivy}]",
            "sources: [{name: scan, file: 'C:\\scan.json', format: trivy}]",
        ],
    )
    def test_a_path_out_of_the_workspace_is_told(self, load_patched, text):
        (each,) = evaluation(load_patched, text)

        assert "leads out of the workspace" in each.message
        assert "`..`" in each.hint

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("predictions: rows.xlsx", "no table is read from `rows.xlsx`"),
            ("champion: rows", "no table is read from `rows`"),
            ("labels: labels.json", "no table is read from `labels.json`"),
            ("metrics: metrics.yaml", "no metrics are read from `metrics.yaml`"),
            ("sources: [{name: scan, file: scan.sarif}]", "the suffix of `scan.sarif` tells no"),
        ],
    )
    def test_a_file_that_nothing_says_how_to_read_is_told(self, load_patched, text, said):
        (each,) = evaluation(load_patched, text)

        assert each.message.startswith(said)
        assert "`" in each.hint

    def test_a_format_that_is_misspelt_gets_a_suggestion_at_its_place(self, load_patched):
        patch = "  evaluation: {sources: [{name: scan, file: scan.json, format: trivvy}]}\n"

        (each,) = found(load_patched, patch, "MLS408")
        assert each.message == "there is no format `trivvy`"
        assert each.hint == "did you mean `trivy`?"
        assert text_at(load_patched, patch, each.span) == "trivvy"

    def test_a_format_like_no_other_is_sent_to_the_list(self, load_patched):
        text = "sources: [{name: scan, file: scan.json, format: zzzzzzzz}]"

        (each,) = evaluation(load_patched, text)
        assert each.hint == "`mlspec explain formats` lists all formats"

    @pytest.mark.parametrize(
        "text",
        [
            "predictions: a.parquet, champion: B.CSV, labels: c.jsonl, metrics: m.json",
            "sources: [{name: a, file: a.json}, {name: b, file: b.json, format: promptfoo}]",
            "sources: [{name: a, file: model.onnx}, {name: b, file: x.txt, format: picklescan}]",
            f"predictionsDigest: '{DIGEST}'",
        ],
    )
    def test_what_can_be_read_is_fine(self, load_patched, text):
        assert not evaluation(load_patched, text)


class TestSources:
    SOURCES = (
        "  evaluation: {sources: [{name: load-test, file: a.csv}, {name: cases, file: b.csv}]}\n"
    )

    def told(self, load_patched, gate, sources=SOURCES):
        patch = f"{sources}  gates: [{FLOOR.format('decide: bound')}, {gate}]\n"
        return found(load_patched, patch, "MLS409"), patch

    @pytest.mark.parametrize(
        ("gate", "wrong", "right"),
        [
            (LATENCY.format("laod-test"), "laod-test", "load-test"),
            (JUDGED.format("casses"), "casses", "cases"),
            (
                FLOOR.replace("floor", "x").format("source: metrcs, decide: point"),
                "metrcs",
                "metrics",
            ),
        ],
    )
    def test_a_misspelt_source_gets_a_suggestion_at_its_place(
        self, load_patched, gate, wrong, right
    ):
        (each,), patch = self.told(load_patched, gate)

        assert f"reads the source `{wrong}`" in each.message
        assert each.hint == f"did you mean `{right}`?"
        assert each.severity.value == "error"
        assert text_at(load_patched, patch, each.span) == wrong
        assert [edit.replacement for fix in each.fixes for edit in fix.edits] == [right]

    def test_a_source_like_no_other_is_told_with_those_that_there_are(self, load_patched):
        (each,), _ = self.told(load_patched, LATENCY.format("zzzzzz"))

        assert "- {name: zzzzzz, file: ...}" in each.hint
        assert "`load-test`, `cases`" in each.hint

    def test_one_that_is_named_is_fine(self, load_patched):
        assert not self.told(load_patched, LATENCY.format("load-test"))[0]

    def test_a_model_without_evaluation_is_told_once_by_another_rule(self, load_patched):
        patch = f"  evaluation: null\n  gates: [{LATENCY.format('zzz')}]\n"

        assert not found(load_patched, patch, "MLS409")
        assert len(found(load_patched, patch, "MLS403")) == 1

    def test_a_gate_of_a_shared_set_is_told_at_the_reference(self, load_patched):
        gates = f"kind: GateSet\nspec:\n  gates: [{LATENCY.format('laod-test')}]\n---\n"
        workspace = load_patched(f"{gates}{HEAD}{self.SOURCES}")

        (each,) = [each for each in check(workspace) if each.code == "MLS409"]
        assert each.hint == "did you mean `load-test`?"
        assert each.related[0].message == "the gate reads it here"
        assert each.fixes == ()
