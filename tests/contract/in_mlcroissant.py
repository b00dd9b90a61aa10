"""Runs beside mlcroissant: read the description of a data set.

    python in_mlcroissant.py FILE

Prints as JSON what it read, with the errors and warnings that it found.
"""

import json
import sys

import mlcroissant

metadata = mlcroissant.Dataset(sys.argv[1]).metadata
issues = metadata.ctx.issues
sys.stdout.write(
    json.dumps(
        {
            "errors": sorted(issues.errors),
            "warnings": sorted(issues.warnings),
            "name": metadata.name,
            "sha256": [each.sha256 for each in metadata.distribution],
            "fields": [field.name for each in metadata.record_sets for field in each.fields],
            "limitations": metadata.data_limitations,
        }
    )
)
