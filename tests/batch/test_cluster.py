"""A batch on a real scheduler and worker processes of Dask, some of which are killed on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from analyzer.batch import cluster as cluster_module
from analyzer.batch.cluster import connected
from analyzer.batch.job import Task
from analyzer.batch.result import Limits
from analyzer.batch.tree import walk
from analyzer.config import Config
from analyzer.errors import AnalyzerError, WorkersWarning
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for
from tests.batch.dask_cluster import LONGEST, DaskCluster, kill_with_children, until

pytest.importorskip("distributed", reason="needs the extra [dask]")
psutil = pytest.importorskip("psutil", reason="comes with the extra [dask]")

Make = dict[str, Callable[..., Any]]
ONE_DEATH = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
KILL_WORKER = """
import os, signal
from pathlib import Path
from analyzer.facts._base import Fact


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


class Bad(Fact):
    def compute(self, run, best):
        if "poison" in run.name:  # of the pool, of its server, of the pool's process
            os.kill(parent(parent(parent(os.getpid()))), signal.SIGKILL)
        return None
"""


@pytest.fixture
def dask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DaskCluster]:
    made = DaskCluster(tmp_path / "dask")
    monkeypatch.setenv("OF_TEST", str(made.folder))
    yield made
    made.stop()


def test_a_cluster_that_loses_a_worker_makes_the_site_of_one_machine(
    tmp_path: Path, make: Make, bad_plugin: dict[str, str], dask: DaskCluster
) -> None:
    logs = make["tree"](tmp_path / "logs", 60)
    for name in ("crash", "hang"):
        make["history"](logs / name / "history.json", 5)
    (logs / "memory").mkdir()
    (logs / "memory" / "history.json").write_text(
        f'{{"loss": [{"0.5," * 20_000_000}0.5]}}', encoding="utf-8"
    )
    limits = ("--run-timeout", 20, "--run-memory", 256)
    alone = make["call"](logs, "-o", tmp_path / "alone", *limits, env=bad_plugin)
    assert alone.returncode == 0
    dask.scheduler()
    dask.workers(3, env=bad_plugin)
    site = tmp_path / "site"
    batch = subprocess.Popen(
        make["command"](logs, "-o", site, *limits, "--scheduler", dask.file),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **bad_plugin},
    )
    until(lambda: len(list(site.glob("runs/*/*/report.html"))) > 3)
    kill_with_children(dask.worker_pids()[0])
    said, complaint = batch.communicate(timeout=LONGEST)
    assert batch.returncode == 0
    assert said.splitlines()[:-1] == alone.stdout.splitlines()[:-1]
    (line,) = complaint.splitlines()
    assert line.startswith("tcp://127.0.0.1:")
    assert "3 workers, 3 threads, analyzer" in line
    assert make["everything"](site) == make["everything"](tmp_path / "alone")


def test_a_run_that_kills_its_workers_fails_alone(
    tmp_path: Path, make: Make, bad_plugin: dict[str, str], dask: DaskCluster
) -> None:
    logs = make["tree"](tmp_path / "logs", 6)
    make["history"](logs / "poison" / "history.json", 5)
    (tmp_path / "plugin" / "bad_fact.py").write_text(KILL_WORKER, encoding="utf-8")
    dask.scheduler(env=ONE_DEATH)
    dask.workers(2, env=bad_plugin)
    scheduler = ("--scheduler", dask.file)
    done = make["call"](logs, "-o", tmp_path / "site", *scheduler, env=bad_plugin)
    assert done.returncode == 0
    assert "poison/history.json: the workers of the cluster that read it died" in done.stdout
    assert "Read 7 of 7 logs; 6 runs in all." in done.stdout
    index = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "the workers of the cluster that read it died, one after another" in index


def test_ctrl_c_keeps_what_is_done_and_ends_the_pools(
    tmp_path: Path, make: Make, dask: DaskCluster
) -> None:
    logs, site = make["tree"](tmp_path / "logs", 80), tmp_path / "site"
    dask.scheduler()
    dask.workers(1)
    command = make["command"](logs, "-o", site, "--scheduler", dask.file)
    batch = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    state = site / ".state" / "results.sqlite-wal"
    until(lambda: state.exists() and state.stat().st_size > 50_000)  # a few results
    os.kill(batch.pid, signal.SIGINT)
    said, complaint = batch.communicate(timeout=LONGEST)
    assert batch.returncode == 130
    assert "Run the command again to continue." in said
    assert len(complaint.splitlines()) == 1
    until(lambda: not dask.pools())
    assert make["call"](logs, "-o", site, "--scheduler", dask.file).returncode == 0
    make["call"](logs, "-o", tmp_path / "calm")
    assert make["everything"](site) == make["everything"](tmp_path / "calm")


def test_no_pool_outlives_its_dask_worker(
    tmp_path: Path, make: Make, bad_plugin: dict[str, str], dask: DaskCluster
) -> None:
    make["history"](tmp_path / "logs" / "hang" / "history.json", 5)
    dask.scheduler()
    dask.workers(1, env=bad_plugin)
    command = make["command"](tmp_path / "logs", "-o", tmp_path / "site", "--scheduler", dask.file)
    batch = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **bad_plugin},
    )
    until(dask.pools)
    (pool,) = dask.pools()
    until(lambda: len(psutil.Process(pool).children(recursive=True)) >= 3)
    family = [*psutil.Process(pool).children(recursive=True), psutil.Process(pool)]
    batch.kill()
    batch.wait()
    os.kill(dask.worker_pids()[0], signal.SIGKILL)  # it alone
    until(lambda: not any(process.is_running() for process in family))


def with_site(folder: Path, code: str) -> dict[str, str]:
    """Return an environment whose Python runs some code first."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(code, encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import analyzer.version as v; v.__version__ = '0.0.1'", ": has analyzer 0.0.1 on Python"),
        (
            "import sys; sys.modules['analyzer'] = None",
            ": a worker cannot load the package (ModuleNotFoundError",
        ),
    ],
    ids=["another version", "none"],
)
def test_workers_of_another_version_are_told_before_any_work(
    code: str, said: str, tmp_path: Path, make: Make, dask: DaskCluster
) -> None:
    logs = make["tree"](tmp_path / "logs", 2)
    dask.scheduler()
    dask.workers(1, env=with_site(tmp_path / "other", code))
    done = make["call"](logs, "-o", tmp_path / "site", "--scheduler", dask.file)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert said in line
    assert "; install " in line
    assert not (tmp_path / "site").exists()


