"""What policy costs: `python -m tests.benchmarks.policy [--models 1000] [--rounds 5]`.

Forty rules, ten as people would write them with four ids each, judge the models of a workspace.
Baselines are the same rules as plain Python functions on the same facts, and `mlspec validate` of
the same workspace without the pack. Each function gives the same verdicts, or the run stops. Then
all packs that ship judge the same models, whose rules mostly lack a fact: no markets are stated.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from time import process_time

from tests.benchmarks.processes import MLSPEC, paired, say
from tests.benchmarks.workload import generate

from mlspec.api.policy import force_of
from mlspec.api.session import read_session
from mlspec.policy import (
    Outcome,
    Stage,
    inputs_of,
    judge,
    read_pack,
    read_pack_folder,
    shipped_folder,
    shipped_packs,
)
from mlspec.workspace import overlay

COPIES = 4
RULES = (
    (
        "spec.risk.tier in [{}]".format('"minimal", "limited", "high"'),
        lambda f: f["spec"]["risk"]["tier"] in ("minimal", "limited", "high"),
    ),
    ("has(spec.purpose) && spec.purpose.size() >= 10", lambda f: len(f["spec"]["purpose"]) >= 10),
    ("spec.data.training.size() > 0", lambda f: len(f["spec"]["data"]["training"]) > 0),
    (
        "gates.size() == 0 || gates.exists(g, g.required)",
        lambda f: not f["gates"] or any(each["required"] for each in f["gates"]),
    ),
    (
        "!has(spec.serving) || spec.monitoring.all(m, m.metric.size() > 0)",
        lambda f: (
            "serving" not in f["spec"] or all(each["metric"] for each in f["spec"]["monitoring"])
        ),
    ),
    (
        'spec.risk.tier != "high" || has(spec.oversight)',
        lambda f: f["spec"]["risk"]["tier"] != "high" or "oversight" in f["spec"],
    ),
    ("has(spec.artifact.digest)", lambda f: "digest" in f["spec"]["artifact"]),
    ("has(metadata.owner) && metadata.owner != ''", lambda f: bool(f["metadata"].get("owner"))),
    (
        "spec.output.fields.all(f, f.name.size() > 0)",
        lambda f: all(each["name"] for each in f["spec"]["output"]["fields"]),
    ),
    (
        '!metadata.name.endsWith("7")',  # one model of ten does not keep this one
        lambda f: not f["metadata"]["name"].endswith("7"),
    ),
)
HOME = """\
apiVersion: mlspec.dev/policy/v1
kind: PolicyPack
metadata: {name: bench, title: Forty rules, version: 2026.11.0}
spec: {engine: cel-core/1, description: Forty rules., disclaimer: A measure of time alone.}
"""
RULE = """\
---
apiVersion: mlspec.dev/policy/v1
kind: Rule
metadata: {{name: {name}, title: Rule {name}}}
spec:
  severity: warning
  enforcement: advisory
  require: {require}
  message: "`{{{{ metadata.name }}}}` does not keep {name}."
  remediation: Keep it.
