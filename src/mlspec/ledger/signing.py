"""Signatures of SSH keys: made and verified by `ssh-keygen -Y`, which everybody with git has.

A namespace says what a signature is for, so that one for a commit is none for an approval. A key
counts for the names that the file of allowed signers lists it under, in the times that it gives.
Times without a zone are in UTC here, whatever the zone of the machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from mlspec.errors import MissingExtraError, UsageError
from mlspec.ledger._sshsig import read_signature, read_signers
from mlspec.state import moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.ledger._sshsig import SignedBy

__all__ = [
    "APPROVAL_NAMESPACE",
    "CHECKPOINT_NAMESPACE",
    "EVIDENCE_NAMESPACE",
    "REVIEW_NAMESPACE",
    "can_verify",
    "is_over",
    "not_admitted",
    "principals_of",
    "sign",
    "verify",
]

APPROVAL_NAMESPACE: Final = "mlspec.approval"
CHECKPOINT_NAMESPACE: Final = "mlspec.checkpoint"
EVIDENCE_NAMESPACE: Final = "mlspec.evidence"
REVIEW_NAMESPACE: Final = "mlspec.review"

_PROGRAM: Final = "ssh-keygen"
_KEY_START: Final = 4096
_PUBLIC: Final = re.compile(rb"\s*(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+ ")
_VERIFY_SECONDS: Final = 20
_SIGN_SECONDS: Final = 120  # a hardware key waits to be touched
_REASONS: Final = (
    ("namespace does not match", "it was made for another purpose"),
    ("key has expired", "its key has expired or was revoked"),
    ("key is not yet valid", "its key is not valid yet"),
    ("certificate invalid: expired", "its certificate has expired"),
    ("certificate invalid: not yet valid", "its certificate is not valid yet"),
    ("certificate invalid: name is not", "its certificate does not name this person"),
    ("certificate not authorized", "its certificate is not accepted"),
    ("incorrect signature", "it is for another text: the text or the signature was changed"),
)
_REFUSED_KEYS: Final = (
    ("passphrase", "the key has a passphrase: add it to `ssh-agent`, and name the `.pub` file"),
    ("agent", "`ssh-agent` does not have the key, or refused it"),
)


def sign(content: bytes, key: Path, namespace: str) -> str:
    """Return an armoured signature over some bytes.

    `key` is the file of a private key, or of a public key whose private one `ssh-agent` holds.
    Nobody is asked for a passphrase.

    Raises:
        MissingExtraError: there is no `ssh-keygen`.
        UsageError: the key can't be used.
    """
    done = _run(["sign", "-n", namespace, "-f", str(key.absolute())], content, _SIGN_SECONDS)
    signature = done.stdout.decode("ascii", "replace")
    if done.returncode != 0 or read_signature(signature) is None:
        said = done.stderr.decode("utf-8", "replace").strip()
        known = next((told for part, told in _REFUSED_KEYS if part in said.lower()), "")
        known = _no_key(key) or known
        raise UsageError(
            f"`{key}` can't sign: {known or (said.splitlines() or ['it gave no signature'])[-1]}",
            hint="name a private key, or a `.pub` file whose key `ssh-agent` holds",
        )
    return signature


def _no_key(key: Path) -> str:
    """Return why a path is no key at all; "" for what may be one."""
    if key.is_dir():
        return "it is a folder"
    if not key.exists():
        return "there is no such file"
    try:
        start = key.read_bytes()[:_KEY_START]
    except OSError as error:
        return f"it can't be read: {error.strerror}"
    is_key = b"PRIVATE KEY-----" in start or _PUBLIC.match(start) is not None
    return "" if is_key else "the file holds no SSH key"


def not_admitted(namespace: str) -> str:
    """Return what `verify` says of a key whose line lists other purposes only."""
    return f"its key may not be used for `{namespace}`: its line lists other `namespaces`"


def verify(
    content: bytes, signature: str, signers: str, principal: str, namespace: str, at: str | None
) -> str | None:
    """Return None for a good signature of `principal`, else what is wrong with it.

    `signers` is the text of a file of allowed signers. `at` is the moment, in ISO 8601, at which
    the key has to be valid: now without one.

    Raises:
        MissingExtraError: there is no `ssh-keygen`.
    """
    wrong = _visibly_wrong(signature, signers, principal, namespace)
    if wrong:
        return wrong
    with _files(signers=signers, signature=signature) as folder:
        arguments = ["verify", "-f", f"{folder}/signers", "-s", f"{folder}/signature"]
        arguments += ["-I", principal, "-n", namespace]
        if at is not None:
            arguments.append(f"-Overify-time={moment_of(at):%Y%m%d%H%M%S}")
        done = _run(arguments, content, _VERIFY_SECONDS)
    if done.returncode == 0:
        return None
    said = done.stderr.decode("utf-8", "replace").lower()
    if "not permitted for use in signature namespace" in said:
        return not_admitted(namespace)
    return next(
        (told for part, told in _REASONS if part in said),
        _other_name(principals_of(signature, signers), principal),
    )


def is_over(content: bytes, signature: str, namespace: str) -> bool:
    """Tell whether a signature is over some bytes and for a purpose, whoever's key made it.

    Raises:
        MissingExtraError: there is no `ssh-keygen`.
    """
    with _files(signature=signature) as folder:
        arguments = ["check-novalidate", "-n", namespace, "-s", f"{folder}/signature"]
        return _run(arguments, content, _VERIFY_SECONDS).returncode == 0


def _other_name(names: Sequence[str], principal: str) -> str:
    if not names:
        return f"no key in force is that of {principal}"
    return f"its key is that of {', '.join(names)}, not of {principal}"


def principals_of(signature: str, signers: str) -> tuple[str, ...]:
    """Return all names that the key of a signature is listed under, sorted.

    They are names of one person: whoever has the key can sign with each of them. Of a key that
    an authority vouches for, the names are in its certificate and not told here.
    """
    signed_by = read_signature(signature)
    key = signed_by.key if signed_by else b""
    lines = [each for each in read_signers(signers) if each.key == key]
    return tuple(sorted({name for each in lines for name in each.principals}))


def can_verify() -> bool:
    """Tell whether there is an `ssh-keygen`."""
    return shutil.which(_PROGRAM) is not None


def _visibly_wrong(signature: str, signers: str, principal: str, namespace: str) -> str | None:
    signed_by = read_signature(signature)
    if signed_by is None:
        return "it is no SSH signature"
    if signed_by.namespace != namespace:
        return f"it was made for another purpose: `{signed_by.namespace}`, not `{namespace}`"
    if not principal.isprintable() or not principal:
        return "the name can't be read"
    return _wrong_key(signed_by, signers)


def _wrong_key(signed_by: SignedBy, signers: str) -> str | None:
    lines = [each for each in read_signers(signers) if each.key == signed_by.key]
    if any(each.is_for_anybody for each in lines):
        return "its key is listed for a pattern of names, so it can't say who signed"
    if not lines and not signed_by.is_certificate:
        return "its key is not among the allowed signers"
    return None


@contextmanager
def _files(**texts: str) -> Iterator[Path]:
    """Put texts into files of a folder that nobody else can read, for as long as it takes."""
    with TemporaryDirectory(prefix="mlspec-") as name:
        folder = Path(name)
        for file, text in texts.items():
            (folder / file).write_text(f"{text.rstrip()}\n", "utf-8")
        yield folder


def _run(
    arguments: Sequence[str], content: bytes, seconds: int
) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which(_PROGRAM)
    if program is None:
        raise MissingExtraError(
            "signatures need `ssh-keygen`, which is not installed",
            hint="install OpenSSH, such as with `apt-get install openssh-client`",
        )
    try:
        return subprocess.run(
            [program, "-Y", *arguments],
            input=content,
            capture_output=True,
            check=False,
            timeout=seconds,
            env=_environment(),
            start_new_session=True,  # without a terminal, it can't ask for a passphrase
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"`{_PROGRAM}` did not answer within {seconds} seconds") from error


def _environment() -> dict[str, str]:
    own = {"LC_ALL": "C", "TZ": "UTC", "SSH_ASKPASS_REQUIRE": "never"}
    return {**os.environ, **own}
