"""What is known of a run of gates besides its verdicts: from options, the CI, and git.

No clock is asked and no user of the machine, unless an option says so: what two runs write differs
by what is known of them, and by nothing else.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlspec.errors import UsageError
from mlspec.evidence import GateRun, moment
from mlspec.state import CLOCKS_DIFFER, moment_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

__all__ = ["NOW", "How", "ci_facts", "facts_of_run"]

NOW = "now"
"""What `--run-at` takes for the moment of the call; then durations are told, too."""
_URL = re.compile(r"https?://[!-?A-~]{1,900}")
_MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class How:
    """How gates are run, and what is said of the run.

    `engine` counts the tables of drift gates: `auto`, `numpy`, `duckdb` or `spark`. `at` is the
    moment of the run, or `now`; `actor` who runs it. Without them, the variables of a known CI
    tell; where they do not, nobody does.
    """

    engine: str = "auto"
    at: str = ""
    actor: str = ""


def facts_of_run(
    how: How, root: Path, paths: Collection[str], variables: Mapping[str, str] | None = None
) -> GateRun:
    """Return what is known of a run in the workspace at `root`, but for each model's spec.

    `paths` are the files and folders of specs, relative to `root`, by which a checkout is dirty.
    `variables` are those of the environment, by default of the process.

    Raises:
        UsageError: `at` is no moment, or lies ahead; or `actor` is no name on one line.
    """
    from mlspec.vcs import head_commit

    commit = head_commit(root, paths)
    known = ci_facts(os.environ if variables is None else variables)
    actor = _plain(how.actor)
    if how.actor and not actor:
        raise UsageError("`--actor` is no name on one line, of at most 200 characters")
    return GateRun(
        started_at=_started(how.at) or known.started_at,
        actor=actor or known.actor,
        ci=known.ci,
        url=known.url,
        commit=commit.id if commit else "",
        dirty=commit.dirty if commit else None,
    )


def ci_facts(variables: Mapping[str, str]) -> GateRun:
    """Return what the variables of GitHub Actions or GitLab CI say; of any other CI, nothing.

    Sources: https://docs.github.com/actions/reference/workflows-and-actions/variables and
    https://docs.gitlab.com/ci/variables/predefined_variables. Text that is no address or name on
    one line counts as unknown.
    """
    if variables.get("GITHUB_ACTIONS") == "true":
        return GateRun(
            actor=_plain(variables.get("GITHUB_TRIGGERING_ACTOR") or variables.get("GITHUB_ACTOR")),
            ci="github-actions",
            url=_github_url(variables),
        )
    if variables.get("GITLAB_CI") == "true":
        return GateRun(
            started_at=moment(variables.get("CI_JOB_STARTED_AT", "")),
            actor=_plain(variables.get("GITLAB_USER_LOGIN")),
            ci="gitlab-ci",
            url=_address(variables.get("CI_JOB_URL", "")),
        )
    return GateRun()


def _github_url(variables: Mapping[str, str]) -> str:
    named = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (variables.get(each, "") for each in named)
    attempt = variables.get("GITHUB_RUN_ATTEMPT", "")
    if not (server and repository and run.isdecimal()):
        return ""
    more = f"/attempts/{attempt}" if attempt.isdecimal() else ""
    return _address(f"{server}/{repository}/actions/runs/{run}{more}")


def _address(text: str) -> str:
    """Return an address of the web; "" for other text, and for one that holds a password."""
    return text if _URL.fullmatch(text) else ""


def _plain(text: str | None) -> str:
    """Return a name on one line; "" for other text."""
    found = (text or "").strip()
    return found if found.isprintable() and len(found) <= _MOST_CHARACTERS else ""


def _started(at: str) -> str:
    if not at:
        return ""
    now = datetime.now(UTC)
    if at == NOW:
        return moment(now.isoformat())
    try:
        stated = moment_of(at)
    except ValueError as error:
        hint = "such as `2026-11-21T10:00:00Z`, or `now`"
        raise UsageError(f"`--run-at {at}` is no moment", hint=hint) from error
    if stated > now + CLOCKS_DIFFER:
        raise UsageError(f"`--run-at {at}` lies ahead")
    return moment(stated.isoformat())
