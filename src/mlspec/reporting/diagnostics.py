"""Diagnostics as text for people, JSON for programs, and annotations for GitHub.

In: diagnostics and the texts they are about. Out: text. Nothing here decides, and nothing that a
spec says reaches a terminal, a log or an annotation with its control characters.
"""

from mlspec.reporting.diagnostics_github import render_github
from mlspec.reporting.diagnostics_json import render_json
from mlspec.reporting.diagnostics_text import render_text

__all__ = ["render_github", "render_json", "render_text"]
