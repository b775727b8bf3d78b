"""Settings in texts: every way in which people write them down."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.parsers._setting_texts import (
    clean,
    model_card,
    overrides,
    scalar,
    setting_words,
    settings_in,
)

BOTH = {"lr": 0.25, "bs": 8}


@pytest.mark.parametrize(
    "text",
    [
        '{"lr": 0.25, "bs": 8}',
        "```json\n{\"lr\": 0.25, 'bs': 8}\n```",
        "    lr: 0.25\n    bs: 8\n",
        "| key | value |\n|:--|--:|\n| `lr` | 0.25 |\n| bs | 8 |\n",
        "Namespace(lr=0.25, bs=8)",
        "------ Options ------\n   lr: 0.25   \t[default: 0.1]\n   bs: 8\n------ End ------",
        "--lr=0.25\n--bs=8",
        "- lr: 0.25\n- bs: 8",
    ],
)
def test_every_way_to_write_settings_is_read(text: str) -> None:
    assert settings_in(text) == BOTH


@pytest.mark.parametrize("text", ["", "We trained for a while.\nIt went well.", "[1, 2]", "{", "a"])
def test_prose_holds_no_settings(text: str) -> None:
    assert settings_in(text) == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 0.001), ("12", 12), ("True", True), ("none", None), ("adam", "adam"), ("1_0", "1_0")],
)
def test_a_text_is_the_value_it_writes(text: str, value: Any) -> None:
    assert scalar(text) == value


def test_overrides_of_hydra_are_settings() -> None:
    assert overrides(["lr=0.1", "+model.width=8", "~x", "db"]) == {"lr": 0.1, "model.width": 8}


def test_a_card_without_the_section_has_no_settings() -> None:
    assert model_card("# Model\n- lr: 0.1\n") == {}


@pytest.mark.parametrize(
    ("document", "settings"),
    [
        ({"lr": {"value": 0.1}, "_wandb": {"value": {}}, "wandb_version": 1}, {"lr": 0.1}),
        ({"config": {"args": {"lr": "1e-4"}}}, {"lr": 1e-4}),
        ({"optimizer": {"lr": 0.1}}, {"optimizer": {"lr": 0.1}}),
        ({"lr": 0.1, "user": "ada", "hostname": "h"}, {"lr": 0.1}),
    ],
)
def test_what_only_wraps_the_settings_is_taken_off(
    document: dict[str, Any], settings: dict[str, Any]
) -> None:
    assert clean(document) == settings


@pytest.mark.parametrize(
    ("name", "is_for_settings"),
    [("args", True), ("Run/hparams", True), ("model_config", True), ("train/loss", False)],
)
def test_a_tag_says_whether_it_is_for_settings(name: str, is_for_settings: bool) -> None:
    assert bool(setting_words(name)) is is_for_settings


@pytest.mark.parametrize(
    "text",
    [
        "python train.py --lr 0.1 --seed=3 --amp\n",
        "torchrun --lr 0.1 \\\n  --seed 3 train.py --amp\n",
        "--lr 0.1\n--seed 3\n--amp\n",
    ],
)
def test_the_flags_of_a_command_are_settings(text: str) -> None:
    assert settings_in(text) == {"lr": 0.1, "seed": 3, "amp": True}


def test_lines_cut_at_tabs_are_settings() -> None:
    assert settings_in("lr\t0.1\nseed\t3\n") == {"lr": 0.1, "seed": 3}
