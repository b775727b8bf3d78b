"""Compare what a damaged log gives with what a case expects, by the library and by ``check``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from click.testing import CliRunner

from analyzer.cli import main
from tests.hostile.outcome import outcome, wrong
from tests.hostile.small import BOTH

FINE, DAMAGED, NOTHING = 0, 3, 4  # exit codes of ``check --strict``


def expect(
    folder: Path,
    kept: Mapping[str, int],
    losses: Collection[str] = (),
    notes: Collection[str] | None = None,
    truth: Mapping[str, Sequence[float]] = BOTH,
) -> None:
    """Assert how many points of each tag are read, what is said, and how ``--strict`` ends."""
    found = outcome(folder)
    assert {tag: len(values) for tag, values in found.curves.items() if tag in truth} == kept
    assert not wrong(found, truth), found.curves
    assert sorted(set(found.losses)) == sorted(losses)
    if notes is not None:
        assert sorted(set(found.notes)) == sorted(notes)
    code = DAMAGED if losses else FINE
    if not kept:
        code = NOTHING
    result = CliRunner().invoke(main, ["check", str(folder), "--strict", "--fail-on", "never"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    assert "Traceback" not in result.output
    assert result.exit_code in ((code,) if kept else (DAMAGED, NOTHING)), result.output
