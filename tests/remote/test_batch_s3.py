"""A batch that reads from a real S3 server and writes to it makes the site of a local copy."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analyzer.resources import folder as resource
from tests.batch.conftest import everything, tree
from tests.remote.conftest import READER, READER_SECRET, S3Server, use_keys


def batch(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "analyzer", "batch", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Return histories, and logs of other formats with settings beside them."""
    logs: Path = tree(tmp_path / "logs", 8)
    for case in ("tensorboard_resumed", "wandb_overfitting", "csv_underfitting"):
        shutil.copytree(resource("sample_logs") / case, logs / case)
    return logs


def test_the_site_is_that_of_a_local_copy(s3: S3Server, logs: Path, tmp_path: Path) -> None:
    url = s3.fill("batch", logs)
    assert batch(logs, "-o", tmp_path / "here").returncode == 0
    done = batch(url, "-o", "s3://batch/site")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Read 11 of 11 logs; 11 runs in all. Wrote s3://batch/site/index.html" in done.stdout
    assert s3.site("s3://batch/site") == everything(tmp_path / "here")
    assert batch(url, "-o", tmp_path / "read").returncode == 0
    assert everything(tmp_path / "read") == everything(tmp_path / "here")
    assert "Read 0 of 11 logs" in batch(url, "-o", "s3://batch/site").stdout
    changed = "batch/logs/group0/run000/history.json"
    s3.files.pipe_file(changed, s3.files.cat_file("batch/logs/group1/run001/history.json"))
    assert "Read 1 of 11 logs" in batch(url, "-o", "s3://batch/site").stdout


def test_a_killed_batch_goes_on_and_ends_as_an_undisturbed_one(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))  # a killed batch leaves its mirrors
    logs = tree(tmp_path / "logs", 30)
    url = s3.fill("killed", logs)
    command = [sys.executable, "-m", "analyzer", "batch", url, "-o", "s3://killed/site"]
    killed = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)
    while not s3.files.find("killed/site/runs"):
        assert killed.poll() is None
        time.sleep(0.05)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    refused = batch(url, "-o", "s3://killed/site")
    assert refused.returncode == 2
    assert "another batch is writing here" in refused.stderr
    s3.files.rm_file("killed/site/.state/lock")
    assert batch(url, "-o", "s3://killed/site").returncode == 0
    assert batch(logs, "-o", tmp_path / "here").returncode == 0
    assert s3.site("s3://killed/site") == everything(tmp_path / "here")


def test_a_site_where_one_may_not_write_is_one_line(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = s3.fill("readonly", tree(tmp_path / "logs", 1))
    use_keys(monkeypatch, s3.endpoint, READER, READER_SECRET)
    done = batch(url, "-o", "s3://readonly/site")
    assert done.returncode == 2
    assert done.stderr == (
        "s3://readonly/site: no permission; check the credentials and their rights\n"
    )
    done = batch(url, "-o", "s3://no-such-bucket/site")
    assert done.returncode == 2
    assert done.stderr.startswith("s3://no-such-bucket/site: no ")
