"""The page of the afternoon is run: 200 models at a real MLflow server, every command, its output.

What the page shows is what is run: its commands in their order, its changes of files between
them. About ten seconds are the server and its models, and as many the commands.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass

import pytest
from tests.contract import mlflow_estate
from tests.contract.tools import absent
from tests.e2e.commands import CAPTURED, CHECKOUT, Done, Forks, clean_environment
from tests.mlflow_servers import serving

from mlspec.mlflow import Client, connection_to, read_model
from mlspec.mlflow.reading import find_versions

PAGE = CHECKOUT / "docs" / "pages" / "afternoon.md"
SERVER = "https://mlflow.example.org"
REMOTE = "git@git.example.org:ml/shop.git"
PEOPLE = ("ana", "li")
BLOCK = re.compile(r"^```(console|diff)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ENDS = re.compile(r"\s+# ends with (\d+)$")
VARIES = re.compile(
    r"[0-9a-f]{12,64}|\b\d{4}-\d\d-\d\d(T[0-9:.]+(Z|\+00:00))?|[+-]\d+ s from|\d{13}|/\S*/shop\b"
)


@dataclass(frozen=True)
class Step:
    """A command of the page, how it ends, and what the page shows of what it says."""

    command: str
    code: int
    shown: str


def steps(text):
    """Yield the commands of a page as `Step`, and its changes of files as pairs of texts."""
    for language, block in BLOCK.findall(text):
        if language == "diff":
            yield block
            continue
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, shown = part.partition("\n")
            ends = ENDS.search(command)
            yield Step(ENDS.sub("", command), int(ends[1]) if ends else 0, shown.strip("\n"))


def change(root, block):
    """Change a file as a block says; what it takes away stands there once."""
    head, _, body = block.partition("\n")
    file = root / head.removeprefix("--- ")
    text = file.read_text("utf-8")
    for hunk in re.findall(r"(?m)(?:^ .*\n)*(?:^-.*\n)*(?:^\+.*\n)*", body):
        if hunk:
            lines = hunk.splitlines()
            old = "".join(f"{each[1:]}\n" for each in lines if each[0] != "+")
            new = "".join(f"{each[1:]}\n" for each in lines if each[0] != "-")
            assert 1 == text.count(old), f"{old!r} stands {text.count(old)} times in {file}"
            text = text.replace(old, new)
    file.write_text(text, "utf-8")


class Afternoon:
    """Runs the page in a folder, at a server."""

    def __init__(self, forks, folder, server):
        self.forks, self.folder, self.root, self.server = forks, folder, folder, server
        self.said = []
        self.remote = folder / "remote.git"
        self.bash("git init --quiet --bare --initial-branch main remote.git && mkdir keys").expect(
            0
        )
        for each in PEOPLE:
            made = f"ssh-keygen -q -t ed25519 -N '' -C {each} -f keys/{each}"
            self.bash(made).expect(0)

    def take(self, step):
        """Do one step of the page, and keep what it said."""
        if isinstance(step, str):
            change(self.root, self.at_home(step))
            return
        done = [self.run(each) for each in self.at_home(step.command).split(" && ")][-1]
        self.said.append((step, self.in_public(done.out + done.err)))
        assert step.code == done.code, f"{step.command}\n{done.out}{done.err}"
        if step.command.startswith("rm "):
            self.allow()

    def at_home(self, text):
        return text.replace(SERVER, self.server).replace(REMOTE, str(self.remote))

    def in_public(self, text):
        return text.replace(self.server, SERVER)

    def run(self, command):
        if command.startswith("cd "):
            self.root /= command.removeprefix("cd ")
            return Done(0, "", "")
        if command.startswith("mlspec "):
            return self.forks.run(*shlex.split(command)[1:], cwd=self.root)
        return self.bash(command)

    def bash(self, command):
        who = {f"GIT_{role}_NAME": "Mo" for role in ("AUTHOR", "COMMITTER")}
        who |= {f"GIT_{role}_EMAIL": "mo@example.org" for role in ("AUTHOR", "COMMITTER")}
        found = subprocess.run(
            ["bash", "-c", command],
            cwd=self.root,
            env=clean_environment() | who | {"no_proxy": "127.0.0.1"},
            check=False,
            timeout=60,
            **CAPTURED,
        )
        return Done(found.returncode, found.stdout.decode(), found.stderr.decode())

    def allow(self):
        """Write the keys of people, as the page of approvals says."""
        lines = (
            f'{each}@example.org namespaces="mlspec.approval,mlspec.review" '
            + " ".join((self.folder / "keys" / f"{each}.pub").read_text().split()[:2])
            for each in PEOPLE
        )
        file = self.root / ".mlspec" / "allowed_signers"
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def afternoon(tmp_path_factory):
    missing = [each for each in ("bash", "curl", "git", "ssh-keygen") if not shutil.which(each)]
    if missing:
        absent(f"not installed: {', '.join(missing)}")
    folder = tmp_path_factory.mktemp("afternoon")
    with serving("3") as server, Forks(tmp_path_factory.mktemp("said")) as forks:
        mlflow_estate.seed(server)
        found = Afternoon(forks, folder, server)
        for step in steps(PAGE.read_text("utf-8")):
            found.take(step)
        yield found


def plain(text):
    """Return lines without what differs from run to run, and without spaces at their end."""
    return [VARIES.sub("#", each).rstrip() for each in text.splitlines()]


def require_shown(shown, said):
    """Assert that lines stand in what was said, in order, where `...` is any number of them."""
    pattern = "".join("(?:.*\n)*" if each == "..." else re.escape(each) + "\n" for each in shown)
    assert re.fullmatch(pattern, "".join(f"{each}\n" for each in said)), "\n".join(said)


def test_every_command_says_what_the_page_shows(afternoon):
    shown = [(step, said) for step, said in afternoon.said if step.shown]

    assert len(shown) >= 15
    for step, said in shown:
        require_shown(plain(step.shown), plain(said))


def test_every_model_of_the_server_has_one_spec_and_what_it_is_called_there(afternoon):
    report = json.loads((afternoon.root / "import.json").read_text())
    seeded = {each.name for each in mlflow_estate.seeds()}

    assert seeded == {each["name"] for each in report["models"]}
    files = {each["file"] for each in report["models"]}
    assert len(seeded) == len(files) == mlflow_estate.COUNT
    assert all((afternoon.root / each).is_file() for each in files)


def test_what_the_import_wrote_last_is_committed_with_the_specs(afternoon):
    committed = afternoon.bash("git ls-files .mlspec/imports specs/imported").out.splitlines()

    assert 2 * mlflow_estate.COUNT == len(committed)


def test_no_password_of_the_server_reaches_a_file(afternoon):
    secrets = {each.description for each in mlflow_estate.seeds() if "ghp_" in each.description}
    files = [each for each in afternoon.root.rglob("*") if each.is_file()]

    assert secrets
    assert len(files) > 2 * mlflow_estate.COUNT
    for each in files:
        assert b"ghp_" not in each.read_bytes(), each


def test_the_model_at_the_server_is_the_one_that_was_there_with_versions_of_its_spec(afternoon):
    with Client(connection_to(afternoon.server, {})) as client:
        model = read_model(client, mlflow_estate.CHOSEN)
        versions = find_versions(client, mlflow_estate.CHOSEN)

    assert {"champion": versions[-1].number, "previous-champion": "1"} == dict(model.aliases)
    assert "growth" == model.tags["owner"]
    assert [None, "v2", "v3"] == [each.tags.get("mlspec.version") for each in versions]


def test_no_other_model_at_the_server_was_touched(afternoon):
    with Client(connection_to(afternoon.server, {})) as client:
        for each in mlflow_estate.seeds():
            if each.name != mlflow_estate.CHOSEN:
                found = read_model(client, each.name)
                assert (each.tags, each.aliases) == (dict(found.tags), dict(found.aliases))


def test_the_list_is_the_same_in_every_format(afternoon):
    found = json.loads((afternoon.root / "inventory.json").read_text())
    unowned = list(csv.DictReader(io.StringIO((afternoon.root / "unowned.csv").read_text())))
    page = (afternoon.root / "inventory.html").read_text()

    assert mlflow_estate.COUNT == len(found["models"])
    expected = {each["address"] for each in found["models"] if "unowned" in each["classes"]}
    assert expected == {each["address"] for each in unowned if each["record"] == "model"}
    assert 40 == len(expected)
    assert all(each["address"] in page for each in found["models"])


@pytest.mark.parametrize(
    ("shown", "said", "is_same"),
    [
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a\n...\nd", "a\nd", True),
        ("a\n...", "b\na", False),
        ("a", "a\nb", False),
        ("run 2-0123456789ab", "run 2-ba9876543210", True),
        ("run 2-0123456789ab", "run 3-ba9876543210", False),
    ],
)
def test_what_a_page_shows_is_compared_line_by_line(shown, said, is_same):
    try:
        require_shown(plain(shown), plain(said))
    except AssertionError:
        assert not is_same
    else:
        assert is_same
