"""Settings of several sources: the first wins, and a contradiction is told."""

from __future__ import annotations

from analyzer.reading.setting_columns import SettingColumns
from analyzer.reading.setting_merge import completed

NONE = SettingColumns({}, {})
PAIR = (("a", 1), ("b", 2))


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
    assert issue.key == "several_settings_differ"
    shown = {str(issue.values["name"]), str(issue.values["others"])}
    assert shown == {"lr", "batch_size"}
    assert "the others are" in str(issue)


def test_of_many_settings_that_differ_a_few_are_named() -> None:
    documents = [(f"{name}.json", {f"s{n}": n + shift for n in range(9)}) for name, shift in PAIR]
    (issue,) = completed({}, documents, NONE, "log").issues
    assert issue.values["count"] == 9
    assert len(str(issue.values["others"]).split(", ")) == 6
    assert str(issue.values["others"]).endswith(", ...")


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
