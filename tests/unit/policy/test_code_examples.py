"""The examples on the page of each code: what is bad draws it, and what is good does not."""

from __future__ import annotations

import json

import pytest
from tests.unit.policy.packs import HOME, files, proof, rule
from tests.unit.policy.worlds import BINDING, HOME_SPEC, MODEL, judgement, model, workspace

from mlspec.policy import (
    POLICY_CODES,
    Stage,
    check_pack,
    findings,
    in_force,
    misplaced_baselines,
    read_lock,
    read_pack,
    read_pack_folder,
    shipped_folder,
    stated_waivers,
    unused_waivers,
    waiver_faults,
)
from mlspec.syntax import SourceText
from mlspec.workspace import load

SOURCE = (
    "  sources: [{id: law, title: A law, uri: 'https://example.org/law', read: \"2026-11-01\","
    " version: as of today, excerpts: sources/law.md}]\n"
)
OWNERS = "  owners: {accountable: a@example.org, deputy: c@example.org, technical: b@example.org}\n"


def shipped(name):
    return read_pack_folder(shipped_folder() / name, f"policy-packs/{name}")


def names(diagnostics):
    return {each.name for each in diagnostics}


def of_a_pack(text):
    read = read_pack(files(text, home=HOME))
    return names(read.diagnostics)


def of_a_checked_pack(text):
    read = read_pack(files(text, proof(), HOME))
    assert read.pack is not None, read.diagnostics
    return names(check_pack(read.pack))


def of_a_claim(text):
    words = {"sources/law.md": "Logs are kept for at least six months."}
    read = read_pack(files(text, proof(), HOME + SOURCE, **words))
    assert read.pack is not None, read.diagnostics
    return names(check_pack(read.pack))


def of_a_test(text):
    read = read_pack(files(rule(), text, HOME))
    assert read.pack is not None, read.diagnostics
    return names(check_pack(read.pack))


def of_a_binding(text):
    found = workspace(text)
    return names(in_force(found, lambda spec: shipped(spec.pack), None).diagnostics)


def of_a_lock(text):
    """The digest of the files stands for that of the example, which shows its start only."""
    pack = files(rule())
    lines = text.partition("\n")[2].replace("2" * 64, pack.digest.removeprefix("sha256:"))
    lock = read_lock(json.dumps(json.loads(lines)).encode())
    return names(in_force(workspace(BINDING), lambda _spec: pack, lock).diagnostics)


def of_a_waiver(text):
    """As the comment above it says, the model has owners or not."""
    has_owners = "with a deputy by now" in text
    found = workspace(
        BINDING.replace("pack: house", "pack: core"), model(more=OWNERS * has_owners), text
    )
    force = in_force(found, lambda spec: shipped(spec.pack), None)
    judged = judgement(found, *force.packs)
    waivers = stated_waivers(found)
    return {
        *names(unused_waivers(found, force, waivers, [judged])),
        *names(waiver_faults(found, force, waivers)),
    }


def of_a_model(text):
    risk = text.partition("  risk:\n")[2]
    before = MODEL.partition("  risk:\n")[0].replace("NAME", "churn")
    binding = BINDING.replace("pack: house", "pack: eu-ai-act")
    found = workspace(binding, f"{before}  risk:\n{risk}")
    force = in_force(found, lambda spec: shipped(spec.pack), None)
    return names(findings(found, judgement(found, *force.packs, stage=Stage.VALIDATE)))


def of_a_misplaced_baseline(text):
    """The comment above it says in which file it stands."""
    file = text.partition("\n")[0].removeprefix("# ")
    home = SourceText("mlspec.yaml", HOME_SPEC.encode())
    found = load([home, SourceText(file, text.encode())]).workspace
    return names(misplaced_baselines(found))


HOW = {
    "MLS1402": of_a_pack,
    "MLS1403": of_a_pack,
    "MLS1404": of_a_binding,
    "MLS1405": of_a_lock,
    "MLS1406": of_a_lock,
    "MLS1407": of_a_pack,
    "MLS1408": of_a_binding,
    "MLS1409": of_a_binding,
    "MLS1410": of_a_waiver,
    "MLS1411": of_a_claim,
    "MLS1412": of_a_test,
    "MLS1413": of_a_model,
    "MLS1414": of_a_model,
    "MLS1415": of_a_model,
    "MLS1416": of_a_pack,
    "MLS1421": of_a_misplaced_baseline,
    "MLS1430": of_a_checked_pack,
}
CODES = {each.code: each for each in POLICY_CODES}


@pytest.mark.parametrize("code", POLICY_CODES, ids=lambda each: each.name)
def test_every_code_shows_what_draws_it_and_what_does_not(code):
    assert code.bad
    assert code.good
    assert code.bad != code.good


@pytest.mark.parametrize("code", sorted(HOW))
def test_what_is_bad_draws_it_and_what_is_good_does_not(code):
    shown, told = CODES[code], HOW[code]

    assert shown.name in told(shown.bad)
    assert shown.name not in told(shown.good)
