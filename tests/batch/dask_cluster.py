"""A scheduler and workers of Dask as processes, for tests that kill some of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

psutil = pytest.importorskip("psutil", reason="comes with the extra [dask]")

LONGEST = 300  # seconds, on a busy machine


class DaskCluster:
    """A scheduler and its workers as processes of this machine."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, command: str, *arguments: object, env: dict[str, str] | None = None) -> None:
        module = f"distributed.cli.dask_{command}"
        line = [sys.executable, "-W", "ignore", "-m", module, *map(str, arguments)]
        options = ["--scheduler-file", str(self.file), "--no-dashboard"]
        log = (self.folder / f"{command}{len(self.processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [*line, *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )
        self.processes.append(process)

    def scheduler(self, env: dict[str, str] | None = None) -> None:
        self.start("scheduler", "--host", "127.0.0.1", "--port", 0, env=env)
        until(self.file.exists)

    def workers(self, count: int, env: dict[str, str] | None = None) -> None:
        """Start workers below nannies, which are daemons and are started again if they die."""
        from distributed import Client

        for _ in range(count):
            options = ("--nthreads", 1, "--local-directory", self.folder, "--host", "127.0.0.1")
            self.start("worker", *options, env=env)
        with Client(scheduler_file=str(self.file), set_as_default=False) as client:
            client.wait_for_workers(count, timeout=LONGEST)

    def worker_pids(self) -> list[int]:
        """Return the processes of the workers, which the nannies started."""
        from distributed import Client

        with Client(scheduler_file=str(self.file), set_as_default=False) as client:
            return sorted(client.run(os.getpid).values())

    def pools(self) -> list[int]:
        """Return the processes in which the workers have their pools."""
        return [process.pid for process in psutil.process_iter() if self._is_pool(process)]

    def _is_pool(self, process: Any) -> bool:
        try:
            own = process.environ().get("OF_TEST") == str(self.folder)
            return own and "analyzer.batch.worker" in process.cmdline()
        except psutil.Error:
            return False

    def stop(self) -> None:
        for process in reversed(self.processes):
            kill_with_children(process.pid)
            process.wait()


def kill_with_children(pid: int) -> None:
    try:
        process = psutil.Process(pid)
        family = [*process.children(recursive=True), process]
    except psutil.NoSuchProcess:
        return
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()


def until(is_so: Callable[[], Any]) -> None:
    end = time.monotonic() + LONGEST
    while not is_so():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
