"""An event file written by torch's SummaryWriter.

Its name does not contain the host and the process id that the writer would add.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analyzer.trainer.pictures import Pixels
from analyzer.trainer.records import Histogram, Picture, PrCurve, Record
from analyzer.trainer.writers._base import STEP_SECONDS

_BINS = 30  # what TensorBoard shows
_THRESHOLDS = 51  # of a PR curve: steps of 2 %
_RESTART_SECONDS = 3600.0  # between a kill and the restart, where the clock is not read


class EventFile:
    """One event file.

    ``number`` counts the files of a run; ``start`` takes the place of the clock.
    """

    def __init__(
        self, folder: Path, *, number: int = 0, start: float | None = None, tensors: bool = False
    ) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.folder, self.number, self.tensors = folder, number, tensors
        self.start = None if start is None else start + number * _RESTART_SECONDS
        self.before = set(folder.glob("*tfevents*"))
        self.writer = SummaryWriter(str(folder))
        self.clock = self._times()

    def _times(self) -> Iterator[float | None]:
        """Yield the time of each event; None leaves it to the clock."""
        now = self.start
        while True:
            yield now
            now = None if now is None else now + STEP_SECONDS

    def hparams(self, config: Mapping[str, Any]) -> None:
        """Write the hyper-parameters into this file."""
        from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
        from torch.utils.tensorboard.summary import hparams

        for summary in hparams(dict(config), {}):
            for (
                value
            ) in summary.value:  # a map inside bytes, whose order changes from process to process
                plugin = value.metadata.plugin_data
                plugin.content = HParamsPluginData.FromString(plugin.content).SerializeToString(
                    deterministic=True
                )
            self.writer.file_writer.add_summary(summary, 0, next(self.clock))

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """Write numbers that were logged together."""
        now = next(self.clock)
        for tag, value in values.items():
            self.writer.add_scalar(tag, value, step, now, new_style=self.tensors)

    def rich(self, record: Record, step: int) -> None:
        """Write a histogram, a picture or a PR curve; pass over all else."""
        now = next(self.clock)
        if isinstance(record, Histogram):
            self.writer.add_histogram(record.tag, record.values, step, bins=_BINS, walltime=now)
        elif isinstance(record, Picture):
            self._picture(record.tag, record.pixels, step, now)
        elif isinstance(record, PrCurve):
            truth, score = record.truth, record.score
            self.writer.add_pr_curve(
                record.tag, truth, score, step, num_thresholds=_THRESHOLDS, walltime=now
            )

    def _picture(self, tag: str, pixels: Pixels, step: int, now: float | None) -> None:
        self.writer.add_image(tag, pixels, step, now, dataformats="HWC")

    def close(self) -> None:
        """Finish the file and give it a name that says nothing of the machine."""
        self.writer.close()
        for path in set(self.folder.glob("*tfevents*")) - self.before:
            began = path.name.split(".")[3] if self.start is None else f"{self.start:.0f}"
            settled = path.rename(
                self.folder / f"events.out.tfevents.{began}.trainer.1.{self.number}"
            )
            if self.start is not None:
                _set_first_time(settled, self.start)


def _set_first_time(path: Path, start: float) -> None:
    """Replace the clock reading of the first record, which the writer takes by itself."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.summary.writer.record_writer import RecordWriter

    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    first = Event.FromString(content[12 : 12 + length])
    first.wall_time = start
    with path.open("wb") as file:
        RecordWriter(file).write(first.SerializeToString())
        file.write(content[16 + length :])
