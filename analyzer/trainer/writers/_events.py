"""An event file by torch's SummaryWriter, without host and process id in its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analyzer.trainer.records import Histogram, Picture, PrCurve, Record
from analyzer.trainer.writers._base import STEP_SECONDS

_BINS = 30  # as many as TensorBoard shows
_THRESHOLDS = 51  # of a PR curve: steps of 2 %
_RESTART_SECONDS = 3600.0  # between a kill and the restart if the clock is not used


class EventFile:
    """One event file. ``number`` counts the files of a run; ``start`` replaces the clock."""

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
        """Yield the time of each event; None means the clock."""
        now = self.start
        while True:
            yield now
            now = None if now is None else now + STEP_SECONDS

    def hparams(self, config: Mapping[str, Any]) -> None:
        """Write the hyper-parameters."""
        from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
        from torch.utils.tensorboard.summary import hparams

        for summary in hparams(dict(config), {}):
            for value in summary.value:
                # The bytes contain a map, whose order changes from process to process.
                plugin = value.metadata.plugin_data
                content = HParamsPluginData.FromString(plugin.content)
                plugin.content = content.SerializeToString(deterministic=True)
            self.writer.file_writer.add_summary(summary, 0, next(self.clock))

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """Write values that are logged together."""
        now = next(self.clock)
        for tag, value in values.items():
            self.writer.add_scalar(tag, value, step, now, new_style=self.tensors)

    def rich(self, record: Record, step: int) -> None:
        """Write a histogram, an image or a PR curve; ignore any other record."""
        now = next(self.clock)
        if isinstance(record, Histogram):
            self.writer.add_histogram(record.tag, record.values, step, bins=_BINS, walltime=now)
        elif isinstance(record, Picture):
            self.writer.add_image(record.tag, record.pixels, step, now, dataformats="HWC")
        elif isinstance(record, PrCurve):
            truth, score = record.truth, record.score
            self.writer.add_pr_curve(
                record.tag, truth, score, step, num_thresholds=_THRESHOLDS, walltime=now
            )

    def close(self) -> None:
        """Finish the file and rename it so that its name does not identify the machine."""
        self.writer.close()
        for path in set(self.folder.glob("*tfevents*")) - self.before:
            began = path.name.split(".")[3] if self.start is None else f"{self.start:.0f}"
            name = f"events.out.tfevents.{began}.trainer.1.{self.number}"
            renamed = path.rename(self.folder / name)
            if self.start is not None:
                _set_first_time(renamed, self.start)


def _set_first_time(path: Path, start: float) -> None:
    """Replace the time of the first record, which the writer always takes from the clock."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.summary.writer.record_writer import RecordWriter

    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    first = Event.FromString(content[12 : 12 + length])
    first.wall_time = start
    with path.open("wb") as file:
        RecordWriter(file).write(first.SerializeToString())
        file.write(content[16 + length :])
