"""`FeatureView`: features of an entity, as training and serving both read them.

Example
    apiVersion: mlspec.dev/v1
    kind: FeatureView
    metadata: {name: customer-activity, version: v1, owner: growth}
    spec:
      entities: [customer]
      source: {dataset: customers-2024@v1}
      features:
        - {name: orders, type: int, description: Orders so far.}
      online: true
      ttlHours: 720
"""

from __future__ import annotations

from mlspec.kinds._port import Kind
from mlspec.kinds.dataset import COLUMN_FORM, COLUMN_NAME, ColumnType
from mlspec.schema import (
    Count,
    Direction,
    FieldClass,
    Identifier,
    Items,
    Reference,
    SpecModel,
    Text,
    declare,
)

__all__ = ["KIND", "Feature", "FeatureViewSpec", "Source"]


class Feature(SpecModel):
    """One feature of the view."""

    name: str = declare(
        "Name of the feature.", FieldClass.FEATURE, pattern=COLUMN_NAME, form=COLUMN_FORM
    )
    type: ColumnType = declare("Type of the values.", FieldClass.FEATURE)
    description: Text | None = declare("What it says.", FieldClass.COSMETIC, default=None)
    window_days: Count | None = declare(
        "Days of history that an aggregate looks back.", FieldClass.FEATURE, default=None
    )
    sensitive: bool = declare(
        "The feature is, or stands for, something protected about a person.",
        FieldClass.DATA,
        Direction.HIGHER_IS_TIGHTER,
        default=False,
    )


class Source(SpecModel):
    """Where the values come from."""

    dataset: Reference = declare("The data set.", FieldClass.DATA, ref="Dataset")
    timestamp_column: str | None = declare(
        "Event time, so that a training row sees only what was known then.",
        FieldClass.FEATURE,
        default=None,
        pattern=COLUMN_NAME,
        form=COLUMN_FORM,
    )


class FeatureViewSpec(SpecModel):
    """Features that are computed once and read by training and serving."""

    entities: Items[Identifier] = declare(
        "What one row describes, such as `person`.", FieldClass.FEATURE, min_length=1
    )
    join_keys: Items[Text] = declare(
        "The column that tells the rows of each entity apart, in their order; absent means that "
        "the data set has one named as the entity, with or without `_id`.",
        FieldClass.FEATURE,
        default=(),
        examples=[["person_id"]],
    )
    source: Source = declare("Where the values come from.", FieldClass.DATA)
    features: Items[Feature] = declare(
        "The features.", FieldClass.FEATURE, list_key="name", min_length=1
    )
    online: bool = declare(
        "Values can be read at serving time.",
        FieldClass.FEATURE,
        Direction.HIGHER_IS_TIGHTER,
        default=False,
    )
    offline: bool = declare(
        "Values can be read for training.",
        FieldClass.FEATURE,
        Direction.HIGHER_IS_TIGHTER,
        default=True,
    )
    ttl_hours: Count | None = declare(
        "Hours after which a value counts as missing.",
        FieldClass.FEATURE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
    )
    freshness_minutes: Count | None = declare(
        "Objective: no value is older than this at serving time.",
        FieldClass.FEATURE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
    )


KIND = Kind("FeatureView", FeatureViewSpec, "Features that training and serving both read.")
