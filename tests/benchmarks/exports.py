"""Exports next to what else writes the same: `python -m tests.benchmarks.exports [--sizes 1000]`.

One process, the sheets of models and data at hand: what is measured is saying them in the words of
another tool. The peer of a JSON form is `json.dumps` of the finished document, that of the README
is the library of the Hub, which writes the front matter alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
from dataclasses import replace
from typing import TYPE_CHECKING

from huggingface_hub import ModelCard
from tests.benchmarks.processes import cpu_seconds, say
from tests.unit.reporting.sheets import FULL, PEOPLE
from tests.unit.reporting.test_exports_oscal import ASSESSED

from mlspec.reporting.exports_croissant import render_croissant
from mlspec.reporting.exports_cyclonedx import render_bill
from mlspec.reporting.exports_huggingface import render_model_readme
from mlspec.reporting.exports_oscal import render_assessment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_VERSION = "0.0.0"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.exports")
    parser.add_argument("--sizes", default="1000", help="how many resources, with commas")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    say("\n| form | documents | kB each | ms of CPU each | peer | ratio |")
    say("| --- | --- | --- | --- | --- | --- |")
    for size in map(int, options.sizes.split(",")):
        for name, render in _forms(size).items():
            _measure(name, render, options.rounds)


def _forms(size: int) -> dict[str, Callable[[], list[str]]]:
    """Return what makes all documents of a form, each about a resource of its own name."""
    models = [replace(FULL, name=f"model-{n}") for n in range(size)]
    data = [replace(PEOPLE, name=f"data-{n}") for n in range(size)]
    judged = [replace(ASSESSED, address=f"model/model-{n}") for n in range(size)]
    return {
        "huggingface": lambda: [render_model_readme(each, _VERSION) for each in models],
        "cyclonedx": lambda: [render_bill(each, _VERSION) for each in models],
        "croissant": lambda: [*map(render_croissant, data)],
        "oscal": lambda: [render_assessment(each, _VERSION) for each in judged],
    }


def _measure(name: str, render: Callable[[], list[str]], rounds: int) -> None:
    texts = render()
    peer = _hub(texts) if name == "huggingface" else _json(texts)
    own = statistics.median(cpu_seconds(render) for _ in range(rounds))
    other = statistics.median(cpu_seconds(peer) for _ in range(rounds))
    size = sum(len(each.encode()) for each in texts) / len(texts) / 1e3
    told = f"{own / len(texts) * 1e3:.2f} | {other / len(texts) * 1e3:.2f} | {own / other:.2f}"
    say(f"| {name} | {len(texts):,} | {size:.1f} | {told} |")


def _json(texts: Sequence[str]) -> Callable[[], object]:
    documents = [json.loads(each) for each in texts]
    return lambda: [json.dumps(each, indent=2, sort_keys=True) for each in documents]


def _hub(texts: Sequence[str]) -> Callable[[], object]:
    cards = [ModelCard(each) for each in texts]
    return lambda: [each.data.to_yaml() for each in cards]


if __name__ == "__main__":
    main()
