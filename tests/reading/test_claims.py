"""Claims: the most specific parser reads a file, and every other file has a reason."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from analyzer.errors import ParseError
from analyzer.model.issues import Skipped
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser, ReadOptions
from analyzer.reading.claims import ClaimedFile, ClaimedGroup, claim, groups_of, parsers_for
from analyzer.reading.load import scan


class Claiming(Parser):
    """Claims what begins with a letter; puts all files into one run."""

    def __init__(self, letter: bytes) -> None:
        super().__init__()
        self.letter = letter

    def claims(self, file: LogFile) -> bool:
        return file.head.startswith(self.letter)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        return [Group(Path("all"), tuple(files))]

    def parse(self, group: Group) -> list[Run]:
        raise AssertionError("no file is read")


def log_file(folder: Path, name: str, content: bytes) -> LogFile:
    path = folder / name
    path.write_bytes(content)
    return LogFile(path, Path(name), name, len(content))


def test_parsers_of_higher_specificity_are_asked_first_then_by_name() -> None:
    parsers = parsers_for(ReadOptions())
    order = [(-parser.specificity, name) for name, parser in parsers.items()]
    assert order == sorted(order)
    assert parsers["wandb_chart"].specificity > parsers["csv_table"].specificity


def test_the_first_parser_that_claims_a_file_reads_it(tmp_path: Path) -> None:
    parsers = {"a": Claiming(b"x"), "b": Claiming(b"x"), "c": Claiming(b"y")}
    first, second = log_file(tmp_path, "1", b"x"), log_file(tmp_path, "2", b"y")
    assert claim(first, parsers) == ClaimedFile("a", first)
    assert claim(second, parsers) == ClaimedFile("c", second)
    groups = groups_of([ClaimedFile("a", first), ClaimedFile("a", second)], parsers)
    assert groups == [ClaimedGroup("a", Group(Path("all"), (first, second)))]


@pytest.mark.parametrize("head", [b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"SQLite format 3\0"])
def test_a_parser_of_text_is_not_asked_about_an_image_or_a_database(
    head: bytes, tmp_path: Path
) -> None:
    class Reading(Claiming):
        reads_text = True

    file = log_file(tmp_path, "x", head)
    parsers = {"text": Reading(head[:1]), "any": Claiming(head[:1])}
    assert claim(file, parsers) == ClaimedFile("any", file)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x", b"", "empty_file"),
        ("x.pkl", b"text", "pickle"),
        ("x.pkl", b"\x1f\x8b", "pickle"),
        ("x", b"\x80\x04", "pickle"),
        ("x.zip", b"PK\x03", "archive"),
        ("x.gz", b"\x1f\x8b", "half_archive"),
        ("x", b"\x93NUMPY", "numpy_damaged"),
        ("x.txt", b"dear diary", "not_a_log"),
        ("x.pt", b"anything", "torch_checkpoint"),
        ("x.bin", b"PK\x03\x04" + b"\0" * 26 + b"archive/data.pkl", "torch_checkpoint"),
        ("x", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", "torch_checkpoint"),
        ("x", b"name" + b"\0" * 253 + b"ustar" + b"00", "archive"),
        ("x.tar.xz", b"\xfd7zXZ", "archive"),
        ("x.h5", b"\x89HDF", "model_file"),
        ("x.keras", b"PK\x03\x04", "model_file"),
    ],
)
def test_a_file_that_no_parser_claims_has_a_reason(
    name: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    assert claim(log_file(tmp_path, name, content), {}) == Skipped(name, reason)


def test_a_file_that_cannot_be_read_is_skipped_with_the_error(tmp_path: Path) -> None:
    class Failing(Claiming):
        def claims(self, file: LogFile) -> bool:
            raise ParseError("not_a_regular_file")

    file = log_file(tmp_path, "x", b"x")
    assert claim(file, {"a": Failing(b"x")}) == Skipped("x", "not_a_regular_file", {})


@pytest.mark.parametrize("kind", ["database", "journal"])
def test_a_study_of_optuna_is_named(kind: str, tmp_path: Path) -> None:
    if kind == "database":
        with closing(sqlite3.connect(tmp_path / "study.db")) as connection:
            for table in ("studies", "trials", "trial_values", "trial_intermediate_values"):
                connection.execute(f"CREATE TABLE {table} (id INTEGER)")
            connection.commit()
    else:
        lines = [{"op_code": code, "worker_id": "w", "trial_id": 0} for code in (0, 4, 5)]
        text = "\n".join(json.dumps(line) for line in lines)
        (tmp_path / "journal.log").write_text(text)
    (file,) = scan(tmp_path).skipped
    assert file.key == "optuna_storage"
