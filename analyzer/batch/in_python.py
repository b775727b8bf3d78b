"""A batch as a function: the site of a folder of runs, made from a notebook or a script."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer.batch.anywhere import run_anywhere
from analyzer.batch.engine import engine
from analyzer.batch.reports import REPORTS, wanted_reports
from analyzer.batch.result import Batch, Limits, Options
from analyzer.comparing.repeats import check_keys
from analyzer.config import Config, read_config
from analyzer.errors import ConfigError
from analyzer.model.shown import count, html_table, short
from analyzer.remote.places import source_of


@dataclass(frozen=True)
class BatchSite:
    """What a batch wrote: its first page, how many runs by verdict, and the logs without a run.

    ``fresh`` counts the logs that were read this time; the others had not changed. The page of a
    site in a store is a URL.
    """

    index: Path | str
    verdicts: Mapping[str, int]
    unread: tuple[str, ...]
    fresh: int

    @property
    def runs(self) -> int:
        """How many runs the site has."""
        return sum(self.verdicts.values())

    def __repr__(self) -> str:
        verdicts = ", ".join(f"{number} {verdict}" for verdict, number in self.verdicts.items())
        files = f"; {count(len(self.unread), 'log')} without a run" if self.unread else ""
        runs = count(self.runs, "run")
        return f"<BatchSite {short(str(self.index))}: {runs} ({verdicts or 'none'}){files}>"

    def _repr_html_(self) -> str:
        """Return a table of the verdicts, for a notebook."""
        title = f"{self.index}: {count(self.runs, 'run')}"
        return html_table(title, ("verdict", "runs"), list(self.verdicts.items()))


def batch(
    folder: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    reports: str = "all",
    group: str | Sequence[str] = (),
    points: bool = False,
    workers: int | None = None,
    run_timeout: float = 120.0,
    run_memory: int = 2048,
    lang: str = "en",
    config: Config | None = None,
) -> BatchSite:
    """Diagnose every run under a folder and write a site with an index; return what was written.

    A second call processes only what changed. Both places may be URLs, as ``s3://bucket/runs``
    (extra ``[remote]``). The other parameters are the options of the command: ``reports`` is "all",
    "found" or "none", ``run_timeout`` in seconds, ``run_memory`` in MiB; without ``config``, the
    settings are those of the current folder, as for the command. The runs are read by processes, so
    a script calls this below ``if __name__ == "__main__":``.

    Raises PathNotFound, NothingReadable if no file is a log, ConfigError for an unknown option, and
    AnalyzerError if the folder cannot be written to.
    """
    if reports not in REPORTS:
        raise ConfigError(f'reports: unknown "{reports}"; choose {", ".join(REPORTS)}')
    source, site = source_of(os.fspath(folder)), source_of(os.fspath(output))
    has_reports, found_only = wanted_reports(reports)
    settings = read_config() if config is None else config
    keys = (group,) if isinstance(group, str) else tuple(group)
    with engine(None) as local:
        options = Options(
            lang=lang,
            reports=has_reports,
            found_only=found_only,
            points=points,
            group=keys,
            limits=Limits(run_timeout, run_memory << 20, workers or local.workers),
        )
        made = run_anywhere(source, site, settings, options, work_all=local.work_all)
    check_keys([dict.fromkeys(made.setting_names)], keys)
    verdicts = Counter(run.verdict for run in made.runs)
    return BatchSite(site / "index.html", dict(verdicts.most_common()), _unread(made), made.fresh)


def _unread(made: Batch) -> tuple[str, ...]:
    """Return the logs that gave no run, and the files that may be logs but cannot be opened."""
    sources = {unread.source for unread in made.unread if unread.failed or unread.issue is not None}
    sources.update(file.source for file in made.unreadable)
    return tuple(sorted(sources))
