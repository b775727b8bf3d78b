"""Say whether a folder has runs that are not among those that are being read.

A command that is given one log, and a batch that reads a tree in parts, see only some runs; whose
a file with settings is depends on the others, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from analyzer.model.issues import Skipped
from analyzer.model.run import Run, RunSet
from analyzer.parsers._base import Group, Parser
from analyzer.parsers._setting_files import is_setting_file
from analyzer.reading.claims import ClaimedGroup, claim, groups_of
from analyzer.reading.setting_folders import Folders

MOST_TRIED = 12  # logs that are read to see whether they are runs; with more, they are
MOST_LISTED = 1000  # files; with more, some are taken to be runs
_LARGEST = 1 << 24  # bytes of a log that is read to see whether it is a run; a larger one is

Reader = Callable[..., RunSet]


class OtherRuns:
    """Looks for runs among the files of a folder that were not given."""

    def __init__(
        self,
        root: Path,
        groups: Sequence[ClaimedGroup],
        parsers: Mapping[str, Parser],
        read: Reader,
    ) -> None:
        self.folders = Folders(root)
        self.groups = groups
        self.parsers = parsers
        self.read = read
        self.answers: dict[tuple[Path, tuple[str, ...]], bool] = {}

    def has_runs(self, folder: Path, run: Run | None) -> bool:
        """Say whether a folder has a run, or one beside ``run``."""
        key = (folder, run.paths if run else ())
        if key not in self.answers:
            self.answers[key] = self._look(folder, run)
        return self.answers[key]

    def _look(self, folder: Path, run: Run | None) -> bool:
        given: set[str] = set()
        for _, group in self.groups:
            given.update(str(file.path) for file in group.files)
        names = [name for name in self.folders.listing(folder).others if not is_setting_file(name)]
        if len(names) > MOST_LISTED:
            return True
        files = [self.folders.file(folder / name) for name in names]
        others = [file for file in files if file is not None and str(file.path) not in given]
        claimed = [claim(file, self.parsers) for file in others]
        logs = [item for item in claimed if not isinstance(item, Skipped)]
        found = groups_of(logs, self.parsers)
        own = [entry for entry in self.groups if run and _has(entry.group, run)]
        if len(found) > MOST_TRIED:
            return True
        return any(self._is_run(entry, own) for entry in found)

    def _is_run(self, entry: ClaimedGroup, own: Sequence[ClaimedGroup]) -> bool:
        """Say whether a log is a run, and no other log of the same run."""
        if entry.group.size > _LARGEST:
            return True
        alone = self.read(self.folders.root, [entry], self.parsers, beside=False)
        if not alone or not own:
            return bool(alone)
        groups = [*own, entry]
        return len(self.read(self.folders.root, groups, self.parsers, beside=False)) > 1


def _has(group: Group, run: Run) -> bool:
    return any(str(file.path) in run.paths for file in group.files)
