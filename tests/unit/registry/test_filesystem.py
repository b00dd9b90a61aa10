"""Network filesystems are told from local ones by the mount table."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from mlspec.errors import RegistryUnavailableError
from mlspec.registry import _filesystem
from mlspec.registry._filesystem import filesystem_of, network_filesystem
from mlspec.registry.embedded import EmbeddedRegistry

MOUNTS = r"""/dev/vda / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/local xfs rw 0 0
//host/team /mnt/team\040share cifs rw 0 0
overlay /mnt/twice overlay rw 0 0
server:/x /mnt/twice nfs rw 0 0

broken
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/srv/registry.db", "ext4"),
        ("/home/ana/registry.db", "nfs4"),
        ("/homework/registry.db", "ext4"),
        ("/home/local/registry.db", "xfs"),
        ("/mnt/team share/registry.db", "cifs"),
        ("/mnt/twice/registry.db", "nfs"),
    ],
)
def test_the_innermost_mount_decides(path, expected):
    assert expected == filesystem_of(PurePosixPath(path), MOUNTS)


def test_without_a_mount_table_nothing_is_known(tmp_path, monkeypatch):
    monkeypatch.setattr(_filesystem, "_MOUNTS", tmp_path / "none")

    assert filesystem_of(PurePosixPath("/a"), "") is None
    assert network_filesystem(tmp_path) is None


def test_a_registry_on_a_network_filesystem_is_refused(tmp_path, monkeypatch):
    (tmp_path / "mounts").write_text(f"server:/x {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr(_filesystem, "_MOUNTS", tmp_path / "mounts")
    registry = EmbeddedRegistry(tmp_path / "registry.db", "prod")

    with pytest.raises(RegistryUnavailableError, match=r"network filesystem \(nfs4\)"):
        registry.observe()
    with pytest.raises(RegistryUnavailableError, match="network"), registry.transaction():
        pass
