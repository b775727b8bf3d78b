"""Write the pages that are generated from the code.

    python docs/generate.py

They are docs/detectors/*, docs/facts/*, docs/scenarios.md, the schema of settings
(docs/schema/config.schema.json) and, in both languages, the page about the command line, the
glossary and the tables of advice.md. A test compares what this writes with what is in the
repository.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from command_line import cli_pages
from glossaries import glossary_pages

from analyzer import registry, resources
from analyzer.advice import effects
from analyzer.advice.remedies import AGAIN, REMEDIES
from analyzer.charts.build import build_charts
from analyzer.charts.svg import Worded, draw_alone
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose
from analyzer.facts._base import Fact
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.report.config_schema import config_schema
from analyzer.report.effects_table import causes_of, effects_of
from analyzer.report.measured import remedy_phrase
from analyzer.stats.arrays import Floats
from analyzer.text import Words, words
from analyzer.trainer.corpus import read
from analyzer.trainer.replay import numbers, run_of
from analyzer.trainer.scenarios import SCENARIOS

HERE = Path(__file__).parent
CORPUS = HERE.parent / "tests" / "corpus" / "corpus.jsonl.gz"
ADVICE = {HERE / "advice.md": "en", HERE / "es" / "advice.md": "es"}
EFFECTS = re.compile(r"(<!-- effects: .*? -->\n).*?(<!-- /effects -->)", re.DOTALL)
_NOTE = "<!-- Written by docs/generate.py; edit the code instead. -->\n"


def main() -> None:
    for path, content in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")


def pages() -> dict[Path, str]:
    """Return every generated page by its path."""
    detectors = registry.discover("analyzer.detectors", Detector)
    wrong = wrong_cases(detectors)
    made = {
        HERE / "detectors" / f"{name}.md": detector_page(name, kind)
        for name, kind in detectors.items()
    }
    for name, kind in detectors.items():
        made[HERE / "detectors" / f"{name}.svg"] = picture(name, diagnose(kind.example(0)))
    for name, run in wrong.items():
        made[HERE / "detectors" / f"{name}_wrong.svg"] = picture(name, diagnose(run))
    made[HERE / "detectors" / "README.md"] = index_page(detectors)
    facts = registry.discover("analyzer.facts", Fact)
    shown = sorted((kind.place, name) for name, kind in facts.items() if kind.place is not None)
    made |= {HERE / "facts" / f"{name}.md": fact_page(name) for _, name in shown}
    made[HERE / "facts" / "README.md"] = facts_page([name for _, name in shown])
    made[HERE / "scenarios.md"] = scenarios_page()
    made |= cli_pages() | glossary_pages()
    made |= {path: advice_page(path, lang) for path, lang in ADVICE.items()}
    schema = json.dumps(config_schema(), indent=2, ensure_ascii=False)
    made[HERE / "schema" / "config.schema.json"] = f"{schema}\n"
    return made


def wrong_words() -> dict[str, dict[str, Any]]:
    return tomllib.loads((HERE / "wrong.toml").read_text(encoding="utf-8"))


def wrong_cases(detectors: Mapping[str, type[Detector]]) -> dict[str, Run]:
    """Return, for each detector that has such a case, a run that it gets wrong."""
    cases = wrong_words()
    wanted = {case["run"] for case in cases.values() if "run" in case}
    records = {record["id"]: record for record in read(CORPUS) if record["id"] in wanted}
    runs = {name: with_truth(records[case["run"]]) for name, case in cases.items() if "run" in case}
    made = {"left_out": left_out}
    return runs | {
        name: made[case["made"]](detectors[name]) for name, case in cases.items() if "made" in case
    }


def with_truth(record: dict[str, Any]) -> Run:
    """Return a run of the corpus with the loss on fresh data as a test curve.

    Detectors ask val where there is one.
    """
    run = run_of(record)
    val = next(series for series in run.series if (series.split, series.metric) == ("val", "loss"))
    return replace(
        run,
        series=(*run.series, replace(val, split="test", tag="test/loss", value=population(record))),
    )


def population(record: dict[str, Any]) -> Floats:
    return numbers(record["population"]["loss"])


def left_out(kind: type[Detector]) -> Run:
    """Return the example of a detector as logged by a tracker that drops non-finite values."""
    run, series = kind.example(0), []
    for logged in run.series:
        keep = np.isfinite(logged.value)
        names = ("step", "epoch", "wall_time", "value", "superseded")
        series.append(replace(logged, **{name: getattr(logged, name)[keep] for name in names}))
    return replace(run, series=tuple(series))


def index_page(detectors: Mapping[str, type[Detector]]) -> str:
    lines = [
        _NOTE,
        "# Detectors\n",
        "What each looks for, how, with which thresholds, and where it fails.\n",
    ]
    lines += ["| detector | looks for |", "|---|---|"]
    lines += [
        f"| [{name}]({name}.md) | {words('en').about(name, 'looks_for', kind().thresholds)} |"
        for name, kind in detectors.items()
    ]
    return "\n".join(lines) + "\n"


def detector_page(name: str, kind: type[Detector]) -> str:
    own = resources.words(name)["en"]
    sources = resources.words("_terms")["en"]["sources"]
    doc = inspect.cleandoc(sys.modules[kind.__module__].__doc__ or "").split("\n", 1)[1]
    lines = [
        _NOTE,
        f"# {own['title']} (`{name}`)\n",
        words("en").about(name, "looks_for", kind().thresholds) + "\n",
    ]
    lines += [f"![The chart of a run that it must flag]({name}.svg)\n", _sections(doc)]
    if kind.explains:
        lines.append(f"A finding here makes these redundant: {', '.join(sorted(kind.explains))}.\n")
    lines += ["## Thresholds\n", "| name | default | reason |", "|---|---|---|"]
    lines += [
        f"| `{field.name}` | {field.default:.4g} | {field.metadata['reason']} |"
        for field in fields(kind)
    ]
    lines.append(f"\nChange one in `analyzer.toml`: `[detectors.{name}]`, then `name = value`.\n")
    if name in wrong_words():
        lines += wrong_section(name, wrong_words()[name])
    lines.append("## What the report says to do\n")
    for item in own["checklist"]:
        only = f" (only with `{item['when']}`)" if "when" in item else ""
        text = re.sub(r"\{(\w+)[^}]*\}", r"‹\1›", item["text"])
        remedy = f" [`{item['remedy']}`]" if "remedy" in item else ""
        lines.append(f"- {text}{only}{remedy} *{sources[item['source']]}*")
    if any("remedy" in item for item in own["checklist"]):
        lines.append("\nIn brackets: the remedies whose effect is [measured](../advice.md).")
    return "\n".join(lines) + "\n"


def wrong_section(name: str, case: Mapping[str, Any]) -> list[str]:
    """Return the section about a case that a detector gets wrong."""
    lines = [
        "## A case it gets wrong\n",
        f"![The chart of that run]({name}_wrong.svg)\n",
        case["says"] + "\n",
    ]
    if "run" in case:
        lines.append("The test curve is the loss on fresh data, which the log does not contain.\n")
    return lines


def facts_page(names: list[str]) -> str:
    lines = [
        _NOTE,
        "# Facts\n",
        "What a report tells besides its findings; a fact never changes the verdict.\n",
        "| fact | tells |",
        "|---|---|",
    ]
    lines += [
        f"| [{name}]({name}.md) | {resources.words(name)['en']['looks_for']} |" for name in names
    ]
    lines.append(
        "\nOthers stand in the JSON only. A fact of your own: [add-a-fact.md](../add-a-fact.md)."
    )
    return "\n".join(lines) + "\n"


def fact_page(name: str) -> str:
    own = resources.words(name)["en"]
    lines = [_NOTE, f"# {own['title']} (`{name}`)\n", own["looks_for"] + "\n"]
    lines += ["## Method\n", own["how"] + "\n", "## Known limits\n", own["limits"] + "\n"]
    lines += ["## What it says\n", "| tag | sentence |", "|---|---|"]
    lines += [f"| `{tag}` | {blanked(said)} |" for tag, said in own["says"].items()]
    if "columns" in own:
        labels = ", ".join(column["label"] for column in own["columns"])
        lines.append(f"\nIts table has the columns: {labels}.")
    if "checklist" in own:
        lines.append("\n## What the report says to do\n")
        lines += [f"- {blanked(item['text'])} (with `{item['when']}`)" for item in own["checklist"]]
    return "\n".join(lines) + "\n"


def blanked(sentence: str) -> str:
    """Return a sentence with the names of its values in place of their formats."""
    return re.sub(r"\{(\w+)[^}]*\}", r"‹\1›", sentence).replace("|", "/")


def picture(name: str, diagnosis: Diagnosis) -> str:
    """Return the chart that a detector judges as a picture of its own.

    Light or dark as the reader's page is.
    """
    text = words("en")
    metric = next(
        (finding.metric for finding in diagnosis.findings if finding.detector == name), "loss"
    )
    charts = build_charts(diagnosis, text, counted=True)
    chart = next(member for stack in charts for member in stack if member.id == f"chart-{metric}")
    style = (
        (resources.folder("report_templates") / "chart.css")
        .read_text(encoding="utf-8")
        .replace(":root", "svg")
    )
    page = 'style="background: var(--paper); font-family: sans-serif"'
    return draw_alone(Worded("en", chart, text.tick), style=style, attributes=page) + "\n"


def _sections(doc: str) -> str:
    """Return the sections of a module docstring as Markdown."""
    out = []
    for line in doc.split("\n"):
        out.append(f"\n## {line}\n" if line and not line.startswith(" ") else line.strip())
    return "\n".join(out).strip() + "\n"


def scenarios_page() -> str:
    lines = [_NOTE, "# Scenarios of the reference trainer\n"]
    lines += ["How they are trained and logged: [docs/trainer.md](trainer.md).\n"]
    lines += [
        "| scenario | what is wrong | data | hidden layers | optimizer, rate | epochs |",
        "|---|---|---|---|---|---|",
    ]
    for scenario in SCENARIOS.values():
        layers = "-".join(map(str, scenario.network.hidden)) or "none"
        rate = f"{scenario.optimizer}, {scenario.lr:g}"
        lines.append(
            f"| `{scenario.name}` | {scenario.wrong} | {scenario.data} | {layers} | "
            f"{rate} | {scenario.epochs} |"
        )
    return "\n".join(lines) + "\n"


def advice_page(path: Path, lang: str) -> str:
    """Return a page about measured advice with its tables written anew."""
    tables = "\n".join(effect_tables(words(lang)))
    return EFFECTS.sub(rf"\g<1>\n{tables}\n\n\g<2>", path.read_text(encoding="utf-8"))


def effect_tables(text: Words) -> list[str]:
    """Return what each remedy did for each finding, what was wrong, and how it was measured."""
    own = text.of("_advice")
    if not effects.load(effects.PATH).rows:
        return [own["no_effects"]]
    manifest = effects.load(effects.PATH).manifest
    commands = ", ".join(f"`{command}`" for command in manifest["command"])
    made_of = text.fill(own["made_of"], {**manifest, "commands": commands})
    lines = [f"{own['table']}. {made_of}", "", *markdown_table(effects_of(text))]
    for finding in effects.load(effects.PATH).causes:
        rows = causes_of(finding, text)
        if rows:
            lines += ["", f"`{finding}`. {own['causes_table']}:", "", *markdown_table(rows)]
    lines += ["", "| id | |", "|---|---|"]
    lines += [f"| `{name}` | {remedy_phrase(name, text)} |" for name in (*REMEDIES, AGAIN)]
    return lines


def markdown_table(table: Sequence[Sequence[str]]) -> list[str]:
    head, *rows = ["| " + " | ".join(cells) + " |" for cells in table]
    return [head, "|---" * len(table[0]) + "|", *rows]


if __name__ == "__main__":
    main()
