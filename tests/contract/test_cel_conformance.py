"""The official conformance vectors of CEL, and the published table of what passes.

What does not pass is named here with its reason, one by one: a vector that starts or stops to
pass changes the table, which is held to `docs/reference/cel-conformance.md`.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from tests.contract.crd import CONFORMANCE

from mlspec.cel import (
    Environment,
    EvaluationError,
    Maybe,
    Program,
    Uint,
    compile_expression,
    type_from,
)
from mlspec.cel._values import to_key

VECTORS = CONFORMANCE / "cel" / "conformance.jsonl"
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cel-conformance.md"
TYPES = {"list": "list<dyn>", "map": "map<dyn, dyn>"}

BY_DESIGN_UNKNOWN = "an unknown name is a fault when the expression is read, whatever `||` absorbs"
BY_DESIGN_CONDITION = "a term that is no condition is a fault when the expression is read"
NOT_OURS = "`cel.block` is what optimisers write into trees, not something people write"
DAMAGED = "the recorded expression lacks a backslash that its result has"
EXPECTED = {
    ("variables", "unbound_is_runtime_error"): BY_DESIGN_UNKNOWN,
    ("functions", "unbound_is_runtime_error"): BY_DESIGN_UNKNOWN,
    **{
        (sign, f"short_circuit_type_{side}"): BY_DESIGN_CONDITION
        for sign in ("AND", "OR")
        for side in ("left", "right")
    },
    **{
        ("bytes_literals", f"triple_{quotes}_quoted_unescaped_punctuation"): DAMAGED
        for quotes in ("single", "double")
    },
}
WHOLE_SECTIONS = {
    ("parse", "receiver_function_names"): BY_DESIGN_UNKNOWN,
    ("block_ext", "basic"): NOT_OURS,
}
pytestmark = pytest.mark.skipif(
    not VECTORS.exists(), reason="../shared/conformance/cel is not beside this checkout"
)


@cache
def vectors():
    if not VECTORS.exists():
        return ()
    return tuple(json.loads(line) for line in VECTORS.read_text("utf-8").splitlines())


def value_of(typed):
    kind, found = typed
    if kind == "list":
        return [value_of(each) for each in found]
    if kind == "map":
        return {to_key(value_of(key)): value_of(each) for key, each in found}
    return {"uint": Uint, "double": float, "bytes": bytes}.get(kind, lambda same: same)(found)


def same(one, other):
    """Values of the same types; -0.0 is not 0.0 here, and NaN is NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        signs = math.copysign(1, one) == math.copysign(1, other)
        return (math.isnan(one) and math.isnan(other)) or (one == other and signs)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return one == other


def passes(vector):
    types = {
        name: type_from(TYPES.get(kind, kind)) for name, (kind, _) in vector["bindings"].items()
    }
    facts = {name: value_of(typed) for name, typed in vector["bindings"].items()}
    program = compile_expression(vector["expr"], Environment(types))
    wanted, typed = vector["expect"]
    if not isinstance(program, Program):
        return wanted == "error"
    try:
        found = program.evaluate(facts)
    except EvaluationError:
        return wanted == "error"
    plain = found.value if isinstance(found, Maybe) else found
    return wanted == "value" and same(plain, value_of(typed))


def reason(vector):
    """Return why a vector is not expected to pass, if it is not."""
    section = WHOLE_SECTIONS.get((vector["file"], vector["section"]))
    return section or EXPECTED.get((vector["section"], vector["name"]))


def page():
    """Return the published table."""
    every = vectors()
    totals = Counter(each["file"] for each in every)
    passed = Counter(each["file"] for each in every if passes(each))
    rows = [f"| {name} | {passed[name]} | {count} |" for name, count in sorted(totals.items())]
    missing = Counter((each["file"], reason(each)) for each in every if not passes(each))
    listed = sorted(missing.items(), key=str)
    reasons = [f"| {name} | {count} | {why} |" for (name, why), count in listed]
    return "\n".join(
        (
            "# Conformance of the expression language",
            "",
            "Made by `pytest tests/contract/test_cel_conformance.py --update-golden`",
            "from the vectors of cel-expr/cel-spec (commit b8622f1, tests/simple).",
            "What is not here: vectors that need protobuf messages, which the language",
            "does not have (`proto2`, `proto3`, `dynamic`, `wrappers`, `enums`, `unknowns`",
            "and parts of the others).",
            "",
            f"**{passed.total():,} of {totals.total():,} pass.**",
            "",
            "| file | pass | of |",
            "| --- | --- | --- |",
            *rows,
            "",
            "## What does not pass, and why",
            "",
            "| file | vectors | reason |",
            "| --- | --- | --- |",
            *reasons,
            "",
        )
    )


@pytest.mark.parametrize(
    "file", sorted({(each["file"], each["section"]) for each in vectors()}), ids="/".join
)
def test_a_section_of_the_official_vectors_passes_but_for_what_is_named(file):
    section = [each for each in vectors() if (each["file"], each["section"]) == file]

    failing = {each["name"] for each in section if not passes(each)}

    assert {each["name"] for each in section if reason(each)} == failing


def test_the_published_table_is_that_of_the_vectors(request):
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page(), "utf-8")

    assert PAGE.read_text("utf-8") == page()
