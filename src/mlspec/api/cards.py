"""Cards of models, systems and data sets, for an audience: made, written and compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from mlspec.api._broken_glass import GlassLog
from mlspec.api._card_facts import card_facts
from mlspec.api._card_history import history_of
from mlspec.api._places import folder_inside
from mlspec.api._subjects import SUBJECT_KINDS
from mlspec.api._versioned import subject_of_version
from mlspec.api.archives import is_called_a_file
from mlspec.api.build import compiled, lowered
from mlspec.api.files import write_text
from mlspec.api.item_records import RecordedItems
from mlspec.api.policy import policy_of
from mlspec.api.session import open_session, require_day
from mlspec.errors import OutputError, UsageError
from mlspec.ir import Audience, CardFormat
from mlspec.targets import emit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from mlspec.api.policy import PolicyReport
    from mlspec.api.session import Session
    from mlspec.evidence import Item
    from mlspec.ir import Emitted
    from mlspec.lowering import CardHistory
    from mlspec.workspace import Resource, Workspace

__all__ = [
    "Asked",
    "CardFile",
    "cards",
    "cards_by",
    "check_cards",
    "folder_of",
    "write_cards",
]

_ENDINGS = {each.ending: each for each in CardFormat}
_FOLDER = "cards/"
_TARGET = "model-card"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which cards somebody asks for.

    Args of `mlspec card`: `name` is an address, a name or `NAME@VERSION`, "" for all; `as_of` is
    the day by which policy is judged, "" for today; `offline` asks no registry. Without `formats`
    it is all of them; of what `compile` wrote, those that it writes.
    """

    name: str = ""
    audience: Audience = Audience.REVIEWER
    formats: tuple[CardFormat, ...] = ()
    as_of: str = ""
    offline: bool = False


@dataclass(frozen=True, slots=True)
class CardFile:
    """A card in one format: its path below a folder of cards, and its text."""

    path: str
    text: str


def cards(
    asked: Asked, directory: Path | None = None, environment: str | None = None
) -> tuple[CardFile, ...]:
    """Return the cards that somebody asks for, by kind, name and format.

    Raises:
        SpecInvalidError: the specs have errors.
        RegistryUnavailableError: the registry can't be read.
        UsageError: there is no such resource, environment or day.
    """
    require_day(asked.as_of)
    session = open_session(directory)
    workspace = session.environment(environment)
    return tuple(_made(session, workspace, asked))


def write_cards(
    asked: Asked, out: Path, directory: Path | None = None, environment: str | None = None
) -> tuple[str, ...]:
    """Write cards below a folder; return the paths of those that were not as they are now.

    `out` is one file where it ends as a format of a card does, as in `card.html`: then one card is
    asked for, in that format, and its path is the name of the file.

    Raises:
        OutputError: a file can't be written.
        SpecInvalidError, RegistryUnavailableError: as for `cards`.
        UsageError: as for `cards`; or one file is to hold several cards, or another format.
    """
    changed, folder = [], folder_of(out)
    for each in _placed(cards(_fitting(asked, out), directory, environment), out):
        file = folder / each.path
        if _content(file) != each.text.encode():
            write_text(file, each.text, with_folders=True)
            changed.append(each.path)
    return tuple(changed)


def folder_of(out: Path) -> Path:
    """Return the folder that cards are written below: that of a file, where `out` is one."""
    return out.parent if _is_file(out) else out


def _is_file(out: Path) -> bool:
    """Tell whether a place is one file: it ends as one, and is no folder that is there."""
    return out.suffix in _ENDINGS and not out.is_dir()


def _placed(made: Iterable[CardFile], out: Path) -> Iterator[CardFile]:
    """Yield cards with the paths that they get: one that is asked for as a file has its name."""
    yield from (replace(each, path=out.name) for each in made) if _is_file(out) else made


def _fitting(asked: Asked, out: Path) -> Asked:
    """Return what is asked for in the format that its place has."""
    if not _is_file(out):
        if is_called_a_file(out):
            raise UsageError(
                f"`{out}` is called as a single document that is no format of a card",
                hint=f"name a folder, or one file that ends in {', '.join(_ENDINGS)}",
            )
        return asked
    found = _ENDINGS[out.suffix]
    if not asked.name:
        raise UsageError(
            f"`{out}` is one file, and there are many cards", hint="name a card, or a folder"
        )
    if asked.formats and found not in asked.formats:
        raise UsageError(
            f"`{out}` ends as `{found}` does, and `{asked.formats[0]}` is asked for",
            hint="leave `--format` out, or give the file another ending",
        )
    return replace(asked, formats=(found,))


