"""Distribution functions that the standard library lacks.

Arguments outside the domain, NaN included, give NaN. Relative accuracy is about 1e-12 for the
parameters that counts lead to (halves up to billions): powers and gamma functions are never taken
apart, so large counts cancel before they are rounded (C. Loader, 2000).
"""

from __future__ import annotations

import math

from mlspec.stats._intervals import normal_quantile

__all__ = [
    "beta_cdf",
    "beta_quantile",
    "beta_survival",
    "chi2_survival",
    "gamma_cdf",
    "gamma_survival",
    "kolmogorov_survival",
    "student_quantile",
    "student_survival",
]

_TINY = 1e-300
_CLOSE = 4e-16
_MOST_TERMS = 1_000_000
"""Fractions and series need about sqrt(largest count) terms; what needs more is given up as NaN."""
_FARTHEST = 700.0
"""Log-odds beyond which a share is 0 or 1 for every purpose."""
_NEWTON_STEPS = 200
_STILL = 1e-14
_NEAR = 1 / 2
_LARGE = 16
"""Where Stirling's series has fallen below the rounding error."""


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return I_x(a, b), the regularised incomplete beta function: P(X <= x), X ~ Beta(a, b).

    For a, b > 0; 0 below x = 0 and 1 above x = 1. Continued fraction:
    Didonato and Morris (1992).
    """
    return _beta_tails(x, 1 - x, a, b)[0]


def beta_survival(x: float, a: float, b: float) -> float:
    """Return 1 - I_x(a, b) = P(X > x) for X ~ Beta(a, b), exact in the far tail too."""
    return _beta_tails(x, 1 - x, a, b)[1]


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Return x with I_x(a, b) = probability, in 0..1. For a, b > 0 and 0 <= probability <= 1.

    Newton's method on ln I against the log-odds of x, kept inside a shrinking bracket.
    """
    if not (_are_shapes(a, b) and 0 <= probability <= 1):
        return math.nan
    if probability in (0, 1):
        return float(probability)
    return _expit(_beta_log_odds(probability, 1 - probability, a, b))


def gamma_cdf(x: float, a: float) -> float:
    """Return P(a, x), the regularised lower incomplete gamma function: P(X <= x), X ~ Gamma(a, 1).

    For a > 0. Series below the mean, continued fraction above: DLMF 8.7.1, 8.9.2.
    """
    return _gamma_tails(x, a)[0]


def gamma_survival(x: float, a: float) -> float:
    """Return Q(a, x) = 1 - P(a, x) = P(X > x) for X ~ Gamma(a, 1), exact in the far tail too."""
    return _gamma_tails(x, a)[1]


def chi2_survival(x: float, degrees: float) -> float:
    """Return P(X > x) for a chi-squared X with so many degrees of freedom: the p of its test."""
    return gamma_survival(x / 2, degrees / 2)


def student_survival(t: float, degrees: float) -> float:
    """Return P(T > t) for Student's T; infinitely many degrees give the normal distribution."""
    if not degrees > 0 or math.isnan(t):
        return math.nan
    if math.isinf(t):
        return 0.0 if t > 0 else 1.0
    if math.isinf(degrees):
        return math.erfc(t / math.sqrt(2)) / 2
    whole = degrees + t * t
    half_tail = _beta_tails(degrees / whole, t * t / whole, degrees / 2, 0.5)[0] / 2
    return half_tail if t >= 0 else 1 - half_tail


def student_quantile(probability: float, degrees: float) -> float:
    """Return t with P(T <= t) = probability for Student's T with so many degrees of freedom.

    t^2 / degrees are the odds against x for x ~ Beta(degrees / 2, 1/2). 0 and 1 give -+ infinity.
    """
    if not (degrees > 0 and 0 <= probability <= 1):
        return math.nan
    if math.isinf(degrees) and 0 < probability < 1:
        return normal_quantile(probability)
    if probability in (0, 0.5, 1):
        return {0: -math.inf, 0.5: 0.0, 1: math.inf}[probability]
    outside = 2 * min(probability, 1 - probability)
    inside = abs(2 * probability - 1)
    log_odds = _beta_log_odds(outside, inside, degrees / 2, 0.5)
    size = math.sqrt(degrees) * math.exp(-log_odds / 2)
    return math.copysign(size, probability - 0.5)


def kolmogorov_survival(x: float) -> float:
    """Return P(K > x) for Kolmogorov's limit of sqrt(n) sup |F_n - F|.

    2 sum (-1)^(k-1) exp(-2 k^2 x^2) for large x, and below 1 its transformed twin
    1 - sqrt(2 pi) / x sum exp(-(2k-1)^2 pi^2 / 8x^2). Source: A. Kolmogorov (1933).
    """
    if not x > 0:
        return math.nan if math.isnan(x) else 1.0
    if x >= 1:
        powers = [math.exp(-2 * (k * x) ** 2) for k in range(1, 8)]
        return 2 * (sum(powers[::2]) - sum(powers[1::2]))
    terms = (math.exp(-(((2 * k - 1) * math.pi / x) ** 2) / 8) for k in range(1, 8))
    return 1 - math.sqrt(2 * math.pi) / x * sum(terms)


def _are_shapes(*values: float) -> bool:
    return all(0 < value < math.inf for value in values)


