"""Specs on disk to a linked workspace, and to the workspace of one environment.

In: the folder of `mlspec.yaml`, or source texts. Out: bound resources with their references, and
every diagnostic on the way. Must not: judge what the specs say (rules do), write anything.
"""

from mlspec.workspace._codes import WORKSPACE_CODES
from mlspec.workspace._discover import Discovered, Found, discover, read_files, read_sources
from mlspec.workspace._effective import DEFAULT, EffectiveValue, canonical_body, effective
from mlspec.workspace._gates import gate_spans, gates_of
from mlspec.workspace._language import BASELINE_FILE, LANGUAGE, WORKSPACE_FILE
from mlspec.workspace._load import Loaded, bind_sources, load
from mlspec.workspace._model import Edge, Origin, Resource, Workspace
from mlspec.workspace._overlay import overlay
from mlspec.workspace._rollout import rollout_of
from mlspec.workspace._schemas import ANY_DOCUMENT, json_schemas, schema_file
from mlspec.workspace._standalone import load_standalone
from mlspec.workspace._typed import model_of, observed_in, observed_of

__all__ = [
    "ANY_DOCUMENT",
    "BASELINE_FILE",
    "DEFAULT",
    "LANGUAGE",
    "WORKSPACE_CODES",
    "WORKSPACE_FILE",
    "Discovered",
    "Edge",
    "EffectiveValue",
    "Found",
    "Loaded",
    "Origin",
    "Resource",
    "Workspace",
    "bind_sources",
    "canonical_body",
    "discover",
    "effective",
    "gate_spans",
    "gates_of",
    "json_schemas",
    "load",
    "load_standalone",
    "model_of",
    "observed_in",
    "observed_of",
    "overlay",
    "read_files",
    "read_sources",
    "rollout_of",
    "schema_file",
]
