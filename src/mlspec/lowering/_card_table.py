"""What cards can say, and who sees it: one line per value, as data.

`section.key`, then the audiences that see it (public, deployer, reviewer, regulator) and its label.
A label that ends in `*` stands for all that start with it. With `?`, a value that nobody stated is
on a card only if a rule in force asks for it: facts for laws that do not concern every model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mlspec.ir import Audience

__all__ = ["TABLE", "Row", "row_of"]

_LETTERS = {
    "p": Audience.PUBLIC,
    "d": Audience.DEPLOYER,
    "r": Audience.REVIEWER,
    "g": Audience.REGULATOR,
}
_TEXT = """
identity.name                 pdrg Name
identity.version              pdrg Version
identity.previous             pdrg Previous version
identity.registered           -drg Registered digest
identity.description          pdrg Description
identity.labels               --rg Labels
identity.task                 pdrg Task
identity.artifact             --rg Artifact
identity.format               pdrg Format
identity.digest               -drg Artifact digest
identity.location             --rg Location
identity.data-digest          -drg Digest
purpose.purpose               pdrg Purpose
purpose.limitation            pdrg Limitation
purpose.limitations           pdrg Limitations
purpose.misuse                pdrg Foreseeable misuse
ownership.owner               pdrg Owner
ownership.people              --rg People
ownership.on-call             -drg On call
ownership.contact             pdrg Contact
ownership.answering           --rg People who answer for it
ownership.validation          --rg Validation
ownership.accountable         --rg Accountable
ownership.deputy              --rg Deputy
ownership.technical           --rg Built by
ownership.validator           --rg Validated by
ownership.validated           --rg Last validated
ownership.validation-days     --rg Validated again after
ownership.validation-triggers --rg Validated earlier after
risk.declared-tier            pdrg Declared tier
risk.computed-tier            -drg Computed tier
risk.reason                   -drg Reason *
risk.domain                   pdrg Field of use
risk.affects-people           pdrg Affects people
risk.automated                pdrg Takes effect before a person looks
risk.sensitive-inputs         -drg Protected attributes among the inputs
risk.rationale                -drg Why this tier
risk.roles                    -drg ? Roles
risk.markets                  -drg ? Markets
risk.affected                 -drg ? People affected
risk.minors                   -drg ? People under 18 among them
risk.vulnerable               -drg ? Vulnerable among them
risk.screened                 -drg ? Screened for prohibited practices
risk.prohibited               -drg ? Prohibited practices found
risk.product                  -drg ? Part of a regulated product
risk.annex-iii                -drg ? Points of Annex III
risk.profiling                -drg ? Profiles people
risk.exemption                -drg ? Exemption from high risk
risk.exemption-why            -drg ? Why no significant risk is left
risk.exemption-paper          -drg ? Assessment of the exemption
risk.exemption-registration   -drg ? Registration of the exemption
risk.transparency             -drg ? Situations of Article 50
risk.general-purpose          -drg ? Part in a model of general purpose
risk.registration             -drg ? Registration
risk.first-placed             -drg ? First placed on the market
risk.public-body              -drg ? Deployed by a public body
risk.model-risk               -drg ? Model risk
risk.personal-data            -drg ? Reads personal data
risk.special-categories       -drg ? Special categories of data
risk.score-used               -drg ? Score used by others
risk.safeguards               -drg ? Safeguards
risk.significant-fiduciary    -drg ? Significant Data Fiduciary
risk.decision                 -drg ? Consequential decision
risk.bias-audit               -drg ? Bias audit
hazards.hazard                -drg Hazard
hazards.hazards               -drg Hazards
hazards.rights                --rg Rights touched
hazards.size                  -drg Severity and likelihood
hazards.control               --rg Control
hazards.residual              -drg What is left
hazards.accepted              --rg Accepted by
hazards.review                --rg Looked at again by
lineage.repository            --rg Repository
lineage.commit                p-rg Commit
lineage.run                   --rg Training run
lineage.architecture          p-rg Architecture
lineage.parameters            p-rg ? Parameters
lineage.computing             p-rg Computing
lineage.operations            p-rg ? Operations
lineage.energy                p-rg ? Energy
lineage.lineage               p-rg Lineage
lineage.part                  pdrg Model *
lineage.prompt                -drg Prompt *
lineage.supplier              pdrg Supplier
lineage.part-version          pdrg Version of the part
lineage.part-licence          pdrg Licence of the part
lineage.part-digest           --rg Digest of the part
lineage.part-contract         --rg Agreement
data.named                    pdrg Named by the model
data.training                 pdrg Training data
data.evaluation               pdrg Evaluation data
data.location                 --rg Location
data.format                   pdrg Format
data.digest                   --rg Digest
data.rows                     pdrg Rows
data.period                   pdrg Period
data.licence                  pdrg Licence
data.origin                   pdrg Origin
data.preparation              -drg Preparation
data.sensitive                pdrg Sensitive columns
data.gap                      pdrg Known gap
data.gaps                     pdrg Known gaps
data.produced-by              -drg Produced by the model
data.derived-from             --rg Derived from
data.column                   --rg Column *
data.used-by                  -drg Used by *
features.features             -drg Features
features.read                 -drg Columns read
features.columns              --rg Columns of the view
features.sensitive            pdrg Sensitive columns
features.entities             --rg Entities
features.source               --rg Source
features.online               --rg Read at serving
features.offline              --rg Read for training
features.freshness            --rg Freshness at serving
features.ttl                  --rg Time to live
prompt.system                 -drg System *
prompt.digest                 -drg Template digest
prompt.text                   --rg Text
prompt.message                --rg Message *
prompt.variable               -drg Variable *
prompt.model                  pdrg Written for
prompt.parameters             -drg Parameters
output.version                -drg Contract version
output.field                  -drg Field *
output.consumer               --rg Consumer
output.consumers              --rg Consumers
gates.gates                   pdrg Gates
gates.overall                 pdrg Verdict of the required gates
gates.doubt                   -drg Why it is not current
gates.record                  --rg Record
gates.judge                   --rg Judged by
gates.rests-on                --rg Rests on *
gates.requirement             pdrg Requirement
gates.verdict                 pdrg Verdict
gates.estimate                pdrg Estimate
gates.interval                pdrg Interval
gates.sample                  pdrg Sample
gates.reason                  -drg Reason
gates.part                    pdrg Part: *
security.test                 -drg Security test *
security.tests                -drg Security tests
serving.serving               --rg Serving
serving.mode                  pdrg Mode
serving.image                 --rg Image
serving.runtime               --rg Runtime
serving.resources             --rg Resources of a replica
serving.backend               --rg Backend
serving.least                 --rg Replicas, least
serving.most                  --rg Replicas, most
serving.added-at              --rg Replicas are added at
serving.requests              --rg Expected requests per second
serving.latency               -drg Latency objective
serving.availability          -drg Availability objective
serving.rollout               --rg Rollout
serving.champion              --r- Champion
serving.policy                --rg Shared policy
serving.strategy              --rg Strategy
serving.course                --rg Course
serving.condition             --rg Condition *
serving.conditions            --rg Conditions
serving.state                 --r- Rollout state
serving.traffic               --r- Live traffic share
monitoring.monitoring         -drg Monitoring
monitoring.watches            -drg Watches
monitoring.fires              -drg Fires
monitoring.tells              --rg Tells
monitoring.urgency            -drg Urgency
monitoring.value              -drg Last value
monitoring.runbook            --rg What to do then
monitoring.after-release      -drg After the release
monitoring.plan               -drg Monitoring plan
monitoring.incidents          pdrg Reports of incidents go to
logging.events                -drg Recorded of every answer
logging.retention             -drg Kept for
logging.sink                  --rg Kept in
logging.logging               -drg Logging
retraining.retraining         -drg Retraining
retraining.starts             -drg Starts on
retraining.rehearsed          --rg Last rehearsed
oversight.oversight           pdrg Human oversight
oversight.mode                pdrg Mode
oversight.reviewers           pdrg Reviewers
oversight.intervention        pdrg Intervention
oversight.appeal              pdrg Appeal
oversight.overseers           -drg People who can intervene
oversight.person              --rg Person
oversight.can-stop            -drg Can stop the model
oversight.training            -drg Evidence of training
people.people                 pdrg What people are told
people.instructions           pdrg Instructions for use
people.notice                 pdrg Notice to people affected
people.marking                pdrg ? Marking of generated content
people.explanation            pdrg Explanation of a decision
people.contact                pdrg Whom people can write to
people.impact                 -drg ? Data protection impact assessment
people.rights                 -drg ? Fundamental rights impact assessment
cost.budget                   --r- Budget
cost.told-at                  --r- Owner is told at
policy.packs                  --rg Packs in force
policy.pack                   --rg Pack
policy.faulty                 --rg Pack that can't be used *
policy.rule                   --rg Rule *
policy.skipped                --rg Rules that don't concern it
waivers.waiver                -drg Waiver *
waivers.approver              --rg Approver named by *
waivers.known                 -drg Known since the baseline *
waivers.none                  -drg Waivers
papers.paper                  -drg Paper *
papers.papers                 -drg Papers
incidents.incident            -drg Incident *
incidents.incidents           -drg Incidents
history.asked                 -drg What was applied
history.live                  --r- Live version
history.glass                 --rg Broken glass *
history.change                pdrg Change *
history.actor                 --rg Who applied change *
history.since                 pdrg Changed since the live version
history.approval              --rg Approval *
history.approvals             --rg Approvals
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One value of cards: its name, its label, who sees it, and whether it is on every card."""

    section: str
    key: str
    label: str
    audiences: frozenset[Audience]
    is_optional: bool

    @property
    def title(self) -> str:
        """Return the label without the sign that it is the start of labels."""
        return self.label.removesuffix("*").rstrip(": ")


def _row(line: str) -> Row:
    name, letters, label = line.split(None, 2)
    section, _, key = name.partition(".")
    seen = frozenset(_LETTERS[each] for each in letters if each != "-")
    is_optional = label.startswith("? ")
    return Row(section, key, label.removeprefix("? "), seen, is_optional)


TABLE = tuple(_row(line) for line in _TEXT.strip().splitlines())
_EXACT = {(each.section, each.label): each for each in TABLE if not each.label.endswith("*")}
_STARTS = [each for each in TABLE if each.label.endswith("*")]


@lru_cache(maxsize=4096)
def row_of(section: str, label: str) -> Row:
    """Return the line of the table that a value falls under.

    Raises:
        KeyError: there is none: nobody has decided who may see such a value.
    """
    found = _EXACT.get((section, label))
    if found is not None:
        return found
    for each in _STARTS:
        if each.section == section and label.startswith(each.label[:-1]):
            return each
    raise KeyError((section, label))
