"""The forest of another process is the forest of this one."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from analyzer.batch import forest_process
from analyzer.batch.forest_process import answer, weights_apart
from analyzer.stats.forest import weights

pytest.importorskip("sklearn")
RNG = np.random.default_rng(3)
COLUMNS = [RNG.normal(size=60), RNG.integers(3, size=60).astype(float)]
RESULT = COLUMNS[0] + 0.1 * RNG.normal(size=60)


def test_it_gives_the_same_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = weights(COLUMNS, RESULT)
    monkeypatch.setattr(forest_process, "weights", None)  # none is grown here
    assert weights_apart(COLUMNS, RESULT) == wanted


@pytest.mark.parametrize("program", ["no such program", "/bin/true"])
def test_without_another_process_it_grows_here(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert weights_apart(COLUMNS, RESULT) == weights(COLUMNS, RESULT)


def test_an_answer_is_exact_to_the_bit() -> None:
    asked = f"[[{list(COLUMNS[0])!r}, {list(COLUMNS[1])!r}], {list(RESULT)!r}]"
    made = [list(weight) for weight in weights(COLUMNS, RESULT)]
    assert answer(asked.replace("np.float64(", "").replace(")", "")) == repr(made)


def test_the_library_stays_out_of_this_process() -> None:
    script = (
        "import sys, numpy as np; from analyzer.batch.forest_process import weights_apart;"
        "x = np.arange(60.0); weights_apart([x], x); print('sklearn' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
