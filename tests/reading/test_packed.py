"""Archives and NumPy files that are cut, damaged, empty, or another kind than their name says."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from analyzer.reading import packed
from tests.reading.test_claims import log_file

GZIP = gzip.compress(b"epoch,loss\n" + b"1,0.5\n2,0.25\n" * 3000, mtime=0)


def a_zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("run/log.csv", "epoch,loss\n1,0.5\n")
    return content.getvalue()


def npy(array: np.ndarray[object, np.dtype[np.generic]]) -> bytes:
    content = io.BytesIO()
    np.save(content, array, allow_pickle=True)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "whole"),
    [
        ("x.gz", GZIP, True),
        ("x.gz", GZIP + GZIP, True),
        ("x.gz", GZIP[:-1], False),
        ("x.gz", GZIP[: len(GZIP) // 2], False),
        ("x.gz", GZIP[:-8] + bytes(8), False),
        ("x.gz", b"plain text", False),
        ("x.zip", a_zip(), True),
        ("x.zip", a_zip()[:-10], False),
        ("x.zip", GZIP, False),
        ("x.bz2", b"BZh91AY", True),
        ("x.7z", bytes(40), False),
        ("x.tar", bytes(512), True),
        ("x", a_zip(), True),
    ],
)
def test_an_archive_is_whole_if_it_has_its_end(
    name: str, content: bytes, whole: bool, tmp_path: Path
) -> None:
    assert packed.is_whole(log_file(tmp_path, name, content)) is whole


@pytest.mark.parametrize("limit", ["_MOST_PACKED", "_MOST_UNPACKED"])
def test_what_is_too_large_to_look_through_is_taken_for_whole(
    limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, limit, 10)
    assert packed.is_whole(log_file(tmp_path, "x.gz", GZIP[:-1]))


def test_a_bomb_is_not_unpacked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_MOST_UNPACKED", 1 << 20)
    monkeypatch.setattr(packed, "_PART", 1 << 16)
    assert packed.is_whole(log_file(tmp_path, "x.gz", gzip.compress(bytes(1 << 24))[:-1]))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (npy(np.arange(9.0)), "single_array"),
        (npy(np.array([{"loss": 1}], dtype=object)), "numpy_objects"),
        (npy(np.arange(9.0))[:40], "numpy_damaged"),
        (b"\x93NUMPY\1\0\4\0{'a'", "numpy_damaged"),
        (b"\x93NUMPY\1\0\4\0(1,\n", "numpy_damaged"),
        (b"\x93NUMPY\x09\0", "numpy_damaged"),
    ],
)
def test_a_numpy_array_is_told_by_its_header(content: bytes, kind: str) -> None:
    assert packed.npy_kind(content) == kind
