"""One table is one table, whatever its bytes: rows of few values are told by all that they say."""

from __future__ import annotations

import math
import random
import struct
from collections import Counter

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.gates.test_data_drift import Windows

from mlspec import stats
from mlspec.api.profiles import ProfileRequest, make_profile, write_signed
from mlspec.evidence import Verdict
from mlspec.gates._same_rows import _chance, _closeness, same_outputs

SAME = (Verdict.NOT_EVALUATED, "same-data")
TOWNS, PLANS = "abcd", ("s", "m", "l", "")


def lines(count, seed, *, key="r"):
    """Return rows that no number tells apart: two categories and a yes or no."""
    noise = random.Random(seed)
    return [
        (f"{key}{place}", noise.choice("01"), noise.choice(TOWNS), noise.choice(PLANS))
        for place in range(count)
    ]


@pytest.fixture
def windows(tmp_path):
    made = Windows(tmp_path)
    made.header = ("id", "new", "town", "plan")
    write(made, "then.csv", lines(600, 1))
    write(made, "now.csv", lines(600, 2, key="s"))
    return made


def write(windows, file, rows, header=("id", "new", "town", "plan")):
    windows.write(file, rows, header)


def judged(windows, features=("new", "town", "plan")):
    found = windows.judge(0.4, features)
    return found.verdict, found.reason_code


def shuffled(rows):
    return random.Random(3).sample(rows, len(rows))


def test_another_sample_of_the_same_distribution_is_other_data(windows):
    assert (Verdict.PASS, "") == judged(windows)


@pytest.mark.parametrize("features", [("new", "town", "plan"), ("town", "plan"), ("town",)])
def test_rows_with_their_keys_are_the_same_in_any_order(windows, features):
    write(windows, "now.csv", shuffled(lines(600, 1)))

    assert SAME == judged(windows, features)


def test_rows_without_keys_are_the_same_where_chance_does_not_make_them_so(windows):
    rows = [each[1:] for each in lines(600, 1)]
    write(windows, "then.csv", rows, ("new", "town", "plan"))
    write(windows, "now.csv", shuffled(rows), ("new", "town", "plan"))

    assert SAME == judged(windows)


def test_equal_counts_of_two_values_are_no_proof(windows):
    rows = [(each,) for each in "ab" * 300]
    write(windows, "then.csv", rows, ("town",))
    write(windows, "now.csv", shuffled(rows), ("town",))

    assert (Verdict.PASS, "") == judged(windows, ("town",))


def test_other_keys_are_other_rows_however_alike_they_are(windows):
    alike = [(f"s{each[0]}", *each[1:]) for each in lines(600, 1)]
    write(windows, "now.csv", alike)

    assert (Verdict.PASS, "") == judged(windows)


def test_one_value_that_changed_makes_no_other_table(windows):
    rows = lines(600, 1)
    write(windows, "now.csv", [(rows[0][0], *rows[1][1:]), *rows[1:]])
    changed = rows[0][1:] != rows[1][1:]

    assert changed
    assert SAME == judged(windows)


@pytest.mark.parametrize("struck", [1, 3])
@pytest.mark.parametrize("keyed", [True, False])
def test_a_few_rows_that_were_struck_make_no_other_table(windows, struck, keyed):
    header = ("id", "new", "town", "plan")[not keyed :]
    for file, rows in (("then.csv", lines(600, 1)), ("now.csv", lines(600, 1)[struck:])):
        write(windows, file, [each[not keyed :] for each in rows], header)

    assert SAME == judged(windows)


def grades(count, seed, *, form=repr):
    """Return rows of few values that no number tells apart, among them shares of thirds."""
    noise = random.Random(seed)
    thirds = [form(each / 3) for each in range(7)]
    return [(noise.choice(thirds), noise.choice(TOWNS), noise.choice(PLANS)) for _ in range(count)]


def test_few_values_that_were_rounded_are_the_same_ones(windows):
    header = ("grade", "town", "plan")
    write(windows, "then.csv", grades(600, 1), header)
    write(windows, "now.csv", shuffled(grades(600, 1, form="{:.2f}".format)), header)
    rounded = judged(windows, header)
    write(windows, "now.csv", grades(600, 2, form="{:.2f}".format), header)

    assert SAME == rounded
    assert "same-data" != judged(windows, header)[1]


@given(seed=st.integers(0, 2**32), size=st.integers(60, 2000), kinds=st.integers(2, 40))
@settings(max_examples=60)
def test_two_samples_of_few_kinds_are_not_too_close(seed, size, kinds):
    noise = random.Random(seed)
    counts = [Counter(noise.randrange(kinds) for _ in range(size)) for _ in range(2)]
    names = sorted({*counts[0], *counts[1]})

    assert _closeness(*([each[name] for name in names] for each in counts)) > 1e-6


# --- profiles ---


