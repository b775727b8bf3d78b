"""W&B in offline mode: a real ``.wandb`` file without machine, user or code."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.trainer.records import Histogram, Picture, Point, Record
from analyzer.trainer.writers._base import About, suffixed

_BINS = 30
_ANONYMOUS = {
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
    """One offline run; the values of an optimizer step form one row."""

    first_epoch = 1

    def __init__(self, about: About) -> None:
        self.about = about
        self.scratch = tempfile.mkdtemp()
        # The user's own settings name an account, tags and notes, which must not reach this log.
        self.user_environment = {
            name: value for name, value in os.environ.items() if name.startswith("WANDB_")
        }
        environment = {
            **dict.fromkeys(_OWN_FOLDERS, self.scratch),
            "WANDB_SILENT": "true",
            "WANDB_ERROR_REPORTING": "false",
        }
        self._set(environment)
        self.run = _start(about)

    def write(self, record: Record) -> None:
        """Write a record; the values of a step get the suffix "_step".

        PR curves are omitted: W&B stores them as a table, whose record names a local folder.
        """
        import wandb

        if isinstance(record, Point):
            self.run.log({**suffixed(record), "epoch": record.epoch}, step=record.step)
        elif isinstance(record, Histogram):
            counts = np.histogram(record.values, bins=_BINS)
            self.run.log({record.tag: wandb.Histogram(np_histogram=counts)}, step=record.step)
        elif isinstance(record, Picture):
            self.run.log({record.tag: wandb.Image(record.pixels)}, step=record.step)

    def close(self) -> None:
        """Finish the run and delete wandb's debug logs, which name paths and the process."""
        self.run.finish()
        self._set(self.user_environment)
        shutil.rmtree(self.scratch, ignore_errors=True)
        _delete_debug_logs(self.about.folder / "wandb")

    def _set(self, wanted: Mapping[str, str]) -> None:
        """Replace all W&B variables of the environment."""
        for name in [name for name in os.environ if name.startswith("WANDB_")]:
            del os.environ[name]
        os.environ.update(wanted)


def _start(about: About) -> Any:
    import wandb

    wanted = {
        **_ANONYMOUS,
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
        project="analyzer-trainer", name=about.name, config=dict(about.config), settings=settings
    )


def _delete_debug_logs(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or path.name.startswith("debug"):
            path.unlink(missing_ok=True)
    for name in ("logs", "tmp"):
        for path in folder.glob(f"*/{name}"):
            shutil.rmtree(path, ignore_errors=True)
