"""A scheduler that does not answer, or is not there, costs one line and a few seconds."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pytest

from analyzer.batch import connection as connection_module
from analyzer.batch.connection import connection
from analyzer.errors import AnalyzerError


@pytest.fixture
def deaf() -> Iterator[str]:
    """Return the address of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


def refused(address: str) -> str:
    with pytest.raises(AnalyzerError) as raised, connection(address):
        pass
    return str(raised.value)


def test_without_the_extra_the_way_to_install_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert refused("tcp://node:8786") == (
        "tcp://node:8786: a scheduler needs Dask: pip install 'training-log-analyzer[dask]'"
    )


def test_what_does_not_answer_is_one_line(deaf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="needs the extra [dask]")
    monkeypatch.setattr(connection_module, "_ANSWER", 0.5)
    assert refused(deaf) == f"{deaf}: no Dask scheduler answers; check the address"


@pytest.mark.parametrize("address", ["foo://node:1", "tcp://127.0.0.1:1", "tcp://127.0.0.1:x"])
def test_an_address_without_a_scheduler_is_one_line(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="needs the extra [dask]")
    monkeypatch.setattr(connection_module, "_ANSWER", 0.5)
    assert refused(address) == f"{address}: no Dask scheduler answers; check the address"
