"""Values that no loss should have: the report is still written, whole and without a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ABSURD = {
    "a loss that jumps to 1e27": {"loss": [2.3, 1e27]},
    "an epoch of 1e30": {"epoch": [1, 1e30], "loss": [2, 1]},
    "both ends of the floats": {"loss": [1e308, -1e308, 1]},
    "the largest and the smallest": {
        "loss": [1e308, 5e-324] * 10,
        "val_loss": [1e308, -1e308] * 10,
    },
    "one spike of 1e300": {"loss": [1.0] * 30 + [1e300] + [0.9] * 30},
    "nothing but the smallest": {"loss": [5e-324] * 20},
}


@pytest.mark.parametrize("name", ABSURD)
def test_a_report_is_written_whatever_the_values(tmp_path: Path, name: str) -> None:
    (tmp_path / "history.json").write_text(json.dumps(ABSURD[name]), encoding="utf-8")
    for output in ("r.html", "r.pdf", "r.json"):
        command = [sys.executable, "-m", "analyzer", "report", "history.json", "-o", output]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert (tmp_path / output).stat().st_size > 100
