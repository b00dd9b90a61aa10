"""What Kubernetes adds to the language, by the examples of its own documentation.

https://kubernetes.io/docs/reference/using-api/cel/
"""

from __future__ import annotations

import pytest

from mlspec.cel import KUBERNETES, Environment, EvaluationError, Program, compile_expression

RULES = Environment({}, libraries=KUBERNETES)


def evaluate(text):
    program = compile_expression(text, RULES)
    assert isinstance(program, Program), [str(each) for each in program]
    return program.evaluate({})


TRUE = (
    # time, where cel-go and the specification differ
    "duration('1h0.5s').getMilliseconds() == 3600500",
    "duration('-1.5s').getMilliseconds() == -1500",
    # lists
    "['a', 'b', 'b', 'c'].isSorted()",
    "[2.0, 3.5].isSorted() && ![2, 1].isSorted() && [].isSorted() && [1].isSorted()",
    "[duration('1s'), duration('2s')].isSorted() && [false, true].isSorted()",
    "[1, 3].sum() == 4 && [1.0, 3.0].sum() == 4.0 && [1u, 3u].sum() == 4u",
    "[duration('1m'), duration('1s')].sum() == duration('61s')",
    "[].sum() == 0",
    "[1, 3].min() == 1 && [1, 3].max() == 3 && ['b', 'a'].min() == 'a'",
    "[1, 2, 2, 3].indexOf(2) == 1 && ['a', 'b', 'b', 'c'].lastIndexOf('b') == 2",
    "[1.0].indexOf(1.1) == -1 && ['string'].indexOf('string') == 0",
    # sets
    "sets.contains([1, 2], [1]) && sets.contains([1], [1, 1]) && sets.contains([], [])",
    "!sets.contains([1], [2]) && sets.contains([1, 2.0, 3u], [1.0, 2u, 3])",
    "sets.equivalent([1], [1, 1]) && sets.equivalent([3, 2, 1], [1, 2, 3])",
    "sets.intersects([1], [1, 2]) && !sets.intersects([1], [])",
    # patterns
    "'abc 123'.find('[0-9]+') == '123' && 'abc'.find('[0-9]+') == ''",
    "'123 abc 456'.findAll('[0-9]+') == ['123', '456']",
    "'123 abc 456'.findAll('[0-9]+', 1) == ['123'] && 'a'.findAll('a', 0) == []",
    "'aaa'.findAll('a*') == ['aaa'] || 'aaa'.findAll('a*') == ['aaa', '']",
    # URLs
    "isURL('https://user:pass@example.com:80/path?query=val#fragment')",
    "isURL('/absolute-path') && !isURL('../relative') && !isURL('https://a:b:c/')",
    "!isURL('relative') && !isURL('') && !isURL('https://a/%zz') && isURL('mailto:a@b.example')",
    "url('https://example.com:80/').getHost() == 'example.com:80'",
    "url('/path').getHost() == '' && url('/path').getPort() == '' && url('/p').getScheme() == ''",
    "url('https://[::1]:80/').getHost() == '[::1]:80'",
    "url('https://[::1]:80/').getHostname() == '::1'",
    "url('https://example.com:80/').getHostname() == 'example.com'",
    "url('https://example.com:80/').getPort() == '80' && url('https://a/').getPort() == ''",
    "url('https://example.com/path').getScheme() == 'https'",
    "url('https://example.com/path').getEscapedPath() == '/path'",
    "url('https://example.com/with space/').getEscapedPath() == '/with%20space/'",
    "url('https://example.com/path?k1=a&k2=b&k2=c').getQuery()['k2'] == ['b', 'c']",
    "url('https://example.com/path?key with spaces=v').getQuery() == {'key with spaces': ['v']}",
    "url('https://example.com/path?').getQuery() == {} && url('/p').getQuery() == {}",
    # addresses
    "isIP('127.0.0.1') && isIP('::1') && !isIP('127.0.0.256') && !isIP(':::1')",
    "ip.isCanonical('2001:db8::abcd') && !ip.isCanonical('2001:0DB8::ABCD')",
    "ip('192.168.0.1').isGlobalUnicast() && !ip('224.0.0.1').isGlobalUnicast()",
    "ip('169.254.1.1').isLinkLocalUnicast() && ip('ff02::1').isLinkLocalMulticast()",
    "isCIDR('192.168.0.0/16') && !isCIDR('192.168.0.0/33') && !isCIDR('192.168.0.0/016')",
    "cidr('192.168.0.0/24').containsIP(ip('192.168.0.1'))",
    "!cidr('192.168.0.0/24').containsIP('192.168.1.1')",
    "cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24')",
    "cidr('192.168.1.0/24').masked() == cidr('192.168.1.7/24').masked()",
    "cidr('::1/128').ip() == ip('::1') && cidr('::/48').prefixLength() == 48",
    "string(cidr('192.168.0.0/16')) == '192.168.0.0/16' && string(ip('::1')) == '::1'",
    # quantities
    "isQuantity('1.3Gi') && !isQuantity('1.3GiB') && isQuantity('10000k') && !isQuantity('200K')",
    "isQuantity('Three') == false && !isQuantity('Mi') && isQuantity('-1') && isQuantity('1e3')",
    "quantity('50000000G').isInteger() == quantity('5e16').isInteger()",
    "quantity('50k').asInteger() == 50000 && !quantity('1.5').isInteger()",
    "!quantity('9999999999999999999999999999999999999G').isInteger()",
    "quantity('50.703M').asApproximateFloat() == 50703000.0",
    "quantity('50M').isLessThan(quantity('100Mi')) && quantity('50Mi') == quantity('52428800')",
    "quantity('200M').compareTo(quantity('0.2G')) == 0",
    "quantity('150Mi').isGreaterThan(quantity('100Mi')) && quantity('-1').sign() == -1",
    "quantity('50k').add(20) == quantity('50020') && quantity('50k').sub(20000) == quantity('30k')",
    "quantity('50k').add(quantity('20')).isLessThan(quantity('50100'))",
    "quantity('1m').compareTo(quantity('0.001')) == 0 && quantity('1n').sign() == 1",
    # versions
    "isSemver('1.0.0') && !isSemver('hello') && !isSemver('v1.0') && !isSemver('1.0')",
    "semver('1.2.3').compareTo(semver('1.2.3')) == 0",
    "semver('1.2.3').compareTo(semver('2.0.0')) == -1",
    "semver('1.0.0').isGreaterThan(semver('0.9.9'))",
    "semver('1.0.0-rc.1').isLessThan(semver('1.0.0'))",
    "semver('1.0.0-2').isLessThan(semver('1.0.0-10'))",
    "semver('1.0.0-1').isLessThan(semver('1.0.0-a'))",
    "semver('1.0.0-a').isLessThan(semver('1.0.0-a.1'))",
    "semver('1.2.3').major() == 1 && semver('1.2.3').minor() == 2 && semver('1.2.3').patch() == 3",
    # formats
    "!format.dns1123Label().validate('my-label-name').hasValue()",
    "format.dns1123Label().validate('My_Label').hasValue()",
    "!format.dns1123Subdomain().validate('apiextensions.k8s.io').hasValue()",
    "!format.dns1123LabelPrefix().validate('my-label-').hasValue()",
    "format.dns1035Label().validate('1a').hasValue()",
    "!format.qualifiedName().validate('example.com/name').hasValue()",
    "format.qualifiedName().validate('a/b/c').hasValue()",
    "format.qualifiedName().validate('/a').hasValue()",
    "!format.labelValue().validate('').hasValue() && format.labelValue().validate('-').hasValue()",
    "!format.uri().validate('http://example.com').hasValue()",
    "!format.uuid().validate('123e4567-e89b-12d3-a456-426614174000').hasValue()",
    "!format.byte().validate('aGVsbG8=').hasValue() && format.byte().validate('@').hasValue()",
    "!format.date().validate('2021-01-01').hasValue()",
    "format.date().validate('2021-02-30').hasValue()",
    "!format.datetime().validate('2021-01-01T00:00:00Z').hasValue()",
    "format.named('dns1123Label').hasValue() && !format.named('none').hasValue()",
    "format.dns1123Label().validate('a'.replace('a', 'aaaaaaaaaaaaaaaa')).hasValue() == false",
)


@pytest.mark.parametrize("text", TRUE)
def test_an_example_of_the_documentation_holds(text):
    assert evaluate(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "[].min()",
        "[].max()",
        "['a', 'b'].sum()",
        "[true].sum()",
        "[[1]].isSorted()",
        "[9223372036854775807, 1].sum()",
        "url('../relative')",
        "url('https://a b/')",
        "url('https://a:port/')",
        "url('a\\nb')",
        "ip('1.2.3')",
        "cidr('1.2.3.4')",
        "cidr('1.2.3.4/-1')",
        "quantity('1..5')",
        "quantity('')",
        "quantity('1.5').asInteger()",
        "quantity('1e30').asInteger()",
        "semver('01.0.0')",
        "semver('1.0.0-01')",
    ],
)
def test_what_is_none_of_its_kind_is_an_error(text):
    with pytest.raises(EvaluationError):
        evaluate(text)


def test_the_host_of_a_url_has_no_user_in_it():
    assert "example.com" == evaluate("url('https://user:secret@example.com/').getHost()")
