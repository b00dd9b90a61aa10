"""Laws of policy: stricter is never kinder, a waiver concerns one rule, order says nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.policy.packs import HOME, files, pack_of, rule
from tests.unit.policy.worlds import BINDING, bound, judgement, model, waiver, workspace

from mlspec.policy import Enforcement, Outcome, PackFiles, read_pack

IDS = [f"HOUSE-{number:03}" for number in range(1, 6)]
CONDITIONS = st.sampled_from(
    [
        "true",
        "false",
        "has(spec.owners)",
        'spec.risk.tier == "minimal"',
        'spec.risk.markets.exists(m, m == "EU")',
        "1 / 0 == 1",
        "gates.size() > 0",
    ]
)
LEVELS = st.sampled_from([each.value for each in Enforcement])
DAYS = st.sampled_from([None, '"2026-01-01"', '"2027-06-01"'])
RULES = st.fixed_dictionaries(
    {
        "require": CONDITIONS,
        "when": CONDITIONS.map("'{}'".format),
        "enforcement": LEVELS,
        "appliesFrom": DAYS,
    }
)
PACKS = st.lists(RULES, min_size=1, max_size=len(IDS))
WAIVERS = st.lists(
    st.fixed_dictionaries(
        {
            "rule": st.sampled_from(IDS),
            "approvedBy": st.sampled_from(["[val@example.org]", "[ana@example.org]"]),
            "expires": st.sampled_from(['"2026-12-31"', '"2026-11-20"', '"2028-01-01"']),
        }
    ),
    max_size=3,
)
FEW = settings(max_examples=40)


def documents(rules):
    return [rule(name, **each) for name, each in zip(IDS, rules, strict=False)]


def shop(waivers=()):
    listed = [waiver(f"w{number}", **each) for number, each in enumerate(waivers)]
    return workspace(BINDING, model(), *listed)


def said(rules, waivers=(), enforcement=None):
    """Return what each rule says of the model, by id."""
    found = shop(waivers)
    pack = bound(found, *documents(rules), enforcement=enforcement)
    return {each.rule: each for each in judgement(found, pack).of("model/churn")}


@FEW
@given(PACKS, st.dictionaries(st.sampled_from(IDS), st.sampled_from(list(Enforcement))), WAIVERS)
def test_a_binding_that_tightens_never_lets_pass_what_stopped(rules, tightened, waivers):
    before, after = said(rules, waivers), said(rules, waivers, tightened)

    for name, result in before.items():
        if result.stops:
            assert after[name].stops
        assert after[name].enforcement.strictness >= result.enforcement.strictness


@FEW
@given(PACKS, WAIVERS, st.sampled_from(IDS))
def test_a_waiver_changes_nothing_of_another_rule(rules, waivers, covered):
    more = [*waivers, {"rule": covered}]
    before, after = said(rules, waivers), said(rules, more)

    assert before.keys() == after.keys()
    assert all(before[each] == after[each] for each in before if each != covered)


@FEW
@given(PACKS, WAIVERS)
def test_only_what_failed_is_waived_and_never_what_is_mandatory(rules, waivers):
    bare, waived = said(rules), said(rules, waivers)

    for name, result in waived.items():
        if result.outcome is not Outcome.WAIVED:
            assert bare[name].outcome is result.outcome
            continue
        assert bare[name].outcome in (Outcome.FAIL, Outcome.ERROR)
        assert result.enforcement is not Enforcement.MANDATORY
        assert name in {each["rule"] for each in waivers}


@FEW
@given(PACKS, st.randoms(use_true_random=False))
def test_the_order_and_the_number_of_files_say_nothing(rules, random):
    listed = documents(rules)
    shuffled = random.sample(listed, len(listed))
    apart = {f"rules/r{number}.yaml": each.encode() for number, each in enumerate(shuffled)}
    names = random.sample(sorted(apart), len(apart))
    other = read_pack(
        PackFiles("house", {"pack.yaml": HOME.encode(), **{each: apart[each] for each in names}})
    ).pack
    found = shop()
    one = bound(found, *listed)
    split = type(one)(other, one.binding, one.environments, one.enforcement)

    assert judgement(found, one).results == judgement(found, split).results


@FEW
@given(PACKS, WAIVERS, st.randoms(use_true_random=False))
def test_the_order_of_specs_says_nothing(rules, waivers, random):
    listed = [waiver(f"w{number}", **each) for number, each in enumerate(waivers)]
    specs = [BINDING, model(), model("other", "limited"), *listed]
    one, other = workspace(*specs), workspace(*random.sample(specs, len(specs)))
    first, second = (judgement(each, bound(each, *documents(rules))) for each in (one, other))

    assert (first.results, first.tiers) == (second.results, second.tiers)


@FEW
@given(PACKS)
def test_the_digest_of_a_pack_is_that_of_its_files_in_any_order(rules):
    listed = documents(rules)
    content = files("---\n".join(listed)).content
    turned = PackFiles("house", dict(reversed(list(content.items()))))

    assert pack_of("---\n".join(listed)).digest == turned.digest
