"""`mlspec policy` and `mlspec obligations`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.cli._output import has_colour, note, write
from mlspec.diagnostics import sort_diagnostics
from mlspec.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlspec.cli._options import Place
    from mlspec.policy import PackReport

__all__ = [
    "obligations",
    "policy_baseline",
    "policy_diff",
    "policy_explain",
    "policy_install",
    "policy_lint",
    "policy_list",
    "policy_lock",
    "policy_test",
]

_JSON = "json"


def policy_list(name: str | None, directory: Path | None, *, output_format: str) -> int:
    """Print the packs, or the rules of one; what is wrong with packs in force is told first."""
    from mlspec.api.policy_packs import list_packs, named_pack, packs_at_fault
    from mlspec.reporting import policy as reports

    is_json, faults = output_format == _JSON, packs_at_fault(directory)
    for each in faults:
        note(each)
    if name is None:
        render_all = reports.render_packs_json if is_json else reports.render_packs
        write(render_all(list_packs(directory)))
    else:
        render = reports.render_pack_json if is_json else reports.render_pack
        write(render(named_pack(name, directory)))
    return ExitCode.SPEC_INVALID if faults else ExitCode.OK


def policy_lint(names: Sequence[str], directory: Path | None, *, output_format: str) -> int:
    """Print what is wrong with packs, at file:line:column."""
    from mlspec.api.policy_packs import tried_packs
    from mlspec.reporting.diagnostics import render_diagnostics
    from mlspec.reporting.policy import looked_at

    reports = [*tried_packs(names, runs=False, directory=directory)]
    found = sort_diagnostics(each for report in reports for each in report.diagnostics)
    sources = {name: text for report in reports for name, text in report.sources.items()}
    write(render_diagnostics(found, sources, output_format, colour=has_colour(sys.stdout)))
    note(looked_at(reports))
    return _code(reports)


def policy_test(
    names: Sequence[str], directory: Path | None, *, mutates: bool, output_format: str
) -> int:
    """Run the cases of packs, and print those that differ."""
    from mlspec.api.policy_packs import tried_packs
    from mlspec.reporting.policy import render_tried, render_tried_json

    reports = [*tried_packs(names, mutates=mutates, directory=directory)]
    render = render_tried_json if output_format == _JSON else render_tried
    write(render(reports))
    if any(report.diagnostics for report in reports):
        note("`mlspec policy lint` says what is wrong with the packs themselves")
    return _code(reports)


def _code(reports: Sequence[PackReport]) -> int:
    is_good = all(each.is_good for each in reports)
    return ExitCode.OK if is_good else ExitCode.SPEC_INVALID


def policy_explain(rule: str, model: str, place: Place, *, as_of: str) -> int:
    """Print what a rule says about a model, and what it read."""
    from mlspec.api.obligations import explained
    from mlspec.reporting.policy import render_answer, render_answer_json

    answer = explained(rule, model, place.directory, place.environment, as_of)
    render = render_answer_json if place.output_format == _JSON else render_answer
    write(render(answer))
    return ExitCode.OK


def policy_lock(directory: Path | None) -> int:
    """Write the digests of the packs in force; those from git are fetched."""
    from mlspec.api.policy_lock import lock_packs

    done = lock_packs(directory)
    listed = ", ".join(f"{each.name} {each.version}" for each in done.packs) or "no pack"
    note(f"{done.path.name} {'written' if done.is_new else 'unchanged'}: {listed}")
    return ExitCode.OK


def policy_install(directory: Path | None) -> int:
    """Fetch the packs from git that the lock names."""
    from mlspec.api.policy_lock import install_packs

    found = install_packs(directory)
    for each in found:
        state = "fetched" if each.is_new else "is here"
        note(f"{each.name} {each.digest[:19]}... {state}, from commit {each.commit[:12]}")
    if not found:
        note("no pack comes from git: nothing to install")
    return ExitCode.OK


def policy_diff(before: str, after: str, place: Place) -> int:
    """Print what changes from one state of a pack to another."""
    from mlspec.api.policy_diff import compared_packs
    from mlspec.reporting.policy_diff import render_difference, render_difference_json

    found = compared_packs(before, after, place.directory, place.environment)
    render = render_difference_json if place.output_format == _JSON else render_difference
    write(render(found))
    return ExitCode.OK


def policy_baseline(modes: Sequence[str], terms: tuple[str, str, str], place: Place) -> int:
    """Write, extend, update or check the policy baseline, and print what came of it."""
    from mlspec.api.baseline import Terms, baseline
    from mlspec.policy import BaselineMode
    from mlspec.reporting.baselines import render_baseline, render_baseline_json

    if len(modes) > 1:
        told = " and ".join(f"`--{each}`" for each in modes)
        raise UsageError(f"{told} are asked for at once", hint="give one of them")
    mode = BaselineMode(modes[0]) if modes else BaselineMode.WRITE
    done = baseline(mode, Terms(*terms), place.directory, place.environment)
    write((render_baseline_json if place.output_format == _JSON else render_baseline)(done))
    return ExitCode.SPEC_INVALID if done.is_idle else ExitCode.OK


def obligations(model: str, place: Place, *, as_of: str, shows_all: bool) -> int:
    """Print what is owed for a model."""
    from mlspec.api.obligations import owed
    from mlspec.reporting.obligations import render_owed, render_owed_json

    found = owed(model, place.directory, place.environment, as_of)
    if place.output_format == _JSON:
        write(render_owed_json(found))
    else:
        write(render_owed(found, shows_all=shows_all))
    return ExitCode.OK
