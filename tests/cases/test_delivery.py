"""Every cell of the strategy table: the manifests that move the traffic, or one diagnostic.

`delivery/<router>/<backend>-<strategy>.yaml` holds what is compiled, `.txt` why nothing is.
`pytest tests/cases --update-golden` writes both; read the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases.cells import CELLS, MOVING, compiled, specs, told

from mlspec.diagnostics import Severity

FOLDER = Path(__file__).parent / "delivery"


def outcome(workspace):
    """Return the suffix of the golden file of a workspace, and what it holds."""
    words = [f"{each.severity}: {each.message}\n  hint: {each.hint}\n" for each in told(workspace)]
    if told(workspace, Severity.ERROR):
        return ".txt", "".join(words)
    moving = {path: text for path, text in compiled(workspace).items() if path.startswith(MOVING)}
    pages = [f"# {each}" for each in "".join(words).splitlines()]
    files = [
        f"# === {path}\n{text}"
        for path, text in sorted(moving.items())
        if not path.endswith("kustomization.yaml")
    ]
    return ".yaml", "\n".join([*pages, "---\n".join(files)])


@pytest.mark.parametrize(("backend", "strategy", "router"), CELLS)
def test_a_cell_is_manifests_or_a_diagnostic(backend, strategy, router, request):
    suffix, text = outcome(specs(backend, strategy, router))
    file = FOLDER / router / f"{backend}-{strategy}{suffix}"
    if request.config.getoption("--update-golden"):
        for other in (".txt", ".yaml"):
            file.with_suffix(other).unlink(missing_ok=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    assert file.read_text("utf-8") == text


def test_no_golden_file_is_left_over():
    names = {f"{router}/{backend}-{strategy}" for backend, strategy, router in CELLS}

    assert names == {
        each.relative_to(FOLDER).with_suffix("").as_posix()
        for each in FOLDER.rglob("*")
        if each.is_file()
    }


@pytest.mark.parametrize(("backend", "strategy", "router"), CELLS)
def test_nothing_that_moves_traffic_is_emitted_for_an_impossible_cell(backend, strategy, router):
    workspace = specs(backend, strategy, router)
    found = told(workspace, Severity.ERROR)
    is_impossible = any("can't do `" in each.message for each in found)
    moving = [each for each in compiled(workspace) if each.startswith(MOVING)]

    assert bool(moving) is not is_impossible
