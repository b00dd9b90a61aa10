"""The steps of a retraining, as every engine of pipelines runs them.

A clone of the specs, the training, the predictions, the gates, a branch for review. The last step
is a proposal: no step holds credentials of a registry, so none can move an alias.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.ir import Retraining, TrainingPlace

__all__ = [
    "CHECKOUT",
    "CREDENTIALS",
    "ROOT",
    "Size",
    "Step",
    "digest_parameter",
    "digest_variable",
    "literal",
    "steps",
]

ROOT = "/workspace"
"""Where the volume that the steps share is mounted; code of a model sees only the checkout."""
CHECKOUT = f"{ROOT}/repository"
CREDENTIALS = "/credentials"

_CLONE = """\
rm -rf "$GIT_DIR" "$GIT_WORK_TREE"
env --unset=GIT_DIR --unset=GIT_WORK_TREE git clone --quiet --depth=1 --single-branch \\
  --branch="$MLSPEC_REVISION" --separate-git-dir="$GIT_DIR" -- "$MLSPEC_REPOSITORY" \\
  "$GIT_WORK_TREE"
git log -1 --format="specs of %H"
"""
_PROPOSE = """\
printf "[core]\\nrepositoryformatversion = 0\\nbare = false\\n" > "$GIT_DIR/config"
git add --all -- "$MLSPEC_FOLDER"
git diff --cached --quiet || git commit --quiet --message="$MLSPEC_MESSAGE"
if [ "$(git rev-parse HEAD)" = "$(git rev-parse "origin/$MLSPEC_REVISION")" ]; then
  echo "the training changed nothing: there is no challenger" >&2
  exit 1
