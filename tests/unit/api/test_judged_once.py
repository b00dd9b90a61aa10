"""A command asks policy once, and hands the answer on: packs are read and rules evaluated once."""

from __future__ import annotations

import cProfile
import pstats

import pytest

from mlspec.api.cards import Asked, cards
from mlspec.api.dossier import dossier
from mlspec.api.obligations import owed
from mlspec.api.policy_lock import lock_packs
from mlspec.api.start import init

DAY = "2026-11-21"
BINDING = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: core, owner: growth}
spec: {pack: core, version: 2026.11.0}
"""
ASKED = {
    "dossier": lambda root: dossier("churn", root, "staging", DAY),
    "card": lambda root: cards(Asked(as_of=DAY, offline=True), root, "staging"),
    "obligations": lambda root: owed("churn", root, "staging", DAY),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    root = tmp_path_factory.mktemp("once") / "shop"
    init(root)
    (root / "specs" / "policy.yaml").write_text(BINDING, encoding="utf-8")
    lock_packs(root)
    return root


def calls(profile, module, function):
    """Return how often a function of a module of policy ran."""
    told = pstats.Stats(profile).stats
    return sum(
        row[1]
        for (file, _, name), row in told.items()
        if name == function and file.endswith(f"mlspec/policy/{module}.py")
    )


@pytest.mark.parametrize("command", sorted(ASKED))
def test_policy_is_judged_once(shop, command):
    with cProfile.Profile() as profile:
        assert ASKED[command](shop)

    assert (1, 1) == (calls(profile, "_judge", "judge"), calls(profile, "_force", "in_force"))
