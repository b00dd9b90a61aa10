"""The flags of `mlspec policy` and `mlspec obligations`, for typer. Nothing is decided here."""

from collections.abc import Callable
from typing import Annotated

import typer

from mlspec.cli._options import (
    DiagnosticFormat,
    Directory,
    Format,
    OutputFormat,
    Place,
    taking,
)

__all__ = ["POLICY", "obligations"]

_Packs = Annotated[
    list[str] | None,
    typer.Argument(metavar="PACKS", help="Packs or folders; else all that are shipped or bound."),
]
_AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DAY", help="The day to judge by, instead of today.")
]


def _list(
    pack: Annotated[
        str | None, typer.Argument(metavar="PACK", help="Show the rules of this one.")
    ] = None,
    directory: Directory = None,
    output_format: OutputFormat = Format.TEXT,
) -> int:
    """List the packs of rules that are shipped or in force, or the rules of one."""
    from mlspec.cli.policy import policy_list

    return policy_list(pack, directory, output_format=output_format)


def _lint(
    packs: _Packs = None,
    directory: Directory = None,
    output_format: Annotated[
        DiagnosticFormat, typer.Option("--format", help="How to print diagnostics.")
    ] = DiagnosticFormat.TEXT,
) -> int:
    """Check packs: expressions, citations, and that a case passes and one fails for each rule."""
    from mlspec.cli.policy import policy_lint

    return policy_lint(packs or [], directory, output_format=output_format)


def _test(
    packs: _Packs = None,
    directory: Directory = None,
    output_format: OutputFormat = Format.TEXT,
    *,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Seek changes of rules that no case notices.")
    ] = False,
) -> int:
    """Run the test cases of packs. Exit 4 if one does not give what it should."""
    from mlspec.cli.policy import policy_test

    return policy_test(packs or [], directory, mutates=mutate, output_format=output_format)


@taking(Place)
def _explain(
    place: Place,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Id of a rule, as in `EUAI-014`.")],
    model: Annotated[
        str,
        typer.Option("--model", metavar="NAME", help="The model, system or data set.  [required]"),
    ] = "",
    as_of: _AsOf = "",
) -> int:
    """Say what a rule in force says about a model, and which facts it read, at file:line."""
    from mlspec.cli.policy import policy_explain

    return policy_explain(rule, model, place, as_of=as_of)


def _lock(directory: Directory = None) -> int:
    """Write the digests of the packs in force to `mlspec.lock`; those from git are fetched."""
    from mlspec.cli.policy import policy_lock

    return policy_lock(directory)


def _install(directory: Directory = None) -> int:
    """Fetch the packs from git that `mlspec.lock` names, by their digests."""
    from mlspec.cli.policy import policy_install

    return policy_install(directory)


@taking(Place)
def _diff(
    place: Place,
    before: Annotated[
        str,
        typer.Argument(
            metavar="BEFORE", help="PACK, PACK@VERSION, PACK@REF, PACK@locked or a folder."
        ),
    ],
    after: Annotated[
        str,
        typer.Argument(
            metavar="AFTER", help="The same; `installed` is what mlspec ships, or is in force."
        ),
    ] = "installed",
) -> int:
    """Say which rules of a pack come, go and change, and what changes for the models here."""
    from mlspec.cli.policy import policy_diff

    return policy_diff(before, after, place)


@taking(Place)
def _baseline(
    place: Place,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why findings are left as they are.")
    ] = "",
    as_of: _AsOf = "",
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help="Last day of what is added.")
    ] = "",
    *,
    extend: Annotated[bool, typer.Option("--extend", help="Add what the baseline lacks.")] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Take out what is gone; adds nothing.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit 4 if an entry is gone. Writes nothing.")
    ] = False,
) -> int:
    """Let findings of today stop nothing, so that they can only become fewer.

    Takes errors and warnings of rules that a waiver or a comment could pass over into
    `.mlspec/policy-baseline.json`. Nobody accepts them by that, and a plan asks for approvals.
    """
    from mlspec.cli.policy import policy_baseline

    chosen = {"extend": extend, "update": update, "check": check}
    modes = [name for name, is_chosen in chosen.items() if is_chosen]
    return policy_baseline(modes, (reason, as_of, until), place)


@taking(Place)
def obligations(
    place: Place,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model, system or data set.")],
    as_of: _AsOf = "",
    *,
    shows_all: Annotated[bool, typer.Option("--all", help="Show what is not owed, too.")] = False,
) -> int:
    """List what is owed for a model: duty, source, from when, evidence, and how it stands."""
    from mlspec.cli.policy import obligations as run

    return run(model, place, as_of=as_of, shows_all=shows_all)


POLICY: dict[str, Callable[..., int]] = {
    "list": _list,
    "lint": _lint,
    "test": _test,
    "explain": _explain,
    "lock": _lock,
    "install": _install,
    "diff": _diff,
    "baseline": _baseline,
}
