"""Statistics for gates: numpy and the standard library, nothing else.

Comes in: vectors. Goes out: numbers, NaN where a quantity is not defined. Nothing here reads
files or decides. numpy is imported when a function is first used, not with this package.

The z of every interval belongs to a two-sided level: one-sided confidence 0.95 is level 0.9.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.stats._arrays import (
        FloatVector,
        classes_at,
        first_infinite,
        first_not_finite,
        is_binary,
        is_whole,
        vector,
    )
    from mlspec.stats._binning import (
        BinCounts,
        CategoryBins,
        NumericBins,
        category_bins,
        count_categories,
        count_numbers,
        numeric_bins,
        numeric_bins_at,
    )
    from mlspec.stats._bootstrap import (
        paired_bootstrap,
        percentile_bootstrap,
        seed_from,
        unpaired_bootstrap,
    )
    from mlspec.stats._catalogue import statistic
    from mlspec.stats._cdf_distance import (
        Kolmogorov,
        Wasserstein,
        binned_ks,
        binned_wasserstein,
        ks,
        wasserstein,
    )
    from mlspec.stats._classification import (
        accuracy,
        balanced_accuracy,
        brier,
        f1,
        log_loss,
        precision,
        recall,
    )
    from mlspec.stats._drift import Psi, count_distance, homogeneity_p, psi
    from mlspec.stats._errors import mape, median_absolute_error, pinball, row_mean, wape
    from mlspec.stats._intervals import Bounds, normal_quantile, wilson
    from mlspec.stats._means import clustered_mean, clustered_share, t_mean, welch
    from mlspec.stats._multiclass import (
        macro_f1,
        macro_precision,
        macro_recall,
        mcc,
        micro_f1,
        multiclass_balanced_accuracy,
        multiclass_log_loss,
        specificity,
        weighted_f1,
        weighted_precision,
        weighted_recall,
    )
    from mlspec.stats._multiplicity import benjamini_hochberg, holm
    from mlspec.stats._paired import (
        Discordance,
        discordance,
        mcnemar_exact,
        paired_score,
        paired_wald,
    )
    from mlspec.stats._precision_recall import average_precision
    from mlspec.stats._proportions import (
        Events,
        Share,
        clopper_pearson,
        katz_log,
        mover_ratio,
        newcombe,
        poisson_ratio,
    )
    from mlspec.stats._regression import mae, r2, rmse
    from mlspec.stats._resampled_counts import count_distance_bounds
    from mlspec.stats._roc import Auc, AucDifference, delong, delong_difference, roc_auc
    from mlspec.stats._special import (
        beta_cdf,
        beta_quantile,
        beta_survival,
        chi2_survival,
        gamma_cdf,
        gamma_survival,
        kolmogorov_survival,
        student_quantile,
        student_survival,
    )
    from mlspec.stats._statistic import Statistic

__all__ = [
    "Auc",
    "AucDifference",
    "BinCounts",
    "Bounds",
    "CategoryBins",
    "Discordance",
    "Events",
    "FloatVector",
    "Kolmogorov",
    "NumericBins",
    "Psi",
    "Share",
    "Statistic",
    "Wasserstein",
    "accuracy",
    "average_precision",
    "balanced_accuracy",
    "benjamini_hochberg",
    "beta_cdf",
    "beta_quantile",
    "beta_survival",
    "binned_ks",
    "binned_wasserstein",
    "brier",
    "category_bins",
    "chi2_survival",
    "classes_at",
    "clopper_pearson",
    "clustered_mean",
    "clustered_share",
    "count_categories",
    "count_distance",
    "count_distance_bounds",
    "count_numbers",
    "delong",
    "delong_difference",
    "discordance",
    "f1",
    "first_infinite",
    "first_not_finite",
    "gamma_cdf",
    "gamma_survival",
    "holm",
    "homogeneity_p",
    "is_binary",
    "is_whole",
    "katz_log",
    "kolmogorov_survival",
    "ks",
    "log_loss",
    "macro_f1",
    "macro_precision",
    "macro_recall",
    "mae",
    "mape",
    "mcc",
    "mcnemar_exact",
    "median_absolute_error",
    "micro_f1",
    "mover_ratio",
    "multiclass_balanced_accuracy",
    "multiclass_log_loss",
    "newcombe",
    "normal_quantile",
    "numeric_bins",
    "numeric_bins_at",
    "paired_bootstrap",
    "paired_score",
    "paired_wald",
    "percentile_bootstrap",
    "pinball",
    "poisson_ratio",
    "precision",
    "psi",
    "r2",
    "recall",
    "rmse",
    "roc_auc",
    "row_mean",
    "seed_from",
    "specificity",
    "statistic",
    "student_quantile",
    "student_survival",
    "t_mean",
    "unpaired_bootstrap",
    "vector",
    "wape",
    "wasserstein",
    "weighted_f1",
    "weighted_precision",
    "weighted_recall",
    "welch",
    "wilson",
]

_HOMES = {
    "_arrays": "FloatVector classes_at first_infinite first_not_finite is_binary is_whole vector",
    "_binning": "BinCounts CategoryBins NumericBins category_bins count_categories count_numbers"
    " numeric_bins numeric_bins_at",
    "_bootstrap": "paired_bootstrap percentile_bootstrap seed_from unpaired_bootstrap",
    "_cdf_distance": "Kolmogorov Wasserstein binned_ks binned_wasserstein ks wasserstein",
    "_classification": "accuracy balanced_accuracy brier f1 log_loss precision recall",
    "_drift": "Psi count_distance homogeneity_p psi",
    "_errors": "mape median_absolute_error pinball row_mean wape",
    "_intervals": "Bounds normal_quantile wilson",
    "_means": "clustered_mean clustered_share t_mean welch",
    "_multiclass": "macro_f1 macro_precision macro_recall mcc micro_f1 multiclass_balanced_accuracy"
    " multiclass_log_loss specificity weighted_f1 weighted_precision weighted_recall",
    "_multiplicity": "benjamini_hochberg holm",
    "_paired": "Discordance discordance mcnemar_exact paired_score paired_wald",
    "_precision_recall": "average_precision",
    "_proportions": "Events Share clopper_pearson katz_log mover_ratio newcombe poisson_ratio",
    "_regression": "mae r2 rmse",
    "_resampled_counts": "count_distance_bounds",
    "_roc": "Auc AucDifference delong delong_difference roc_auc",
    "_catalogue": "statistic",
    "_special": "beta_cdf beta_quantile beta_survival chi2_survival gamma_cdf gamma_survival"
    " kolmogorov_survival student_quantile student_survival",
    "_statistic": "Statistic",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Import the module of a public name when it is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    return globals().setdefault(name, value)
