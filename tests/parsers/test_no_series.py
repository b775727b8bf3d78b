"""Small JSON files without a series, told by their first bytes alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._base import HEAD, LogFile
from analyzer.parsers._no_series import has_no_series
from analyzer.reading.load import scan


def file_of(content: bytes, tmp_path: Path) -> LogFile:
    path = tmp_path / "config.json"
    path.write_bytes(content)
    return LogFile(path, Path(path.name), path.name, len(content))


@pytest.mark.parametrize(
    "content",
    [
        b'{"lr": 0.1, "seed": 3}',
        b'{"optimizer": {"name": "adam", "lr": 0.1}, "amp": true, "name": null}\n',
        b"\xef\xbb\xbf{}",
    ],
)
def test_plain_settings_have_no_series(content: bytes, tmp_path: Path) -> None:
    assert has_no_series(file_of(content, tmp_path))


@pytest.mark.parametrize(
    "content",
    [
        b'{"loss": [0.5, 0.4]}',
        b'{"loss": {"0": 0.5, "1": 0.4}}',
        b'{"epoch_1": {"loss": 0.5}, "epoch_2": {"loss": 0.4}}',
        b'{"history": "{\'loss\': (0.5, 0.4)}"}',
        b'{"lr": 0.1',
        b'{"lr": 0.1}\n{"lr": 0.2}\n',
        b'{"lr": 0.1}\0\0',
        b'{"lr": 0.1, "note": "' + b"x" * HEAD + b'"}',
        b"",
    ],
    ids=["list", "rows", "epochs", "text", "cut", "lines", "NULs", "larger", "empty"],
)
def test_what_may_be_a_history_or_is_damaged_is_read_whole(content: bytes, tmp_path: Path) -> None:
    assert not has_no_series(file_of(content, tmp_path))


def test_settings_without_a_log_are_listed_with_their_format(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"lr": 0.1}')
    (skipped,) = scan(tmp_path).skipped
    assert (skipped.source, skipped.key, skipped.nearest) == (
        "config.json",
        "no_metric",
        "history JSON",
    )
