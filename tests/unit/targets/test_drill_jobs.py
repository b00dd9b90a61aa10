"""How a drill in CI comes by promtool: what the jobs of both forges do where there is none."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from tests.unit.targets.pipelines import artifacts, document

from mlspec.targets import template_renderer
from mlspec.targets.github_actions import TARGET as GITHUB
from mlspec.targets.gitlab_ci import TARGET as GITLAB

NEEDED = ("bash", "cat", "chmod", "mkdir", "mktemp", "touch")
SUDO = '#!/bin/bash\nexec "$@"\n'
APT = """\
#!/bin/bash
[ "$2" = update ] || [ "$3" = prometheus ] || exit 1
if [ "$2" = download ]; then touch prometheus_2.42_amd64.deb; fi
"""
DPKG = """\
#!/bin/bash
[ "$1" = --extract ] && [ -f "$2" ] || exit 1
mkdir -p "$3/usr/bin"
printf '#!/bin/bash\\necho unpacked\\n' > "$3/usr/bin/promtool"
chmod +x "$3/usr/bin/promtool"
"""
INSTALLED = "#!/bin/bash\necho installed\n"


def of_gitlab():
    jobs = document(
        artifacts(GITLAB, template_renderer(), drills=("a",))["/.gitlab/mlspec.gitlab-ci.yml"]
    )
    return jobs["mlspec:drill:prod"]["script"][0] + "\npromtool\n"


def of_github():
    path = "/.github/workflows/mlspec-watch.yml"
    steps = document(artifacts(GITHUB, template_renderer(), drills=("a",))[path])["jobs"][
        "drill-prod"
    ]["steps"]
    (step,) = (each for each in steps if "promtool" in each["name"])
    assert step["continue-on-error"] is True
    return step["run"] + '\nPATH="$(cat "$GITHUB_PATH"):$PATH" promtool\n'


@pytest.fixture(params=[of_gitlab, of_github], ids=["gitlab", "github"])
def run(request, tmp_path):
    """Run the script on a machine that has only these programs."""
    (tmp_path / "path").touch()

    def runs(**programs):
        for name in NEEDED:
            (tmp_path / name).symlink_to(shutil.which(name))
        for name, text in programs.items():
            file = tmp_path / name.replace("_", "-")
            file.write_text(text)
            file.chmod(0o755)
        env = {"PATH": str(tmp_path), "RUNNER_TEMP": str(tmp_path / "temp")}
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", request.param()],
            env=env | {"GITHUB_PATH": str(tmp_path / "path"), "TMPDIR": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return runs


def test_the_one_that_is_installed_is_taken(run):
    assert "installed\n" == run(promtool=INSTALLED).stdout


def test_that_of_the_package_is_unpacked_and_nothing_is_installed(run):
    assert "unpacked\n" == run(sudo=SUDO, apt_get=APT, dpkg=DPKG).stdout


def test_where_there_is_none_to_get_nothing_is_claimed(run):
    done = run(sudo=SUDO)

    assert 127 == done.returncode
    assert "unpacked" not in done.stdout
