"""What is found before an expression runs: names, fields, values, functions, types."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from mlspec.cel import (
    Environment,
    Fields,
    Program,
    compile_expression,
    enum_of,
    environment_of_schemas,
    list_of,
    map_of,
    object_of,
    type_from,
)
from mlspec.cel.library import regex

TEXT, WHOLE, SHARE = type_from("string"), type_from("int"), type_from("double")
ENVIRONMENT = Environment(
    {"spec": object_of("Spec"), "today": type_from("timestamp"), "anything": type_from("dyn")},
    {
        "Spec": Fields(
            {
                "risk": object_of("Risk"),
                "owners": list_of(object_of("Person")),
                "labels": map_of(TEXT, TEXT),
                "parent": object_of("Spec"),
            },
            may_lack=frozenset(("parent", "owners")),
        ),
        "Risk": Fields({"tier": enum_of("high", "limited", "minimal"), "score": SHARE}),
        "Person": Fields({"email": TEXT, "since": type_from("timestamp")}, is_open=True),
    },
)


def faults(text, environment=ENVIRONMENT):
    found = compile_expression(text, environment)
    return [] if isinstance(found, Program) else [str(each) for each in found]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("spec.risk.tier", "string"),
        ("spec.owners[0].email", "string"),
        ("spec.owners.map(o, o.email)", "list<string>"),
        ("spec.owners.filter(o, true)", "list<Person>"),
        ("spec.owners.transformMap(i, o, o.email)", "map<int, string>"),
        ("spec.labels['a']", "string"),
        ("spec.labels.a", "string"),
        ("spec['risk'].score", "double"),
        ("spec.parent.parent.risk.tier", "string"),
        ("spec.?parent.risk.score", "optional<double>"),
        ("spec.owners[?0]", "optional<Person>"),
        ("spec.?parent.optMap(p, p.risk.score).orValue(0.0)", "double"),
        ("today - duration('1h')", "timestamp"),
        ("today - today", "duration"),
        ("anything.a[0] + 1", "int"),
        ("anything.a + anything.b", "dyn"),
        ("size(spec.labels)", "int"),
        ("[1, 2.0]", "list<dyn>"),
        ("[] + [1]", "list<dyn>"),
        ("[2] + [1]", "list<int>"),
        ("{'a': 1}", "map<string, int>"),
        ("type(1)", "type"),
        ("cel.bind(x, spec.risk.score, x * 2.0)", "double"),
        ("true ? 1 : 'a'", "dyn"),
        ("math.greatest(1, 2)", "int"),
        ("spec.owners[0].anything", "dyn"),
    ],
)
def test_the_type_of_a_result_is_known(text, kind):
    program = compile_expression(text, ENVIRONMENT)

    assert isinstance(program, Program), program
    assert kind == str(program.type)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("spce.risk", snapshot(["1:1: there is no variable `spce` (did you mean `spec`?)"])),
        (
            "spec.risk.tierr == 'high'",
            snapshot(["1:11: `spec.risk` has no field `tierr` (did you mean `tier`?)"]),
        ),
        (
            "has(spec.risk.zzz)",
            snapshot(["1:15: `spec.risk` has no field `zzz` (it has `score`, `tier`)"]),
        ),
        (
            "spec.risk.tier == 'hihg'",
            snapshot(["1:19: `spec.risk.tier` is never 'hihg' (did you mean `high`?)"]),
        ),
        (
            "spec.risk.tier in ['high', 'x']",
            snapshot(
                ["1:28: `spec.risk.tier` is never 'x' (it is one of `high`, `limited`, `minimal`)"]
            ),
        ),
        (
            "spec.owners.exists(o, o.email.startWith('a'))",
            snapshot(["1:31: there is no method `startWith` (did you mean `startsWith`?)"]),
        ),
        (
            "sise(spec.owners)",
            snapshot(["1:1: there is no function `sise` (did you mean `size`?)"]),
        ),
        ("spec.risk.score + 1", snapshot(["1:1: `+` does not go with double and int"])),
        ("spec.risk.tier == 1", snapshot(["1:1: a string and an int are never equal"])),
        ("spec.owners.email", snapshot(["1:1: `spec.owners` is a list<Person> and has no fields"])),
        (
            "spec.risk.tier >= 'high'",
            snapshot(
                [
                    (
                        "1:1: `spec.risk.tier` is one of a closed set, which has no order "
                        "(compare by `==` or `in`)"
                    )
                ]
            ),
        ),
        ("spec.risk && true", snapshot(["1:1: a condition is true or false, not a Risk"])),
        ("today ? 1 : 2", snapshot(["1:1: a condition is true or false, not a timestamp"])),
        ("spec.owners['a']", snapshot(["1:1: a list<Person> is not indexed by a string"])),
        ("1 in 'abc'", snapshot(["1:1: `in` takes a list or a map, not a string"])),
        ("1 in spec.labels", snapshot(["1:1: a map<string, string> never has an int"])),
        ("today.all(x, true)", snapshot(["1:1: a timestamp has no elements to go through"])),
        ("{1.5: 'a'}", snapshot(["1:2: a double is no key of a map"])),
        ("[?1]", snapshot(["1:2: an int is no optional"])),
        (
            "'a'.startsWith(1)",
            snapshot(["1:1: `startsWith` of string does not take (int)"]),
        ),
        (
            "spec.a && spec.b\n|| zzz()",
            snapshot(
                [
                    "1:6: `spec` has no field `a` (it has `labels`, `owners`, `parent`, `risk`)",
                    "1:16: `spec` has no field `b` (it has `labels`, `owners`, `parent`, `risk`)",
                    "2:4: there is no function `zzz`",
                ]
            ),
        ),
        (
            "quantity('1Gi')",
            snapshot(["1:1: there is no function `quantity`"]),
        ),
    ],
)
def test_what_can_be_known_to_be_wrong_is_told_before_it_runs(text, told):
    assert told == faults(text)


def test_a_variable_of_a_macro_hides_one_of_the_environment():
    assert [] == faults("[1].all(spec, spec > 0) && spec.risk.score > 0.0")
    assert [] == faults("[1].all(spec, .spec.risk.score > double(spec))")
    assert 1 == len(faults("[1].all(spec, spec.risk.score > 0.0)"))


def test_an_unknown_name_makes_no_faults_of_what_is_done_with_it():
    assert 2 == len(faults("spce.risk.tier.startsWith('a') && spce.risk.score + 2 > 1"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("spec.parent.risk.score > 0.5", ["spec.parent"]),
        ("has(spec.parent) && spec.parent.risk.score > 0.5", []),
        ("has(spec.parent.owners)", ["spec.parent"]),
        ("spec.?parent.risk.score.hasValue()", []),
        ("spec.owners.all(o, o.email != '')", ["spec.owners"]),
    ],
)
def test_fields_that_may_be_absent_are_to_be_asked_for(text, told):
    program = compile_expression(text, ENVIRONMENT)

    assert isinstance(program, Program), program
    assert told == [each.message.split("`")[1] for each in program.unguarded]


def test_without_re2_an_expression_with_a_pattern_is_refused_when_it_is_read(monkeypatch):
    monkeypatch.setattr(regex, "find_spec", {}.get)

    (fault,) = compile_expression("'a'.matches('a')", ENVIRONMENT)

    assert "k8s" == fault.needs
    assert 'install the extra `k8s`: `pip install "mlspec-compiler[k8s]"`' == fault.hint


SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "gates"],
    "properties": {
        "name": {"type": "string"},
        "tier": {"enum": ["high", "low", None]},
        "share": {"type": ["number", "null"]},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "on": {"type": "string", "format": "date"},
        "tree": {"$ref": "#/definitions/Tree"},
        "gates": {
            "type": "array",
            "items": {
                "oneOf": [
                    {"$ref": "#/definitions/Metric"},
                    {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["type"],
                        "properties": {"type": {"const": "drift"}, "limit": {"type": "number"}},
                    },
                ]
            },
        },
    },
    "definitions": {
        "Tree": {"type": "object", "properties": {"left": {"$ref": "#/definitions/Tree"}}},
        "Metric": {
            "type": "object",
            "additionalProperties": False,
            "required": ["type", "atLeast"],
            "properties": {"type": {"const": "metric"}, "atLeast": {"type": "number"}},
        },
    },
}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("spec.tier == 'lwo'", ["1:14: `spec.tier` is never 'lwo' (did you mean `low`?)"]),
        ("spec.gates.all(g, g.type == 'drift' || has(g.atLeast))", []),
        (
            "spec.gates.all(g, g.type == 'drfit')",
            ["1:29: `g.type` is never 'drfit' (did you mean `drift`?)"],
        ),
        ("spec.tree.left.left.left.right", []),  # objects that are open may have other fields
        ("spec.on < today", []),
        ("spec.share + 'a'", ["1:1: `+` does not go with double and string"]),
        ("spec.labels.a.b", ["1:1: `spec.labels.a` is a string and has no fields"]),
        (
            "spec.nmae",
            ["1:6: `spec` has no field `nmae` (did you mean `name`?)"],
        ),
    ],
)
def test_an_environment_is_made_of_json_schemas(text, told):
    schemas = {"spec": SCHEMA, "today": {"type": "string", "format": "date"}}

    assert told == faults(text, environment_of_schemas(schemas))


def test_what_only_one_variant_requires_may_be_absent():
    environment = environment_of_schemas({"spec": SCHEMA})
    program = compile_expression("spec.gates.all(g, g.type != '' && g.atLeast > 0.5)", environment)

    assert isinstance(program, tuple)  # '' is no type of a gate
    program = compile_expression("spec.gates.all(g, g.atLeast > 0.5)", environment)
    assert isinstance(program, Program)
    assert ["`g.atLeast` may be absent, and the expression has no value then"] == [
        each.message for each in program.unguarded
    ]
