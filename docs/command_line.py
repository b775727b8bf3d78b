"""The pages about the command line in both languages, from what ``--help`` prints."""

from __future__ import annotations

import argparse
from pathlib import Path

from click.testing import CliRunner

from analyzer.cli import main as cli
from analyzer.trainer.command import parsers

HERE = Path(__file__).parent
NOTE = "<!-- Written by docs/generate.py; edit the code instead. -->\n"
COLUMNS = "80"
SHELLS = """\
| bash | `~/.bashrc` | `eval "$(_ANALYZER_COMPLETE=bash_source analyzer)"` |
| zsh | `~/.zshrc` | `eval "$(_ANALYZER_COMPLETE=zsh_source analyzer)"` |
| fish | `~/.config/fish/config.fish` | `_ANALYZER_COMPLETE=fish_source analyzer \\| source` |
"""
WORDS = {
    "en": {
        "heading": "# Command line\n\nIn Spanish: [es/comandos.md](es/comandos.md).\n",
        "scenarios": "The scenarios: [docs/scenarios.md](scenarios.md).\n",
        "usage": "{prog} {rest} [OPTIONS]",
        "scenario": "SCENARIO ",
        "folder": "-o DIR",
        "option": "| option | meaning |",
        "end": f"""\
## Completion

A shell completes commands, options, paths, the names that `explain` knows, and scenarios after
`train`. Put the line of your shell into its start-up file:

| shell | file | line |
|---|---|---|
{SHELLS}
## Exit codes

| code | meaning |
|---|---|
| 0 | done, no finding of the `--fail-on` severity or worse |
| 1 | findings of the `--fail-on` severity or worse, a requirement of the gate that is not met, or \
a `batch` in which no run could be diagnosed |
| 2 | usage, or a path that does not exist |
| 3 | damaged input with `--strict` |
| 4 | the path contains nothing readable |
| 130 | interrupted by Ctrl-C |
""",
    },
    "es": {
        "heading": "# Línea de comandos\n\nEn inglés: [../cli.md](../cli.md).\n",
        "scenarios": "Los escenarios: [scenarios.md](../scenarios.md) (en inglés).\n",
        "usage": "{prog} {rest} [OPCIONES]",
        "scenario": "ESCENARIO ",
        "folder": "-o CARPETA",
        "option": "| opción | significado |",
        "end": f"""\
## Autocompletado

Un shell completa comandos, opciones, rutas, los nombres que conoce `explain` y, después de
`train`, los escenarios. Ponga la línea de su shell en su archivo de inicio:

| shell | archivo | línea |
|---|---|---|
{SHELLS}
## Códigos de salida

| código | significado |
|---|---|
| 0 | terminado, sin hallazgos de la gravedad de `--fail-on` o peores |
| 1 | hallazgos de la gravedad de `--fail-on` o peores, un requisito del control que no se cumple, \
o un `batch` en el que no se pudo diagnosticar ninguna ejecución |
| 2 | mal uso, o una ruta que no existe |
| 3 | entrada dañada con `--strict` |
| 4 | la ruta no contiene nada legible |
| 130 | interrumpido con Ctrl-C |
""",
    },
}


def cli_pages() -> dict[Path, str]:
    """Return the page of each language by its path."""
    return {HERE / "cli.md": page("en"), HERE / "es" / "comandos.md": page("es")}


def page(lang: str) -> str:
    """Return the page of a language: each command, completion and exit codes."""
    lines = [NOTE, WORDS[lang]["heading"]]
    for name in sorted(cli.commands):
        shown = trainer_help(lang) if name == "train" else f"```text\n{help_of(name, lang)}\n```"
        lines += [f"## analyzer {name}\n", f"{shown}\n"]
    return "\n".join([*lines, WORDS[lang]["end"]])


def help_of(command: str, lang: str) -> str:
    """Return the help of a command as it is printed."""
    arguments = [command, "--help", "--lang", lang]
    shown = CliRunner().invoke(cli, arguments, prog_name="analyzer", env={"COLUMNS": COLUMNS})
    return shown.output.rstrip("\n")


def trainer_help(lang: str) -> str:
    """Return the options of the trainer's own parsers.

    Argparse lays out its help differently in each Python version.
    """
    words = WORDS[lang]
    parts = [words["scenarios"]]
    for parser in parsers("analyzer train", lang):
        before = {"fleet": "", "remedies": "", "steps": None}.get(
            parser.prog.split()[-1], words["scenario"]
        )
        rest = "" if before is None else f"{before}{words['folder']}"
        usage = " ".join(words["usage"].format(prog=parser.prog, rest=rest).split())
        parts.append(f"`{usage}`: {' '.join((parser.description or '').split())}\n")
        parts += [words["option"], "|---|---|"]
        parts += [row for action in parser._actions for row in option_rows(action)]
        parts.append("")
    return "\n".join(parts).rstrip()


def option_rows(action: argparse.Action) -> list[str]:
    """Return the row of an option; an argument, and the help itself, have none."""
    if not action.option_strings or action.dest == "help":
        return []
    choices = "\\|".join(action.choices or ())
    value = "" if action.nargs == 0 else f" {choices or action.metavar}"
    return [f"| `{', '.join(action.option_strings)}{value}` | {action.help} |"]
