"""Shared by all tests: repeatable property tests, and skips that fail if the part is required."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

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
