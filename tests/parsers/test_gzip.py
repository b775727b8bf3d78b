"""Logs that gzip packed are read as if they were not, and what harms is not."""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analyzer
from analyzer.errors import NothingReadable
from analyzer.parsers import _gzip

SAMPLES = Path(__file__).parents[2] / "sample_logs"
ROWS = 300


def table(rows: int = ROWS) -> bytes:
    """Return a CSV of a loss with digits that pack as those of a training."""
    noise = np.random.default_rng(5).normal(0, 0.01, rows)
    lines = [f"{epoch},{np.exp(-epoch / 90) + noise[epoch]:.9f}" for epoch in range(rows)]
    return "\n".join(["epoch,val_loss", *lines, ""]).encode()


def write(folder: Path, content: bytes, name: str = "log.csv.gz") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "name", ["csv_no_zero_grad", "keras_overfitting", "tensorboard_diverging", "wandb_leakage"]
)
def test_a_packed_log_has_the_points_of_the_log(name: str, tmp_path: Path) -> None:
    packed = shutil.copytree(SAMPLES / name, tmp_path / name)
    for path in sorted(packed.rglob("*")):
        if path.is_file() and path.suffix != ".toml":
            (path.parent / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()
    (run,), (wanted,) = analyzer.load(packed), analyzer.load(SAMPLES / name)
    columns = ["split", "metric", "step", "epoch", "value"]
    pd.testing.assert_frame_equal(run.frame[columns], wanted.frame[columns])
    assert not run.issues


def test_members_of_a_file_are_read_as_one(tmp_path: Path) -> None:
    content = table()
    path = write(tmp_path, gzip.compress(content[:2000]) + gzip.compress(content[2000:]))
    assert len(analyzer.load(path)[0].frame) == ROWS


def test_a_packed_log_needs_no_ending(tmp_path: Path) -> None:
    assert len(analyzer.load(write(tmp_path, gzip.compress(table()), "log.csv"))[0].frame) == ROWS
    assert len(analyzer.load(write(tmp_path, table(), "log.csv.gz"))[0].frame) == ROWS


@pytest.mark.parametrize("left", [0.3, 0.6, 0.95])
def test_what_is_before_a_cut_is_kept_and_the_cut_told(left: float, tmp_path: Path) -> None:
    packed = gzip.compress(table())
    (run,) = analyzer.load(write(tmp_path, packed[: int(len(packed) * left)]))
    assert 0.5 * left * ROWS < len(run.frame) < ROWS
    assert "packed_cut" in [issue.key for issue in run.issues]


def test_a_wrong_checksum_is_told(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(table()))
    packed[-6] ^= 1
    (run,) = analyzer.load(write(tmp_path, bytes(packed)))
    assert len(run.frame) == ROWS
    assert [issue.key for issue in run.issues] == ["packed_damaged"]


def test_a_damaged_log_of_which_nothing_is_left_is_refused(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(table()))
    packed[10:60] = bytes(50)
    with pytest.raises(NothingReadable, match="an archive that is cut off"):
        analyzer.load(write(tmp_path, bytes(packed)))


def test_what_unpacks_to_very_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = gzip.compress(b"epoch,val_loss\n" + b"1,1\n" * (5 << 20))
    with pytest.raises(NothingReadable, match="more than 200 times its size"):
        analyzer.load(write(tmp_path, bomb))
    (tmp_path / "log.csv.gz").unlink()
    monkeypatch.setattr(_gzip, "_MOST", 2000)
    with pytest.raises(NothingReadable, match="more than 1 GiB"):
        analyzer.load(write(tmp_path, gzip.compress(table())))


def test_an_archive_of_files_stays_one(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as files:
        info = tarfile.TarInfo("log.csv")
        info.size = len(table())
        files.addfile(info, io.BytesIO(table()))
    for name in ("runs.tar.gz", "runs.tgz", "runs.gz"):
        with pytest.raises(NothingReadable, match="an archive; extract it first"):
            analyzer.load(write(tmp_path, archive.getvalue(), name))


def test_a_batch_reads_packed_logs_and_knows_them_again(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for name in ("a", "b"):
        (runs / name).mkdir(parents=True)
        write(runs / name, gzip.compress(table(100 + 50 * (name == "b"))), "log.csv.gz")
    first = analyzer.batch(runs, tmp_path / "site", reports="none")
    again = analyzer.batch(runs, tmp_path / "site", reports="none")
    assert (first.runs, first.unread, first.fresh) == (2, (), 2)
    assert (again.verdicts, again.fresh) == (first.verdicts, 0)


def test_our_own_export_is_read_again(tmp_path: Path) -> None:
    run = analyzer.load(SAMPLES / "keras_overfitting")
    analyzer.export(run, tmp_path / "points.csv.gz")
    again = analyzer.load(tmp_path / "points.csv.gz")
    assert sorted(again[0].frame["value"]) == sorted(run[0].frame["value"])
