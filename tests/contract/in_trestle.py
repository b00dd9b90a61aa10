"""Runs beside compliance-trestle: read assessment results by its models.

    python in_trestle.py FILE

Prints as JSON, for each result, how many findings, observations and risks it has.
"""

import json
import sys
from pathlib import Path

from trestle.oscal.assessment_results import AssessmentResults

read = AssessmentResults.oscal_read(Path(sys.argv[1]))
names = ("findings", "observations", "risks")
sys.stdout.write(
    json.dumps([{name: len(getattr(each, name) or ()) for name in names} for each in read.results])
)
