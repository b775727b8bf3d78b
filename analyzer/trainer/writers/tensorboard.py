"""TensorBoard event files as torch users write them: one folder, values at optimizer steps."""

from __future__ import annotations

from analyzer.trainer.records import Point, Record, Restart
from analyzer.trainer.writers._base import About, suffixed
from analyzer.trainer.writers._events import EventFile


class TensorBoard:
    """Scalars as simple values or as rank-0 ``tensors``; a restart opens a new file."""

    first_epoch = 1

    def __init__(self, about: About, *, tensors: bool = False) -> None:
        self.about, self.tensors, self.number = about, tensors, 0
        self.file = self._open()
        self.file.hparams(about.config)

    def _open(self) -> EventFile:
        return EventFile(
            self.about.folder, number=self.number, start=self.about.start, tensors=self.tensors
        )

    def write(self, record: Record) -> None:
        """Write a record; the values of a step get the suffix "_step"."""
        if isinstance(record, Restart):
            self.file.close()
            self.number += 1
            self.file = self._open()
        elif isinstance(record, Point):
            values = suffixed(record)
            if record.grain == "step" or not self.about.per_step:
                values["epoch"] = record.epoch
            self.file.scalars(values, record.step)
        else:
            self.file.rich(record, getattr(record, "step", 0))

    def close(self) -> None:
        """Finish the last file."""
        self.file.close()
