"""What a change of each field of a gate means: every field is listed here with its direction.

A field that is added to a gate fails here until somebody has said whether another value may make
the gate weaker. `none` is only for what names or explains: it has to stand in `NEUTRAL` too, with
the reason.
"""

from __future__ import annotations

import pytest
from tests.unit.kinds.test_fields import all_models

from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, fields_of

EVERY_GATE = "(every gate)"
TABLE = """
(every gate)
    growthIsLooser: waiver
    higherIsTighter: confidence decide minimumRows onInconclusive required
    none: id
AbTest
    growthIsTighter: guardrails
    higherIsTighter: minimumGain
    unknown: arms chanceOfBest control counts sequential source treatment type
Arm
    none: name
    unknown: share
AttackResistance
    growthIsTighter: families
    higherIsTighter: atLeast minimumCoverage plannedAttacks
    unknown: broken family key source submitted type
Billing
    unknown: cost predictions
BurnPair
    lowerIsTighter: maximumBurn
    none: name
    unknown: long short
Calibration
    higherIsTighter: atLeast
    lowerIsTighter: atMost
    unknown: binning bins metric type
Canary
    lowerIsTighter: maximumIncrease maximumRatio maximumShift
    unknown: baseline canary canaryShare counts sequential source type values
ChampionChallenger
    higherIsTighter: minimumGain mode onMissingBaseline
    lowerIsTighter: margin
    unknown: metric quantile type
ColumnCheck
    higherIsTighter: atLeast unique
    lowerIsTighter: atMost maximumNullShare
    none: name
    unknown: values
ComparedFeature
    lowerIsTighter: relativeTolerance tolerance
    none: name
ConceptDrift
    higherIsTighter: minimumLabelCoverage windows
    lowerIsTighter: margin
    none: detectors
    unknown: current key label labelDelayDays metric predictedAt prediction reference score type
    unknown: windowDays
Cost
    higherIsTighter: infrastructurePerThousand
    lowerIsTighter: maximumPerThousand
    unknown: billed currency prices source type where
CountColumns
    unknown: by events trials
DataDrift
    growthIsLooser: ignore
    growthIsTighter beside *: features
    unknown: categorical current method reference type
DataQuality
    growthIsTighter: columns freshness
    growthIsTighter replaced-unknown: schemaDigest
    higherIsTighter: minimumChecks rowsAtLeast unknownRows warnings
    lowerIsTighter: rowsAtMost
    unknown: source type
EstimatedPerformance
    higherIsTighter: atLeast
    lowerIsTighter: maximumCalibrationError
    unknown: current key label metric prediction reference score type
EvaluationInputs
    growthIsTighter: champion championDigest metrics metricsDigest predictions predictionsDigest
    growthIsTighter: sources
    growthIsTighter replaced-unknown: labels labelsDigest
    higherIsTighter: perfectOutputs
    none: metricsRun
    unknown: key label positiveThreshold prediction score
EvidenceSource
    growthIsTighter: digest
    lowerIsTighter: maximumAgeDays
    none: file name run
    unknown: format
Fairness
    growthIsTighter: groups
    higherIsTighter: atLeast intersections smallGroups
    higherIsTighter reversed by smallGroups=report: minimumGroupNegatives minimumGroupPositives
    higherIsTighter reversed by smallGroups=report: minimumGroupRows
    lowerIsTighter: atMost
    unknown: favourable key metric source type
FeatureLimit
    lowerIsTighter: atMost
    none: name
    unknown: method
FeedbackLoop
    growthIsTighter: eligible
    higherIsTighter: atLeast
    unknown: action explored flagged key label metric propensity source target type
Freshness
    lowerIsTighter: maximumAgeDays
    unknown: column
GateSetSpec
    growthIsTighter: gates
GateWaiver
    lowerIsTighter: until
    none: owner reason
    unknown: approver
GroupColumn
    growthIsLooser replaced-unknown: reference
    none: column
Guardrail
    lowerIsTighter: maximumIncrease
    none: name
    unknown: counts
HumanReview
    higherIsTighter: atLeast
    lowerIsTighter: atMost
    unknown: confidenceThreshold decision key log metric type
JudgeAgreement
    higherIsTighter: atLeast
    unknown: human judge judgeAtLeast key source type weighting
Latency
    lowerIsTighter: p50Ms p95Ms p99Ms
    unknown: bucketColumn column query source type unit where
LlmQuality
    growthIsTighter: judge
    higherIsTighter: atLeast minimumEpochs plannedResults
    lowerIsTighter: atMost maximumErrorRate
    unknown: cluster epoch key rate score scoreAtLeast scoreAtMost source type
Looks
    unknown: earlierTrials effectScale method plannedTrials spending
MetricThreshold
    higherIsTighter: atLeast source
    lowerIsTighter: atMost
    unknown: metric quantile query rowsFrom type
ModelSpec
    growthIsTighter: evaluation gateSets gates
PredictionDrift
    lowerIsTighter: atMost
    unknown: column current method output reference type
PriceTable
    higherIsTighter: inputPerMillion outputPerMillion
    none: asOf
    unknown: inputTokens outputTokens
QualityJudge
    higherIsTighter: atLeast isStochastic
    unknown: human judge judgeAtLeast key source weighting
Retrieval
    growthIsTighter replaced-unknown: champion
    higherIsTighter: atLeast minimumGain
    lowerIsTighter: margin
    unknown: depth document judgements metric query relevance run score type
RowFilter
    unknown: column equals
Security
    growthIsLooser: allowedLicences formats signedBy
    growthIsTighter: scans signature
    growthIsTighter replaced-unknown: artifact licences vulnerabilities
    higherIsTighter: suppressed unboundScan
    lowerIsTighter: maximumCritical maximumDatabaseAgeDays maximumHigh maximumLow maximumMedium
    lowerIsTighter: maximumUnknown
    unknown: type
SliceColumn
    growthIsTighter: expected
    none: column
Slices
    growthIsTighter: by
    higherIsTighter: atLeast minimumGain mode onMissingBaseline smallSlices
    higherIsTighter reversed by smallSlices=report: minimumSliceRows
    lowerIsTighter: atMost margin
    unknown: key metric quantile source type
SloBurn
    higherIsTighter: objective
    unknown: counts pairs source type
TestSetUse
    lowerIsTighter: atMost
    unknown: type
Throughput
    higherIsTighter: atLeastPerSecond
    lowerIsTighter: maximumErrorShare
    unknown: errorColumn errorQuery query source timeColumn type windowSeconds
TrainingServingSkew
    growthIsTighter: features
    lowerIsTighter: atMost
    unknown: key offline online type
ValueColumns
    unknown: by value
"""
NEUTRAL = {
    "id": "names the gate: another id is another gate, which goes and comes",
    "name": "names the entry: another name is another entry, which goes and comes",
    "column": "names the entry of a list of columns",
    "reason": "explains",
    "owner": "names who mends it",
    "asOf": "says from when the prices are; the prices are judged by themselves",
    "detectors": "are counted for information and decide nothing",
    "file": "every release brings another file, which the record names with its digest",
    "run": "every release brings another run",
    "metricsRun": "every release brings another run",
}


