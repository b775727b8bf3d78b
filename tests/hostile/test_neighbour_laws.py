"""Laws of folders: the order of files does not matter, and a bad run changes no byte of another."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.engine import diagnose
from analyzer.model.serial import dumps
from analyzer.reading.load import scan
from tests.hostile.effort import examples
from tests.hostile.formats import FORMATS
from tests.hostile.small import (
    COUNT,
    LOGS,
    event,
    event_frame,
    event_records,
    json_lines,
    rows,
    saved,
)

Files = dict[str, bytes]
GOOD = "epoch,loss,val_loss\n" + "".join(
    f"{at},{3 * 0.9**at + 0.2:.5f},{3 * 0.9**at + 0.25:.5f}\n" for at in range(30)
)  # other numbers than the bad ones: equal logs of two places are copies


def events_in_parts(folder: Path) -> None:
    """Write event files of one run: a start, and a restart that goes over a part again."""
    head, *records = event_records()
    again = [event_frame(event(step, {"loss": 9.0 - step})) for step in range(6, COUNT + 4)]
    folder.mkdir(parents=True)
    for number, part in enumerate((records[:8], records[8:], again)):
        name = f"events.out.tfevents.{1_700_000_000 + number}.host.{number}"
        (folder / name).write_bytes(head + b"".join(part))


def tree(folder: Path) -> None:
    """Write runs of many formats below a folder."""
    for parser, writers in FORMATS.items():
        place = folder / parser
        place.mkdir(parents=True)
        writers[0](place)
    events_in_parts(folder / "restarted")
    for number in range(3):
        part = json_lines(rows()[4 * number : 4 * number + 4])
        (folder / f"part{number}.jsonl").write_bytes(part)


def content(folder: Path) -> Files:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def created(folder: Path, files: Files, chance: random.Random) -> Path:
    """Write files in a random order, with times in no order."""
    names = list(files)
    chance.shuffle(names)
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[name])
        os.utime(path, (1.7e9, 1.6e9 + chance.random() * 1e8))
    return folder


class Entries(list[os.DirEntry[str]]):
    """The entries of a folder in an order that a test chose, as os.scandir returns them."""

    def __enter__(self) -> Entries:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def told(folder: Path) -> str:
    """Return all that is known about a folder, as JSON."""
    found = scan(folder)
    runs = [diagnose(run).to_dict() for run in found]
    issues = [issue.to_dict() for issue in found.issues]
    return str(dumps([runs, issues, [file.to_dict() for file in found.skipped]]))


def test_the_order_of_files_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path / "made")
    files = content(tmp_path / "made")
    listed = os.scandir
    expected = ""
    for seed in range(examples(3)):
        chance = random.Random(seed)
        place = created(tmp_path / str(seed) / "logs", files, chance)

        def shuffled(path: str = ".", chance: random.Random = chance) -> Entries:
            entries = Entries(listed(path))
            chance.shuffle(entries)
            return entries

        with monkeypatch.context() as patch:
            patch.setattr("os.scandir", shuffled)
            found = told(place)
        assert found == (expected or found), seed
        expected = found
        shutil.rmtree(place)


def bad_events(folder: Path) -> None:
    saved(folder, LOGS["events"], bytes(range(256)) * 20)


def bad_json(folder: Path) -> None:
    saved(folder, LOGS["jsonl"], b'{"loss": [' * 3000)


def half_csv(folder: Path) -> None:
    saved(folder, LOGS["csv"], LOGS["csv"].data[:-3])


def half_events(folder: Path) -> None:
    saved(folder, LOGS["events"], LOGS["events"].data[:-9])


def same_names(folder: Path) -> None:
    saved(folder, LOGS["csv"], LOGS["csv"].data.replace(b"2.1,", b"nan,"))


def a_link(folder: Path) -> None:
    folder.mkdir()
    (folder / "log.csv").symlink_to("/etc/hostname")


def a_pipe(folder: Path) -> None:
    folder.mkdir()
    os.mkfifo(folder / "log.csv")


def odd_name(folder: Path) -> None:
    saved(folder / "\u202e<script>alert(1)</script>", LOGS["csv"])


BAD = [bad_events, bad_json, half_csv, half_events, same_names, a_link, a_pipe, odd_name]


def site_of(folder: Path, site: Path) -> Files:
    """Return the files of the good run in the site of a batch."""
    from click.testing import CliRunner

    from analyzer.cli import main

    done = CliRunner().invoke(main, ["batch", str(folder), "-o", str(site), "--workers", "1"])
    assert done.exit_code == 0, done.output
    (good,) = [place for place in (site / "runs").glob("*/*") if place.name.startswith("good")]
    return {f"{good.name}/{name}": data for name, data in content(good).items()}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a FIFO")
def test_a_bad_run_changes_no_byte_of_another(tmp_path: Path) -> None:
    work = tmp_path / "runs"
    saved(work / "good", LOGS["csv"], GOOD.encode())
    alone = site_of(work, tmp_path / "alone")
    assert len(alone) >= 2
    for number, make in enumerate(BAD):
        make(work / f"{'az'[number % 2]}{number}")  # before and behind the good one
        beside = site_of(work, tmp_path / f"beside{number}")
        assert beside == alone, make.__name__


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
def test_a_bad_run_changes_nothing_of_another_that_is_read(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    saved(tmp_path / "runs" / "good", LOGS["csv"], GOOD.encode())
    before = {run.name: dumps(diagnose(run).to_dict()) for run in scan(tmp_path / "runs")}
    for number, place in enumerate(("a", "z")):
        make(tmp_path / "runs" / f"{place}{number}")
    after = {run.name: dumps(diagnose(run).to_dict()) for run in scan(tmp_path / "runs")}
    assert {name: after[name] for name in before} == before
