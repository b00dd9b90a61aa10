"""The file of a statement: what it is called, and writing it with its signature."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.api.files import require_regular, write_text
from mlspec.canonical import digest_bytes
from mlspec.errors import OutputError
from mlspec.planning.approvals import name_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["statement_name", "write_statement"]

_PLAN_CHARACTERS = 16
_NAME_CHARACTERS = 80
_UNSAFE = re.compile(r"[^a-z0-9@._+-]+")


def statement_name(plan_digest: str, principal: str, role: str) -> str:
    """Return the name of the file of a statement: a person approves a plan once per role.

    What a name has that a file name should not is replaced, and told apart by a digest.
    """
    name = name_of(principal)
    safe = _UNSAFE.sub("-", name).strip(".-")[:_NAME_CHARACTERS]
    if safe != name:
        safe = f"{safe}-{digest_bytes(name.encode())[-8:]}"
    plan = plan_digest.removeprefix("sha256:")[:_PLAN_CHARACTERS]
    return f"{plan}-{role}-{safe}.json"


def write_statement(file: Path, text: str, signature: str) -> None:
    """Write a statement, and its signature beside it; an older signature is for another text."""
    beside = file.with_name(f"{file.name}.sig")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        require_regular(beside)
        beside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"`{file}` can't be written: {error.strerror}") from error
    write_text(file, text)
    if signature:
        write_text(beside, signature)
