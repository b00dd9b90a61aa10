"""What `mlspec targets list` prints."""

from __future__ import annotations

import json

from mlspec.capabilities import capabilities
from mlspec.ir import Artifact
from mlspec.reporting.targets import render_targets, render_targets_json
from mlspec.targets import Target, listing

OURS = (
    Target("argo-rollouts", "Rollout per model", lambda _bundle, _renderer: ()),
    Target(
        "my_own", "with an \x1b escape", lambda _b, _r: (Artifact("a", "", ""),), is_default=False
    ),
)


def test_targets_stand_by_the_name_that_specs_write():
    text = render_targets(listing(OURS))

    assert "  argo-rollouts  default  Rollout per model\n" in text
    assert "  my-own                  with an " in text
    assert "without it the default ones" in text
    assert "\x1b" not in text


def test_every_cell_has_a_row_below_its_backend():
    lines = render_targets(listing(OURS)).splitlines()

    for cell in capabilities():
        title = f"{cell.backend} ({cell.mode})" if cell.mode else cell.backend
        below = lines[lines.index(title) + 1 :]
        rows = below[: below.index("")] if "" in below else below
        assert any(each.split()[:2] == [cell.strategy, cell.support] for each in rows)


def test_a_row_says_when_it_holds():
    text = render_targets(listing(OURS))

    assert "canary      unsupported   before 0.21" in text
    assert "from 0.21, router gateway-api" in text
    assert "router gateway-api or istio" in text


def test_json_tells_the_same():
    found = json.loads(render_targets_json(listing(OURS)))

    assert [True, False] == [each["default"] for each in found["targets"]]
    assert len(capabilities()) == len(found["capabilities"])
    assert ["0.20", "0.21"] == found["versions"]["kserve"]
