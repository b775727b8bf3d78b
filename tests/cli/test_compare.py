"""Compare: which run is the baseline."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from analyzer import synthetic


def test_a_baseline_can_be_named_by_any_spelling_of_its_path(
    call: Callable[..., Result], save: Callable[..., Path], healthy: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    save(other, synthetic.healthy(5, epochs=60).run)
    for spelling in (str(other), f"{other}/", f"{other.parent}/./{other.name}"):
        result = call("compare", healthy, other, "--baseline", spelling, "--json")
        assert (result.exit_code, json.loads(result.stdout)["baseline"]) == (0, "other")
