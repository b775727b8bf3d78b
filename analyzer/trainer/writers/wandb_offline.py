"""W&B in offline mode: a real ``.wandb`` file.

It says nothing about the machine, the user or the code.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.trainer.records import Histogram, Picture, Point, Record
from analyzer.trainer.writers._base import About

_BINS = 30
_NOWHERE = {
    "host": "trainer",
    "username": "trainer",
    "email": "trainer",
    "program": "trainer",
    "program_relpath": "trainer",
}
_OFF = (
    "x_disable_stats",
    "x_disable_meta",
    "x_disable_machine_info",
    "x_disable_viewer",
    "disable_git",
    "disable_code",
    "disable_job_creation",
    "label_disable",
    "silent",
)
_OWN_FOLDERS = ("WANDB_CACHE_DIR", "WANDB_CONFIG_DIR", "WANDB_DATA_DIR")


class WandbOffline:
    """One offline run; values of one optimizer step are one row."""

    first_epoch = 1

    def __init__(self, about: About) -> None:
        self.about = about
        self.away = tempfile.mkdtemp()
        self.environment = {
            **dict.fromkeys(_OWN_FOLDERS, self.away),
            "WANDB_SILENT": "true",
            "WANDB_ERROR_REPORTING": "false",
        }
        # The user's own settings name an account, tags, notes: none of them is for this log.
        self.kept = {name: value for name, value in os.environ.items() if name.startswith("WANDB_")}
        self._set(self.environment)
        self.run = _start(about)

    def write(self, record: Record) -> None:
        """Write a record; a step's values carry "_step" behind their names.

        PR curves are left out: W&B keeps them as a table, and the record of a table names a folder
        of this machine.
        """
        import wandb

        if isinstance(record, Point):
            tail = "_step" if record.grain == "step" else ""
            values = {f"{name}{tail}": value for name, value in record.values.items()}
            self.run.log({**values, "epoch": record.epoch}, step=record.step)
        elif isinstance(record, Histogram):
            counts = np.histogram(record.values, bins=_BINS)
            self.run.log({record.tag: wandb.Histogram(np_histogram=counts)}, step=record.step)
        elif isinstance(record, Picture):
            self.run.log({record.tag: wandb.Image(record.pixels)}, step=record.step)

    def close(self) -> None:
        """Finish the run and drop wandb's own diaries, which name paths and the process."""
        self.run.finish()
        self._set(self.kept)
        shutil.rmtree(self.away, ignore_errors=True)
        _drop_diaries(self.about.folder / "wandb")

    def _set(self, wanted: Mapping[str, str]) -> None:
        for name in [name for name in os.environ if name.startswith("WANDB_")]:
            del os.environ[name]
        os.environ.update(wanted)


def _start(about: About) -> Any:
    import wandb

    wanted = {
        **_NOWHERE,
        **dict.fromkeys(_OFF, True),
        "save_code": False,
        "x_save_requirements": False,
        "console": "off",
        "mode": "offline",
        "root_dir": str(about.folder),
    }
    known = getattr(wandb.Settings, "model_fields", None) or wandb.Settings.__annotations__
    settings = wandb.Settings(**{name: value for name, value in wanted.items() if name in known})
    return wandb.init(
        project="analyzer-trainer", name=about.name, config=_plain(about.config), settings=settings
    )


def _plain(config: Mapping[str, Any]) -> dict[str, Any]:
    return dict(config)


def _drop_diaries(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or path.name.startswith("debug"):
            path.unlink(missing_ok=True)
    for name in ("logs", "tmp"):
        for path in folder.glob(f"*/{name}"):
            shutil.rmtree(path, ignore_errors=True)
