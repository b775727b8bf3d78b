"""What the commands print: JSON, issues, names from a log, exit codes."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from analyzer import synthetic

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
    call: Callable[..., Result],
    verb: str,
    case: str,
    limit: str,
    code: int,
    request: pytest.FixtureRequest,
) -> None:
    assert call(verb, request.getfixturevalue(case), "--fail-on", limit).exit_code == code


@pytest.mark.parametrize("verb", ["check", "report"])
def test_json_has_every_run_in_the_form_of_the_contract(
    call: Callable[..., Result], verb: str, healthy: Path, diverged: Path
) -> None:
    result = call(verb, healthy.parent, "--json", "--fail-on", "never")
    data = json.loads(result.stdout, parse_constant=lambda _: pytest.fail("not strict JSON"))
    assert list(data) == ["schema", "runs", "unreadable"]
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


def test_json_of_one_run_by_its_name(
    call: Callable[..., Result], healthy: Path, overfitted: Path
) -> None:
    for verb in ("check", "report", "inspect"):
        data = json.loads(call(verb, healthy.parent, "--json", "--run", "over").stdout)
        assert [run["run"] for run in data["runs"]] == ["over"]


def test_damage_is_one_line_on_stderr(call: Callable[..., Result], damaged: Path) -> None:
    result = call("check", damaged)
    assert result.exit_code == 0
    assert result.stdout.startswith("torn: ")
    assert result.stderr.startswith("log.csv:32: rows with too many or too few cells were skipped")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("verb", ["check", "report"])
@pytest.mark.parametrize("options", [[], ["--json"], ["-o", "out.html"]], ids=str)
def test_a_file_that_gave_no_run_is_named_on_stderr(
    call: Callable[..., Result], verb: str, options: list[str], healthy: Path
) -> None:
    if verb == "check" and "-o" in options:
        options = ["--fail-on", "never"]
    (healthy / "torn.json").write_text('{"loss": [')
    result = call(verb, healthy, *options)
    assert result.exit_code == 0
    assert result.stderr.startswith("torn.json:1: not valid JSON")
    assert result.stderr.count("\n") == 1


def test_a_thousand_damaged_files_print_twenty_lines(
    call: Callable[..., Result], healthy: Path
) -> None:
    for number in range(300):
        (healthy / f"a{number:03}.json").write_text('{"loss": [')
        (healthy / f"b{number:03}.json").write_text('{"loss": [' + "9" * 5000 + "]}")
    result = call("check", healthy)
    lines = result.stderr.splitlines()
    assert len(lines) <= 20
    assert "...: 291 more files or runs with the same problem." in result.stderr
    assert result.stdout == "good: healthy\n"


HOSTILE = [
    "\x1b[2J\x1b]0;owned\x07",
    "a\nb\r\x9b31m",
    "<script>alert(1)</script>",
    "**bold** [x](javascript:1)",
    "a\u202eb",
]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
@pytest.mark.parametrize(
    "args",
    [["check"], ["report"], ["inspect"], ["check", "--strict"], ["check", "--run", "x"]],
    ids=str,
)
def test_hostile_names_reach_the_terminal_in_visible_form_only(
    call: Callable[..., Result],
    hostile: Callable[[Path, str], Path],
    args: list[str],
    name: str,
    tmp_path: Path,
) -> None:
    result = call(args[0], hostile(tmp_path, name), *args[1:])
    assert all(line.isprintable() for line in result.output.split("\n"))


@pytest.mark.parametrize("verb", ["check", "report", "inspect"])
def test_hostile_names_come_back_from_json(
    call: Callable[..., Result], hostile: Callable[[Path, str], Path], verb: str, tmp_path: Path
) -> None:
    for name in HOSTILE:
        hostile(tmp_path / "all", name)
    data = json.loads(call(verb, tmp_path / "all", "--json").stdout)
    assert len(data["runs"]) == len(HOSTILE)


def test_the_output_holds_no_absolute_path_and_no_secret(
    call: Callable[..., Result], save: Callable[..., Path], healthy: Path
) -> None:
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


UNREADABLE = "old.pkl: a pickle can run code"


@pytest.mark.parametrize(
    "words",
    [
        ("check", "{path}"),
        ("report", "{path}"),
        ("export", "{path}", "-o", "points.csv"),
        ("plot", "{path}", "-o", "curves.svg"),
        ("comment", "{path}"),
        ("compare", "{path}", "{path}"),
        ("batch", "{path}", "-o", "site"),
    ],
    ids=lambda words: words[0],
)
def test_every_command_tells_what_it_could_not_open(
    words: tuple[str, ...], call: Callable[..., Result], healthy: Path
) -> None:
    (healthy / "old.pkl").write_bytes(b"\x80\x04.")
    result = call(*(word.format(path=healthy) for word in words))
    assert UNREADABLE in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("check", "{path}", "--json"),
        ("report", "{path}", "--json"),
        ("compare", "{path}", "{path}", "--json"),
    ],
    ids=lambda words: words[0],
)
def test_the_json_lists_what_could_not_be_opened(
    words: tuple[str, ...], call: Callable[..., Result], healthy: Path
) -> None:
    args = [word.format(path=healthy) for word in words]
    assert json.loads(call(*args).stdout)["unreadable"] == []
    (healthy / "old.pkl").write_bytes(b"\x80\x04.")
    (healthy / "logs.tar.gz").write_bytes(gzip.compress(b"logs"))
    (healthy / "away").symlink_to("/usr")
    files = json.loads(call(*args).stdout)["unreadable"]
    found = {file["source"]: file["key"] for file in files}
    assert found == {"away": "link_out_of_folder", "logs.tar.gz": "archive", "old.pkl": "pickle"}
    assert len(files) == 3
    (spanish,) = {
        file["reason"]
        for file in json.loads(call(*args, "--lang", "es").stdout)["unreadable"]
        if file["key"] == "pickle"
    }
    assert "puede ejecutar" in spanish


@pytest.mark.parametrize("words", [("check", "--json"), ("comment",)], ids=lambda words: words[0])
def test_what_could_not_be_opened_of_a_baseline_is_told_too(
    words: tuple[str, ...], call: Callable[..., Result], healthy: Path, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    shutil.copytree(healthy, base)
    (base / "old.pkl").write_bytes(b"\x80\x04.")
    result = call(words[0], healthy, *words[1:], "--baseline", base)
    assert UNREADABLE in result.stderr
    if words[0] == "check":
        (entry,) = json.loads(result.stdout)["unreadable"]
        assert entry["source"] == "old.pkl"


def test_each_of_two_paths_tells_its_own_files(
    call: Callable[..., Result], healthy: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(healthy, other)
    for folder in (healthy, other):
        (folder / "old.pkl").write_bytes(b"\x80\x04.")
    result = call("compare", healthy, other, healthy, "--json", "-o", "compared.json")
    assert [file["key"] for file in json.loads(result.stdout)["unreadable"]] == ["pickle"] * 2
    written = json.loads(Path("compared.json").read_text(encoding="utf-8"))
    assert written == json.loads(result.stdout)


def test_a_batch_lists_what_could_not_be_opened_for_programs(
    call: Callable[..., Result], healthy: Path
) -> None:
    (healthy / "old.pkl").write_bytes(b"\x80\x04.")
    call("batch", healthy, "-o", "site")
    (line,) = Path("site/unreadable.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["source"] == "old.pkl"
    (healthy / "old.pkl").unlink()
    call("batch", healthy, "-o", "site")
    assert Path("site/unreadable.jsonl").read_text(encoding="utf-8") == ""


def test_the_junit_file_has_a_suite_of_what_could_not_be_opened(
    call: Callable[..., Result], healthy: Path
) -> None:
    (healthy / "old.pkl").write_bytes(b"\x80\x04.")
    assert call("check", healthy, "--junit", "junit.xml").exit_code == 0
    text = Path("junit.xml").read_text(encoding="utf-8")
    assert '<testsuite name="files that cannot be opened" tests="1"' in text
    assert 'name="old.pkl"><error message="a pickle' in text


def test_under_strict_each_is_an_error_of_the_junit_file(
    call: Callable[..., Result], healthy: Path
) -> None:
    (healthy / "old.pkl").write_bytes(b"\x80\x04.")
    (healthy / "logs.zip").write_bytes(b"PK\x03\x04")
    assert call("check", healthy, "--strict", "--junit", "junit.xml").exit_code == 3
    text = Path("junit.xml").read_text(encoding="utf-8")
    assert '<testsuite name="files that cannot be opened" tests="2" failures="0" errors="2"' in text
    assert 'name="old.pkl"><error message="a pickle' in text
    assert 'name="logs.zip"><error message="' in text


def test_strict_about_nothing_but_damage_says_so_in_the_junit_file(
    call: Callable[..., Result], tmp_path: Path
) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "old.pkl").write_bytes(b"\x80\x04.")
    assert call("check", bad, "--strict", "--junit", "junit.xml").exit_code == 3
    text = Path("junit.xml").read_text(encoding="utf-8")
    assert '<testsuite name="analyzer" tests="1" failures="0" errors="1"' in text
    assert "old.pkl: a pickle" in text


@pytest.mark.parametrize("verb", ["check", "report", "batch"])
def test_strict_fails_for_what_could_not_be_opened(
    verb: str, call: Callable[..., Result], healthy: Path
) -> None:
    output = ("-o", "site") if verb == "batch" else ()
    (healthy / "weights.pt").write_bytes(b"PK\x03\x04")  # of the run that is read
    strict = call(verb, healthy, *output, "--strict")
    assert (strict.exit_code, strict.stderr) == (0, "")
    (healthy / "history.pkl").write_bytes(b"\x80\x04.")
    strict = call(verb, healthy, *output, "--strict")
    assert strict.exit_code == 3
    assert "history.pkl: a pickle" in strict.stderr


@pytest.mark.parametrize("verb", ["check", "batch"])
def test_strict_fails_for_a_checkpoint_without_a_log_near_it(
    verb: str, call: Callable[..., Result], healthy: Path
) -> None:
    output = ("-o", "site") if verb == "batch" else ()
    logs = healthy.parent
    (logs / "other" / "ckpt").mkdir(parents=True)
    (logs / "other" / "ckpt" / "weights.pt").write_bytes(b"PK\x03\x04")
    strict = call(verb, logs, *output, "--strict")
    assert strict.exit_code == 3
    assert "weights.pt: a PyTorch checkpoint" in strict.stderr


def test_many_unreadable_files_of_a_kind_are_three_lines_and_a_count(
    call: Callable[..., Result], healthy: Path
) -> None:
    for number in range(10):
        (healthy / f"{number}.pkl").write_bytes(b"\x80\x04.")
    lines = call("check", healthy).stderr.splitlines()
    assert len(lines) == 4
    assert "7 more files" in lines[-1]


def test_a_table_whose_losses_are_texts_is_a_damaged_log(
    call: Callable[..., Result], healthy: Path, tmp_path: Path
) -> None:
    logs = tmp_path / "logs"
    shutil.copytree(healthy.parent, logs / "a")
    rows = "".join(f"{epoch},abc,n/d\n" for epoch in range(6))
    (logs / "log.csv").write_text("epoch,loss,val_loss\n" + rows)
    (unread,) = json.loads(call("check", logs, "--json").stdout)["unreadable"]
    assert (unread["source"], unread["key"]) == ("log.csv", "no_numbers")
    assert "loss" in unread["reason"]
    assert "abc" in unread["reason"]


@pytest.mark.parametrize("verb", ["check", "report", "compare", "batch"])
def test_json_lists_the_damaged_logs_that_gave_no_run(
    call: Callable[..., Result], verb: str, healthy: Path, overfitted: Path, tmp_path: Path
) -> None:
    logs = tmp_path / "logs"
    shutil.copytree(healthy.parent, logs / "a")
    shutil.copytree(overfitted.parent, logs / "b")
    (logs / "cut").mkdir()
    (logs / "cut" / "history.json").write_text('{"loss": [1.0, 0.5], "val_loss": [1.0}')
    if verb == "batch":
        call("batch", logs, "-o", tmp_path / "site", "--lang", "es")
        text = (tmp_path / "site" / "unreadable.jsonl").read_text(encoding="utf-8")
        (unread,) = map(json.loads, text.splitlines())
    else:
        text = call(verb, logs, "--json", "--lang", "es").stdout
        (unread,) = json.loads(text)["unreadable"]
    assert Path(unread["source"]).parts[-2:] == ("cut", "history.json")
    assert unread["key"] == "not_json"
    assert unread["reason"].startswith("no es JSON válido en la línea 1")
