import pytest

from analyzer.agents.budget import LEAST, LazyLines, fit
from analyzer.errors import AnalyzerError
from analyzer.text import words

EN = words("en")


def test_what_fits_is_shown_whole() -> None:
    assert fit(("one", "two"), 0, LEAST, EN) == "one\ntwo"


def test_what_is_left_out_is_counted_with_its_parts_and_how_to_ask_for_it() -> None:
    lines = ("head", *["x" * 50] * 20, "# Settings", "- lr=0.1")
    shown = fit(lines, 0, LEAST, EN)
    assert len(shown) <= LEAST
    last = shown.split("\n")[-1]
    kept = len(shown.split("\n")) - 1
    assert last == (
        f"[left out: {len(lines) - kept} of {len(lines)} lines (Settings); "
        f"ask again with start={kept}]"
    )


def test_a_part_that_goes_on_is_named_and_no_page_ends_with_a_heading() -> None:
    lines = ("# First", *["x" * 50] * 20, "# Second", *["y" * 50] * 20)
    for budget in range(LEAST, 1600, 10):
        *kept, last = fit(lines, 0, budget, EN).split("\n")
        assert not kept[-1].startswith("# ")
        assert ("(First, Second)" in last) == (len(kept) < 21)


@pytest.mark.parametrize("budget", [LEAST, 1000, 4096])
def test_the_pages_of_an_answer_hold_every_line_once(budget: int) -> None:
    lines = tuple(f"{number} " + "y" * (number % 90) for number in range(200))
    seen: list[str] = []
    while len(seen) < len(lines):
        page = fit(lines, len(seen), budget, EN)
        assert len(page) <= budget
        seen += [line for line in page.split("\n") if not line.startswith("[left out")]
    assert tuple(seen) == lines


def test_a_line_longer_than_half_the_budget_is_cut_and_its_mark_closed() -> None:
    shown = fit(("⟦" + "x" * 5000 + "⟧", "next"), 0, LEAST, EN)
    first, second, note = shown.split("\n")
    assert first.endswith("…⟧")
    assert second == "next"
    assert note == EN.of("_agents")["data"]


def test_only_an_answer_with_text_from_a_log_says_that_it_is_data() -> None:
    assert EN.of("_agents")["data"] in fit(("run ⟦a⟧",), 0, LEAST, EN)
    assert EN.of("_agents")["data"] not in fit(("run a",), 0, LEAST, EN)


def test_lines_beyond_the_page_are_not_made() -> None:
    made: list[int] = []

    def make(index: int) -> str:
        made.append(index)
        return "x" * 100

    fit(LazyLines(1000, make), 0, LEAST, EN)
    assert len(made) < 10


def test_lazy_lines_are_a_sequence() -> None:
    lines = LazyLines(3, str)
    assert list(lines) == ["0", "1", "2"]
    assert lines[1:] == ["1", "2"]


def test_a_start_behind_the_end_is_refused() -> None:
    with pytest.raises(AnalyzerError, match="no line 5; the answer has 2 lines"):
        fit(("one", "two"), 5, LEAST, EN)
