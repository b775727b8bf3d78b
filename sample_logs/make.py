"""Write the sample logs: seeded curves with known truth, through the writers that people use.

Run ``python sample_logs/make.py`` from the top folder; the same files come out every time.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams.summary_v2 import hparams_pb
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.summary.writer.record_writer import RecordWriter

from analyzer import synthetic
from analyzer.model import Floats

HERE = Path(__file__).parent
START = 1_767_225_600.0  # 2026-01-01, so that no clock is read


def main() -> None:
    for make in (
        keras_overfitting,
        keras_tensorboard_healthy,
        csv_plateau,
        tensorboard_resumed_diverged,
        csv_decimal_comma_overfitting,
        tensorboard_steps_cut,
    ):
        folder = HERE / make.__name__
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        expected = make(folder)
        (folder / "expected.toml").write_text(expected, encoding="utf-8")


def keras_overfitting(folder: Path) -> str:
    """``json.dump(model.fit(...).history)``: a validation loss that turns up."""
    made = synthetic.overfitting(11, epochs=80, examples=500)
    names = {"loss": ("train", "loss"), "accuracy": ("train", "accuracy"),
             "val_loss": ("val", "loss"), "val_accuracy": ("val", "accuracy")}  # fmt: skip
    history = {name: [round(float(one), 6) for one in values(made, *key)] for name, key in names.items()}
    (folder / "history.json").write_text(json.dumps(history), encoding="utf-8")
    low, high = stretch(made.truth["trend"])
    return f'verdict = "overfitting"\nabsent = ["non_finite"]\n\n[found.overfitting]\nepoch = [{low}, {high}]\n'


def keras_tensorboard_healthy(folder: Path) -> str:
    """The folders train/ and validation/ of Keras' TensorBoard callback: scalars as tensors, hyper-parameters."""
    made = synthetic.healthy(5, epochs=60, examples=2000)
    hparams = {"optimizer": "adam", "learning_rate": 0.001, "batch_size": 64.0, "dropout": 0.2}
    for split, name in (("train", "train"), ("val", "validation")):
        summaries = [
            (epoch, scalar_pb(f"epoch_{metric}", float(value)))
            for metric in ("loss", "accuracy")
            for epoch, value in enumerate(values(made, split, metric))
        ]
        if split == "train":
            summaries.insert(0, (0, hparams_pb(hparams, trial_id="sample", start_time_secs=START)))
        write_events(folder / name, summaries, number=0)
    return 'verdict = "healthy"\nabsent = ["overfitting", "plateau", "non_finite"]\n'


def csv_plateau(folder: Path) -> str:
    """Keras' CSVLogger: a loss that stands still for most of the run."""
    made = synthetic.plateau(4, epochs=90)
    names = {"accuracy": ("train", "accuracy"), "loss": ("train", "loss"),
             "val_accuracy": ("val", "accuracy"), "val_loss": ("val", "loss")}  # fmt: skip
    columns = {name: values(made, *key) for name, key in names.items()}
    with (folder / "training.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", *columns, "learning_rate"])
        for epoch in range(90):
            writer.writerow([epoch, *(f"{column[epoch]:.6g}" for column in columns.values()), 0.01])
    low = made.truth["onset"]
    return f'verdict = "plateau"\nabsent = ["overfitting"]\n\n[found.plateau]\nepoch = [{low // 2}, {low * 2}]\n'


def tensorboard_resumed_diverged(folder: Path) -> str:
    """Two event files of one run, the second from an earlier checkpoint, whose loss turns NaN."""
    made = synthetic.healthy(8, epochs=120, examples=1000)
    train, val = values(made, "train", "loss"), values(made, "val", "loss").copy()
    first = [(10 * at, simple(tag, v[at])) for at in range(70) for tag, v in (("loss/train", train), ("loss/val", val))]
    broken = {"loss/train": np.where(np.arange(120) >= 100, np.nan, train),
              "loss/val": np.where(np.arange(120) >= 100, np.nan, val)}  # fmt: skip
    second = [(10 * at, simple(tag, v[at])) for at in range(60, 120) for tag, v in broken.items()]
    write_events(folder, first, number=0)
    write_events(folder, second, number=1)
    return 'verdict = "diverged"\nissues = ["restart"]\n\n[found.non_finite]\nstep = [1000, 1000]\n'


def csv_decimal_comma_overfitting(folder: Path) -> str:
    """A CSV as a Spanish spreadsheet saves it: byte order mark, semicolons, decimal commas, accuracy in percent."""
    made = synthetic.overfitting(21, epochs=50, examples=2000)
    header = ["época", "train_loss", "val_loss", "train_acc", "val_acc"]
    keys = [("train", "loss"), ("val", "loss"), ("train", "accuracy"), ("val", "accuracy")]
    columns = [values(made, *key) * (100 if key[1] == "accuracy" else 1) for key in keys]
    lines = [";".join(header)]
    for epoch in range(50):
        cells = [f"{column[epoch]:.5f}".replace(".", ",") for column in columns]
        lines.append(";".join([str(epoch + 1), *cells]))
    (folder / "registro.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    low, high = stretch(made.truth["trend"])
    return f'verdict = "overfitting"\n\n[found.overfitting]\nepoch = [{low + 1}, {high + 1}]\n'


def tensorboard_steps_cut(folder: Path) -> str:
    """A training loss for each of 3,000 steps, a validation loss every 50, and a last record that was cut off."""
    made = synthetic.healthy(13, epochs=3000, examples=5000)
    train, val = values(made, "train", "loss"), values(made, "val", "loss")
    noise = np.exp(0.1 * np.random.default_rng(13).standard_normal(3000))
    summaries = []
    for step in range(3000):
        summaries.append((step, simple("train/loss", train[step] * noise[step])))
        if step % 50 == 49:
            summaries.append((step, simple("val/loss", val[step])))
    path = write_events(folder, summaries, number=0)
    path.write_bytes(path.read_bytes()[:-9])
    return 'verdict = "healthy"\nabsent = ["overfitting", "plateau"]\nissues = ["truncated_record"]\n'


def values(made: synthetic.Synthetic, split: str, metric: str) -> Floats:
    return made.run.curve(metric, split).value


def stretch(trend: Floats) -> tuple[int, int]:
    """Return the first and the last epoch around the minimum at which the trend is within 3 % of it.

    The weights jitter by 1.2 % from epoch to epoch, so the lowest epoch can be any where the trend is that close.
    """
    best = int(np.argmin(trend))
    far = np.flatnonzero(trend > 1.03 * trend[best])
    return int(far[far < best].max(initial=-1)) + 1, int(far[far > best].min(initial=len(trend))) - 1


def simple(tag: str, value: float) -> Summary:
    return Summary(value=[Summary.Value(tag=tag, simple_value=float(value))])


def write_events(folder: Path, summaries: Iterable[tuple[int, Summary]], *, number: int) -> Path:
    """Write an event file with TensorBoard's own record writer; the clock advances half a second an event."""
    folder.mkdir(exist_ok=True)
    start = START + 3600 * number
    path = folder / f"events.out.tfevents.{start:.0f}.sample.1.{number}"
    with path.open("wb") as file:
        writer = RecordWriter(file)
        writer.write(Event(wall_time=start, file_version="brain.Event:2").SerializeToString())
        for index, (step, summary) in enumerate(summaries):
            event = Event(wall_time=start + 0.5 * index, step=step, summary=summary)
            writer.write(event.SerializeToString(deterministic=True))
        writer.flush()
    return path


if __name__ == "__main__":
    main()
