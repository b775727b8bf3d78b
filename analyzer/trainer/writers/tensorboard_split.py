"""TensorBoard in Keras' layout: folders train/ and validation/, ``epoch_loss`` in each."""

from __future__ import annotations

from analyzer.trainer.records import Point, Record, Restart
from analyzer.trainer.writers._base import About
from analyzer.trainer.writers._events import EventFile

_NAMES = {"lr": "learning_rate"}  # Keras' names for ours


class TensorBoardSplit:
    """Two event files with scalars as rank-0 tensors; epochs count from 0."""

    first_epoch = 0

    def __init__(self, about: About) -> None:
        self.about, self.number = about, 0
        self.files = self._open()
        self.files["train"].hparams(about.config)

    def _open(self) -> dict[str, EventFile]:
        folders = {"train": "train", "val": "validation"}
        return {
            split: EventFile(
                self.about.folder / name, number=self.number, start=self.about.start, tensors=True
            )
            for split, name in folders.items()
        }

    def write(self, record: Record) -> None:
        """Write a record into the folder of its split; a record without a split goes to train/."""
        if isinstance(record, Restart):
            self.close()
            self.number += 1
            self.files = self._open()
        elif isinstance(record, Point):
            self._point(record)
        else:
            self.files["train"].rich(record, getattr(record, "epoch", 1) - 1)

    def _point(self, point: Point) -> None:
        is_epoch = point.grain == "epoch"
        prefix, step = ("epoch", point.epoch - 1) if is_epoch else ("batch", point.step)
        parts: dict[str, dict[str, float]] = {"train": {}, "val": {}}
        for tag, value in point.values.items():
            split, _, name = tag.rpartition("/")
            parts[split or "train"][f"{prefix}_{_NAMES.get(name, name)}"] = value
        for split, values in parts.items():
            if values:
                self.files[split].scalars(values, step)

    def close(self) -> None:
        """Finish both files."""
        for file in self.files.values():
            file.close()
