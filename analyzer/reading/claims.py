"""Decide which parser reads which file, and which files make one run together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from analyzer import registry
from analyzer.errors import ParseError
from analyzer.model.issues import RESULTS, Skipped
from analyzer.parsers._base import Group, LogFile, Parser, ReadOptions
from analyzer.parsers._matrix_files import is_matrix_file
from analyzer.parsers._prediction_files import is_prediction_file
from analyzer.parsers._report_files import is_report_file
from analyzer.parsers._traceback import exception_alone
from analyzer.reading.failures import failure, key_of, refusal
from analyzer.reading.files import cannot_open
from analyzer.reading.unclaimed import in_place_of_log, why_unclaimed
from analyzer.registry.third_party import warn

_MOST_READ = 16 << 20  # bytes of a hidden file; what is larger and claimed is taken for a log
HIDDEN = "hidden"  # of a hidden file that is no log, which nobody needs to know
# By the ending of a name: the format that a file was probably meant to be, and what it lacks then.
_NEAREST = {
    ".json": ("keras_history", "no_json_history"),
    ".jsonl": ("json_lines", "no_json_rows"),
    ".ndjson": ("json_lines", "no_json_rows"),
    ".csv": ("csv_table", "no_csv_table"),
    ".tsv": ("csv_table", "no_csv_table"),
    ".wandb": ("wandb_run", "not_a_log"),
    ".db": ("mlflow_database", "no_tracker_tables"),
    ".sqlite": ("mlflow_database", "no_tracker_tables"),
    ".sqlite3": ("mlflow_database", "no_tracker_tables"),
    ".parquet": ("neptune_parquet", "no_neptune_columns"),
}
# Images, sounds, documents, programs, fonts, archives and databases: what no text begins with.
_NO_TEXT = (
    *(b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF", b"II*\0", b"MM\0*"),
    *(b"OggS", b"fLaC", b"%PDF-", b"\x7fELF", b"\0asm", b"\xca\xfe\xba\xbe", b"wOFF", b"wOF2"),
    *(b"PK\3\4", b"\x1f\x8b", b"\x93NUMPY", b"\x89HDF\r\n", b"SQLite format 3\0"),
)


class ClaimedFile(NamedTuple):
    """A file and the name of the parser that reads it."""

    parser: str
    file: LogFile


class ClaimedGroup(NamedTuple):
    """The files of one run and the name of the parser that reads them."""

    parser: str
    group: Group


def parsers_for(options: ReadOptions) -> dict[str, Parser]:
    """Return the parsers by name, in the order in which they may claim a file."""
    kinds = registry.discover("analyzer.parsers", Parser)
    order = sorted(kinds, key=lambda name: (-kinds[name].specificity, name))
    return {name: kinds[name](options) for name in order}


def claim(item: LogFile | Skipped, parsers: Mapping[str, Parser]) -> ClaimedFile | Skipped:
    """Return a file with the first parser that claims it, or why no parser reads it.

    A hidden file is in no run: it is ``hidden_log`` if it has points, else ``HIDDEN``.
    """
    if isinstance(item, Skipped):
        return item
    if not item.hidden and _shows_results(item):
        return Skipped(item.shown, RESULTS)
    found = _claimed(item, parsers)
    if not item.hidden:
        return found
    is_log = isinstance(found, ClaimedFile) and _has_points(found, parsers[found.parser])
    return Skipped(item.shown, "hidden_log" if is_log else HIDDEN)


def _has_points(found: ClaimedFile, parser: Parser) -> bool:
    """Say whether a file has points of a run. Parsers claim more than that, by the first bytes."""
    if found.file.size > _MOST_READ:
        return True
    try:
        runs = chain.from_iterable(parser.parse(group) for group in parser.groups([found.file]))
        return any(run.points for run in runs)
    except (ParseError, OSError):
        return False
    except (Exception, SystemExit):  # what breaks a parser is of its format
        return True


def _claimed(item: LogFile, parsers: Mapping[str, Parser]) -> ClaimedFile | Skipped:
    """Return a file with the first parser that claims it, or why no parser reads it.

    A parser that fails while it looks at a file leaves it to the others.
    """
    refused = _refused(item)
    if refused is not None:
        return refused
    failed: Skipped | None = None
    for name, parser in _asked(item, parsers):
        try:
            if parser.claims(item):
                return ClaimedFile(name, item)
        except ParseError as error:
            return refusal(item, parser, error)
        except OSError as error:  # a read that fails after the file was opened
            return cannot_open(item.shown, error)
        except (Exception, SystemExit) as error:
            failed = failed or Skipped(item.shown, key_of(error), failure(parser, error))
    return failed or _unclaimed(item, parsers)


def _unclaimed(item: LogFile, parsers: Mapping[str, Parser]) -> Skipped:
    """Return why no parser reads a file, with the format that it is most like."""
    try:
        key = why_unclaimed(item)
        exception = exception_alone(item) if key == "not_a_log" else ""
    except ParseError as error:  # it changed since it was opened first
        return Skipped(item.shown, error.key, error.values)
    except OSError as error:
        return cannot_open(item.shown, error)
    if exception:
        return Skipped(item.shown, "ends_in_exception", {"exception": exception})
    nearest, lacks = _NEAREST.get(item.suffix.lower(), ("", key))
    if key != "not_a_log" or nearest not in parsers:
        return Skipped(item.shown, key)
    return Skipped(item.shown, lacks, nearest=parsers[nearest].title)


def _asked(file: LogFile, parsers: Mapping[str, Parser]) -> Iterator[tuple[str, Parser]]:
    """Yield the parsers that may read a file, with their names."""
    is_text = not file.head.startswith(_NO_TEXT)
    for name, parser in parsers.items():
        if is_text or not parser.reads_text:
            yield name, parser


def _shows_results(item: LogFile) -> bool:
    """Say whether a file holds results of a model, one of a run that lies beside it."""
    try:
        return is_prediction_file(item) or is_matrix_file(item) or is_report_file(item)
    except (ParseError, OSError):
        return False  # the parsers say why it cannot be opened


def _refused(item: LogFile) -> Skipped | None:
    """Return why no parser is asked about a file: it cannot be opened, or is a pointer to one."""
    try:
        item.head  # noqa: B018 - reads it
    except ParseError as error:
        return Skipped(item.shown, error.key, error.values)
    except OSError as error:
        return cannot_open(item.shown, error)
    key = "" if item.hidden else in_place_of_log(item)
    return Skipped(item.shown, key) if key else None


def groups_of(claimed: Iterable[ClaimedFile], parsers: Mapping[str, Parser]) -> list[ClaimedGroup]:
    """Return the claimed files by run, each group with its parser; opens no file."""
    files: dict[str, list[LogFile]] = {}
    for name, file in claimed:
        files.setdefault(name, []).append(file)
    groups = []
    for name, own in files.items():
        groups += [ClaimedGroup(name, group) for group in _groups(parsers[name], own)]
    return groups


def _groups(parser: Parser, files: list[LogFile]) -> list[Group]:
    """Return the files of a parser by run; each is one if the parser fails to group them."""
    try:
        return parser.groups(files)
    except (Exception, SystemExit) as error:
        values = failure(parser, error)
        warn(f"{values['format']}: each file is read as a run of its own: {values['error']}")
        return [Group(file.bare, (file,)) for file in files]
