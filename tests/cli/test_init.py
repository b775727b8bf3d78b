"""Init writes a file of settings, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from analyzer.report.starter import starter


def test_writes_the_file_and_never_over_one(
    call: Callable[..., Result], only_error: Callable[[Result, int], str]
) -> None:
    assert call("init").stdout == "analyzer.toml\n"
    assert Path("analyzer.toml").read_text(encoding="utf-8") == starter("en")
    Path("analyzer.toml").write_text("disable = []\n", encoding="utf-8")
    assert only_error(call("init"), 2).startswith("analyzer.toml: already exists and stays")
    assert Path("analyzer.toml").read_text(encoding="utf-8") == "disable = []\n"


def test_another_file_and_the_other_language(
    call: Callable[..., Result], only_error: Callable[[Result, int], str]
) -> None:
    assert call("init", "-o", "mine.toml", "--lang", "es").exit_code == 0
    assert Path("mine.toml").read_text(encoding="utf-8") == starter("es")
    assert call("init", "-o", "new/folder/a.toml").exit_code == 0
    line = only_error(call("init", "-o", "mine.toml/a.toml"), 2)
    assert line == "mine.toml/a.toml: cannot write here: Not a directory; choose another -o"