def declared():
    base = fields_of(GateSpecBase)
    yield from ((EVERY_GATE, key, field) for key, field in base.items())
    for model in all_models():
        inherited = base if issubclass(model, GateSpecBase) else {}
        for key, field in fields_of(model).items():
            if field.traits.field_class is FieldClass.GATE and key not in inherited:
                yield model.__name__, key, field


def listed():
    model = ""
    for line in TABLE.strip().splitlines():
        if not line.startswith(" "):
            model = line
            continue
        words, _, keys = line.strip().partition(": ")
        yield from (((model, key), words) for key in keys.split())


def said(traits):
    words = traits.direction.value
    words += " replaced-unknown" if traits.replacing is Direction.UNKNOWN else ""
    words += f" reversed by {'='.join(traits.reversed_by)}" if traits.reversed_by else ""
    return words + (f" beside {traits.fallback}" if traits.fallback else "")


def test_every_field_of_every_gate_has_the_direction_that_somebody_thought_of():
    found = {(model, key): said(field.traits) for model, key, field in declared()}

    assert found == dict(listed())


def test_what_is_neutral_is_neutral_for_a_reason():
    neutral = {key for _, key, field in declared() if field.traits.direction is Direction.NONE}

    assert neutral == NEUTRAL.keys()


@pytest.mark.parametrize(
    ("model", "key", "field"),
    [pytest.param(*each, id=f"{each[0]}.{each[1]}") for each in declared()],
)
def test_a_direction_that_another_field_turns_around_names_it_and_no_default_does(
    model, key, field
):
    if field.traits.reversed_by is None:
        return
    other, value = field.traits.reversed_by
    owner = next(each for each in all_models() if each.__name__ == model)
    traits = fields_of(owner)[other].traits

    assert value == traits.order[0], "the loosest of its values"
    assert value != traits.default, key
