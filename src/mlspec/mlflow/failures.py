"""What an MLflow server can answer instead of what was asked for.

All end a command with 69 where nobody catches them. The tree below `RegistryUnavailableError`:

* LostAnswerError: no answer, or one that does not tell whether the request was carried out
* NotAllowedError: whoever asks is not known (401) or lacks a right (403)
* RefusedError: the request itself is refused
  * AbsentError: what it names does not exist
  * ExistsError: what it creates exists
"""

from __future__ import annotations

from mlspec.errors import RegistryUnavailableError

__all__ = [
    "AbsentError",
    "ExistsError",
    "LostAnswerError",
    "NotAllowedError",
    "RefusedError",
]


class LostAnswerError(RegistryUnavailableError):
    """No answer came, or one that leaves open whether the request was carried out."""


class NotAllowedError(RegistryUnavailableError):
    """Whoever asks is not known to the server, or may not do that."""


class RefusedError(RegistryUnavailableError):
    """The server understood the request and refuses it; nothing was done."""


class AbsentError(RefusedError):
    """What the request names does not exist."""


class ExistsError(RefusedError):
    """What the request creates exists."""
