"""Say what a file is that no parser reads: something else, damaged, or not what its name says.

Only its bytes count, of text the first 4 KiB. What lies in the place of a log (a web page, zeros,
half an archive) is told by its own reason, so that a gate can fail on it.
"""

from __future__ import annotations

import re

from analyzer.errors import NotThisFormat, ParseError
from analyzer.parsers import _parquet
from analyzer.parsers._base import LogFile
from analyzer.parsers._encoding import UTF16
from analyzer.parsers._sqlite import is_database, table_names
from analyzer.reading.answers import is_answer
from analyzer.reading.packed import EMPTY_ZIP, is_whole, npy_kind

_PICKLE_NAMES = (".pkl", ".pickle", ".joblib")
_TORCH_NAMES = (".pt", ".pth", ".ckpt")
_TORCH = b"/data.pkl"  # the first member of the zip file that torch.save writes
_TORCH_BEFORE_2019 = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # its magic number, pickled
_MODEL_NAMES = (".h5", ".hdf5", ".keras", ".safetensors", ".onnx", ".pb", ".tflite", ".gguf")
_LFS, _LONGEST_POINTER = b"version https://git-lfs", 1024  # bytes
_TAR, _TAR_AT = b"ustar", 257
_ARCHIVE_NAMES = (".tar", ".tgz", ".7z", ".rar", ".bz2", ".xz", ".zst", ".gz", ".zip")
_OPTUNA = {"studies", "trials", "trial_values"}  # tables of its database
_ZIP, _GZIP, _NUMPY, _PICKLE = b"PK", b"\x1f\x8b", b"\x93NUMPY", b"\x80"  # first bytes

TABLES = (".csv", ".tsv")
JSON = (".json", ".jsonl", ".ndjson")
DATABASES = (".db", ".sqlite", ".sqlite3")
_TEXTS = (*TABLES, *JSON)  # names of files that are text and hold data
_LOGS = (*_TEXTS, ".log", ".txt", ".out", ".tex", "")  # that may hold a log
_SETTINGS = (".yaml", ".yml", ".toml", ".ini")
_DATA = (  # that hold no text to read, so that a page under such a name is none
    *(*_TEXTS, *DATABASES, ".parquet", ".wandb", ".npz", ".npy"),
    *(*_PICKLE_NAMES, *_ARCHIVE_NAMES),
)
_CONFLICTING = (".json", ".yaml", ".yml", ".toml")  # of which a conflict leaves nothing to read
_CONFLICT = re.compile(rb"^<<<<<<< \S.*$", re.MULTILINE)  # of Git
_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_MOST_CONTROL = 0.1  # of the signs of a text; random bytes have a quarter
_MOST_ZEROS = 64 << 20  # bytes of a file that is read for something else than zeros
_PART = 1 << 20


def in_place_of_log(file: LogFile) -> str:
    """Return what certainly came into the place of a log, "" if nothing; no parser need look.

    Parsers of formats with names of their own (event files, ``.wandb``) tell a pointer themselves.
    """
    suffix = file.suffix.lower()
    if file.size <= _LONGEST_POINTER and file.head.startswith(_LFS):
        return "git_lfs_pointer" if suffix in _TEXTS + DATABASES + (".parquet",) else ""
    if file.is_packed and not file.head and not is_whole(file):
        return "half_archive"
    is_events = "tfevents" in file.name
    if suffix in _CONFLICTING and _CONFLICT.search(file.head) is not None:
        return "merge_conflict"
    is_data = is_events or suffix in _DATA
    return "web_page" if is_data and is_answer(file) else ""


def why_unclaimed(file: LogFile) -> str:
    """Return the key of the reason, recognising what people often have instead of a log."""
    if file.size == 0:
        return "empty_file"
    for kind in (_model, _archive, _named_for_bytes, _text):
        key = kind(file)
        if key:
            return key
    return "not_a_log"


def _model(file: LogFile) -> str:
    """Return the kind of a file of weights, or of a study, "" for another one."""
    head, suffix = file.head, file.suffix.lower()
    if suffix in _MODEL_NAMES:
        return "model_file"
    is_torch = head.startswith(_ZIP) and _TORCH in head[:128]
    if is_torch or head.startswith(_TORCH_BEFORE_2019) or suffix in _TORCH_NAMES:
        return "torch_checkpoint"
    if is_database(file) and table_names(file) >= _OPTUNA:
        return "optuna_storage"
    return ""


def _archive(file: LogFile) -> str:
    """Return the kind of a file that holds others, or Python objects, "" for another one."""
    head, suffix = file.head, file.suffix.lower()
    if head.startswith(_PICKLE) or suffix in _PICKLE_NAMES:
        return "pickle"
    if head.startswith(_NUMPY):
        return npy_kind(head)
    if suffix in (".npy", ".npz") and not head.startswith(_ZIP):
        return "numpy_damaged"
    if head.startswith(EMPTY_ZIP):
        return "empty_archive"
    if file.is_packed and not is_whole(file):
        return "half_archive"
    is_archive = head.startswith((_ZIP, _GZIP)) or head[_TAR_AT:].startswith(_TAR)
    if is_archive or suffix in _ARCHIVE_NAMES:
        return "archive" if is_whole(file) else "half_archive"
    return ""


def _named_for_bytes(file: LogFile) -> str:
    """Return what is wrong with Parquet or a database by the name, "" if nothing."""
    suffix = file.suffix.lower()
    if suffix == ".parquet" or file.head.startswith(_parquet.MAGIC):
        return "" if _is_parquet(file) else "half_parquet"
    if suffix in DATABASES and not is_database(file):
        is_other = suffix == ".db" and _is_binary(file) and not _is_zeros(file)
        return "" if is_other else "no_database"  # ".db" is the name of other formats, too
    return ""


def _is_parquet(file: LogFile) -> bool:
    """Say whether a file has both ends, and the library, where it is installed, can open it."""
    if not _parquet.has_both_ends(file):
        return False
    try:
        _parquet.names_of(file)
    except NotThisFormat:  # the library is missing
        return True
    except ParseError:
        return False
    return True


def _text(file: LogFile) -> str:
    """Return what is wrong with a file that is text by its name, "" if nothing.

    LevelDB numbers its logs, which are binary.
    """
    suffix = file.suffix.lower()
    if suffix in _LOGS + _SETTINGS and is_answer(file):
        return "web_page"
    if suffix in _LOGS and _is_zeros(file):
        return "only_zeros"
    is_text = suffix in (*_TEXTS, ".txt") or (suffix == ".log" and not file.stem.isdecimal())
    return "no_text" if is_text and _is_binary(file) else ""


def _is_zeros(file: LogFile) -> bool:
    """Say whether a file has no byte but zeros, as after a crash of a machine."""
    if file.head.strip(b"\0") or file.size > _MOST_ZEROS:
        return False
    with file.open() as handle:
        while part := handle.read(_PART):
            if part.strip(b"\0"):
                return False
    return True


def _is_binary(file: LogFile) -> bool:
    """Say whether the first bytes are no text in an encoding that is read."""
    if file.head.startswith(UTF16):
        return False
    return len(_CONTROL.findall(file.text)) > _MOST_CONTROL * len(file.text)