def profiled(windows, rows, file, *, like=None):
    """Write a table, and its profile in the bins of another one."""
    write(windows, f"{file}.csv", rows, ("x", "y"))
    table = str(windows.root / f"{file}.csv")
    bins = None if like is None else windows.root / f"{like}.json"
    made = make_profile(ProfileRequest(table, reference=bins))
    write_signed(windows.root / f"{file}.json", made, None)
    return {"name": file, "file": f"{file}.json", "format": "profile"}


def told(windows, rows):
    then = profiled(windows, pairs_of(3), "then")
    windows.sources = [then, profiled(windows, rows, "now", like="then")]
    return windows.judge(0.4, ["x", "y"]).reason_code


def pairs_of(seed, size=3000, *, form="{!r}"):
    noise = random.Random(seed)
    values = [(noise.gauss(0, 1), noise.lognormvariate(0, 1)) for _ in range(size)]
    return [tuple(map(form.format, each)) for each in values]


@pytest.mark.parametrize("form", ["{!r}", "{:.6f}", "{:.4f}", "{:.3f}"])
def test_a_profile_of_rounded_rows_is_the_same_data(windows, form):
    assert "same-data" == told(windows, pairs_of(3, form=form))


@pytest.mark.parametrize("seed", range(4, 10))
def test_a_profile_of_another_sample_is_other_data(windows, seed):
    assert "" == told(windows, pairs_of(seed))


def test_the_format_of_a_file_does_not_matter(windows):
    table = pc.read_csv(windows.root / "then.csv")
    pq.write_table(pa.Table.from_batches(table.to_batches()), windows.root / "now.parquet")
    windows.sources[1] = {"name": "now", "file": "now.parquet"}

    found = windows.judge(0.4, ["town"])

    assert "same-data" == found.reason_code


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.2, 0.3, 0.5), (0.25,) * 4])
def test_the_chance_is_that_of_two_samples(shares):
    """Simulated: how often two samples of 60 rows have the same counts."""
    noise = random.Random(9)
    kinds = range(len(shares))

    def sample():
        counted = Counter(noise.choices(kinds, shares, k=60))
        return tuple(counted[each] for each in kinds)

    hits = sum(sample() == sample() for _ in range(6000)) / 6000
    expected = _chance([round(60 * each) for each in shares])

    assert math.isclose(hits, expected, rel_tol=0.35)


@given(st.lists(st.integers(0, 500), max_size=30))
def test_a_chance_is_a_share(counts):
    assert 0 <= _chance(counts) <= 1


@given(st.lists(st.integers(5, 500), min_size=2, max_size=30))
def test_more_rows_agree_less_often_by_chance(counts):
    assert _chance([4 * each for each in counts]) <= _chance(counts)


# --- numbers that are a copy, but not to the last digit ---


def single(value):
    """Return a number as 32 bits hold it."""
    return struct.unpack("f", struct.pack("f", value))[0]


SHAPES = {
    "normal": lambda noise: noise.gauss(0, 1),
    "uniform": lambda noise: noise.random(),
    "long tail": lambda noise: noise.lognormvariate(0, 2),
    "far from 0": lambda noise: noise.gauss(5e4, 100),
}
COPIES = {
    "32 bits": single,
    "six digits": lambda value: float(f"{value:.6f}"),
    "a little more": lambda value: value + 1e-9,
}


def sample(shape, seed, size=2000):
    noise = random.Random(seed)
    return stats.vector([SHAPES[shape](noise) for _ in range(size)])


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("shape", SHAPES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=5)
def test_a_copy_with_fewer_digits_is_the_same_rows(shape, copy, seed):
    values = sample(shape, seed)
    copied = stats.vector([copy(each) for each in shuffled(values.tolist())])

    assert "same-data" == same_outputs(values, copied).code
    assert "same-data" == same_outputs(copied, values).code


@pytest.mark.parametrize("size", [30, 200, 2000, 6000])
@pytest.mark.parametrize("shape", SHAPES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=5)
def test_two_samples_of_one_distribution_are_never_the_same_rows(shape, size, seed):
    assert same_outputs(sample(shape, seed, size), sample(shape, seed + 1, size)) is None


@given(seed=st.integers(0, 2**32), digits=st.integers(0, 6), size=st.integers(30, 3000))
@settings(max_examples=40)
def test_values_of_few_digits_are_not_taken_for_others(seed, digits, size):
    ours, theirs = (
        stats.vector([round(each, digits) for each in sample("normal", seed + place, size)])
        for place in (0, 1)
    )

    assert same_outputs(ours, theirs) is None


def test_drift_is_not_measured_between_a_table_and_its_copy_of_six_digits(windows):
    values = sample("normal", 7, 3000).tolist()
    for file, form in (("then.csv", "{!r}"), ("now.csv", "{:.6f}")):
        write(windows, file, [(form.format(each),) for each in values], ("x",))

    assert SAME == judged(windows, ["x"])
