"""The codes of the policy family, `MLS1401` to `MLS1440`: packs, bindings, waivers."""

from __future__ import annotations

from mlspec.diagnostics import Code, Severity
from mlspec.policy._examples import EXAMPLES

__all__ = ["POLICY_CODES"]

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

_RULE = (
    "apiVersion: mlspec.dev/policy/v1\nkind: Rule\nmetadata: {name: HOUSE-001, title: A deputy}\n"
    "spec:\n  severity: error\n  enforcement: waivable\n"
    "  require: REQUIRE\n  message: Nobody stands in.\n  remediation: Name a deputy.\n"
)
_BINDING = (
    "apiVersion: mlspec.dev/v1\nkind: PolicyBinding\nmetadata: {name: core, owner: risk}\n"
    "spec: {pack: PACK, version: VERSION}\n"
)

_WAIVER = (
    "apiVersion: mlspec.dev/v1\nkind: Waiver\nmetadata: {name: w1, owner: workforce}\n"
    "spec:\n  rule: CORE-011\n  scope: {resource: model/screen}\n"
    "  reason: The pipeline writes no run id before January.\n  approvedBy: [APPROVER]\n"
    '  created: "2026-11-01"\n  expires: "2026-12-31"\n'
)

_LIST = """\
apiVersion: mlspec.dev/policy/v1
kind: DossierMap
metadata: {name: annex, title: Papers of a system}
spec:
  source: law
  cite: Annex I
  points:
    - id: "1"
      title: General description
      parts:
        - id: "1(a)"
          asks: Its purpose.
          holds:
            - {label: Purpose, PLACE}
"""


def _rule(require: str) -> str:
    return _RULE.replace("REQUIRE", require)


def _binding(pack: str = "core", version: str = "2026.11.0") -> str:
    return _BINDING.replace("PACK", pack).replace("VERSION", version)


def _list(place: str) -> str:
    return _LIST.replace("PLACE", place)


