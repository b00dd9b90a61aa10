"""Forms of what a workspace says of its targets: what a cluster would refuse never gets there."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from mlspec.kinds._targets import PrometheusTarget
from mlspec.kinds._training import TrainingTarget

LONGEST = "n" * 63


@pytest.mark.parametrize(
    "label",
    ["release=stack", f"example.org/{LONGEST}={LONGEST}", "a.b-c/D_e.f=G", "k=v.1"],
)
def test_a_label_that_kubernetes_takes_is_one(label):
    assert label == PrometheusTarget(selectLabel=label).select_label


@pytest.mark.parametrize("label", [f"{LONGEST}n=v", f"k={LONGEST}n", "a/b/c=v", "A.org/k=v", "k="])
def test_a_label_that_kubernetes_refuses_is_none(label):
    with pytest.raises(ValidationError):
        PrometheusTarget(selectLabel=label)


@pytest.mark.parametrize("image", ["a b", "Upper/a", "$(x)", "-v", "a\n", "{{x}}"])
def test_an_image_that_no_engine_pulls_is_none(image):
    with pytest.raises(ValidationError):
        TrainingTarget(image=image, repository="https://git.example.org/ml/specs")
