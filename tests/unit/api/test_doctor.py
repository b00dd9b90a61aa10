"""What `doctor` says of an installation: what is there, and what is not done without the rest."""

from __future__ import annotations

import pytest

from mlspec.api import doctor
from mlspec.api.doctor import examine


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    """A folder without a workspace: the installation alone is looked at."""
    monkeypatch.chdir(tmp_path)


def facts():
    return {each.name: each for each in examine()}


@pytest.mark.parametrize(
    ("program", "without"), [("promtool", "`drill` proves no alert"), ("amtool", "routes")]
)
def test_a_program_is_found_or_what_is_not_proven_without_it_is_told(
    tmp_path, monkeypatch, program, without
):
    monkeypatch.setenv("PATH", str(tmp_path))
    absent = facts()[program]
    file = tmp_path / program
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    found = facts()[program]

    assert absent.is_fine is None
    assert without in absent.text
    assert (True, str(file)) == (found.is_fine, found.text)


def test_every_package_of_the_extra_for_manifests_is_named():
    named = facts()

    for package in ("kubernetes-validate", "promql-parser", "google-re2"):
        fact = named[package]
        assert fact.is_fine or "pip install 'mlspec-compiler[k8s]'" in fact.text


def test_what_is_not_installed_is_worth_knowing_and_no_fault(monkeypatch):
    monkeypatch.setattr(doctor, "_OF_VERIFY", {"no-such-package": "`verify` checks nothing"})

    fact = facts()["no-such-package"]

    assert fact.is_fine is None
    assert "absent: `verify` checks nothing; `pip install 'mlspec-compiler[k8s]'`" == fact.text