fi
git push --quiet -- "$MLSPEC_REPOSITORY" "HEAD:refs/heads/$MLSPEC_BRANCH"
echo "pushed $MLSPEC_BRANCH: open a pull request, whose plan asks for the approvals"
"""
_DOLLAR = re.compile(r"(?<!\{\{)\$")
_HELPER = (
    '!f() { test "$1" = get || exit 0; printf "username=%s\\npassword=%s\\n" '
    f'"$(cat {CREDENTIALS}/username)" "$(cat {CREDENTIALS}/password)"; }}; f'
)
"""Tells git what a Secret of the type `kubernetes.io/basic-auth` holds."""


class Size(Enum):
    """What a step gets: next to nothing, the CPU and memory of the training, or its GPUs too."""

    SMALL = "small"
    JUDGING = "judging"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Step:
    """One container. `variables` are its environment, sorted; engines take all of it `literal`.

    `is_trusted` steps run code of mlspec alone and may use the credentials of git; the others see
    the checkout, not the history behind it. `repeats` tells that the step may run again after it
    failed, not only after its node was lost.
    """

    name: str
    image: str
    command: tuple[str, ...]
    folder: str
    variables: tuple[tuple[str, str], ...]
    size: Size = Size.SMALL
    is_trusted: bool = False
    repeats: bool = False


def digest_parameter(name: str) -> str:
    """Return the parameter of a pipeline that holds the digest of a data set."""
    return f"digest-{name}"


def digest_variable(name: str) -> str:
    """Return the variable of the environment that holds the digest of a data set."""
    return "MLSPEC_DIGEST_" + name.upper().replace("-", "_")


def literal(text: str) -> str:
    """Return a word or a value as a pod must have it, so that the container gets the text.

    Kubernetes expands `$(NAME)` and takes `$$` for one `$`. Placeholders of Kubeflow begin with
    `{{$` and are replaced by its launcher, inside of the pod; no text of a spec holds `{{`.
    """
    return _DOLLAR.sub("$$", text)


def steps(
    retraining: Retraining, environment: str, given: Mapping[str, str], root: str = ROOT
) -> tuple[Step, ...]:
    """Return the steps in the order they run.

    `given` are the values of `trigger`, `run` and of the digest of each data set, by parameter, as
    the engine writes them; `root` is where the volume is mounted.
    """
    return tuple(_steps(_Made(retraining, environment, given, root)))


@dataclass(frozen=True, slots=True)
class _Made:
    retraining: Retraining
    environment: str
    given: Mapping[str, str]
    root: str

    @property
    def checkout(self) -> str:
        """Where the specs are cloned to."""
        return self.root + CHECKOUT.removeprefix(ROOT)

    @property
    def folder(self) -> str:
        """The folder of the workspace in the checkout."""
        return str(PurePosixPath(self.checkout) / self.retraining.place.workspace_path)

    def of_training(self, name: str, command: tuple[str, ...]) -> Step:
        variables = _sorted(self.facts() | self.data())
        return Step(name, self.retraining.image, command, self.folder, variables, Size.TRAINING)

    def of_git(self, name: str, script: str, variables: dict[str, str]) -> Step:
        place, shell = self.retraining.place, ("sh", "-euc", script)
        own = {"GIT_DIR": f"{self.root}/git", "GIT_WORK_TREE": self.checkout}
        own |= {"MLSPEC_REPOSITORY": place.repository, "MLSPEC_REVISION": place.revision}
        settings = self.facts() | _git(place) | own | variables
        return Step(
            name,
            place.image,
            shell,
            self.root,
            _sorted(settings),
            is_trusted=True,
            repeats=True,
        )

    def facts(self) -> dict[str, str]:
        return {
            "HOME": "/tmp",  # noqa: S108  (in the container)
            "MLSPEC_ENVIRONMENT": self.environment,
            "MLSPEC_MODEL": self.retraining.model,
            "MLSPEC_TRIGGER": self.given["trigger"],
            "MLSPEC_VERSION": self.retraining.version,
        }

    def data(self) -> dict[str, str]:
        known = [
            {"name": each.name, "uri": each.uri, "digest": each.digest}
            for each in self.retraining.data
        ]
        found = {"MLSPEC_DATA": json.dumps(known, sort_keys=True)}
        for each in self.retraining.data:
            found[digest_variable(each.name)] = self.given[digest_parameter(each.name)]
        uri = self.retraining.artifact_uri
        if _is_in_workspace(uri):
            found["MLSPEC_ARTIFACT"] = f"{self.folder}/{uri}"
        return found | {"MLSPEC_ARTIFACT_URI": uri}


def _steps(made: _Made) -> Iterator[Step]:
    retraining, place = made.retraining, made.retraining.place
    yield made.of_git("checkout", _CLONE, {})
    yield made.of_training("train", retraining.command)
    if retraining.evaluate:
        yield made.of_training("evaluate", retraining.evaluate)
    if retraining.has_gates:
        facts = _sorted(made.facts())
        yield Step("gates", place.image, _judge(made), made.folder, facts, Size.JUDGING)
    branch = f"retraining/{retraining.model}/{made.given['run']}"
    proposal = {
        "MLSPEC_BRANCH": branch,
        "MLSPEC_FOLDER": made.folder,
        "MLSPEC_MESSAGE": f"Challenger of {retraining.model}, after {made.given['trigger']}",
    }
    yield made.of_git("propose", _PROPOSE, proposal)


def _judge(made: _Made) -> tuple[str, ...]:
    """A gate that waits for a person is left to the plan, which asks for the approval."""
    address = f"model/{made.retraining.model}"
    return (
        *("mlspec", "gate", "run", address),
        *("--env", made.environment, "--leave-to-review"),
    )


def _git(place: TrainingPlace) -> dict[str, str]:
    """Return settings of git that nothing in the checkout can change.

    Credentials are given to the host of the repository, and to no other.
    """
    settings = {"core.hooksPath": "/dev/null", "safe.directory": "*"}
    if place.credentials:
        host = "/".join(place.repository.split("/")[:3])
        settings[f"credential.{host}.helper"] = _HELPER
    found = {"GIT_CONFIG_COUNT": str(len(settings))}
    for index, (key, value) in enumerate(sorted(settings.items())):
        found |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    names = {"GIT_AUTHOR_NAME": "mlspec retraining", "GIT_AUTHOR_EMAIL": "mlspec@localhost"}
    names |= {key.replace("AUTHOR", "COMMITTER"): value for key, value in names.items()}
    return found | names


def _is_in_workspace(uri: str) -> bool:
    path = PurePosixPath(uri)
    return "://" not in uri and not path.is_absolute() and ".." not in path.parts


def _sorted(variables: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, variables[name]) for name in sorted(variables) if variables[name])
