"""The formats by name, and the frameworks that can write each."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.trainer.writers._base import About, Writer


def _tensorboard(about: About) -> Writer:
    from analyzer.trainer.writers.tensorboard import TensorBoard

    return TensorBoard(about)


def _tensors(about: About) -> Writer:
    from analyzer.trainer.writers.tensorboard import TensorBoard

    return TensorBoard(about, tensors=True)


def _split(about: About) -> Writer:
    from analyzer.trainer.writers.tensorboard_split import TensorBoardSplit

    return TensorBoardSplit(about)


def _csv(about: About) -> Writer:
    from analyzer.trainer.writers.csv_table import CsvTable

    return CsvTable(about)


def _wandb(about: About) -> Writer:
    from analyzer.trainer.writers.wandb_offline import WandbOffline

    return WandbOffline(about)


OPENERS: dict[str, Callable[[About], Writer]] = {
    "tensorboard": _tensorboard,
    "tensorboard-tensors": _tensors,
    "tensorboard-split": _split,
    "csv": _csv,
    "wandb": _wandb,
}
BY_KERAS = ("keras-history", "csvlogger")  # written by Keras itself, so only for Keras runs
FORMATS = (*OPENERS, *BY_KERAS)
FRAMEWORKS_OF = {
    **dict.fromkeys(OPENERS, ("torch",)),
    "tensorboard-split": ("torch", "keras"),
    **dict.fromkeys(BY_KERAS, ("keras",)),
}
STEPS_BY_DEFAULT = {"csv": False}  # steps.csv is a second log beside the first
