"""Runs beside MLflow, of either generation: load a prompt from a server by MLflow's own client.

    python in_mlflow_prompt.py SERVER URI
    python in_mlflow_prompt.py SERVER NAME TEMPLATE   # register one, TEMPLATE is JSON

Prints what MLflow says of it as JSON; MLflow's own errors end it with a traceback.
"""

import json
import sys

import mlflow

server, named, *template = sys.argv[1:]
mlflow.set_tracking_uri(server)
mlflow.set_registry_uri(server)
genai = mlflow.genai if mlflow.__version__.startswith("3") else mlflow
if template:
    found = genai.register_prompt(named, json.loads(template[0]))
else:
    found = genai.load_prompt(named)
sys.stdout.write(
    json.dumps(
        {
            "config": getattr(found, "model_config", None),
            "template": found.template,
            "variables": sorted(found.variables),
            "version": int(found.version),
        }
    )
)
