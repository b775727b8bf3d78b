"""Records of one shape: which fit, their numbers and their steps."""

from __future__ import annotations

import pytest

from analyzer.parsers._wandb_shapes import HISTORY, SUMMARY, field_of, read_records, shape_of
from analyzer.parsers._wire import BYTES, VARINT, Field, encode


def part(number: int, content: bytes) -> bytes:
    return encode(Field(number, BYTES, 0, content))


def whole(number: int, value: int) -> bytes:
    return encode(Field(number, VARINT, value, b""))


def record(step: int, loss: bytes = b"0.5", *, field: int = HISTORY) -> bytes:
    """Return a record of two values, and in a history of its step."""
    loss_item = part(2, b"train") + part(2, b"loss") + part(16, loss)
    items = part(1, loss_item) + part(1, part(2, b"lr") + part(16, b"1e-3"))
    if field == HISTORY:
        items += part(2, whole(1, step) if step else b"")
    return whole(1, step) + part(field, items) + part(200, b"info")


def test_the_field_of_a_record_is_found_behind_its_number() -> None:
    assert field_of(record(300)) == HISTORY
    assert field_of(record(3, field=SUMMARY)) == SUMMARY
    assert field_of(part(HISTORY, b"")) == HISTORY
    assert [field_of(content) for content in (b"", b"\x08", b"\x08\xff", part(17, b""))] == [0] * 4


def test_records_of_a_shape_give_their_numbers_and_steps() -> None:
    shape = shape_of(record(1))
    assert shape is not None
    assert (len(shape.names), shape.has_number, shape.has_step) == (2, True, True)
    found = read_records([record(step, str(step / 7).encode()) for step in range(400)], shape)
    assert found is not None
    assert found.fits.all()
    assert found.steps.tolist() == list(range(400))
    assert found.numbers.tolist() == [[step / 7 for step in range(400)], [0.001] * 400]


@pytest.mark.parametrize("odd", [b"NaN", b'"NaN"', b"05", b"-0", b".5", b"null", b"", b" 1"])
def test_what_is_not_a_plain_number_does_not_fit(odd: bytes) -> None:
    shape = shape_of(record(1))
    assert shape is not None
    found = read_records([record(1), record(2, odd), record(3)], shape)
    assert found is not None
    assert found.fits.tolist() == [True, False, True]


def test_a_record_of_which_any_byte_is_changed_gives_no_other_number() -> None:
    shape = shape_of(record(1))
    assert shape is not None
    content = record(1, b"0.25")
    for at in range(len(content) - len(part(200, b"info"))):
        for byte in (0, 0x0A, 0x30, 0x7F, 0x80, 0xFF):
            changed = content[:at] + bytes([byte]) + content[at + 1 :]
            found = read_records([content, changed, content], shape)
            if found is not None:
                assert found.fits[0]
                assert found.fits[2]
                assert found.numbers[:, 0].tolist() == [0.25, 0.001]


def test_other_forms_have_no_shape() -> None:
    assert shape_of(record(1, b"1" * 120)) is None
    assert shape_of(part(HISTORY, part(1, part(1, b"loss") + part(16, b"1")))) is None
    assert shape_of(part(HISTORY, 2 * part(1, part(16, b"1") + part(1, b"loss")))) is None
