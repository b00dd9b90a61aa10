"""What jobs of CI rehearse, and what they end with where several commands failed."""

from __future__ import annotations

import re
import subprocess

import pytest
from tests.cases.trained import lowered
from tests.unit.targets.pipelines import artifacts

from mlspec.targets import template_renderer
from mlspec.targets.github_actions import TARGET as GITHUB
from mlspec.targets.gitlab_ci import TARGET as GITLAB

WATCH = "/.github/workflows/mlspec-watch.yml"
JOBS = "/.gitlab/mlspec.gitlab-ci.yml"
SCRIPT = """\
worst=0
for code in $CODES; do
  if [ "$(rank "$code")" -gt "$(rank "$worst")" ]; then worst="$code"; fi
done
echo "$worst"
"""


def emitted(target, path, **changes):
    return artifacts(target, template_renderer(), **changes)[path].content


@pytest.mark.parametrize(
    ("codes", "worst"),
    [("0 0", "0"), ("8 7 0", "7"), ("8 9", "9"), ("7 4 9", "4"), ("9 1 7", "1")],
)
@pytest.mark.parametrize(("target", "path"), [(GITHUB, WATCH), (GITLAB, JOBS)])
def test_a_job_ends_with_the_worst_code_and_not_the_first(target, path, codes, worst):
    text = emitted(target, path, drills=("a", "b"))
    declared = re.search(r"^ *(rank\(\) .*)$", text, re.MULTILINE)[1]

    done = subprocess.run(
        ["bash", "-euc", f"{declared}\n{SCRIPT}"],
        env={"CODES": codes},
        capture_output=True,
        text=True,
        check=True,
    )

    assert worst == done.stdout.strip()
    assert 'if [ "$(rank "$code")" -gt "$(rank "$worst")" ]; then' in text


def test_only_what_a_training_answers_is_rehearsed():
    found = {each: lowered(**given).bundle.pipeline for each, given in GIVEN.items()}

    assert (("screen",), ()) == (found["trained"].drills, found["trained"].not_drilled)
    assert ((), ("screen",)) == (found["told"].drills, found["told"].not_drilled)


GIVEN = {"trained": {}, "told": {"training": "null"}}


@pytest.mark.parametrize(("target", "path"), [(GITHUB, WATCH), (GITLAB, JOBS)])
def test_those_that_are_left_out_are_named(target, path):
    text = emitted(target, path, not_drilled=("screen", "triage"))

    assert "screen, triage" in text
    assert "mlspec drill" not in text
