"""Settings of several sources: the first wins, and a contradiction is told."""

from __future__ import annotations

from analyzer.reading.setting_columns import SettingColumns
from analyzer.reading.setting_merge import completed

NONE = SettingColumns({}, {})


def test_gaps_are_filled_at_every_depth() -> None:
    found = completed(
        {"model": {"width": 8}}, [("a.json", {"model": {"depth": 2}, "lr": 0.1})], NONE, "log"
    )
    assert found.config == {"model": {"width": 8, "depth": 2}, "lr": 0.1}
    assert found.issues == []


def test_of_two_files_the_first_wins_and_the_second_is_told() -> None:
    documents = [("a.json", {"lr": 0.1, "bs": 8}), ("b.yaml", {"lr": 0.2, "bs": 4})]
    found = completed({}, documents, NONE, "log")
    assert found.config == {"lr": 0.1, "bs": 8}
    (issue,) = found.issues
    assert (issue.source, issue.values["count"], issue.values["other"]) == ("b.yaml", 2, "a.json")


def test_a_setting_is_the_same_under_its_other_name() -> None:
    columns = SettingColumns({"lr": 0.05}, {})
    found = completed({}, [("a.json", {"learning_rate": 0.1})], columns, "log.csv")
    assert found.config == {"learning_rate": 0.05}
    assert [issue.key for issue in found.issues] == ["settings_differ"]


def test_what_agrees_is_not_told() -> None:
    columns = SettingColumns({"lr": 0.1}, {})
    found = completed({}, [("a.json", {"optimizer": {"lr": "1e-1"}})], columns, "log.csv")
    assert (found.config, found.issues) == ({"optimizer": {"lr": "1e-1"}}, [])


def test_the_start_of_a_schedule_only_fills_a_gap() -> None:
    columns = SettingColumns({}, {"lr": 0.09})
    assert completed({}, [], columns, "log").config == {"lr": 0.09}
    assert completed({"base_lr": 0.1}, [], columns, "log").config == {"base_lr": 0.1}


def test_a_seed_alone_in_a_column_makes_no_repeats() -> None:
    columns = SettingColumns({"seed": 3}, {})
    assert completed({}, [], columns, "log").config == {}
    assert completed({"lr": 0.1}, [], columns, "log").config == {"lr": 0.1, "seed": 3}
