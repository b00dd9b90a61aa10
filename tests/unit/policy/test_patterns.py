"""Rules with patterns: they need an engine of linear time, and say so where it is not installed."""

from __future__ import annotations

import sys

import pytest
from tests.unit.policy.packs import files, judged, pack_of, proof, rule
from tests.unit.policy.worlds import BINDING, workspace

from mlspec.cel.library import regex
from mlspec.cli.main import run
from mlspec.policy import Outcome, in_force, read_pack

NAMED = rule(require='metadata.name.matches("^[a-z]+$")')
STEP = 'install the extra `k8s`: `pip install "mlspec-compiler[k8s]"`'


@pytest.fixture
def bare(monkeypatch):
    """A machine without RE2."""
    monkeypatch.setattr(regex, "find_spec", {}.get)


PATTERN = 'metadata.name.matches("a")'
PARTS = {
    "require": {"require": PATTERN},
    "when": {"when": f"'{PATTERN}'"},
    "message": {"message": f"'{{{{ {PATTERN} }}}} it is'"},
}


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_pack_with_a_pattern_can_not_be_read_without_it_and_says_how_to_get_it(bare, part):
    read = read_pack(files(rule(**PARTS[part])))
    (told,) = read.diagnostics

    assert read.pack is None
    assert ("MLS1401", STEP) == (told.code, told.hint)
    assert "`matches` needs RE2, which is not installed" in told.message
    assert "rules/all.yaml" in told.span.file


def test_a_binding_of_such_a_pack_stops_what_comes_after_it(bare):
    force = in_force(workspace(BINDING), lambda _spec: files(NAMED), None)

    assert force.is_broken
    assert STEP in [each.hint for each in force.diagnostics]


def test_a_pack_without_patterns_needs_nothing(bare):
    assert read_pack(files(rule())).pack is not None


def test_with_it_the_rule_is_judged():
    assert Outcome.PASS is judged(pack_of(NAMED))["HOUSE-001"].outcome


def test_a_pattern_that_was_read_before_is_an_error_and_no_pass(monkeypatch):
    """A pack that was compiled elsewhere: what can't be evaluated counts as a failure."""
    pack = pack_of(NAMED.replace("[a-z]", "[a-y]"))
    monkeypatch.setitem(sys.modules, "re2", None)
    found = judged(pack)["HOUSE-001"]

    assert (Outcome.ERROR, True) == (found.outcome, found.stops)
    assert '`pip install "mlspec-compiler[k8s]"`' in found.message


def test_lint_says_so_too(bare, tmp_path, monkeypatch, capsys):
    for name, content in files(NAMED, proof()).content.items():
        (tmp_path / "house" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "house" / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)

    assert 4 == run(["policy", "lint", "./house"])
    assert STEP in capsys.readouterr().out
