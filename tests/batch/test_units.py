"""Packed units: they come out as they went in, one by one, some of them, or by their places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from analyzer.batch.units import Unit, Units
from analyzer.parsers._base import Group, LogFile
from analyzer.reading.claims import ClaimedGroup

ROOT = Path("/logs")


def file(name: str) -> LogFile:
    relative = Path(name)
    return LogFile(ROOT / relative, relative, name, 3, (3, 1 << 62, 1 << 63), hidden=False)


def unit(number: int, name: str = "log.csv") -> Unit:
    log, config = file(f"run{number:03d}/{name}"), file(f"run{number:03d}/config.json")
    group = ClaimedGroup("csv_table", Group(log.relative.with_suffix(""), (log,)))
    logs = {log.relative.parent: 1}
    key = log.relative.as_posix()
    return Unit(key, (group,), logs, (log.stamp, config.stamp), (config,))


def test_units_come_out_as_they_went_in() -> None:
    units = [replace(unit(number), is_crowded=number % 2 == 1) for number in range(120)]
    packed = Units(iter(units))
    assert list(packed) == units
    assert packed[77] == units[77]
    assert packed[-1:][0] == units[-1]
    assert len(packed) == 120
    assert packed.keys == [own.key for own in units]


def test_some_of_some_are_found() -> None:
    units = [unit(number) for number in range(120)]
    some = Units(units).only([3, 60, 119]).only([1, 2])
    assert list(some) == [units[60], units[119]]
    assert some.keys == [units[60].key, units[119].key]
    assert not Units(())


def test_logs_that_are_read_together_count_singly() -> None:
    first, second = unit(1), unit(2)
    both = replace(first, groups=(*first.groups, *second.groups))
    units = Units([both, unit(3)])
    assert (len(units), units.logs) == (2, 3)
    assert units.only([1]).logs == 1


def test_names_that_are_no_text_survive() -> None:
    odd = unit(1, "caf\udce9.csv")
    assert list(Units([odd])) == [odd]


def test_units_are_equal_by_what_they_hold() -> None:
    units = [unit(number) for number in range(3)]
    assert Units(units) == Units(units)
    assert hash(Units(units)) == hash(Units(units))
    assert Units(units) != Units([*units[:2], replace(units[2], stamps=())])


def test_files_of_another_kind_stay_as_they_are() -> None:
    @dataclass(frozen=True)
    class Elsewhere(LogFile):
        store: object = None

    log = Elsewhere(ROOT / "a", Path("a"), "a", 1, store=object())
    own = Unit("a", (ClaimedGroup("csv_table", Group(Path("a"), (log,))),), {Path(): 1}, ())
    assert Units([own])[0] is own
