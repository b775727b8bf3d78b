"""The places of printed numbers."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from analyzer.parsers._text_rows import Column, columns_of, rows_of
from analyzer.parsers._text_scan import scan_text
from tests.parsers.lines import read


def placed(text: str, mapped: Set[str] = frozenset()) -> dict[str, Column]:
    columns = scan_text([text.encode()], mapped)
    found = columns_of(columns, rows_of(columns, mapped), mapped)
    return {column.key.name: column for column in found}


def test_a_line_without_an_axis_belongs_to_the_epoch_before_it() -> None:
    text = "".join(f"Epoch {e}\nloss: 0.{e}\n" for e in range(1, 7))
    assert placed(text)["loss"].epoch.tolist() == [1, 2, 3, 4, 5, 6]


def test_an_epoch_behind_its_numbers_counts_for_them() -> None:
    text = "".join(f"loss: 0.{e}\nend of epoch {e}\n" for e in range(1, 7))
    assert placed(text)["loss"].epoch.tolist() == [1, 2, 3, 4, 5, 6]


def test_an_epoch_behind_a_metric_that_the_user_mapped_counts_for_it() -> None:
    text = "".join(f"objective: 0.{e}\nend of epoch {e}\n" for e in range(1, 8))
    assert placed(text, {"objective"})["objective"].epoch.tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_steps_that_begin_again_in_each_epoch_are_counted_on() -> None:
    text = "".join(
        f"Epoch [{e}/5], Step [{s}/20], Loss: 0.{e}{s}\n" for e in (1, 2, 3, 4, 5) for s in (10, 20)
    )
    assert placed(text)["Loss"].step.tolist() == [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]


def test_a_run_that_goes_on_in_the_middle_of_an_epoch_keeps_its_steps() -> None:
    before = [(1, 10), (1, 20), (2, 30), (2, 40), (2, 50)]
    after = [(2, 40), (2, 50), (2, 60), (3, 70), (3, 80)]
    text = "".join(f"epoch {e} step {s}: loss 0.{s}\n" for e, s in before + after)
    assert placed(text)["loss"].step.tolist() == [10, 20, 30, 40, 50, 40, 50, 60, 70, 80]


def test_settings_before_the_log_are_no_points() -> None:
    text = "lr: 0.1\nloss = 0.5\n" + "".join(f"step {s}: loss 0.{s}\n" for s in range(6))
    found = placed(text)
    assert list(found) == ["loss"]
    assert len(found["loss"].values) == 6


def test_numbers_beside_no_metric_are_left_out() -> None:
    text = "".join(f"step {s}: loss 0.{s} gpu_util: 9{s}\nqueue: {s}\n" for s in range(6))
    assert set(placed(text)) == {"loss", "gpu_util"}


def test_batches_that_count_from_zero_are_apart_from_the_epoch_before() -> None:
    text = "".join(
        f"Epoch {e:05d} | Step {s:05d} | Loss {5 - e - s / 40:.4f}\n"
        for e in (0, 1, 2)
        for s in (0, 20)
    )
    assert placed(text)["Loss"].step.tolist() == [0, 20, 21, 41, 42, 62]


def test_a_value_above_the_first_count_stands_at_the_start() -> None:
    text = "| epoch 001 | valid loss 9.5\n" + "".join(
        f"| epoch 001  {s}00 / 700 loss={9 - s:.2f}, lr=0.1\n" for s in range(1, 7)
    )
    assert placed(text)["loss"].step.tolist() == [100, 200, 300, 400, 500, 600]
    assert placed(text.replace("valid loss 9.5", "loss 9.5"))["loss"].step.tolist()[0] == 0


def test_a_short_log_keeps_its_rate_and_the_epochs_behind_its_bars() -> None:
    text = "".join(
        f"100%|####| 50/50 [00:09<00:00, train_loss=0.{9 - e}]\n"
        f"Epoch: {e}, lr: 0.0{e} - train loss: 0.{9 - e} - valid loss: 1.{9 - e}\n"
        f"Going into epoch {e + 1}\n"
        for e in (4, 5, 6)
    )
    found = placed(text)
    assert found["lr"].values.tolist() == [0.04, 0.05, 0.06]
    assert found["train_loss"].epoch.tolist() == [4, 5, 6]


def test_lines_that_only_end_an_epoch_stand_behind_its_numbers(tmp_path: Path) -> None:
    text = "*** Epoch=1 start ***\n"
    for epoch in range(1, 8):
        text += (
            f"val loss: {4 / epoch:.4f}\ntrain loss: {3 / epoch:.4f}\n*** Epoch={epoch} end ***\n"
        )
    run = read(tmp_path, text)
    assert [series.epoch.tolist() for series in run.series] == [list(range(1, 8))] * 2


def test_values_below_their_step_stand_at_it(tmp_path: Path) -> None:
    text = ""
    for epoch in range(5):
        text += f" > EPOCH: {epoch}/5\n"
        for step in (20, 40):
            at = 60 * epoch + step
            text += f" --> STEP: {step}/60 -- GLOBAL_STEP: {at}\n"
            text += f" | > loss: {9 / at:.5f}  ({8 / at:.5f})\n"
        text += f" --> EVAL PERFORMANCE\n | > avg_loss: {7 / (epoch + 1):.5f} (-0.01250)\n"
    run = read(tmp_path, text)
    train, val = run.series
    assert train.step.tolist() == [60 * epoch + step for epoch in range(5) for step in (20, 40)]
    assert train.value[0] == 0.4
    assert (val.split, val.value[1]) == ("val", 3.5)
    assert val.step.tolist() == [60 * epoch + 40 for epoch in range(5)]


def test_a_model_saved_at_the_first_epoch_does_not_shift_the_others(tmp_path: Path) -> None:
    text = ""
    for epoch in range(1, 8):
        text += f"Epoch {epoch}\ntrain loss: {3 / epoch:.4f}\nval loss: {4 / epoch:.4f}\n"
        text += "Saved at epoch 1\n" if epoch == 1 else ""
    run = read(tmp_path, text + "Stopped early at epoch 7\n")
    assert [series.epoch.tolist() for series in run.series] == [list(range(1, 8))] * 2


def test_a_value_below_a_count_stands_at_it() -> None:
    text = ""
    for step in range(100, 1300, 100):
        text += f"[Train]({step}/1200) average loss: {90 / step:.4f}\n"
        text += f"[0]Valid average MRR: 0.{step}\n" if step % 200 == 0 else ""
    assert placed(text)["Valid average MRR"].step.tolist() == list(range(200, 1300, 200))
