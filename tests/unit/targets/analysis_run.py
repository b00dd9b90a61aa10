"""How Argo Rollouts judges a metric of an AnalysisRun, look by look.

Written after `assessMetricStatus` and `runMeasurements` of its analysis controller (1.9): a good, a
bad or an inconclusive look counts, one that broke does not; a limit that is exceeded ends the run;
once `count` looks are through, the metric is successful, whatever they said.
"""

from __future__ import annotations

GOOD, BAD, UNTOLD, BROKEN = "good", "bad", "untold", "broken"


def phase(metric, looks):
    """Return the phase of a metric after some looks, as the controller names it."""
    counted, row = {GOOD: 0, BAD: 0, UNTOLD: 0}, 0
    for look in looks:
        row = row + 1 if look == BROKEN else 0
        if look != BROKEN:
            counted[look] += 1
        if ended := _ended(metric, counted, row):
            return ended
    return "Running"


def _ended(metric, counted, row):
    if counted[BAD] > metric["failureLimit"]:
        return "Failed"
    if counted[UNTOLD] > metric["inconclusiveLimit"]:
        return "Inconclusive"
    if row > metric["consecutiveErrorLimit"]:
        return "Error"
    return "Successful" if sum(counted.values()) >= metric["count"] else ""
