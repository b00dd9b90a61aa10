"""What the pages about gates show is so: their YAML binds, their commands print what is printed."""

from __future__ import annotations

import random
import re
import shlex

import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML
from tests.e2e.commands import CHECKOUT

from mlspec.gates import EvaluationInputs, GateSpec, problems

PAGES = [
    CHECKOUT / "docs" / "pages" / f"{name}.md"
    for name in ("gates", "gate-plan", "profiles", "evidence-formats")
]
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


def blocks(language):
    for page in PAGES:
        for number, found in enumerate(BLOCK.finditer(page.read_text("utf-8")), 1):
            indent, written, text = found.groups()
            if written == language:
                plain = re.sub(f"(?m)^{indent}", "", text)
                yield pytest.param(plain, id=f"{page.stem}-{number}")


def sections(text):
    """Return the gates and the evaluation of an excerpt, with or without `spec` around them."""
    found = YAML(typ="safe").load(text)
    found = found.get("spec", found)
    return found.get("gates", []), found.get("evaluation", {})


@pytest.mark.parametrize("text", [*blocks("yaml")])
def test_every_excerpt_is_a_spec_without_problems(text):
    gates, evaluation = sections(text)
    assert gates or evaluation

    specs = TypeAdapter(list[GateSpec]).validate_python(gates)
    EvaluationInputs.model_validate(evaluation)

    assert [] == [each.reason.sentence for spec in specs for each in problems(spec)]


def said(block):
    """Yield each command of a console block with the lines below it."""
    for part in re.split(r"(?m)^\$ ", block)[1:]:
        command, _, output = part.partition("\n")
        yield shlex.split(command), output


@pytest.mark.parametrize("text", [*blocks("console")])
def test_every_command_prints_what_the_page_shows(mlspec, county, text):
    for (program, *arguments), output in said(text):
        done = mlspec(*arguments, cwd=county)

        assert program == "mlspec"
        assert done.code in {0, 9}, done.err
        if output.strip():
            assert done.out.strip() == output.strip()


@pytest.fixture
def documented(shop):
    """The new workspace with the first gates of the page, and files as it describes them."""
    (first, *_) = [each.values[0] for each in blocks("yaml") if each.id.startswith("gates-")]
    (header, *_) = next(blocks("csv")).values[0].splitlines()
    gates, evaluation = sections(first)
    file, yaml = shop / "specs" / "churn.yaml", YAML()
    spec = yaml.load(file)
    spec["spec"] |= {"gates": gates, "evaluation": evaluation}
    yaml.dump(spec, file)
    write_files(shop, header)
    return shop


def write_files(root, header):
    noise = random.Random(7)
    rows = [header]
    for key in range(2000):
        score = noise.random()
        label = int(noise.random() < score)
        rows.append(f"{key},{label},{score:.4f},{'north' if key % 2 else 'south'}")
    (root / "evaluation").mkdir()
    (root / "evaluation" / "churn.csv").write_text("\n".join(rows) + "\n")
    times = "".join(f"{noise.uniform(5, 120):.2f}\n" for _ in range(1000))
    (root / "evaluation" / "requests.csv").write_text(f"latency_ms\n{times}")


def test_the_first_gates_of_the_page_can_be_followed(mlspec, documented):
    mlspec("validate", cwd=documented).expect(0)
    plan = mlspec("gate", "plan", "churn", "--env", "staging", cwd=documented).expect(0)
    done = mlspec("gate", "run", "churn", "--env", "staging", cwd=documented).expect(0)

    assert "nothing is missing" in plan.out
    for gate in ("auc-floor", "good-enough", "every-region", "in-time"):
        assert re.search(rf"(?m)^  pass +{gate} ", done.out)


def test_a_file_that_is_forgotten_is_told_with_the_next_step(mlspec, documented):
    (documented / "evaluation" / "requests.csv").unlink()

    done = mlspec("gate", "run", "churn", "--env", "staging", cwd=documented).expect(9)

    assert "`evaluation/requests.csv` does not exist [missing-file]" in done.out
    assert "`mlspec gate plan`" in " ".join(mlspec("explain", "missing-file").out.split())
