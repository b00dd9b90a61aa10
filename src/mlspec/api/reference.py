"""`explain` and `schema`: what a code means, and what a kind may hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.api.manuals import manual_words
from mlspec.diagnostics import did_you_mean
from mlspec.errors import UsageError
from mlspec.kinds import kind_names
from mlspec.kinds.policy_binding import RULE_ID
from mlspec.lowering import LOWERING_CODES
from mlspec.manifests import MANIFEST_CODES, check_codes
from mlspec.manifests.patching import PATCH_CODES
from mlspec.policy import POLICY_CODES
from mlspec.rules import Explanation, explain_all
from mlspec.rules import explain as find
from mlspec.workspace import ANY_DOCUMENT, json_schemas

if TYPE_CHECKING:
    from mlspec.diagnostics import Code

__all__ = ["Explanation", "explain", "explanations", "is_known", "schema_text"]


_RULE = re.compile(RULE_ID, re.IGNORECASE)
_LISTS = "`mlspec explain` lists every code, `mlspec explain kinds`, `gates`, `formats` the rest"
_RULES = "`mlspec policy explain RULE --model NAME` says what a rule of a pack says of a model"
_OF_PLANS = (
    "a plan names what makes a change risky with `R-`, and says beside it how grave it is and why; "
    "`docs/pages/risk.md` of the sources lists them all"
)
_PACKS = ("policies", "policy", "policypack")
_OF_PACKS = (*_PACKS, "rule", "rules", "ruletest", "tierrule")
"""Words of policy packs: their documents are of no kind of a workspace."""


def explain(word: str) -> Explanation:
    """Return what a code, a name or the reason of a gate means.

    Raises:
        UsageError: nothing has that code or name.
    """
    found = find(word, _other_codes())
    if found is not None:
        return found
    if _RULE.fullmatch(word):
        raise _of_pack(word)
    # Between codes nothing is close: one digit off is another matter altogether.
    if pointer := _pointer(word):
        raise UsageError(f"nothing has the code or name `{word}`", hint=pointer)
    known = [*(each.name for each in explanations()), *manual_words(word)]
    close = did_you_mean(word, known)
    hint = f"did you mean `{close}`?" if close else _LISTS
    raise UsageError(f"nothing has the code or name `{word}`", hint=hint)


def _pointer(word: str) -> str:
    """Return which other command tells of a word; "" for none."""
    prefix, slash, name = word.casefold().partition("/")
    if slash and name and prefix.replace("-", "") in map(str.casefold, kind_names()):
        return f"`mlspec show {word}` shows what its spec says"
    if prefix.startswith("r-"):
        return _OF_PLANS
    if prefix in _PACKS:
        return f"{_RULES}, `mlspec obligations NAME` what is owed for it"
    return f"{_RULES}, `mlspec policy list PACK` which there are" if prefix in _OF_PACKS else ""


def _of_pack(word: str) -> UsageError:
    """Return where the rule of a pack is explained, with the pack where mlspec ships it."""
    from mlspec.api.policy_packs import shipped  # reads all packs, which no other word needs

    homes = {each.id.casefold(): (pack, each) for pack in shipped() for each in pack.rules}
    pack, rule = homes.get(word.casefold(), (None, None))
    named = f"the policy pack `{pack.name}`" if pack else "a policy pack"
    title = f" ({rule.title})" if rule else ""
    return UsageError(
        f"`{word}` is the id of a rule of {named}, and no code of mlspec{title}",
        hint=f"`mlspec policy explain {rule.id if rule else word} --model NAME --env ENV` says what"
        f" it reads and says; `mlspec policy list {pack.name if pack else 'PACK'}` shows the rules"
        " of a pack",
    )


def is_known(word: str) -> bool:
    """Tell whether a word is a code or a name, in any case."""
    return find(word, _other_codes()) is not None


def explanations() -> tuple[Explanation, ...]:
    """Return the explanations of every code, in order of code."""
    return explain_all(_other_codes())


def _other_codes() -> tuple[Code, ...]:
    """Return the codes of stages that the rules can't know."""
    return (*LOWERING_CODES, *MANIFEST_CODES, *check_codes(), *PATCH_CODES, *POLICY_CODES)


def schema_text(kind: str | None = None) -> str:
    """Return the JSON Schema of a kind, or of any document, with the kinds and gates installed.

    Raises:
        UsageError: there is no such kind.
    """
    if kind is not None and kind not in kind_names():
        close = did_you_mean(kind, kind_names())
        hint = f"did you mean `{close}`?" if close else f"there are {', '.join(kind_names())}"
        raise UsageError(f"there is no kind `{kind}`", hint=hint)
    return json_schemas()[f"{kind}.json" if kind else ANY_DOCUMENT]
