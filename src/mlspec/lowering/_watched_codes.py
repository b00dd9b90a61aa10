"""The code of a folder that a GitOps tool watches and nobody commits."""

from __future__ import annotations

from mlspec.diagnostics import Code, Severity

__all__ = ["IGNORED"]

_GITOPS = "spec:\n  targets:\n    gitops: {repository: 'https://git.example.org/ml/specs'"

IGNORED = Code(
    "MLS1344",
    "ignored-output",
    Severity.WARNING,
    "a GitOps tool watches a folder that git ignores",
    "A line such as `build/` in `.gitignore` is what most repositories begin with. The tool then "
    "finds no folder, or one of long ago: each compile is clean, and nothing of it is deployed.",
    f"{_GITOPS}}} # and `build/` in .gitignore\n",
    f"{_GITOPS}}} # and no such line in .gitignore\n",
)
