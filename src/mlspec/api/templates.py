"""`templates`: which templates a workspace may replace, and which of its own have aged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec.api._places import folder_inside
from mlspec.api.files import write_text
from mlspec.api.session import open_session
from mlspec.canonical import digest_bytes
from mlspec.diagnostics import Diagnostic, Position, Span, did_you_mean
from mlspec.errors import UsageError
from mlspec.targets import (
    ejected_digest,
    ejected_text,
    load_targets,
    replaceable_templates,
    shipped_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "Template",
    "TemplateState",
    "eject_template",
    "list_templates",
    "show_template",
    "template_problems",
]

_MOST_FILES = 1000
_MOST_BYTES = 1 << 20


class TemplateState(StrEnum):
    """Where the text of a template comes from."""

    SHIPPED = "shipped"
    REPLACED = "replaced"
    STALE = "stale"
    """It is replaced, and the shipped one has changed since it was ejected."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template that may be replaced; `file` is its replacement, if there is one."""

    name: str
    state: TemplateState
    file: Path | None = None


def list_templates(directory: Path | None = None) -> tuple[Template, ...]:
    """Return the templates of the installed targets by name, as a workspace uses them.

    Raises:
        UsageError: there is no workspace.
        SpecInvalidError: the specs have errors.
    """
    folder = _folder(directory)
    return tuple(_template(name, folder) for name in _names())


def show_template(name: str, directory: Path | None = None, *, shipped: bool = False) -> str:
    """Return the text of a template: the replacement where there is one, unless `shipped`.

    Raises:
        UsageError: there is no such template or no workspace, or the replacement can't be read.
    """
    _require_known(name)
    found = None if shipped else _template(name, _folder(directory)).file
    return shipped_text(name) if found is None else _read(found)


def eject_template(name: str, directory: Path | None = None, *, force: bool = False) -> Path:
    """Write a shipped template to the folder of the workspace, to be changed there.

    Raises:
        UsageError: there is no such template, the workspace names no folder for templates, or the
            file is there already and `force` is not set.
        OutputError: the file can't be written.
    """
    _require_known(name)
    folder = _folder(directory)
    if folder is None:
        raise UsageError(
            "the workspace has no folder for templates",
            hint="add `paths: {templates: templates}` to the `spec` of `mlspec.yaml`",
        )
    file = folder / name
    if not file.parent.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"`{file.parent}` is a link out of `{folder}`", hint="take it away")
    if file.exists() and not force:
        raise UsageError(
            f"`{file}` is there already", hint="`--force` replaces it, and what you changed in it"
        )
    write_text(file, ejected_text(name), with_folders=True)
    return file


def template_problems(root: Path, folder: str | None) -> Iterator[Diagnostic]:
    """Yield a warning for each replacement that has aged, or that replaces nothing."""
    if folder is None:
        return
    top = folder_inside(root, folder)
    names = _names()
    for file in sorted(top.rglob("*"))[:_MOST_FILES]:
        name = file.relative_to(top).as_posix()
        shown = f"{folder}/{name}"
        if not file.is_file():
            continue
        if name in names:
            yield from _aged(name, shown, top)
        elif (close := did_you_mean(name, names)) is not None:
            message = f"`{shown}` replaces no template"
            hint = f"did you mean `{close}`?"
            yield _report("idle-template", message, shown, hint)


def _aged(name: str, shown: str, folder: Path) -> Iterator[Diagnostic]:
    if _template(name, folder).state is TemplateState.STALE:
        message = f"the shipped template `{name}` has changed since `{shown}` was ejected"
        hint = f"compare with `mlspec templates show {name} --shipped`, then eject it again"
        yield _report("stale-template", message, shown, hint)


def _template(name: str, folder: Path | None) -> Template:
    file = folder / name if folder is not None else None
    if file is None or not file.is_file():
        return Template(name, TemplateState.SHIPPED)
    before = ejected_digest(_read(file))
    is_same = before in (None, digest_bytes(shipped_text(name).encode()))
    return Template(name, TemplateState.REPLACED if is_same else TemplateState.STALE, file)


def _folder(directory: Path | None) -> Path | None:
    session = open_session(directory)
    folder = session.sound().spec.paths.templates
    return folder_inside(session.root, folder) if folder else None


def _names() -> tuple[str, ...]:
    return replaceable_templates(each.name for each in load_targets())


def _require_known(name: str) -> None:
    names = _names()
    if name not in names:
        close = did_you_mean(name, names)
        hint = f"did you mean `{close}`?" if close else "`mlspec templates list` lists them"
        raise UsageError(f"there is no template `{name}` to replace", hint=hint)


def _read(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return stream.read(_MOST_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the template `{file}` can't be read: {error}") from error


def _report(name: str, message: str, file: str, hint: str) -> Diagnostic:
    from mlspec.manifests.patching import patch_report  # long to import, and most replace nothing

    return patch_report(name, message, Span(file, Position(1, 1), Position(1, 2)), hint)
