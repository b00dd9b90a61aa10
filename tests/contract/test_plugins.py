"""A package of a third party adds a kind, a rule, a gate, a target and a backend.

Nothing of mlspec is edited: the package is five modules and their entry points, as `pip` would
install them.
"""

from __future__ import annotations

import shutil

import pytest
from tests.contract.third_party import install
from tests.e2e.commands import run_process

ENTRY_POINTS = """\
[mlspec.kinds]
runbook = acme.runbook

[mlspec.rules]
single_step = acme.single_step

[mlspec.gates]
row_count = acme.row_count

[mlspec.targets]
price_list = acme.price_list

[mlspec.backends]
shelf = acme.shelf
"""
RUNBOOK = """\
apiVersion: mlspec.dev/v1
kind: Runbook
metadata: {name: scores-drift, owner: growth}
spec:
  steps: [Look at the inputs.]
"""


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    """A folder on the path with the package as an installer leaves it."""
    return install(tmp_path_factory.mktemp("site"), ENTRY_POINTS)


@pytest.fixture(scope="module")
def root(acme, tmp_path_factory):
    """A new workspace that uses all five extensions."""
    folder = tmp_path_factory.mktemp("work") / "shop"
    run_process("init", folder, cwd=folder.parent, env=acme).expect(0)
    (folder / "specs" / "runbook.yaml").write_text(RUNBOOK)
    edit(folder / "mlspec.yaml", "backend: embedded", "backend: shelf")
    gate = "gates: [{id: enough, type: row-count, atLeast: 300}]\n  gateSets:"
    edit(folder / "specs" / "churn.yaml", "gateSets:", gate)
    rows = [f"{row},{row % 2},{0.1 + 0.8 * (row % 2) + row / 1e5}" for row in range(400)]
    (folder / "evaluation").mkdir()
    (folder / "evaluation" / "churn.csv").write_text("\n".join(["customer_id,left,score", *rows]))
    return folder


def edit(file, old, new):
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


@pytest.fixture
def mlspec(root, acme):
    def run(*arguments, env=acme):
        return run_process(*arguments, cwd=root, env=env)

    return run


def test_without_the_package_its_words_are_unknown(mlspec):
    told = mlspec("validate", env={}).expect(4).out

    assert "`Runbook`" in told
    assert "row-count" in told


def test_a_kind_and_a_rule_take_part_in_validation(mlspec):
    told = mlspec("validate").expect(0).out

    assert "specs/runbook.yaml:5:3: warning[ACME001] single-step:" in told


def test_the_schemas_that_editors_read_know_a_kind_and_a_gate(mlspec):
    runbook = mlspec("schema", "Runbook").expect(0).json
    model = mlspec("schema", "Model").expect(0).out

    assert runbook["properties"]["spec"]["properties"]["steps"]["description"]
    assert "row-count" in model
    assert "Runbook" in mlspec("schema").expect(0).out


def test_a_rule_is_explained_by_its_docstring(mlspec):
    shown = mlspec("explain", "single-step").expect(0).out

    assert "ACME001" in shown
    assert "nobody says what to do when it does not help" in shown
    assert "ACME001" in mlspec("explain").expect(0).out


def test_a_gate_judges_and_its_loosening_is_seen(mlspec, root):
    judged = mlspec("gate", "run", "--env", "staging").expect(0).out
    mlspec("plan", "--env", "staging", "--out", "plan.json").expect(0)
    mlspec("apply", "plan.json").expect(0)
    edit(root / "specs" / "churn.yaml", "atLeast: 300", "atLeast: 200")
    shown = mlspec("plan", "--env", "staging").expect(0).out
    edit(root / "specs" / "churn.yaml", "atLeast: 200", "atLeast: 300")

    assert "rows >= 300" in judged
    assert "spec.gates[enough].atLeast  300 -> 200  (loosened)" in shown


def test_a_backend_keeps_the_registry(mlspec, root):
    mlspec("plan", "--env", "prod", "--out", "prod.json").expect(0)
    mlspec("gate", "run", "--env", "prod").expect(0)
    mlspec("plan", "--env", "prod", "--out", "prod.json").expect(0)
    mlspec("apply", "prod.json").expect(0)

    assert "runbook/scores-drift" in mlspec("status", "--env", "prod").expect(0).out
    assert (root / ".mlspec" / "shelf.db").is_file()
    assert not (root / ".mlspec" / "registry.db").exists()


def test_a_target_writes_its_artifacts(mlspec, root):
    mlspec("compile", "--env", "prod", "--target", "price-list", "--out", "build").expect(0)

    prices = root / "build" / "prices" / "services.csv"
    assert prices.read_text() == "service,replicas\nchurn,6\n"


@pytest.mark.parametrize(
    ("module", "content", "said"),
    [
        ("single_step", "RULE = 5\n", "`RULE` of the extension `acme.single_step` is not a rule"),
        ("single_step", "", "`acme.single_step` defines no `RULE`"),
        ("single_step", "import nothing_of_that_name\n", "does not import"),
        ("single_step", "1 / 0\n", "does not import: ZeroDivisionError: division by zero"),
        ("price_list", "TARGET = None\n", "`TARGET` of the extension `acme.price_list`"),
        ("row_count", "GATE = None\n", "`GATE` of the extension `acme.row_count`"),
        ("shelf", "BACKEND = None\n", "`BACKEND` of the extension `acme.shelf`"),
        ("runbook", "KIND = None\n", "`KIND` of the extension `acme.runbook`"),
    ],
)
def test_a_broken_extension_is_named(acme, root, tmp_path, module, content, said):
    site = shutil.copytree(acme["PYTHONPATH"], tmp_path / "site")
    (site / "acme" / f"{module}.py").write_text(content)

    command = ["compile", "--env", "prod", "--out", str(tmp_path / "out")]
    if module == "shelf":
        command = ["plan", "--env", "prod"]
    done = run_process(*command, cwd=root, env={"PYTHONPATH": str(site)})

    done.refused(64, said)
