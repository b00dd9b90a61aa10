"""The codes of patches and of templates that people replace, `MLS13xx`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.diagnostics import Code, Diagnostic, Severity

if TYPE_CHECKING:
    from mlspec.diagnostics import Span

__all__ = ["PATCH_CODES", "patch_report"]

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING


def _patch(text: str) -> str:
    return f"kind: Workspace\nspec:\n  targets:\n    patches:\n      - {{id: replicas, {text}}}\n"


_SCREEN = "target: {kind: Deployment, name: screen-champion}"
_GOOD = _patch(f"{_SCREEN}, merge: {{spec: {{replicas: 3}}}}")

PATCH_CODES: tuple[Code, ...] = (
    Code(
        "MLS1301",
        "idle-patch",
        _ERROR,
        "a patch matches nothing that is compiled",
        "What it was to change goes to production as it is, and nobody is told.",
        _patch("target: {kind: Deployment, name: scren}, merge: {spec: {replicas: 3}}"),
        _GOOD,
    ),
    Code(
        "MLS1302",
        "failed-patch",
        _ERROR,
        "a patch can't be made",
        "A patch that is made in part is worse than none: nothing is written.",
        _patch(f"{_SCREEN}, operations: [{{op: remove, path: /spec/replica}}]"),
        _patch(f"{_SCREEN}, operations: [{{op: remove, path: /spec/replicas}}]"),
    ),
    Code(
        "MLS1303",
        "refused-after-patch",
        _ERROR,
        "a manifest has a problem that it did not have before it was patched",
        "Patched output is checked again, as `mlspec verify` does; the code of the problem stands "
        "in the message.",
        _patch(f"{_SCREEN}, merge: {{spec: {{replica: 3}}}}"),
        _GOOD,
    ),
    Code(
        "MLS1304",
        "loosened-by-patch",
        _WARNING,
        "a patch takes away a protection that mlspec had put there",
        "What is compiled is hardened, judged and watched on purpose; a reviewer must see where "
        "that ends.",
        _patch("target: {kind: NetworkPolicy}, merge: {$patch: delete}"),
        _GOOD,
    ),
    Code(
        "MLS1305",
        "unpatchable-artifact",
        _ERROR,
        "a patch is for a file that is text, not data",
        "Text comes from templates: replace its template instead (`mlspec templates eject`).",
        _patch("path: cards/screen.md, merge: {title: Screen}"),
        _patch("path: cards/screen.json, merge: {title: Screen}"),
    ),
    Code(
        "MLS1306",
        "unreadable-patch",
        _ERROR,
        "the file of a patch can't be read",
        "What it was to change would go to production as it is.",
        _patch("file: patches/replica.yaml"),
        _patch("file: patches/replicas.yaml"),
    ),
    Code(
        "MLS1310",
        "stale-template",
        _WARNING,
        "a shipped template has changed since it was replaced",
        "The replacement lacks what was mended since; compare the two and eject it again.",
        "{# mlspec-template: sha256:... of an older version #}\n",
        "# mlspec templates eject github_actions/mlspec.yml.j2 --force, then your change again\n",
    ),
    Code(
        "MLS1311",
        "idle-template",
        _WARNING,
        "a file replaces no shipped template",
        "It is never read: its name is misspelt, or the template is gone.",
        "# templates/github_action/mlspec.yml.j2\n",
        "# templates/github_actions/mlspec.yml.j2\n",
    ),
)

_BY_NAME = {each.name: each for each in PATCH_CODES}


def patch_report(
    name: str,
    message: str,
    span: Span | None,
    hint: str | None = None,
    severity: Severity | None = None,
) -> Diagnostic:
    """Return a diagnostic about a patch; `severity` in place of that of the code."""
    known = _BY_NAME[name]
    made = Diagnostic(known.code, known.name, known.severity, message, span, hint=hint)
    return made if severity is None else replace(made, severity=severity)
