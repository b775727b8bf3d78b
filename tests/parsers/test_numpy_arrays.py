"""NumPy archives: plain arrays become series and settings, objects are never loaded."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer.errors import NothingReadable
from analyzer.reading.load import load, scan

CURVE = 0.8 ** np.arange(20)


def saved(folder: Path, **arrays: Any) -> Path:
    path = folder / "losses.npz"
    np.savez(path, **arrays)
    return path


def test_arrays_are_series_by_epoch_and_single_values_settings(tmp_path: Path) -> None:
    path = saved(tmp_path, train_losses=CURVE, val_loss=CURVE[:, None], lr=0.1, name="net")
    (run,) = load(path)
    train, val = run.series
    assert (train.split, train.metric, val.split, val.metric) == ("train", "loss", "val", "loss")
    assert train.value.tolist() == CURVE.tolist()
    assert train.epoch.tolist() == list(range(20))
    assert run.config == {"lr": 0.1, "name": "net"}


@pytest.mark.parametrize("kind", ["float32", ">f8", "int64", "float16", "bool"])
def test_every_plain_kind_of_number_is_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "losses.npz"
    np.savez_compressed(path, loss=np.arange(8, dtype=kind) if kind != "bool" else CURVE > 0.5)
    assert load(path)[0].points in (8, 20)


def test_an_axis_among_the_arrays_counts(tmp_path: Path) -> None:
    (run,) = load(saved(tmp_path, epoch=np.arange(1, 21), loss=CURVE))
    assert run.series[0].epoch.tolist() == list(range(1, 21))
    assert run.meta.axes == {"epoch": "epoch"}


def test_a_long_series_counts_batches(tmp_path: Path) -> None:
    (run,) = load(saved(tmp_path, train_loss=np.ones(400), val_loss=CURVE, val_acc=CURVE))
    by_tag = {series.tag: series for series in run.series}
    assert np.isnan(by_tag["train_loss"].epoch).all()
    assert by_tag["val_loss"].epoch.tolist() == list(range(20))


def test_python_objects_are_never_loaded(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "ran",))

    objects = np.array([Trap()], dtype=object)
    (run,) = load(saved(tmp_path, loss=CURVE, history=objects))
    assert [(passed.name, passed.key) for passed in run.meta.passed_over] == [("history", "pickle")]
    with pytest.raises(NothingReadable, match="Python objects"):
        load(saved(tmp_path, loss=objects))
    assert not (tmp_path / "ran").exists()


def test_data_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(NothingReadable, match="no recognised loss"):
        load(saved(tmp_path, x_train=np.zeros((5, 4)), y_train=np.arange(5)))


def member(array: np.ndarray[Any, Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["cut", "claims more", "header"])
def test_a_damaged_array_costs_only_itself(kind: str, tmp_path: Path) -> None:
    bad = member(CURVE)
    if kind == "cut":
        bad = bad[:-10]
    if kind == "claims more":
        bad = bad.replace(b"(20,), }      ", b"(9000000,), } ")
    if kind == "header":
        bad = bad.replace(b"'descr'", b"'decsr'")
    path = tmp_path / "losses.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("loss.npy", member(CURVE))
        archive.writestr("val_loss.npy", bad)
    (run,) = load(path)
    assert run.points == 20
    assert [issue.key for issue in run.issues] == ["archive_damaged"]
    assert "val_loss" in str(run.issues[0])


@pytest.mark.parametrize("kind", ["cut", "too many"])
def test_a_damaged_metric_alone_is_reported(kind: str, tmp_path: Path) -> None:
    bad = member(CURVE)[:-10]
    if kind == "too many":  # than a log has, as the header says
        bad = member(CURVE).replace(b"(20,), }        ", b"(9000000000,), }")
    path = tmp_path / "losses.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_train.npy", member(CURVE))
        archive.writestr("val_loss.npy", bad)
    (issue,) = scan(tmp_path).issues
    assert issue.key == ("array_too_long" if kind == "too many" else "archive_damaged")


def test_single_arrays_named_for_their_curves_are_one_run(tmp_path: Path) -> None:
    np.save(tmp_path / "train_losses.npy", CURVE.astype("float32"))
    np.save(tmp_path / "val_losses.npy", 2 * CURVE[:, None])
    np.save(tmp_path / "val_acc.npy", 1 - CURVE)
    (run,) = load(tmp_path)
    found = {(series.split, series.metric): series.value.tolist() for series in run.series}
    assert found == {
        ("train", "loss"): CURVE.astype("float32").tolist(),
        ("val", "loss"): (2 * CURVE).tolist(),
        ("val", "accuracy"): (1 - CURVE).tolist(),
    }
    assert run.meta.format == "NumPy arrays (.npy)"


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("features.npy", CURVE),
        ("map.npy", CURVE),
        ("val_loss.npy", np.ones((4, 5))),
        ("val_loss.npy", np.array([{"loss": 1}], dtype=object)),
        ("val_loss.npy", np.array(0.5)),
    ],
)
def test_other_single_arrays_are_refused(name: str, array: Any, tmp_path: Path) -> None:
    np.save(tmp_path / name, array)
    with pytest.raises(NothingReadable):
        load(tmp_path)


def test_a_single_array_that_is_cut_is_refused_as_damaged(tmp_path: Path) -> None:
    path = tmp_path / "val_loss.npy"
    np.save(path, CURVE)
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(NothingReadable, match="damaged NumPy file"):
        load(tmp_path)
