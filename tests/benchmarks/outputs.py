"""Write every output for sample_logs into a folder, to compare two commits byte by byte.

python tests/benchmarks/outputs.py before # on one commit python tests/benchmarks/outputs.py after #
on the other diff -r before after

Reports in every format and language, checks, inspections, tables, figures, comments, comparisons,
the site of a batch, explanations and help texts.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from click.testing import CliRunner

from analyzer.cli import main
from analyzer.resources import folder

LANGUAGES = ("en", "es")
PAIRS = (
    ("csv_oscillating", "csv_lr_too_low"),
    ("keras_overfitting", "keras_early_stopped"),
    ("wandb_leakage", "wandb_overfitting"),
    ("tensorboard_diverging", "keras_tensorboard_healthy"),
)


def call(out: Path, name: str, *arguments: object) -> None:
    """Run a command and keep what it prints, with its exit code."""
    words = [str(argument) for argument in arguments]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    text = f"exit {done.exit_code}\n{done.stdout}\n--\n{done.stderr}".replace(str(out), "OUT")
    (out / name).write_text(text, encoding="utf-8")


def write_run(out: Path, log: Path) -> None:
    """Write every output of one log."""
    out.mkdir(parents=True)
    call(out, "export.txt", "export", log, "-o", out / "points.csv")
    call(out, "inspect.json.txt", "inspect", log, "--json")
    call(
        out, "check.json.txt", "check", log, "--json", "--require", "val_loss<0.5", "--max-gap", 0.1
    )
    call(out, "plot.txt", "plot", log, "-o", out / "plot.svg")
    call(out, "html.txt", "report", log, "-o", out / "report.html")
    for lang in LANGUAGES:
        call(out, f"terminal.{lang}.txt", "report", log, "--lang", lang)
        call(out, f"inspect.{lang}.txt", "inspect", log, "--lang", lang)
        call(out, f"comment.{lang}.txt", "comment", log, "--lang", lang)
        call(
            out,
            f"check.{lang}.txt",
            "check",
            log,
            "--lang",
            lang,
            "--junit",
            out / f"junit.{lang}.xml",
        )
        for suffix in ("pdf", "md", "json"):
            output = out / f"report.{lang}.{suffix}"
            call(out, f"{suffix}.{lang}.txt", "report", log, "--lang", lang, "-o", output)


def write_comparison(out: Path, *logs: Path) -> None:
    """Write every output of a comparison of the logs, the first of them as the baseline."""
    out.mkdir(parents=True)
    base, new = logs[0], logs[-1]
    call(out, "compare.json.txt", "compare", *logs, "--json")
    call(out, "baseline.txt", "check", new, "--baseline", base)
    for lang in LANGUAGES:
        call(out, f"terminal.{lang}.txt", "compare", *logs, "--lang", lang)
        call(out, f"comment.{lang}.txt", "comment", new, "--baseline", base, "--lang", lang)
        for suffix in ("html", "md"):
            call(
                out,
                f"{suffix}.{lang}.txt",
                "compare",
                *logs,
                "--lang",
                lang,
                "-o",
                out / f"{lang}.{suffix}",
            )


def write_all(out: Path) -> None:
    """Write the outputs of all samples, the site of a batch, explanations and help."""
    os.chdir(
        folder("sample_logs").parent
    )  # relative paths: no output depends on where the checkout lies
    samples = Path("sample_logs")
    logs = sorted(path for path in samples.iterdir() if (path / "expected.toml").is_file())
    for log in logs:
        write_run(out / "runs" / log.name, log)
    for base, new in PAIRS:
        write_comparison(out / "comparisons" / f"{base}+{new}", samples / base, samples / new)
    write_comparison(out / "comparisons" / "all", samples)
    call(out, "batch.txt", "batch", samples, "-o", out / "site")
    call(out, "help.txt", "--help")
    for command in sorted(main.commands):
        call(out, f"help.{command}.txt", command, "--help")
    for lang in LANGUAGES:
        call(out, f"explain.{lang}.txt", "explain", "--lang", lang)
        for detector in sorted(
            path.stem for path in (folder("report_templates") / "text").glob("[!_]*.toml")
        ):
            call(out, f"explain.{detector}.{lang}.txt", "explain", detector, "--lang", lang)


if __name__ == "__main__":
    target = Path(sys.argv[1]).resolve()
    if target.exists():
        sys.exit(f"{target}: exists already; name a new folder")
    target.mkdir(parents=True)
    write_all(target)
