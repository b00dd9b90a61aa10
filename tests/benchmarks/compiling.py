"""Compile next to others: `python -m tests.benchmarks.compiling [--sizes 1000] [--rounds 3]`.

Whole processes next to `kubectl kustomize` of one manifest for each model, in rounds that
alternate, and next to themselves when nothing or one model has changed; and rendering alone, of
the same values in one process, next to CSafeDumper, the standard JSON encoder and jinja2. Other
work disturbs seconds of CPU least: ratios are of both.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path
from shutil import rmtree, which
from time import process_time
from typing import TYPE_CHECKING, TypeVar

import yaml
from jinja2 import Environment, FileSystemLoader
from tests.benchmarks.peers import kustomize_files
from tests.benchmarks.processes import MLSPEC, run, say
from tests.benchmarks.workload import generate

from mlspec.api._write import write
from mlspec.api.session import open_session
from mlspec.canonical import pretty_json
from mlspec.ir import CardFormat
from mlspec.lowering import lower
from mlspec.resources import data_path
from mlspec.syntax import emit_documents
from mlspec.targets import emit, load_targets, template_renderer
from mlspec.targets._quoting import QUOTING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.benchmarks.processes import Run

    from mlspec.ir import Bundle

T = TypeVar("T")
_TARGETS = ("gateway-api", "kubernetes", "model-card", "prometheus")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.compiling")
    parser.add_argument("--sizes", default="1000", help="how many models, with commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rendered", type=int, default=200, help="models that are rendered alone")
    parser.add_argument("--stages", type=int, default=500, help="models of the table of stages")
    parser.add_argument("--varied", action="store_true", help="hardly two models are watched alike")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CACHE_HOME"] = f"{scratch}/cache"
        rendering(Path(scratch) / "rendered", options.rendered, rounds=options.rounds)
        stages(Path(scratch) / "stages", options.stages, varied=options.varied)
        for size in map(int, filter(None, options.sizes.split(","))):
            folder = Path(scratch) / f"n{size}"
            next_to_kustomize(folder, size, rounds=options.rounds, varied=options.varied)


def next_to_kustomize(folder: Path, size: int, *, rounds: int, varied: bool) -> None:
    """Print what compile takes next to kustomize, and next to itself when nothing changed."""
    kubectl = which("kubectl")
    generate(folder / "specs", size, varied=varied)
    theirs = kustomize_files(folder / "kustomize", size)
    here = ["-C", str(folder / "specs")]
    found: dict[str, list[Run]] = {}
    for number in range(rounds):
        if kubectl:
            found.setdefault("kustomize", []).append(run([kubectl, "kustomize", str(theirs)]))
        found.setdefault("validate", []).append(run([MLSPEC, "validate", *here]))
        # into a folder of its own: inodes that were freed a moment ago are slow to come by
        out = folder / "specs" / f"out-{number}"
        found.setdefault("compile", []).append(run([MLSPEC, "compile", *here, "--out", str(out)]))
        again = run([MLSPEC, "compile", *here, "--out", str(out)])
        found.setdefault("nothing changed", []).append(again)
        _change(folder / "specs" / "specs" / "models" / "000" / "model-1.yaml", number)
        again = run([MLSPEC, "compile", *here, "--out", str(out)])
        found.setdefault("one model changed", []).append(again)
    say(f"\n| N = {size:,} | wall s | CPU s | times less CPU than kustomize | times faster | MiB |")
    say("| --- | --- | --- | --- | --- | --- |")
    for name, runs in found.items():
        _row(name, runs, found.get("kustomize", []))
    rmtree(folder)


def _change(spec: Path, number: int) -> None:
    text = spec.read_text(encoding="utf-8")
    spec.write_text(re.sub(r"p99Ms: \d+", f"p99Ms: {121 + number}", text), encoding="utf-8")


def _row(name: str, runs: list[Run], theirs: list[Run]) -> None:
    cpu = _median([base.cpu / ours.cpu for base, ours in zip(theirs, runs, strict=False)])
    wall = _median([base.seconds / ours.seconds for base, ours in zip(theirs, runs, strict=False)])
    seconds = statistics.median(each.seconds for each in runs)
    used = statistics.median(each.cpu for each in runs)
    failed = "" if all(each.code == 0 for each in runs) else " (failed)"
    peak = max(each.mebibytes for each in runs)
    say(f"| {name}{failed} | {seconds:.1f} | {used:.1f} | {cpu:.2f} | {wall:.2f} | {peak:.0f} |")


def _median(ratios: list[float]) -> float:
    return statistics.median(ratios) if ratios else float("nan")


def stages(folder: Path, size: int, *, varied: bool) -> None:
    """Print CPU of each stage of a compile in one process; cards are lowered with their target."""
    generate(folder, size, varied=varied)
    targets = [target for target in load_targets() if target.is_default]
    gc.disable()
    say(f"\n| stage, N = {size:,} | us of CPU a model |\n| --- | --- |")

    def timed(name: str, work: Callable[[], T]) -> T:
        started = process_time()
        result = work()
        taken = (process_time() - started) / size * 1e6
        if taken >= 1:
            say(f"| {name} | {taken:.0f} |")
        return result

    session = timed("read, bind, check", lambda: open_session(folder))
    workspace = session.environment(None)
    bundle = timed("lower", lambda: lower(workspace, "prod", evidence={}, version="0")).bundle
    renderer, artifacts = template_renderer(), []
    for target in targets:
        artifacts += timed(target.name, lambda each=target: [*each.emit(bundle, renderer)])
    timed("write", lambda: write(artifacts, folder / "build", folder))
    timed("write, nothing changed", lambda: write(artifacts, folder / "build", folder))


def rendering(folder: Path, size: int, *, rounds: int) -> None:
    """Print CPU of writing the same values as text, ours and with what everybody has."""
    manifests, cards, pages, shown = _values(folder, size)
    ours, plain = template_renderer(), _plain_jinja()
    rows: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "YAML": (
            lambda: [emit_documents(each) for each in manifests],
            lambda: [_dumped(each) for each in manifests],
        ),
        "JSON": (
            lambda: [pretty_json(each) for each in cards],
            lambda: [json.dumps(each, indent=2, sort_keys=True) for each in cards],
        ),
        "pages": (
            lambda: emit(shown, ("model-card",), ours),
            lambda: [plain.get_template(name).render(view) for name, view in pages],
        ),
    }
    _print_rendered(rows, size, rounds)


class _Keeping:
    """A renderer that keeps what pages are filled with, and has a template of its own for each."""

    def __init__(self) -> None:
        self.pages: list[tuple[str, Mapping[str, object]]] = []

    def __call__(self, template: str, values: Mapping[str, object]) -> str:
        self.pages.append((template, values))
        return ""

    def replaces(self, template: str) -> bool:
        return bool(template)


def _values(
    folder: Path, size: int
) -> tuple[list[list[object]], list[object], list[tuple[str, Mapping[str, object]]], Bundle]:
    """Return what manifests, cards and pages are written from; pages also as we write them."""
    generate(folder, size)
    workspace = open_session(folder).environment(None)
    bundle = lower(workspace, "prod", evidence={}, version="0").bundle
    bundle = replace(bundle, cards=tuple(bundle.cards), card_formats=tuple(CardFormat))
    keeping = _Keeping()
    artifacts = emit(bundle, _TARGETS, keeping)
    texts = [each.content for each in artifacts if each.path.endswith(".yaml")]
    cards = [json.loads(each.content) for each in artifacts if each.path.endswith(".json")]
    manifests = [list(yaml.load_all(each, yaml.CSafeLoader)) for each in texts]
    shown = replace(bundle, card_formats=(CardFormat.MARKDOWN, CardFormat.HTML))
    return manifests, cards, keeping.pages, shown


def _print_rendered(
    rows: dict[str, tuple[Callable[[], object], Callable[[], object]]], size: int, rounds: int
) -> None:
    say("\n| rendering, us of CPU a model | ours | theirs | ratio |\n| --- | --- | --- | --- |")
    totals = [0.0, 0.0]
    for name, pair in rows.items():
        taken = [min(_cpu(work) for _ in range(rounds)) / size * 1e6 for work in pair]
        totals = [total + each for total, each in zip(totals, taken, strict=True)]
        say(f"| {name} | {taken[0]:.0f} | {taken[1]:.0f} | {taken[0] / taken[1]:.2f} |")
    say(f"| all | {totals[0]:.0f} | {totals[1]:.0f} | {totals[0] / totals[1]:.2f} |")


def _cpu(work: Callable[[], object]) -> float:
    gc.disable()
    started = process_time()
    work()
    return process_time() - started


def _dumped(documents: list[object]) -> str:
    return yaml.dump_all(documents, Dumper=yaml.CSafeDumper, sort_keys=False)


def _plain_jinja() -> Environment:
    """Return jinja2 without a sandbox, with the same templates and filters."""
    loader = FileSystemLoader(data_path("templates"))
    environment = Environment(loader=loader, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(QUOTING)
    return environment


if __name__ == "__main__":
    main()
