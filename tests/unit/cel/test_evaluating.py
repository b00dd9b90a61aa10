"""What an expression gives: values, errors with their place, budgets, and why."""

from __future__ import annotations

import inspect
import math
import sys

import pytest
from inline_snapshot import snapshot

from mlspec.cel import (
    KUBERNETES,
    MISSING,
    Budget,
    BudgetError,
    Duration,
    Environment,
    EvaluationError,
    Fault,
    Fields,
    Maybe,
    Program,
    Timestamp,
    TypeValue,
    Uint,
    compile_expression,
    object_of,
    type_from,
)

NAMES = ("spec", "change", "evidence", "x")
EVERYTHING = Environment({name: type_from("dyn") for name in NAMES}, libraries=KUBERNETES)


def program(text, environment=EVERYTHING):
    found = compile_expression(text, environment)
    assert isinstance(found, Program), [str(each) for each in found]
    return found


def evaluate(text, **facts):
    return program(text).evaluate(facts)


def error_of(text, budget=None, **facts):
    with pytest.raises(EvaluationError) as caught:
        program(text).evaluate(facts, budget)
    return f"{caught.value.line}:{caught.value.column}: {caught.value.message}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7 / -2", -3),
        ("-7 % 3", -1),
        ("7u % 4u", Uint(3)),
        ("1.0 / 0.0", math.inf),
        ("'a' + 'b'", "ab"),
        ("b'a' + b'b'", b"ab"),
        ("[1] + [2]", [1, 2]),
        ("1 == 1.0 && 1 == 1u && 1 != 2.0", True),
        ("x == 1", False),
        ("[1, [2]] == [1.0, [2u]]", True),
        ("{'a': 1} == {'a': 1.0}", True),
        ("null == null", True),
        ("'B' < 'a' && b'a' < b'b' && false < true", True),
        ("1 < 1.5 && 2u > 1.5 && 1.5 < 2", True),
        ("1 in [1.0] && 'a' in {'a': 1} && !('b' in {'a': 1})", True),
        ("size('añ😀') + size([1]) + {'a': 1}.size() + size(b'ab')", 7),
        ("'abc'.contains('b') && 'abc'.startsWith('a') && 'abc'.endsWith('c')", True),
        ("'a1'.matches('^[a-z][0-9]$') && matches('ba', 'a')", True),
        ("string(1.0) + string(1e30) + string(0.1) + string(1e-7)", "11e+300.11e-07"),
        ("[1, 2, 3].exists_one(n, n > 2)", True),
        ("[1, 2, 3].map(n, n > 1, n * 2)", [4, 6]),
        ("{'a': 1, 'b': 2}.filter(k, k != 'a')", ["b"]),
        ("{'a': 1}.transformMapEntry(k, v, {v: k})", {1: "a"}),
        ("[3, 4].transformList(i, v, i * v)", [0, 4]),
        ("cel.bind(n, 2, n * n)", 4),
        ("optional.none()", Maybe(None, has_value=False)),
        ("{'a': {'b': 1}}.?a.?b.value()", 1),
        ("[?optional.none(), ?optional.of(1)]", [1]),
        ("optional.of(2).or(optional.of(1 / 0)).value()", 2),
        ("optional.none().optMap(n, n / 0).hasValue()", False),
        ("optional.of(1).optFlatMap(n, optional.of(n + 1)).value()", 2),
        ("type(1u)", TypeValue("uint")),
        (
            "timestamp('2026-11-21T10:00:00.5Z') - timestamp('2026-11-21T09:00:00Z')",
            Duration(3_600_500_000_000),
        ),
        ("timestamp('2026-11-21T00:00:00+01:00')", Timestamp(1_795_215_600_000_000_000)),
        ("string(timestamp('2026-02-28T23:59:59Z') + duration('1s'))", "2026-03-01T00:00:00Z"),
        ("timestamp('2026-07-01T00:30:00Z').getDate('America/New_York')", 30),
        ("timestamp('2026-07-01T00:30:00Z').getHours('+05:30')", 6),
        ("timestamp('2026-07-01T00:30:00.25Z').getMilliseconds('Europe/Berlin')", 250),
        ("timestamp('2026-07-01T00:30:00Z').getHours('')", 0),
        ("timestamp('2026-07-01T00:30:00.25Z').getMilliseconds('')", 250),
        (
            (
                "timestamp('2026-07-01T00:00:00.1234567899999Z')"
                " == timestamp('2026-07-01T00:00:00.123456789Z')"
            ),
            True,
        ),
        ("duration('0.1234567899999s') == duration('123456789ns')", True),
        ("duration('-1h30m').getMinutes()", -90),
        ("string(duration('1.5s')) + string(duration('-0.001s'))", "1.5s-0.001s"),
        ("'%s=%d (%.2f)'.format(['a', 1, 0.125])", "a=1 (0.12)"),
        ("math.greatest(1, 2.5, 2u)", 2.5),
        ("[1, 2, 2].distinct() == [1, 2] && [[1], [2]].flatten() == [1, 2]", True),
        ("quantity('1.5Gi').asInteger()", 1_610_612_736),
        ("quantity('100m').add(quantity('0.9')).isInteger()", True),
        ("url('https://u@[::1]:80/a%20b?q=1&q=2').getHost()", "[::1]:80"),
        ("url('https://[::1]:80/a?q=1&q=2').getQuery()", {"q": ["1", "2"]}),
        ("semver('1.0.0-rc.10').compareTo(semver('1.0.0-rc.9'))", 1),
        ("format.named('dns1035Label').value().validate('1a').value().size()", 1),
        ("cidr('10.0.0.1/8').masked() == cidr('10.0.0.0/8')", True),
    ],
)
def test_an_expression_has_the_value_of_the_specification(text, value):
    found = evaluate(text, x="1")

    assert value == found
    assert type(value) is type(found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("spec.a", snapshot("1:6: there is no `a`")),
        ("spec['a']", snapshot("1:6: there is no 'a'")),
        ("x.all(e, e > 1)", snapshot("1:1: an int has no elements to go through")),
        ("x.field", snapshot("1:3: an int has no fields")),
        ("[1, 2][x]", snapshot("1:8: there is no element 5 in a list of 2")),
        ("change.a", snapshot("1:1: the fact `change` is not given")),
        ("x + 'a'", snapshot("1:1: `+` does not go with int and string")),
        ("!x", snapshot("1:1: `!` does not go with int")),
        ("x ? 1 : 2", snapshot("1:1: a condition is true or false, not an int")),
        ("true &&\n  x / 0 == 1", snapshot("2:3: division by zero")),
        ("9223372036854775807 + x", snapshot("1:1: the result does not fit into an int")),
        ("uint(0) - 1u", snapshot("1:1: the result does not fit into a uint")),
        ("-(-9223372036854775807 - 1)", snapshot("1:1: the result does not fit into an int")),
        ("int('1e5')", snapshot("1:1: `1e5` is no int")),
        ("int(1e19)", snapshot("1:1: the number does not fit into an int")),
        (
            "timestamp('2026-02-30T00:00:00Z')",
            snapshot("1:1: `2026-02-30T00:00:00Z` is no timestamp"),
        ),
        (
            "timestamp('9999-12-31T23:59:59Z') + duration('1s')",
            snapshot("1:1: a timestamp lies in the years 1 to 9999"),
        ),
        (
            "duration('300000h') + duration('2500000h')",
            snapshot("1:1: a duration is at most 292 years long"),
        ),
        ("timestamp(0).getHours('Mars/Base')", snapshot("1:1: `Mars/Base` is no time zone")),
        (
            "timestamp(0).getHours('../../etc/passwd')",
            snapshot("1:1: `../../etc/passwd` is no time zone"),
        ),
        ("{'a': 1, 'a': 2}", snapshot("1:10: two entries have the same key")),
        ("'a'.matches('(' + '')", snapshot("1:1: the pattern `(` is not one of RE2")),
        ("'a'.matches('(?=a)' + '')", snapshot("1:1: the pattern `(?=a)` is not one of RE2")),
        ("optional.none().value()", snapshot("1:1: the optional has no value")),
        ("'%d'.format(['a'])", snapshot("1:1: `%d` does not take a string")),
        ("'%q'.format([1])", snapshot("1:1: `%q` is no clause of a format")),
        (
            "[1, 'a'].sort()",
            snapshot("1:1: the list does not hold values of one type that has an order"),
        ),
        ("spec.b.c.d", snapshot("1:6: there is no `b`")),
    ],
)
def test_what_has_no_value_is_an_error_at_the_part_that_has_none(text, told):
    assert told == error_of(text, spec={}, x=5)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x / 0 == 1 || true", True),
        ("true || x / 0 == 1", True),
        ("x / 0 == 1 && false", False),
        ("false && x.y", False),
        ("[1, 0].exists(e, 1 / e == 1)", True),
        ("[1, 0].all(e, 1 / e > 5)", False),
        ("(x.y && false) || true", True),
        ("true ? 1 : 1 / 0", 1),
    ],
)
def test_an_error_is_absorbed_by_a_term_that_decides(text, value):
    assert value == evaluate(text, x=5)


