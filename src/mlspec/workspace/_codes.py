"""The codes of the workspace family, `MLS2xx`: references, files, and overrides."""

from __future__ import annotations

from mlspec.diagnostics import Code, Severity

__all__ = ["WORKSPACE_CODES"]

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

_HOME = (
    "apiVersion: mlspec.dev/v1\nkind: Workspace\nmetadata:\n  name: demo\n"
    "spec:\n  environments:\n    prod:\n"
)
_PLAIN = _HOME + "      namespace: ml-prod\n"
_TEAM = (
    "---\napiVersion: mlspec.dev/v1\nkind: Team\nmetadata:\n  name: workforce\n"
    "spec:\n  members: [ana@example.org]\n"
)


def _dataset(name: str, extra: str = "") -> str:
    return (
        f"---\napiVersion: mlspec.dev/v1\nkind: Dataset\nmetadata:\n  name: {name}\n"
        f"  version: v2\nspec:\n  uri: data/{name}.csv\n  format: csv\n{extra}"
    )


def _override(kind: str, name: str, path: str, value: str) -> str:
    return (
        _HOME + f"      overrides:\n        - kind: {kind}\n          name: {name}\n"
        f"          path: {path}\n          value: {value}\n"
    ) + _dataset("applicants")


_CHURN = """\
---
apiVersion: mlspec.dev/v1
kind: Model
metadata: {{name: churn, version: v3}}
spec:
  purpose: Finds customers who are about to leave.
  task: binary-classification
  artifact: {{uri: models/churn-v3.onnx, format: onnx}}
  data: {{training: [applicants]}}
  output: {{version: v1, fields: [{{name: score, type: float}}]}}
  risk: {{tier: minimal, domain: marketing, affectsPeople: false, automatedDecision: false,
    sensitiveData: false}}
  releases:
    - version: {version}
      spec: {{artifact: {{uri: models/churn-v2.onnx}}}}
"""


def _release(chosen: str, version: str) -> str:
    home = _HOME + f"      releases: {{churn: {chosen}}}\n"
    return home + _dataset("applicants") + _CHURN.format(version=version)


_DERIVED = "  derivedFrom: [{}]\n"
_COLUMNS = "  columns:\n    - {{name: age, type: int}}\n    - {{name: {}, type: int}}\n"

