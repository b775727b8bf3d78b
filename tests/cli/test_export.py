"""Export: every point as a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result


def test_export_writes_every_point_of_every_run(
    call: Callable[..., Result], healthy: Path, overfitted: Path
) -> None:
    result = call("export", healthy.parent, "-o", "points.csv")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "points.csv\n", "")
    names = [
        line.split(",")[0] for line in Path("points.csv").read_text(encoding="utf-8").splitlines()
    ]
    assert (names.count("good"), names.count("over")) == (4 * 60, 4 * 60)
    call("export", healthy.parent, "-o", "over.csv", "--run", "over")
    names = [
        line.split(",")[0] for line in Path("over.csv").read_text(encoding="utf-8").splitlines()
    ]
    assert set(names) == {"run", "over"}


def test_export_says_the_damage_on_stderr_and_stops_at_it_under_strict(
    call: Callable[..., Result], only_error: Callable[[Result, int], str], damaged: Path
) -> None:
    assert call("export", damaged, "-o", "points.csv").stderr.startswith("log.csv:32: ")
    assert only_error(call("export", damaged, "-o", "other.csv", "--strict"), 3).startswith(
        "log.csv:32: "
    )
    assert not Path("other.csv").exists()


def test_export_refuses_a_format_that_it_does_not_know(
    call: Callable[..., Result], only_error: Callable[[Result, int], str], healthy: Path
) -> None:
    assert only_error(call("export", healthy, "-o", "points.xls"), 2).startswith(
        "points.xls: unknown export format"
    )