def test_an_exhausted_budget_is_absorbed_by_nothing():
    with pytest.raises(BudgetError, match="stopped after 50 steps"):
        program("x.all(a, true) || true").evaluate({"x": [*range(1_000)]}, Budget(50))
    with pytest.raises(BudgetError):
        program("[1, 2].exists(a, x.all(b, true)) || true").evaluate(
            {"x": [*range(1_000)]}, Budget(50)
        )


@pytest.mark.parametrize(
    "text",
    [
        "x.all(a, x.all(b, x.all(c, true)))",
        "x.map(a, x.map(b, x.map(c, x)))",
        "cel.bind(a, x + x, cel.bind(b, a + a, cel.bind(c, b + b, b.map(e, c)))).flatten()",
        "x.map(a, text + text)",
        "text.replace('', text)",
        "x.map(a, text.replace('a', 'bbbbbbbb'))",
        "x.map(a, [text, text].join(text))",
        "x.map(a, text.split(''))",
        "lists.range(1000000000)",
        "x.map(a, '%s%s'.format([text, text]))",
        "text.findAll('a')",
        "x.map(a, text.matches('(a+)+b'))",
        "lists.range(5000).distinct()",
        "sets.equivalent(lists.range(5000), lists.range(5000))",
        "x.map(a, x.map(b, x == x))",
        "'%s'.format([lists.range(5000).map(a, text)])",
        "lists.range(5000).map(a, text).sort()",
        "text.matches('(.?){1000}(.?){1000}z')",
        "text.findAll('a.*c|a')",
        "x.map(a, text == text + 'b')",
        "x.map(a, x.map(b, text + 'a' < text + 'b'))",
    ],
)
def test_an_expression_that_would_run_away_stops(text):
    runaway = text.replace("text", "x[0].t") if "text" in text else text
    elements = [{"t": "a" * 100_000}] * 200

    with pytest.raises(BudgetError, match="stopped after 100,000 steps"):
        program(runaway).evaluate({"x": elements})


