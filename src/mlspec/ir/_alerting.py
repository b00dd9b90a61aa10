"""Who is told when an alert fires, and which series are those of an environment."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["OnCall", "Scope", "alert_name"]


@dataclass(frozen=True, slots=True)
class OnCall:
    """A team, its receiver in Alertmanager, and the address that the receiver calls, if stated."""

    team: str
    receiver: str
    webhook: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """An environment in the series of Prometheus.

    Every series that is scraped there has all of `labels`; they are what tells it from a series
    of the same model elsewhere. What rules record has the name of the environment, too.
    """

    environment: str = ""
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def recorded(self) -> tuple[tuple[str, str], ...]:
        """Return the labels of what is recorded there."""
        named = (("environment", self.environment),) if self.environment else ()
        return tuple(sorted(dict((*named, *self.labels)).items()))


def alert_name(*identifiers: str) -> str:
    """Return kebab-case names as one name in the usual form of alerts."""
    return "-".join(identifiers).title().replace("-", "")
