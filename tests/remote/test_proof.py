"""A cluster that reads from a store and writes to it makes the site of one machine, come what may.

A real S3 server, scheduler and workers. For as many runs, and the seconds that the cluster takes:

ANALYZER_PROOF_RUNS=300 pytest tests/remote/test_proof.py --log-cli-level=info
"""

from __future__ import annotations

import logging
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.batch.conftest import call, command, everything, history, plugin, tree
from tests.batch.dask_cluster import LONGEST, DaskCluster, kill_with_children, until
from tests.remote.conftest import S3Server

pytest.importorskip("distributed", reason="needs the extra [dask]")

LOGGER = logging.getLogger(__name__)
RUNS = int(os.environ.get("ANALYZER_PROOF_RUNS", "40"))
# 384 MiB are what a process that reads from a store needs, and room: 256 refused it a thread once.
LIMITS = ("--run-timeout", 20, "--run-memory", 384)
FAILURES = {
    "crash": "the process reading it died (code 7)",
    "hang": "took longer than 20 s",
    "memory": "used more than 384 MiB of memory",
}
LISTS = 8_000_000  # in a log of 24 MB: each takes 64 bytes once it is read


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[DaskCluster]:
    made = DaskCluster(tmp_path / "dask")
    yield made
    made.stop()


def hostile(folder: Path, runs: int) -> Path:
    """Return logs of which one crashes its reader, one hangs and one takes too much memory."""
    tree(folder, runs)
    for name in ("crash", "hang"):
        history(folder / name / "history.json", 5)
    large = folder / "memory" / "history.json"
    large.parent.mkdir()
    large.write_text(f'{{"loss": [{"[]," * LISTS}[]]}}', encoding="utf-8")
    return folder


def ended(batch: subprocess.Popen[str]) -> str:
    """Wait for a batch on the cluster, and return what it said but where the site is."""
    said, complaint = batch.communicate(timeout=LONGEST + 2 * RUNS)
    assert batch.returncode == 0, complaint
    (line,) = complaint.splitlines()
    assert "3 threads, analyzer" in line
    return without_place(said)


def without_place(said: str) -> str:
    return said.rpartition(" Wrote ")[0]


def test_the_site_in_a_store_by_a_cluster_that_loses_a_worker(
    s3: S3Server, dask: DaskCluster, tmp_path: Path
) -> None:
    logs = hostile(tmp_path / "logs", RUNS)
    url, env = s3.fill("proof", logs), plugin(tmp_path / "plugin")
    dask.scheduler()
    dask.workers(3, env=env)
    begin = time.monotonic()
    batch = subprocess.Popen(
        command(url, "-o", "s3://proof/site", *LIMITS, "--scheduler", dask.file),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **env},
    )
    until(lambda: len(s3.files.find("proof/site/runs")) > RUNS // 8 or batch.poll() is not None)
    kill_with_children(dask.worker_pids()[0])
    said = ended(batch)
    LOGGER.info("%d runs: %.0f s", RUNS, time.monotonic() - begin)
    alone = call(logs, "-o", tmp_path / "alone", *LIMITS, env=env)
    assert (alone.returncode, said) == (0, without_place(alone.stdout))
    for name, reason in FAILURES.items():
        assert f"{name}/history.json: {reason}" in said
    assert f"Read {RUNS + 3} of {RUNS + 3} logs; {RUNS} runs in all." in said
    assert s3.site("s3://proof/site") == everything(tmp_path / "alone")


def test_either_place_may_be_of_this_machine(
    s3: S3Server, dask: DaskCluster, tmp_path: Path
) -> None:
    logs, here, away = tree(tmp_path / "logs", 6), tmp_path / "site", "s3://mixed/site"
    url = s3.fill("mixed", logs)
    dask.scheduler()
    dask.workers(1)
    for places in ((url, "-o", here), (logs, "-o", away)):
        done = call(*places, "--scheduler", dask.file)
        assert (done.returncode, len(done.stderr.splitlines())) == (0, 1)
        assert "Read 6 of 6 logs; 6 runs in all." in done.stdout
        assert "Read 0 of 6 logs" in call(*places).stdout
    assert call(logs, "-o", tmp_path / "alone").returncode == 0
    assert everything(here) == s3.site(away) == everything(tmp_path / "alone")