def test_evaluations_may_share_a_budget():
    budget = Budget(1_000)
    every = program("x.all(a, a > 0)")

    every.evaluate({"x": [1] * 100}, budget)
    assert budget.left < 800
    with pytest.raises(BudgetError, match="stopped after 1,000 steps"):
        every.evaluate({"x": [1] * 300}, budget)
    assert 0 == budget.left


def test_steps_do_not_depend_on_which_branch_is_taken():
    left = []
    for fact in (True, False):
        budget = Budget()
        program("x ? 1 + 2 + 3 : 4").evaluate({"x": fact}, budget)
        left.append(budget.left)

    assert left[0] == left[1]


def test_values_that_are_nested_deep_are_an_error():
    nested: object = []
    for _ in range(100_000):
        nested = [nested]

    assert "1:1: values that are nested this deep can't be compared" in error_of("x == x", x=nested)
    assert "nested this deep" in error_of("'%s'.format([x])", x=nested)


def test_what_is_no_value_of_the_language_is_an_error():
    assert "has no type here" in error_of("x + 1", x=object())
    assert "has no type here" in error_of("x == 1", x={1, 2})
    assert "has no type here" in error_of("string(x)", x=1j)


def test_a_subclass_counts_as_the_type_it_derives_from():
    class Text(str):
        __slots__ = ()

    assert evaluate("x + 'b' == 'ab' && x == 'a' && x in ['a'] && size(x) == 1", x=Text("a"))


