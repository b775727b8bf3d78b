"""Messages go over a pipe whole or not at all."""

from __future__ import annotations

from io import BytesIO

import pytest

from analyzer.batch.pipe import Done, End, receive, send
from analyzer.batch.result import UnitResult


def test_messages_come_in_their_order() -> None:
    stream = BytesIO()
    messages = [Done(3, UnitResult(content="x")), End(("a line",))]
    for message in messages:
        send(stream, message)
    stream.seek(0)
    assert [receive(stream), receive(stream)] == messages


@pytest.mark.parametrize("length", [0, 5, 12])
def test_an_end_within_a_message_is_said(length: int) -> None:
    stream = BytesIO()
    send(stream, End(("a line",)))
    with pytest.raises(EOFError):
        receive(BytesIO(stream.getvalue()[:length]))
