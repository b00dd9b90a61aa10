"""What users are told about a spec: a value with a code, a place and a next step."""

from mlspec.diagnostics._codes import Code
from mlspec.diagnostics._fingerprint import fingerprint, fingerprints
from mlspec.diagnostics._model import (
    Applicability,
    Diagnostic,
    Edit,
    Fix,
    Path,
    Position,
    Related,
    Severity,
    Span,
    has_errors,
    sort_diagnostics,
)
from mlspec.diagnostics._suggest import did_you_mean

__all__ = [
    "Applicability",
    "Code",
    "Diagnostic",
    "Edit",
    "Fix",
    "Path",
    "Position",
    "Related",
    "Severity",
    "Span",
    "did_you_mean",
    "fingerprint",
    "fingerprints",
    "has_errors",
    "sort_diagnostics",
]
