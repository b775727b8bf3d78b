"""What Windows does otherwise than POSIX, and a thread that any system may refuse."""

from __future__ import annotations

import os
import re
import stat
import time
from pathlib import Path

ON_WINDOWS = os.name == "nt"
# Microsoft, "Naming Files, Paths, and Namespaces": devices with any ending, also where that is
# written after blanks; characters that no name has; a dot or blank at the end, which gets lost.
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9\u00b9\u00b2\u00b3]) *(?:[.:].*)?",
    re.IGNORECASE | re.DOTALL,
)
_NOT_IN_NAMES = re.compile(r'[\0-\x1f<>:"/\\|?*]|[. ]\Z')
_PLAIN_WORD = re.compile(r"[\w.:\\/+-]+")  # for the shells of Windows
_MOUNT_POINT = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", 0xA0000003)  # a junction
_NO_THREAD = "can't start new thread"  # a RuntimeError of Python
_MOST_CAUSES = 20  # of an error; they may go round in a circle
# Programs that look at each new file, as against viruses, hold it for a moment.
_TRIES, _WAIT = 6, 0.05  # the second in seconds, doubled each time: 1.6 in all


def is_windows_name(name: str) -> bool:
    """Say whether Windows takes a name for that of a file as it is written."""
    return _DEVICE.fullmatch(name) is None and _NOT_IN_NAMES.search(name) is None


def shell_word(word: str) -> str:
    """Return a word as the shell of this system takes it."""
    if not ON_WINDOWS:
        from shlex import quote  # help starts without it

        return quote(word)
    return word if _PLAIN_WORD.fullmatch(word) else f'"{word}"'  # no name has a quotation mark


def is_link(entry: Path | os.DirEntry[str]) -> bool:
    """Say whether an entry leads to another place: a symbolic link, or a junction of Windows."""
    if entry.is_symlink():
        return True
    return ON_WINDOWS and _is_junction(entry)


def _is_junction(entry: Path | os.DirEntry[str]) -> bool:
    try:
        status = entry.lstat() if isinstance(entry, Path) else entry.stat(follow_symlinks=False)
    except OSError:
        return False
    return getattr(status, "st_reparse_tag", 0) == _MOUNT_POINT


def replace(
    source: str | Path,
    target: str | Path,
    *,
    source_folder: int | None = None,
    target_folder: int | None = None,
) -> None:
    """Rename a file into the place of another, as os.replace does.

    The folders are descriptors, None where the paths are whole. Windows refuses while any program
    has one of the files open, so it is asked a few times. Raises OSError.
    """
    for attempt in range(_TRIES if ON_WINDOWS else 1):
        if attempt:
            time.sleep(_WAIT * 2 ** (attempt - 1))
        try:
            os.replace(source, target, src_dir_fd=source_folder, dst_dir_fd=target_folder)
        except PermissionError:
            if not ON_WINDOWS or attempt == _TRIES - 1:
                raise
        else:
            return


def is_no_thread(error: BaseException | None) -> bool:
    """Say whether the system refused a thread: too little memory or too many processes.

    Libraries raise errors of their own in its place; the cause is looked for behind them.
    """
    seen = 0
    while error is not None and seen < _MOST_CAUSES:
        if isinstance(error, RuntimeError | MemoryError) and _NO_THREAD in str(error):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False
