"""The difference of two independent estimates that each have an interval."""

from __future__ import annotations

import math

from mlspec.stats._intervals import Bounds

__all__ = ["mover_difference"]


def mover_difference(first: float, of_first: Bounds, second: float, of_second: Bounds) -> Bounds:
    """Return the interval of first - second from both intervals, at their level and in their unit.

    d - sqrt((a - l1)^2 + (u2 - b)^2) .. d + sqrt((u1 - a)^2 + (b - l2)^2). Source: G. Y. Zou and
    A. Donner, Statistics in Medicine 27 (2008), the method of variance estimates recovery. With
    Wilson's intervals it is Newcombe's, with Wald's the usual one. For estimates of rows that
    neither shares. An end that is infinite makes both ends infinite or NaN as arithmetic has it.
    """
    difference = first - second
    down = math.hypot(first - of_first.lower, of_second.upper - second)
    up = math.hypot(of_first.upper - first, second - of_second.lower)
    return Bounds(difference - down, difference + up)
