"""The records of a site with their settings under one spelling: see ``comparing.spelling``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyzer.batch.record import Record
from analyzer.batch.result import Batch, Options
from analyzer.comparing.spelling import Spelling, spelling_of


def spelled_alike(batch: Batch, options: Options) -> tuple[Batch, Options]:
    """Return a batch and the settings by which its runs are grouped, both spelled alike."""
    spelling = _spelling(batch.records)
    group = tuple(map(spelling.name, options.group))
    return replace(batch, records=_spelled(batch.records, spelling)), replace(options, group=group)


def records_alike(records: Sequence[Record]) -> Sequence[Record]:
    """Return records with their settings spelled alike."""
    return _spelled(records, _spelling(records))


def _spelling(records: Sequence[Record]) -> Spelling:
    return spelling_of([record.summary.settings for record in records])


def _spelled(records: Sequence[Record], spelling: Spelling) -> tuple[Record, ...]:
    """Return the records, each itself if its settings are spelled so already."""
    settings = spelling.all_of(record.summary.settings for record in records)
    return tuple(
        record
        if own is record.summary.settings
        else replace(record, summary=replace(record.summary, settings=own))
        for record, own in zip(records, settings, strict=True)
    )