DECLARED = Environment(
    {
        "spec": object_of("Spec"),
        "today": type_from("timestamp"),
        "shares": type_from("list<double>"),
    },
    {
        "Spec": Fields(
            {
                "share": type_from("double"),
                "on": type_from("timestamp"),
                "every": type_from("duration"),
                "count": type_from("uint"),
                "blob": type_from("bytes"),
            }
        )
    },
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("spec.share * 2.0", 2.0),
        ("spec.on < today", True),
        ("today - spec.on > duration('24h')", True),
        ("spec.every + duration('30m') == duration('2h')", True),
        ("spec.count + 1u", Uint(8)),
        ("spec.blob.size()", 3),
        ("shares.all(s, s + 0.5 >= 1.5)", True),
        ("shares[0] / 2.0", 0.5),
    ],
)
def test_facts_of_json_are_read_as_what_they_are_declared_to_be(text, value):
    facts = {
        "spec": {
            "share": 1,
            "on": "2026-11-01",
            "every": "1h30m",
            "count": 7,
            "blob": "YWJj",
        },
        "today": "2026-11-21T00:00:00Z",
        "shares": [1, 2],
    }

    assert value == program(text, DECLARED).evaluate(facts)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("spec.on == today", "soon"),
        ("spec.every > duration('1h')", "1 hour"),
        ("size(spec.blob) == 1", "%"),
        ("spec.share > 1.0", 10**400),
        ("spec.share > 1.0", "1.5"),
        ("spec.count + 1u > 1u", -1),
    ],
)
def test_a_fact_that_is_not_what_was_declared_is_an_error(text, value):
    field = text.partition("spec.")[2].partition(" ")[0].rstrip(")")
    facts = {"spec": {field: value}, "today": "2026-11-21"}

    with pytest.raises(EvaluationError):
        program(text, DECLARED).evaluate(facts)


OVERSIGHT = (
    "spec.risk.tier == 'high' && has(spec.oversight) && "
    "spec.oversight.overseers.exists(o, o.canStop && has(o.training))"
)


def told(text, **facts):
    found = program(text).explain(facts)
    return found, {each.name: each.value for each in found.facts}


def test_an_explanation_shows_the_facts_that_were_read_and_no_others():
    overseers = [{"email": "a", "canStop": False}, {"email": "b", "canStop": True}]
    spec = {"risk": {"tier": "high"}, "oversight": {"overseers": overseers}, "other": 1}

    found, facts = told(OVERSIGHT, spec=spec)

    assert found.value is False
    assert {
        "spec.risk.tier": "high",
        "spec.oversight.overseers[0].canStop": False,
        "spec.oversight.overseers[1].canStop": True,
        "spec.oversight.overseers[1].training": MISSING,
    } == facts


def test_an_explanation_names_what_is_missing():
    found, facts = told(OVERSIGHT, spec={"risk": {"tier": "high"}})

    assert found.value is False
    assert {"spec.risk.tier": "high", "spec.oversight": MISSING} == facts
    assert "<missing>" == str(facts["spec.oversight"])


def test_an_explanation_of_an_error_has_the_fact_that_it_is_about():
    found, facts = told("spec.logging.days >= 184", spec={})

    assert found.is_error
    assert MISSING is facts["spec.logging"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("spec['risk'].tier == 'a'", {"spec.risk.tier"}),
        ("spec.list[1] > 0", {"spec.list[1]"}),
        ("spec.list.map(e, e * 2)", {"spec.list[0]", "spec.list[1]"}),
        ("spec.list.transformList(i, e, i + e)", {"spec.list[0]", "spec.list[1]"}),
        ("spec.map.exists(k, spec.map[k] == 2)", {"spec.map.a", "spec.map.b"}),
        ("spec.map.all(k, v, v > 0)", {"spec.map.a", "spec.map.b"}),
        ("spec.list.all(a, spec.list.all(b, a + b > 0))", {"spec.list[0]", "spec.list[1]"}),
        ("cel.bind(r, spec.risk, r.tier) == 'a'", {"spec.risk"}),
        ("size(spec.list) == 2", {"spec.list"}),
        ("spec.?absent.?more.hasValue()", {"spec.absent"}),
    ],
)
def test_facts_have_the_paths_at_which_they_stand(text, names):
    spec = {"risk": {"tier": "a"}, "list": [1, 2], "map": {"a": 1, "b": 2}}

    _, facts = told(text, spec=spec)

    assert names <= facts.keys()


