"""TensorBoard event files as torch users write them.

One folder, every value at its optimizer step.
"""

from __future__ import annotations

from analyzer.trainer.records import Point, Record, Restart
from analyzer.trainer.writers._base import About
from analyzer.trainer.writers._events import EventFile


class TensorBoard:
    """Scalars as simple values, or as tensors of rank 0 (``tensors``).

    A restart begins another file.
    """

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
        """Write a record; a step's values carry "_step" behind their names."""
        if isinstance(record, Restart):
            self.file.close()
            self.number += 1
            self.file = self._open()
        elif isinstance(record, Point):
            tail = "_step" if record.grain == "step" else ""
            values = {f"{name}{tail}": value for name, value in record.values.items()}
            self.file.scalars(
                {**values, "epoch": record.epoch} if tail or not self.about.per_step else values,
                record.step,
            )
        else:
            self.file.rich(record, getattr(record, "step", 0))

    def close(self) -> None:
        """Finish the last file."""
        self.file.close()
