"""The part of a card about how traffic moves to a new version."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.kinds.rollout_policy import BlueGreen, Canary, Shadow, Split
from mlspec.lowering._card_facts import duration, not_online, number, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import CardValue
    from mlspec.kinds.model import ModelSpec
    from mlspec.kinds.rollout_policy import Analysis, Rollout, RolloutPolicySpec
    from mlspec.lowering._card_facts import Facts
    from mlspec.workspace import Workspace

__all__ = ["rollout"]

_GROUP = "Rollout"
_PATH = "spec.rollout"


def rollout(workspace: Workspace, own: Facts, spec: ModelSpec) -> Iterator[CardValue]:
    """Yield the strategy, its steps and the conditions that stop it."""
    facts = own.about(_GROUP)
    offline = not_online(spec)
    if offline and (spec.serving or not (spec.rollout or spec.rollout_policy)):
        place, reason = offline
        yield facts.not_applicable("Rollout", place, f"{reason}: no traffic moves")
        return
    yield _champion(facts, spec)
    if spec.rollout is not None:
        yield from _strategy(facts, spec.rollout)
    else:
        yield from _shared(workspace, facts, spec.rollout_policy)


def _shared(workspace: Workspace, facts: Facts, policy: str | None) -> Iterator[CardValue]:
    if policy is not None:
        yield facts.value("Shared policy", "spec.rolloutPolicy", policy)
        shared = workspace.find("RolloutPolicy", policy)
        if shared is not None:
            yield from facts.linked(shared, _shared_strategy)
            return
    yield facts.missing("Rollout", _PATH)


def _shared_strategy(facts: Facts) -> Iterator[CardValue]:
    policy = cast("RolloutPolicySpec", facts.resource.spec)  # of rollout policies only
    return _strategy(facts, policy.rollout)


def _champion(facts: Facts, spec: ModelSpec) -> CardValue:
    if spec.champion is None:
        return facts.not_applicable("Champion", "spec", "none is named: a first release")
    champion = spec.champion
    text = ", ".join(each for each in (champion.version, champion.image, champion.uri) if each)
    return facts.value("Champion", "spec.champion", text)


def _strategy(facts: Facts, declared: Rollout) -> Iterator[CardValue]:
    yield facts.value("Strategy", "spec.rollout.strategy", declared.strategy)
    yield facts.said("Course", _PATH, _course(declared))
    for index, check in enumerate(declared.analysis):
        path = f"spec.rollout.analysis[{index}]"
        yield facts.said(f"Condition {check.id}", path, _condition(check))
    if not declared.analysis:
        yield facts.missing("Conditions", "spec.rollout.analysis")


def _course(declared: Rollout) -> str:
    match declared:
        case Canary():
            return _in_steps(declared)
        case Shadow():
            return f"copies {percent(declared.share)} for {duration(declared.hold_minutes)}"
        case BlueGreen():
            kept = f"the champion stays up for {duration(declared.keep_minutes)}"
            return f"{duration(declared.preview_minutes)} without traffic, then all of it; {kept}"
        case Split():
            least = f"{number(declared.minimum_samples)} requests per arm"
            length = f"for {declared.duration_days} days, decided on {declared.outcome}"
            return f"{percent(declared.share)} to arm B {length} from {least}"


def _in_steps(canary: Canary) -> str:
    steps = [f"{percent(each.share)} for {duration(each.hold_minutes)}" for each in canary.steps]
    end = "back to the champion" if canary.abort_on_failure else "nothing is undone"
    return f"{', '.join(steps)}; when a condition fails: {end}"


def _condition(check: Analysis) -> str:
    bounds = (("at most", check.at_most), ("at least", check.at_least))
    stated = [f"{words} {number(bound)}" for words, bound in bounds if bound is not None]
    metric = check.metric or check.query_metric or "no metric"
    least = f"from {number(check.minimum_requests)} requests"
    return ", ".join([f"{metric} {' and '.join(stated) or 'without limit'}", least])
