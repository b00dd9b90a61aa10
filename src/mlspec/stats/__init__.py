"""Statistics for gates: numpy and the standard library, nothing else.

Comes in: vectors. Goes out: numbers, NaN where a quantity is not defined. Nothing here reads
files or decides. numpy is imported when a function is first used, not with this package.

The z of every interval belongs to a two-sided level: one-sided confidence 0.95 is level 0.9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lazy import importer

if TYPE_CHECKING:
    from mlspec.stats._agreement import (
        Corrected,
        JudgeRates,
        Kappa,
        Weighting,
        judge_rates,
        kappa,
        kappa_statistic,
        rogan_gladen,
    )
    from mlspec.stats._arms import chance_of_best, sample_ratio_p
    from mlspec.stats._arrays import (
        FloatVector,
        classes_at,
        differing,
        distinct,
        filled,
        first_infinite,
        first_not_finite,
        is_binary,
        is_whole,
        matrix,
        present,
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
    from mlspec.stats._calibration import (
        BrierParts,
        CalibrationError,
        ReliabilityBin,
        brier_parts,
        ece,
        ece_interval,
        equal_mass_edges,
        equal_width_edges,
        mce,
        reliability,
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
    from mlspec.stats._curves import RocPoint, ScoreBin, roc_points, score_bins
    from mlspec.stats._detectors import adwin_alarms, ddm_alarms, page_hinkley_alarms
    from mlspec.stats._drift import Psi, count_distance, homogeneity_p, psi
    from mlspec.stats._errors import mape, median_absolute_error, pinball, row_mean, wape
    from mlspec.stats._estimated import (
        Estimated,
        estimated_accuracy,
        estimated_precision,
        estimated_recall,
        estimated_roc_auc,
    )
    from mlspec.stats._intervals import Bounds, normal_quantile, two_sided_z, wilson
    from mlspec.stats._looks import (
        RolloutPath,
        Watch,
        chance_failed,
        chance_proven,
        requests_to_prove,
        simulate_paths,
    )
    from mlspec.stats._means import clustered_mean, clustered_share, t_mean, welch
    from mlspec.stats._mover import mover_difference
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
    from mlspec.stats._power import (
        hanley_mcneil,
        pairs_for_accuracy,
        power_of_difference,
        power_of_share,
        rows_for_auc,
        rows_for_difference,
        rows_for_margin,
        rows_for_psi,
        rows_for_quantile,
        rows_for_ratio,
        rows_for_share,
        rows_for_zero_failures,
    )
    from mlspec.stats._precision_recall import average_precision
    from mlspec.stats._proportions import (
        Events,
        Share,
        clopper_pearson,
        katz_log,
        mover_ratio,
        newcombe,
        poisson_mean,
        poisson_ratio,
    )
    from mlspec.stats._quantiles import (
        Histogram,
        Quantile,
        histogram_quantile,
        merged_histogram,
        quantile,
        tally_quantile,
    )
    from mlspec.stats._ranking import (
        Judgements,
        Rankings,
        Run,
        ndcg_at,
        precision_at,
        rankings,
        recall_at,
        reciprocal_rank,
        success_at,
    )
    from mlspec.stats._recalibration import Recalibration, recalibrated, recalibration
    from mlspec.stats._regression import mae, r2, rmse
    from mlspec.stats._resampled_counts import count_distance_bounds
    from mlspec.stats._roc import Auc, AucDifference, delong, delong_difference, roc_auc
    from mlspec.stats._sequential import (
        Sequential,
        Spending,
        msprt,
        msprt_means,
        msprt_shares,
        spending_bounds,
    )
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
    from mlspec.stats._tally import Tally, repeated, tally
    from mlspec.stats._ties import largest_tie
    from mlspec.stats._two_samples import MannWhitney, Shift, hodges_lehmann, mann_whitney
    from mlspec.stats._unseen import inside_ranks, unseen_bounds, unseen_share
    from mlspec.stats._weights import (
        action_entropy,
        effective_sample_size,
        entropy_interval,
        minimum_propensity,
    )
    from mlspec.stats._windows import equal_step, window_sums

__all__ = [
    "Auc",
    "AucDifference",
    "BinCounts",
    "Bounds",
    "BrierParts",
    "CalibrationError",
    "CategoryBins",
    "Corrected",
    "Discordance",
    "Estimated",
    "Events",
    "FloatVector",
    "Histogram",
    "JudgeRates",
    "Judgements",
    "Kappa",
    "Kolmogorov",
    "MannWhitney",
    "NumericBins",
    "Psi",
    "Quantile",
    "Rankings",
    "Recalibration",
    "ReliabilityBin",
    "RocPoint",
    "RolloutPath",
    "Run",
    "ScoreBin",
    "Sequential",
    "Share",
    "Shift",
    "Spending",
    "Statistic",
    "Tally",
    "Wasserstein",
    "Watch",
    "Weighting",
    "accuracy",
    "action_entropy",
    "adwin_alarms",
    "average_precision",
    "balanced_accuracy",
    "benjamini_hochberg",
    "beta_cdf",
    "beta_quantile",
    "beta_survival",
    "binned_ks",
    "binned_wasserstein",
    "brier",
    "brier_parts",
    "category_bins",
    "chance_failed",
    "chance_of_best",
    "chance_proven",
    "chi2_survival",
    "classes_at",
    "clopper_pearson",
    "clustered_mean",
    "clustered_share",
    "count_categories",
    "count_distance",
    "count_distance_bounds",
    "count_numbers",
    "ddm_alarms",
    "delong",
    "delong_difference",
    "differing",
    "discordance",
    "distinct",
    "ece",
    "ece_interval",
    "effective_sample_size",
    "entropy_interval",
    "equal_mass_edges",
    "equal_step",
    "equal_width_edges",
    "estimated_accuracy",
    "estimated_precision",
    "estimated_recall",
    "estimated_roc_auc",
    "f1",
    "filled",
    "first_infinite",
    "first_not_finite",
    "gamma_cdf",
    "gamma_survival",
    "hanley_mcneil",
    "histogram_quantile",
    "hodges_lehmann",
    "holm",
    "homogeneity_p",
    "inside_ranks",
    "is_binary",
    "is_whole",
    "judge_rates",
    "kappa",
    "kappa_statistic",
    "katz_log",
    "kolmogorov_survival",
    "ks",
    "largest_tie",
    "log_loss",
    "macro_f1",
    "macro_precision",
    "macro_recall",
    "mae",
    "mann_whitney",
    "mape",
    "matrix",
    "mcc",
    "mce",
    "mcnemar_exact",
    "median_absolute_error",
    "merged_histogram",
    "micro_f1",
    "minimum_propensity",
    "mover_difference",
    "mover_ratio",
    "msprt",
    "msprt_means",
    "msprt_shares",
    "multiclass_balanced_accuracy",
    "multiclass_log_loss",
    "ndcg_at",
    "newcombe",
    "normal_quantile",
    "numeric_bins",
    "numeric_bins_at",
    "page_hinkley_alarms",
    "paired_bootstrap",
    "paired_score",
    "paired_wald",
    "pairs_for_accuracy",
    "percentile_bootstrap",
    "pinball",
    "poisson_mean",
    "poisson_ratio",
    "power_of_difference",
    "power_of_share",
    "precision",
    "precision_at",
    "present",
    "psi",
    "quantile",
    "r2",
    "rankings",
    "recalibrated",
    "recalibration",
    "recall",
    "recall_at",
    "reciprocal_rank",
    "reliability",
    "repeated",
    "requests_to_prove",
    "rmse",
    "roc_auc",
    "roc_points",
    "rogan_gladen",
    "row_mean",
    "rows_for_auc",
    "rows_for_difference",
    "rows_for_margin",
    "rows_for_psi",
    "rows_for_quantile",
    "rows_for_ratio",
    "rows_for_share",
    "rows_for_zero_failures",
    "sample_ratio_p",
    "score_bins",
    "seed_from",
    "simulate_paths",
    "specificity",
    "spending_bounds",
    "statistic",
    "student_quantile",
    "student_survival",
    "success_at",
    "t_mean",
    "tally",
    "tally_quantile",
    "two_sided_z",
    "unpaired_bootstrap",
    "unseen_bounds",
    "unseen_share",
    "vector",
    "wape",
    "wasserstein",
    "weighted_f1",
    "weighted_precision",
    "weighted_recall",
    "welch",
    "wilson",
    "window_sums",
]

_HOMES = {
    "_agreement": "Corrected JudgeRates Kappa Weighting judge_rates kappa kappa_statistic"
    " rogan_gladen",
    "_arms": "chance_of_best sample_ratio_p",
    "_arrays": "FloatVector classes_at differing distinct filled first_infinite first_not_finite"
    " is_binary is_whole matrix present vector",
    "_binning": "BinCounts CategoryBins NumericBins category_bins count_categories count_numbers"
    " numeric_bins numeric_bins_at",
    "_bootstrap": "paired_bootstrap percentile_bootstrap seed_from unpaired_bootstrap",
    "_calibration": "BrierParts CalibrationError ReliabilityBin brier_parts ece ece_interval"
    " equal_mass_edges equal_width_edges mce reliability",
    "_cdf_distance": "Kolmogorov Wasserstein binned_ks binned_wasserstein ks wasserstein",
    "_classification": "accuracy balanced_accuracy brier f1 log_loss precision recall",
    "_curves": "RocPoint ScoreBin roc_points score_bins",
    "_detectors": "adwin_alarms ddm_alarms page_hinkley_alarms",
    "_drift": "Psi count_distance homogeneity_p psi",
    "_errors": "mape median_absolute_error pinball row_mean wape",
    "_estimated": "Estimated estimated_accuracy estimated_precision estimated_recall"
    " estimated_roc_auc",
    "_intervals": "Bounds normal_quantile two_sided_z wilson",
    "_looks": "RolloutPath Watch chance_failed chance_proven requests_to_prove simulate_paths",
    "_means": "clustered_mean clustered_share t_mean welch",
    "_mover": "mover_difference",
    "_multiclass": "macro_f1 macro_precision macro_recall mcc micro_f1 multiclass_balanced_accuracy"
    " multiclass_log_loss specificity weighted_f1 weighted_precision weighted_recall",
    "_multiplicity": "benjamini_hochberg holm",
    "_paired": "Discordance discordance mcnemar_exact paired_score paired_wald",
    "_power": "hanley_mcneil pairs_for_accuracy power_of_difference power_of_share rows_for_auc"
    " rows_for_difference rows_for_margin rows_for_psi rows_for_quantile rows_for_ratio"
    " rows_for_share rows_for_zero_failures",
    "_precision_recall": "average_precision",
    "_proportions": "Events Share clopper_pearson katz_log mover_ratio newcombe poisson_mean"
    " poisson_ratio",
    "_quantiles": (
        "Histogram Quantile histogram_quantile merged_histogram quantile tally_quantile"
    ),
    "_ranking": "Judgements Rankings Run ndcg_at precision_at rankings recall_at reciprocal_rank"
    " success_at",
    "_recalibration": "Recalibration recalibrated recalibration",
    "_regression": "mae r2 rmse",
    "_resampled_counts": "count_distance_bounds",
    "_roc": "Auc AucDifference delong delong_difference roc_auc",
    "_catalogue": "statistic",
    "_sequential": "Sequential Spending msprt msprt_means msprt_shares spending_bounds",
    "_special": "beta_cdf beta_quantile beta_survival chi2_survival gamma_cdf gamma_survival"
    " kolmogorov_survival student_quantile student_survival",
    "_statistic": "Statistic",
    "_tally": "Tally repeated tally",
    "_ties": "largest_tie",
    "_two_samples": "MannWhitney Shift hodges_lehmann mann_whitney",
    "_unseen": "inside_ranks unseen_bounds unseen_share",
    "_weights": "action_entropy effective_sample_size entropy_interval minimum_propensity",
    "_windows": "equal_step window_sums",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__getattr__ = importer(__name__, _HOME_OF)
