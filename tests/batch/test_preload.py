"""What the server of the workers loads."""

from __future__ import annotations

import subprocess
import sys

_LOADED = """
import gc, sys
import analyzer.batch.preload
from analyzer.registry.third_party import GROUPS, built_in
names = [f"{package}.{name}" for package in GROUPS for name in built_in(package)]
print(len(names), sum(name in sys.modules for name in names), gc.get_freeze_count() > 0)
"""


def test_every_plug_in_of_ours_is_there_before_a_worker_starts() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED], check=True, capture_output=True, text=True
    )
    known, loaded, frozen = done.stdout.split()
    assert known == loaded
    assert frozen == "True"
