"""Which backend does which strategy: the table answers every question, once."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from mlspec.capabilities import (
    SELECTABLE,
    STRATEGIES,
    Support,
    alternatives,
    capabilities,
    capability,
    known_versions,
    version_in_use,
)
from mlspec.ir import Platform, Router

ROWS = sorted({(cell.backend, cell.mode) for cell in capabilities()})
NEEDS = {"custom-route", "fixed-replicas", "full-mirror", "no-analysis", "whole-percent"}


def on(router="gateway-api", mode="standard", **versions):
    names = {name.replace("_", "-"): version for name, version in versions.items()}
    return Platform(Router(router), mode, tuple(sorted(names.items())))


@pytest.mark.parametrize(("row", "strategy"), list(itertools.product(ROWS, STRATEGIES)))
def test_every_cell_is_filled(row, strategy):
    assert [
        cell
        for cell in capabilities()
        if (cell.backend, cell.mode, cell.strategy) == (*row, strategy)
    ]


@pytest.mark.parametrize("router", list(Router))
@pytest.mark.parametrize(("row", "strategy"), list(itertools.product(ROWS, STRATEGIES)))
def test_one_cell_at_most_answers_a_question(row, strategy, router):
    for version in known_versions()["kserve"]:
        platform = on(router, kserve=version)
        backend, mode = row
        fitting = [
            cell
            for cell in capabilities()
            if (cell.backend, cell.mode, cell.strategy) == (backend, mode, strategy)
            and (not cell.routers or router in cell.routers)
            and (not cell.since or cell.since <= version)
            and (not cell.before or version < cell.before)
        ]

        assert len(fitting) <= 1
        if fitting:
            assert fitting[0] == capability(backend, strategy, platform, mode)


def test_a_cell_says_why_and_needs_only_what_is_known():
    for cell in capabilities():
        assert cell.note
        assert cell.component in known_versions()
        assert {*cell.needs} <= NEEDS
        assert {*cell.routers} <= {*Router}


@pytest.mark.parametrize(
    ("backend", "strategy", "platform", "support"),
    [
        ("rollouts", "shadow", on("istio"), Support.NATIVE),
        ("rollouts", "shadow", on("gateway-api"), Support.UNSUPPORTED),
        ("rollouts", "canary", on("none"), Support.COMPOSED),
        ("flagger", "canary", on("none"), Support.UNSUPPORTED),
        ("flagger", "blue-green", on("none"), Support.NATIVE),
        ("gateway", "canary", on("gateway-api"), Support.WEIGHTS_ONLY),
        ("gateway", "canary", on("istio"), Support.UNSUPPORTED),
        ("kserve", "canary", on(kserve="0.20"), Support.UNSUPPORTED),
        ("kserve", "canary", on(kserve="0.21"), Support.WEIGHTS_ONLY),
        ("kserve", "canary", on(mode="knative"), Support.WEIGHTS_ONLY),
        ("plain", "canary", on("none"), Support.COMPOSED),
        ("plain", "a-b", on("none"), Support.UNSUPPORTED),
    ],
)
def test_what_a_backend_does_depends_on_router_mode_and_version(
    backend, strategy, platform, support
):
    assert support is capability(backend, strategy, platform).support


def test_no_backend_runs_bandits():
    assert () == alternatives("bandit", on(), "")
    assert {Support.UNSUPPORTED} == {
        cell.support for cell in capabilities() if cell.strategy == "bandit"
    }


def test_the_nearest_backend_needs_no_other_router():
    found = alternatives("shadow", on("gateway-api"), "rollouts")

    assert ("gateway", Support.NATIVE) == (found[0].backend, found[0].support)
    assert "kserve" not in {each.backend for each in found}


@pytest.mark.parametrize(
    ("declared", "used"), [("", "0.21"), ("0.20", "0.20"), ("0.30", "0.21"), ("0.3", "0.20")]
)
def test_a_version_that_is_not_known_counts_as_its_nearest(declared, used):
    versions = {"kserve": declared} if declared else {}

    assert used == version_in_use("kserve", on(**versions))


PAGE = Path(__file__).parents[3] / "docs" / "pages" / "rollout-backends.md"
COLUMNS = ("canary", "shadow", "blue-green", "a-b", "a-b-header")
PLATFORMS = {
    "with `gateway-api`": on("gateway-api"),
    "with `istio`": on("istio"),
    "without a router": on("none"),
    "standard, before 0.21": on(kserve="0.20"),
    "standard, from 0.21": on(kserve="0.21"),
    "knative": on(mode="knative"),
    "": on(),
}


def rows():
    """Return the rows of the table in the documentation: backend, platform, words of each cell."""
    _, _, table = PAGE.read_text("utf-8").partition("| | canary |")
    for line in table.splitlines()[2:]:
        if not line.startswith("|"):
            return
        head, *cells = (each.strip() for each in line.strip("|").split("|"))
        name, _, where = head.lstrip("`").partition("`")
        yield pytest.param(name, where.strip(), cells, id=head)


@pytest.mark.parametrize(("backend", "where", "cells"), list(rows()))
def test_the_page_says_what_the_table_says(backend, where, cells):
    for strategy, words in zip(COLUMNS, cells, strict=True):
        found = capability(backend, strategy, PLATFORMS[where])

        assert found.is_possible is not words.startswith("no"), (strategy, words)
        assert (words == "yes") <= (found.support is Support.NATIVE), (strategy, words)


def test_the_page_has_every_backend():
    assert {each.values[0] for each in rows()} == {*SELECTABLE}
