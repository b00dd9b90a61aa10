"""`Runbook`: what to do when an alert fires."""

from mlspec.kinds import Kind
from mlspec.schema import Direction, FieldClass, Items, SpecModel, Text, declare


class RunbookSpec(SpecModel):
    """The steps of a runbook."""

    steps: Items[Text] = declare(
        "What to do, in order.", FieldClass.MONITORING, Direction.GROWTH_IS_TIGHTER, min_length=1
    )


KIND = Kind("Runbook", RunbookSpec, "What to do when an alert fires.")
