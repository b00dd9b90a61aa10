"""Which filesystem a path lies on, where the system tells."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

__all__ = ["filesystem_of", "network_filesystem"]

_NETWORK = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "fuse.ceph",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)
_MOUNTS = Path("/proc/self/mounts")


def network_filesystem(path: Path) -> str | None:
    """Return the type of the network filesystem that holds a path; None if local or unknown."""
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        found = filesystem_of(PurePosixPath(path.resolve()), mounts)
    except (OSError, RuntimeError):  # no such file on this system, or a loop of links
        return None
    return found if found in _NETWORK else None


def filesystem_of(path: PurePosixPath, mounts: str) -> str | None:
    """Return the filesystem type of the innermost mount at or above a path.

    `mounts` is the text of `/proc/self/mounts`; a later line covers an earlier one.
    """
    covering = {path, *path.parents}
    best: tuple[int, str] | None = None
    for line in mounts.splitlines():
        match line.split(" "):
            case [_, text, kind, *_] if (point := PurePosixPath(_unescaped(text))) in covering:
                if best is None or len(point.parts) >= best[0]:
                    best = (len(point.parts), kind)
    return best[1] if best else None


def _unescaped(field: str) -> str:
    r"""Undo the octal escapes of the kernel: blanks in a mount point are written `\040`."""
    for code in ("040", "011", "012", "134"):
        field = field.replace("\\" + code, chr(int(code, 8)))
    return field
