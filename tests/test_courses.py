"""The page of the courses: 69 concepts, each with a command that runs and shows what it says."""

from __future__ import annotations

import html
import re
import shlex
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from analyzer.cli import main

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = {"en": DOCS / "courses.md", "es": DOCS / "es" / "cursos.md"}
STATES = {
    "en": ("works", "partly", "missing"),
    "es": ("funciona", "en parte", "falta"),
}
_FIELDS = 6


class Row(NamedTuple):
    """A line of the tables."""

    number: int
    concept: str
    source: str
    state: int  # 0 works, 1 partly, 2 missing
    commands: tuple[str, ...]
    look_at: str


def rows_of(lang: str) -> list[Row]:
    rows = []
    for line in PAGES[lang].read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) == _FIELDS and cells[0].isdigit():
            state = STATES[lang].index(cells[3])
            commands = tuple(re.findall(r"`([^`]+)`", cells[4]))
            rows.append(Row(int(cells[0]), cells[1], cells[2], state, commands, cells[5]))
    return rows


ROWS = {lang: rows_of(lang) for lang in PAGES}


def needs_torch(row: Row) -> bool:
    quick = ("analyzer train steps", "analyzer train --list")
    return any(
        command.startswith("analyzer train") and not command.startswith(quick)
        for command in row.commands
    )


CASES = [
    pytest.param(lang, row, id=f"{lang}-{row.number}")
    for lang, rows in ROWS.items()
    for row in rows
    if row.commands and not needs_torch(row)
]


def in_english(command: str) -> str:
    return command.removesuffix(" --lang es")


def test_each_concept_has_its_row_in_both_languages() -> None:
    assert sorted(row.number for row in ROWS["en"]) == list(range(1, 70))
    for english, spanish in zip(ROWS["en"], ROWS["es"], strict=True):
        assert (english.number, english.source) == (spanish.number, spanish.source)
        assert english.state == spanish.state
        assert list(english.commands) == [in_english(command) for command in spanish.commands]


def test_what_is_missing_alone_has_no_command() -> None:
    for row in ROWS["en"]:
        assert bool(row.commands) == (row.state < 2), row.concept


@pytest.mark.parametrize("lang", PAGES)
def test_the_page_counts_its_rows(lang: str) -> None:
    count = Counter(row.state for row in ROWS[lang])
    introduction = PAGES[lang].read_text(encoding="utf-8").split("\n## ")[0]
    numbers = [int(number) for number in re.findall(r"(?<![S\d])\d+", introduction)]
    assert numbers == [69, count[0], count[1], count[2]]


def output_of(row: Row) -> str:
    """Run the commands of a row; return what they print and write, as plain lower-case text."""
    shown = []
    for command in row.commands:
        _, *arguments = shlex.split(command)
        made = CliRunner().invoke(main, arguments)
        assert made.exit_code == 0, f"{command}: {made.output}"
        shown.append(made.output)
    for path in Path().rglob("*"):
        is_log = "sample_logs" in path.parts
        if path.suffix in (".html", ".md", ".csv") and path.is_file() and not is_log:
            shown.append(html.unescape(path.read_text(encoding="utf-8")))
    return " ".join(" ".join(shown).split()).lower()


@pytest.mark.parametrize(("lang", "row"), CASES)
def test_a_command_runs_and_shows_what_the_row_says(
    lang: str, row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sample_logs").symlink_to(ROOT / "sample_logs")
    monkeypatch.chdir(tmp_path)
    shown = output_of(row)
    named = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", row.look_at)
    for name in named:
        if not may_be_absent(row, name):
            assert name.lower() in shown, f"{row.commands[-1]} does not show {name}"


def may_be_absent(row: Row, name: str) -> bool:
    """Say whether a row names something as a possibility: a table that needs checkpoints."""
    return row.number == 59 and name.lower().startswith("checkpoint")
