"""A verdict of a plug-in counts as far as its own function reaches it again."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from mlspec.api.start import init
from mlspec.canonical import digest_value

PLUGIN = '''
"""`label-share`: not too many rows have the label."""

from typing import Literal
from mlspec.evidence import GateResult, Reason, Verdict
from mlspec.gates import Gate, GateSpecBase
from mlspec.schema import FieldClass, declare

class LabelShare(GateSpecBase):
    """A ceiling for the share of labels."""

    type: Literal["label-share"] = declare("Type.", FieldClass.GATE)
    at_most: float = declare("Ceiling.", FieldClass.GATE)

def require(spec):
    return "few labels"

def check(spec):
    return iter(())

def evaluate(spec, inputs):
    rows = inputs.challenger
    if isinstance(rows, Reason):
        return GateResult(spec.id, spec.type, Verdict.NOT_EVALUATED, "", rows.sentence, rows.code)
    share = float(rows.labels.mean())
    if share <= spec.at_most:
        return GateResult(spec.id, spec.type, Verdict.PASS, "", estimate=share)
    said = ("there are too many", "too-many")
    return GateResult(spec.id, spec.type, Verdict.FAIL, "", *said, estimate=share)

GATE = Gate("label-share", LabelShare, "Few.", check=check, evaluate=evaluate, require=require)
'''
GATES = "  gates: [{id: few, type: label-share, atMost: 0.4}]\n"


@pytest.fixture
def shop(tmp_path):
    root = tmp_path / "shop"
    init(root)
    (root / "evaluation").mkdir()
    rows = [f"c{n},{n % 2},{0.2 + 0.5 * (n % 2) + n % 7 / 50:.2f}" for n in range(300)]
    text = "\n".join(["customer_id,left,score", *rows]) + "\n"
    (root / "evaluation" / "churn.csv").write_text(text, "utf-8")
    spec = root / "specs" / "churn.yaml"
    text = spec.read_text("utf-8").replace("  gateSets: [better-than-chance@v1]\n", GATES)
    spec.write_text(text, "utf-8")
    return root


@pytest.fixture
def plugins(tmp_path):
    folder = tmp_path / "plugins"
    (folder / "label_share-1.dist-info").mkdir(parents=True)
    (folder / "label_share.py").write_text(PLUGIN, "utf-8")
    entry = "[mlspec.gates]\nlabel_share = label_share\n"
    (folder / "label_share-1.dist-info" / "entry_points.txt").write_text(entry, "utf-8")
    return str(folder)


def mlspec(root, *words, plugins=""):
    return subprocess.run(
        [sys.executable, "-m", "mlspec", *words, "-C", str(root)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": plugins, "NO_COLOR": "1"},
    )


def edit(root, **changes):
    """Change the gate of the record with everything that follows, its digest included."""
    file = root / "evidence" / "prod" / "churn.evidence.json"
    statement = json.loads(file.read_text("utf-8"))
    predicate = statement["predicate"]
    del predicate["recordDigest"]
    predicate["gates"][0] |= changes
    predicate["overall"] = predicate["gates"][0]["verdict"]
    predicate["recordDigest"] = digest_value(statement)
    file.write_text(json.dumps(statement), "utf-8")


def test_a_verdict_as_its_plug_in_reached_it_counts(shop, plugins):
    judged = mlspec(shop, "gate", "run", "--env", "prod", plugins=plugins)
    verified = mlspec(shop, "gate", "verify", "--env", "prod", plugins=plugins)

    assert (7, 0) == (judged.returncode, verified.returncode), verified.stderr
    assert "same verdicts" in verified.stdout or "reproduced" in verified.stdout


@pytest.mark.parametrize("words", [("gate", "verify", "--env", "prod"), ("plan", "--env", "prod")])
def test_a_verdict_that_its_plug_in_does_not_reach_is_tampering(shop, plugins, words):
    mlspec(shop, "gate", "run", "--env", "prod", plugins=plugins)
    edit(shop, verdict="pass", reason="", reasonCode="")

    found = mlspec(shop, *words, plugins=plugins)

    assert 12 == found.returncode, found.stdout + found.stderr
    assert "judged again, the same files give another result for few" in found.stdout + found.stderr


@pytest.mark.parametrize("words", [("gate", "verify", "--env", "prod"), ("plan", "--env", "prod")])
def test_a_record_whose_plug_in_is_absent_passes_nothing(shop, plugins, words):
    mlspec(shop, "gate", "run", "--env", "prod", plugins=plugins)
    edit(shop, verdict="pass", reason="", reasonCode="")

    found = mlspec(shop, *words)

    assert 4 == found.returncode, found.stdout + found.stderr
    assert "label-share" in found.stdout + found.stderr
