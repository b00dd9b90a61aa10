from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.manifests.checks._expression import ExpressionError, Kind, parse_condition


@pytest.mark.parametrize(
    "text",
    [
        "result[0] < 0.01",
        "len(result) > 0 && !isNaN(result[0]) && result[0] < 0.01",
        "len(result) == 0 || isNaN(result[0]) || isInf(result[0])",
        "default(result, 0) < 0.05",
        "result == nil ? true : result[0] >= 0.95",
        "asFloat(result.p99) <= .5 and not isNil(result)",
        "all(result, # < 0.5)",
        "all(result, {# < 0.5 and #index >= 0})",
        "any(result, .value > 1e-3)",
        "none(result, len(.Text) > 2 or not (# == nil))",
        "count(result, {.ok}) == len(result)",
        "result | filter(# > 0) | len() > 3",
        "reduce(result, #acc + #, 0) < 10",
        "let first = result[0]; first > 0.9 && first <= 1",
        "result?.ok ?? false",
        "result[-1] not in [1, 2.5, 'a']",
        "result.name matches '^[a-z]+$' or result['a b'] startsWith \"x\"",
        "result[1:] == result[:2]",
        "{a: 1, 'b': 2}.a == 1 and result",
        "2 ** 3 ** 2 % 7 - -1 == 1_000 // a remark\n and result",
        "1..3 == result",
        "result",
        "(result)",
    ],
)
def test_what_the_evaluator_compiles_is_read(text):
    assert "result" in parse_condition(text).names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("result[0] <", "expected a value, found the end (column 12)"),
        ("", "expected a value, found the end (column 1)"),
        ("result[0 < 1", "expected `]`, found the end (column 13)"),
        ("results[0] < 1", "there is no `results`, did you mean `result`? (column 1)"),
        ("lenn(result) > 1", "there is no `lenn`, did you mean `len`? (column 1)"),
        ("result[0] = 1", "expected an operator, found `=` (column 11)"),
        ("result < 1 result", "expected an operator, found `result` (column 12)"),
        ("result < 'a", "`'` starts no word (column 10)"),
        ("result ? 1", "expected `:`, found the end (column 11)"),
        ("result not 1", "expected `in`, `contains` or another comparison, found `1` (column 12)"),
        ("result.", "expected a name, found the end (column 8)"),
        ("result | 3", "expected a function after `|` (column 10)"),
        ("# > 1", "expected a value, found `#` (column 1)"),
        ("let 1 = 2; result", "expected a name, found `1` (column 5)"),
        ("result @ 1", "`@` starts no word (column 8)"),
        ("(" * 70 + "result" + ")" * 70, "the expression is nested too deep (column 65)"),
        ("1 +" * 2000, "the expression has more than 4096 characters (column 4096)"),
    ],
)
def test_what_the_evaluator_refuses_is_refused_with_its_place(text, message):
    with pytest.raises(ExpressionError) as error:
        parse_condition(text)

    assert message == str(error.value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("result < 1", Kind.TRUTH),
        ("!result", Kind.TRUTH),
        ("isNaN(result)", Kind.TRUTH),
        ("result + 1", Kind.NUMBER),
        ("len(result)", Kind.NUMBER),
        ("'a' + result", Kind.TEXT),
        ("[result]", Kind.OTHER),
        ("result", Kind.UNKNOWN),
        ("result ? true : false", Kind.TRUTH),
        ("result ?? 1", Kind.UNKNOWN),
    ],
)
def test_the_kind_of_the_answer_is_known_where_it_can_be(text, kind):
    assert kind is parse_condition(text).kind


@given(st.text(alphabet="result[]()<>&|!?:.,#{} 0123'\"notinle=;", max_size=60) | st.text())
def test_any_text_is_read_or_refused(text):
    with suppress(ExpressionError):
        assert parse_condition(text).kind in Kind
