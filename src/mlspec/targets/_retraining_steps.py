"""The steps of a retraining, as every engine of pipelines runs them.

A clone of the specs, the training, the predictions; a second clone that takes the outputs of the
training and nothing else, the gates, a branch for review. The last step is a proposal: no step
holds credentials of a registry, so none can move an alias.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.ir import Retraining, TrainingData, TrainingPlace

__all__ = [
    "CREDENTIALS",
    "ROOT",
    "Size",
    "Step",
    "data_text",
    "digest_parameter",
    "digest_variable",
    "is_in_workspace",
    "literal",
    "steps",
]

ROOT = "/workspace"
"""Where the volume that the steps share is mounted; code of a model sees only the checkout."""
TRAINED = "repository"
"""The folder of the volume that the training writes to."""
CHALLENGER = "challenger"
"""The folder whose files are judged and proposed; no code of a model sees it."""
CREDENTIALS = "/credentials"

_CLONE = """\
rm -rf "$GIT_DIR" "$GIT_WORK_TREE"
env --unset=GIT_DIR --unset=GIT_WORK_TREE git clone --quiet --depth=1 --single-branch \\
  --branch="$MLSPEC_REVISION" --separate-git-dir="$GIT_DIR" -- "$MLSPEC_REPOSITORY" \\
  "$GIT_WORK_TREE"
git log -1 --format="specs of %H"
"""
_RECORD = """\
rm -rf "$MLSPEC_TOP/commit"
git rev-parse HEAD > "$MLSPEC_TOP/commit"
"""
# What the training wrote to is data here: not even its history, of which git could run settings.
_TAKE = """\
commit="$(cat "$MLSPEC_TOP/commit")"
case "$commit" in "" | *[!0-9a-f]*) echo "the training changed the commit" >&2; exit 5 ;; esac
trained="$(readlink -f -- "$MLSPEC_TRAINED")"
if [ "$trained" != "$(readlink -f -- "$MLSPEC_TOP")${MLSPEC_TRAINED#"$MLSPEC_TOP"}" ]; then
  echo "the training put a link in place of its folder" >&2
  exit 5
fi
given="$MLSPEC_TOP/given"
rm -rf "$given" "$MLSPEC_TOP/given.index"
mkdir "$given"
if [ "$commit" != "$(git rev-parse HEAD)" ]; then
  git fetch --quiet --depth=1 -- "$MLSPEC_REPOSITORY" "$commit"
fi
(
  cd "$given"
  export GIT_WORK_TREE="$given" GIT_INDEX_FILE="$MLSPEC_TOP/given.index"
  git read-tree "$commit"
  git checkout-index --all
)
mlspec challenger "$MLSPEC_MODEL" --workspace "$MLSPEC_FOLDER" --from "$trained" \\
  --given "$given/$MLSPEC_PATH"
cd "$GIT_WORK_TREE"
if [ -z "$(git status --porcelain)" ]; then
  echo "the training changed nothing: there is no challenger" >&2
  exit 1
fi
"""
_PROPOSE = """\
git add --all -- "$MLSPEC_FOLDER"
# the same outputs are the same commit, so that a step that runs again pushes nothing new
GIT_AUTHOR_DATE="$(git show --no-patch --format=%cI)"
export GIT_AUTHOR_DATE GIT_COMMITTER_DATE="$GIT_AUTHOR_DATE"
git diff --cached --quiet || git commit --quiet --message="$MLSPEC_MESSAGE"
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
    `checkout`, a folder of the volume, not the history behind it. `repeats` tells that the
    step may run again after it failed, not only after its node was lost.
    """

    name: str
    image: str
    command: tuple[str, ...]
    folder: str
    variables: tuple[tuple[str, str], ...]
    size: Size = Size.SMALL
    is_trusted: bool = False
    repeats: bool = False
    checkout: str = TRAINED


def digest_parameter(name: str) -> str:
    """Return the parameter of a pipeline that holds the digest of a data set."""
    return f"digest-{name}"


def digest_variable(name: str) -> str:
    """Return the variable of the environment that holds the digest of a data set."""
    return "MLSPEC_DIGEST_" + name.upper().replace("-", "_")


def data_text(data: Iterable[TrainingData]) -> str:
    """Return what `MLSPEC_DATA` holds: the data sets that the spec names, as JSON."""
    known = [{"name": each.name, "uri": each.uri, "digest": each.digest} for each in data]
    return json.dumps(known, sort_keys=True)


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

    def folder(self, checkout: str = TRAINED) -> str:
        """Return the folder of the workspace in a checkout."""
        return str(PurePosixPath(self.root) / checkout / self.retraining.place.workspace_path)

    def of_training(self, name: str, command: tuple[str, ...]) -> Step:
        variables = _sorted(self.facts() | self.data())
        return Step(name, self.retraining.image, command, self.folder(), variables, Size.TRAINING)

    def of_git(self, name: str, script: str, checkout: str, variables: dict[str, str]) -> Step:
        place, shell = self.retraining.place, ("sh", "-euc", script)
        tree = f"{self.root}/{checkout}"
        own = {"GIT_DIR": f"{tree}.git", "GIT_WORK_TREE": tree, "MLSPEC_TOP": self.root}
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
        found = {"MLSPEC_DATA": data_text(self.retraining.data)}
        for each in self.retraining.data:
            found[digest_variable(each.name)] = self.given[digest_parameter(each.name)]
        uri = self.retraining.artifact_uri
        if is_in_workspace(uri):
            found["MLSPEC_ARTIFACT"] = f"{self.folder()}/{uri}"
        return found | {"MLSPEC_ARTIFACT_URI": uri}


def _steps(made: _Made) -> Iterator[Step]:
    retraining, place = made.retraining, made.retraining.place
    yield made.of_git("checkout", _CLONE + _RECORD, TRAINED, {})
    yield made.of_training("train", retraining.command)
    if retraining.evaluate:
        yield made.of_training("evaluate", retraining.evaluate)
    folder = made.folder(CHALLENGER)
    kept = {"MLSPEC_FOLDER": folder, "MLSPEC_PATH": place.workspace_path}
    kept["MLSPEC_TRAINED"] = made.folder()
    yield made.of_git("take", _CLONE + _TAKE, CHALLENGER, kept)
    if retraining.has_gates:
        facts, judge = _sorted(made.facts()), _judge(made)
        yield Step("gates", place.image, judge, folder, facts, Size.JUDGING, checkout=CHALLENGER)
    branch = f"retraining/{retraining.model}/{made.given['run']}"
    proposal = {
        "MLSPEC_BRANCH": branch,
        "MLSPEC_FOLDER": folder,
        "MLSPEC_MESSAGE": f"Challenger of {retraining.model}, after {made.given['trigger']}",
    }
    yield made.of_git("propose", _PROPOSE, CHALLENGER, proposal)


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


def is_in_workspace(uri: str) -> bool:
    """Tell whether an artifact is a file of the workspace."""
    path = PurePosixPath(uri)
    return "://" not in uri and not path.is_absolute() and ".." not in path.parts


def _sorted(variables: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, variables[name]) for name in sorted(variables) if variables[name])
