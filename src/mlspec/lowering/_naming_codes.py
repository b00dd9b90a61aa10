"""The codes of names: two models that meet in a cluster, and one that does not fit into it."""

from __future__ import annotations

from mlspec.diagnostics import Code, Severity

__all__ = ["COLLIDING", "LONG"]


def _code(code: str, name: str, why: str, bad: str, good: str) -> Code:
    summary = f"A part of a model is not compiled: {name.replace('-', ' ')}."
    return Code(code, name, Severity.ERROR, summary, why, bad, good)


COLLIDING = _code(
    "MLS447",
    "colliding-object-names",
    "Objects of a model are named after it, such as `churn-champion` and `churn-retraining`, and "
    "controllers make more, such as `churn-primary`. Where another model has the name of one of "
    "them, what is applied last replaces what runs: requests get answers of another model.",
    "metadata:\n  name: churn-champion # beside a model `churn` that is rolled out\n",
    "metadata:\n  name: winback\n",
)
LONG = _code(
    "MLS452",
    "object-name-too-long",
    "A Service has at most 63 characters in its name, a CronWorkflow 52, as its runs are named "
    "after it and the time. The cluster refuses a longer one, when all else is applied already.",
    f"metadata:\n  name: {'a' * 45}\nspec:\n  retraining:\n"
    "    - {id: quarterly, type: schedule, everyDays: 90}\n",
    "metadata:\n  name: churn\nspec:\n  retraining:\n"
    "    - {id: quarterly, type: schedule, everyDays: 90}\n",
)
