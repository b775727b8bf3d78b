"""Entries that have not the form of the others are counted and the first is named."""

from __future__ import annotations

from analyzer.parsers._odd_entries import odd_entries, odd_keys


def test_a_list_of_objects_has_none() -> None:
    assert odd_entries([{}, {"loss": 1}], "log") == ()
    assert odd_keys({"1": {}}) == ()


def test_numbers_texts_and_null_are_counted_and_the_first_is_named() -> None:
    (found,) = odd_entries([{}, 7, "text", {}, None], "log_history")
    assert (found.count, found.place) == (3, "log_history[1]")
    assert str(found.issue("a.json", 20)) == (
        "a.json: 3 entries do not have the form of the others and were skipped, the first is "
        "log_history[1]; 20 points kept. Fix or remove those entries."
    )


def test_an_object_names_the_key_of_the_first() -> None:
    (found,) = odd_keys({"1": {}, "2": None})
    issue = found.issue("a.json", 1, 12)
    assert (found.count, found.place, issue.position) == (1, "[2]", 12)


def test_another_form_may_be_asked_for() -> None:
    (found,) = odd_entries([[1, 2], [1]], "data", lambda row: len(row) == 2)
    assert (found.count, found.place) == (1, "data[1]")
