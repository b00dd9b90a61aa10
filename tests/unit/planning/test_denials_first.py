"""Nobody is sent for approvals of a plan that is denied anyway: that comes first, with code 5."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.test_law import Town
from tests.unit.planning.worlds import STAMP
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import model

from mlspec.errors import ApprovalsMissingError, PolicyDeniedError
from mlspec.planning import Checkout, OnError

OWNED = rule(when="spec.risk.tier == 'minimal'", message="Nobody owns `{{ metadata.name }}`.")


class Careful(Town):
    """A town whose environment requires approvals."""

    @property
    def context(self):
        return replace(super().context, require_approvals=True)


def applied(town, has_authors=True, **options):
    from mlspec.planning import ApplyOptions, apply_plan

    checkout = Checkout(town.desired, town.context, {}, law=town.law, has_authors=has_authors)
    return apply_plan(town.plan(), town.backend(), checkout, STAMP, ApplyOptions(**options))


@pytest.mark.parametrize("has_authors", [True, False])
def test_a_denial_and_missing_approvals_are_told_in_one_answer(tmp_path, has_authors):
    town = Careful(tmp_path, model(), model("grave", tier="high"), rules=[OWNED])

    with pytest.raises(PolicyDeniedError) as caught:
        applied(town, has_authors=has_authors)

    told = caught.value.details
    assert 5 == caught.value.exit_code
    assert "`model/churn`: HOUSE-001: Nobody owns `churn`." == told[0]
    assert told[1].startswith("beside that, ")
    assert has_authors == any("missing" in each for each in told[2:])


def test_without_a_denial_the_missing_approvals_stand_alone(tmp_path):
    town = Careful(tmp_path, model("grave", tier="high"), rules=[OWNED])

    with pytest.raises(ApprovalsMissingError) as caught:
        applied(town)

    assert 6 == caught.value.exit_code
    assert not any("beside" in each for each in caught.value.details)


def test_who_leaves_the_denied_part_out_is_asked_for_approvals_of_the_rest(tmp_path):
    town = Careful(tmp_path, model(), model("grave", tier="high"), rules=[OWNED])

    with pytest.raises(ApprovalsMissingError):
        applied(town, on_error=OnError.CONTINUE)
