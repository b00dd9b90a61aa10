"""What contracts compile to, judged by validators we did not write and by servers that keep them.

The consumer tests run as a consumer runs them: in a process of their own, against a server.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from tests.cases import data_side
from tests.contract import tools
from tests.loopback import Exchange, served

from mlspec.api import compile_artifacts, verify_manifests

CONTRACTS = ("openapi", "json-schema", "consumer-tests")
ONE_FIELD = {"uses": "[{view: shelf-counts@v1, columns: [titles]}]"}
HOSTILE = "\"Line\\nbreak, 'quotes', {{ x }}, <b>, \\\\u0000 and \\u202e # - : |\""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled")
    for target in CONTRACTS:
        data_side.write(folder, data_side.emitted(target))
    return folder / "contracts"


class Server:
    """Answers as its contract says, or wrong in the way a test asks for."""

    def __init__(self, folder, change):
        case = json.loads((folder / "late-return" / "cases.json").read_text())
        self.path = case["path"]
        self.request = jsonschema.Draft202012Validator(
            json.loads((folder / "late-return" / "request.schema.json").read_text())
        )
        self.answer = case["answers"]["kept"][0]["value"]
        self.change = change

    def respond(self, path, value):
        """Return the status and the answer to one request."""
        is_wrong = path != self.path or any(self.request.iter_errors(value))
        return self.change(400 if is_wrong else 200, dict(self.answer))


def exchange(server):
    class Request(Exchange):
        def take(self):
            self.say_json(*server.respond(self.path, json.loads(self.content)))

    return Request


def run_consumer_tests(folder, change, **environment):
    """Run the generated file against a server; return pytest's exit code and what it said."""
    with served(exchange(Server(folder, change))) as server:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_contracts.py"],
            cwd=folder,
            env={
                **{key: each for key, each in os.environ.items() if "PYTEST" not in key},
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "CONTRACT_URL": server.address,
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
    return done.returncode, done.stdout + done.stderr


def as_promised(status, answer):
    return status, answer


def saying(**changes):
    return lambda status, answer: (status, answer | changes)


def answering(ok, refused):
    return lambda status, answer: (ok if status == 200 else refused, answer)


WRONG = {
    "a-field-is-gone": saying(score=None),
    "a-range-is-left": saying(score=1.01),
    "a-type-changed": saying(days=1.5),
    "a-day-is-written-otherwise": saying(remind_on="1/2/26"),
    "a-wrong-request-is-answered": answering(200, 200),
    "a-right-request-is-refused": answering(400, 400),
    "the-server-breaks-on-wrong-requests": answering(200, 500),
}


def test_a_server_that_keeps_its_contract_passes(compiled):
    code, said = run_consumer_tests(compiled, as_promised)

    assert 0 == code, said
    assert "passed" in said


def test_a_new_field_of_an_answer_breaks_no_consumer(compiled):
    code, said = run_consumer_tests(compiled, saying(new=[1]))

    assert 0 == code, said


@pytest.mark.parametrize("how", sorted(WRONG))
def test_a_server_that_breaks_its_contract_fails(compiled, how):
    code, said = run_consumer_tests(compiled, WRONG[how])

    assert 1 == code, said


def test_the_tests_say_which_consumer_breaks_and_can_run_for_one(compiled):
    wrong = WRONG["a-range-is-left"]
    _, said = run_consumer_tests(compiled, wrong, CONTRACT_CONSUMER="front-desk")

    assert "late-return-front-desk-least" in said
    assert "late-return-reminders" not in said


def test_without_an_address_the_tests_fail_and_say_what_to_set(compiled):
    code, said = run_consumer_tests(compiled, as_promised, CONTRACT_URL="")

    assert 1 == code
    assert "CONTRACT_URL says where the models answer" in said


def validator(folder, part):
    text = (folder / part).read_text("utf-8")
    return jsonschema.Draft202012Validator(
        json.loads(text), format_checker=jsonschema.FormatChecker()
    )


@pytest.mark.parametrize("model", ["late-return", "shelf-demand"])
@pytest.mark.parametrize("part", ["answer", "request"])
def test_every_example_is_on_its_side_of_the_schema(compiled, model, part):
    judge = validator(compiled, f"{model}/{part}.schema.json")
    cases = json.loads((compiled / model / "cases.json").read_text())[f"{part}s"]

    assert cases["kept"]
    assert cases["broken"]
    assert all(judge.is_valid(each["value"]) for each in cases["kept"])
    assert not any(judge.is_valid(each["value"]) for each in cases["broken"])


def test_each_promise_has_an_example_that_breaks_it(compiled):
    cases = json.loads((compiled / "late-return" / "cases.json").read_text())["answers"]
    found = {each["id"] for each in cases["broken"]}

    assert {
        "days-has-another-type",
        "days-is-gone",
        "days-is-no-whole-number",
        "days-is-null",
        "days-is-too-great",
        "days-is-too-small",
    } <= found


@pytest.mark.parametrize(
    "field",
    [
        "type: int, maximum: -0.5",
        "type: int, minimum: 0.5",
        "type: int, minimum: 0.5, maximum: 1.2",
        "type: float, maximum: -7",
        "type: float, minimum: 9",
        "type: float, minimum: 1.0e+308, maximum: 1.7e+308",
        "type: float, minimum: 0.1, maximum: 0.1",
    ],
)
def test_examples_keep_to_any_range(field, tmp_path):
    fields = f"[{{name: a, {field}}}]"
    for target in ("json-schema", "consumer-tests"):
        data_side.write(tmp_path, data_side.emitted(target, fields=fields))

    test_every_example_is_on_its_side_of_the_schema(
        tmp_path / "contracts", model="late-return", part="answer"
    )


@pytest.mark.conformance
@pytest.mark.parametrize("description", ["Plain.", HOSTILE])
def test_a_document_is_openapi(description, tmp_path):
    changes = {"purpose": description, "description": description}
    folder = data_side.write(tmp_path, data_side.emitted("openapi", **changes))
    file = folder / "contracts/late-return/openapi.yaml"

    tools.run("openapi-spec-validator", file)
    told = yaml.safe_load(file.read_text("utf-8"))

    assert yaml.safe_load(description) == told["info"]["description"]
    assert [{"system": "front-desk", "team": "lending"}] == told["x-consumers"][:1]


@pytest.mark.conformance
def test_schemas_are_json_schemas(compiled):
    files = sorted(compiled.rglob("*.schema.json"))

    assert 4 == len(files)
    tools.run("check-jsonschema", "--check-metaschema", *files)


def test_a_document_and_the_schemas_say_the_same(compiled):
    told = yaml.safe_load((compiled / "late-return" / "openapi.yaml").read_text("utf-8"))
    for part in ("answer", "request"):
        schema = json.loads((compiled / "late-return" / f"{part}.schema.json").read_text("utf-8"))
        within = told["components"]["schemas"][part.capitalize()]

        assert within == {key: schema[key] for key in within}


def test_a_model_in_batches_has_schemas_and_no_address(compiled):
    found = {each.name for each in (compiled / "shelf-demand").iterdir()}

    assert {"answer.schema.json", "cases.json", "request.schema.json"} == found


@pytest.mark.parametrize("target", CONTRACTS)
def test_the_same_specs_give_the_same_bytes_whatever_the_text(target):
    changes = {"purpose": HOSTILE, "description": HOSTILE}

    assert data_side.emitted(target, **changes) == data_side.emitted(target, **changes)


@pytest.mark.conformance
def test_the_contracts_of_the_example_are_openapi(tmp_path):
    root = Path(__file__).parents[2] / "examples" / "county"
    out = tmp_path / "out"
    assert compile_artifacts(root, "prod", out=out, targets=CONTRACTS).is_clean

    documents = sorted(out.rglob("openapi.yaml"))
    assert documents
    tools.run("openapi-spec-validator", *documents)
    tools.run("check-jsonschema", "--check-metaschema", *sorted(out.rglob("*.schema.json")))


def test_verify_knows_every_file_of_the_data_side(tmp_path):
    for target in (*CONTRACTS, "feast", "mlflow"):
        data_side.write(tmp_path, data_side.emitted(target))

    found = verify_manifests(tmp_path).diagnostics

    assert ["nothing-to-verify"] == [each.name for each in found]
