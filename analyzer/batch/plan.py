"""What a batch would read and write, without writing anything (--dry-run)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analyzer.batch.fingerprints import claims_print, settings_print
from analyzer.batch.job import read_options
from analyzer.batch.looking import looking
from analyzer.batch.places import check_places
from analyzer.batch.result import Options
from analyzer.batch.shards import has_own, split_off
from analyzer.batch.site import check_found, task_of
from analyzer.batch.state import State
from analyzer.batch.tree import HERE, Origin, Unit, walk
from analyzer.config import Config
from analyzer.model.serial import SCHEMA
from analyzer.parsers._base import Group
from analyzer.reading.claims import parsers_for
from analyzer.text import words

_MEGABYTE = 1e6


@dataclass(frozen=True)
class ToRead:
    """Files that a parser would read, and their size in bytes."""

    parser: str
    files: int
    bytes: int


@dataclass(frozen=True)
class Plan:
    """What a batch would do: ``fresh`` of all logs (``units``) are to be read, by ``parsers``.

    ``skipped`` counts files that are not logs.
    """

    folder: str
    site: str
    units: int
    fresh: int
    skipped: int
    parsers: tuple[ToRead, ...]

    @property
    def unchanged(self) -> int:
        """How many logs have a result that still holds."""
        return self.units - self.fresh

    @property
    def files(self) -> int:
        """How many files would be read."""
        return sum(part.files for part in self.parsers)

    @property
    def bytes(self) -> int:
        """How many bytes these files have."""
        return sum(part.bytes for part in self.parsers)

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as plain JSON."""
        totals = {"unchanged": self.unchanged, "files": self.files, "bytes": self.bytes}
        return {"schema": SCHEMA, **asdict(self), **totals}


def plan_batch(
    folder: Path, site: Path, config: Config, options: Options, origin: Origin = HERE
) -> Plan:
    """Return what a batch would do.

    Raises what run_batch raises before it writes: PathNotFound, NothingReadable, AnalyzerError.
    """
    check_places(folder, site)
    config.configured()
    parsers = parsers_for(read_options(config))
    with State.copied(site) as state:
        known = state.known(claims_print(config))
        with looking(config, options.limits, origin) as look:
            tree = walk(folder, parsers, known, origin=origin, look=look)
        check_found(folder, tree, options.lang)
        tree, _ = split_off(tree, options.shard)
        settings = settings_print(task_of(folder, site, config, options, origin))
        fresh = [unit for unit in tree.units if not has_own(unit, state, settings, options)]
    return Plan(
        folder=str(folder),
        site=str(site),
        units=tree.units.logs,
        fresh=sum(len(unit.groups) for unit in fresh),
        skipped=len(tree.skipped),
        parsers=_by_parser(fresh),
    )


def _by_parser(units: Iterable[Unit]) -> tuple[ToRead, ...]:
    groups: dict[str, list[Group]] = {}
    for unit in units:
        for parser, group in unit.groups:
            groups.setdefault(parser, []).append(group)
    return tuple(
        ToRead(
            parser=parser,
            files=sum(len(group.files) for group in own),
            bytes=sum(group.size for group in own),
        )
        for parser, own in sorted(groups.items())
    )


def render_plan(plan: Plan, lang: str) -> str:
    """Return the plan as lines for a terminal."""
    text = words(lang)
    sentences = text.of("_index")["plan"]

    def line(key: str, **values: Any) -> str:
        return text.fill(sentences[key], values)

    lines = [
        line(
            "read",
            fresh=text.integer(plan.fresh),
            units=plan.units,
            files=plan.files,
            megabytes=plan.bytes / _MEGABYTE,
        )
    ]
    for part in plan.parsers:
        megabytes = part.bytes / _MEGABYTE
        lines.append(line("parser", parser=part.parser, files=part.files, megabytes=megabytes))
    if plan.skipped:
        lines.append(line("skipped", files=plan.skipped))
    lines.append(line("write", path=f"{plan.site}/index.html"))
    return "\n".join(lines)