WORKSPACE_CODES: tuple[Code, ...] = (
    Code(
        "MLS201",
        "dangling-reference",
        _ERROR,
        "a reference names a resource that does not exist",
        "Whatever depends on the reference (training data, a team that is paged) would be missing "
        "without anybody being told.",
        _PLAIN + _dataset("applicants") + _dataset("adults", _DERIVED.format("aplicants")),
        _PLAIN + _dataset("applicants") + _dataset("adults", _DERIVED.format("applicants")),
    ),
    Code(
        "MLS202",
        "other-version",
        _ERROR,
        "a reference pins another version than the resource has",
        "A pin says what the writer has checked against; when the resource moves on, somebody has "
        "to look again.",
        _PLAIN + _dataset("applicants") + _dataset("adults", _DERIVED.format("applicants@v1")),
        _PLAIN + _dataset("applicants") + _dataset("adults", _DERIVED.format("applicants@v2")),
    ),
    Code(
        "MLS203",
        "repeated-address",
        _ERROR,
        "two resources of one kind have the same name",
        "References and the registry know a resource by kind and name; with two of them, one would "
        "silently win.",
        _PLAIN + _TEAM + _TEAM,
        _PLAIN + _TEAM,
    ),
    Code(
        "MLS204",
        "circular-reference",
        _ERROR,
        "a resource is made of itself",
        "Such resources can be built in no order, and nothing tells where their content first came "
        "from.",
        _PLAIN + _dataset("one", _DERIVED.format("two")) + _dataset("two", _DERIVED.format("one")),
        _PLAIN + _dataset("one") + _dataset("two", _DERIVED.format("one")),
    ),
    Code(
        "MLS205",
        "repeated-entry",
        _ERROR,
        "two entries of a list have the same key",
        "Plans, overrides and evidence name the entries of such a list by their key and could not "
        "tell these apart.",
        _PLAIN + _dataset("applicants", _COLUMNS.format("age")),
        _PLAIN + _dataset("applicants", _COLUMNS.format("hours")),
    ),
    Code(
        "MLS210",
        "missing-workspace",
        _ERROR,
        "no `mlspec.yaml` declares a Workspace",
        "The Workspace says which environments exist and where the registry is; nothing can be "
        "planned without it.",
        _TEAM,
        _PLAIN + _TEAM,
    ),
    Code(
        "MLS211",
        "repeated-workspace",
        _ERROR,
        "a repository declares a second Workspace",
        "Two of them could disagree on environments and registry.",
        _PLAIN + "---\n" + _PLAIN.replace("demo", "other"),
        _PLAIN,
    ),
    Code(
        "MLS212",
        "misplaced-workspace",
        _ERROR,
        "a Workspace stands in another file than `mlspec.yaml`",
        "Tools find a workspace by the name of this file; elsewhere it would have no effect.",
        "# specs/team.yaml\n" + _PLAIN,
        "# mlspec.yaml\n" + _PLAIN,
    ),
    Code(
        "MLS220",
        "unreadable-spec",
        _ERROR,
        "a spec file or folder can't be read",
        "What can't be read can't be checked, and would look like a resource that was removed.",
        "# specs/model.yaml may be read by its owner only\n",
        "# specs/model.yaml may be read by whoever runs mlspec\n",
    ),
    Code(
        "MLS221",
        "escaping-link",
        _ERROR,
        "a link leads out of the workspace",
        "A pull request could make mlspec read, and print, files of the machine it runs on.",
        "# specs/model.yaml -> ../../elsewhere/model.yaml\n",
        "# specs/model.yaml -> shared/model.yaml\n",
    ),
    Code(
        "MLS222",
        "linked-folder",
        _WARNING,
        "a linked folder is not read",
        "Links between folders can form circles, and two names for one file are two resources.",
        "# specs/shared -> ../shared\n",
        "# specs/shared is a folder\n",
    ),
    Code(
        "MLS223",
        "too-many-specs",
        _ERROR,
        "the specs folder holds more files than are read",
        "The bound keeps a wrong folder (a data lake, a package cache) from stopping every run.",
        "# paths.specs names a folder of a million files\n",
        "# paths.specs names the folder of the specs\n",
    ),
    Code(
        "MLS224",
        "missing-specs-folder",
        _ERROR,
        "the folder that should hold the specs does not exist",
        "Only `mlspec.yaml` is read then: a misspelt path looks like a repository without models, "
        "and a plan would retire every one of them.",
        _PLAIN + "  paths:\n    specs: spec\n",
        _PLAIN + "  paths:\n    specs: specs\n",
    ),
    Code(
        "MLS230",
        "unknown-override-target",
        _ERROR,
        "an override names a kind or resource that does not exist",
        "The environment would quietly run with the value it was meant to change.",
        _override("Dataset", "aplicants", "spec.rows", "10"),
        _override("Dataset", "applicants", "spec.rows", "10"),
    ),
    Code(
        "MLS231",
        "unknown-override-path",
        _ERROR,
        "the path of an override leads nowhere",
        "The environment would quietly run with the value it was meant to change.",
        _override("Dataset", "applicants", "spec.row", "10"),
        _override("Dataset", "applicants", "spec.rows", "10"),
    ),
    Code(
        "MLS232",
        "malformed-override-path",
        _ERROR,
        "the path of an override can't be read",
        "A path has keys with dots between them, and entries of lists in brackets.",
        _override("Dataset", "applicants", "spec..rows", "10"),
        _override("Dataset", "applicants", "spec.rows", "10"),
    ),
    Code(
        "MLS233",
        "fixed-override-path",
        _ERROR,
        "an override changes what is the same in every environment",
        "A resource with another kind or name is another resource; references and history would no "
        "longer be about the same thing.",
        _override("Dataset", "applicants", "metadata.name", "adults"),
        _override("Dataset", "applicants", "metadata.description", "For production."),
    ),
    Code(
        "MLS234",
        "idle-override",
        _WARNING,
        "an override for all resources of a kind changes none",
        "It is left over, or the part that it changes has moved.",
        _override("Team", '"*"', "spec.roles", "[sre]"),
        _override("Dataset", '"*"', "spec.rows", "10"),
    ),
    Code(
        "MLS235",
        "unknown-release",
        _ERROR,
        "an environment chooses a model or a release that there is not",
        "The environment would quietly get another version than the one that was reviewed for it.",
        _release("v1", "v2"),
        _release("v2", "v2"),
    ),
    Code(
        "MLS236",
        "repeated-release",
        _ERROR,
        "a release has the version of the spec itself",
        "One version would have two meanings.",
        _release("v3", "v3"),
        _release("v3", "v2"),
    ),
)
"""Every diagnostic of this family, in order of code."""
