"""Errors of usage in our words: what is wrong with a command line, and what would fit.

In: the commands as typer parses them, and what it refused. Typer says what is missing, but not
where to get it; and it takes a flag for the value of the one before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from typer.core import TyperGroup, TyperOption

from mlspec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["require_values", "usage_error"]

_WHENCE: Mapping[str, str] = {
    "PLAN": "`mlspec plan --env ENV --out FILE` makes a plan",
    "RUN": "`mlspec history --env ENV` lists the runs",
    "ADDRESS": "`mlspec status --env ENV` lists the addresses",
    "ADDRESS|PLAN": "such as `mlspec show model/churn`, or a file made by `plan --out`",
    "ENV": "`environments` in `mlspec.yaml` has them",
    "ROLE": "the `roles` in the spec of a `kind: Team` are those that its members hold",
    "VALUE": "`--help` lists what fits",
    "KEY": "an SSH key, such as `~/.ssh/id_ed25519`",
}
"""By what a flag or argument takes: where to get one."""

_MEANT: Mapping[str, str] = {
    "mlspec explain": "write one word; `mlspec policy explain RULE --model NAME` says what a rule "
    "of a pack says of a model, `mlspec obligations NAME` what is owed for it",
}
"""By command: what may be meant by words or flags that do not fit."""


class Refused(Protocol):
    """What typer raises for a command line that does not fit; `ctx` is where it was read."""

    ctx: Any

    def format_message(self) -> str:
        """Return what is wrong, in words of typer."""


class Parameter(Protocol):
    """A flag or an argument of a command."""

    opts: list[str]
    metavar: str | None


def require_values(command: object, arguments: Sequence[str]) -> None:
    """Refuse a flag without its value, also where the next flag would be taken for it.

    Who means that writes `--flag=--value`.

    Raises:
        UsageError: no value follows a flag that takes one.
    """
    leaf, rest = _leaf(command, arguments)
    flags, words = _flags(leaf), iter(rest)
    for word in words:
        if word == "--":
            return
        if word in flags and not flags[word].is_flag:
            _require_value(word, next(words, None), flags)


def usage_error(refused: Refused) -> UsageError:
    """Return what typer refused as an error of ours, with the next step."""
    told = refused.format_message().replace("Value error, ", "").rstrip(".").replace("'", "`")
    message, _, close = told.partition(". Did you mean ")
    hint = f"did you mean {close}" if close else _hint(refused)
    return UsageError(message[:1].lower() + message[1:], hint=hint)


def _flags(command: object) -> dict[str, TyperOption]:
    options = [each for each in getattr(command, "params", ()) if isinstance(each, TyperOption)]
    return {name: each for each in options for name in each.opts}


def _leaf(command: object, arguments: Sequence[str]) -> tuple[object, Sequence[str]]:
    """Return the command that the first words name, and the words after them."""
    for number, word in enumerate(arguments):
        below = command.commands.get(word) if isinstance(command, TyperGroup) else None
        if below is None:
            return command, arguments[number:]
        command = below
    return command, ()


def _require_value(name: str, value: str | None, flags: Mapping[str, TyperOption]) -> None:
    if value is not None and value not in flags:
        return
    instead = f", but `{value}` follows" if value else ""
    raise UsageError(
        f"`{name}` requires an argument{instead}",
        hint=_next_step(f"{name} {_taken(flags[name])}", flags[name]),
    )


def _hint(refused: Refused) -> str:
    """Return how to call the command, and where to get what is missing."""
    words = refused.ctx.command_path if refused.ctx else "mlspec"
    if not hasattr(refused, "param_type"):  # something is there that does not fit
        return _MEANT.get(words, f"run `{words} --help` to see what fits")
    needed = [each for each in refused.ctx.command.params if each.required]
    missing: Parameter = getattr(refused, "param", None) or needed[0]
    return _next_step(" ".join([words, *map(_form, needed)]), missing)


def _next_step(called: str, missing: Parameter) -> str:
    whence = _WHENCE.get(_taken(missing), "")
    return f"write `{called}`" + (f"; {whence}" if whence else "")


def _form(parameter: Parameter) -> str:
    name = parameter.opts[0]
    return f"{name} {_taken(parameter)}" if name.startswith("-") else _taken(parameter)


def _taken(parameter: Parameter) -> str:
    return (parameter.metavar or "VALUE").strip("[]{}")
