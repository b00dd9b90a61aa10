"""Parts that are decided without an interval: what is checked is there as a whole."""

from __future__ import annotations

from mlspec.evidence import PartResult, Reason, Verdict

__all__ = ["exact_part", "missed"]


def exact_part(
    name: str,
    against: Reason | None,
    *,
    estimate: float | None = None,
    counts: tuple[tuple[str, int], ...] = (),
) -> PartResult:
    """Return a part that fails for a reason, or passes where there is none."""
    if against is None:
        return PartResult(name, Verdict.PASS, estimate=estimate, counts=counts)
    return PartResult(
        name, Verdict.FAIL, against.sentence, against.code, estimate=estimate, counts=counts
    )


def missed(sentence: str | None) -> Reason | None:
    """Return the reason that a check on data fails, None where there is nothing to say."""
    return None if sentence is None else Reason("check-failed", sentence)
