import pytest

from mlspec.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("prêt à porter: 'é'", "prêt à porter: 'é'"),
        ("a\nb", "a\\nb"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\u202eb", "a\\u202eb"),
        ("\udcff", "\\udcff"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_what_can_not_be_seen_is_escaped_and_the_rest_is_as_it_was(text, shown):
    assert printable(text) == shown
