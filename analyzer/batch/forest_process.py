"""The forest of a large index, grown in a process of its own: its library would stay in memory.

scikit-learn takes 130 MiB with all that it loads, about as much as the records of 100,000 runs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from analyzer.stats.arrays import Floats
from analyzer.stats.forest import Weight, weights


def weights_apart(columns: Sequence[Floats], result: Floats) -> list[Weight]:
    """Return what ``stats.forest.weights`` does, from another process if one can be started."""
    request = json.dumps([[column.tolist() for column in columns], result.tolist()])
    command = [sys.executable, "-P", "-W", "ignore", "-m", "analyzer.batch.forest_process"]
    try:
        done = subprocess.run(  # noqa: S603 - a list without a shell, our own module
            command, input=request, capture_output=True, text=True, check=True
        )
        return [Weight(*weight) for weight in json.loads(done.stdout)]
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        return weights(columns, result)


def answer(request: str) -> str:
    """Return the weights that a request of ``weights_apart`` asks for."""
    data: Any = json.loads(request)
    columns, result = data
    return json.dumps(weights([np.array(column) for column in columns], np.array(result)))


if __name__ == "__main__":
    sys.stdout.write(answer(sys.stdin.read()))
