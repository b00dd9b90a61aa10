"""Running git where a registry depends on it: no prompt, no run without end, no secret told.

In: a folder of a repository and arguments. Out: what git says, or a `GitError` in clean words.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

from mlspec.printable import printable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["GitError", "git", "start", "stop", "without_secrets", "words_of"]

LOCAL_SECONDS = 120.0
# hooks and monitors are programs that a repository names; nothing here is theirs to run
_SETTINGS = ("core.fsmonitor=false", "core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=0")
# a hook or another tool may have set them for a repository that is not the one we were given
_OF_OTHERS = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"),
    *("GIT_NAMESPACE", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE"),
)
_UNATTENDED = {
    "GCM_INTERACTIVE": "never",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "SSH_ASKPASS_REQUIRE": "never",
}
_USER = re.compile(r"(?<=://)[^\s'\"]*@")
_TOKEN = re.compile(r"(?i)((?:token|secret|password|authorization)[=:]\s*)[^\s'\"&]+")
_NOISE = ("hint: ", "warning: ", "To ", "From ", "Please make sure you have the correct access")
_LINES, _LENGTH = 6, 200


class GitError(Exception):
    """Git did not do it; `words` are lines of its own, cleaned and bounded."""

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__(" / ".join(words))
        self.words = words

    def says(self, *parts: str) -> bool:
        """Tell whether one of the texts is in the words, in any case."""
        said = " ".join(self.words).lower()
        return any(part.lower() in said for part in parts)


def git(root: Path, *arguments: str, given: bytes = b"", seconds: float = LOCAL_SECONDS) -> bytes:
    """Return what a git command prints in the repository around `root`.

    Raises:
        GitError: it failed, took longer than `seconds`, or there is no git.
    """
    process = start(root, *arguments)
    try:
        out, err = process.communicate(given, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise GitError((f"git gave no answer within {seconds:g} seconds",)) from error
    finally:
        stop(process)
    if process.returncode:
        raise GitError(words_of(err) or (f"git ended with exit code {process.returncode}",))
    return out


def start(root: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start git without a terminal, so that no helper of it can ask anybody anything.

    Raises:
        GitError: there is no git.
    """
    settings = [part for each in _SETTINGS for part in ("-c", each)]
    try:
        return subprocess.Popen(
            ["git", *settings, "-C", str(root), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,
        )
    except OSError as error:
        raise GitError((f"git can't be started: {error.strerror}",)) from error


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it started, if it has not ended by itself."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with suppress(BrokenPipeError):  # what it was not told any more
                stream.close()


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in _OF_OTHERS}
    return kept | _UNATTENDED


def without_secrets(text: str) -> str:
    """Return a text without the user names, passwords and tokens that URLs may hold."""
    return _TOKEN.sub(r"\1***", _USER.sub("***@", text))


def words_of(said: bytes) -> tuple[str, ...]:
    """Return the telling lines of what git says, cleaned and bounded."""
    text = without_secrets(said.decode(errors="replace"))
    lines = (printable(line.strip()) for line in re.split(r"[\r\n]+", text))
    telling = [line[:_LENGTH] for line in lines if line and not line.startswith(_NOISE)]
    return tuple(telling[:_LINES])
