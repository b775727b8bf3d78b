"""A scheduler that does not answer, or is not there, costs one line and a few seconds."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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
        "tcp://node:8786: a scheduler needs Dask: pip install '.[dask]' in the checkout"
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


def test_no_password_and_no_traceback_is_printed() -> None:
    pytest.importorskip("distributed", reason="needs the extra [dask]")
    code = (
        "from analyzer.batch import connection as module\n"
        "module._ANSWER = 0.5\n"
        "try:\n"
        "    with module.connection('tcp://user:secret@127.0.0.1:1'): pass\n"
        "except module.AnalyzerError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "tcp://...@127.0.0.1:1: no Dask scheduler answers; check the address\n"
    assert done.stderr == ""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs groups of processes")
def test_ctrl_c_in_a_terminal_leaves_no_traceback_of_a_cluster_of_this_machine(
    tmp_path: Path, make: dict[str, Callable[..., Any]]
) -> None:
    pytest.importorskip("distributed", reason="needs the extra [dask]")
    logs, site = make["tree"](tmp_path / "logs", 60), tmp_path / "site"
    batch = subprocess.Popen(
        make["command"](logs, "-o", site, "--scheduler", "local", "--workers", 1),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + 240
    while not list(site.glob("runs/*/*/report.html")):
        assert time.monotonic() < end, "no run was written"
        time.sleep(0.05)
    os.killpg(batch.pid, signal.SIGINT)  # as a terminal does: to all processes
    said, complaint = batch.communicate(timeout=240)
    assert batch.returncode == 130
    assert "Run the command again to continue." in said
    assert complaint.startswith("local: 1 worker, ")
    assert len(complaint.splitlines()) == 1


def test_a_cluster_of_this_machine_that_cannot_start_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    distributed = pytest.importorskip("distributed", reason="needs the extra [dask]")

    def no_port(**_: Any) -> None:
        raise OSError("no port")

    monkeypatch.setattr(distributed, "LocalCluster", no_port)
    assert refused("local") == (
        "local: Dask cannot start here: OSError: no port; leave --scheduler out"
    )