"""
BINDING = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: bench, owner: team-0}
spec: {pack: bench, version: 2026.11.0, source: {folder: policies/bench}}
"""
SHIPPED = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {{name: {name}, owner: team-0}}
spec: {{pack: {name}, version: {version}}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.policy")
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bare, bound, all_ = (Path(scratch) / name for name in ("bare", "bound", "all"))
        for folder in (bare, bound, all_):
            generate(folder, options.models)
        bind(bound)
        bind_shipped(all_)
        evaluation(bound, options.rounds)
        validation(bare, bound, "the pack", options.rounds)
        judging(all_, options.rounds)
        validation(bare, all_, "all packs that ship", options.rounds)


def bind(folder: Path) -> None:
    """Put a workspace under a pack of forty rules."""
    pack = folder / "policies" / "bench"
    (pack / "rules").mkdir(parents=True)
    (pack / "pack.yaml").write_text(HOME)
    text = "".join(
        RULE.format(name=f"BENCH-{number:03}{letter}", require=f"'{quoted(require)}'")
        for number, (require, _) in enumerate(RULES)
        for letter in "abcdefgh"[:COPIES]
    )
    (pack / "rules" / "all.yaml").write_text(text)
    (folder / "specs" / "policy.yaml").write_text(BINDING)


def bind_shipped(folder: Path) -> None:
    """Put a workspace under all packs that ship."""
    versions = {
        name: read_pack(read_pack_folder(shipped_folder() / name, name)).pack.version
        for name in shipped_packs()
    }
    written = (SHIPPED.format(name=name, version=each) for name, each in versions.items())
    (folder / "specs" / "policy.yaml").write_text("---\n".join(written))


def quoted(text: str) -> str:
    """Return a text for single quotes in YAML."""
    return text.replace("'", "''")


def evaluation(folder: Path, rounds: int) -> None:
    """Print the ratio of judging to plain functions, both from the bound resources on."""
    workspace, packs = bound_in(folder)
    ours, plain = [], []
    for _ in range(rounds):
        start = process_time()
        expected = by_functions(workspace)
        middle = process_time()
        judged = judge(workspace, packs, (), Stage.VALIDATE, lambda _each: {})
        plain.append(middle - start)
        ours.append(process_time() - middle)
        passed = sum(each.outcome is Outcome.PASS for each in judged.results)
        if passed != expected:
            raise SystemExit(f"{passed} of {len(judged.results)} pass, functions say {expected}")
    count = len(judged.results)
    one, other = statistics.median(ours), statistics.median(plain)
    say(f"{count:,} results: {one:.2f} s, {one / count * 1e6:.0f} us each;")
    say(f"as functions on the same facts: {other:.2f} s; ratio {one / other:.1f}")


def judging(folder: Path, rounds: int) -> None:
    """Print what it costs to judge by all packs, and what share of the results is unclear."""
    workspace, packs = bound_in(folder)
    taken = []
    for _ in range(rounds):
        start = process_time()
        results = judge(workspace, packs, (), Stage.VALIDATE, lambda _each: {}).results
        taken.append(process_time() - start)
    one, unclear = statistics.median(taken), sum(not each.is_clear for each in results)
    say(f"{len(packs)} packs: {len(results):,} results, {unclear:,} of them lack a fact;")
    say(f"{one:.2f} s, {one / len(results) * 1e6:.0f} us each")


def bound_in(folder: Path):
    """Return the first environment of a workspace, and the packs in force there."""
    session = read_session(folder)
    assert session.workspace is not None
    environment = next(iter(session.workspace.spec.environments))
    workspace, _ = overlay(session.workspace, environment)
    return workspace, force_of(folder, workspace).packs


def by_functions(workspace) -> int:
    """Return how many verdicts of the functions are true; facts are dumped once per model."""
    passed = 0
    for resource in workspace.of_kind("Model"):
        inputs = inputs_of(workspace, resource, Stage.VALIDATE)
        facts = {**inputs.subject, "gates": inputs.gates}
        for _ in range(COPIES):
            passed += sum(bool(holds(facts)) for _, holds in RULES)
    return passed


def validation(bare: Path, bound: Path, name: str, rounds: int) -> None:
    """Print what packs add to `mlspec validate`."""
    one, other = ([MLSPEC, "validate", "-C", str(folder)] for folder in (bare, bound))
    without, with_pack = paired(one, other, rounds=rounds)
    say(
        f"validate: {without.cpu:.2f} s of CPU without, {with_pack.cpu:.2f} s with {name}; "
        f"ratio {with_pack.cpu / without.cpu:.2f} ({with_pack.seconds / without.seconds:.2f} wall)"
    )


if __name__ == "__main__":
    main()
