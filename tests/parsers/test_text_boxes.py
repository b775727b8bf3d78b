"""Boxes of loggers of reinforcement learning, in the shapes of their writers."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from analyzer.model.run import Run
from analyzer.parsers import _text_lines
from analyzer.parsers._text_boxes import joined, whole_boxes
from analyzer.parsers._text_lines import text_chunks
from analyzer.reading.load import load

LINE = "-" * 38


def box(step: int, reward: float, loss: float) -> str:
    """Return a box as Stable-Baselines3 2.9 prints it: the step stands in its middle."""
    rows = [
        "| rollout/              |            |",
        f"|    ep_rew_mean        | {reward:<10.3g} |",
        "| time/                 |            |",
        f"|    fps                | {900 + step % 7:<10} |",
        f"|    total_timesteps    | {step:<10} |",
        "| train/                |            |",
        f"|    learning_rate      | {0.0007:<10} |",
        f"|    policy_loss        | {loss:<10.3g} |",
    ]
    return "\n".join([LINE, *rows, LINE])


def test_a_box_becomes_one_printed_dict() -> None:
    text = f"{LINE}\n| train/ |   |\n|    loss | 0.5 |\n|  x  | 1e-05 |\n| run | abc |\n{LINE}\n"
    assert joined(b"a\n" + text.encode()) == b"a\n{'train/loss': 0.5, 'train/x': 1e-05}\n"


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n| c | 1 |\n| d | 2 |\n",  # Markdown
        f"{LINE}\n| a | b | 3 |\n| d | e | 4 |\n{LINE}\n",  # a table
        f"{LINE}\n| a | 1 |\n| b | 2 |\n",  # not closed
        "a | 1\nb | 2\n",
    ],
)
def test_what_is_no_box_stays_as_it_is(text: str) -> None:
    assert joined(text.encode()) == text.encode()


def test_the_reward_and_the_losses_stand_at_the_step_of_their_box(tmp_path: Path) -> None:
    boxes = [box(25 * at, 20.0 + 3 * at, 2 / at) for at in range(1, 9)]
    (tmp_path / "train.log").write_text("Using cpu device\n" + "\n".join(boxes) + "\n")
    (run,) = load(tmp_path)
    curves = {series.metric: series for series in run.series}
    assert curves["rollout/ep_rew_mean"].step.tolist() == [25 * at for at in range(1, 9)]
    assert curves["rollout/ep_rew_mean"].value[[0, -1]].tolist() == [23.0, 44.0]
    assert curves["train/policy_loss"].step.tolist() == [25 * at for at in range(1, 9)]
    assert curves["lr"].value.tolist() == [0.0007] * 8


def test_an_evaluation_before_its_box_has_its_own_step(tmp_path: Path) -> None:
    text = ""
    for at in range(1, 8):
        text += f"Eval num_timesteps={500 * at}, episode_reward={40.5 + at:.2f} +/- 8.50\n"
        text += f"Episode length: {40.5 + at:.2f} +/- 8.50\n{box(500 * at, 30.0 + at, 0.5)}\n"
    (tmp_path / "train.log").write_text(text)
    (run,) = load(tmp_path)
    found = {series.tag: series for series in run.series}
    assert found["episode_reward"].split == "val"
    assert found["episode_reward"].step.tolist() == [500 * at for at in range(1, 8)]


def test_a_chunk_ends_before_an_open_box(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"a\n{box(25, 20.0, 2.0)}\nb\n{box(50, 21.0, 1.5)}\n".encode()
    whole = joined(text)
    for size in (40, 97, 211):
        monkeypatch.setattr(_text_lines, "CHUNK", size)
        assert b"".join(text_chunks(io.BytesIO(text))) == whole


def test_lines_without_a_box_are_whole() -> None:
    for text in (b"", b"a\n", b"| a | 1 |\n", f"{LINE}\na\n".encode()):
        assert whole_boxes(text) == len(text)


def monitor(folder: Path, first: str) -> Run:
    lines = [first, "r,l,t", *(f"{10.0 + at},{10 + at},{0.1 * at:.4f}" for at in range(20))]
    (folder / "0.monitor.csv").write_text("\n".join(lines) + "\n")
    (run,) = load(folder)
    return run


def test_a_monitor_counts_the_steps_of_its_episodes(tmp_path: Path) -> None:
    run = monitor(tmp_path, '#{"t_start": 1700000000.5, "env_id": "CartPole-v1"}')
    (reward,) = [series for series in run.series if series.metric == "episode_reward"]
    assert reward.value[:3].tolist() == [10.0, 11.0, 12.0]
    assert reward.step.tolist() == np.cumsum(np.arange(10, 30)).tolist()
    assert {series.metric for series in run.series} == {"episode_reward", "episode_length"}


def test_r_l_and_t_alone_are_no_monitor(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no recognised loss"):
        monitor(tmp_path, "# pupil, left and right")
