from pathlib import Path

import pytest

from analyzer.agents import server, tools
from analyzer.agents.server import answer, serve
from analyzer.agents.store import Store
from analyzer.agents.tools import Desk
from analyzer.config import Config
from analyzer.errors import AnalyzerError


@pytest.fixture
def desk(runs: Path) -> Desk:
    return Desk(Store(runs, Config()), "en", 4096)


def test_without_the_package_one_line_names_the_extra(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    with pytest.raises(AnalyzerError, match=r"pip install '\.\[mcp\]'"):
        serve(desk)


def test_what_breaks_is_one_line_for_the_agent(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[str]:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setitem(tools.TOOLS, "explain", tools.Tool({"start": tools.START}, broken))
    text, is_error = answer(desk, "explain", {})
    assert is_error
    assert text == "internal error: RuntimeError: ⟦first line␊second line⟧"


def test_memory_that_ends_is_one_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> list[str]:
        raise MemoryError

    monkeypatch.setitem(tools.TOOLS, "explain", tools.Tool({"start": tools.START}, full))
    text, is_error = answer(desk, "explain", {})
    assert is_error
    assert "memory" in text


def test_a_long_error_is_cut(desk: Desk) -> None:
    text, is_error = answer(desk, "diagnose", {"run": "x" * 4000})
    assert is_error
    assert len(text) <= 600


def test_the_tools_are_described_as_the_protocol_wants(desk: Desk) -> None:
    pytest.importorskip("mcp", reason="needs the extra [mcp]")
    described = server._tools(desk)
    assert [tool.name for tool in described] == list(tools.TOOLS)
    for tool in described:
        assert tool.input_schema["additionalProperties"] is False
        assert tool.description
