"""The table of commands, for typer: names, flags, help texts. Nothing is decided here."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._adopt_command import adopt
from mlspec.cli._apply_command import apply
from mlspec.cli._approve_commands import approve, review
from mlspec.cli._audit_commands import AUDIT
from mlspec.cli._card_commands import card
from mlspec.cli._challenger_command import challenger
from mlspec.cli._compile_command import compile_command
from mlspec.cli._drill_command import drill
from mlspec.cli._evidence_commands import EVIDENCE
from mlspec.cli._export_commands import dossier, export
from mlspec.cli._gate_commands import GATE
from mlspec.cli._import_command import import_command
from mlspec.cli._inventory_command import inventory
from mlspec.cli._options import (
    DiagnosticFormat,
    Directory,
    Environment,
    Format,
    OptionalAddress,
    OutputFormat,
    Place,
    taking,
)
from mlspec.cli._plan_commands import plan, show
from mlspec.cli._policy_commands import POLICY, obligations
from mlspec.cli._promote_command import promote
from mlspec.cli._simulate_commands import SIMULATE
from mlspec.cli._state_commands import STATE, diff, drift
from mlspec.cli._targets_commands import TARGETS
from mlspec.cli._templates_commands import TEMPLATES
from mlspec.cli._verify_commands import CRDS, verify

__all__ = ["application"]


def _init(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder to create it in, and its name.")
    ] = Path(),
    *,
    output_format: OutputFormat = Format.TEXT,
) -> int:
    """Create a small workspace that validates and plans at once."""
    from mlspec.cli.init import init

    return init(directory, output_format=output_format)


def _validate(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATHS", help="Report on these only.")
    ] = None,
    directory: Directory = None,
    environment: Environment = None,
    output_format: Annotated[
        DiagnosticFormat, typer.Option("--format", help="How to print diagnostics.")
    ] = DiagnosticFormat.TEXT,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings are errors.")] = False,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DAY", help="Waivers end by this day, not by today.")
    ] = "",
) -> int:
    """Report every problem of every spec, at file:line:column. Exit 4 if there are errors."""
    from mlspec.cli.validate import validate

    return validate(
        paths or [],
        directory=None if directory is None else str(directory),
        environment=environment,
        output_format=output_format,
        strict=strict,
        as_of=as_of,
    )


@taking(Place)
def _status(place: Place, address: OptionalAddress = None) -> int:
    """List what the registry holds."""
    from mlspec.cli.state import status

    return status(address, place.directory, place.environment, output_format=place.output_format)


@taking(Place)
def _history(place: Place, address: OptionalAddress = None) -> int:
    """List the applies, newest last: who, when, what changed; of a resource under all its names."""
    from mlspec.cli.state import history

    return history(address, place.directory, place.environment, output_format=place.output_format)


def _explain(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="WORD",
            help="A code or name such as `missing-owner`, a kind, a gate, a field such as"
            " `targets.modelCard`; `kinds`, `gates`, `formats`.",
        ),
    ] = None,
    output_format: OutputFormat = Format.TEXT,
) -> int:
    """Explain a diagnostic, a kind, a field, a reason or a gate. Without a word, list all codes."""
    from mlspec.cli.explain import explain

    return explain(code, output_format=output_format)


def _schema(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="A kind; all kinds otherwise.")
    ] = None,
) -> int:
    """Print the JSON Schema of a kind, for editors."""
    from mlspec.cli.explain import schema

    return schema(kind)


def _doctor(directory: Directory = None, output_format: OutputFormat = Format.TEXT) -> int:
    """Check the installation and the workspace: versions, extras, registry."""
    from mlspec.cli.doctor import doctor

    return doctor(directory, output_format=output_format)


def application(asked: str = "") -> typer.Typer:
    """Return the typer application with every command.

    With the name of a command, or of a group of them, it is that one alone: typer takes long to
    look at the flags of all. Another word changes nothing.
    """
    app = _group("Validate, plan, apply and compile specs of machine-learning systems.")
    app.callback()(_root)
    is_known = asked in _COMMANDS or asked in _GROUPS
    for name, command in _COMMANDS.items():
        if name == asked or not is_known:
            app.command(name)(command)
    for name, (summary, commands) in _GROUPS.items():
        if name == asked or not is_known:
            app.add_typer(_filled(summary, commands), name=name)
    return app


def _filled(summary: str, commands: Mapping[str, Callable[..., int]]) -> typer.Typer:
    group = _group(summary)
    group.callback()(_nothing)
    for name, command in commands.items():
        group.command(name)(command)
    return group


def _root(
    *,
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version.")] = False,
) -> None:
    if version:
        from mlspec import __version__

        typer.echo(f"mlspec {__version__}")
        raise typer.Exit


def _nothing() -> None:
    """Keep a group with one command a group."""


def _group(summary: str) -> typer.Typer:
    return typer.Typer(
        help=summary,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


_COMMANDS: dict[str, Callable[..., int]] = {
    "init": _init,
    "validate": _validate,
    "plan": plan,
    "approve": approve,
    "apply": apply,
    "review": review,
    "show": show,
    "compile": compile_command,
    "card": card,
    "verify": verify,
    "drill": drill,
    "obligations": obligations,
    "export": export,
    "dossier": dossier,
    "challenger": challenger,
    "promote": promote,
    "import": import_command,
    "adopt": adopt,
    "inventory": inventory,
    "diff": diff,
    "status": _status,
    "drift": drift,
    "history": _history,
    "explain": _explain,
    "schema": _schema,
    "doctor": _doctor,
}

_GROUPS: dict[str, tuple[str, dict[str, Callable[..., int]]]] = {
    "gate": ("Judge gates on predictions.", GATE),
    "evidence": ("Papers about models: reports, assessments, notices.", EVIDENCE),
    "policy": (
        "Rules as data: packs, their tests, and what they say (fields: docs/reference/packs.md).",
        POLICY,
    ),
    "audit": ("Read and verify the record of what was applied.", AUDIT),
    "state": ("Look at the objects of the registry, and correct them by hand.", STATE),
    "simulate": ("Say what a rollout can find out, before it starts.", SIMULATE),
    "crds": ("Keep the definitions (CRDs) of your cluster, for `mlspec verify`.", CRDS),
    "targets": ("Say what is compiled, and what each backend can do.", TARGETS),
    "templates": ("Replace templates of what people read: workflows, cards.", TEMPLATES),
}
