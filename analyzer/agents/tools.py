"""The tools: what an agent can ask, and the lines that answer it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer import registry
from analyzer.advice.remedies import REMEDIES
from analyzer.agents.about_run import diagnosis_lines, list_line, matches
from analyzer.agents.arguments import Parameter, checked
from analyzer.agents.budget import LazyLines, fit
from analyzer.agents.marking import MarkedWords, Marker, cut, mark, marked_words, unmark
from analyzer.agents.points import Wanted, curve_lines
from analyzer.agents.store import Loaded, Store
from analyzer.comparing.comparison import compare as compare_runs
from analyzer.engine import known_verdicts
from analyzer.model.issues import files_without_run
from analyzer.report.compared_pages import render_compared_terminal
from analyzer.report.explain import explain as explain_one
from analyzer.report.explain import explain_all

_MOST_COUNTED = 200  # runs whose verdicts are counted for a list: each needs its diagnosis
_MOST_UNREAD = 5  # files that could not be read, named
_LONGEST_MATCH = 100  # characters of a text in which a word was found
_COLUMNS = re.compile(r"(?<=\S) {2,}")
_APART, _NO_VALUE = "  ", "-"  # between the cells of a table, and for an empty one

PATH = Parameter("string", ".")
START = Parameter("integer", 0, low=0)


@dataclass(frozen=True)
class Desk:
    """Where questions are answered: the logs, the language, the characters of an answer."""

    store: Store
    lang: str
    budget: int

    @property
    def text(self) -> MarkedWords:
        """The words of the language."""
        return marked_words(self.lang)


@dataclass(frozen=True)
class Tool:
    """One kind of question: its parameters, and what answers it in lines."""

    parameters: Mapping[str, Parameter]
    answer: Callable[[Desk, Mapping[str, Any]], Sequence[str]]

    def schema(self, descriptions: Mapping[str, str]) -> dict[str, Any]:
        """Return the parameters as JSON Schema."""
        required = [name for name, it in self.parameters.items() if it.is_required]
        return {
            "type": "object",
            "properties": {
                name: it.schema(descriptions[name]) for name, it in self.parameters.items()
            },
            "required": required,
            "additionalProperties": False,
        }


def call(desk: Desk, name: str, arguments: Mapping[str, Any]) -> str:
    """Return the answer to a question, within the budget.

    Raises AnalyzerError for an unknown tool, arguments that it does not take, a path outside the
    folder, or a run or curve that is not there.
    """
    registry.check_name("tool", name, TOOLS)
    tool = TOOLS[name]
    values = checked(tool.parameters, arguments)
    return fit(tool.answer(desk, values), values["start"], desk.budget, desk.text)


def list_runs(desk: Desk, asked: Mapping[str, Any]) -> Sequence[str]:
    """Return a heading, a line for each run, and the files that could not be read."""
    loaded, text = desk.store.load(asked["path"]), desk.text
    own = text.of("_agents")
    indices = list(range(len(loaded.runs)))
    if asked["verdict"] is not None:
        verdict = _verdict_named(asked["verdict"], text)
        indices = [at for at in indices if loaded.diagnosis(at).verdict == verdict]
        values = {"found": len(indices), "count": len(loaded.runs)}
        head = [f"{text.fill(own['matching'], values)}: {verdict}"]
    else:
        folder = {"count": len(indices), "folder": mark(asked["path"])}
        head = [text.fill(own["runs"], folder)]
        if len(indices) <= _MOST_COUNTED:
            count = Counter(loaded.diagnosis(at).verdict for at in indices)
            said = ", ".join(f"{verdict} {number}" for verdict, number in count.most_common())
            head.append(text.fill(own["verdicts"], {"verdicts": said}))
    head += _unread(loaded, text)

    def line(at: int) -> str:
        if at < len(head):
            return head[at]
        index = indices[at - len(head)]
        return loaded.marker(index).line(list_line(loaded.diagnosis(index), text))

    return LazyLines(len(head) + len(indices), line)


def _verdict_named(name: str, text: MarkedWords) -> str:
    """Return a verdict by its id or its word, however they are spelled.

    Raises ConfigError for a name that is none.
    """
    spelled = _as_id(name)
    for verdict in known_verdicts():
        if spelled in (verdict, _as_id(text.verdict(verdict))):
            return verdict
    registry.check_name("verdict", name, known_verdicts())
    return name


def _as_id(name: str) -> str:
    """Return a name as ids are spelled: "No learning" is "no_learning"."""
    return "_".join(re.findall(r"\w+", name.casefold()))


def _unread(loaded: Loaded, text: MarkedWords) -> list[str]:
    """Return a line for each of the first files that may be logs and gave no run."""
    own = text.of("_agents")
    files = files_without_run(loaded.runs.unreadable, loaded.runs.issues, text.lang)
    values = [file.values for file in loaded.runs.unreadable]
    values += [issue.values for issue in loaded.runs.issues]
    marker = Marker([], values)
    lines = []
    for file in files[:_MOST_UNREAD]:
        said = {"file": mark(file["source"]), "reason": marker.line(file["reason"])}
        lines.append(text.fill(own["unread"], said))
    if len(files) > _MOST_UNREAD:
        lines.append(text.fill(own["more_unread"], {"count": len(files) - _MOST_UNREAD}))
    return lines


def diagnose(desk: Desk, asked: Mapping[str, Any]) -> Sequence[str]:
    """Return the diagnosis of one run."""
    loaded, index = desk.store.one(asked["path"], asked["run"])
    lines = diagnosis_lines(loaded.diagnosis(index), desk.text)
    return tuple(map(loaded.marker(index).line, lines))


def compare(desk: Desk, asked: Mapping[str, Any]) -> Sequence[str]:
    """Return a comparison of some runs, or of all under a path."""
    store, names = desk.store, asked["runs"]
    if names:
        found = [store.one(asked["path"], name) for name in names]
        runs = [loaded.runs[index] for loaded, index in found]
    else:
        runs = list(store.load(asked["path"]).runs)
    baseline = asked["baseline"]
    if baseline is not None:
        loaded, index = store.one(asked["path"], baseline)
        baseline = loaded.runs[index].name
    made = compare_runs(runs, baseline, group=asked["group"], config=store.settings)
    marker = Marker(runs)
    said = render_compared_terminal(made, desk.lang, empty=_NO_VALUE).split("\n")
    lines = [_COLUMNS.sub(_APART, line) for line in said if line.strip()]
    return LazyLines(len(lines), lambda index: marker.line(lines[index]))


def curve(desk: Desk, asked: Mapping[str, Any]) -> Sequence[str]:
    """Return a curve in some of its points."""
    loaded, index = desk.store.one(asked["path"], asked["run"])
    metric, split = asked["metric"], asked["split"]
    if not metric:
        best = loaded.diagnosis(index).best
        metric = "loss" if best is None else best.metric
    wanted = Wanted(metric, split, asked["points"], asked["low"], asked["high"])
    return curve_lines(loaded.runs[index], wanted, desk.text)


def explain(desk: Desk, asked: Mapping[str, Any]) -> Sequence[str]:
    """Return what a check, a verdict or a remedy is, or all checks and what else has a name."""
    name = unmark(asked["name"])
    if not name:
        own = desk.text.of("_agents")
        others = {"verdicts": ", ".join(known_verdicts()), "remedies": ", ".join(REMEDIES)}
        lines = explain_all(desk.lang).split("\n")
        return (*lines, desk.text.fill(own["also_explained"], others))
    said = explain_one(_as_id(name) or name, desk.lang)
    return tuple(line for line in said.split("\n") if line)


def search(desk: Desk, asked: Mapping[str, Any]) -> Sequence[str]:
    """Return a line for each run in which all words occur, with where they do."""
    loaded, text = desk.store.load(asked["path"]), desk.text
    own = text.of("_agents")
    lines = []
    for index, run in enumerate(loaded.runs):
        diagnosis = loaded.diagnosis(index)
        found = matches(diagnosis, unmark(asked["query"]), text)
        shown = [
            cut(loaded.marker(index).line(hit), _LONGEST_MATCH) for hit in found if hit != run.name
        ]
        if found:
            where = "; ".join(shown)
            lines.append(f"{run.name} ({diagnosis.verdict}): {where}".removesuffix(": "))
    if not lines:
        return (text.fill(own["none_match"], {"count": len(loaded.runs)}),)
    values = {"found": len(lines), "count": len(loaded.runs)}
    return (text.fill(own["matching"], values), *lines)


TOOLS = {
    "list_runs": Tool(
        {"path": PATH, "verdict": Parameter("string"), "start": START},
        list_runs,
    ),
    "diagnose": Tool({"run": Parameter("string", ""), "path": PATH, "start": START}, diagnose),
    "compare": Tool(
        {
            "runs": Parameter("array", ()),
            "baseline": Parameter("string"),
            "group": Parameter("array", ()),
            "path": PATH,
            "start": START,
        },
        compare,
    ),
    "curve": Tool(
        {
            "run": Parameter("string", ""),
            "metric": Parameter("string", ""),
            "split": Parameter("string"),
            "points": Parameter("integer", 20, low=4, high=500),
            "low": Parameter("number", -math.inf),
            "high": Parameter("number", math.inf),
            "path": PATH,
            "start": START,
        },
        curve,
    ),
    "explain": Tool({"name": Parameter("string", ""), "start": START}, explain),
    "search": Tool(
        {"query": Parameter("string", is_required=True), "path": PATH, "start": START}, search
    ),
}
