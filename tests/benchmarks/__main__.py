"""Run the benchmarks: `python -m tests.benchmarks [--sizes 100,1000,10000] [--rounds 3]`.

Every figure is a whole process, in wall seconds. Rounds are paired (baseline, subject, baseline,
subject, ...), and what is reported is the ratio of medians: machines drift, ratios stay.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from shutil import rmtree, which

from tests.benchmarks.peers import PARSE, PLAIN, terraform_runs
from tests.benchmarks.processes import MLSPEC, Run, paired, run, say
from tests.benchmarks.workload import generate, hostile

_BIN = Path(sys.executable).parent
_CHECKER = str(_BIN / "check-jsonschema")
_SCHEMA = Path(__file__).parents[2] / "schemas" / "v1" / "Model.json"
_BARE = [sys.executable, "-c", "pass"]
_IMPORTS = [sys.executable, "-c", "import yaml; from pydantic import BaseModel"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default="1000", help="sizes to compare with other tools")
    parser.add_argument("--terraform", action="store_true", help="compare with terraform, too")
    options = parser.parse_args()
    sizes = [int(each) for each in options.sizes.split(",") if each]
    with tempfile.TemporaryDirectory() as scratch:
        start_up(Path(scratch), rounds=max(7, options.rounds))
        bad_input(Path(scratch), rounds=options.rounds)
        found = {size: scale(Path(scratch), size, rounds=options.rounds) for size in sizes}
        growth(found)
        for size in map(int, filter(None, options.peers.split(","))):
            peers(Path(scratch) / f"peers{size}", size, terraform=options.terraform)


def start_up(scratch: Path, *, rounds: int) -> None:
    """Print how long the small commands take, next to a bare interpreter."""
    folder = scratch / "small"
    generate(folder, 1)
    single = scratch / "single.yaml"
    single.write_bytes(next((folder / "specs" / "models").rglob("*.yaml")).read_bytes())
    one = [MLSPEC, "validate", str(single)]
    checker = [_CHECKER, "--schemafile", str(_SCHEMA), str(single)]
    rows = {
        "`mlspec --version`": ([MLSPEC, "--version"], _BARE, "bare Python"),
        "`mlspec --help`": ([MLSPEC, "--help"], _BARE, "bare Python"),
        "`mlspec plan --help`": ([MLSPEC, "plan", "--help"], _BARE, "bare Python"),
        "`mlspec validate FILE`": (one, _BARE, "bare Python"),
        "the same": (one, _IMPORTS, "importing yaml and pydantic"),
        "the same again": (one, checker, "check-jsonschema on it"),
        "`mlspec validate`, workspace of 1 model": (
            [MLSPEC, "validate", "-C", str(folder)],
            checker,
            "check-jsonschema on 1 file",
        ),
    }
    say("\n| start-up | seconds | baseline | ratio |\n| --- | --- | --- | --- |")
    for name, (subject, baseline, label) in rows.items():
        base, ours = paired(baseline, subject, rounds=rounds)
        ratio = ours.seconds / base.seconds
        say(f"| {name} | {ours.seconds:.3f} | {label} | {ratio:.2f} |")


def bad_input(scratch: Path, *, rounds: int) -> None:
    """Print how long hostile files take, next to harmless ones of the same size.

    A valid file is accepted without importing pydantic, so one with an ordinary mistake is the
    fairer measure of a small file.
    """
    say("\n| hostile file | exit | seconds | x one mistake | x valid | peak MiB |")
    say("| --- | --- | --- | --- | --- | --- |")
    file = str(scratch / "file.yaml")
    for name, contents in hostile().items():
        rows = []
        for content in contents:
            Path(file).write_bytes(content)
            rows.append(paired(_BARE, [MLSPEC, "validate", file], rounds=rounds)[1])
        bad, mistaken, good = rows
        ratios = f"{bad.seconds / mistaken.seconds:.2f} | {bad.seconds / good.seconds:.2f}"
        say(f"| {name} | {bad.code} | {bad.seconds:.2f} | {ratios} | {bad.mebibytes:.0f} |")


def scale(scratch: Path, size: int, *, rounds: int) -> dict[str, Run]:
    """Print validate, plan, apply and compile of N models, next to libyaml on the same files."""
    folder = scratch / f"n{size}"
    generate(folder, size)
    here = ["-C", str(folder)]
    base = [sys.executable, "-c", PARSE, str(folder / "specs")]
    plain = [sys.executable, "-c", PLAIN, str(folder / "specs")]
    plan = str(folder / "plan.json")
    making = [MLSPEC, "plan", *here, "--out", plan]
    compiling = [MLSPEC, "compile", *here]
    say(f"\n| N = {size:,} | seconds | x libyaml parse | peak MiB |\n| --- | --- | --- | --- |")
    found = {"validate": paired(base, [MLSPEC, "validate", *here], rounds=rounds)}
    report("validate", found["validate"])
    report("CSafeLoader and pydantic alone", paired(base, plain, rounds=rounds))
    found["plan"] = paired(base, making, rounds=rounds)
    report("plan (all new)", found["plan"])
    report("apply", paired(base, [MLSPEC, "apply", plan, *here], rounds=1))
    report("plan (no changes)", paired(base, making, rounds=rounds))
    found["compile"] = paired(base, compiling, rounds=1)
    report("compile (first)", found["compile"])
    report("compile (nothing changed)", paired(base, compiling, rounds=1))
    rmtree(folder)
    return {name: ours for name, (_, ours) in found.items()}


def growth(found: dict[int, dict[str, Run]]) -> None:
    """Print the exponent of growth from each size to the next."""
    sizes = sorted(found)
    say("\n| growth | verb | exponent |\n| --- | --- | --- |")
    for small, large in pairwise(sizes):
        for verb, ours in found[large].items():
            exponent = math.log(ours.seconds / found[small][verb].seconds, large / small)
            say(f"| {small:,} to {large:,} | {verb} | {exponent:.2f} |")


def peers(scratch: Path, size: int, *, terraform: bool) -> None:
    """Print how many times longer other tools take for as many entries; one round each."""
    folder = scratch / "specs"
    generate(folder, size)
    models = sorted(map(str, (folder / "specs" / "models").rglob("*.yaml")))
    here, plan = ["-C", str(folder)], str(scratch / "plan.json")
    say(f"\n| N = {size:,} | theirs | ours | times faster | peak MiB, theirs and ours |")
    say("| --- | --- | --- | --- | --- |")
    ours = run([MLSPEC, "validate", *here])
    theirs = run([_CHECKER, "--schemafile", str(_SCHEMA), *models])
    compared("check-jsonschema (schema only), validate (all)", theirs, ours)
    program = which("terraform") if terraform else None
    if program is None:
        return
    planned = run([MLSPEC, "plan", *here, "--out", plan])
    applied = run([MLSPEC, "apply", plan, *here])
    for name, minimal in (("the same data", False), ("3 attributes each", True)):
        theirs = terraform_runs(program, folder, scratch / name, minimal=minimal)
        compared(f"terraform plan of {name}, plan", theirs[0], planned)
        compared(f"terraform apply of {name}, apply", theirs[1], applied)


def compared(name: str, theirs: Run, ours: Run) -> None:
    """Print one row: theirs next to ours."""
    ratio = theirs.seconds / ours.seconds
    failed = "" if theirs.code == ours.code == 0 else f" (exit {theirs.code}, {ours.code})"
    peak = f"{theirs.mebibytes:.0f}, {ours.mebibytes:.0f}"
    say(f"| {name}{failed} | {theirs.seconds:.2f} | {ours.seconds:.2f} | {ratio:.1f} | {peak} |")


def report(name: str, runs: tuple[Run, Run]) -> None:
    base, ours = runs
    failed = "" if ours.code == 0 else f" (exit {ours.code})"
    ratio = ours.seconds / base.seconds
    say(f"| {name}{failed} | {ours.seconds:.2f} | {ratio:.2f} | {ours.mebibytes:.0f} |")


if __name__ == "__main__":
    main()
