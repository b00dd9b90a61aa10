"""What we compile, judged by our own checks of manifests: nothing is found in it."""

from __future__ import annotations

import json

import pytest
from tests.contract import crd
from tests.e2e.commands import COUNTY, copy_workspace

pytestmark = pytest.mark.skipif(not crd.CONFORMANCE.exists(), reason=crd.WHY_SKIPPED)

TARGETS = (
    "alertmanager, argo-rollouts, argo-workflows, flagger, gateway-api, grafana, keda, kserve, "
    "kubernetes, prometheus, prometheus-operator"
)
ELSEWHERE = "MLS1020"
"""Nobody recorded what a cluster knows of these kinds."""


@pytest.fixture
def county(tmp_path):
    """The example with every target that writes manifests, and with load that KEDA counts."""
    root = copy_workspace(COUNTY, tmp_path / "county")
    settings = root / "mlspec.yaml"
    line = next(each for each in settings.read_text().splitlines() if " enabled: [" in each)
    settings.write_text(settings.read_text().replace(line, f"    enabled: [{TARGETS}]"))
    model = root / "specs" / "models" / "employment-screen.yaml"
    load = "scaling: {requestsPerReplica: 10, queueMetric: screen_queue, queuePerReplica: 3}"
    model.write_text(model.read_text().replace("scaling: {cpuUtilisation: 0.7}", load))
    return root


@pytest.mark.parametrize("backend", ["gateway", "rollouts", "flagger"])
@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_nothing_is_found_in_what_is_compiled(mlspec, county, backend, environment):
    model = county / "specs" / "models" / "employment-screen.yaml"
    served = f"    mode: online\n    backend: {backend}\n"
    model.write_text(model.read_text().replace("    mode: online\n", served, 1))
    mlspec("compile", "--env", environment, cwd=county).expect(0)

    done = mlspec(
        "verify", f"build/{environment}", "--crds", crd.CONFORMANCE / "crds", "--format", "json",
        cwd=county,
    ).expect(0)  # fmt: skip

    told = {
        (each["code"], each["message"])
        for each in json.loads(done.out)["diagnostics"]
        if each["severity"] != "note" and each["code"] != ELSEWHERE
    }
    assert set() == told
