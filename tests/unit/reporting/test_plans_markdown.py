"""A plan in a pull request: readable when it is small, below the limit when it is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from inline_snapshot import snapshot
from markdown_it import MarkdownIt
from tests.unit.reporting.sample_plans import BLOCKED, EMPTY, LOOSER, PLAN, SCREEN, many

from mlspec.errors import UsageError
from mlspec.ledger import Strength
from mlspec.planning import Freeze, Level, Requirement
from mlspec.reporting.plans import render_plan

LIMIT = 60_000


def markdown(plan, **options):
    return render_plan(plan, "markdown", **options)


def test_a_plan_as_markdown():
    small = replace(PLAN, operations=PLAN.operations[2:5])

    assert markdown(small, plan_file="plan.json") == snapshot("""\
<!-- mlspec:plan env=prod -->
## Plan for prod (registry 0123456789ab serial 41, specs sha256:861ebe06a780)

1 to update, 1 to rename, 1 to delete; 2 loosening changes; 1 tightening change; highest risk critical

### Approvals needed (3), not by an author of the change (ana)

| Role | People | Strength | Because |
| --- | ---: | --- | --- |
| `model-risk` | 2 | at least signed | R-GATE-LOOSENED model/screen, R-DELETED model/gone |
| `compliance` | 1 | at least host | R-TIER-LOWERED model/screen |

### 3 changes: 1 critical, 1 high, 1 low

| Risk |  | Address | What | Why |
| --- | --- | --- | --- | --- |
| **CRITICAL** | `~` | `model/screen` | update | the tier is lowered |
| **HIGH** | `x` | `model/gone` | delete | its record goes |
| **LOW** | `>` | `model/churn` | renamed from model/churn-v1 | it is called something else |

<details open><summary><b>CRITICAL</b> <code>model/screen</code> update</summary>

`specs/screen.yaml:1:1`

| Class | Field | Change |  | Where |
| --- | --- | --- | --- | --- |
| gate | `spec.gates[auc-floor].atLeast` | `0.92 -> 0.88` | (loosened) | `specs/screen.yaml:31:16` |
| tier | `spec.risk.tier` | `"high" -> "limited"` | (loosened) | `specs/screen.yaml:7:9` |
| data | `spec.purpose` | `"x" -> "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...` |  | `specs/screen.yaml:8:3` |

- **judged at**: high (tier high -\\> limited)
- **R-TIER-LOWERED**: critical, the tier is lowered (spec.risk.tier)
- **R-GATE-LOOSENED**: high, a gate lets more through (spec.gates\\[auc-floor\\].atLeast)
- **reaches**: 5 % of live traffic at once; 2 consumers (api/checkout, api/desk); 1 dependant (system/intake)
- **contract**: breaking; the output \\`score\\` is gone; breaks api/checkout
- **evidence**: present, pass: auc-floor pass, speed fail (advisory)

</details>

<details open><summary><b>HIGH</b> <code>model/gone</code> delete</summary>

the record goes, its events stay

- **judged at**: `minimal`
- **R-DELETED**: high, its record goes
- **reversible**: no: applying the state before does not bring it back

</details>

<details><summary><b>LOW</b> <code>model/churn</code> rename</summary>

`specs/churn.yaml:1:1`

| Class | Field | Change |  | Where |
| --- | --- | --- | --- | --- |
| oversight | `spec.oversight` | `(none) -> {"mode": "human-in-the-loop"}` | (tightened) | `specs/churn.yaml:40:3` |

- **judged at**: `minimal`
- **R-RENAMED**: low, it is called something else

</details>

- **valid until**: `2026-11-23T18:00:00Z`
- **digest**: `sha256:aceb9ceeaccc549fb830ebfff4824373a07ca95e403f6db762e21cf467e48a98`
- **risk digest**: `sha256:3a75452ff5e700a68150f658f3d56b1884bf951a0b3ea700ea53b0435e7ad5fb`
- **freeze**: black-friday, `2026-11-23T00:00:00Z` to `2026-12-01T00:00:00Z`, changes up to low: peak season
- **approve**: `mlspec approve plan.json --as NAME --role model-risk --sign KEY`
- **approve**: `mlspec approve plan.json --as NAME --role compliance --sign KEY`
- **apply**: `mlspec apply plan.json`
""")  # noqa: E501  (the report is as wide as its values)


def test_no_changes_as_markdown():
    assert markdown(EMPTY) == snapshot("""\
