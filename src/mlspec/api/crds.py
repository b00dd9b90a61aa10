"""`crds`: definitions of custom resources, from the user's cluster into the workspace.

A definition is converted once. `.mlspec/crds/` of the workspace holds one file for each kind, the
same bytes on every machine, so that it may be committed; what is given for one run only is kept by
digest in the user's cache folder. Neither is trusted when it is read.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.api.files import write_text
from mlspec.api.session import find_root
from mlspec.diagnostics import did_you_mean, has_errors
from mlspec.errors import OutputError, UsageError
from mlspec.manifests import definition_file
from mlspec.manifests.definitions import (
    FORMAT,
    Converted,
    convert_all,
    definition_from_text,
    definition_to_text,
)
from mlspec.syntax import Limits, SourceText, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlspec.canonical import Json
    from mlspec.manifests.definitions import Definition

__all__ = [
    "AddedDefinitions",
    "add_definitions",
    "crds_folder",
    "list_definitions",
    "read_definitions",
    "remove_definitions",
]

STANDARD_INPUT = "-"
CRDS_FOLDER = ".mlspec/crds"
_LIMITS = Limits(file_bytes=128 << 20, nodes=8_000_000, depth=200)
_SUFFIXES = (".yaml", ".yml", ".json")
_MOST_SHOWN = 5
_HEAD_BYTES = 2_000


@dataclass(frozen=True)
class AddedDefinitions:
    """The names of definitions that are new, that changed, that were there, and what is wrong."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    problems: tuple[str, ...]


def crds_folder(directory: Path | None = None) -> Path | None:
    """Return where the workspace keeps its definitions; None without a workspace."""
    root = find_root(directory)
    return None if root is None else root / CRDS_FOLDER


def add_definitions(source: str, directory: Path | None = None) -> AddedDefinitions:
    """Convert CustomResourceDefinitions and keep them in the workspace.

    `source` is a file or folder of YAML or JSON, or `-` for standard input, as
    `kubectl get crd -o json` gives it. Other kinds in it are left out.

    Raises:
        UsageError: there is no workspace, or the source can't be read or holds no definition.
        OutputError: a definition can't be written.
    """
    folder = _required(directory)
    converted = _converted_source(source)
    if not converted.definitions and not converted.problems:
        raise _none(source)
    sorted_by: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    for each in converted.definitions:
        sorted_by[_keep(folder, each)].append(each.name)
    return AddedDefinitions(
        **{key: tuple(names) for key, names in sorted_by.items()}, problems=converted.problems
    )


def list_definitions(directory: Path | None = None) -> tuple[Definition, ...]:
    """Return the definitions of the workspace by name.

    Raises:
        UsageError: there is no workspace, or a file of it is no sound definition.
    """
    found = [_stored(file) for file in sorted(_required(directory).glob("*.json"))]
    return tuple(sorted(found, key=lambda each: each.name))


def remove_definitions(names: Sequence[str], directory: Path | None = None) -> tuple[str, ...]:
    """Remove definitions by name (`rollouts.argoproj.io`) or kind, and return their names.

    Raises:
        UsageError: one is not there; nothing is removed then.
    """
    folder = _required(directory)
    present = list_definitions(directory)
    chosen = [_named(name, present) for name in dict.fromkeys(names)]
    for each in chosen:
        (folder / definition_file(each.group, each.kind)).unlink(missing_ok=True)
    return tuple(each.name for each in chosen)


def read_definitions(place: Path) -> Converted:
    """Return the definitions in a file or folder for one run, converted before where possible.

    Files of `.mlspec/crds/`, here or of another workspace, are definitions already.

    Raises:
        UsageError: it does not exist, can't be read, is no YAML or JSON, or holds no definition.
    """
    definitions: dict[str, Definition] = {}
    problems: list[str] = []
    for file in _files(place):
        content = _content(file)
        converted = _stored_text(content) or _cached(content, str(file))
        definitions |= {each.name: each for each in converted.definitions}
        problems += [f"{each} (`{file}`)" for each in converted.problems]
    if not definitions and not problems:
        raise _none(str(place))
    return Converted(tuple(definitions[name] for name in sorted(definitions)), tuple(problems))


def _none(source: str) -> UsageError:
    return UsageError(
        f"`{source}` holds no CustomResourceDefinition",
        hint="`kubectl get crd -o json | mlspec crds add -` reads those of your cluster",
    )


