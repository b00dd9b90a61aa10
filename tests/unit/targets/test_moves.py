"""What the files of an experiment say about its end, whoever moves the traffic."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases.cells import CELLS, compiled, specs

DELIVERY = Path(__file__).parents[2] / "cases" / "delivery"

SPLIT = [
    (backend, strategy, router)
    for backend, strategy, router in CELLS
    if strategy.startswith("a-b") and (DELIVERY / router / f"{backend}-{strategy}.yaml").exists()
]
"""The cells of the table that are compiled; others are a diagnostic."""
NOTE = "# `screen_approval_share` decides, and not before each arm has answered 1000 requests."


@pytest.mark.parametrize(("backend", "strategy", "router"), SPLIT)
def test_a_held_experiment_says_what_decides_it_and_when(backend, strategy, router):
    files = compiled(specs(backend, strategy, router)).values()

    moving = [text for text in files if NOTE in text]

    assert 1 == len(moving)


def test_a_canary_has_nothing_to_decide():
    files = compiled(specs("gateway", "canary", "gateway-api")).values()

    assert not any("decides" in text for text in files)
