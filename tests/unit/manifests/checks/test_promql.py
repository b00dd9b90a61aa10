import pytest

from mlspec.manifests.checks._promql import averages_ratios, metric_names, query_fault


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sum(rate(a[5m])) / sum(rate(b[5m])) > 0.1", {"a", "b"}),
        ('{__name__="a", job="x"} offset 5m', {"a"}),
        ('{__name__=~"a.*"}', set()),
        ("max_over_time((a - b)[1h:5m]) unless on (x) c", {"a", "b", "c"}),
        ("topk(5, a) or vector(0)", {"a"}),
        ('a{model="{{args.model}}"}[{{ interval }}]', set()),
        ('rate(a{model="{{args.model}}"}[{{ interval }}])', {"a"}),
        ("sum(", set()),
        ("{{args.query}}", set()),
        ("-" * 19000 + "a", set()),
    ],
)
def test_the_metrics_of_a_query_are_those_it_reads_by_name(query, names):
    assert names == metric_names(query)


@pytest.mark.parametrize(
    ("query", "is_fault"),
    [
        ("sum(rate(a[5m]))", False),
        ("sum(rate(a[5m])", True),
        ("{{args.query}}", False),
        ('sum(rate(a{m="{{args.m}}"}[{{interval}}]))', False),
        ('sum(rate(a{m="{{args.m}}"}[{{interval}}])', True),
        ("(" * 9000 + "a" + ")" * 9000, True),
    ],
)
def test_a_query_that_does_not_parse_is_a_fault_and_a_placeholder_is_none(query, is_fault):
    assert is_fault == (query_fault(query) is not None)


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("avg(rate(a[5m]) / rate(b[5m]))", True),
        ("avg by (x) ((a / b)) > 1", True),
        ("avg(a) / avg(b)", False),
        ("sum(a) / sum(b)", False),
    ],
)
def test_an_average_of_quotients_is_seen(query, answer):
    assert answer is averages_ratios(query)