def test_an_explanation_shows_what_each_part_gave():
    found = program("x > 1 && x < size('abc')").explain({"x": 5})

    assert snapshot(
        [
            ("x > 1 && x < size('abc')", 1, False),
            ("x > 1", 1, True),
            ("x", 1, 5),
            ("x < size('abc')", 10, False),
            ("x", 10, 5),
            ("size('abc')", 14, 3),
        ]
    ) == [(each.text, each.column, each.value) for each in found.parts]


def test_the_paths_that_an_expression_names_are_known_without_facts():
    found = program("spec.risk.tier == 'high' && spec.gates.all(g, g.a == change.to)").reads()

    assert {("spec", "risk", "tier"), ("spec", "gates"), ("change", "to")} == found


def test_four_eyes_are_counted_by_a_rule_that_people_would_write():
    rule = (
        "evidence.approvals.filter(a, a.decision == 'approve' && a.verified && "
        "a.by != change.author && a.subject == change.subject).size() >= 2"
    )
    approvals = [
        {"decision": "approve", "verified": True, "by": by, "subject": subject}
        for by, subject in (("author", "s1"), ("ana", "s1"), ("bob", "s0"), ("eve", "s1"))
    ]
    change = {"author": "author", "subject": "s1"}

    assert evaluate(rule, change=change, evidence={"approvals": approvals})
    assert not evaluate(rule, change=change, evidence={"approvals": approvals[:3]})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("string(double('NaN')) + string(double('inf')) + string(-1.0 / 0.0)", "NaN+Inf-Inf"),
        ("bool('t') && !bool('0')", True),
        ("string(999999.5) + ' ' + string(-1234567.0)", "999999.5 -1.234567e+06"),
        ("'%s %s'.format([1e21, 1.5e-7])", "1000000000000000000000 0.00000015"),
        ("string(0.0001) + string(0.00001) + string(-0.0) + string(100.0)", "0.00011e-05-0100"),
        ("b'a' in x.map || [] in x.map", False),
        ("'a' in x.map && 'b' in x.list", True),
        ("x.list.transformMap(i, v, i > 0, v)", {1: "b"}),
        ("x.list.transformMapEntry(i, v, i > 0, {v: i})", {"b": 1}),
        ("[true, false].transformMap(i, v, v)[0]", True),
        ("{true: 1}.map(k, k) == [true] && {true: 1}[true] == 1", True),
        ("optional.ofNonZeroValue(duration('0s')).hasValue()", False),
        ("optional.ofNonZeroValue(timestamp(0)).hasValue()", True),
        ("optional.none() == optional.none() && optional.of(1) != optional.of(2)", True),
        ("optional.of(x).map['a'].value()", 1),
        ("optional.of(x)[?'none'].hasValue()", False),
        ("[1, 2].first().value() + [1, 2].last().value()", 3),
        ("[].first().hasValue()", False),
        ("[1, 2, 3].reverse().slice(0, 2)", [3, 2]),
        ("['b', 'a'].sort() == ['a', 'b'] && [1, 1].distinct() == [1]", True),
        ("'a,b,c'.split(',', 2) == ['a', 'b,c'] && 'abc'.split('', 2) == ['a', 'bc']", True),
        ("'abcabc'.replace('a', '', 1) + 'abc'.charAt(3)", "bcabc"),
        ("'%x %X %o %b %e %%'.format([255, 'z', 8, 5u, 1.5])", "ff 7A 10 101 1.500000e+00 %"),
        (
            "'%s'.format([[1u, b'a', null, {true: duration('1s')}, int]])",
            "[1, a, null, {true: 1s}, int]",
        ),
        ("math.abs(-3) + math.sign(-2) * math.bitNot(0)", 4),
        ("timestamp('2026-12-31T23:59:59.5-01:00').getFullYear()", 2027),
        ("timestamp('2026-03-01T12:00:00Z').getDayOfYear()", 59),
        ("timestamp('2026-11-22T12:00:00Z').getDayOfWeek()", 0),
        ("base64.decode('YQ') == b'a' && base64.encode(b'a') == 'YQ=='", True),
        ("cel.bind(f, x.list, f[0] + f[1])", "ab"),
        ("type(x) == map && type(null) == null_type && type(type) == type", True),
        ("type(duration('1s')) == google.protobuf.Duration", True),
        (r"strings.quote('a\n')", '"a\\n"'),
    ],
)
def test_libraries_give_what_their_documentation_says(text, value):
    found = evaluate(text, x={"map": {"a": 1}, "list": ["a", "b"]})

    assert value == found
    assert type(value) is type(found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("bool('x')", snapshot("1:1: `x` is no bool")),
        ("uint('-1')", snapshot("1:1: `-1` is no uint")),
        ("uint(-1.0)", snapshot("1:1: the number does not fit into a uint")),
        ("double('1,5')", snapshot("1:1: `1,5` is no double")),
        ("double('1e999')", snapshot("1:1: the number is too large for a double")),
        ("string(b'\\xff')", snapshot("1:1: the bytes are no UTF-8")),
        ("timestamp('2026-01-01')", snapshot("1:1: `2026-01-01` is no timestamp")),
        (
            "timestamp('2026-01-01T00:00:00+99:00')",
            snapshot("1:1: `2026-01-01T00:00:00+99:00` is no timestamp"),
        ),
        ("duration('1 h')", snapshot("1:1: `1 h` is no duration")),
        ("'a' in x.number", snapshot("1:1: `in` takes a list or a map, not an int")),
        ("x.number[0]", snapshot("1:10: an int has no elements")),
        ("x.list['a']", snapshot("1:8: a string is no index of a list")),
        ("x.list[true]", snapshot("1:8: a bool is no index of a list")),
        ("{x.list: 1}", snapshot("1:2: list is no type of keys")),
        ("x.map[x.list]", snapshot("1:7: list is no type of keys")),
        ("x.list.map(v, v, v)", snapshot("1:15: a condition is true or false, not a string")),
        (
            "x.list.transformMapEntry(i, v, x.number)",
            snapshot("1:32: `transformMapEntry` makes maps of one entry each"),
        ),
        ("[1, 1].transformMapEntry(i, v, {v: i})", snapshot("1:32: two entries have the same key")),
        ("x.list.transformMap(v, i, v)[5]", snapshot("1:30: there is no 5")),
        ("[?x.number]", snapshot("1:2: an int is no optional")),
        ("optional.of(1).optFlatMap(v, x.number)", snapshot("1:1: an int is no optional")),
        ("optional.none().orValue(1 / 0)", snapshot("1:25: division by zero")),
        (
            "[1].flatten(-1)",
            snapshot("1:1: a list is not flattened by a negative number of levels"),
        ),
        ("[1].slice(0, 2)", snapshot("1:1: elements 0 to 2 are not in a list of 1")),
        ("'ab'.substring(1, 3)", snapshot("1:1: characters 1 to 3 are not in a text of 2")),
        ("x.mixed.join()", snapshot("1:1: `join` takes a list of strings")),
        (
            "math.greatest(x.mixed)",
            snapshot("1:1: `math.greatest` and `math.least` take numbers, at least one"),
        ),
        ("math.bitShiftLeft(1, -1)", snapshot("1:1: a shift is by a number that is not negative")),
        ("base64.decode('a')", snapshot("1:1: the text is no base64")),
        ("'a'.matches(x.long)", snapshot("1:1: a pattern has at most 2,000 characters")),
        ("'%d'.format([])", snapshot("1:1: there is no value for `%d`")),
        ("'%.2f'.format(['a'])", snapshot("1:1: `%f` does not take a string")),
        ("x.text.charAt(9)", snapshot("1:1: character 9 is not in a text of 1")),
        ("x.number.getHours()", snapshot("1:1: `getHours` of int does not take ()")),
        ("size(x.number)", snapshot("1:1: `size` does not take (int)")),
    ],
)
def test_libraries_refuse_what_has_no_result(text, told):
    facts = {
        "number": 5,
        "list": ["a"],
        "map": {},
        "mixed": ["a", 1],
        "long": "a" * 3_000,
        "text": "a",
    }

    assert told == error_of(text, x=facts)


def test_a_stack_that_is_nearly_full_is_an_error_and_not_a_crash():
    deep = "[" * 38 + "x" + "]" * 38

    def descend(levels):
        if levels:
            return descend(levels - 1)
        found = compile_expression(deep, EVERYTHING)
        try:
            return found.evaluate({"x": 1}) if isinstance(found, Program) else found[0]
        except EvaluationError as error:
            return error

    room = sys.getrecursionlimit() - len(inspect.stack())
    found = [descend(levels) for levels in range(0, room - 60, 20)]

    assert isinstance(found[0], list)
    assert isinstance(found[-1], Fault)
    assert all(isinstance(each, list | Fault | EvaluationError) for each in found)
