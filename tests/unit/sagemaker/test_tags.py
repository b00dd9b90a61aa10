"""Texts in tags of AWS: what goes in comes out, and AWS takes what goes in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sagemaker_double import require, shape_of

from mlspec.errors import RefusedError
from mlspec.sagemaker.tags import MOST_TAGS, keys_of, packed, unpacked

KEYS = st.sampled_from(["mlspec.op", "mlspec.env.prod", "mlspec.lock.ops.0", "mlspec.lock.ops.1"])
TEXTS = st.text(max_size=600) | st.text("=:0123456789ABCDEF/", max_size=40)


@settings(max_examples=50)
@given(st.dictionaries(KEYS, TEXTS, max_size=3))
def test_what_goes_in_comes_out_and_aws_takes_it(texts):
    tags = packed(texts)

    assert texts == unpacked(tags)
    for key, value in tags.items():
        require(shape_of("TagKey"), key)
        require(shape_of("TagValue"), value)
        require(shape_of("CustomerMetadataKey"), key)
        require(shape_of("CustomerMetadataValue"), value)


def test_what_people_look_for_is_readable():
    assert {"mlspec.version": "v1", "mlspec.op": "0123abcd-0001"} == packed(
        {"mlspec.version": "v1", "mlspec.op": "0123abcd-0001"}
    )
    assert {"mlspec.a": "=7B=22b=22:1=7D"} == packed({"mlspec.a": '{"b":1}'})


def test_a_text_that_is_not_whole_is_none():
    tags = packed({"mlspec.a": "x" * 600})
    assert ["mlspec.a", "mlspec.a/2", "mlspec.a/3"] == sorted(tags)

    for lost in ("mlspec.a", "mlspec.a/2", "mlspec.a/3"):
        assert {} == unpacked({key: each for key, each in tags.items() if key != lost})


def test_what_is_left_of_a_longer_text_is_not_read_and_is_deleted_with_it():
    tags = packed({"mlspec.a": "x" * 600}) | packed({"mlspec.a": "y"})

    assert {"mlspec.a": "y"} == unpacked(tags)
    assert ["mlspec.a", "mlspec.a/2", "mlspec.a/3"] == keys_of("mlspec.a", tags | {"other": "1"})


def test_tags_of_others_are_read_as_they_are():
    others = {"team": "a=3Db", "cost/2": "=2:x"}

    assert others == unpacked(others) == packed(others)


def test_more_than_fits_is_refused_before_it_is_sent():
    most = 248 * MOST_TAGS
    assert MOST_TAGS == len(packed({"mlspec.a": "x" * most}))

    with pytest.raises(RefusedError, match="takes 51 tags"):
        packed({"mlspec.a": "x" * (most + 1)})


@settings(max_examples=50)
@given(st.dictionaries(KEYS, st.text("=:0123456789ABCDEFmlspec/", max_size=12)))
def test_no_value_that_others_write_to_our_keys_breaks_reading(tags):
    assert {*unpacked(tags)} <= {*tags}
