"""The command line: every verb and option, exit codes, one line for each error, and nothing that acts on a terminal."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import analyzer
from analyzer import synthetic
from analyzer.cli import main
from analyzer.model.run import Run
from analyzer.report.terminal import WIDTH

ROOT = Path(__file__).parents[1]
KEYS = [
    "schema",
    "run",
    "verdict",
    "best",
    "checks",
    "issues",
    "facts",
    "config",
    "sources",
    "points",
]


@pytest.fixture(autouse=True)
def _away_from_any_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")


def save(folder: Path, run: Run, **settings: Any) -> Path:
    """Write a run as Keras' history JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {"train": "", "val": "val_"}
    series = {f"{names[one.split]}{one.metric}": one.value.tolist() for one in run.series}
    path = folder / "history.json"
    path.write_text(json.dumps({**series, **settings}), encoding="utf-8")
    return path


@pytest.fixture
def healthy(tmp_path: Path) -> Path:
    return save(tmp_path / "runs" / "good", synthetic.healthy(2, epochs=60).run, lr=0.1).parent


@pytest.fixture
def overfitted(tmp_path: Path) -> Path:
    return save(tmp_path / "runs" / "over", synthetic.overfitting(2, epochs=60).run).parent


@pytest.fixture
def diverged(tmp_path: Path) -> Path:
    return save(tmp_path / "runs" / "nan", synthetic.non_finite(2, epochs=60).run).parent


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    folder = tmp_path / "torn"
    folder.mkdir()
    rows = [[at, 1 / (at + 1)] for at in range(30)]
    with (folder / "log.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["epoch", "loss"], *rows, [30, 1, 2]])
    return folder


def call(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def only_error(result: Result, code: int) -> str:
    """Return the one line on stderr of a call that failed with a code."""
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert result.stderr.endswith("\n")
    line, nothing = result.stderr.split("\n")
    assert nothing == ""
    return line


def test_check_prints_a_line_for_each_run(healthy: Path, overfitted: Path) -> None:
    result = call("check", healthy.parent)
    assert result.exit_code == 0
    good, over = result.stdout.splitlines()
    assert good == "good: healthy"
    assert over.startswith("over: overfitting, epoch ")
    assert result.stderr == ""


def test_check_prints_what_is_at_or_above_the_limit(overfitted: Path) -> None:
    assert "Overfitting" not in call("check", overfitted).stdout
    assert "warning: Overfitting" in call("check", overfitted, "--fail-on", "warning").stdout


@pytest.mark.parametrize(
    ("case", "limit", "code"),
    [
        ("healthy", "warning", 0),
        ("overfitted", "never", 0),
        ("overfitted", "critical", 0),
        ("overfitted", "warning", 1),
        ("diverged", "never", 0),
        ("diverged", "critical", 1),
        ("diverged", "warning", 1),
    ],
)
@pytest.mark.parametrize("verb", ["check", "report"])
def test_findings_at_or_above_the_limit_give_exit_code_1(
    verb: str, case: str, limit: str, code: int, request: pytest.FixtureRequest
) -> None:
    assert call(verb, request.getfixturevalue(case), "--fail-on", limit).exit_code == code


def test_without_a_limit_check_fails_on_critical_and_report_never(
    diverged: Path, overfitted: Path
) -> None:
    assert call("check", diverged).exit_code == 1
    assert call("check", overfitted).exit_code == 0
    assert call("report", diverged).exit_code == 0


def test_report_prints_every_run_in_lines_that_fit(healthy: Path, overfitted: Path) -> None:
    result = call("report", healthy.parent)
    assert result.exit_code == 0
    assert [
        line for line in result.stdout.splitlines() if line.startswith(("good: ", "over: "))
    ] == [
        "good: healthy",
        "over: overfitting",
    ]
    assert max(map(len, result.stdout.splitlines())) <= WIDTH


def test_report_speaks_spanish(overfitted: Path) -> None:
    assert "sobreajuste" in call("report", overfitted, "--lang", "es").stdout
    assert "sobreajuste" in call("check", overfitted, "--lang", "es").stdout
    assert "leído como" in call("inspect", overfitted, "--lang", "es").stdout


@pytest.mark.parametrize("suffix", [".html", ".json", ".HTML"])
def test_report_writes_a_file_and_says_where(suffix: str, healthy: Path) -> None:
    result = call("report", healthy, "-o", f"out{suffix}")
    assert result.exit_code == 0
    assert result.stdout.endswith(f"\nWritten: out{suffix}\n")
    text = Path(f"out{suffix}").read_text(encoding="utf-8")
    assert (
        text.startswith("<!doctype html>")
        if suffix.lower() == ".html"
        else json.loads(text)["run"] == "good"
    )
    assert sorted(path.name for path in Path().iterdir()) == [f"out{suffix}"]


def test_report_in_spanish_is_marked_so(healthy: Path) -> None:
    call("report", healthy, "-o", "out.html", "--lang", "es")
    assert '<html lang="es">' in Path("out.html").read_text(encoding="utf-8")


def test_report_writes_one_run_of_several_by_its_name(healthy: Path, overfitted: Path) -> None:
    assert call("report", healthy.parent, "-o", "out.json", "--run", "over").exit_code == 0
    assert json.loads(Path("out.json").read_text(encoding="utf-8"))["run"] == "over"


def test_report_to_a_file_of_several_runs_names_them(healthy: Path, overfitted: Path) -> None:
    line = only_error(call("report", healthy.parent, "-o", "out.html"), 2)
    assert "holds 2 runs (good, over); pick one with --run NAME" in line
    assert not Path("out.html").exists()


def test_of_very_many_runs_only_some_are_named(tmp_path: Path) -> None:
    for number in range(12):
        save(tmp_path / "many" / f"run{number:02}", synthetic.healthy(1, epochs=5).run)
    line = only_error(call("report", tmp_path / "many", "-o", "out.html"), 2)
    assert "holds 12 runs (run00, run01, run02, run03, run04, run05, run06, run07 ...)" in line
    assert "run07 ..." in only_error(call("check", tmp_path / "many", "--run", "x"), 2)


@pytest.mark.parametrize("verb", ["check", "report"])
def test_json_holds_every_run_in_the_agreed_form(verb: str, healthy: Path, diverged: Path) -> None:
    result = call(verb, healthy.parent, "--json", "--fail-on", "never")
    data = json.loads(result.stdout, parse_constant=lambda _: pytest.fail("not strict JSON"))
    assert list(data) == ["schema", "runs"]
    assert data["schema"] == 1
    assert [run["run"] for run in data["runs"]] == ["good", "nan"]
    assert [run["verdict"] for run in data["runs"]] == ["healthy", "diverged"]
    for run in data["runs"]:
        assert list(run) == KEYS
        assert {check["status"] for check in run["checks"]} <= {
            "found",
            "explained",
            "clear",
            "skipped",
            "error",
        }
        assert run["sources"] == [f"{run['run']}/history.json"]
    assert data["runs"][0]["config"] == {"lr": 0.1}


def test_json_and_a_file_do_not_mix_on_the_screen(healthy: Path) -> None:
    result = call("report", healthy, "--json", "-o", "out.html")
    assert json.loads(result.stdout)["runs"][0]["run"] == "good"
    assert Path("out.html").exists()


def test_json_of_one_run_by_its_name(healthy: Path, overfitted: Path) -> None:
    for verb in ("check", "report", "inspect"):
        data = json.loads(call(verb, healthy.parent, "--json", "--run", "over").stdout)
        assert [run["run"] for run in data["runs"]] == ["over"]


def test_inspect_shows_how_each_name_was_read_and_what_was_passed_over(healthy: Path) -> None:
    (healthy / "notes.txt").write_text("dear diary")
    (healthy / "old.pkl").write_bytes(b"\x80\x04.")
    result = call("inspect", healthy)
    assert result.exit_code == 0
    assert "good: read as history JSON" in result.stdout
    assert "  val_accuracy  split val, metric accuracy, points " in result.stdout
    assert "no step or epoch column: counted from 0" in result.stdout
    assert "skipped: notes.txt: not recognised as a training log" in result.stdout
    assert "skipped: old.pkl: a pickled object can run code" in result.stdout


def test_inspect_as_json(healthy: Path) -> None:
    (healthy / "notes.txt").write_text("dear diary")
    (healthy / "torn.json").write_text('{"loss": [')
    data = json.loads(call("inspect", healthy, "--json").stdout)
    assert list(data) == ["schema", "runs", "refused", "passed_over"]
    (run,) = data["runs"]
    assert run["counted"] is True
    assert {one["tag"]: (one["split"], one["metric"], one["kind"]) for one in run["series"]} == {
        "loss": ("train", "loss", "loss"),
        "val_loss": ("val", "loss", "loss"),
        "accuracy": ("train", "accuracy", "score"),
        "val_accuracy": ("val", "accuracy", "score"),
    }
    assert [(one["source"], one["key"]) for one in data["refused"]] == [("torn.json", "not_json")]
    assert [(one["source"], one["key"]) for one in data["passed_over"]] == [
        ("notes.txt", "not_a_log")
    ]


def test_inspect_of_a_folder_without_logs_says_why_of_each_file(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "notes.txt").write_text("dear diary")
    (tmp_path / "none" / "empty.csv").write_bytes(b"")
    result = call("inspect", tmp_path / "none")
    assert result.exit_code == 4
    assert [line.split(":")[1].strip() for line in result.stdout.splitlines()] == [
        "empty.csv",
        "notes.txt",
    ]
    assert "no training log found among 2 files" in result.stderr
    data = json.loads(call("inspect", tmp_path / "none", "--json").stdout)
    assert [one["key"] for one in data["passed_over"]] == ["empty_file", "not_a_log"]


def test_export_writes_every_point_of_every_run(healthy: Path, overfitted: Path) -> None:
    result = call("export", healthy.parent, "-o", "points.csv")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "points.csv\n", "")
    names = [
        line.split(",")[0] for line in Path("points.csv").read_text(encoding="utf-8").splitlines()
    ]
    assert (names.count("good"), names.count("over")) == (4 * 60, 4 * 60)
    call("export", healthy.parent, "-o", "one.csv", "--run", "over")
    names = [
        line.split(",")[0] for line in Path("one.csv").read_text(encoding="utf-8").splitlines()
    ]
    assert set(names) == {"run", "over"}


def test_export_says_the_damage_on_stderr_and_stops_at_it_under_strict(damaged: Path) -> None:
    assert call("export", damaged, "-o", "points.csv").stderr.startswith("log.csv:32: ")
    assert only_error(call("export", damaged, "-o", "other.csv", "--strict"), 3).startswith(
        "log.csv:32: "
    )
    assert not Path("other.csv").exists()


def test_export_refuses_a_format_that_it_does_not_know(healthy: Path) -> None:
    assert only_error(call("export", healthy, "-o", "points.xls"), 2).startswith(
        "points.xls: unknown export format"
    )


def test_explain_lists_the_detectors_and_tells_of_one_in_both_languages() -> None:
    said = {}
    for lang in ("en", "es"):
        everything, one = (
            call("explain", "--lang", lang),
            call("explain", "plateau", "--lang", lang),
        )
        assert everything.exit_code == one.exit_code == 0
        assert {"overfitting", "plateau"} <= set(everything.stdout.split())
        assert "min_share" in one.stdout
        said[lang] = one.stdout
    assert said["en"] != said["es"]


def test_explain_of_an_unknown_detector_gives_exit_code_2() -> None:
    assert (
        only_error(call("explain", "platau"), 2)
        == 'unknown detector "platau"; did you mean "plateau"?'
    )


@pytest.mark.parametrize("verb", ["check", "report", "inspect"])
def test_a_name_means_what_the_command_line_says(verb: str, tmp_path: Path) -> None:
    values = np.exp(-np.arange(40) / 10).tolist()
    path = tmp_path / "x" / "history.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"loss": values, "mine": values}), encoding="utf-8")
    data = json.loads(call(verb, path, "--json", "--map", "mine=val/loss").stdout)
    if verb == "inspect":
        assert ("val", "loss") in [
            (one["split"], one["metric"]) for one in data["runs"][0]["series"]
        ]
    else:
        assert data["runs"][0]["best"]["split"] == "val"


@pytest.mark.parametrize("said", ["mine", "mine=val/", "mine="])
def test_a_meaning_that_cannot_be_read_gives_exit_code_2(said: str, healthy: Path) -> None:
    assert "such as" in only_error(call("check", healthy, "--map", said), 2)


def test_a_damaged_log_is_read_and_the_damage_is_said_on_stderr(damaged: Path) -> None:
    result = call("check", damaged)
    assert result.exit_code == 0
    assert result.stdout.startswith("torn: ")
    assert result.stderr.startswith("log.csv:32: rows with too many or too few cells were skipped")
    assert result.stderr.count("\n") == 1


def test_a_damaged_log_is_told_of_in_the_report(damaged: Path) -> None:
    result = call("report", damaged)
    assert "log.csv:32: rows with too many" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("verb", ["check", "report"])
@pytest.mark.parametrize("options", [[], ["--json"], ["-o", "out.html"]], ids=str)
def test_a_file_that_gave_no_run_is_named_on_stderr(
    verb: str, options: list[str], healthy: Path
) -> None:
    if verb == "check" and "-o" in options:
        options = ["--fail-on", "never"]
    (healthy / "torn.json").write_text('{"loss": [')
    result = call(verb, healthy, *options)
    assert result.exit_code == 0
    assert result.stderr.startswith("torn.json:1: not valid JSON")
    assert result.stderr.count("\n") == 1


def test_a_thousand_damaged_files_print_twenty_lines(healthy: Path) -> None:
    for number in range(300):
        (healthy / f"a{number:03}.json").write_text('{"loss": [')
        (healthy / f"b{number:03}.json").write_text('{"loss": [' + "9" * 5000 + "]}")
    result = call("check", healthy)
    lines = result.stderr.splitlines()
    assert len(lines) <= 20
    assert "...: files or runs with the same trouble: 291 more." in result.stderr
    assert result.stdout == "good: healthy\n"


@pytest.mark.parametrize("verb", ["check", "report", "inspect"])
def test_strict_stops_at_damage_with_exit_code_3(verb: str, damaged: Path, healthy: Path) -> None:
    line = only_error(call(verb, damaged, "--strict"), 3)
    assert line.startswith("log.csv:32: rows with too many or too few cells")
    assert call(verb, healthy, "--strict").exit_code == 0


@pytest.mark.parametrize("verb", ["check", "report", "inspect"])
def test_a_path_that_does_not_exist_gives_exit_code_2(verb: str) -> None:
    assert only_error(call(verb, "nowhere"), 2) == "nowhere: no such file or folder; check the path"


@pytest.mark.parametrize(
    "path", ["x" * 5000, "a\nb\x1b[2J", "\udcff"], ids=["long", "control", "no UTF-8"]
)
def test_a_path_that_cannot_exist_gives_exit_code_2(path: str) -> None:
    line = only_error(call("check", path), 2)
    assert line.endswith(": no such file or folder; check the path")
    assert line.isprintable()


@pytest.mark.parametrize("verb", ["check", "report"])
def test_a_folder_without_logs_gives_exit_code_4(verb: str, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    line = only_error(call(verb, tmp_path / "none"), 4)
    assert (
        line
        == "none: no training log found among 0 files; 'analyzer inspect' says why each was skipped"
    )


def test_inspect_of_an_empty_folder_gives_exit_code_4(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert "no training log found among 0 files" in only_error(
        call("inspect", tmp_path / "none"), 4
    )


@pytest.mark.parametrize("verb", ["check", "report", "inspect"])
def test_an_unknown_run_gives_exit_code_2_and_the_names(
    verb: str, healthy: Path, overfitted: Path
) -> None:
    line = only_error(call(verb, healthy.parent, "--run", "nobody"), 2)
    assert line == 'no run "nobody"; there are: good, over'


USAGE = {
    "unknown language": (["check", "x", "--lang", "fr"], "'fr' is not one of 'en', 'es'"),
    "unknown limit": (["check", "x", "--fail-on", "info"], "'info' is not one of"),
    "no path": (["check"], "Missing argument 'PATH'"),
    "unknown option": (["report", "x", "--colour"], "--colour"),
    "unknown verb": (["repot", "x"], "repot"),
    "unknown option of all": (["--colour", "check"], "--colour"),
    "too many paths": (["check", "a", "b"], "unexpected extra argument"),
}


@pytest.mark.parametrize("case", USAGE)
def test_a_wrong_command_line_gives_exit_code_2_and_one_line(case: str) -> None:
    args, said = USAGE[case]
    line = only_error(call(*args), 2)
    assert said in line
    assert "--help" in line


UNWRITABLE = {
    "no such folder": (
        "nowhere/out.html",
        "nowhere/out.html: cannot write here: No such file or directory",
    ),
    "a folder": ("folder.html", "folder.html: cannot write here: Is a directory"),
    "below a file": ("file/out.html", "file/out.html: cannot write here: Not a directory"),
    "unknown suffix": ("out.docx", "out.docx: unknown report format; use a name that ends in "),
    "no suffix": ("out", "out: unknown report format"),
}


@pytest.mark.parametrize("case", UNWRITABLE)
def test_an_output_that_cannot_be_written_gives_exit_code_2_and_leaves_nothing(
    case: str, healthy: Path
) -> None:
    Path("folder.html").mkdir()
    Path("file").write_text("mine")
    output, said = UNWRITABLE[case]
    assert only_error(call("report", healthy, "-o", output), 2).startswith(said)
    assert sorted(path.name for path in Path().iterdir()) == ["file", "folder.html"]


@pytest.mark.parametrize("verb", ["report", "export"])
def test_an_output_never_replaces_the_log(verb: str, healthy: Path, damaged: Path) -> None:
    log = {"report": healthy / "history.json", "export": damaged / "log.csv"}[verb]
    before = log.read_bytes()
    Path("link").symlink_to(log.parent)
    for path, output in ((log, log), (log.parent, log), (log.parent, Path("link") / log.name)):
        assert only_error(call(verb, path, "-o", output), 2).endswith(
            ": is a log that was read; choose another file"
        )
    assert log.read_bytes() == before


SETTINGS = {
    "no such file": (None, "settings.toml: cannot be read: No such file or directory"),
    "no TOML": ("[detectors", "settings.toml: not valid TOML"),
    "unknown setting": (
        "detector = 1",
        'unknown setting in settings.toml "detector"; did you mean "detectors"?',
    ),
    "unknown detector": (
        "[detectors.platau]\nx = 1",
        'unknown detector "platau"; did you mean "plateau"?',
    ),
    "unknown threshold": ("[detectors.plateau]\nmin_shar = 1", 'did you mean "min_share"?'),
    "out of range": ("[detectors.plateau]\nmin_share = 7", "plateau.min_share = 7: a value "),
    "no number": (
        '[detectors.plateau]\nmin_share = "x"',
        "plateau.min_share = 'x': a number is wanted",
    ),
}


@pytest.mark.parametrize("verb", ["check", "report"])
@pytest.mark.parametrize("case", SETTINGS)
def test_settings_that_cannot_be_used_give_exit_code_2(verb: str, case: str, healthy: Path) -> None:
    text, said = SETTINGS[case]
    if text is not None:
        Path("settings.toml").write_text(text, encoding="utf-8")
    assert said in only_error(call(verb, healthy, "--config", "settings.toml"), 2)


def test_settings_are_taken_from_the_file_that_is_named(overfitted: Path) -> None:
    Path("settings.toml").write_text('disable = ["overfitting"]', encoding="utf-8")
    data = json.loads(call("check", overfitted, "--config", "settings.toml", "--json").stdout)
    assert "overfitting" not in [check["detector"] for check in data["runs"][0]["checks"]]


def test_settings_are_taken_from_this_folder_and_never_from_that_of_the_log(healthy: Path) -> None:
    def detectors() -> list[str]:
        return [
            check["detector"]
            for check in json.loads(call("check", healthy, "--json").stdout)["runs"][0]["checks"]
        ]

    (healthy / "analyzer.toml").write_text('disable = ["overfitting"]', encoding="utf-8")
    assert "overfitting" in detectors()
    Path("analyzer.toml").write_text('disable = ["overfitting"]', encoding="utf-8")
    assert "overfitting" not in detectors()


HOSTILE = [
    "\x1b[2J\x1b]0;owned\x07",
    "a\nb\r\x9b31m",
    "<script>alert(1)</script>",
    "**bold** [x](javascript:1)",
    "a\u202eb",
]


def hostile(folder: Path, name: str) -> Path:
    """Write a log whose run, series and settings have a hostile name."""
    values = np.exp(-np.arange(40) / 10).tolist()
    folder = folder / name.replace("/", "|")
    folder.mkdir(parents=True)
    document = {
        "loss": values,
        "val_loss": values,
        name: values,
        f"config {name}": name,
        "broken": [name, 1, 2, 3],
    }
    (folder / f"{name.replace('/', '|')}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
@pytest.mark.parametrize(
    "args",
    [["check"], ["report"], ["inspect"], ["check", "--strict"], ["check", "--run", "x"]],
    ids=str,
)
def test_hostile_names_reach_the_terminal_in_visible_form_only(
    args: list[str], name: str, tmp_path: Path
) -> None:
    result = call(args[0], hostile(tmp_path, name), *args[1:])
    assert all(line.isprintable() for line in result.output.split("\n"))


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_hostile_names_stay_text_in_a_report(name: str, tmp_path: Path) -> None:
    call("report", hostile(tmp_path, name), "-o", "out.html")
    page = Path("out.html").read_text(encoding="utf-8")
    assert page.count("<script") == 2  # the data, and ours
    assert "\x1b" not in page
    assert "\x07" not in page


@pytest.mark.parametrize("verb", ["check", "report", "inspect"])
def test_hostile_names_come_back_from_json(verb: str, tmp_path: Path) -> None:
    for name in HOSTILE:
        hostile(tmp_path / "all", name)
    data = json.loads(call(verb, tmp_path / "all", "--json").stdout)
    assert len(data["runs"]) == len(HOSTILE)


def test_the_output_holds_no_absolute_path_and_no_secret(healthy: Path) -> None:
    save(
        healthy,
        synthetic.healthy(2, epochs=60).run,
        data_dir="/home/somebody/data",
        api_key="abc123",
        out=str(healthy),
    )
    for args in (
        ["check"],
        ["check", "--json"],
        ["report"],
        ["report", "--json"],
        ["inspect"],
        ["inspect", "--json"],
    ):
        output = call(args[0], healthy, *args[1:]).output
        assert str(healthy.parent) not in output
        assert "/home/somebody" not in output
        assert "abc123" not in output
    for suffix in ("html", "json"):
        call("report", healthy, "-o", f"out.{suffix}")
        text = Path(f"out.{suffix}").read_text(encoding="utf-8")
        assert str(healthy.parent) not in text
        assert "/home/somebody" not in text
        assert "abc123" not in text


@pytest.mark.parametrize(
    "args", [["--help"], ["--version"], ["check", "--help"], ["report", "--help"]], ids=" ".join
)
def test_help_and_version_import_nothing_heavy(args: list[str]) -> None:
    code = f"""
import sys
from analyzer.cli import main
try:
    main({args!r})
except SystemExit as exit:
    assert exit.code == 0
heavy = {{"numpy", "pandas", "scipy", "jinja2", "babel", "tensorboard", "matplotlib"}} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout


def test_version_is_that_of_the_package() -> None:
    assert call("--version").stdout == f"analyzer, version {analyzer.__version__}\n"


def test_help_names_every_verb() -> None:
    for args in ([], ["--help"], ["-h"]):
        output = call(*args).output
        assert all(f"  {verb} " in output for verb in main.commands)


def test_two_processes_print_and_write_the_same_bytes(overfitted: Path, damaged: Path) -> None:
    code = """
import sys
from analyzer.cli import main
for args in (["report", sys.argv[1], "-o", "out.html"], ["report", sys.argv[1]], ["report", sys.argv[2], "--json"],
             ["inspect", sys.argv[2]], ["check", sys.argv[2]]):
    main(args, standalone_mode=False)
print(open("out.html", encoding="utf-8").read())
"""

    def printed(seed: str) -> tuple[bytes, bytes]:
        env = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", code, overfitted, damaged],
            capture_output=True,
            check=True,
            env=env,
        )
        return done.stdout, done.stderr

    first = printed("1")
    assert b"</svg>" in first[0]
    assert b"log.csv:32" in first[1]
    assert first == printed("2")


def test_a_terminal_that_lacks_a_character_is_no_error(overfitted: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "analyzer", "report", str(overfitted)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.startswith(b"over: overfitting")


def test_a_process_says_an_error_in_one_line_and_exits_with_its_code() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "analyzer", "check", "nowhere"], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().splitlines() == ["nowhere: no such file or folder; check the path"]


def test_check_is_a_gate(healthy: Path) -> None:
    assert call("check", healthy, "--require", "val_loss<99").exit_code == 0
    failed = call("check", healthy, "--require", "val_loss<0.0001", "--junit", "junit.xml")
    assert failed.exit_code == 1
    assert "val_loss<0.0001: failed; it is" in failed.stdout
    assert "<failure" in Path("junit.xml").read_text(encoding="utf-8")
    wrong = call("check", healthy, "--require", "val_loss")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)


def test_a_baseline_can_be_named_by_any_spelling_of_its_path(healthy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    save(other, synthetic.healthy(5, epochs=60).run)
    for spelling in (str(other), f"{other}/", f"{other.parent}/./{other.name}"):
        result = call("compare", healthy, other, "--baseline", spelling, "--json")
        assert (result.exit_code, json.loads(result.stdout)["baseline"]) == (0, "other")
