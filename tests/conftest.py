"""Shared by all tests: where an optional part is required, a test that skips for want of it fails."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Turn skips into failures under ANALYZER_REQUIRE_OPTIONAL, which .ci/run sets once all parts are there."""
    report = yield
    if (
        os.environ.get("ANALYZER_REQUIRE_OPTIONAL")
        and report.skipped
        and not hasattr(report, "wasxfail")
    ):
        report.outcome = "failed"
        report.longrepr = f"skipped although its optional part is required: {report.longrepr}"
    return report
