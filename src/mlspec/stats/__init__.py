"""Statistics for gates: numpy and the standard library, nothing else.

Comes in: vectors. Goes out: numbers, NaN where a quantity is not defined. Nothing here reads
files or decides. numpy is imported when a function is first used, not with this package.

The z of every interval belongs to a two-sided level: one-sided confidence 0.95 is level 0.9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lazy import importer

if TYPE_CHECKING:
    from mlspec.stats._arrays import (
        FloatVector,
        classes_at,
        first_not_finite,
        is_binary,
        is_whole,
        vector,
    )
    from mlspec.stats._bootstrap import (
        paired_bootstrap,
        percentile_bootstrap,
        seed_from,
        unpaired_bootstrap,
    )
    from mlspec.stats._catalogue import statistic
    from mlspec.stats._classification import (
        accuracy,
        balanced_accuracy,
        brier,
        f1,
        log_loss,
        precision,
        recall,
    )
    from mlspec.stats._intervals import Bounds, normal_quantile, wilson
    from mlspec.stats._paired import (
        Discordance,
        discordance,
        mcnemar_exact,
        paired_score,
        paired_wald,
    )
    from mlspec.stats._precision_recall import average_precision
    from mlspec.stats._regression import mae, r2, rmse
    from mlspec.stats._roc import Auc, AucDifference, delong, delong_difference, roc_auc
    from mlspec.stats._statistic import Statistic

__all__ = [
    "Auc",
    "AucDifference",
    "Bounds",
    "Discordance",
    "FloatVector",
    "Statistic",
    "accuracy",
    "average_precision",
    "balanced_accuracy",
    "brier",
    "classes_at",
    "delong",
    "delong_difference",
    "discordance",
    "f1",
    "first_not_finite",
    "is_binary",
    "is_whole",
    "log_loss",
    "mae",
    "mcnemar_exact",
    "normal_quantile",
    "paired_bootstrap",
    "paired_score",
    "paired_wald",
    "percentile_bootstrap",
    "precision",
    "r2",
    "recall",
    "rmse",
    "roc_auc",
    "seed_from",
    "statistic",
    "unpaired_bootstrap",
    "vector",
    "wilson",
]

_HOMES = {
    "_arrays": "FloatVector classes_at first_not_finite is_binary is_whole vector",
    "_bootstrap": "paired_bootstrap percentile_bootstrap seed_from unpaired_bootstrap",
    "_classification": "accuracy balanced_accuracy brier f1 log_loss precision recall",
    "_intervals": "Bounds normal_quantile wilson",
    "_paired": "Discordance discordance mcnemar_exact paired_score paired_wald",
    "_precision_recall": "average_precision",
    "_regression": "mae r2 rmse",
    "_roc": "Auc AucDifference delong delong_difference roc_auc",
    "_catalogue": "statistic",
    "_statistic": "Statistic",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__getattr__ = importer(__name__, _HOME_OF)
