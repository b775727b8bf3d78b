"""From the arguments of a command to settings and runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from analyzer import load, synthetic
from analyzer.cli._reading import run_at
from tests.cli.test_unread import history


def test_of_very_many_runs_only_some_are_named(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    save: Callable[..., Path],
    tmp_path: Path,
) -> None:
    for number in range(12):
        save(tmp_path / "many" / f"run{number:02}", synthetic.healthy(1, epochs=5).run)
    line = only_error(call("report", tmp_path / "many", "-o", "out.html"), 2)
    assert "contains 12 runs (run00, run01, run02, run03, run04, run05, run06, run07 ...)" in line
    assert "run07 ..." in only_error(call("check", tmp_path / "many", "--run", "x"), 2)


@pytest.mark.parametrize("verb", ["check", "report", "inspect"])
def test_map_gives_a_logged_name_a_metric(
    call: Callable[..., Result], verb: str, tmp_path: Path
) -> None:
    values = np.exp(-np.arange(40) / 10).tolist()
    path = tmp_path / "x" / "history.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"loss": values, "mine": values}), encoding="utf-8")
    data = json.loads(call(verb, path, "--json", "--map", "mine=val/loss").stdout)
    if verb == "inspect":
        assert ("val", "loss") in [
            (series["split"], series["metric"]) for series in data["runs"][0]["series"]
        ]
    else:
        assert data["runs"][0]["best"]["split"] == "val"


COMMANDS = ["report", "check", "inspect", "comment", "compare", "plot -o x.svg", "export -o x.csv"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_mapped_name_that_was_not_logged_gives_exit_code_2(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    command: str,
    healthy: Path,
) -> None:
    verb, *options = command.split()
    line = only_error(call(verb, healthy, *options, "--map", "val_los=val/loss"), 2)
    assert line == 'unknown --map name "val_los"; did you mean "val_loss"?'


def _unknown_text() -> str:
    return "".join(f"epoch {n} zorp: {1 / n:.4f} blarg: {n / 50:.4f}\n" for n in range(1, 31))


def _unknown_json() -> str:
    return json.dumps({"zorp": [1 / n for n in range(1, 31)], "blarg": [0.1] * 30})


@pytest.mark.parametrize("verb", ["check", "report", "inspect", "comment", "batch"])
@pytest.mark.parametrize(
    ("name", "content"), [("run.log", _unknown_text()), ("run.json", _unknown_json())]
)
def test_a_mistyped_name_is_told_where_no_name_is_known(
    name: str, content: str, verb: str, call: Callable[..., Result], tmp_path: Path
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / name).write_text(content, encoding="utf-8")
    output = ("-o", tmp_path / "site") if verb == "batch" else ()
    result = call(verb, folder, *output, "--map", "zorb=val/loss")
    assert result.exit_code == 2
    assert 'unknown --map name "zorb"; did you mean "zorp"?' in result.stderr
    assert call(verb, folder, *output, "--map", "zorp=val/loss").exit_code == 0


def test_prose_is_no_log_whatever_is_mapped(call: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("We met at 10:30 and spent 4.5 hours on part 3 of 7.\n" * 20, encoding="utf-8")
    assert call("check", path, "--map", "zorb=val/loss").exit_code == 4


def test_a_batch_looks_again_at_what_was_no_log_if_a_name_is_mapped(
    call: Callable[..., Result], healthy: Path, tmp_path: Path
) -> None:
    (healthy / "sub").mkdir()
    (healthy / "sub" / "run.log").write_text(_unknown_text(), encoding="utf-8")
    site = tmp_path / "site"
    assert "1 run in all" in call("batch", healthy, "-o", site).stdout
    assert "2 runs in all" in call("batch", healthy, "-o", site, "--map", "zorp=val/loss").stdout


def test_of_several_paths_one_may_have_the_mapped_name(
    call: Callable[..., Result], healthy: Path, tmp_path: Path
) -> None:
    path = tmp_path / "y" / "log.csv"
    path.parent.mkdir()
    rows = [f"{step},{1 / step},{2 / step}" for step in range(1, 9)]
    path.write_text("\n".join(["step,loss,mine=x", *rows]), encoding="utf-8")
    assert call("compare", healthy, path, "--map", "mine=x=val/loss").exit_code == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", "a,b\n1,3\n2,2\n3,1\n"),
        ("x.jsonl", '{"a": 1, "b": 3}\n{"a": 2, "b": 2}\n{"a": 3, "b": 1}\n'),
        ("x.json", '{"a": [1, 2, 3], "b": [3, 2, 1]}'),
    ],
)
def test_a_refusal_names_what_can_be_mapped_and_the_map_works(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    name: str,
    content: str,
    tmp_path: Path,
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert only_error(call("check", path), 4).endswith(
        "contains no recognised loss or score among a, b. Map one, e.g. --map 'a=val/loss'."
    )
    assert "entre a, b. Asigne una" in only_error(call("check", path, "--lang", "es"), 4)
    shown = call("inspect", path, "--map", "b=val/loss")
    assert "b  split val, metric loss, 3 points" in shown.stdout


@pytest.mark.parametrize("option", ["mine", "mine=val/", "mine="])
def test_a_meaning_that_cannot_be_read_gives_exit_code_2(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    option: str,
    healthy: Path,
) -> None:
    assert "=val/loss" in only_error(call("check", healthy, "--map", option), 2)


@pytest.mark.parametrize("verb", ["check", "report", "inspect"])
def test_strict_stops_at_damage_with_exit_code_3(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    verb: str,
    damaged: Path,
    healthy: Path,
) -> None:
    line = only_error(call(verb, damaged, "--strict"), 3)
    assert line.startswith("log.csv:32: rows with too many or too few cells")
    assert call(verb, healthy, "--strict").exit_code == 0


@pytest.mark.parametrize("verb", ["check", "report", "inspect"])
def test_a_path_that_does_not_exist_gives_exit_code_2(
    call: Callable[..., Result], only_error: Callable[[Result, int], str], verb: str
) -> None:
    assert only_error(call(verb, "nowhere"), 2) == "nowhere: no such file or folder; check the path"


@pytest.mark.parametrize(
    "path", ["x" * 5000, "a\nb\x1b[2J", "\udcff"], ids=["long", "control", "no UTF-8"]
)
def test_a_path_that_cannot_exist_gives_exit_code_2(
    call: Callable[..., Result], only_error: Callable[[Result, int], str], path: str
) -> None:
    line = only_error(call("check", path), 2)
    assert line.endswith(": no such file or folder; check the path")
    assert line.isprintable()


@pytest.mark.parametrize("verb", ["check", "report"])
def test_a_folder_without_logs_gives_exit_code_4(
    call: Callable[..., Result], only_error: Callable[[Result, int], str], verb: str, tmp_path: Path
) -> None:
    (tmp_path / "none").mkdir()
    line = only_error(call(verb, tmp_path / "none"), 4)
    assert line == "none: contains no file that could be a log; check the path"


@pytest.mark.parametrize("verb", ["check", "report", "inspect"])
def test_an_unknown_run_gives_exit_code_2_and_the_names(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    verb: str,
    healthy: Path,
    overfitted: Path,
) -> None:
    line = only_error(call(verb, healthy.parent, "--run", "nobody"), 2)
    assert line == 'no run "nobody"; there are: good, over'


def test_the_names_closest_to_an_unknown_run_come_first(
    call: Callable[..., Result], only_error: Callable[[Result, int], str], save: Callable[..., Path]
) -> None:
    for name in [*"abcdefghij", "warmup"]:
        save(Path("runs") / name, synthetic.healthy(2, epochs=20).run)
    line = only_error(call("check", "runs", "--run", "warm-up"), 2)
    assert line == 'no run "warm-up"; there are: warmup, a, b, c, d, e, f, g ...'


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("verb", ["check", "batch"])
def test_a_typo_in_a_path_gets_the_path_that_was_meant(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    verb: str,
    lang: str,
) -> None:
    Path("training_runs").mkdir()
    more = ["-o", "site"] if verb == "batch" else []
    line = only_error(call(verb, "trainning_runs", *more, "--lang", lang), 2)
    what = {"check": "file or folder", "batch": "folder"}[verb]
    own = {"check": "ese archivo ni esa carpeta", "batch": "esa carpeta"}[verb]
    assert (
        line
        == {
            "en": f"trainning_runs: no such {what}; did you mean training_runs?",
            "es": f"trainning_runs: no existe {own}; ¿quiso decir training_runs?",
        }[lang]
    )


@pytest.mark.parametrize("verb", ["report", "export"])
def test_an_output_never_replaces_the_log(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    verb: str,
    healthy: Path,
    damaged: Path,
) -> None:
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
    "out of range": ("[detectors.plateau]\nmin_share = 7", "plateau.min_share = 7: must be "),
    "no number": (
        '[detectors.plateau]\nmin_share = "x"',
        "plateau.min_share = 'x': must be a number",
    ),
}


@pytest.mark.parametrize("verb", ["check", "report"])
@pytest.mark.parametrize("case", SETTINGS)
def test_settings_that_cannot_be_used_give_exit_code_2(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    verb: str,
    case: str,
    healthy: Path,
) -> None:
    text, message = SETTINGS[case]
    if text is not None:
        Path("settings.toml").write_text(text, encoding="utf-8")
    assert message in only_error(call(verb, healthy, "--config", "settings.toml"), 2)


def test_settings_are_taken_from_the_file_that_is_named(
    call: Callable[..., Result], overfitted: Path
) -> None:
    Path("settings.toml").write_text('disable = ["overfitting"]', encoding="utf-8")
    data = json.loads(call("check", overfitted, "--config", "settings.toml", "--json").stdout)
    assert "overfitting" not in [check["detector"] for check in data["runs"][0]["checks"]]


def test_settings_are_taken_from_this_folder_and_never_from_that_of_the_log(
    call: Callable[..., Result], healthy: Path
) -> None:
    def detectors() -> list[str]:
        return [
            check["detector"]
            for check in json.loads(call("check", healthy, "--json").stdout)["runs"][0]["checks"]
        ]

    (healthy / "analyzer.toml").write_text('disable = ["overfitting"]', encoding="utf-8")
    assert "overfitting" in detectors()
    Path("analyzer.toml").write_text('disable = ["overfitting"]', encoding="utf-8")
    assert "overfitting" not in detectors()


def test_a_run_whose_name_is_not_utf_8_is_picked_by_its_bytes_and_as_it_is_printed(
    call: Callable[..., Result], healthy: Path, overfitted: Path
) -> None:
    healthy.rename(healthy.parent / "bad\udcff")
    for asked in ("bad\udcff", "bad\N{REPLACEMENT CHARACTER}"):
        result = call("report", healthy.parent, "--run", asked)
        assert result.exit_code == 0
        assert result.stdout.startswith("bad\N{REPLACEMENT CHARACTER}: healthy")


def test_a_run_is_found_by_any_path_that_leads_to_its_log(tmp_path: Path) -> None:
    """A hard link stands for a name in other letters on a disk that ignores case."""
    log = history(tmp_path / "a") / "history.json"
    (tmp_path / "OTHER.json").hardlink_to(log)
    runs = load(tmp_path / "a")
    name = runs[0].name
    for place in (log, log.parent, tmp_path / "OTHER.json"):
        assert run_at(str(place), runs.runs) == name
    (tmp_path / "b").mkdir()
    assert run_at(str(tmp_path / "b"), runs.runs) == str(tmp_path / "b")
