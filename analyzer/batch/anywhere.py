"""A batch whose logs, site or merged sites may lie in a store: mirrors them for the batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from analyzer.batch import pool
from analyzer.batch.engine import WorkAll
from analyzer.batch.fingerprints import claims_print
from analyzer.batch.plan import Plan, plan_batch
from analyzer.batch.remote_site import opened_site, seen_site
from analyzer.batch.result import Batch, Options
from analyzer.batch.site import Progress, run_batch
from analyzer.batch.state import State
from analyzer.batch.tree import Origin
from analyzer.config import Config
from analyzer.errors import AnalyzerError
from analyzer.reading.remote import mirror_of
from analyzer.remote.mirror import Mirror, fetch_all, mirrored, spoken_of
from analyzer.remote.places import Place, Source
from analyzer.remote.store import Stamp


def run_anywhere(
    folder: Source,
    site: Source,
    config: Config,
    options: Options,
    merge: tuple[Source, ...] = (),
    progress: Progress = lambda *_: None,
    work_all: WorkAll = pool.work_all,
) -> Batch:
    """Diagnose every run under a folder and write the site, both on this machine or in a store.

    Raises AnalyzerError, as run_batch does, and if a store cannot be read or written to.
    """
    if options.points and isinstance(site, Place):
        raise AnalyzerError("--points: not for a site in a store; write it to a folder here")
    if isinstance(folder, Place) and folder == site:
        raise AnalyzerError(f"{site}: is the folder of the logs itself; choose another -o")
    with ExitStack() as stack:
        options = replace(options, merge=tuple(_merged(stack, source) for source in merge))
        if isinstance(site, Place):
            away = stack.enter_context(opened_site(site))
            written = away.root
            progress = _followed(progress, away.count)
        else:
            written = site
        site_url = site.url if isinstance(site, Place) else ""
        if isinstance(folder, Path):
            origin = Origin("", {}, site_url)
            return run_batch(folder, written, config, options, progress, work_all, origin)
        with _logs(folder, written, config) as mirror:
            origin = Origin(folder.url, mirror.stamps, site_url)
            return run_batch(mirror.root, written, config, options, progress, work_all, origin)


def plan_anywhere(folder: Source, site: Source, config: Config, options: Options) -> Plan:
    """Return what a batch would do, both places on this machine or in a store."""
    with ExitStack() as stack:
        site_url = site.url if isinstance(site, Place) else ""
        written = stack.enter_context(seen_site(site)) if isinstance(site, Place) else site
        if isinstance(folder, Path):
            plan = plan_batch(folder, written, config, options, Origin("", {}, site_url))
        else:
            mirror = stack.enter_context(_logs(folder, written, config))
            origin = Origin(folder.url, mirror.stamps, site_url)
            plan = plan_batch(mirror.root, written, config, options, origin)
    return replace(plan, folder=str(folder), site=str(site))


def _followed(progress: Progress, step: Callable[[], None]) -> Progress:
    """Return a progress after which a step is taken."""

    def followed(what: str, done: int, total: int) -> None:
        progress(what, done, total)
        if what == "read":
            step()

    return followed


@contextmanager
def _logs(folder: Place, site: Path, config: Config) -> Iterator[Mirror]:
    """Mirror the logs; the start of a file that the site knows with its stamp is not read."""
    with State.copied(site) as state:
        known = state.known(claims_print(config))

        def is_known(name: str, stamp: Stamp) -> bool:
            file = known.get(name)
            return file is not None and file.stamp == stamp

        mirror = mirror_of(folder, is_known)
    try:
        with spoken_of(mirror):
            yield mirror
    finally:
        mirror.close()


def _merged(stack: ExitStack, source: Source) -> Path:
    """Return a site to merge as a folder of this machine, whole."""
    if isinstance(source, Path):
        return source
    mirror = mirrored(source, wanted=lambda *_: False)
    stack.callback(mirror.close)
    stack.enter_context(spoken_of(mirror))
    fetch_all(sorted(mirror.root.rglob("*")))
    return mirror.root
