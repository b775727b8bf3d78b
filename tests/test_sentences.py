"""Counts that read like speech, in sentences of both languages."""

from __future__ import annotations

import pytest

from analyzer.sentences import PLAIN, SentenceFormatter


@pytest.mark.parametrize(
    ("points", "files", "expected"),
    [
        (0, 0, "0 points from 0 files"),
        (1, 1, "1 point from 1 file"),
        (320, 2, "320 points from 2 files"),
        (None, 1, "? points from 1 file"),
    ],
)
def test_a_count_takes_the_form_of_its_number(points, files, expected):
    sentence = "{points:count # point|# points} from {files:count # file|# files}"
    assert PLAIN.format(sentence, points=points, files=files) == expected


def test_none_may_have_a_form_of_its_own():
    sentence = "{left:count all were read|# was left|# were left}"
    found = [PLAIN.format(sentence, left=left) for left in (0, 1, 2)]
    assert found == ["all were read", "1 was left", "2 were left"]


def test_the_number_of_a_count_is_written_as_the_language_writes_integers():
    formatter = SentenceFormatter({"integer": lambda value: f"{value:,}"})
    assert formatter.format("{points:count # point|# points}", points=12345) == "12,345 points"


def test_other_specs_are_those_of_python():
    assert PLAIN.format("{share:.1f} of {name}", share=0.25, name="#") == "0.2 of #"