def _required(directory: Path | None) -> Path:
    folder = crds_folder(directory)
    if folder is None:
        raise UsageError(
            "there is no `mlspec.yaml` in this folder or above it, so nowhere to keep definitions",
            hint="use `mlspec verify DIR --crds FILE` for one run, or `mlspec init`",
        )
    return folder


def _converted_source(source: str) -> Converted:
    if source == STANDARD_INPUT:
        return convert_all(_documents(sys.stdin.buffer.read(_LIMITS.file_bytes + 1), "stdin"))
    documents = [
        each for file in _files(Path(source)) for each in _documents(_content(file), str(file))
    ]
    return convert_all(documents)


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        return sorted(each for each in place.rglob("*") if _is_wanted(each))
    if not place.exists():
        raise UsageError(f"`{place}` does not exist", hint="give a file or folder with CRDs")
    return [place]


def _is_wanted(file: Path) -> bool:
    return file.suffix in _SUFFIXES and file.is_file() and not file.is_symlink()


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_LIMITS.file_bytes + 1)
    except OSError as error:
        raise UsageError(f"`{file}` can't be read: {error.strerror}") from error


def _documents(content: bytes, name: str) -> list[Json]:
    """JSON is what clusters give and is read in a fraction of the time."""
    if len(content) > _LIMITS.file_bytes:
        raise UsageError(f"`{name}` is larger than {_LIMITS.file_bytes >> 20} MiB")
    if content.lstrip()[:1] == b"{":
        try:
            return [json.loads(content)]
        except (ValueError, RecursionError):
            pass  # YAML may start so, too; it says what is wrong and where
    parsed = parse(SourceText(name, content), _LIMITS)
    if has_errors(parsed.diagnostics):
        told = [
            f"{each.span.start.line}:{each.span.start.column}: {each.message}"
            for each in parsed.diagnostics[:_MOST_SHOWN]
            if each.span is not None
        ]
        raise UsageError(f"`{name}` is no YAML or JSON that can be read", details=tuple(told))
    return [each.data for each in parsed.documents]


def _keep(folder: Path, definition: Definition) -> str:
    file = folder / definition_file(definition.group, definition.kind)
    text = definition_to_text(definition)
    is_there = file.is_file()
    if is_there and file.read_bytes() == text.encode():
        return "unchanged"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"`{folder}` can't be created: {error.strerror}") from error
    write_text(file, text)
    return "changed" if is_there else "added"


def _stored(file: Path) -> Definition:
    try:
        return definition_from_text(_content(file).decode())
    except ValueError as error:
        raise UsageError(
            f"`{file.name}` is no definition: {error}",
            hint="remove the file, and add the definition again with `mlspec crds add`",
        ) from error


def _stored_text(content: bytes) -> Converted | None:
    if FORMAT.encode() not in content[:_HEAD_BYTES]:
        return None
    try:
        return Converted((definition_from_text(content.decode()),), ())
    except ValueError:
        return None


def _named(name: str, present: Iterable[Definition]) -> Definition:
    known = list(present)
    found = [each for each in known if name in (each.name, each.kind, f"{each.kind}.{each.group}")]
    if len(found) == 1:
        return found[0]
    names = [each.name for each in known]
    if found:
        listed = ", ".join(f"`{each.name}`" for each in found)
        raise UsageError(f"`{name}` could be {listed}", hint="give the whole name")
    close = did_you_mean(name, names)
    hint = f"did you mean `{close}`?" if close else "`mlspec crds list` names them"
    raise UsageError(f"there is no definition `{name}`", hint=hint)


def _cached(content: bytes, name: str) -> Converted:
    source = SourceText(name, content)
    file = _cache_folder() / f"{source.digest.removeprefix('sha256:')}.jsonl"
    known = _from_cache(file)
    if known is not None:
        return known
    converted = convert_all(_documents(content, name))
    if not converted.problems:
        _to_cache(file, converted)
    return converted


def _cache_folder() -> Path:
    """Versioned by the format: another version of mlspec converts again."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "mlspec" / FORMAT.replace("/", "-")


def _from_cache(file: Path) -> Converted | None:
    try:
        texts = file.read_text("utf-8").split("\x1e")
        return Converted(tuple(definition_from_text(each) for each in texts if each), ())
    except (OSError, ValueError):
        return None


def _to_cache(file: Path, converted: Converted) -> None:
    """Nobody is told where nothing can be kept: the next run converts again."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, "\x1e".join(definition_to_text(each) for each in converted.definitions))
    except (OSError, OutputError):
        return
