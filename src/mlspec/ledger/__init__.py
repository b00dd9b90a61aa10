"""The ledger: what every run did, chained per object, under checkpoints; and its verification.

Modules are imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lazy import importer

if TYPE_CHECKING:
    from mlspec.ledger._approval import Approval, Strength
    from mlspec.ledger._bodies import UNREADABLE_BODY, is_sound_body, recorded_body
    from mlspec.ledger._change import (
        CHANGE_PREDICATE,
        Applied,
        change_event,
        renamed_head,
        run_digest_of,
    )
    from mlspec.ledger._checkpoint import (
        CHECKPOINT_PREDICATE,
        copied_head,
        heads_named,
        make_checkpoint,
        replayed_heads,
        root_of,
    )
    from mlspec.ledger._run import (
        RUN_PREDICATE,
        EvidenceFact,
        RequirementFact,
        RunFacts,
        glass_told,
        in_toto,
        predicate_of,
        read_run_statement,
        run_statement,
    )
    from mlspec.ledger._verify import (
        Problem,
        verify_chains,
        verify_checkpoints,
        verify_objects,
        verify_signatures,
    )
    from mlspec.ledger._verify_heads import head_difference, verify_copies, verify_heads
    from mlspec.ledger._verify_runs import verify_history, verify_runs, verify_statements

__all__ = [
    "CHANGE_PREDICATE",
    "CHECKPOINT_PREDICATE",
    "RUN_PREDICATE",
    "UNREADABLE_BODY",
    "Applied",
    "Approval",
    "EvidenceFact",
    "Problem",
    "RequirementFact",
    "RunFacts",
    "Strength",
    "change_event",
    "copied_head",
    "glass_told",
    "head_difference",
    "heads_named",
    "in_toto",
    "is_sound_body",
    "make_checkpoint",
    "predicate_of",
    "read_run_statement",
    "recorded_body",
    "renamed_head",
    "replayed_heads",
    "root_of",
    "run_digest_of",
    "run_statement",
    "verify_chains",
    "verify_checkpoints",
    "verify_copies",
    "verify_heads",
    "verify_history",
    "verify_objects",
    "verify_runs",
    "verify_signatures",
    "verify_statements",
]

_HOMES = {
    "_approval": "Approval Strength",
    "_bodies": "UNREADABLE_BODY is_sound_body recorded_body",
    "_change": "CHANGE_PREDICATE Applied change_event renamed_head run_digest_of",
    "_checkpoint": (
        "CHECKPOINT_PREDICATE copied_head heads_named make_checkpoint replayed_heads root_of"
    ),
    "_run": (
        "RUN_PREDICATE EvidenceFact RequirementFact RunFacts glass_told in_toto "
        "predicate_of read_run_statement run_statement"
    ),
    "_verify": "Problem verify_chains verify_checkpoints verify_objects verify_signatures",
    "_verify_heads": "head_difference verify_copies verify_heads",
    "_verify_runs": "verify_history verify_runs verify_statements",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__getattr__ = importer(__name__, _HOME_OF)
