"""What is said of objects and files: the table of codes, rules of Prometheus, hostile input."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.cel import Budget
from mlspec.manifests import MANIFEST_CODES, Catalogue, read_manifests, verify
from mlspec.manifests._promql import promql_problem
from mlspec.manifests.definitions import convert_all
from mlspec.manifests.definitions._cel import evaluate, holds, program_of
from mlspec.manifests.definitions._cel_types import UNTYPED
from mlspec.manifests.definitions._patterns import UncheckedError, bounded_patterns, matches
from mlspec.syntax import SourceText, emit_documents

OWN = {each.code for each in MANIFEST_CODES}


def found(*files, catalogue=None):
    sources = [SourceText(name, text.encode()) for name, text in files]
    result = verify(read_manifests(sources), catalogue or Catalogue())
    return [each for each in result.diagnostics if each.code in OWN]


def codes(text, file="a.yaml"):
    return {each.code for each in found((file, text))}


def test_codes_are_four_digits_of_the_family_and_in_order():
    listed = [each.code for each in MANIFEST_CODES]

    assert sorted(set(listed)) == listed
    assert all(len(each) == 7 and each.startswith("MLS10") for each in listed)


EXAMPLES = [each for each in MANIFEST_CODES if not each.bad.lstrip().startswith("#")]


@pytest.mark.parametrize("entry", EXAMPLES, ids=lambda entry: entry.code)
def test_the_bad_example_gives_the_code_and_the_good_one_does_not(entry):
    if entry.code == "MLS1052":
        bad, good = (("kustomization.yaml", each) for each in (entry.bad, entry.good))
        service = ("service.yaml", "apiVersion: v1\nkind: Service\n")
        assert "MLS1052" in {each.code for each in found(bad, service)}
        assert "MLS1052" not in {each.code for each in found(good, service)}
        return
    assert entry.code in codes(entry.bad)
    if entry.code != "MLS1020":  # its cure is a definition, not another text
        assert entry.code not in codes(entry.good)


def rules(rule):
    return f"groups:\n  - name: a\n    rules:\n      - {rule}\n"


@pytest.mark.parametrize(
    "rule",
    [
        "{record: a, expr: b}",
        "{alert: A, expr: 'up == 0', for: 1h30m, keep_firing_for: 5m, labels: {a: b}}",
        "{record: 'a:b', expr: 5}",
        "{alert: A, expr: 'x > 1', annotations: {summary: '{{ $value }}'}, for: 0}".replace(
            "for: 0", "for: 0s"
        ),
        "{alert: A, expr: 'a{b=\"(\"} > 1 # )'}",
    ],
)
def test_a_sound_rule_is_not_reported(rule):
    assert set() == codes(rules(rule))


@pytest.mark.parametrize(
    "rule",
    [
        "{record: a}",
        "{expr: b}",
        "{record: a, alert: b, expr: c}",
        "{record: a-b, expr: c}",
        "{record: a, expr: c, for: 5m}",
        "{record: a, expr: c, lables: {}}",
        "{record: a, expr: c, labels: {a-b: c}}",
        "{record: a, expr: c, labels: {a: 1}}",
        "{alert: a, expr: c, for: 5 m}",
        "{alert: a, expr: [1]}",
        "text",
    ],
)
def test_a_rule_that_prometheus_refuses_is_reported(rule):
    assert {"MLS1051"} == codes(rules(rule))


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("rate(a[5m)", "the `)` at column 10 closes nothing"),
        ("sum(a", "the `(` at column 4 is never closed"),
        ("a\n + (b\n", "the `(` at line 2, column 4 is never closed"),
        ("a[5m]", "range"),
        ("'a'", "text"),
        ("nosuch(a)", "nosuch"),
        ("", "no expression"),
        ("-" * 19_000 + "a", "longer"),
        ("(" * 19_000 + "a" + ")" * 19_000, "longer"),
        ("a or " * 4_000 + "a", "longer"),
    ],
)
def test_what_is_no_promql_is_said(expression, said):
    assert said in promql_problem(expression)


@given(st.text(alphabet="ab()[]{}+-*/^'\"`#=~!<>,: \n5mo.rby", max_size=80))
@settings(max_examples=300)
def test_whatever_an_expression_is_the_answer_is_a_sentence_or_none(expression):
    assert promql_problem(expression) != ""


def queue(schema, spec):
    crd = {
        "kind": "CustomResourceDefinition",
        "spec": {
            "group": "example.org",
            "names": {"kind": "Queue", "plural": "queues"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "schema": {
                        "openAPIV3Schema": {"type": "object", "properties": {"spec": schema}}
                    },
                }
            ],
        },
    }
    resource = {"apiVersion": "example.org/v1", "kind": "Queue", "metadata": {"name": "a"}}
    text = emit_documents([resource | {"spec": spec}])
    return found(("a.yaml", text), catalogue=Catalogue(convert_all([crd]).definitions))


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a|aa)+$", "(.*.*)*=x", "^(([a-z])+.)+[A-Z]$"])
def test_no_pattern_takes_long(pattern):
    schema = {"type": "string", "pattern": pattern}

    assert ["MLS1033"] == [each.code for each in queue(schema, "a" * 50_000 + "!")]


@pytest.mark.parametrize("pattern", ["(?=a)", "(", "a{1,1000}{1,1000}{1,1000}", "\\1"])
def test_a_pattern_that_is_none_of_re2_is_not_checked_and_that_is_told(pattern):
    assert ["MLS1022"] == [each.code for each in queue({"type": "string", "pattern": pattern}, "a")]


def test_a_dollar_ends_the_text_as_in_go():
    assert not matches("^a$", "a\n")


def test_nested_macros_over_long_lists_are_not_evaluated_and_that_is_told():
    rule = "self.all(a, self.all(b, self.all(c, a == b || b == c || true)))"
    schema = {
        "type": "array",
        "items": {"type": "integer"},
        "x-kubernetes-validations": [{"rule": rule}],
    }

    (told,) = queue(schema, list(range(500)))

    assert "MLS1022" == told.code
    assert "too long" in told.message


@pytest.mark.parametrize(
    "rule", ["(" * 2_000, "self.nosuch()", "1 +", "self == 'a'", "9" * 5_000, "self + 1"]
)
def test_a_rule_that_cannot_be_evaluated_is_told_and_never_good(rule):
    schema = {"type": "integer", "x-kubernetes-validations": [{"rule": rule}]}

    assert ["MLS1022"] == [each.code for each in queue(schema, 5)]


@pytest.mark.parametrize(
    ("rule", "spec"),
    [
        ("self.split(',').size() == 2", "a,b"),
        ("self.lowerAscii() == 'ab'", "AB"),
        ("self.indexOf('b') == 1 && self.lastIndexOf('b') == 2", "abb"),
        ("self.substring(1, 2) == 'b' && self.charAt(0) == 'a'", "abb"),
        ("self.replace('b', 'c').trim() == 'acc'", "abb "),
        ("self.matches('^a+b$')", "aab"),
    ],
)
def test_functions_of_kubernetes_on_text_are_known(rule, spec):
    schema = {"type": "string", "x-kubernetes-validations": [{"rule": rule}]}
    wrong = {"type": "string", "x-kubernetes-validations": [{"rule": f"!({rule})"}]}

    assert [] == queue(schema, spec)
    assert ["MLS1035"] == [each.code for each in queue(wrong, spec)]


@pytest.mark.parametrize(
    ("properties", "rule", "spec"),
    [
        ({"namespace": {"type": "string"}}, "self.__namespace__ == 'a'", {"namespace": "a"}),
        ({"a-b": {"type": "string"}}, "self.a__dash__b == 'a'", {"a-b": "a"}),
        ({"share": {"type": "number"}}, "self.share <= 1.0", {"share": 1}),
        (
            {"until": {"type": "string", "format": "date-time"}},
            "self.until > timestamp('2020-01-01T00:00:00Z')",
            {"until": "2026-01-01T00:00:00Z"},
        ),
        (
            {"port": {"x-kubernetes-int-or-string": True}},
            "type(self.port) == string",
            {"port": "a"},
        ),
    ],
)
def test_rules_see_fields_by_their_escaped_names_and_types(properties, rule, spec):
    schema = {
        "type": "object",
        "properties": properties,
        "x-kubernetes-validations": [{"rule": rule}],
    }

    assert [] == queue(schema, spec)


def test_rules_about_a_change_are_left_to_the_change():
    schema = {"type": "integer", "x-kubernetes-validations": [{"rule": "self == oldSelf"}]}

    assert [] == queue(schema, 5)


def test_a_message_may_be_computed_and_a_field_named():
    rule = {
        "rule": "self.a < self.b",
        "messageExpression": "'a is ' + string(self.a)",
        "fieldPath": ".a",
    }
    whole = {"type": "integer"}
    schema = {
        "type": "object",
        "properties": {"a": whole, "b": whole},
        "x-kubernetes-validations": [rule],
    }

    (told,) = queue(schema, {"a": 2, "b": 1})

    assert "`spec`: a is 2" == told.message
    assert 6 == told.span.start.line


def test_a_part_with_a_fault_is_not_judged_by_its_rules():
    whole = {"type": "integer"}
    schema = {
        "type": "object",
        "properties": {"a": whole, "b": whole},
        "x-kubernetes-validations": [{"rule": "self.a < self.b"}],
    }

    assert ["MLS1031"] == [each.code for each in queue(schema, {"a": "2", "b": 1})]


def test_an_evaluation_that_fails_raises_what_the_caller_expects():
    with pytest.raises(UncheckedError, match="can't be evaluated here"):
        evaluate(program_of("self.a", UNTYPED), 5, Budget())
    with pytest.raises(UncheckedError, match="can't be read here"):
        evaluate(program_of("self.nothing(", UNTYPED), 5, Budget())
    with pytest.raises(UncheckedError, match="too long"):
        evaluate(program_of("self.all(a, self.all(b, true))", UNTYPED), [*range(10)], Budget(50))


def test_a_pattern_that_would_take_minutes_is_not_run():
    with pytest.raises(UncheckedError, match="too long for the pattern"):
        matches("a?" * 20_000 + "$", "a" * 100_000)

    assert matches("a?" * 100 + "$", "a" * 100_000)


def match_each(pattern, text):
    """Hold a text against a thousand patterns that differ in their last character."""
    for number in range(1_000):
        matches(f"{pattern}{number}", text)


def test_all_patterns_of_a_run_share_what_they_may_take():
    text = "a" * 50_000
    with bounded_patterns(), pytest.raises(UncheckedError, match="too long together"):
        match_each("(a?){100}", text)
    with bounded_patterns(), pytest.raises(UncheckedError, match="too large together"):
        match_each(r"(?i)[\p{L}\p{N}]{20}", "a")

    assert not matches("(a?){100}1$", text)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("quantity(self).isGreaterThan(quantity('1Gi'))", "2Gi"),
        ("url(self).getHostname() == 'a.example'", "https://a.example:8080/x?y=1"),
        ("ip(self).family() == 4 && cidr('10.0.0.0/8').containsIP(self)", "10.1.2.3"),
        ("!format.dns1123Label().validate(self).hasValue()", "a-b"),
        ("self.isSorted() && self.sum() == 6 && self.indexOf(3) == 2", [1, 2, 3]),
        ("self.find('[0-9]+') == '12' && self.findAll('[0-9]+') == ['12', '3']", "a12b3"),
        ("isSemver(self) && semver(self).isLessThan(semver('2.0.0'))", "2.0.0-rc.1"),
        ("sets.contains(self, ['a']) && self.lastIndexOf('a') == 1", ["b", "a"]),
    ],
)
def test_rules_may_call_what_kubernetes_adds_to_the_language(rule, value):
    assert holds(program_of(rule, UNTYPED), value, Budget())


def test_a_file_with_thousands_of_problems_shows_the_first_and_counts_the_rest():
    text = "---\n".join(["apiVersion: v1\nkind: Nonsense\n"] * 3_000)

    told = found(("a.yaml", text))

    assert 201 > len(told) > 50
    assert "MLS1011" in {each.code for each in told}
    assert any("more problems of this file" in each.message for each in told)


def test_no_error_is_hidden_by_a_thousand_warnings():
    words = "".join(f"  k{index}: on\n" for index in range(1_000))
    text = f"apiVersion: example.org/v1\nkind: A\nmetadata: {{name: a}}\nspec:\n{words}"

    told = found(("a.yaml", text + "---\nkind: Service\n"))

    assert "MLS1006" in {each.code for each in told}
    assert len(told) <= 201


def test_kinds_in_counts_are_short_and_move_no_cursor():
    text = 'apiVersion: v1\nkind: "\\e[31m' + "K" * 500 + '"\n'

    result = verify(read_manifests([SourceText("a.yaml", text.encode())]), Catalogue())

    (title,) = result.unchecked
    assert title.isprintable()
    assert len(title) <= 120
