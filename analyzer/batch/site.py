"""From a folder of logs to a site: walk, diagnose what has changed, write the pages."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from analyzer import registry
from analyzer.batch import job
from analyzer.batch.pool import work_all
from analyzer.batch.result import Batch, Options
from analyzer.batch.state import State, known_files
from analyzer.batch.tree import UNOPENED, Tree, Unit, content_of, fingerprint, walk
from analyzer.batch.writing import held, put
from analyzer.config import Config
from analyzer.errors import AnalyzerError, NothingReadable, ParseError, PathNotFound
from analyzer.facts._base import Fact
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for
from analyzer.reading.load import meanings_of
from analyzer.reading.site import SITE_NOTE, STATE, is_site
from analyzer.registry.third_party import installed
from analyzer.registry.words import reason
from analyzer.safe.names import printable
from analyzer.version import __version__

Progress = Callable[
    [str, int, int], None
]  # what is done ("walk" or "read"), how many of how many (0: not known yet)
PAGES = ("index.html", "index.md", "runs.csv", "findings.jsonl")
_NOTE = SITE_NOTE + b". It marks the folder above as its own to replace.\n"
_EVERY = 500  # results between two writings of the index: a killed batch shows what it had then


def run_batch(
    folder: Path, site: Path, config: Config, options: Options, progress: Progress = lambda *_: None
) -> Batch:
    """Diagnose every run under a folder and write the site.

    What has not changed since the last call stays.

    Raises PathNotFound, NothingReadable where no file is a log, AnalyzerError where the site cannot
    be written to.
    """
    _check_places(folder, site)
    config.configured()  # a wrong setting is said before any work
    registry.discover("analyzer.facts", Fact)  # so is a plug-in that cannot be loaded
    meanings = meanings_of(config.metrics)
    parsers = parsers_for(ReadOptions(False, config.split_files, meanings, config.text))
    known = known_files(site)
    tree = walk(folder, parsers, known, step=lambda files: progress("walk", files, 0))
    if not tree.units:
        raise NothingReadable(_nothing(folder, tree))
    task = job.Task(str(folder), str(site), config, options.lang, options.reports)
    with held(site):
        _own(site)
        state = State(site)
        if tree.opened or len(tree.known) != len(known):
            state.remember(tree.known)
        return _update(tree, state, task, options, progress)


def _update(
    tree: Tree, state: State, task: job.Task, options: Options, progress: Progress
) -> Batch:
    """Read what has changed, keep each result as it comes, and write the pages."""
    site = state.site
    prints = _prints(tree, task, options)
    old = {
        unit.key
        for unit in tree.units
        if _holds(state.results.get(unit.key), prints[unit.key], site, options)
    }
    touched = _restamped(tree, state, old, task) if options.rehash else False
    todo = [unit for unit in tree.units if unit.key not in old]
    for unit in todo:
        state.results.pop(
            unit.key, None
        )  # it holds no longer: a batch that is stopped shows it as missing
    interrupted, fresh = False, 0
    try:
        for count, (unit, result) in enumerate(
            work_all(task, todo, options.limits) if todo else (), start=1
        ):
            fresh = count
            content = result.pop("content")
            state.add({"unit": unit.key, "print": _print(unit, task, content), **result})
            progress("read", len(old) + count, len(tree.units))
            if count % _EVERY == 0:
                _write(site, _batch(tree, state), options, missing=_missing(tree, state))
    except KeyboardInterrupt:
        interrupted = True
    finally:
        state.close()
    if state.keep_only({unit.key for unit in tree.units}) or todo or touched:
        state.rewrite()
    batch = _batch(tree, state)
    made = _pages_print(batch, options, task)
    if (
        todo
        or interrupted
        or state.pages() != made
        or not all((site / name).is_file() for name in PAGES)
    ):
        _write(site, batch, options, missing=_missing(tree, state))
        _tidy(site, batch, reports=options.reports)
        state.keep_pages("" if interrupted else made)
    return replace(batch, fresh=fresh, interrupted=interrupted)


def _check_places(folder: Path, site: Path) -> None:
    if not folder.exists():
        raise PathNotFound(f"{printable(str(folder))}: no such folder; check the path")
    if not folder.is_dir():
        raise AnalyzerError(
            f"{printable(str(folder))}: is a file; name its folder, or use 'analyzer report' for it"
        )
    if site.exists() and not site.is_dir():
        raise AnalyzerError(f"{printable(str(site))}: is a file; choose another -o")
    if site.resolve() == folder.resolve():
        raise AnalyzerError(
            f"{printable(str(site))}: is the folder of the logs itself; choose another -o"
        )
    if site.is_dir() and any(site.iterdir()) and not _is_ours(site):
        raise AnalyzerError(
            f"{printable(str(site))}: holds other files; choose an empty folder for -o"
        )


def _is_ours(site: Path) -> bool:
    """Say whether a batch made a folder; no part of it may be a link that leads elsewhere."""
    return is_site(site, [STATE]) and not any(
        path.is_symlink() for path in (site / STATE, site / "runs")
    )


def _own(site: Path) -> None:
    """Leave a note in the state folder, so that nobody looks for their data there."""
    note = site / STATE / "README"
    if not note.exists():
        put(site, note, _NOTE)


def _prints(tree: Tree, task: job.Task, options: Options) -> dict[str, str]:
    prints = {}
    for unit in tree.units:
        content = None
        if options.rehash:
            with suppress(OSError, ParseError):
                content = content_of(unit)
        prints[unit.key] = fingerprint(unit, _settings(task), content)
    return prints


def _print(unit: Unit, task: job.Task, content: str | None) -> dict[str, str | None]:
    """Return both fingerprints of a result: by the stamps of its files, and by what they hold."""
    settings = _settings(task)
    return {
        "stamps": fingerprint(unit, settings),
        "content": content and fingerprint(unit, settings, content),
    }


def _restamped(tree: Tree, state: State, keys: Set[str], task: job.Task) -> bool:
    """Give results that hold by their content the stamps of now.

    Say whether any of them was touched.
    """
    settings, touched = _settings(task), False
    for unit in tree.units:
        if unit.key in keys:
            print_, stamps = state.results[unit.key]["print"], fingerprint(unit, settings)
            touched |= print_["stamps"] != stamps
            print_["stamps"] = stamps
    return touched


def _settings(task: job.Task) -> str:
    said = [
        __version__,
        asdict(task.config),
        task.lang,
        printable(task.root),  # a report names its log
        *installed(),
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _holds(result: Mapping[str, Any] | None, wanted: str, site: Path, options: Options) -> bool:
    """Say whether a result still holds.

    Nothing it rests on has changed, and what it wrote is there.
    """
    if result is None or result.get("failed") or wanted not in result["print"].values():
        return False
    if any(file["key"] == UNOPENED for file in result["skipped"]):
        return False
    names = ("diagnosis.json", "report.html") if options.reports else ("diagnosis.json",)
    return all(
        _is_there(site / "runs" / run["folder"] / name) for run in result["runs"] for name in names
    )


def _is_there(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _batch(tree: Tree, state: State) -> Batch:
    """Return the records of all units that are done, and all that gave no run."""
    results = [state.results[unit.key] for unit in tree.units if unit.key in state.results]
    records = [run for result in results for run in result["runs"]]
    passed_over = (
        {"source": file.source, "key": file.key, "values": dict(file.values)}
        for file in tree.skipped
    )
    unread = sorted([*_unread(results), *passed_over], key=lambda file: str(file["source"]))
    return Batch(tuple(records), tuple(unread), 0, len(tree.units))


def _pages_print(batch: Batch, options: Options, task: job.Task) -> str:
    """Return what the pages rest on: where it is the same they need not be written again."""
    said = [_settings(task), options.reports, options.group, batch.records, batch.unread]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:32]


def _missing(tree: Tree, state: State) -> int:
    return sum(unit.key not in state.results for unit in tree.units)


def _write(site: Path, batch: Batch, options: Options, *, missing: int) -> None:
    """Write the pages and tables of what is done."""
    from analyzer.batch.pages import pages

    for name, content in pages(batch, options, missing=missing):
        path = site / name
        if not path.is_file() or path.read_bytes() != content:
            put(site, path, content)


def _unread(results: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    for result in results:
        if result.get("failed"):
            yield {"source": result["unit"], "failed": True, **result["failed"]}
        yield from (
            {"source": issue["source"], "issue": issue, "key": issue["key"], "values": {}}
            for issue in result["issues"]
        )
        yield from result["skipped"]


def _tidy(site: Path, batch: Batch, *, reports: bool) -> None:
    """Remove folders of runs that are gone, and the reports if none are asked for."""
    wanted = {record["folder"] for record in batch.records}
    folder = site / "runs"
    if folder.is_dir():
        for path in folder.iterdir():
            if path.name not in wanted:
                shutil.rmtree(path, ignore_errors=True)
            elif not reports:
                (path / "report.html").unlink(missing_ok=True)


def _nothing(folder: Path, tree: Tree) -> str:
    """Say in one line what was looked at and why none of it is a log."""
    count = Counter(file.key for file in tree.skipped)
    said = {file.key: reason(file.key, file.values).rstrip(".") for file in reversed(tree.skipped)}
    kinds = "; ".join(f"{number} {said[key]}" for key, number in count.most_common(3))
    files = f"{len(tree.skipped)} files ({kinds})" if tree.skipped else "no file in it"
    return f"{printable(str(folder))}: no training log found among {files}"
