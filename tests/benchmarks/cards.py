"""Cards next to writing the same bytes: `python -m tests.benchmarks.cards [--sizes 1000]`.

One process, all three formats, under the pack `core`: values are found, named and matched with the
rules that ask for them, and pages are filled. The peer writes the finished bytes to files.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.processes import cpu_seconds, say
from tests.benchmarks.workload import generate

from mlspec.api._card_facts import card_facts
from mlspec.api.build import lowered
from mlspec.api.policy import policy_of
from mlspec.api.session import open_session
from mlspec.ir import CardFormat
from mlspec.targets import emit, template_renderer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.ir import Artifact

_BINDING = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: core, owner: team-0}
spec: {pack: core, version: 2026.11.0}
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cards")
    parser.add_argument("--sizes", default="1000", help="how many models, with commas")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    say("\n| cards of | cards | MB | seconds of CPU | policy alone | writing | ratio |")
    say("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as scratch:
        for size in map(int, options.sizes.split(",")):
            _measure(Path(scratch) / f"n{size}", size, options.rounds)


def _measure(folder: Path, size: int, rounds: int) -> None:
    generate(folder, size)
    (folder / "specs" / "policy.yaml").write_text(_BINDING, encoding="utf-8")
    session = open_session(folder)
    workspace = session.environment("prod")
    judging = [cpu_seconds(lambda: policy_of(folder, workspace)) for _ in range(rounds)]
    report = policy_of(folder, workspace)
    made: list[Artifact] = []

    def make() -> None:
        bundle = lowered(session, workspace, card_facts(session, workspace, report)).bundle
        bundle = replace(bundle, card_formats=tuple(CardFormat))
        made[:] = emit(bundle, ("model-card",), template_renderer())

    making = [cpu_seconds(make) for _ in range(rounds)]
    writing = [cpu_seconds(lambda: _write(made, folder / "out")) for _ in range(rounds)]
    _say(size, made, making, judging, writing)


def _say(
    size: int,
    made: Sequence[Artifact],
    making: list[float],
    judging: list[float],
    writing: list[float],
) -> None:
    megabytes = sum(len(each.content.encode()) for each in made) / 1e6
    taken, policy, peer = (statistics.median(each) for each in (making, judging, writing))
    ratio = f"{taken / peer:.1f}"
    say(
        f"| {size:,} models | {len(made) // 3:,} | {megabytes:.0f} | {taken:.2f} | {policy:.2f} |"
        f" {peer:.2f} | {ratio} |"
    )


def _write(made: Sequence[Artifact], out: Path) -> None:
    for each in made:
        file = out / each.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(each.content.encode())


if __name__ == "__main__":
    main()