def _beta_tails(x: float, y: float, a: float, b: float) -> tuple[float, float]:
    """Return P(X <= x) and P(X > x), where y = 1 - x is given as exactly as it is known."""
    if not _are_shapes(a, b) or math.isnan(x):
        return math.nan, math.nan
    if x <= 0 or y <= 0:
        return (0.0, 1.0) if x <= 0 else (1.0, 0.0)
    weight = _beta_weight(x, y, a, b)
    if x * (a + b + 2) <= a + 1:
        lower = weight / _beta_fraction(x, y, a, b)
        return lower, 1 - lower
    upper = weight / _beta_fraction(y, x, b, a)
    return 1 - upper, upper


def _beta_weight(x: float, y: float, a: float, b: float) -> float:
    """Return x^a y^b / B(a, b)."""
    total = a + b
    excess = x * b - y * a
    deviance = a * _log_rest(x * total / a, excess / a) + b * _log_rest(y * total / b, -excess / b)
    correction = _stirling_rest(total) - _stirling_rest(a) - _stirling_rest(b)
    return math.sqrt(a / total * b / (2 * math.pi)) * math.exp(deviance + correction)


def _beta_fraction(x: float, y: float, a: float, b: float) -> float:
    """Return x^a y^b / (B(a, b) I_x(a, b)), in the form that subtracts nothing from x a large b."""
    value = c = _apart(a * (a * y - b * x + 1) / (a + 1))
    d = 0.0
    for m in range(1, _MOST_TERMS):
        odd = a + 2 * m - 1
        above = m * (a + m - 1) / odd * ((a + b + m - 1) / odd) * (b - m) * x * x
        beside = (a + m) * (a * y - b * x + 1 + m * (1 + y)) / (odd + 2)
        below = m + m * (b - m) * x / odd + beside
        d, c = 1 / _apart(below + above * d), _apart(below + above / c)
        value *= c * d
        if abs(c * d - 1) <= _CLOSE:
            return value
    return math.nan


def _apart(denominator: float) -> float:
    return denominator if abs(denominator) > _TINY else _TINY


def _beta_log_odds(lower: float, upper: float, a: float, b: float) -> float:
    """Return ln(x / (1 - x)) with P(X <= x) = lower and P(X > x) = upper; the smaller decides."""
    if upper < lower:
        return -_beta_log_odds(upper, lower, b, a)
    low, high, guess = -_FARTHEST, _FARTHEST, math.log(a / b)
    for _ in range(_NEWTON_STEPS):
        x, y = _expit(guess), _expit(-guess)
        tail, weight = _beta_tails(x, y, a, b)[0], _beta_weight(x, y, a, b)
        if math.isnan(tail):
            break
        low, high = (guess, high) if tail < lower else (low, guess)
        after = guess + _log_step(lower, tail, weight)
        after = after if low < after < high else (low + high) / 2
        if abs(after - guess) <= _STILL * max(1.0, abs(guess)):
            return after
        guess = after
    return math.nan


def _log_step(wanted: float, tail: float, weight: float) -> float:
    """Return Newton's step for ln(tail) = ln(wanted), where weight is the slope of the tail."""
    return math.log(wanted / tail) * tail / weight if min(tail, weight) > 0 else math.inf


def _expit(log_odds: float) -> float:
    return 0.0 if log_odds <= -_FARTHEST else 1 / (1 + math.exp(-log_odds))


def _gamma_tails(x: float, a: float) -> tuple[float, float]:
    if not _are_shapes(a) or math.isnan(x):
        return math.nan, math.nan
    if x <= 0 or math.isinf(x):
        return (0.0, 1.0) if x <= 0 else (1.0, 0.0)
    weight = math.sqrt(a / (2 * math.pi)) * math.exp(
        a * _log_rest(x / a, (x - a) / a) - _stirling_rest(a)
    )
    if x < a + 1:
        lower = weight * _gamma_series(x, a) / a
        return lower, 1 - lower
    upper = weight * _gamma_fraction(x, a)
    return 1 - upper, upper


def _gamma_series(x: float, a: float) -> float:
    """Return sum x^k / ((a + 1) ... (a + k))."""
    term = total = 1.0
    for k in range(1, _MOST_TERMS):
        term *= x / (a + k)
        total += term
        if term <= total * _CLOSE:
            return total
    return math.nan


def _gamma_fraction(x: float, a: float) -> float:
    """Return the continued fraction of Q(a, x) Gamma(a) / (x^a e^-x), by Lentz's method."""
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    value = d
    for k in range(1, _MOST_TERMS):
        b += 2
        d, c = 1 / _apart(k * (a - k) * d + b), _apart(b + k * (a - k) / c)
        value *= c * d
        if abs(c * d - 1) <= _CLOSE:
            return value
    return math.nan


def _log_rest(ratio: float, excess: float) -> float:
    """Return ln(ratio) - excess, where excess = ratio - 1, without cancellation around 1."""
    if abs(excess) > _NEAR:
        return math.log(ratio) - excess
    step = excess / (2 + excess)
    artanh_rest = sum(step ** (2 * k + 1) / (2 * k + 1) for k in range(1, 18))
    return 2 * artanh_rest - excess * step


def _stirling_rest(z: float) -> float:
    """Return what Stirling's formula leaves: ln Gamma(z) - (z - 1/2) ln z + z - ln(2 pi) / 2."""
    if z < _LARGE:
        return math.lgamma(z) - (z - 0.5) * math.log(z) + z - math.log(2 * math.pi) / 2
    inverse = 1 / (z * z)
    series = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)
    return sum(each * inverse**k for k, each in enumerate(series)) / z
