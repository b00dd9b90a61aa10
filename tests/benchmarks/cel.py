"""What expressions cost: `python -m tests.benchmarks.cel [--models 1000] [--rounds 5]`.

The rules are those that people would write about risk, oversight, gates and approvals. Baselines
are the same rules as plain Python functions, cel-python, and CEL's own C++ implementation, in the
same process and in rounds that alternate. Each gives the same verdicts, or the run stops.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from time import perf_counter

import celpy

from mlspec.cel import (
    Budget,
    BudgetError,
    Environment,
    Program,
    compile_expression,
    type_from,
)

VARIABLES = ("spec", "metadata", "change", "evidence")


def _oversight(facts):
    found = facts["spec"].get("humanOversight")
    return found is not None and any(
        each["canStop"] and "training" in each for each in found["overseers"]
    )


def _four_eyes(facts):
    change = facts["change"]
    approvals = [
        each
        for each in facts["evidence"]["approvals"]
        if each["decision"] == "approve"
        and each["verified"]
        and each["by"] != change["author"]
        and each["subject"] == change["subject"]
    ]
    return len(approvals) >= 2


def _slices(facts):
    groups = facts["spec"]["groups"]
    return all(any(gate["slice"] == each for gate in facts["spec"]["gates"]) for each in groups)


RULES = (
    ('spec.risk.tier == "high"', lambda facts: facts["spec"]["risk"]["tier"] == "high"),
    (
        (
            "has(spec.humanOversight) && "
            "spec.humanOversight.overseers.exists(o, o.canStop && has(o.training))"
        ),
        _oversight,
    ),
    (
        "has(spec.logging) && spec.logging.retentionDays >= 184",
        lambda facts: (
            "logging" in facts["spec"] and facts["spec"]["logging"]["retentionDays"] >= 184
        ),
    ),
    (
        "spec.owners.validator.email != spec.owners.technical.email",
        lambda facts: (
            facts["spec"]["owners"]["validator"]["email"]
            != facts["spec"]["owners"]["technical"]["email"]
        ),
    ),
    (
        (
            'evidence.approvals.filter(a, a.decision == "approve" && a.verified && '
            "a.by != change.author && a.subject == change.subject).size() >= 2"
        ),
        _four_eyes,
    ),
    ("spec.groups.all(g, spec.gates.exists(t, t.slice == g))", _slices),
    (
        'metadata.name.startsWith("team-") && size(metadata.name) < 64',
        lambda facts: (
            facts["metadata"]["name"].startswith("team-") and len(facts["metadata"]["name"]) < 64
        ),
    ),
    (
        'change.action == "promote" && change.to in ["staging", "production"]',
        lambda facts: (
            facts["change"]["action"] == "promote"
            and facts["change"]["to"] in ("staging", "production")
        ),
    ),
)


def facts_of(number):
    """Return the facts of one model; every rule holds for some models and fails for others."""
    people = ("ana", "bob", "eve", "joe")
    overseers = [{"email": "a", "canStop": False}, {"email": "b", "canStop": number % 3 > 0}]
    overseers[1] |= {"training": "sha256:0"} if number % 2 else {}
    return {
        "spec": {
            "risk": {"tier": ("high", "limited", "minimal")[number % 3]},
            **({"humanOversight": {"overseers": overseers}} if number % 5 else {}),
            **({"logging": {"retentionDays": 180 + number % 9}} if number % 7 else {}),
            "owners": {
                "technical": {"email": people[number % 4]},
                "validator": {"email": people[number % 3]},
            },
            "groups": ["age<25", "age>=25", "north"][: number % 4],
            "gates": [{"slice": "age<25"}, {"slice": "age>=25"}, {"slice": "all"}],
        },
        "metadata": {"name": f"{'team' if number % 2 else 'old'}-model-{number}"},
        "change": {
            "action": "promote",
            "to": ("dev", "staging", "production")[number % 3],
            "author": people[number % 4],
            "subject": "s1",
        },
        "evidence": {
            "approvals": [
                {"decision": "approve", "verified": True, "by": each, "subject": "s1"}
                for each in people[: number % 5]
            ]
        },
    }


def main() -> None:
    """Print what an evaluation costs in each implementation, and what else there is to pay."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cel")
    parser.add_argument("--models", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slow-models", type=int, default=20, help="models for cel-python")
    options = parser.parse_args()
    facts = [facts_of(number) for number in range(options.models)]
    ways = {
        "Python functions": (plain(), facts),
        "mlspec": (ours(), facts),
        "mlspec, explained": (explained(), facts),
        "CEL in C++ (cel-expr-python)": (of_cpp(), facts),
        "cel-python": (of_celpy(), facts[: options.slow_models]),
    }
    table(ways, options.rounds)
    runaway()


def table(ways, rounds):
    """Print a row for each way, in microseconds for one evaluation."""
    seconds = {name: [] for name in ways}
    verdicts = {}
    for _ in range(rounds):
        for name, (judge, facts) in ways.items():
            start = perf_counter()
            verdicts[name] = [judge(each) for each in facts]
            seconds[name].append((perf_counter() - start) / len(facts) / len(RULES))
    base = statistics.median(seconds["Python functions"])
    say("| implementation | us for one evaluation | x Python functions |\n| --- | --- | --- |")
    for name, found in seconds.items():
        assert verdicts[name] == verdicts["Python functions"][: len(verdicts[name])], name
        typical = statistics.median(found)
        say(f"| {name} | {typical * 1e6:.2f} | {typical / base:.1f} |")


def plain():
    return lambda facts: [rule(facts) for _, rule in RULES]


def programs():
    environment = Environment(dict.fromkeys(VARIABLES, type_from("dyn")))
    start = perf_counter()
    found = [compile_expression(text, environment) for text, _ in RULES]
    again = perf_counter()
    for text, _ in RULES * 20:
        compile_expression(text, environment)
    say(f"first reading of {len(RULES)} rules: {(again - start) * 1e3:.1f} ms")
    say(f"reading a rule: {(perf_counter() - again) / len(RULES) / 20 * 1e6:.0f} us\n")
    assert all(isinstance(each, Program) for each in found)
    return found


def ours():
    every = programs()
    return lambda facts: [each.evaluate(facts) for each in every]


def explained():
    environment = Environment(dict.fromkeys(VARIABLES, type_from("dyn")))
    every = [compile_expression(text, environment) for text, _ in RULES]
    return lambda facts: [each.explain(facts).value for each in every]


def of_cpp():
    from cel_expr_python import cel

    environment = cel.NewEnv(variables=dict.fromkeys(VARIABLES, cel.Type.DYN))
    every = [environment.compile(text) for text, _ in RULES]
    return lambda facts: [each.eval(data=facts).plain_value() for each in every]


def of_celpy():
    environment = celpy.Environment()
    every = [environment.program(environment.compile(text)) for text, _ in RULES]

    def judge(facts):
        values = {name: celpy.json_to_cel(each) for name, each in facts.items()}
        return [bool(each.evaluate(values)) for each in every]

    return judge


def runaway():
    """Print how long an expression that would run for minutes takes until it is stopped."""
    program = compile_expression(
        "x.map(a, x.map(b, x.map(c, x.map(d, a + b + c + d))))",
        Environment({"x": type_from("list<int>")}),
    )
    start = perf_counter()
    try:
        program.evaluate({"x": [*range(100)]}, Budget())
    except BudgetError as error:
        say(f"\n100^4 nested map: {error.message}, after {(perf_counter() - start) * 1e3:.0f} ms")


def say(line):
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
