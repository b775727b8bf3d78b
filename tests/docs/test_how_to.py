"""The tour and the how-to pages are true: their commands run and print what the pages show."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import shlex
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from analyzer.cli import main

ROOT = Path(__file__).parents[2]
PAGES = {
    "from-a-notebook.md": "desde-un-notebook.md",
    "from-an-agent.md": "desde-un-agente.md",
    "index.md": "index.md",
    "loss-is-nan.md": "perdida-nan.md",
    "runs-in-a-pull-request.md": "ejecuciones-en-una-pull-request.md",
    "thousand-runs.md": "mil-ejecuciones.md",
    "tour.md": "recorrido.md",
    "val-loss-rises.md": "sube-la-validacion.md",
}
EVERY = [*PAGES, *(f"es/{page}" for page in PAGES.values())]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
FAILS = re.compile(r"  # (?:exits with|termina con) (\d)$")
GAP = "..."


class Block(NamedTuple):
    """A piece of code of a page, and the text that the page shows below it, "" for none."""

    language: str
    code: str
    shown: str


def blocks(page: str) -> list[Block]:
    """Return the commands and the Python code of a page, with what they print."""
    found: list[Block] = []
    for language, code in FENCE.findall((ROOT / "docs" / page).read_text(encoding="utf-8")):
        if language == "text":
            found[-1] = found[-1]._replace(shown=code)
        elif language in ("sh", "python"):
            found.append(Block(language, code, ""))
    return found


def commands(block: Block) -> list[tuple[str, int]]:
    """Return the commands of a block with their exit codes; installing is left out."""
    found = []
    for line in block.code.splitlines():
        fails = FAILS.search(line)
        if not line.startswith("pip "):
            found.append((FAILS.sub("", line), int(fails[1]) if fails else 0))
    return found


def run(command: str, folder: Path) -> tuple[str, int]:
    """Run a line of a page in a folder; return what it prints and its exit code."""
    name, *arguments = shlex.split(command)
    assert name == "analyzer", command
    target = None
    if ">" in arguments:
        *arguments, _, target = arguments
    done = CliRunner().invoke(main, arguments)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    if target is not None:
        (folder / target).write_text(done.stdout, encoding="utf-8")
    return done.stdout + done.stderr, done.exit_code


def plain(text: str) -> str:
    """Return a text with its no-break spaces as spaces, which is how pages write them."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def absent(shown: str, printed: str) -> list[str]:
    """Return the lines that a page shows and that were not printed, in this order."""
    wanted = [line for line in shown.splitlines() if line.strip() != GAP]
    for line in plain(printed).splitlines():
        if wanted and wanted[0] in line:
            wanted.pop(0)
    return wanted


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder like a checkout: the sample logs are in it."""
    (tmp_path / "sample_logs").symlink_to(ROOT / "sample_logs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


def check_commands(block: Block, folder: Path) -> None:
    """Run the commands of a block and compare what they print with what its page shows."""
    printed = ""
    for command, code in commands(block):
        said, ended = run(command, folder)
        assert ended == code, f"{command}\n{said}"
        printed += said
    assert absent(block.shown, printed) == [], printed


def check_python(block: Block, names: dict[str, object]) -> None:
    """Run the code of a block and compare what it prints with its comments."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(block.code, "<page>", "exec"), names)
    said = [line[2:] for line in block.code.splitlines() if line.startswith("# ")]
    assert plain(out.getvalue()).splitlines() == said


@pytest.mark.parametrize("page", EVERY)
def test_a_page_prints_what_it_shows(page: str, folder: Path) -> None:
    if "agent" in page and importlib.util.find_spec("mcp") is None:
        pytest.skip("needs the extra [mcp]")
    names: dict[str, object] = {}
    for block in blocks(page):
        if block.language == "sh":
            check_commands(block, folder)
        else:
            check_python(block, names)


@pytest.mark.parametrize("page", ["../README.md", "es/README.md"])
def test_the_commands_of_the_readme_run(page: str, folder: Path) -> None:
    """All but those that install, train, serve, or post; of the last, what they would post."""
    (folder / "runs").mkdir()
    names = ("exp1", "base", "new", "nueva")
    samples = ("keras_overfitting", "keras_early_stopped", "wandb_overfitting", "csv_oscillating")
    for name, sample in zip(names, samples, strict=True):
        shutil.copytree(ROOT / "sample_logs" / sample, folder / "runs" / name)
    ran = []
    for block in blocks(page):
        for command, _ in commands(block) if block.language == "sh" else ():
            verb = command.split()[1]
            if verb not in ("train", "mcp"):
                said, code = run(command.split(" #")[0].replace(" --post", ""), folder)
                assert code == (1 if verb == "check" else 0), f"{command}\n{said}"
                ran.append(verb)
    assert set(ran) == set(main.commands) - {"train", "mcp"}


@pytest.mark.parametrize(("english", "spanish"), PAGES.items())
def test_both_languages_run_the_same_commands(english: str, spanish: str) -> None:
    def verbs(page: str) -> list[list[str]]:
        return [re.findall(r"^\w+ \w+", block.code, re.MULTILINE) for block in blocks(page)]

    assert verbs(english) == verbs(f"es/{spanish}")


@pytest.mark.parametrize("page", EVERY)
def test_a_spanish_command_answers_in_spanish(page: str) -> None:
    for block in blocks(page):
        for command, _ in commands(block) if block.language == "sh" else ():
            is_data = "--json" in command
            assert is_data or ("--lang es" in command) == page.startswith("es/"), command


def test_a_line_that_was_not_printed_is_told() -> None:
    assert absent("a\n...\nb\n", "xa\ny\nb\n") == []
    assert absent("b\na\n", "a\nb\n") == ["a"]
