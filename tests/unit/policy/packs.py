"""Packs of policy written out in a few words, for tests."""

from __future__ import annotations

from mlspec.policy import Inputs, PackFiles, Stage, evaluate, read_pack

HOME = """\
apiVersion: mlspec.dev/policy/v1
kind: PolicyPack
metadata: {name: house, title: House rules, version: 2026.11.0}
spec:
  engine: cel-core/1
  description: What this house wants.
  disclaimer: A pass says that what the rule asks for is there.
"""


def rule(name="HOUSE-001", require="has(spec.owners)", **fields):
    """Return the document of a rule; `fields` replace or add lines of its spec."""
    spec = {
        "severity": "error",
        "enforcement": "waivable",
        "require": f"'{require}'" if "'" not in require else f'"{require}"',
        "message": "Nobody owns `{{ metadata.name }}`.",
        "remediation": "Add owners.",
    } | fields
    lines = [f"  {key}: {value}\n" for key, value in spec.items() if value is not None]
    return (
        "apiVersion: mlspec.dev/policy/v1\nkind: Rule\n"
        f"metadata: {{name: {name}, title: A model has owners}}\nspec:\n{''.join(lines)}"
    )


def proof(name="HOUSE-001", **fields):
    """Return the document of a test with a case that passes and one that fails."""
    spec = {
        "today": '"2026-11-21"',
        "base": "{metadata: {name: screen}, spec: {owners: {accountable: a, technical: b}}}",
        "cases": "[{name: owned, expect: pass},"
        " {name: nobody, set: {spec.owners: null}, expect: fail}]",
    } | fields
    lines = [f"  {key}: {value}\n" for key, value in spec.items() if value is not None]
    return (
        "apiVersion: mlspec.dev/policy/v1\nkind: RuleTest\n"
        f"metadata: {{name: {name.lower()}}}\nspec:\n  rule: {name}\n{''.join(lines)}"
    )


def files(rules=None, tests="", home=HOME, **others):
    """Return the files of a pack; `others` are named by path, with `__` for `/` and `.`s kept."""
    content = {"pack.yaml": home, "rules/all.yaml": rule() if rules is None else rules}
    content |= {"tests/all.test.yaml": tests} if tests else {}
    content |= others
    encoded = {
        name: text if isinstance(text, bytes) else text.encode() for name, text in content.items()
    }
    return PackFiles("house", encoded)


def pack_of(*arguments, **named):
    """Return a pack that has no errors."""
    read = read_pack(files(*arguments, **named))
    assert read.pack is not None, [each.message for each in read.diagnostics]
    return read.pack


def faults(*arguments, **named):
    """Return the names and messages of what is wrong with a pack that can't be used."""
    read = read_pack(files(*arguments, **named))
    assert read.pack is None
    return [(each.name, each.message) for each in read.diagnostics]


def inputs(spec=None, today="2026-11-21", **fields):
    """Return what rules may read of a model."""
    subject = {"metadata": {"name": "screen"}, "spec": spec or {}}
    return Inputs("model/screen", "Model", subject, today, **({"stage": Stage.VALIDATE} | fields))


def judged(pack, *arguments, enforcement=None, **named):
    """Return the results of the rules of a pack for a model, by id."""
    results = evaluate(pack, inputs(*arguments, **named), enforcement or {})
    return {each.rule: each for each in results}
