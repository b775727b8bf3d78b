from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest

from analyzer.errors import ConfigError
from analyzer.remote import places
from analyzer.remote.places import is_url, place_of, source_of


@pytest.mark.parametrize(
    "text", ["s3://bucket/runs", "memory://runs", "S3A://bucket", "file:///x", "arrow_hdfs://x"]
)
def test_a_scheme_makes_a_url(text: str) -> None:
    assert is_url(text)


@pytest.mark.parametrize("text", ["runs", "./s3:/runs", "C://runs", "/data/runs", Path("s3://b")])
def test_anything_else_is_a_path(text: object) -> None:
    assert not is_url(text)


def test_a_place_has_the_parts_of_its_path_and_no_slash_at_its_end() -> None:
    place = place_of("S3://bucket/runs/")
    assert place.url == "s3://bucket/runs"
    assert place.names == ("bucket", "runs")
    assert place.above.url == "s3://bucket"
    assert place / "index.html" == "s3://bucket/runs/index.html"


@pytest.mark.parametrize(
    "text", ["s3://KEY:SECRET@bucket/runs", "s3://KEY@bucket", "sftp://me:SECRET@host/runs"]
)
def test_credentials_in_a_url_are_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        place_of(text)
    assert "SECRET" not in str(raised.value)
    assert "KEY" not in str(raised.value)
    assert "FSSPEC_CONFIG_DIR" in str(raised.value)


def test_an_azure_container_and_a_user_are_no_credentials() -> None:
    assert place_of("abfs://runs@account.dfs.core.windows.net/x").names[-1] == "x"
    assert place_of("sftp://me@host/runs").names[-1] == "runs"


@pytest.mark.parametrize(
    "text", ["s3://", "s3://b/../c", "zip://x::s3://b/x.zip", "https://x/runs"]
)
def test_what_names_no_folder_of_a_store_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        place_of(text)


def test_a_source_is_a_place_or_a_path() -> None:
    assert source_of("runs") == Path("runs")
    assert source_of("s3://b/runs") == place_of("s3://b/runs")


@pytest.mark.parametrize("scheme", ["file", "FILE", "local"])
def test_a_url_of_this_machine_is_a_path(scheme: str) -> None:
    assert source_of(f"{scheme}:///data/runs/") == Path("/data/runs")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file://localhost/data/a%20b", "/data/a b"),
        ("file:///data/100%25", "/data/100%"),
        ("local:///data/100%25", "/data/100%25"),
        ("file://runs/a", "runs/a"),
    ],
)
def test_a_file_url_is_decoded(url: str, path: str) -> None:
    assert source_of(url) == Path(path)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (r"file:///C:/my%20runs", r"C:\my runs"),
        ("file:///c|/runs", r"c:\runs"),
        ("file://C:/runs", r"C:\runs"),
        ("file://server/share/runs", r"\\server\share\runs"),
        ("file://localhost/C:/runs", r"C:\runs"),
    ],
)
def test_a_file_url_on_windows(url: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "ON_WINDOWS", True)
    monkeypatch.setattr(places, "Path", PureWindowsPath)
    assert source_of(url) == PureWindowsPath(path)


@pytest.mark.parametrize("text", [r"C:\runs", "C:/runs", "C:runs", r"\\server\share", "c:"])
def test_drives_and_shares_are_paths(text: str) -> None:
    assert not is_url(text)