<!-- mlspec:plan env=prod -->
## Plan for prod (registry 0123456789ab serial 41, specs sha256:861ebe06a780)

No changes: the registry of prod holds what the specs say (14 resources).

""")


def test_the_marker_names_the_environment_and_nothing_else():
    hostile = replace(PLAN, environment="a b--><script>\n")

    assert "<!-- mlspec:plan env=prod -->" == markdown(PLAN).split("\n")[0]
    assert "<!-- mlspec:plan env=a%20b--%3E%3Cscript%3E%0A -->" == markdown(hostile).split("\n")[0]


def test_warnings_come_before_the_counts():
    told = markdown(BLOCKED)

    assert told.index("> **BREAK GLASS") < told.index("2 to update")


def test_it_folds_one_block_per_operation_with_markdown_inside():
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown(PLAN))

    opened = [each for each in tokens if each.content.startswith("<details")]
    closed = [each for each in tokens if each.content.startswith("</details>")]
    assert len(PLAN.operations) == len(opened) == len(closed)
    kinds = Counter(each.type for each in tokens)
    assert 4 == kinds["table_open"]  # approvals, overview, two operations with fields
    assert kinds["bullet_list_open"] == kinds["bullet_list_close"]


def test_two_thousand_changes_stay_below_the_limit_with_all_approvals():
    text = markdown(many(2_000))

    assert len(text.encode()) <= LIMIT
    assert "| `model-risk` | 2 | at least signed |" in text
    assert "| `compliance` | 1 | at least host |" in text
    assert "### 2,000 changes: 286 critical, 286 high, 571 medium, 286 low, 571 none" in text
    assert all(f"`model/screen-{number:05}`" in text for number in range(4, 2_000, 7))
    assert "more changes, see the plan file" in text


def test_addresses_of_critical_changes_go_on_where_the_table_ends():
    text = markdown(many(900, Level.CRITICAL))

    table = sum(line.startswith("| **CRITICAL**") for line in text.splitlines())
    names = sum(line.startswith("`") and line.endswith("`,") for line in text.splitlines())
    assert table > 100
    assert names > 100
    assert f"… and {900 - table} more changes, see the plan file" in text
    assert f"in all {900 - table} more critical changes" in text


def test_the_riskiest_are_told_first_and_in_order():
    ranks = [
        Level(line.split("**")[1].lower()).rank
        for line in markdown(many(2_000)).splitlines()
        if line.startswith("| **")
    ]

    assert ranks
    assert all(one >= other for one, other in pairwise(ranks))


def test_more_room_tells_more():
    small, large = (
        len(markdown(many(2_000), max_bytes=size).encode()) for size in (20_000, 200_000)
    )

    assert 15_000 < small <= 20_000
    assert 150_000 < large <= 200_000


def test_a_limit_without_room_for_the_approvals_is_refused():
    with pytest.raises(UsageError, match="500 bytes are too few for a plan"):
        markdown(PLAN, max_bytes=500)


def test_who_approves_is_told_before_why():
    why = tuple(f"R-RULE-{number} model/{'x' * 60}" for number in range(4))
    roles = [Requirement(f"role-{number}", 1, Strength.HOST, why) for number in range(100)]

    text = markdown(replace(PLAN, required_approvals=tuple(roles)))

    assert len(text.encode()) <= LIMIT
    assert all(f"| `{each.role}` | 1 | at least host |" in text for each in roles)


def test_notices_freezes_and_steps_without_end_leave_the_limit_alone():
    plan = replace(
        many(50),
        required_approvals=tuple(
            Requirement(f"role-{number}", 1, Strength.HOST) for number in range(5_000)
        ),
        freezes=(Freeze("f", "a", "b", "c" * 200),) * 5_000,
        envelope=replace(PLAN.envelope, notices=("glass " * 50,) * 5_000),
    )

    text = markdown(plan)

    assert len(text.encode()) <= LIMIT
    assert "more approvals, see the plan file" in text
    assert "more notices, see the plan file" in text
    assert plan.digest in text


def test_an_operation_with_many_fields_is_cut():
    plan = replace(PLAN, operations=(replace(SCREEN, changes=(LOOSER,) * 25),))

    text = markdown(plan)

    assert 20 == text.count("| gate |")
    assert "and 5 more fields, see the plan file" in text
