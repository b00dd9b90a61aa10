"""What a second look at a record found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.evidence._model import EvidenceStatus, Verdict

if TYPE_CHECKING:
    from mlspec.evidence._model import EvidenceRecord
    from mlspec.evidence._run import GateRun

__all__ = ["Recheck"]


@dataclass(frozen=True, slots=True)
class Recheck:
    """One record: how it stands to the specs, and whether the same verdicts come out again.

    `file` is where the record lies. `is_reproduced` is None where nothing was computed. `reason`
    says what is wrong. `signers` signed the record and may; `unsigned` says why there are none.
    `wants_signature` tells that the environment asks for one. One that is not whole was changed
    after it was written, or is of another model, or lost its signature: `reason` and `mend` say so.
    `unsigned_profiles` are references without the signature that the environment asks for.
    `run` is how the record came about, None where nothing tells; `run_signers` signed that.
    """

    address: str
    environment: str
    file: str
    status: EvidenceStatus
    reason: str = ""
    is_reproduced: bool | None = None
    record: EvidenceRecord | None = None
    signers: tuple[str, ...] = ()
    unsigned: str = ""
    wants_signature: bool = False
    is_whole: bool = True
    mend: str = ""
    run: GateRun | None = None
    run_signers: tuple[str, ...] = ()
    unsigned_profiles: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the record holds, as far as it was looked at; its verdicts are another thing."""
        lacks_signature = self.wants_signature and not self.signers
        is_signed = not lacks_signature and not self.unsigned_profiles
        is_present = self.status is EvidenceStatus.PRESENT
        return self.is_whole and is_present and self.is_reproduced is not False and is_signed

    @property
    def next_step(self) -> str:
        """What to do next, as a command or a sentence; "" where there is nothing to do."""
        if not self.is_whole:
            return self.mend
        command = f"mlspec gate run {self.address.rpartition('/')[2]} --env {self.environment}"
        if self.is_reproduced is False:
            return f"find out who wrote the record, then `{command}`"
        if self.status is not EvidenceStatus.PRESENT:
            return f"`{command}{' --sign KEY' if self.wants_signature else ''}`"
        if self.wants_signature and not self.signers:
            return f"`{command} --sign KEY`, with a key in `.mlspec/allowed_signers`"
        if self.unsigned_profiles:
            return f"`mlspec gate profile DATA --out FILE --sign KEY`, then `{command}`"
        return self._step_of_verdicts()

    def _step_of_verdicts(self) -> str:
        if self.record is None or self.record.overall is Verdict.PASS:
            return ""
        if self.record.awaits_review:
            return f"`mlspec plan --env {self.environment}` asks for the approval it waits for"
        codes = {each.reason_code: "" for each in self.record.results if each.blocks}
        return f"`mlspec explain {next(iter(codes))}` says what to do" if codes else ""
