"""What draws a finding of the policy family and what does not, as its page shows it."""

from __future__ import annotations

__all__ = ["EXAMPLES"]


def _binding(more: str) -> str:
    return (
        "apiVersion: mlspec.dev/v1\nkind: PolicyBinding\nmetadata: {name: core, owner: risk}\n"
        f"spec:\n  pack: core\n  version: 2026.11.0\n  enforcement: [{more}]\n"
    )


def _lock(digest: str) -> str:
    row = f'{{"name": "house", "version": "2026.11.0", "digest": "sha256:{digest * 64}"}}'
    return (
        "# mlspec.lock; the files of policies/house are sha256:2222...\n"
        f'{{"format": "mlspec.dev/lock/v1", "packs": [{row if digest else ""}]}}\n'
    )


def _waiver(rule: str) -> str:
    return (
        "apiVersion: mlspec.dev/v1\nkind: Waiver\nmetadata: {name: no-owners, owner: builders}\n"
        f"spec:\n  rule: {rule}\n  scope: {{resource: model/churn}}\n"
        "  reason: The list of owners is agreed on in December.\n"
        '  approvedBy: [val@example.org]\n  created: "2026-11-01"\n  expires: "2026-12-31"\n'
    )


def _claim(words: str) -> str:
    return (
        "apiVersion: mlspec.dev/policy/v1\nkind: Rule\n"
        "metadata: {name: HOUSE-001, title: Logs are kept}\n"
        "spec:\n  severity: error\n  enforcement: waivable\n  require: has(spec.logging)\n"
        "  message: Nothing is kept.\n  remediation: Add logging.\n  references:\n"
        '    # sources/law.md: "Logs are kept for at least six months."\n'
        f'    - {{source: law, cite: "Art. 1", claim: at least {words}}}\n'
    )


def _cases(more: str) -> str:
    return (
        "apiVersion: mlspec.dev/policy/v1\nkind: RuleTest\nmetadata: {name: house-001}\nspec:\n"
        '  rule: HOUSE-001\n  today: "2026-11-21"\n'
        "  base: {metadata: {name: screen}, spec: {owners: {accountable: a, technical: b}}}\n"
        f"  cases:\n    - {{name: owned, expect: pass}}\n{more}"
    )


def _risk(more: str, tier: str = "high") -> str:
    return (
        f"kind: Model\nspec:\n  risk:\n    tier: {tier}\n    domain: employment\n"
        "    affectsPeople: true\n    automatedDecision: false\n    sensitiveData: false\n"
        f"    rationale: It ranks applications, and people read them all.\n{more}"
    )


_IN_EU = (
    "    markets: [EU]\n    euAiAct:\n"
    "      highRiskUses: []\n      transparency: []\n      publicBody: false\n"
)
_SCREENED = (
    "      prohibitedPractices: {day: 2026-11-02, screenedBy: legal@example.org, hits: [HITS]}\n"
)
_RANKS_PEOPLE = _IN_EU.replace("highRiskUses: []", 'highRiskUses: ["4(a)"]')

_STATED = _IN_EU + _SCREENED.replace("HITS", "")

_BASELINE = (
    "apiVersion: mlspec.dev/v1\nkind: PolicyBaseline\nmetadata: {name: known-findings}\n"
    "spec:\n  entries:\n    - rule: CORE-001\n      resource: model/churn\n"
    f"      fingerprint: '{'0' * 64}'\n      severity: error\n"
    '      reason: It was live before the pack.\n      recorded: "2026-11-22"\n'
)

EXAMPLES = {
    "MLS1405": (_lock("1"), _lock("2")),
    "MLS1406": (_lock(""), _lock("2")),
    "MLS1408": (
        _binding("{rule: CORE-010, enforcement: advisory}"),
        _binding("{rule: CORE-011, enforcement: waivable}"),
    ),
    "MLS1409": (
        _binding("{rule: CORE-911, enforcement: mandatory}"),
        _binding("{rule: CORE-011, enforcement: mandatory}"),
    ),
    "MLS1410": (
        "# model/churn has owners with a deputy by now: CORE-001\n" + _waiver("CORE-001"),
        "# model/churn has no deputy yet: CORE-001\n" + _waiver("CORE-001"),
    ),
    "MLS1411": (_claim("six weeks"), _claim("six months")),
    "MLS1412": (
        _cases(""),
        _cases("    - {name: nobody, set: {spec.owners: null}, expect: fail}\n"),
    ),
    "MLS1413": (_risk(_STATED.partition("\n")[2]), _risk(_STATED)),
    "MLS1414": (_risk(_RANKS_PEOPLE, "limited"), _risk(_RANKS_PEOPLE)),
    "MLS1434": (
        "gates.all(a, gates.all(b, gates.all(c, gates.all(d, a.id + b.id != c.id + d.id))))",
        "gates.all(a, gates.exists_one(b, a.id == b.id))",
    ),
    "MLS1415": (
        _risk(_IN_EU + _SCREENED.replace("HITS", '"5(1)(c)"')),
        _risk(_STATED),
    ),
    "MLS1420": (
        "# model/churn has owners with a deputy by now: CORE-001\n" + _BASELINE,
        "# model/churn has no deputy yet: CORE-001\n" + _BASELINE,
    ),
    "MLS1421": ("# specs/known.yaml\n" + _BASELINE, "# .mlspec/policy-baseline.json\n" + _BASELINE),
}
"""What is told, and what is not, by code; others stand beside their code."""