def test_a_scheduler_without_workers_is_told_and_waited_for(
    tmp_path: Path, make: Make, dask: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    make["tree"](tmp_path / "logs", 2)
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    monkeypatch.setattr(cluster_module, "_PATIENCE", 1.0)
    monkeypatch.setattr(cluster_module, "_LOOK", 0.2)
    dask.scheduler()
    address = json.loads(dask.file.read_text(encoding="utf-8"))["address"]
    units = walk(tmp_path / "logs", parsers_for(ReadOptions()), {}).units
    task = Task(str(tmp_path / "logs"), str(tmp_path / "site"), Config(), "en", reports=False)
    with connected(address) as cluster:
        assert ": 0 workers, 0 threads" in cluster.description
        results = cluster.work_all(task, units, Limits(workers=0))
        Timer(3, dask.workers, [1]).start()
        with pytest.warns(WorkersWarning, match="no workers yet; waiting"):
            found = list(results)
        assert len(found) == 2


def test_workers_that_see_other_paths_are_told(
    tmp_path: Path, make: Make, dask: DaskCluster
) -> None:
    make["tree"](tmp_path / "logs", 2)
    units = walk(tmp_path / "logs", parsers_for(ReadOptions()), {}).units
    dask.scheduler()
    dask.workers(1)
    address = json.loads(dask.file.read_text(encoding="utf-8"))["address"]
    task = Task(str(tmp_path / "elsewhere"), str(tmp_path / "site"), Config(), "en", reports=False)
    with (
        connected(address) as cluster,
        pytest.raises(AnalyzerError, match=r"elsewhere: not seen by the worker tcp://"),
    ):
        list(cluster.work_all(task, units, Limits(workers=0)))


def test_a_scheduler_that_goes_ends_the_batch_in_one_line(
    tmp_path: Path, make: Make, dask: DaskCluster
) -> None:
    logs, site = make["tree"](tmp_path / "logs", 150), tmp_path / "site"
    dask.scheduler()
    dask.workers(1)
    command = make["command"](logs, "-o", site, "--scheduler", dask.file)
    batch = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(lambda: len(list(site.glob("runs/*/*/report.html"))) > 3)
    dask.processes[0].kill()
    _, complaint = batch.communicate(timeout=LONGEST)
    assert batch.returncode == 2
    _, line = complaint.splitlines()
    assert line.startswith("tcp://127.0.0.1:")
    lost = ": lost the connection to the scheduler; finished runs are kept; run the command again"
    assert line.endswith(lost)


def test_a_cluster_of_this_machine_makes_the_same_site(tmp_path: Path, make: Make) -> None:
    logs = make["tree"](tmp_path / "logs", 5)
    make["call"](logs, "-o", tmp_path / "alone")
    done = make["call"](logs, "-o", tmp_path / "site", "--scheduler", "local")
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1
    assert make["everything"](tmp_path / "site") == make["everything"](tmp_path / "alone")
