"""W&B records: which are of interest, and what is read of each."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from analyzer.parsers._own_axis import Declaration
from analyzer.parsers._wandb_items import Item
from analyzer.parsers._wandb_records import Exit, History, Start, Stats, Update, read_record
from analyzer.parsers._wire import BYTES, VARINT, Field, encode


def part(number: int, content: str | bytes) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    return encode(Field(number, BYTES, 0, raw))


def whole(number: int, value: int) -> bytes:
    return encode(Field(number, VARINT, value & (1 << 64) - 1, b""))


def item(name: str, value: Any) -> bytes:
    return part(1, name) + part(16, json.dumps(value))


def items(number: int, **values: Any) -> bytes:
    return b"".join(part(number, item(name, value)) for name, value in values.items())


def test_a_row_of_the_history_has_its_items_and_its_step() -> None:
    record = read_record(part(2, items(1, loss=0.5, acc=1) + part(2, whole(1, 12))))
    assert record == History((Item(("loss",), 0.5), Item(("acc",), 1)), 12)


def test_a_step_of_zero_is_left_out_by_the_writer_and_a_missing_one_is_unknown() -> None:
    assert read_record(part(2, items(1, loss=1) + part(2, b""))) == History(
        (Item(("loss",), 1),), 0
    )
    assert read_record(part(2, items(1, loss=1))) == History((Item(("loss",), 1),), None)


def test_a_negative_step_is_signed() -> None:
    record = read_record(part(2, part(2, whole(1, -1))))
    assert record == History((), -1)


@pytest.mark.parametrize(("number", "of"), [(3, "summary"), (5, "config")])
def test_updates_set_and_remove_values(number: int, of: str) -> None:
    nested = part(2, "opt") + part(2, "lr")
    record = read_record(part(number, items(1, lr=0.1) + part(2, part(1, "old")) + part(2, nested)))
    assert record == Update(of, (Item(("lr",), 0.1),), (("old",), ("opt", "lr")))


def test_the_run_record_gives_what_names_it_and_not_who_ran_it() -> None:
    config = part(4, items(1, batch=32))
    people = part(2, "someone") + part(13, "some-host") + part(11, "me@example.org")
    names = part(1, "abc123") + part(3, "demo") + part(8, "brave-sea-1")
    time = part(17, whole(1, 1_700_000_000) + whole(2, 500_000_000))
    record = read_record(part(17, names + people + config + time))
    assert record == Start(
        run_id="abc123",
        project="demo",
        display_name="brave-sea-1",
        time=1_700_000_000.5,
        config=Update("config", (Item(("batch",), 32),)),
    )
    assert "some" not in repr(record)


def test_a_run_record_without_its_parts_has_none_of_them() -> None:
    assert read_record(part(17, b"")) == Start()
    assert Start().time is None
    assert Start().config.items == ()


@pytest.mark.parametrize(("content", "code"), [(whole(1, 3), 3), (whole(1, -9), -9), (b"", 0)])
def test_the_end_has_the_code_of_the_process(content: bytes, code: int) -> None:
    assert read_record(part(18, content)) == Exit(code)


def test_hardware_use_is_read_only_if_asked_for() -> None:
    time = part(2, whole(1, 100) + whole(2, 250_000_000))
    payload = part(7, time + items(3, gpu=40))
    assert read_record(payload) is None
    assert read_record(payload, stats=True) == Stats((Item(("gpu",), 40),), 100.25)
    untimed = read_record(part(7, items(3, gpu=40)), stats=True)
    assert isinstance(untimed, Stats)
    assert math.isnan(untimed.time)


def test_a_declared_axis_is_read_and_a_metric_without_one_is_not_of_interest() -> None:
    named = part(12, part(1, "val/loss") + part(4, "epoch"))
    assert read_record(named) == Declaration("val/loss", "epoch", False)
    glob = part(12, part(2, "train/*") + part(4, "global_step"))
    assert read_record(glob) == Declaration("train/*", "global_step", True)
    assert read_record(part(12, part(1, "val/loss"))) is None


def test_other_records_are_not_of_interest() -> None:
    assert read_record(b"") is None
    assert read_record(part(9, "console output")) is None
    assert read_record(whole(2, 7)) is None  # a number where the history would be


def test_the_number_of_a_record_may_stand_before_its_contents() -> None:
    numbered = whole(1, 5) + part(2, items(1, loss=1))
    assert isinstance(read_record(numbered), History)


@pytest.mark.parametrize("payload", [b"\x12\x05ab", part(2, b"\x0a\x09a"), part(5, b"\xff")])
def test_a_record_that_is_cut_raises(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"protobuf|cut off"):
        read_record(payload)
