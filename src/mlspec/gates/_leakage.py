"""Whether the outputs of a model are the labels under another name.

A column that is the label on every row makes any model perfect: a wrong name in `evaluation.score`,
a join that brought the label along, a feature that knows the future. Rows do not tell that from a
classifier that is right every time, so somebody has to say that it is one.

What a model gives is more than the label wherever it errs, or has more different scores than there
are classes. So scores are copies where they equal the label on every row, or take two values that
part the two classes; predicted classes are where they equal the label on every row, unless scores
beside them tell the classes apart by more than two values. A few rows that are all right happen;
labels that never vary have a reason of their own.

Numbers are equal that differ by less than a millionth of the label, or of how far the labels reach:
a copy that went through 32-bit floats, or through a file of six digits, is one. Labels that hardly
ever repeat are predicted so closely by no model, so that 99 % of the rows are enough to be a copy,
and so are labels that were rounded to fewer digits.

Who says that a model is right on every row (`perfectOutputs: accept`) has classes counted that are,
as predictions or as scores. That makes no copy of a number that tells its row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from mlspec import stats
from mlspec.evidence import Reason
from mlspec.gates._copies import count_close, is_rounded
from mlspec.gates._sample import POINT_NEEDS

if TYPE_CHECKING:
    from mlspec.evidence import Rows
    from mlspec.stats import FloatVector

__all__ = ["without_copies"]

_FEWEST = dict(POINT_NEEDS)["rows"]
_CLOSE = 1e-6
"""Share of the reach of scores by which two of them are one."""
_MOST_ROWS = 0.99
"""Share of rows that are copies, of labels of which each tells its row."""


def without_copies(rows: Rows | Reason, perfect: Literal["accept", "refuse"]) -> Rows | Reason:
    """Return the rows; outputs that are copies of the labels are a reason there.

    `perfect` is what `evaluation.perfectOutputs` says of classes that are right on every row.
    Numbers that tell their rows stay copies, rounded or not. The labels stay what they are: who
    asks how often they were used counts them all the same.
    """
    if isinstance(rows, Reason) or isinstance(rows.labels, Reason):
        return rows
    if not _can_be_told(rows.labels):
        return rows
    accepts = perfect == "accept"
    scores, classes = _scores(rows.scores, rows.labels, accepts=accepts), rows.predictions
    if classes is not None and not (accepts and not _tell_rows(rows.labels)):
        classes = _classes(classes, scores, rows.labels)
    return replace(rows, scores=scores, predictions=classes)


def _can_be_told(labels: FloatVector) -> bool:
    return labels.size >= _FEWEST and bool((labels != labels[:1]).any())


def _scores(
    scores: FloatVector | Reason, labels: FloatVector, *, accepts: bool
) -> FloatVector | Reason:
    if isinstance(scores, Reason):
        return scores
    copied = 0 if accepts and not _tell_rows(labels) else _copied(scores, labels)
    if not copied and not accepts and _two_values(scores, labels):
        copied = labels.size
    return _leaked("score", copied, labels.size) if copied else scores


def _classes(
    classes: FloatVector | Reason, scores: FloatVector | Reason, labels: FloatVector
) -> FloatVector | Reason:
    """Return the predicted classes, unless they are the labels and no score bears them out."""
    copied = 0 if isinstance(classes, Reason) else _copied(classes, labels)
    if not copied:
        return classes
    if not isinstance(scores, Reason) and _tell_apart(scores, labels):
        return classes
    return _leaked("prediction", copied, labels.size)


def _copied(outputs: FloatVector, labels: FloatVector) -> int:
    """Return how many outputs are the label, 0 where they are no copy.

    A copy is the label on all rows, or on nearly all where labels tell rows. There, labels that
    were rounded to whatever digits are one, too.
    """
    close = count_close(outputs, labels)
    if not _tell_rows(labels):
        return close if close == labels.size else 0
    if close < labels.size and is_rounded(outputs, labels):
        return labels.size
    return close if close >= _MOST_ROWS * labels.size else 0


def _tell_rows(labels: FloatVector) -> bool:
    """Tell whether labels hardly ever repeat, so that a label says which row it is of."""
    return 2 * len(stats.distinct(labels)) > labels.size


def _two_values(scores: FloatVector, labels: FloatVector) -> bool:
    """Tell whether one score stands for each of two classes, the higher one for the higher."""
    lowest, highest = labels.min(), labels.max()
    low, high = _ends(scores)
    known = bool(((labels == lowest) | (labels == highest)).all())
    are_low, are_high = scores <= low, scores >= high
    return known and bool(((are_high == (labels == highest)) & (are_low != are_high)).all())


def _ends(scores: FloatVector) -> tuple[float, float]:
    """Return up to where a score is the lowest, and from where on it is the highest."""
    low, high = float(scores.min()), float(scores.max())
    width = _CLOSE * (high - low)
    return low + width, high - width


def _tell_apart(scores: FloatVector, labels: FloatVector) -> bool:
    """Tell whether scores have more values than two, and of two classes those of one are higher.

    What a score says of more classes than two is not known.
    """
    lowest, highest = labels.min(), labels.max()
    low, high = _ends(scores)
    if bool(((scores <= low) | (scores >= high)).all()):
        return False
    if bool(((labels != lowest) & (labels != highest)).any()):
        return True
    return bool(scores[labels == lowest].max() < scores[labels == highest].min())


def _leaked(column: str, copied: int, rows: int) -> Reason:
    many = f"each of {rows} rows" if copied == rows else f"{copied} of {rows} rows"
    sentence = (
        f"the {column} says the label on {many} and nothing else, so it may be the label under "
        "another name"
    )
    return Reason("label-leakage", sentence)
