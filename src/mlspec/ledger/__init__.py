"""The ledger: what every run did, chained per object, under checkpoints; and its verification."""

from mlspec.ledger._approval import Approval, Strength
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
    in_toto,
    predicate_of,
    read_run_statement,
    run_statement,
)
from mlspec.ledger._verify import (
    Problem,
    verify_chains,
    verify_checkpoints,
    verify_copies,
    verify_history,
    verify_objects,
    verify_runs,
    verify_signatures,
    verify_statements,
)

__all__ = [
    "CHANGE_PREDICATE",
    "CHECKPOINT_PREDICATE",
    "RUN_PREDICATE",
    "Applied",
    "Approval",
    "EvidenceFact",
    "Problem",
    "RequirementFact",
    "RunFacts",
    "Strength",
    "change_event",
    "copied_head",
    "heads_named",
    "in_toto",
    "make_checkpoint",
    "predicate_of",
    "read_run_statement",
    "renamed_head",
    "replayed_heads",
    "root_of",
    "run_digest_of",
    "run_statement",
    "verify_chains",
    "verify_checkpoints",
    "verify_copies",
    "verify_history",
    "verify_objects",
    "verify_runs",
    "verify_signatures",
    "verify_statements",
]
