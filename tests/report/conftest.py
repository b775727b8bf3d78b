"""Shared by the tests of reports: a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def browser(start_browser: Callable[[Path], Any], tmp_path: Path) -> Iterator[Any]:
    tab = start_browser(tmp_path / "profile")
    yield tab
    tab.close()
