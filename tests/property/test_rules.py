"""Laws of the rules: they never raise, and what they say depends on nothing but the workspace."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlspec.diagnostics import sort_diagnostics
from mlspec.rules import check
from mlspec.syntax import SourceText, emit_documents, parse
from mlspec.workspace import load

BASELINE = Path(__file__).parents[1] / "unit" / "rules" / "baseline"
FILES = sorted(BASELINE.rglob("*.yaml"))
DOCUMENTS = {
    path.relative_to(BASELINE).as_posix(): [
        each.data for each in parse(SourceText("x.yaml", path.read_bytes())).documents
    ]
    for path in FILES
}
ODD = (None, True, 0, 1, 2.5, -1, "high", "minimal", "x", [], {}, "2015-02-30", "a@v1", "batch")


def mutated(value, chance):
    """Drop keys, drop and repeat entries, and put odd values in, each now and then."""
    if isinstance(value, dict):
        return {key: altered(each, chance) for key, each in value.items() if chance.random() > 0.02}
    if isinstance(value, list):
        kept = [altered(each, chance) for each in value if chance.random() > 0.05]
        return kept + kept[:1] if chance.random() < 0.05 else kept
    return value


def altered(value, chance):
    return chance.choice(ODD) if chance.random() < 0.01 else mutated(value, chance)


def mutated_text(documents, chance):
    heads = [{key: each[key] for key in ("apiVersion", "kind")} for each in documents]
    bodies = [mutated(each, chance) for each in documents]
    whole = [body | head for body, head in zip(bodies, heads, strict=True)]
    return emit_documents(whole).encode()


def load_mutated(seed):
    chance = random.Random(seed)
    sources = [
        SourceText(file, mutated_text(documents, chance))
        for file, documents in DOCUMENTS.items()
        if file != "mlspec.yaml"
    ]
    sources.append(SourceText("mlspec.yaml", (BASELINE / "mlspec.yaml").read_bytes()))
    return load(sources).workspace, load(reversed(sources)).workspace


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_rules_never_raise_and_do_not_depend_on_the_order_of_files(seed):
    workspace, reordered = load_mutated(seed)

    found = check(workspace)

    assert found == check(reordered)
    assert list(found) == sort_diagnostics(found)
    assert all(each.span is not None and each.span.file in workspace.sources for each in found)