POLICY_CODES: tuple[Code, ...] = (
    Code(
        "MLS1401",
        "unreadable-pack",
        _ERROR,
        "a policy pack can't be read",
        "A pack that is broken must not switch its rules off, so nothing goes on until it is read.",
        _binding("no-such-pack"),
        _binding(),
    ),
    Code(
        "MLS1402",
        "misspelt-expression",
        _ERROR,
        "an expression of a pack names what does not exist, or is no CEL",
        "A rule that reads a field nobody can write never fires, and nobody would notice.",
        _rule("has(spec.owner.deputy)"),
        _rule("has(spec.owners) && has(spec.owners.deputy)"),
    ),
    Code(
        "MLS1403",
        "no-condition",
        _ERROR,
        "`when` or `require` gives something else than true or false",
        "A text or a number is neither held nor broken.",
        _rule("spec.risk.tier"),
        _rule('spec.risk.tier == "high"'),
    ),
    Code(
        "MLS1404",
        "other-pack-version",
        _ERROR,
        "a binding asks for a version that its source does not hold",
        "The rules that were agreed on are those of one version.",
        _binding(version="2025.1.0"),
        _binding(),
    ),
    Code(
        "MLS1405",
        "changed-pack",
        _ERROR,
        "a pack differs from the digest in `mlspec.lock`",
        "Somebody changed the rules without a change of the binding that others could review.",
        *EXAMPLES["MLS1405"],
    ),
    Code(
        "MLS1406",
        "unlocked-pack",
        _ERROR,
        "a pack in force has no digest in `mlspec.lock`",
        "Without a digest nobody notices when the rules change: packs of the wheel change with the "
        "next version of mlspec, those of a folder with any commit.",
        *EXAMPLES["MLS1406"],
    ),
    Code(
        "MLS1407",
        "doubled-rule",
        _ERROR,
        "two rules, or two packs in force, have the same id or name",
        "A finding, a waiver and a test name a rule by its id alone.",
        _rule("'true'") + "---\n" + _rule("'true'"),
        _rule("'true'"),
    ),
    Code(
        "MLS1408",
        "looser-binding",
        _ERROR,
        "a binding makes a rule looser than its pack says",
        "What a pack demands is passed over by a waiver with a reason and an end, not in silence.",
        *EXAMPLES["MLS1408"],
    ),
    Code(
        "MLS1409",
        "unknown-rule",
        _ERROR,
        "a binding, a waiver or a test names a rule that no pack in force has",
        "It does nothing, and its writer believes that it does.",
        *EXAMPLES["MLS1409"],
    ),
    Code(
        "MLS1410",
        "unused-waiver",
        _WARNING,
        "a waiver covers nothing that fails",
        "What was mended needs no waiver; left behind, it covers the next fault in silence.",
        *EXAMPLES["MLS1410"],
    ),
    Code(
        "MLS1411",
        "unsourced-claim",
        _ERROR,
        "a rule claims words that the excerpts of its source do not hold",
        "A citation that nobody checked is worse than none.",
        *EXAMPLES["MLS1411"],
    ),
    Code(
        "MLS1412",
        "unproven-rule",
        _ERROR,
        "no test case of a rule passes, or none fails",
        "A rule that no case breaks may never fire; one that no case keeps may always.",
        *EXAMPLES["MLS1412"],
    ),
    Code(
        "MLS1413",
        "unstated-fact",
        _WARNING,
        "rules can't be judged, because a fact that they read is not stated",
        "What nobody stated counts as the worse case when the model is planned and applied.",
        *EXAMPLES["MLS1413"],
    ),
    Code(
        "MLS1414",
        "understated-tier",
        _ERROR,
        "the declared tier is lower than the rules of the packs in force say",
        "The tier decides which gates, approvals and oversight a change needs.",
        *EXAMPLES["MLS1414"],
    ),
    Code(
        "MLS1415",
        "prohibited-practice",
        _ERROR,
        "the use comes under a practice that is prohibited",
        "Nothing is compiled, planned or applied for it.",
        *EXAMPLES["MLS1415"],
    ),
    Code(
        "MLS1416",
        "no-such-day",
        _ERROR,
        "a day of a pack is on no calendar",
        "A rule that applies from such a day would apply at once, or never.",
        _rule("'true'") + '  appliesFrom: "2027-02-30"\n',
        _rule("'true'") + '  appliesFrom: "2027-03-02"\n',
    ),
    Code(
        "MLS1417",
        "unknown-environment",
        _ERROR,
        "a binding or a waiver names an environment that the Workspace has not",
        "The pack would be in force nowhere, or the waiver cover nothing, and nobody would notice.",
        _binding(version="2026.11.0, environments: [prodd]"),
        _binding(version="2026.11.0, environments: [prod]"),
    ),
    Code(
        "MLS1420",
        "idle-baseline-entry",
        Severity.NOTE,
        "an entry of the policy baseline covers no finding any more",
        "Left there, it would cover the finding if that came back. `mlspec policy baseline --check`"
        " fails until `--update` has taken it out.",
        *EXAMPLES["MLS1420"],
    ),
    Code(
        "MLS1421",
        "misplaced-baseline",
        _ERROR,
        "a policy baseline stands elsewhere than in `.mlspec/policy-baseline.json`",
        "There is one baseline, so that one diff shows all that is passed over.",
        *EXAMPLES["MLS1421"],
    ),
    Code(
        "MLS1430",
        "untimely-rule",
        _ERROR,
        "a rule reads what is not known yet at a stage at which it is judged",
        "It could never be judged there, and what can't be judged counts as a failure.",
        _rule('change.action == "none"'),
        _rule("has(spec.owners)"),
    ),
    Code(
        "MLS1431",
        "unsound-waiver",
        _ERROR,
        "nobody may rely on a waiver: of the people who approved it, one may not",
        "A waiver that the owner, a stranger or somebody without a role gives is none.",
        _WAIVER.replace("APPROVER", "ana@example.org"),
        _WAIVER.replace("APPROVER", "n.osei@example.org"),
    ),
    Code(
        "MLS1434",
        "runaway-rule",
        _ERROR,
        "a rule may need more steps than it has, where lists are of a modest length",
        "A rule that runs out of steps can't be judged, which counts as a failure of the model.",
        _rule(EXAMPLES["MLS1434"][0]),
        _rule(EXAMPLES["MLS1434"][1]),
    ),
    Code(
        "MLS1435",
        "dutyless-rule",
        Severity.NOTE,
        "a rule about models, systems or data sets states no duty",
        "The list of what is owed tells duties; what a rule without one asks for is told apart.",
        _rule("has(spec.owners)"),
        _rule("has(spec.owners)") + "  duty: Name who answers for the model.\n",
    ),
    Code(
        "MLS1440",
        "unsound-list",
        _ERROR,
        "a list of what a law wants to see names no single place for something, or another text",
        "A point whose place is not clear would be called present, or missing, for no reason.",
        _list("field: spec.purpose, item: design-description"),
        _list("field: spec.purpose"),
    ),
)
