"""Plug-ins of third parties, as files on the path with the metadata that pip would write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analyzer import registry
from analyzer.registry import third_party, words

CACHED = (
    registry.discover,
    third_party.entry_points_by_id,
    third_party.installed,
    third_party.warn,
    words.detector_words,
    words.plugin_words,
)
DETECTOR = """
from analyzer.detectors._base import Detector

class Plugin(Detector):
    def detect(self, run):
        return []

    @classmethod
    def example(cls, seed):
        raise NotImplementedError
"""


def forget() -> None:
    for function in CACHED:
        function.cache_clear()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Return a function that puts a distribution with one plug-in on the path.

    It takes the id, the code, and its words; and returns the folder that holds the module.
    """
    monkeypatch.syspath_prepend(tmp_path)
    forget()

    def add(
        name: str,
        code: str = DETECTOR,
        words: str | None = None,
        *,
        distribution: str = "a_plugin",
        group: str = "analyzer.detectors",
        target: str = "Plugin",
    ) -> Path:
        module = f"{distribution}_{tmp_path.name}"
        (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
        if words is not None:
            (tmp_path / f"{name}.toml").write_text(words, encoding="utf-8")
        info = tmp_path / f"{distribution}-1.0.dist-info"
        info.mkdir()
        entry_points = f"[{group}]\n{name} = {module}:{target}\n"
        (info / "entry_points.txt").write_text(entry_points, encoding="utf-8")
        metadata = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n"
        (info / "METADATA").write_text(metadata, encoding="utf-8")
        return tmp_path

    yield add
    forget()
