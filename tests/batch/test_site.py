"""A site is what an undisturbed batch makes of the tree, whatever happened on the way."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

Make = dict[str, Callable[..., Any]]
KILLS = int(
    os.environ.get("ANALYZER_KILLS", "10")
)  # 100 by hand: ANALYZER_KILLS=100 ANALYZER_KILL_RUNS=500
KILL_RUNS = int(os.environ.get("ANALYZER_KILL_RUNS", "60"))


def test_it_writes_an_index_tables_and_a_report_for_each_run(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 6), tmp_path / "site"
    done = make["call"](logs, "-o", site)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Read 6 of 6 logs; 6 runs in all." in done.stdout
    rows = list(csv.DictReader((site / "runs.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["run"] for row in rows] == [
        "group0/run000",
        "group0/run003",
        "group1/run001",
        "group1/run004",
        "group2/run002",
        "group2/run005",
    ]
    for row in rows:
        diagnosis = json.loads(
            (site / "runs" / row["folder"] / "diagnosis.json").read_text(encoding="utf-8")
        )
        assert (diagnosis["run"], diagnosis["verdict"]) == (row["run"], row["verdict"])
        assert (
            (site / "runs" / row["folder"] / "report.html")
            .read_text(encoding="utf-8")
            .startswith("<!doctype html>")
        )
    index = (site / "index.html").read_text(encoding="utf-8")
    assert index.count("<tr class=") == 6
    assert all(f'href="runs/{row["folder"]}/report.html"' in index for row in rows)


def test_files_side_by_side_count_singly(tmp_path: Path, make: Make) -> None:
    logs, site = tmp_path / "logs", tmp_path / "site"
    for at in range(3):
        make["history"](logs / f"loss_{at}.json", at)
    assert "Read 3 of 3 logs; 3 runs in all." in make["call"](logs, "-o", site).stdout
    assert "Read 0 of 3 logs;" in make["call"](logs, "-o", site).stdout


def test_a_second_call_reads_nothing_and_changes_nothing(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 4), tmp_path / "site"
    make["call"](logs, "-o", site)
    before = make["everything"](site)
    times = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}
    assert "Read 0 of 4 logs;" in make["call"](logs, "-o", site).stdout
    assert make["everything"](site) == before
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()} == times


def test_changed_settings_beside_a_log_are_read_again(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 2), tmp_path / "site"
    make["call"](logs, "-o", site)
    folder = next(path.parent for path in sorted(logs.rglob("*")) if path.is_file())
    (folder / "hparams.yaml").write_text("width: 8\n", encoding="utf-8")
    assert "Read 0 of" not in make["call"](logs, "-o", site).stdout
    (folder / "hparams.yaml").write_text("width: 16\n", encoding="utf-8")
    make["call"](logs, "-o", site)
    found = [path.read_text(encoding="utf-8") for path in site.rglob("diagnosis.json")]
    assert any('"width": 16' in text for text in found)


def test_settings_that_a_run_used_are_no_files_without_a_run(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 2), tmp_path / "site"
    for log in sorted(logs.rglob("history.json")):
        log.with_name("config.json").write_text('{"layers": [64, 64], "lr": 0.1}', "utf-8")
        log.with_name("args.yaml").write_text("seed: 3\n", "utf-8")
    padded = json.dumps({"layers": [64] * 3000, "width": 8})  # too long to be told by its start
    log.with_name("hparams.json").write_text(padded, "utf-8")
    (logs / "notes.txt").write_text("nothing", "utf-8")
    make["call"](logs, "-o", site)
    for _ in range(2):  # also when nothing is read again
        text = (site / "index.md").read_text("utf-8")
        assert "2 runs; 1 file without a run" in text
        assert "notes.txt" in text
        (site / "index.md").unlink()
        make["call"](logs, "-o", site)


def test_only_what_changed_is_read_again(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 6), tmp_path / "site"
    make["call"](logs, "-o", site)
    make["history"](logs / "group0" / "run000" / "history.json", 99)
    make["history"](logs / "new" / "history.json", 50)
    shutil.rmtree(logs / "group1" / "run001")
    assert "Read 2 of 6 logs; 6 runs in all." in make["call"](logs, "-o", site).stdout
    make["call"](logs, "-o", tmp_path / "fresh")
    assert make["everything"](site) == make["everything"](tmp_path / "fresh")


@pytest.mark.parametrize("option", [["--lang", "es"], ["--map", "my=val/loss"]], ids=" ".join)
def test_another_setting_reads_everything_again(
    tmp_path: Path, make: Make, option: list[str]
) -> None:
    logs, site = make["tree"](tmp_path / "logs", 3), tmp_path / "site"
    make["call"](logs, "-o", site)
    assert " 3 " in make["call"](logs, "-o", site, *option).stdout.splitlines()[-1]
    make["call"](logs, "-o", tmp_path / "fresh", *option)
    assert make["everything"](site) == make["everything"](tmp_path / "fresh")


def test_rehash_looks_at_what_files_hold_and_not_at_their_times(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 3), tmp_path / "site"
    make["call"](logs, "-o", site)
    for path in logs.rglob("*.json"):
        os.utime(path, (1, 1))
    assert "Read 0 of 3 logs;" in make["call"](logs, "-o", site, "--rehash").stdout
    assert "Read 0 of 3 logs;" in make["call"](logs, "-o", site).stdout  # it knows the new times
    changed = next(logs.rglob("*.json"))
    status = changed.stat()
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace("1", "2", 1), encoding="utf-8")  # as long as before
    os.utime(changed, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert "Read 1 of 3 logs;" in make["call"](logs, "-o", site, "--rehash").stdout


def test_what_a_user_deleted_comes_back(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 3), tmp_path / "site"
    make["call"](logs, "-o", site)
    before = make["everything"](site)
    next(site.glob("runs/*/*/report.html")).unlink()
    (site / "index.html").unlink()
    assert "Read 1 of 3 logs;" in make["call"](logs, "-o", site).stdout
    assert make["everything"](site) == before


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONHASHSEED": "7"},
        {"LC_ALL": "es_ES.UTF-8", "LANG": "es_ES.UTF-8"},
        {"TZ": "Asia/Tokyo"},
        {},
    ],
    ids=["hash seed", "locale", "time zone", "workers"],
)
def test_surroundings_change_no_byte(
    tmp_path: Path, make: Make, surroundings: dict[str, str]
) -> None:
    logs = make["tree"](tmp_path / "logs", 5)
    asked = "--lang", "en"  # else the language is that of the locale
    make["call"](logs, "-o", tmp_path / "one", "--workers", 1, *asked)
    make["call"](logs, "-o", tmp_path / "other", "--workers", 3, *asked, env=surroundings)
    assert make["everything"](tmp_path / "one") == make["everything"](tmp_path / "other")


def test_one_run_s_crash_hang_or_memory_costs_that_run(
    tmp_path: Path, make: Make, bad_plugin: dict[str, str]
) -> None:
    logs = make["tree"](tmp_path / "logs", 4)
    make["call"](logs, "-o", tmp_path / "calm", env=bad_plugin)
    calm = make["everything"](tmp_path / "calm")
    for name in ("crash", "hang"):
        make["history"](logs / name / "history.json", 5)
    (logs / "memory").mkdir()
    (logs / "memory" / "history.json").write_text(
        f'{{"loss": [{"0.5," * 20_000_000}0.5]}}', encoding="utf-8"
    )
    limits = ("--run-timeout", 20, "--run-memory", 256, "--workers", 3)
    done = make["call"](logs, "-o", tmp_path / "site", *limits, env=bad_plugin)
    assert done.returncode == 0
    assert "crash/history.json: the process reading it died (code 7)" in done.stdout
    assert "hang/history.json: took longer than 20 s and was stopped" in done.stdout
    assert "memory/history.json: used more than 256 MiB of memory" in done.stdout
    found = make["everything"](tmp_path / "site")
    assert {name: content for name, content in found.items() if name.startswith("runs/")} == {
        name: content for name, content in calm.items() if name.startswith("runs/")
    }
    index = found["index.html"].decode()
    assert index.count("<tr class=") == 4
    assert all(f"{name}/history.json" in index for name in ("crash", "hang", "memory"))


def test_killed_batches_go_on_and_end_as_an_undisturbed_one(tmp_path: Path, make: Make) -> None:
    logs = make["tree"](tmp_path / "logs", KILL_RUNS)
    begin = time.monotonic()
    make["call"](logs, "-o", tmp_path / "calm")
    whole = time.monotonic() - begin
    site, chance = tmp_path / "site", random.Random(0)
    for _ in range(KILLS):
        process = subprocess.Popen(
            make["command"](logs, "-o", site),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(0.2, 1.0) * whole)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert make["call"](logs, "-o", site).returncode == 0
    assert make["everything"](site) == make["everything"](tmp_path / "calm")
    assert not list((site / ".state" / "tmp").iterdir())


def test_two_batches_never_write_one_site(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 150), tmp_path / "site"
    first = subprocess.Popen(
        make["command"](logs, "-o", site, "--workers", 1), stdout=subprocess.DEVNULL
    )
    state = site / ".state" / "results.sqlite-wal"
    while not state.exists():
        time.sleep(0.02)
    assert "another batch writes here; wait for it, or choose another -o" in refused(
        make, logs, "-o", site
    )
    assert first.wait(timeout=60) == 0
    assert "Read 0 of 150 logs;" in make["call"](logs, "-o", site).stdout


def test_a_setting_that_no_run_has_is_said_when_the_site_is_there(
    tmp_path: Path, make: Make
) -> None:
    logs, site = make["tree"](tmp_path / "logs", 2), tmp_path / "site"
    done = make["call"](logs, "-o", site, "--group", "lr")
    assert (done.returncode, done.stderr) == (
        2,
        'unknown setting to group by "lr"; there are: none\n',
    )
    assert (site / "index.html").is_file()


def test_an_empty_path_is_not_the_folder_one_stands_in(tmp_path: Path, make: Make) -> None:
    assert "the path is empty; is a variable not set?" in refused(make, "", "-o", tmp_path / "site")


@pytest.mark.parametrize(("lang", "said"), [("en", "diagnosing"), ("es", "diagnosticando")])
def test_on_a_terminal_a_bar_shows_the_rate_and_the_time_left(
    tmp_path: Path, make: Make, lang: str, said: str
) -> None:
    pty = pytest.importorskip("pty")
    logs = make["tree"](tmp_path / "logs", 60)
    ours, theirs = pty.openpty()
    terminal = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        make["command"](logs, "-o", tmp_path / "site", "--lang", lang),
        stderr=theirs,
        stdout=subprocess.DEVNULL,
        env=terminal,
    )
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # what a terminal says when nobody writes to it any more
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    assert process.wait(timeout=60) == 0
    screen = shown.decode()
    assert said in screen
    assert re.search(r"\d+/60.*\d/s.*\d:\d\d:\d\d", screen)


def test_a_stopped_batch_leaves_a_site_of_what_is_done(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 150), tmp_path / "site"
    process = subprocess.Popen(
        make["command"](logs, "-o", site, "--workers", 1),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while len(list(site.glob("runs/*/*/report.html"))) < 9:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    said, complaint = process.communicate(timeout=60)
    assert "Traceback" not in complaint
    assert process.returncode == 130
    assert "Run the command again to continue." in said
    index = (site / "index.html").read_text(encoding="utf-8")
    assert 5 <= index.count("<tr class=") < 150
    assert "Not finished: " in index
    assert " still to read. Run the command again to continue." in index
    assert make["call"](logs, "-o", site).returncode == 0
    make["call"](logs, "-o", tmp_path / "calm")
    assert make["everything"](site) == make["everything"](tmp_path / "calm")


def test_an_output_inside_the_input_is_not_read(tmp_path: Path, make: Make) -> None:
    logs = make["tree"](tmp_path / "logs", 3)
    make["call"](logs, "-o", tmp_path / "other")
    for _ in range(2):
        assert "3 runs in all." in make["call"](logs, "-o", logs / "site").stdout
    assert make["everything"](logs / "site") == make["everything"](tmp_path / "other")


def refused(make: Make, *arguments: object) -> str:
    done = make["call"](*arguments)
    assert done.returncode in (1, 2, 4)
    (line,) = done.stderr.splitlines()
    assert "Traceback" not in done.stderr
    return str(line)


def test_wrong_places_get_one_line(tmp_path: Path, make: Make) -> None:
    logs = make["tree"](tmp_path / "logs", 1)
    file = next(logs.rglob("*.json"))
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("x", encoding="utf-8")
    assert "is a file; name its folder" in refused(make, file, "-o", tmp_path / "site")
    assert "no such folder" in refused(make, tmp_path / "none", "-o", tmp_path / "site")
    assert "contains no file that could be a log" in refused(
        make, tmp_path / "empty", "-o", tmp_path / "site"
    )
    assert "is the folder of the logs itself" in refused(make, logs, "-o", logs)
    assert "contains other files" in refused(make, logs, "-o", tmp_path / "full")
    assert "is a file; choose another -o" in refused(make, logs, "-o", file)
    assert not (tmp_path / "site").exists()


@pytest.mark.skipif(
    not Path("/dev/full").exists() or shutil.which("mount") is None, reason="needs a disk to fill"
)
def test_a_full_disk_is_said_and_what_is_done_is_kept(tmp_path: Path, make: Make) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", disk], capture_output=True
    ).returncode:
        pytest.skip("may not mount a small disk here")
    try:
        logs = make["tree"](tmp_path / "logs", 40)
        done = make["call"](logs, "-o", disk / "site")
        assert done.returncode != 0
        assert "No space left on device" in done.stderr
        assert "Traceback" not in done.stderr
        assert list((disk / "site" / "runs").glob("*/*/report.html"))
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_report_of_an_earlier_call_is_never_kept_for_a_changed_log(
    tmp_path: Path, make: Make
) -> None:
    logs, site = make["tree"](tmp_path / "logs", 3), tmp_path / "site"
    make["call"](logs, "-o", site)
    make["history"](logs / "group0" / "run000" / "history.json", 99)
    make["call"](logs, "-o", site, "--no-reports")
    make["call"](logs, "-o", site)
    make["call"](logs, "-o", tmp_path / "fresh")
    assert make["everything"](site) == make["everything"](tmp_path / "fresh")


def test_a_folder_that_no_batch_made_is_left_alone(tmp_path: Path, make: Make) -> None:
    logs = make["tree"](tmp_path / "logs", 1)
    precious = tmp_path / "project" / "runs" / "precious" / "model.bin"
    precious.parent.mkdir(parents=True)
    precious.write_bytes(b"x")
    (tmp_path / "project" / ".state").mkdir()
    assert "contains other files" in refused(make, logs, "-o", tmp_path / "project")
    assert precious.is_file()


@pytest.mark.parametrize("result", ["{}", '{"unit": "x"}', '{"runs": []}', "not json"])
def test_a_damaged_state_costs_time_and_nothing_else(
    tmp_path: Path, make: Make, result: str
) -> None:
    logs, site = make["tree"](tmp_path / "logs", 2), tmp_path / "site"
    make["call"](logs, "-o", site)
    before = make["everything"](site)
    state = sqlite3.connect(site / ".state" / "results.sqlite")
    state.execute("UPDATE results SET result=?, digest='' WHERE unit LIKE '%run000%'", (result,))
    state.execute("UPDATE files SET file='3' WHERE path LIKE '%run000%'")
    state.commit()
    state.close()
    done = make["call"](logs, "-o", site)
    assert (done.returncode, done.stderr) == (0, "")
    assert make["everything"](site) == before


@pytest.mark.parametrize("wait", [0.3, 0.7, 1.1])
def test_ctrl_c_is_one_line_whenever_it_comes(tmp_path: Path, make: Make, wait: float) -> None:
    logs = make["tree"](tmp_path / "logs", 400)
    for longer in range(1, 9):  # on a loaded machine Python itself may still be starting
        site = tmp_path / f"site{longer}"  # a second call would find the work of the first done
        process = subprocess.Popen(
            make["command"](logs, "-o", site),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        time.sleep(wait * longer)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes
        said, complaint = process.communicate(timeout=60)
        if process.returncode != -signal.SIGINT:
            break
    assert process.returncode == 130
    assert complaint in ("", "interrupted\n")
    assert bool(complaint) != bool(said)


def test_a_site_among_the_logs_is_no_run(tmp_path: Path, make: Make) -> None:
    logs = make["tree"](tmp_path / "logs", 3)
    make["call"](logs, "-o", logs / "first")
    assert "Read 3 of 3 logs; 3 runs in all." in make["call"](logs, "-o", logs / "second").stdout
    assert "Read 0 of 3 logs;" in make["call"](logs, "-o", logs / "first").stdout


def test_without_reports_none_of_an_earlier_call_is_left(tmp_path: Path, make: Make) -> None:
    logs = make["tree"](tmp_path / "logs", 3)
    make["call"](logs, "-o", tmp_path / "site")
    make["call"](logs, "-o", tmp_path / "site", "--no-reports")
    make["call"](logs, "-o", tmp_path / "other", "--no-reports")
    assert make["everything"](tmp_path / "site") == make["everything"](tmp_path / "other")


def test_reports_name_the_logs_where_they_are_now(tmp_path: Path, make: Make) -> None:
    logs = make["tree"](tmp_path / "logs", 2)
    make["call"](logs, "-o", tmp_path / "site")
    logs.rename(tmp_path / "moved")
    make["call"](tmp_path / "moved", "-o", tmp_path / "site")
    make["call"](tmp_path / "moved", "-o", tmp_path / "fresh")
    assert make["everything"](tmp_path / "site") == make["everything"](tmp_path / "fresh")


def test_names_that_differ_in_what_cannot_be_shown_have_folders_of_their_own(
    tmp_path: Path, make: Make
) -> None:
    for byte, seed in (("\udce8", 1), ("\udce9", 2)):
        try:
            make["history"](tmp_path / "logs" / f"caf{byte}" / "history.json", seed)
        except (OSError, UnicodeEncodeError):
            pytest.skip("the file system takes no such name")
    make["call"](tmp_path / "logs", "-o", tmp_path / "site")
    assert len(list((tmp_path / "site" / "runs").glob("*/*"))) == 2


def test_an_emptied_report_is_written_again(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 2), tmp_path / "site"
    make["call"](logs, "-o", site)
    next(site.rglob("report.html")).write_bytes(b"")
    assert "Read 1 of 2 logs;" in make["call"](logs, "-o", site).stdout
