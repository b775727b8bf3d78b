"""The JUnit file of a check is that of this call."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from analyzer.cli._junit import junit_file
from analyzer.cli._saying import fail
from analyzer.errors import AnalyzerError

EARLIER = '<?xml version="1.0"?>\n<testsuites>\n</testsuites>\n'


def test_a_document_of_an_earlier_call_goes_first(tmp_path: Path) -> None:
    path = tmp_path / "gate.xml"
    path.write_text(EARLIER, encoding="utf-8")
    with junit_file(path) as write:
        assert not path.exists()
        write("<new/>")
    assert path.read_text(encoding="utf-8") == "<new/>"


def test_the_reason_of_an_early_end_is_written(tmp_path: Path) -> None:
    path = tmp_path / "gate.xml"
    with pytest.raises(AnalyzerError), junit_file(path):
        raise AnalyzerError("no such <folder>")
    assert '<error message="no such &lt;folder&gt;"/>' in path.read_text(encoding="utf-8")
    with pytest.raises(SystemExit), junit_file(path):
        fail("pick one run")
    assert '<error message="pick one run"/>' in path.read_text(encoding="utf-8")


def test_a_document_that_was_written_stays(tmp_path: Path) -> None:
    path = tmp_path / "gate.xml"
    with suppress(AnalyzerError), junit_file(path) as write:
        write("<new/>")
        raise AnalyzerError("strict")
    assert path.read_text(encoding="utf-8") == "<new/>"


def test_another_file_stays_and_no_path_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "log.xml"
    path.write_text("<log/>", encoding="utf-8")
    with pytest.raises(AnalyzerError), junit_file(path):
        raise AnalyzerError("x")
    assert path.read_text(encoding="utf-8") == "<log/>"
    with junit_file(None) as write:
        write("<new/>")
