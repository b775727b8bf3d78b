"""What a user names in a store: ``s3://bucket/runs``, without credentials."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from analyzer.errors import ConfigError
from analyzer.safe.names import printable
from analyzer.safe.systems import ON_WINDOWS

MEMORY = "memory"  # the scheme of a store within one process
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+._-]+)://(.*)", re.DOTALL)  # one letter is a drive
_PAGES = ("http", "https")
_LOCAL = ("file", "local")  # schemes of this machine, read by the rules for paths
# Schemes in which what stands before "@" is part of the address: a container, a user.
_WITH_AT = ("abfs", "abfss", "hdfs", "webhdfs", "sftp", "ssh", "ftp", "smb")


@dataclass(frozen=True)
class Place:
    """A folder or a file in a store.

    ``url`` is what fsspec opens. ``shown`` is the same as a user may see it.
    """

    scheme: str
    url: str

    @property
    def shown(self) -> str:
        """Return the URL as a user may see it, printable."""
        return printable(self.url)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the parts of the path, those of its host or bucket first."""
        path = self.url.split("://", 1)[1]
        return tuple(part for part in path.split("/") if part)

    @property
    def above(self) -> Place:
        """Return the folder that the last part lies in."""
        return Place(self.scheme, self.url.rpartition("/")[0])

    def __str__(self) -> str:
        return self.shown

    def __truediv__(self, name: str) -> str:
        return f"{self.shown}/{name}"


def is_url(text: object) -> bool:
    """Say whether a text names a place in a store."""
    return isinstance(text, str) and _URL.fullmatch(text) is not None


def place_of(text: str) -> Place:
    """Return the place that a URL names. Raises ConfigError for one that is not to be used."""
    found = _URL.fullmatch(text)
    if found is None:
        raise ConfigError(f"{printable(text)}: not a URL; write it like s3://bucket/runs")
    scheme, path = found[1].lower(), found[2].rstrip("/")
    host = path.split("/", 1)[0]
    before, at, _ = host.rpartition("@")
    if at and (":" in before or scheme not in _WITH_AT):
        raise ConfigError(
            f"{scheme}://...: has credentials in the URL; leave them out and set them for fsspec"
            " (FSSPEC_CONFIG_DIR, AWS_PROFILE or the like)"
        )
    if scheme in _PAGES:
        raise ConfigError(
            f"{scheme}://...: is a web address; download the logs and name the folder"
        )
    shown = printable(f"{scheme}://{path}")
    if "::" in text:
        raise ConfigError(f"{shown}: a chain of file systems is not read; name the store alone")
    if ".." in PurePosixPath(path).parts or not path.strip("/"):
        raise ConfigError(f"{shown}: name a bucket or a folder, without '..'")
    return Place(scheme, f"{scheme}://{path}")


Source = Path | Place  # where a command reads or writes: on this machine or in a store


def source_of(text: str) -> Source:
    """Return the place in a store that a URL names, else the path. Raises ConfigError."""
    if not is_url(text):
        return Path(text)
    place = place_of(text)
    if place.scheme not in _LOCAL:
        return place
    path = place.url.split("://", 1)[1]
    return Path(_of_file_url(path) if place.scheme == "file" else path)


def _of_file_url(path: str) -> str:
    """Return the path that a file URL names, without its scheme, as RFC 8089 says.

    A host is a server of shares on Windows; elsewhere "file://runs" is a relative path.
    """
    path = unquote(path, errors="surrogateescape")
    host, _, below = path.partition("/")
    if host.lower() == "localhost":
        path, host = f"/{below}", ""
    if not ON_WINDOWS:
        return path
    if re.match("/[A-Za-z][:|]", path):
        return f"{path[1]}:{path[3:]}"
    is_share = host not in ("", ".") and ":" not in host
    return f"//{path}" if is_share else path
