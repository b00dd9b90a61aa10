"""Each code comes with two examples: the one that `mlspec explain` shows as bad gives it, the
other gives no error at all.
"""

import pytest

from mlspec.diagnostics import Severity
from mlspec.manifests._semantic import check_codes, find_problems, load_checks

CODES = check_codes()


@pytest.mark.parametrize("entry", CODES, ids=lambda entry: f"{entry.code}-{entry.name}")
def test_the_bad_example_gives_the_code(entry, read):
    told = find_problems(read(entry.bad))

    assert entry.code in {each.code for each in told}


@pytest.mark.parametrize("entry", CODES, ids=lambda entry: f"{entry.code}-{entry.name}")
def test_the_good_example_gives_no_error_and_not_the_code(entry, read):
    told = find_problems(read(entry.good))

    assert not [each for each in told if each.severity is Severity.ERROR]
    assert entry.code not in {each.code for each in told}


def test_codes_lie_in_their_range_and_are_told_once():
    codes = [entry.code for check in load_checks() for entry in check.codes]

    assert len(set(codes)) == len(codes)
    ranges = (("MLS1100", "MLS1299"), ("MLS1320", "MLS1359"))
    assert all(any(first <= code <= last for first, last in ranges) for code in codes)


@pytest.mark.parametrize("entry", CODES, ids=lambda entry: entry.code)
def test_summaries_are_one_sentence_and_reasons_end_in_a_full_stop(entry):
    assert entry.summary.endswith(".")
    assert entry.why.endswith(".")
    assert "\n" not in entry.summary
