"""Load every log under a path: the API behind ``analyzer.load`` and the commands."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from analyzer import metrics
from analyzer.errors import NothingReadable, ParseError, PathNotFound
from analyzer.garbage import no_searches
from analyzer.model.issues import Skipped
from analyzer.model.run import RunSet
from analyzer.parsers._base import ReadOptions
from analyzer.reading.checkpoints import with_checkpoints
from analyzer.reading.claims import HIDDEN, claim, groups_of, parsers_for
from analyzer.reading.files import files_under
from analyzer.reading.groups import Progress, read_groups
from analyzer.reading.missing import missing
from analyzer.reading.remote import read_from
from analyzer.reading.setting_patterns import checked
from analyzer.reading.split_beside import split_beside
from analyzer.registry.words import reason, sentence
from analyzer.remote.places import Place, source_of
from analyzer.safe import secrets
from analyzer.safe.names import printable

_EVENTS = "tensorboard"  # the parser whose folders may be splits of one run


def load(
    path: str | os.PathLike[str],
    *,
    strict: bool = False,
    names: Mapping[str, str] | None = None,
    system_stats: bool = False,
    split_files: bool = False,
    lines: Sequence[str] = (),
    folder_settings: Sequence[str] = (),
    tags: Iterable[str] | None = None,
    progress: Progress | None = None,
) -> RunSet:
    """Read every log under a path: a file, or a folder with any mix of formats.

    A path may be a URL, such as ``s3://bucket/runs`` (extra ``[remote]``).

    Parameters
    ----------
    strict
        Raise ParseError on the first damaged or refused file.
    names
        Meanings of names that cannot be recognised, e.g. ``{"my_nll": "val/loss"}``.
    system_stats
        Also read the hardware metrics that a tracker recorded.
    split_files
        Make each TensorBoard event file a run of its own, instead of one run per folder.
    lines
        Expressions with named groups for the lines of console output, as in
        ``[tool.analyzer.text]``.
    folder_settings
        Patterns of names of folders that hold settings, e.g. ``["lr{lr}_s{seed}"]``.
    tags
        Keep only the points logged under these tags, as the log spells them. A large event file
        then needs little more memory than these.
    progress
        Called as ``progress(done, total, shown)`` before each run, in bytes.

    Raises
    ------
    PathNotFound
        If the path does not exist.
    NothingReadable
        If no log under it has a point.
    """
    source = source_of(path) if isinstance(path, str) else path
    if isinstance(source, Place):
        with read_from(source.url) as mirrored:
            return load(
                mirrored,
                strict=strict,
                names=names,
                system_stats=system_stats,
                split_files=split_files,
                lines=lines,
                folder_settings=folder_settings,
                tags=tags,
                progress=progress,
            )
    wanted = None if tags is None else _as_set(tags)
    found = scan(
        source,
        names=names,
        system_stats=system_stats,
        split_files=split_files,
        lines=lines,
        folder_settings=folder_settings,
        tags=wanted,
        progress=progress,
    )
    if wanted is not None and not (found.runs or found.issues or found.unreadable):
        shown = printable(secrets.path(Path(source).as_posix()))
        listed = ", ".join(sorted(map(printable, wanted)))
        raise NothingReadable(f"{shown}: no log has a point under the tags {listed}; check them")
    require_runs(Path(source), found, strict=strict)
    return found


def require_runs(root: Path, found: RunSet, *, strict: bool, lang: str = "en") -> None:
    """Raise NothingReadable, in a language, if nothing was found under a path.

    With ``strict``, raise ParseError for the first damage.
    """
    if strict:
        raise_on_damage(found, lang=lang)
    if not found:
        raise NothingReadable(_nothing(root, found, lang))


@no_searches()
def scan(
    path: str | os.PathLike[str],
    *,
    names: Mapping[str, str] | None = None,
    system_stats: bool = False,
    split_files: bool = False,
    lines: Sequence[str] = (),
    folder_settings: Sequence[str] = (),
    tags: Iterable[str] | None = None,
    progress: Progress | None = None,
) -> RunSet:
    """Read every log under a path that may have none; the parameters are those of ``load``.

    Raises PathNotFound if the path does not exist.
    """
    patterns, meanings = checked(folder_settings), meanings_of(names or {})
    wanted = None if tags is None else _as_set(tags)
    options = ReadOptions(system_stats, split_files, meanings, lines, patterns, wanted)
    root = Path(path)
    if not os.path.exists(root):  # noqa: PTH110 - Path.exists raises for a name that is too long
        raise PathNotFound(missing(root))
    parsers = parsers_for(options)
    claimed = [claim(item, parsers) for item in files_under(root)]
    groups = groups_of([item for item in claimed if not isinstance(item, Skipped)], parsers)
    found = read_groups(root, groups, parsers, progress=progress)
    runs = found.runs
    if len(runs) == 1 and any(name == _EVENTS for name, _ in groups):
        runs = (replace(runs[0], issues=(*runs[0].issues, *split_beside(root))),)
    settled = {file.source for file in found.skipped}
    for run in found:
        settled.update(run.meta.config_files)
    unclaimed = [item for item in claimed if isinstance(item, Skipped) and item.key != HIDDEN]
    skipped = [file for file in unclaimed if file.source not in settled] + [*found.skipped]
    skipped.sort(key=lambda file: file.source)
    logs = chain.from_iterable(run.meta.files for run in found)
    return RunSet(runs, found.issues, tuple(with_checkpoints(skipped, logs)))


def _as_set(tags: Iterable[str]) -> frozenset[str]:
    """Return tags as a set; a text is one tag."""
    return frozenset([tags] if isinstance(tags, str) else tags)


def meanings_of(names: Mapping[str, str]) -> dict[str, metrics.Reading]:
    """Parse the meanings that a user gives to names. Raises ConfigError if one is invalid."""
    return {name: metrics.parse_meaning(name, meaning) for name, meaning in names.items()}


def raise_on_damage(*sets: RunSet, lang: str = "en") -> None:
    """Raise ParseError, in a language, for the first issue with a loss, or unreadable file."""
    for found in sets:
        issues = list(found.issues)
        for run in found:
            issues += run.issues
        for issue in issues:
            if issue.severity in ("error", "warning"):
                error = ParseError(issue.key, **issue.values)
                text = sentence("_issues", lang, issue.key, issue.values)
                error.args = (issue.line(text),)
                raise error
        for file in found.unreadable:
            refused = ParseError(file.key, **file.values)
            refused.args = (f"{file.source}: {reason(file.key, file.values, lang)}",)
            raise refused


def _nothing(root: Path, found: RunSet, lang: str) -> str:
    """Return one line that says why a path gave no run."""
    if found.issues:
        return "; ".join(
            issue.line(sentence("_issues", lang, issue.key, issue.values))
            for issue in found.issues[:3]
        )
    if len(found.skipped) == 1:
        (file,) = found.skipped
        return f"{file.source}: {reason(file.key, file.values, lang)}"
    shown = printable(secrets.path(root.as_posix()))
    if not found.skipped:
        return f"{shown}: {reason('empty_folder', {}, lang)}"
    values = {"count": len(found.skipped), "kinds": kinds(found.skipped, lang)}
    return f"{shown}: {reason('no_log_found', values, lang)}"


def kinds(skipped: Sequence[Skipped], lang: str = "en") -> str:
    """Return the three most frequent reasons with their counts, in one line."""
    count = Counter(file.key for file in skipped)
    worded = {
        file.key: reason(file.key, file.values, lang).rstrip(".") for file in reversed(skipped)
    }
    return "; ".join(f"{number} {worded[key]}" for key, number in count.most_common(3))
