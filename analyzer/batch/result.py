"""What a batch is asked for and what it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analyzer.batch.pool import Limits
from analyzer.batch.tree import UNOPENED


@dataclass(frozen=True)
class Batch:
    """What a batch did: records of all runs, what could not be read, and how much of it was new."""

    records: tuple[Mapping[str, Any], ...]
    unread: tuple[Mapping[str, Any], ...]
    fresh: int
    units: int
    interrupted: bool = False

    @property
    def damaged(self) -> bool:
        """Whether a log was damaged or refused, or a unit failed."""
        return any(record["issues"] for record in self.records) or any(
            "issue" in file or "failed" in file or file["key"] == UNOPENED for file in self.unread
        )


@dataclass(frozen=True)
class Options:
    """How a batch is made.

    ``group`` names the settings by which runs are put together, else all but the seed.
    """

    lang: str = "en"
    reports: bool = True
    rehash: bool = False
    group: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
