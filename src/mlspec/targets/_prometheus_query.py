"""PromQL from typed pieces: no text of a spec reaches a query unquoted."""

from __future__ import annotations

from functools import lru_cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "DURATION",
    "ERRORS",
    "REQUESTS",
    "Matchers",
    "Series",
    "Z",
    "amount",
    "duration",
    "equal",
    "increase",
    "matching",
    "maximum",
    "mean",
    "number",
    "part_of",
    "quantile",
    "quoted",
    "ratio",
    "total_rate",
    "unknown",
    "wilson",
]

REQUESTS = "mlspec_requests_total"
ERRORS = "mlspec_request_errors_total"
DURATION = "mlspec_request_duration_seconds"
"""The metrics every served model has; scraping adds the labels `model` and `role` of its pods."""

Z = 1.959963984540054
"""97.5 % quantile of the normal distribution: a two-sided interval of 95 %."""

_MINUTES = (("w", 10_080), ("d", 1440), ("h", 60), ("m", 1))
_EXACT_INTEGERS = 1e15

Matchers = tuple[tuple[str, str, str], ...]
"""What narrows a metric: (label, operator, value)."""


class Series(NamedTuple):
    """A metric and the matchers that narrow it."""

    metric: str
    matchers: Matchers = ()

    def named(self, suffix: str) -> Series:
        """Return the part of a histogram or counter with that suffix."""
        if self.metric.endswith(suffix):
            return self
        return Series(self.metric + suffix, self.matchers)

    def __str__(self) -> str:
        return f"{self.metric}{matching(self.matchers)}"

    def over(self, minutes: int, *, before: int = 0) -> str:
        """Return the selector of a range, which ended some minutes before."""
        offset = f" offset {duration(before)}" if before else ""
        return f"{self}[{duration(minutes)}]{offset}"


@lru_cache(maxsize=256)  # the series of a model differ in little else than their metric
def matching(matchers: Matchers) -> str:
    """Return matchers as they stand after a metric; nothing where nothing narrows it."""
    inside = ",".join([f"{label}{sign}{quoted(text)}" for label, sign, text in matchers])
    return f"{{{inside}}}" if inside else ""


def equal(labels: Iterable[tuple[str, str]]) -> Matchers:
    """Return what matches the series with all of these labels."""
    return tuple([(name, "=", value) for name, value in labels])


def mean(series: Series, minutes: int) -> str:
    """Return the mean of all samples of a gauge: not a mean of means."""
    window = series.over(minutes)
    return f"sum(sum_over_time({window})) / sum(count_over_time({window}))"


def maximum(series: Series, minutes: int) -> str:
    """Return the greatest sample of a gauge."""
    return f"max(max_over_time({series.over(minutes)}))"


def total_rate(series: Series, minutes: int) -> str:
    """Return the increase of a counter per second, all replicas together."""
    return f"sum(rate({series.over(minutes)}))"


def increase(series: Series, minutes: int, *, before: int = 0) -> str:
    """Return the increase of a counter in the window, all replicas together."""
    return f"sum(increase({series.over(minutes, before=before)}))"


def ratio(part: Series, whole: Series, minutes: int) -> str:
    """Return the share of two counters: a ratio of sums."""
    return f"{total_rate(part, minutes)} / {total_rate(whole, minutes)}"


def part_of(part: str, whole: str) -> str:
    """Return a part that is zero where it is not measured and the whole is."""
    return f"({part} or 0 * {whole})"


def quantile(share: float, series: Series, minutes: int) -> str:
    """Return a quantile of a histogram, all replicas together."""
    buckets = f"sum by (le) (rate({series.named('_bucket').over(minutes)}))"
    return f"histogram_quantile({number(share)}, {buckets})"


def unknown(value: str) -> str:
    """Return an expression that is true where a value is missing or not a number."""
    return f"absent(({value}) >= -Inf)"


def wilson(events: str, trials: str, sign: str) -> str:
    """Return the lower (`-`) or upper (`+`) bound of a share: NaN without trials.

    (e + z²/2 ± z·sqrt(e(n - e)/n + z²/4)) / (n + z²), from expressions of e and n without labels.
    """
    square = Z * Z
    spread = f"{events} * clamp_min({trials} - {events}, 0) / {trials} + {number(square / 4)}"
    middle = f"{events} + {number(square / 2)}"
    return f"({middle} {sign} {number(Z)} * sqrt({spread})) / ({trials} + {number(square)})"


@lru_cache(maxsize=256)
def duration(minutes: int) -> str:
    """Return minutes as Prometheus writes a duration, in the largest unit that fits."""
    for unit, length in _MINUTES:
        if minutes and minutes % length == 0:
            return f"{minutes // length}{unit}"
    return "0s"


@lru_cache(maxsize=1024)
def number(value: float) -> str:
    """Return a number as text that reads back as the same number."""
    if float(value).is_integer() and abs(value) < _EXACT_INTEGERS:
        return str(int(value))
    return repr(float(value))


def amount(value: float) -> str:
    """Return a number with four digits, as `%.4g` prints it in Go and in Python."""
    return f"{value:.4g}"


def quoted(text: str) -> str:
    """Return text as PromQL has it; the escapes of JSON are a subset of its own."""
    return encode_basestring(text)
