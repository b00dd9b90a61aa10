from __future__ import annotations

import pytest

from mlspec.evidence import (
    FileContent,
    Layout,
    Reason,
    Rows,
    join_champion,
    join_labels,
    read_predictions,
)


def table(text, name="predictions"):
    return read_predictions(
        FileContent(name, f"{name}.csv", text.encode(), f"sha256:{name}"), Layout()
    )


CHALLENGER = "id,label,score\na,1,0.9\nb,0,0.1\nc,1,0.6\n"


def test_labels_of_another_file_are_joined_by_key_whatever_the_order():
    scores = table("id,score\nb,0.1\nc,0.6\na,0.9\n")
    labels = table("id,label\na,1\nb,0\nc,1\n", "labels")

    found = join_labels(scores, labels)

    assert isinstance(found, Rows)
    assert ("b", "c", "a") == found.keys
    assert [0.0, 1.0, 1.0] == found.labels.tolist()
    assert [0.1, 0.6, 0.9] == found.scores.tolist()
    assert ("sha256:predictions", "sha256:labels") == found.digests


def test_the_champion_is_brought_into_the_order_of_the_challenger():
    challenger = table(CHALLENGER)
    champion = table("id,score\nc,0.3\na,0.1\nb,0.2\n", "champion")

    found = join_champion(champion, challenger, join_labels(challenger))

    assert [0.1, 0.2, 0.3] == found.scores.tolist()
    assert [1.0, 0.0, 1.0] == found.labels.tolist()


@pytest.mark.parametrize(
    ("champion", "sentence"),
    [
        ("id,score\na,0.1\nb,0.2\n", "`champion.csv` lacks 1 key, such as `c`"),
        ("id,score\na,0.1\nb,0.2\nc,0.3\nd,0.4\n", "`predictions.csv` lacks 1 key, such as `d`"),
        ("id,score\na,0.1\nb,0.2\nd,0.3\n", "`champion.csv` lacks 1 key, such as `c`"),
    ],
)
def test_another_set_of_rows_is_refused(champion, sentence):
    challenger = table(CHALLENGER)

    found = join_champion(table(champion, "champion"), challenger, join_labels(challenger))

    assert Reason("row-set-mismatch", sentence) == found


def test_labels_for_a_part_of_the_rows_are_refused():
    found = join_labels(table(CHALLENGER), table("id,label\na,1\nb,0\n", "labels"))

    assert "row-set-mismatch" == found.code


def test_labels_that_differ_between_files_are_refused():
    challenger = table(CHALLENGER)
    other = "id,label,score\nc,1,0.3\na,1,0.1\nb,1,0.2\n"

    champion = join_champion(table(other, "champion"), challenger, join_labels(challenger))
    labels = join_labels(challenger, table(other, "labels"))

    assert "label-mismatch" == champion.code == labels.code
    assert "different labels for 1 key" in champion.sentence


def test_unreadable_labels_of_the_champion_are_refused():
    challenger = table(CHALLENGER)
    champion = table("id,label,score\na,x,0.3\nb,0,0.1\nc,1,0.2\n", "champion")

    assert "not-a-number" == join_champion(champion, challenger, join_labels(challenger)).code
