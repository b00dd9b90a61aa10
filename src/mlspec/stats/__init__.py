"""Statistics for gates: numpy and the standard library, nothing else.

Comes in: vectors. Goes out: numbers, NaN where a quantity is not defined. Nothing here reads
files or decides. numpy is imported when a function is first used, not with this package.

The z of every interval belongs to a two-sided level: one-sided confidence 0.95 is level 0.9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lazy import importer

if TYPE_CHECKING:
    from mlspec.stats._agreement import Corrected as Corrected
    from mlspec.stats._agreement import JudgeRates as JudgeRates
    from mlspec.stats._agreement import Kappa as Kappa
    from mlspec.stats._agreement import Weighting as Weighting
    from mlspec.stats._agreement import judge_rates as judge_rates
    from mlspec.stats._agreement import kappa as kappa
    from mlspec.stats._agreement import kappa_statistic as kappa_statistic
    from mlspec.stats._agreement import rogan_gladen as rogan_gladen
    from mlspec.stats._alert_rate import alerts_per_week as alerts_per_week
    from mlspec.stats._alert_rate import bursts_per_week as bursts_per_week
    from mlspec.stats._alert_rate import owens_t as owens_t
    from mlspec.stats._arms import chance_of_best as chance_of_best
    from mlspec.stats._arms import sample_ratio_p as sample_ratio_p
    from mlspec.stats._arrays import FloatVector as FloatVector
    from mlspec.stats._arrays import classes_at as classes_at
    from mlspec.stats._arrays import differing as differing
    from mlspec.stats._arrays import distinct as distinct
    from mlspec.stats._arrays import filled as filled
    from mlspec.stats._arrays import first_infinite as first_infinite
    from mlspec.stats._arrays import first_not_finite as first_not_finite
    from mlspec.stats._arrays import is_binary as is_binary
    from mlspec.stats._arrays import is_whole as is_whole
    from mlspec.stats._arrays import matrix as matrix
    from mlspec.stats._arrays import present as present
    from mlspec.stats._arrays import vector as vector
    from mlspec.stats._binning import BinCounts as BinCounts
    from mlspec.stats._binning import CategoryBins as CategoryBins
    from mlspec.stats._binning import NumericBins as NumericBins
    from mlspec.stats._binning import category_bins as category_bins
    from mlspec.stats._binning import count_categories as count_categories
    from mlspec.stats._binning import count_numbers as count_numbers
    from mlspec.stats._bootstrap import paired_bootstrap as paired_bootstrap
    from mlspec.stats._bootstrap import percentile_bootstrap as percentile_bootstrap
    from mlspec.stats._bootstrap import seed_from as seed_from
    from mlspec.stats._bootstrap import unpaired_bootstrap as unpaired_bootstrap
    from mlspec.stats._calibration import BrierParts as BrierParts
    from mlspec.stats._calibration import CalibrationError as CalibrationError
    from mlspec.stats._calibration import ReliabilityBin as ReliabilityBin
    from mlspec.stats._calibration import brier_parts as brier_parts
    from mlspec.stats._calibration import ece as ece
    from mlspec.stats._calibration import ece_interval as ece_interval
    from mlspec.stats._calibration import equal_mass_edges as equal_mass_edges
    from mlspec.stats._calibration import equal_width_edges as equal_width_edges
    from mlspec.stats._calibration import mce as mce
    from mlspec.stats._calibration import reliability as reliability
    from mlspec.stats._catalogue import statistic as statistic
    from mlspec.stats._cdf_distance import Kolmogorov as Kolmogorov
    from mlspec.stats._cdf_distance import Wasserstein as Wasserstein
    from mlspec.stats._cdf_distance import binned_ks as binned_ks
    from mlspec.stats._cdf_distance import binned_wasserstein as binned_wasserstein
    from mlspec.stats._cdf_distance import ks as ks
    from mlspec.stats._cdf_distance import wasserstein as wasserstein
    from mlspec.stats._classification import accuracy as accuracy
    from mlspec.stats._classification import balanced_accuracy as balanced_accuracy
    from mlspec.stats._classification import brier as brier
    from mlspec.stats._classification import f1 as f1
    from mlspec.stats._classification import log_loss as log_loss
    from mlspec.stats._classification import precision as precision
    from mlspec.stats._classification import recall as recall
    from mlspec.stats._curves import RocPoint as RocPoint
    from mlspec.stats._curves import ScoreBin as ScoreBin
    from mlspec.stats._curves import roc_points as roc_points
    from mlspec.stats._curves import score_bins as score_bins
    from mlspec.stats._detectors import adwin_alarms as adwin_alarms
    from mlspec.stats._detectors import ddm_alarms as ddm_alarms
    from mlspec.stats._detectors import page_hinkley_alarms as page_hinkley_alarms
    from mlspec.stats._drift import Psi as Psi
    from mlspec.stats._drift import closeness_p as closeness_p
    from mlspec.stats._drift import count_distance as count_distance
    from mlspec.stats._drift import homogeneity_p as homogeneity_p
    from mlspec.stats._drift import psi as psi
    from mlspec.stats._errors import mape as mape
    from mlspec.stats._errors import median_absolute_error as median_absolute_error
    from mlspec.stats._errors import pinball as pinball
    from mlspec.stats._errors import row_mean as row_mean
    from mlspec.stats._errors import wape as wape
    from mlspec.stats._estimated import Estimated as Estimated
    from mlspec.stats._estimated import estimated_accuracy as estimated_accuracy
    from mlspec.stats._estimated import estimated_precision as estimated_precision
    from mlspec.stats._estimated import estimated_recall as estimated_recall
    from mlspec.stats._estimated import estimated_roc_auc as estimated_roc_auc
    from mlspec.stats._intervals import Bounds as Bounds
    from mlspec.stats._intervals import normal_quantile as normal_quantile
    from mlspec.stats._intervals import two_sided_z as two_sided_z
    from mlspec.stats._intervals import wilson as wilson
    from mlspec.stats._looks import LookedStep as LookedStep
    from mlspec.stats._looks import LookPlan as LookPlan
    from mlspec.stats._looks import LookRule as LookRule
    from mlspec.stats._looks import RolloutPath as RolloutPath
    from mlspec.stats._looks import Watch as Watch
    from mlspec.stats._looks import chance_failed as chance_failed
    from mlspec.stats._looks import chance_proven as chance_proven
    from mlspec.stats._looks import requests_to_prove as requests_to_prove
    from mlspec.stats._looks import simulate_paths as simulate_paths
    from mlspec.stats._means import clustered_mean as clustered_mean
    from mlspec.stats._means import clustered_share as clustered_share
    from mlspec.stats._means import t_mean as t_mean
    from mlspec.stats._means import welch as welch
    from mlspec.stats._mover import mover_difference as mover_difference
    from mlspec.stats._multiclass import macro_f1 as macro_f1
    from mlspec.stats._multiclass import macro_precision as macro_precision
    from mlspec.stats._multiclass import macro_recall as macro_recall
    from mlspec.stats._multiclass import mcc as mcc
    from mlspec.stats._multiclass import specificity as specificity
    from mlspec.stats._multiclass import weighted_f1 as weighted_f1
    from mlspec.stats._multiclass import weighted_precision as weighted_precision
    from mlspec.stats._multiclass import weighted_recall as weighted_recall
    from mlspec.stats._multiplicity import benjamini_hochberg as benjamini_hochberg
    from mlspec.stats._multiplicity import holm as holm
    from mlspec.stats._paired import Discordance as Discordance
    from mlspec.stats._paired import discordance as discordance
    from mlspec.stats._paired import mcnemar_exact as mcnemar_exact
    from mlspec.stats._paired import paired_score as paired_score
    from mlspec.stats._power import hanley_mcneil as hanley_mcneil
    from mlspec.stats._power import pairs_for_accuracy as pairs_for_accuracy
    from mlspec.stats._power import power_of_share as power_of_share
    from mlspec.stats._power import rows_for_auc as rows_for_auc
    from mlspec.stats._power import rows_for_margin as rows_for_margin
    from mlspec.stats._power import rows_for_psi as rows_for_psi
    from mlspec.stats._power import rows_for_quantile as rows_for_quantile
    from mlspec.stats._power import rows_for_ratio as rows_for_ratio
    from mlspec.stats._power import rows_for_share as rows_for_share
    from mlspec.stats._power import rows_for_zero_failures as rows_for_zero_failures
    from mlspec.stats._precision_recall import average_precision as average_precision
    from mlspec.stats._proportions import Events as Events
    from mlspec.stats._proportions import Share as Share
    from mlspec.stats._proportions import clopper_pearson as clopper_pearson
    from mlspec.stats._proportions import katz_log as katz_log
    from mlspec.stats._proportions import mover_ratio as mover_ratio
    from mlspec.stats._proportions import newcombe as newcombe
    from mlspec.stats._proportions import poisson_mean as poisson_mean
    from mlspec.stats._proportions import poisson_ratio as poisson_ratio
    from mlspec.stats._quantiles import Histogram as Histogram
    from mlspec.stats._quantiles import Quantile as Quantile
    from mlspec.stats._quantiles import histogram_quantile as histogram_quantile
    from mlspec.stats._quantiles import quantile as quantile
    from mlspec.stats._quantiles import tally_quantile as tally_quantile
    from mlspec.stats._ranking import Judgements as Judgements
    from mlspec.stats._ranking import Rankings as Rankings
    from mlspec.stats._ranking import Run as Run
    from mlspec.stats._ranking import ndcg_at as ndcg_at
    from mlspec.stats._ranking import precision_at as precision_at
    from mlspec.stats._ranking import rankings as rankings
    from mlspec.stats._ranking import recall_at as recall_at
    from mlspec.stats._ranking import reciprocal_rank as reciprocal_rank
    from mlspec.stats._ranking import success_at as success_at
    from mlspec.stats._recalibration import Recalibration as Recalibration
    from mlspec.stats._recalibration import recalibrated as recalibrated
    from mlspec.stats._recalibration import recalibration as recalibration
    from mlspec.stats._regression import mae as mae
    from mlspec.stats._regression import r2 as r2
    from mlspec.stats._regression import rmse as rmse
    from mlspec.stats._resampled_counts import count_distance_bounds as count_distance_bounds
    from mlspec.stats._roc import Auc as Auc
    from mlspec.stats._roc import AucDifference as AucDifference
    from mlspec.stats._roc import delong as delong
    from mlspec.stats._roc import delong_difference as delong_difference
    from mlspec.stats._roc import roc_auc as roc_auc
    from mlspec.stats._sequential import Sequential as Sequential
    from mlspec.stats._sequential import Spending as Spending
    from mlspec.stats._sequential import msprt as msprt
    from mlspec.stats._sequential import msprt_means as msprt_means
    from mlspec.stats._sequential import msprt_shares as msprt_shares
    from mlspec.stats._sequential import spending_bounds as spending_bounds
    from mlspec.stats._special import beta_cdf as beta_cdf
    from mlspec.stats._special import beta_quantile as beta_quantile
    from mlspec.stats._special import beta_survival as beta_survival
    from mlspec.stats._special import chi2_survival as chi2_survival
    from mlspec.stats._special import gamma_cdf as gamma_cdf
    from mlspec.stats._special import gamma_survival as gamma_survival
    from mlspec.stats._special import kolmogorov_survival as kolmogorov_survival
    from mlspec.stats._special import student_quantile as student_quantile
    from mlspec.stats._special import student_survival as student_survival
    from mlspec.stats._statistic import Statistic as Statistic
    from mlspec.stats._tally import Tally as Tally
    from mlspec.stats._tally import repeated as repeated
    from mlspec.stats._tally import tally as tally
    from mlspec.stats._ties import largest_tie as largest_tie
    from mlspec.stats._two_samples import MannWhitney as MannWhitney
    from mlspec.stats._two_samples import Shift as Shift
    from mlspec.stats._two_samples import hodges_lehmann as hodges_lehmann
    from mlspec.stats._two_samples import mann_whitney as mann_whitney
    from mlspec.stats._unseen import inside_ranks as inside_ranks
    from mlspec.stats._unseen import unseen_bounds as unseen_bounds
    from mlspec.stats._unseen import unseen_share as unseen_share
    from mlspec.stats._weights import action_entropy as action_entropy
    from mlspec.stats._weights import effective_sample_size as effective_sample_size
    from mlspec.stats._weights import entropy_interval as entropy_interval
    from mlspec.stats._weights import minimum_propensity as minimum_propensity
    from mlspec.stats._windows import equal_step as equal_step
    from mlspec.stats._windows import window_sums as window_sums

# the imports above say the types, this table where a name is when it is first used
_HOMES = {
    "_agreement": (
        "Corrected JudgeRates Kappa Weighting judge_rates kappa kappa_statistic rogan_gladen"
    ),
    "_alert_rate": "alerts_per_week bursts_per_week owens_t",
    "_arms": "chance_of_best sample_ratio_p",
    "_arrays": (
        "FloatVector classes_at differing distinct filled first_infinite first_not_finite "
        "is_binary is_whole matrix present vector"
    ),
    "_binning": "BinCounts CategoryBins NumericBins category_bins count_categories count_numbers",
    "_bootstrap": "paired_bootstrap percentile_bootstrap seed_from unpaired_bootstrap",
    "_calibration": (
        "BrierParts CalibrationError ReliabilityBin brier_parts ece ece_interval equal_mass_edges "
        "equal_width_edges mce reliability"
    ),
    "_catalogue": "statistic",
    "_cdf_distance": "Kolmogorov Wasserstein binned_ks binned_wasserstein ks wasserstein",
    "_classification": "accuracy balanced_accuracy brier f1 log_loss precision recall",
    "_curves": "RocPoint ScoreBin roc_points score_bins",
    "_detectors": "adwin_alarms ddm_alarms page_hinkley_alarms",
    "_drift": "Psi closeness_p count_distance homogeneity_p psi",
    "_errors": "mape median_absolute_error pinball row_mean wape",
    "_estimated": (
        "Estimated estimated_accuracy estimated_precision estimated_recall estimated_roc_auc"
    ),
    "_intervals": "Bounds normal_quantile two_sided_z wilson",
    "_looks": (
        "LookPlan LookRule LookedStep RolloutPath Watch chance_failed chance_proven "
        "requests_to_prove simulate_paths"
    ),
    "_means": "clustered_mean clustered_share t_mean welch",
    "_mover": "mover_difference",
    "_multiclass": (
        "macro_f1 macro_precision macro_recall mcc specificity weighted_f1 weighted_precision "
        "weighted_recall"
    ),
    "_multiplicity": "benjamini_hochberg holm",
    "_paired": "Discordance discordance mcnemar_exact paired_score",
    "_power": (
        "hanley_mcneil pairs_for_accuracy power_of_share rows_for_auc rows_for_margin "
        "rows_for_psi rows_for_quantile rows_for_ratio rows_for_share rows_for_zero_failures"
    ),
    "_precision_recall": "average_precision",
    "_proportions": (
        "Events Share clopper_pearson katz_log mover_ratio newcombe poisson_mean poisson_ratio"
    ),
    "_quantiles": "Histogram Quantile histogram_quantile quantile tally_quantile",
    "_ranking": (
        "Judgements Rankings Run ndcg_at precision_at rankings recall_at reciprocal_rank success_at"
    ),
    "_recalibration": "Recalibration recalibrated recalibration",
    "_regression": "mae r2 rmse",
    "_resampled_counts": "count_distance_bounds",
    "_roc": "Auc AucDifference delong delong_difference roc_auc",
    "_sequential": "Sequential Spending msprt msprt_means msprt_shares spending_bounds",
    "_special": (
        "beta_cdf beta_quantile beta_survival chi2_survival gamma_cdf gamma_survival "
        "kolmogorov_survival student_quantile student_survival"
    ),
    "_statistic": "Statistic",
    "_tally": "Tally repeated tally",
    "_ties": "largest_tie",
    "_two_samples": "MannWhitney Shift hodges_lehmann mann_whitney",
    "_unseen": "inside_ranks unseen_bounds unseen_share",
    "_weights": "action_entropy effective_sample_size entropy_interval minimum_propensity",
    "_windows": "equal_step window_sums",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def __dir__() -> list[str]:
    return sorted(_HOME_OF)


__getattr__ = importer(__name__, _HOME_OF)