def check_cards(
    asked: Asked,
    out: Path | None,
    directory: Path | None = None,
    environment: str | None = None,
) -> tuple[str, ...]:
    """Return the paths of cards that differ from those of a folder, or are not there.

    `out` is one file where it is one for `write_cards`. Without it they are compared with what
    `compile` wrote: the reviewer's, with the patches of the workspace, and without a registry.

    Raises:
        SpecInvalidError: the specs have errors, or can't be compiled.
        RegistryUnavailableError: the registry can't be read.
        UsageError: there is no such resource, environment or day; one file is to hold several
            cards, or another format; compiled cards are asked for another audience, day or format.
    """
    require_day(asked.as_of)
    session = open_session(directory)
    workspace = session.environment(environment)
    if out is not None:
        wanted = _placed(_made(session, workspace, _fitting(asked, out)), out)
    elif asked.audience is Audience.REVIEWER and not asked.as_of:
        wanted = _compiled(session, workspace, asked)
    else:
        raise UsageError(
            "`compile` writes cards for the reviewer, by the rules of today",
            hint="name the folder of other cards with `--out`",
        )
    folder = folder_of(out) if out else _compiled_folder(session, workspace)
    return tuple(each.path for each in wanted if _content(folder / each.path) != each.text.encode())


def _compiled_folder(session: Session, workspace: Workspace) -> Path:
    output = workspace.spec.paths.output
    return session.root.resolve() / output / workspace.environment / _FOLDER


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutputError(f"`{file}` can't be read: {error.strerror}") from error


def _made(session: Session, workspace: Workspace, asked: Asked) -> Iterator[CardFile]:
    if asked.as_of:
        workspace = replace(workspace, today=asked.as_of)
    registry = None if asked.offline else partial(session.backend, workspace.environment)
    report = policy_of(session.root, workspace, registry=registry)
    yield from cards_by(session, workspace, asked, report)


def cards_by(
    session: Session, workspace: Workspace, asked: Asked, report: PolicyReport
) -> Iterator[CardFile]:
    """Yield cards by what policy was found to say of an effective workspace, on its day.

    Raises:
        SpecInvalidError, RegistryUnavailableError, UsageError: as for `cards`.
    """
    from mlspec.targets import template_renderer

    wanted = _resources(workspace, asked.name)
    recorded = {} if asked.offline else _recorded(session, workspace, wanted)
    facts = card_facts(session, workspace, report, recorded)
    facts = replace(
        facts,
        audience=asked.audience,
        only=frozenset(each.address for each in wanted),
        histories={} if asked.offline else _histories(session, workspace, wanted),
    )
    folder = workspace.spec.paths.templates
    renderer = template_renderer(folder_inside(session.root, folder) if folder else None)
    bundle = lowered(session, workspace, facts, report.seen).bundle
    bundle = replace(bundle, card_formats=asked.formats or tuple(CardFormat))
    yield from _files(emit(bundle, (_TARGET,), renderer))


def _histories(
    session: Session, workspace: Workspace, wanted: Sequence[Resource]
) -> Mapping[str, CardHistory]:
    backend = session.backend(workspace.environment)
    glass = GlassLog(backend)
    return {
        each.address: replace(history_of(backend, each), glass=glass.of(workspace, each))
        for each in wanted
    }


def _recorded(
    session: Session, workspace: Workspace, wanted: Sequence[Resource]
) -> Mapping[str, tuple[Item, ...]]:
    """Return the evidence items that the registry keeps of resources in their versions."""
    recorded = RecordedItems(session.backend(workspace.environment))
    return {each.address: recorded.of(each.address, each.metadata.version or "") for each in wanted}


def _compiled(session: Session, workspace: Workspace, asked: Asked) -> Iterator[CardFile]:
    """Yield what `compile` writes in place of some cards, with the patches of the workspace."""
    asked = replace(asked, formats=_formats_compiled(workspace, asked.formats), offline=True)
    paths = {each.path for each in _made(session, workspace, asked)}
    artifacts, _ = compiled(session, workspace, (_TARGET,))
    yield from (each for each in _files(artifacts) if each.path in paths)


def _formats_compiled(
    workspace: Workspace, formats: tuple[CardFormat, ...]
) -> tuple[CardFormat, ...]:
    """Return the formats that are asked for, and that `compile` writes; by default all of these."""
    written = workspace.spec.targets.model_card.formats
    for each in formats:
        if each not in written:
            raise UsageError(
                f"`compile` does not write cards as `{each}` here",
                hint="add it to `targets.modelCard.formats`, or name a folder with `--out`",
            )
    return formats or tuple(map(CardFormat, written))


def _files(artifacts: Sequence[Emitted]) -> Iterator[CardFile]:
    for each in artifacts:
        if each.path.startswith(_FOLDER):
            yield CardFile(each.path.removeprefix(_FOLDER), each.content)


def _resources(workspace: Workspace, name: str) -> tuple[Resource, ...]:
    if name:
        return (subject_of_version(workspace, name),)
    return tuple(each for kind in SUBJECT_KINDS for each in workspace.of_kind(kind))
