"""A pipeline as the CI targets see it, and what tests of both ask of what they emit."""

from __future__ import annotations

from mlspec.ir import Bundle, Gateway, Pipeline, PipelineGate, PipelineTraining
from mlspec.syntax import SourceText, parse

GATEWAY = Gateway("gateway", "ml", "ml.example.org")
IMAGE = "registry.example.org/training@sha256:" + "4f" * 32
MANY_GATES = tuple(PipelineGate(f"model/m-{index:03}", has_files=True) for index in range(700))
NO_FILES = (PipelineGate("model/screen", has_files=False),)
SOURCES = (("mlspec.yaml", "sha256:" + "0" * 64),)


def pipeline(**changes):
    fields = {
        "environments": ("prod", "staging"),
        "branch": "main",
        "runner": "ubuntu-24.04",
        "python": "3.12",
        "workspace_path": ".",
        "evidence_path": "evidence",
        "gates": (PipelineGate("model/screen", has_files=True),),
        "mlspec_version": "0.1.0",
        "source": "mlspec.yaml",
    }
    return Pipeline(**fields | changes)


def artifacts(target, render, **changes):
    """What a target emits for a pipeline, by path."""
    bundle = Bundle("prod", (), (), (), pipeline(**changes), GATEWAY, SOURCES)
    return {each.path: each for each in target.emit(bundle, render)}


def training(**changes):
    fields = {
        "model": "screen",
        "image": IMAGE,
        "command": ("python", "train.py"),
        "evaluate": ("python", "predict.py"),
        "deadline_minutes": 90,
    }
    return PipelineTraining(**fields | changes)


def document(artifact):
    """The only document of a YAML artifact."""
    parsed = parse(SourceText("ci.yml", artifact.content.encode()))
    assert not parsed.diagnostics
    return parsed.documents[0].data


def skeleton(value):
    """The shape of a value: keys and positions, without the texts."""
    if isinstance(value, dict):
        return {key: skeleton(each) for key, each in value.items()}
    if isinstance(value, list):
        return [skeleton(each) for each in value]
    return type(value).__name__


def holding(field, text):
    """The value of a field of a pipeline that has a text of a stranger in it."""
    return {
        "environments": ("staging", text),
        "gates": (PipelineGate(f"model/{text}", has_files=True),),
        "tags": (text,),
    }.get(field, text)


def replaced(folder, template, text, old, new):
    """Write a template of a workspace: the shipped text with its last `old` replaced."""
    assert old in text
    place = text.rindex(old)
    (folder / template).parent.mkdir()
    (folder / template).write_text(text[:place] + new + text[place + len(old) :])
