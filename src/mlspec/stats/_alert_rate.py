"""How often a noisy value crosses a limit for long enough that somebody is told."""

from __future__ import annotations

import math

__all__ = ["alerts_per_week", "bursts_per_week", "owens_t"]

_WEEK_MINUTES = 10_080
_STEPS = 200


def alerts_per_week(
    distance: float, *, window_minutes: int, for_minutes: int, every_minutes: float = 1.0
) -> float:
    """Return at most how many alerts a week a value without any fault gives, on average.

    The value is normal, and the limit lies `distance` standard deviations from its mean; it is a
    mean over the window W, of noise without a memory, so that two values that lie t apart are
    correlated by 1 - t/W. It is looked at every e minutes, and an alert needs F minutes beyond the
    limit. The number of alerts is then at most each of these, and the least is returned:

    * how often the limit is crossed: (week / e) P(X_t within, X_{t+e} beyond), which is
      (week / e) 2 T(distance, sqrt((1 - r) / (1 + r))), r = 1 - e/W, with Owen's T;
    * the time beyond, of which each alert takes F: week P(X beyond) / F;
    * windows side by side, which know nothing of each other: an alert has k = floor(F / W) of them
      beyond in a row, which happens (week / W) P(X beyond)^k times.

    A distance of infinity gives 0. Source of T: D. B. Owen, Annals of Mathematical Statistics 27
    (1956), pages 1075-1090.
    """
    beyond = math.erfc(distance / math.sqrt(2)) / 2
    part = min(1.0, every_minutes / window_minutes)
    crossings = 2 * owens_t(distance, math.sqrt(part / (2 - part)))
    bounds = [_WEEK_MINUTES / every_minutes * crossings]
    if for_minutes:
        bounds.append(_WEEK_MINUTES * beyond / for_minutes)
    if rows := for_minutes // window_minutes:
        bounds.append(_WEEK_MINUTES / window_minutes * beyond**rows)
    return min(bounds)


def bursts_per_week(expected: float, least: int, *, window_minutes: float) -> float:
    """Return how many times a week the events of the last minutes become `least`, on average.

    Events are independent of each other (Poisson), `expected` of them in a window. The count of a
    window goes up to `least` with an event that comes while it is one less, and it is so for a
    share of the time: (events a week) P(N = least - 1). Without events there is none.
    """
    if expected <= 0:
        return 0.0
    events = expected * _WEEK_MINUTES / window_minutes
    before = least - 1
    return events * math.exp(before * math.log(expected) - expected - math.lgamma(least))


def owens_t(height: float, slope: float) -> float:
    """Return the integral of exp(-h^2 (1 + x^2) / 2) / (2 pi (1 + x^2)) for x from 0 to `slope`.

    By Simpson's rule; to ten digits for slopes up to 1.
    """
    width = slope / _STEPS
    weights = (1 if place in (0, _STEPS) else 2 + 2 * (place % 2) for place in range(_STEPS + 1))
    values = (_integrand(height, place * width) for place in range(_STEPS + 1))
    total = sum(weight * value for weight, value in zip(weights, values, strict=True))
    return total * width / 3


def _integrand(height: float, x: float) -> float:
    square = 1 + x * x
    return math.exp(-height * height * square / 2) / (2 * math.pi * square)
