"""Shared by all tests: repeatable property tests, and skips that fail if the part is required."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from analyzer.advice import effects

# the language of this machine decides no test
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("ANALYZER_LANG", None)

# the same examples on every run; a slow machine fails no test
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Turn skips into failures under ANALYZER_REQUIRE_OPTIONAL, set once all parts are there."""
    report = yield
    if (
        os.environ.get("ANALYZER_REQUIRE_OPTIONAL")
        and report.skipped
        and not hasattr(report, "wasxfail")
    ):
        report.outcome = "failed"
        report.longrepr = f"skipped although its optional part is required: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def start_browser() -> Callable[[Path], Any]:
    """Return what starts a browser with its profile in a folder; it must be closed."""
    spec = importlib.util.spec_from_file_location("browser", Path(__file__).parent / "browser.py")
    assert spec is not None
    assert spec.loader is not None
    driver = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(driver)
    started: Callable[[Path], Any] = driver.Browser
    return started


Table = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Table:
    """Put a small table of measured effects in the place of the one we ship.

    Rows are (finding, context, remedy) with the share that got better and the gain, causes are
    (finding, cause) with their share; keywords replace any other number of all of them.
    """

    def write(
        rows: dict[tuple[str, str, str], tuple[float, float]],
        causes: dict[tuple[str, str], float] | None = None,
        **other: Any,
    ) -> Path:
        def summary(share: float, gain: float) -> dict[str, Any]:
            median = other.get("median", -gain)
            near = {"low": max(share - 0.1, 0), "high": min(share + 0.1, 1)}
            near |= {name: other[name] for name in near if name in other}
            return {"better": share, **near, "median": median, "quartiles": [median, median]}

        counts = {"runs": other.get("runs", 412), "families": other.get("families", 12)}
        data: dict[str, Any] = {"schema": 1, "manifest": {"command": "x", "runs": 500}}
        data["rows"] = [
            {
                "finding": finding,
                "context": context,
                "remedy": remedy,
                **counts,
                "gain": gain,
                "worse": other.get("worse", 0.1),
                "by_family": {},
                "selected": summary(share, gain),
                "lowest": summary(share, gain),
                "error": None,
            }
            for (finding, context, remedy), (share, gain) in rows.items()
        ]
        data["causes"] = [
            {
                "finding": finding,
                "cause": cause,
                "share": share,
                **counts,
                "low": max(share - 0.1, 0),
                "high": min(share + 0.1, 1),
                "chance": other.get("chance", 0.0),
            }
            for (finding, cause), share in (causes or {}).items()
        ]
        path = tmp_path / "effects.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        effects.load.cache_clear()
        monkeypatch.setattr(effects, "PATH", path)
        return path

    return write
