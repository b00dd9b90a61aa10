"""What earlier compiles made of which part of a workspace, so that it need not be made again.

A part is all that some files may depend on (`mlspec.targets`), and its name is the digest of that.
This remembers names of parts with the digests of their files. A file is taken as made when the
output folder has it with that very digest, and the manifest says that a compile wrote it; else it
is made. Of the code, the templates and the libraries that make files there is a digest as well:
with others nothing is remembered.

It lies in the cache of the user, out of reach of who may change a repository, under a seal whose
key lies beside it. What is damaged, or sealed by anybody else, counts as nothing. It says what is
true of digests, whenever it was written: a run that is killed leaves an older one, or none.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.api._kept import Kept, Written, kept
from mlspec.api._manifest import read_manifest
from mlspec.api._part_name import PartNames
from mlspec.api._tool import tool_digest
from mlspec.api.files import write_text
from mlspec.canonical import canonical_json, digest_bytes
from mlspec.errors import MlspecError, OutputError
from mlspec.ir import CardFormat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.api._places import Places
    from mlspec.ir import Bundle, Emitted
    from mlspec.targets import Make, Target
    from mlspec.workspace import Workspace

__all__ = ["Remembered", "is_dear", "remembered"]

_FOLDER = "mlspec/compiled-1"
_KEY_BYTES = 32
_MOST_BYTES = 256 << 20
_OURS = "mlspec.targets."

Files = list[tuple[str, str, str]]
"""(path, source, digest) of the files of a part."""


class Remembered:
    """Files by the name of the part they were made of, and a place to remember them."""

    def __init__(self, file: Path, key: bytes, tool: str, places: Places) -> None:
        self._file, self._key, self._tool, self._places = file, key, tool, places
        self._parts, self._names = _read(file, key, tool), PartNames()
        self._written = _written(places) if self._parts else {}

    def reuse(self, target: Target, part: Bundle, make: Make) -> Iterator[Emitted]:
        """Yield the files of a part: those that are there, or new ones."""
        name = self._name(target, part)
        found = self._found(target, name)
        if found is not None:
            yield from found
            return
        for each in make():
            yield kept(each, part=name)

    def _name(self, target: Target, part: Bundle) -> str:
        """Return the name of a part; nothing where files of a target may depend on more than that.

        Of the code of others there is no digest.
        """
        if not target.emit.__module__.startswith(_OURS):
            return ""
        try:
            return self._names.of(target.name, part)
        except TypeError:
            return ""

    def keep(self, artifacts: Iterable[Emitted]) -> None:
        """Remember what was made, and nothing else; where nothing can be kept nobody is told."""
        parts: dict[str, Files] = {}
        for each in artifacts:
            if isinstance(each, Kept) and each.part:
                parts.setdefault(each.part, []).append((each.path, each.source, each.digest))
        if parts != self._parts:
            _save(self._file, self._key, {"tool": self._tool, "parts": parts})

    def _found(self, target: Target, name: str) -> list[Emitted] | None:
        found: list[Emitted] = []
        for path, source, digest in self._parts.get(name, ()):
            file = self._file_of(path, digest)
            if file is None:
                return None
            at = Written(file, digest)
            found.append(Kept(path, source, target.name, digest, at, part=name))
        return found or None

    def _file_of(self, path: str, digest: str) -> Path | None:
        """Return the file that is there with that digest; None where it is not."""
        if self._written.get(path) != digest:
            return None
        try:
            file = self._places.find(path).file
            return file if digest_bytes(file.read_bytes()) == digest else None
        except (OSError, MlspecError):
            return None


def is_dear(workspace: Workspace) -> bool:
    """Tell whether to make cards takes longer than to know them again: Markdown alone does not."""
    spec = workspace.spec
    others = set(spec.targets.model_card.formats).difference({CardFormat.MARKDOWN})
    return bool(others or spec.paths.templates)


def remembered(
    root: Path, environment: str, places: Places, templates: Sequence[Path]
) -> Remembered | None:
    """Return what is remembered of an environment; None where nothing can be.

    Args:
        root: The folder of the workspace.
        environment: The name of the environment.
        places: The output folder and its repository.
        templates: The folders that templates are taken from.
    """
    try:
        folder = _home() / _FOLDER
        key, tool = _key(folder), tool_digest(templates)
    except (OSError, RuntimeError, OutputError):  # there is no home, or it can't be written
        return None
    name = digest_bytes(f"{root.resolve()}\n{environment}".encode())
    return Remembered(folder / f"{name.partition(':')[2]}.json", key, tool, places)


def _home() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _key(folder: Path) -> bytes:
    """Return the key of seals; a new one where there is none."""
    file = folder / "key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _create(file, secrets.token_bytes(_KEY_BYTES))
    key = file.read_bytes()
    if len(key) != _KEY_BYTES or file.is_symlink():
        raise OutputError(f"`{file}` is no key")
    return key


def _create(file: Path, key: bytes) -> None:
    """Write a file for nobody else to read, whole; where another run was faster, its own stays."""
    new = file.with_name(f"key-{secrets.token_hex(8)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(key)
    try:
        os.link(new, file)
    except FileExistsError:
        pass
    finally:
        new.unlink()


def _written(places: Places) -> Mapping[str, str]:
    """Return the digests of what the manifest says that a compile wrote."""
    try:
        return {path: entry.digest for path, entry in read_manifest(places.manifest).items()}
    except OutputError:
        return {}


def _read(file: Path, key: bytes, tool: str) -> dict[str, Files]:
    """Return the files by part; nothing where the seal is not ours, or the tool is another one."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            return {}
        seal, _, body = file.read_bytes().partition(b"\n")
    except OSError:
        return {}
    if not hmac.compare_digest(seal, _seal(key, body)):
        return {}
    told = json.loads(body)
    if told["tool"] != tool:
        return {}
    return {name: [(p, s, d) for p, s, d in files] for name, files in told["parts"].items()}


def _save(file: Path, key: bytes, told: Mapping[str, object]) -> None:
    body = canonical_json(told)
    try:
        write_text(file, (_seal(key, body) + b"\n" + body).decode())
    except (OSError, OutputError):
        return


def _seal(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, "sha256").hex().encode()
