"""Errors of the tool itself, and the exit code each one ends a command with.

A problem in a spec is never one of these: it is a `Diagnostic` value. The tree:

* MlspecError
  * UsageError (64)
  * SpecInvalidError (4): a stage was asked to go on with specs that have errors
  * PolicyDeniedError (5), EvidenceMissingError (6)
    * ApprovalsMissingError (6): a plan lacks approvals, or was not applied in time
  * StalePlanError (10), RegistryLockedError (11), TamperedPlanError (12), ForeignPlanError (13)
    * OpenRunError (11): a run of another plan has to be finished first
  * RegistryUnavailableError (69)
    * RegistryMovedError: another run committed first; the caller may try again
    * LostAnswerError: no answer of a server, or none that tells whether it was carried out
    * NotAllowedError: whoever asks is not known to a server or lacks a right
    * RefusedError: a server refuses the request itself
      * AbsentError: what it names does not exist
      * ExistsError: what it creates exists
  * OperationFailedError (23): one write failed, the others stand
  * InterruptedRunError (130): an apply was asked to stop
  * OutputError (1): an output directory or file could not be written
  * MissingExtraError (64): a feature needs an optional dependency
"""

from __future__ import annotations

from enum import IntEnum

__all__ = [
    "AbsentError",
    "ApprovalsMissingError",
    "EvidenceMissingError",
    "ExistsError",
    "ExitCode",
    "ForeignPlanError",
    "InterruptedRunError",
    "LostAnswerError",
    "MissingExtraError",
    "MlspecError",
    "NotAllowedError",
    "OpenRunError",
    "OperationFailedError",
    "OutputError",
    "PolicyDeniedError",
    "RefusedError",
    "RegistryLockedError",
    "RegistryMovedError",
    "RegistryUnavailableError",
    "SpecInvalidError",
    "StalePlanError",
    "TamperedPlanError",
    "UsageError",
]


class ExitCode(IntEnum):
    """What a command ends with; the table is part of the public contract."""

    OK = 0
    INTERNAL = 1
    CHANGES_PENDING = 2
    DRIFT = 3
    SPEC_INVALID = 4
    POLICY_DENIED = 5
    EVIDENCE_MISSING = 6
    GATE_FAILED = 7
    GATE_INCONCLUSIVE = 8
    GATE_NOT_EVALUATED = 9
    STALE = 10
    LOCKED = 11
    TAMPERED = 12
    FOREIGN_PLAN = 13
    PARTLY_APPLIED = 23
    USAGE = 64
    UNAVAILABLE = 69
    INTERRUPTED = 130


class MlspecError(Exception):
    """A command cannot go on; carries the exit code, the reasons and the next step."""

    exit_code = ExitCode.INTERNAL

    def __init__(
        self, message: str, *, details: tuple[str, ...] = (), hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.hint = hint


class UsageError(MlspecError):
    """The command line names something that does not exist or does not fit together."""

    exit_code = ExitCode.USAGE


class MissingExtraError(UsageError):
    """A feature needs an optional dependency that is not installed."""


class SpecInvalidError(MlspecError):
    """The specs have errors, so the stage that was asked for did not run."""

    exit_code = ExitCode.SPEC_INVALID


class PolicyDeniedError(MlspecError):
    """A guard or policy forbids the operation."""

    exit_code = ExitCode.POLICY_DENIED


class EvidenceMissingError(MlspecError):
    """The plan needs evidence that is absent, stale or not passing."""

    exit_code = ExitCode.EVIDENCE_MISSING


class ApprovalsMissingError(EvidenceMissingError):
    """The plan lacks approvals that its risk asks for, or they have expired."""


class StalePlanError(MlspecError):
    """Something the plan read has moved since planning; the details name it."""

    exit_code = ExitCode.STALE


class RegistryLockedError(MlspecError):
    """Another live run holds the registry."""

    exit_code = ExitCode.LOCKED


class OpenRunError(RegistryLockedError):
    """A run of another plan was killed half way: waiting does not help, finishing it does."""


class TamperedPlanError(MlspecError):
    """A plan, evidence record or event chain does not match its own digest."""

    exit_code = ExitCode.TAMPERED


class ForeignPlanError(MlspecError):
    """The plan was made for another registry, environment, spec tree or format."""

    exit_code = ExitCode.FOREIGN_PLAN


class RegistryUnavailableError(MlspecError):
    """The registry cannot be opened, read or written."""

    exit_code = ExitCode.UNAVAILABLE


class RegistryMovedError(RegistryUnavailableError):
    """Another run committed first, so nothing was written; trying again may succeed."""

    exit_code = ExitCode.LOCKED


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


class OperationFailedError(MlspecError):
    """One operation could not be written; what was written before stands."""

    exit_code = ExitCode.PARTLY_APPLIED


class InterruptedRunError(MlspecError):
    """An apply was asked to stop before it had ended."""

    exit_code = ExitCode.INTERRUPTED


class OutputError(MlspecError):
    """An output file or directory cannot be written; what was there is unchanged."""
