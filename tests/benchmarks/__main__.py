"""Run the benchmarks: `python -m tests.benchmarks [--sizes 100,1000,10000] [--rounds 3]`.

Every figure is a whole process, in wall seconds. Rounds are paired (baseline, subject, baseline,
subject, ...), and what is reported is the ratio of medians: machines drift, ratios stay.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from tests.benchmarks.workload import generate

_BIN = Path(sys.executable).parent
_BARE = [sys.executable, "-c", "pass"]
_IMPORTS = [sys.executable, "-c", "import yaml; from pydantic import BaseModel"]
_PARSE = [
    sys.executable,
    "-c",
    "import sys, yaml, gc, pathlib; gc.disable()\n"
    "for path in sorted(pathlib.Path(sys.argv[1]).rglob('*.yaml')):\n"
    "    list(yaml.load_all(path.read_bytes(), yaml.CSafeLoader))",
]


@dataclass(frozen=True)
class Run:
    """One finished process: wall seconds, peak memory in MiB, exit code."""

    seconds: float
    mebibytes: float
    code: int


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        start_up(Path(scratch), rounds=max(7, options.rounds))
        for size in map(int, options.sizes.split(",")):
            scale(Path(scratch), size, rounds=options.rounds)


def start_up(scratch: Path, *, rounds: int) -> None:
    """Print how long the small commands take, next to a bare interpreter."""
    folder = scratch / "small"
    generate(folder, 1)
    single = scratch / "single.yaml"
    single.write_bytes(next((folder / "specs" / "models").rglob("*.yaml")).read_bytes())
    schema = Path(__file__).parents[2] / "schemas" / "v1" / "Model.json"
    mlspec = str(_BIN / "mlspec")
    rows = {
        "`mlspec --version`": ([mlspec, "--version"], _BARE, "bare Python"),
        "`mlspec --help`": ([mlspec, "--help"], _BARE, "bare Python"),
        "`mlspec plan --help` (typer)": ([mlspec, "plan", "--help"], _BARE, "bare Python"),
        "`mlspec validate` of one file": ([mlspec, "validate", str(single)], _BARE, "bare Python"),
        "the same, to `import yaml, pydantic`": (
            [mlspec, "validate", str(single)],
            _IMPORTS,
            "those imports",
        ),
        "the same, to check-jsonschema": (
            [mlspec, "validate", str(single)],
            [str(_BIN / "check-jsonschema"), "--schemafile", str(schema), str(single)],
            "check-jsonschema",
        ),
        "`mlspec validate` of a workspace of 1 model": (
            [mlspec, "validate", "-C", str(folder)],
            _BARE,
            "bare Python",
        ),
    }
    print("\n| start-up | seconds | baseline | ratio |\n| --- | --- | --- | --- |")
    for name, (subject, baseline, label) in rows.items():
        base, ours = paired(baseline, subject, rounds=rounds)
        print(f"| {name} | {ours.seconds:.3f} | {label} | {ours.seconds / base.seconds:.2f} |")


def scale(scratch: Path, size: int, *, rounds: int) -> None:
    """Print validate, plan, apply and compile of N models, next to libyaml on the same files."""
    folder = scratch / f"n{size}"
    generate(folder, size)
    mlspec = [str(_BIN / "mlspec")]
    base = [*_PARSE, str(folder)]
    plan = str(folder / "plan.json")
    print(f"\n| N = {size:,} | seconds | x libyaml parse | peak MiB |\n| --- | --- | --- | --- |")
    report("validate", paired(base, [*mlspec, "validate", "-C", str(folder)], rounds=rounds))
    making = [*mlspec, "plan", "-C", str(folder), "--out", plan]
    report("plan (all new)", paired(base, making, rounds=rounds))
    report("apply", paired(base, [*mlspec, "apply", plan, "-C", str(folder)], rounds=1))
    report("plan (no changes)", paired(base, making, rounds=rounds))
    compiling = [*mlspec, "compile", "-C", str(folder)]
    report("compile (first)", paired(base, compiling, rounds=1))
    report("compile (nothing changed)", paired(base, compiling, rounds=rounds))
    rmtree(folder)


def report(name: str, runs: tuple[Run, Run]) -> None:
    base, ours = runs
    failed = "" if ours.code == 0 else f" (exit {ours.code})"
    ratio = ours.seconds / base.seconds
    print(f"| {name}{failed} | {ours.seconds:.2f} | {ratio:.2f} | {ours.mebibytes:.0f} |", flush=True)


def paired(baseline: list[str], subject: list[str], *, rounds: int) -> tuple[Run, Run]:
    """Return the medians of both commands over alternating rounds."""
    pairs = [(run(baseline), run(subject)) for _ in range(rounds)]
    return _median([pair[0] for pair in pairs]), _median([pair[1] for pair in pairs])


def run(command: list[str]) -> Run:
    started = time.perf_counter()
    process = os.posix_spawn(
        command[0],
        command,
        dict(os.environ) | {"NO_COLOR": "1"},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
    )
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - started
    return Run(seconds, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))


def _median(runs: list[Run]) -> Run:
    return Run(
        statistics.median(each.seconds for each in runs),
        max(each.mebibytes for each in runs),
        max(each.code for each in runs),
    )


if __name__ == "__main__":
    main()
