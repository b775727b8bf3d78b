"""Settings of a W&B run: updates of a nested dict, the summary, and the file beside the log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analyzer.parsers._base import LogFile
from analyzer.parsers._json import Unreadable
from analyzer.parsers._wandb_config import fold, last_values, read_config
from analyzer.parsers._wandb_items import Item
from analyzer.parsers._wandb_records import Update


def update(*items: tuple[str, Any], removed: tuple[str, ...] = ()) -> Update:
    """Return an update; a dot in a name separates the parts of its path."""
    return Update(
        "config",
        tuple(Item(tuple(name.split(".")), value) for name, value in items),
        tuple(tuple(name.split(".")) for name in removed),
    )


def folded(*updates: Update) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for each in updates:
        fold(each, values)
    return values


def test_later_values_replace_earlier_ones_at_their_path_only() -> None:
    values = folded(
        update(("opt.lr", 0.1), ("opt.name", "sgd"), ("batch", 8)), update(("opt.lr", 0.2))
    )
    assert values == {"opt": {"lr": 0.2, "name": "sgd"}, "batch": 8}


def test_a_value_is_removed_by_its_path_and_its_neighbours_stay() -> None:
    values = folded(update(("opt.lr", 0.1), ("opt.name", "sgd"), ("b", 1)))
    fold(update(removed=("opt.lr", "b", "never.there")), values)
    assert values["opt"] == {"name": "sgd"}
    assert "b" not in values


def test_a_value_is_removed_before_one_is_set_in_the_same_update() -> None:
    values = folded(update(("a", 1)), update(("a", 2), removed=("a",)))
    assert values == {"a": 2}


def test_a_number_gives_way_to_a_dict_of_its_name() -> None:
    assert folded(update(("opt", 1)), update(("opt.lr", 2))) == {"opt": {"lr": 2}}


def test_a_value_that_cannot_be_read_is_shown_as_cut() -> None:
    assert folded(update(("a", Unreadable))) == {"a": "..."}


def test_the_summary_has_its_numbers_under_their_path() -> None:
    summary = {
        "loss": 0.5,
        "best": {"acc": 1, "note": "x"},
        "hist": {"_type": "histogram", "size": 3},
        "_wandb": {"runtime": 9},
        "done": None,
    }
    assert last_values(summary) == {"loss": 0.5, "best.acc": 1}


def config_file(folder: Path, text: str, name: str = "config.yaml") -> LogFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return LogFile(path, Path(name), name, path.stat().st_size)


NESTED = """
wandb_version: 1
_wandb:
  value: {cli_version: 0.16}
lr:
  desc: null
  value: 0.25
opt:
  value:
    name: adam
"""


def test_the_file_beside_a_log_fills_what_the_log_lacks(tmp_path: Path) -> None:
    found = read_config({"lr": 0.5, "batch": 8}, [config_file(tmp_path, NESTED)])
    assert found.settings == {"lr": 0.5, "batch": 8, "opt": {"name": "adam"}}
    assert found.issues == []


def test_entries_without_a_value_are_not_settings(tmp_path: Path) -> None:
    found = read_config({}, [config_file(tmp_path, "a: 1\nb: [1]\nc: {desc: x}\nd: {value: 0}\n")])
    assert found.settings == {"d": 0}


@pytest.mark.parametrize("text", ["- 1\n- 2\n", "just words\n", ""])
def test_a_file_of_another_shape_gives_nothing(tmp_path: Path, text: str) -> None:
    assert read_config({"lr": 1}, [config_file(tmp_path, text)]).settings == {"lr": 1}


def test_a_file_that_cannot_be_read_is_a_note_and_the_logged_settings_stay(tmp_path: Path) -> None:
    torn = config_file(tmp_path, "lr: {value: [1, 2\n")
    found = read_config({"lr": 1}, [torn])
    assert found.settings == {"lr": 1}
    (issue,) = found.issues
    assert (issue.severity, issue.source) == ("info", "config.yaml")


def test_what_wandb_keeps_for_itself_is_not_a_setting() -> None:
    assert read_config({"_wandb": {"cli": 1}, "lr": 1}, []).settings == {"lr": 1}
