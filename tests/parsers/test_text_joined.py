"""Several records on one line of console output."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._text_joined import parted, records_of

from .lines import curves, read

VALUES = [round(2 / (epoch + 1), 4) for epoch in range(20)]


@pytest.mark.parametrize(
    ("line", "records"),
    [
        (b"epoch 1 loss 0.5 epoch 2 loss 0.4", [b"epoch 1 loss 0.5 ", b"epoch 2 loss 0.4"]),
        (b"Epoch 9: loss=0.5Epoch 10: loss=0.41", [b"Epoch 9: loss=0.5", b"Epoch 10: loss=0.41"]),
        (b"[0] loss: nan | [1] loss: 0.5", [b"[0] loss: nan | ", b"[1] loss: 0.5"]),
        (b"{'loss': 0.5} {'loss': 0.4}", [b"{'loss': 0.5} ", b"{'loss': 0.4}"]),
        (b"10:00 INFO step 1 loss 1.5 10:01 INFO step 2 loss 1.4",
         [b"10:00 INFO step 1 loss 1.5 ", b"10:01 INFO step 2 loss 1.4"]),
        (b"ep 1 acc .5 ep 2 acc .4 ep 3 ac", [b"ep 1 acc .5 ", b"ep 2 acc .4 ", b"ep 3 ac"]),
    ],
)  # fmt: skip
def test_records_that_are_alike_have_a_line_each(line: bytes, records: list[bytes]) -> None:
    assert parted(b"before\n" + line + b"\nbehind").split(b"\n") == [
        b"before",
        *records,
        b"behind",
    ]


@pytest.mark.parametrize(
    "form",
    [
        b"epoch 0 loss 0.0 (best epoch 0 loss 0.0)",
        b"Epoch 0: best loss 0.0 at epoch 0",
        b"train: epoch 0 loss 0.0 val: epoch 0 loss 0.0",
        b"[{'loss': 0.0}, {'loss': 0.0}]",
        b"{'epoch': 0, 'train': {'loss': 0.0}, 'val': {'loss': 0.0}}",
        b"epoch 0 of 00, epoch 0 of 00",
        b"step 0 loss 0.0",
        b"epoch 0 {'loss': 0.0} {'loss': 0.0}",
        b"[0] {'loss': 0.0} {'loss': 0.0}",
        b"10:00 Step: 00 | {'loss': 0.0}, {'loss': 0.0}",
    ],
)
def test_other_lines_stay_whole(form: bytes) -> None:
    assert records_of(form).cuts == []


@pytest.mark.parametrize("between", [" ", "", " | ", "\t"])
@pytest.mark.parametrize("every", [1, 9])
def test_every_record_of_a_log_is_read(tmp_path: Path, between: str, every: int) -> None:
    lines = [f"Epoch {epoch}: loss={value}" for epoch, value in enumerate(VALUES)]
    ends = ["\n" if epoch % every else between for epoch in range(len(lines))]
    text = "".join(line + end for line, end in zip(lines, ends, strict=True))
    found = read(tmp_path, text.rstrip(between) + "\n")
    assert curves(found) == {("train", "loss"): VALUES}
    assert found.series[0].step.tolist() == list(range(20))


@pytest.mark.parametrize(
    "line", ["epoch {e}: loss {a}, epoch {p}: loss {b}", "[{e}] l {a} [{p}] l {b}"]
)
def test_the_epoch_before_is_no_record_of_its_own(line: str) -> None:
    text = line.format(e=10, a=0.5, p=9, b=0.6).encode()
    assert parted(text) == text
    text = line.format(e=9, a=0.5, p=10, b=0.6).encode()
    assert parted(text).count(b"\n") == 1


def test_two_dicts_of_an_epoch_are_one_record(tmp_path: Path) -> None:
    lines = [f"epoch {e} {{'loss': {v}}} {{'loss': {v + 1}}}" for e, v in enumerate(VALUES)]
    found = read(tmp_path, "\n".join(lines) + "\n")
    assert [series.step.tolist() for series in found.series] == [list(range(20))]


def test_a_log_that_repeats_the_epoch_before_is_read(tmp_path: Path) -> None:
    epochs = range(1, 20)
    lines = [f"epoch {e}: loss {VALUES[e]}, epoch {e - 1}: loss {VALUES[e - 1]}" for e in epochs]
    found = read(tmp_path, "\n".join(lines) + "\n")
    assert curves(found) == {("train", "loss"): VALUES[1:]}
