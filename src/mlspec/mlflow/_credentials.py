"""The name and password that MLflow's own client keeps for a user: `~/.mlflow/credentials`."""

from __future__ import annotations

import stat
from configparser import ConfigParser
from configparser import Error as FormError
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlspec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LONGEST_BYTES", "kept_credentials"]

LONGEST_BYTES: Final = 64 << 10
"""More is not read: it is no file of two lines."""
_FILE = "~/.mlflow/credentials"
_SECTION = "mlflow"
_KEYS = ("mlflow_tracking_username", "mlflow_tracking_password")


def kept_credentials(variables: Mapping[str, str]) -> tuple[str, str]:
    """Return a user's name and password from the file below `HOME`; "" for what is not there.

    The file is an INI file with a section `mlflow`, as MLflow reads it: `%` is written as `%%`.

    Raises:
        UsageError: it is there and can't be read. Its content is never shown.
    """
    home = variables.get("HOME") or variables.get("USERPROFILE")
    if not home:
        return "", ""
    try:
        return _parsed(_text(Path(home) / ".mlflow" / "credentials"))
    except (FileNotFoundError, NotADirectoryError):
        return "", ""
    except (FormError, OSError, ValueError):  # nothing of them is told: they hold lines of it
        raise UsageError(
            f"`{_FILE}` can't be read as a file of MLflow with a name and a password",
            hint="see its rights, and that it begins with `[mlflow]`; `%` is written as `%%`",
        ) from None


def _text(path: Path) -> str:
    """Return the text of a file; a pipe or a device is none."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("no regular file")
    with path.open("rb") as stream:
        content = stream.read(LONGEST_BYTES + 1)
    if len(content) > LONGEST_BYTES:
        raise ValueError("too long")
    return content.decode()


def _parsed(text: str) -> tuple[str, str]:
    parser = ConfigParser()
    parser.read_string(text)
    name, password = (parser.get(_SECTION, key, fallback="") for key in _KEYS)
    return name, password
