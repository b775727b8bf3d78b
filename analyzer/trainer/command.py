"""The trainer's own command line, in argparse.

Numpy, torch, scikit-learn and tensorboard are all that it needs.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from analyzer.errors import AnalyzerError
from analyzer.trainer.scenarios import FRAMEWORKS, SCENARIOS, Scenario

INTERRUPTED = 130  # what a shell expects of a command that Ctrl-C stopped
_USAGE = 2
_MODELS = ("plain", "dropout-batchnorm")
_LEFT = 28  # columns for the names in the list of scenarios


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the list of scenarios as it stands, and its width whatever the terminal is."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=_LEFT, width=100)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise AnalyzerError(f"{message}; see '{self.prog} --help'")


def main(
    arguments: Sequence[str] | None = None, *, prog: str = "python -m analyzer.trainer"
) -> int:
    """Run the command and return its exit code; errors are one line on stderr."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _main(given, prog)
    except AnalyzerError as error:
        _say(str(error))
        return error.exit_code
    except ModuleNotFoundError as error:
        _say(
            f"{prog}: {error.name} is missing; it needs the extra: pip install 'training-log-analyzer[trainer]'"
        )
        return _USAGE
    except OSError as error:
        _say(
            f"{error.filename or prog}: {error.strerror or error}; what was written until here stays"
        )
        return _USAGE
    except KeyboardInterrupt:
        _say("interrupted; the logs hold what was trained until here")
        return INTERRUPTED


def parsers(prog: str) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """Return the parsers of a scenario and of the fleet, for the page that describes them."""
    return _parser(prog), _fleet_parser(prog)


def _main(given: list[str], prog: str) -> int:
    if given[:1] == ["fleet"]:
        return _fleet(_fleet_parser(prog).parse_args(given[1:]))
    options = _parser(prog).parse_args(given)
    if options.list:
        _print(_listed())
        return 0
    if options.scenario is None or options.output is None:
        raise AnalyzerError(f"give a scenario and -o DIR; see '{prog} --help'")
    return _scenario(options)


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=prog,
        description="Train a small network that goes wrong on purpose, or goes well, and log it for real.",
        epilog=f"scenarios:\n{_listed()}\n\n'{prog} fleet --help': hundreds of runs with known labels.",
        formatter_class=_Help,
    )
    parser.add_argument(
        "scenario", nargs="?", metavar="SCENARIO", help="what to train; the list is below"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR",
        help="an empty folder for the logs and truth.toml",
    )
    parser.add_argument("--list", action="store_true", help="list the scenarios and leave")
    parser.add_argument(
        "--format",
        action="append",
        dest="formats",
        metavar="FORMAT",
        default=None,
        help=f"may be given several times, default tensorboard: {', '.join(_formats())}",
    )
    parser.add_argument(
        "--framework", choices=FRAMEWORKS, help="default: torch, or keras where only Keras can"
    )
    parser.add_argument("--model", choices=_MODELS, default="plain", help="the model of red-wine")
    parser.add_argument(
        "--data", type=Path, metavar="FILE", help="the table of red-wine: winequality-red.csv"
    )
    parser.add_argument(
        "--epochs",
        type=_count,
        metavar="N",
        help="train for N epochs instead of the scenario's own",
    )
    parser.add_argument(
        "--set",
        action="append",
        dest="settings",
        metavar="NAME=VALUE",
        default=[],
        help="change learning_rate, weight_decay, dropout, batch_size or optimizer",
    )
    parser.add_argument(
        "--no-rich", action="store_true", help="leave histograms, pictures and PR curves out"
    )
    parser.add_argument(
        "--per-step",
        action=argparse.BooleanOptionalAction,
        help="log every step (default: yes, but for csv)",
    )
    parser.add_argument(
        "--no-counterfactual",
        action="store_true",
        help="skip the unlogged half and the other rates, and with them the labels",
    )
    parser.add_argument(
        "--start-time",
        type=_time,
        metavar="SECONDS",
        help="date event files from here instead of the clock: the same bytes every time",
    )
    _shared(parser)
    return parser


def _fleet_parser(prog: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"{prog} fleet",
        formatter_class=_Help,
        description="Train many small runs at once and write a labelled corpus.",
    )
    parser.add_argument(
        "--runs", type=_count, default=256, metavar="N", help="how many (default 256)"
    )
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="DIR", help="an empty folder"
    )
    _shared(parser)
    return parser


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--device",
        choices=("auto", "cuda", "cpu"),
        default="auto",
        help="default: CUDA where it is",
    )
    parser.add_argument(
        "--seed", type=_seed, default=0, metavar="N", help="the same seed, the same run (default 0)"
    )
    parser.add_argument("--force", action="store_true", help="replace an earlier run in the folder")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is no whole number from 1')
    return int(text)


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f'"{text}" is no whole number from 0 to 2^32 - 1')
    return int(text)


def _time(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 2**33:  # the year 2242; NaN fails too
        raise argparse.ArgumentTypeError(f'"{text}" is no time in seconds since 1970')
    return seconds


def _formats() -> tuple[str, ...]:
    from analyzer.trainer.writers._open import FORMATS

    return FORMATS


def _listed() -> str:
    """Return the scenarios, each with its sentence."""
    lines = []
    for scenario in SCENARIOS.values():
        text = textwrap.wrap(scenario.wrong, 96 - _LEFT)
        lines += [
            f"  {scenario.name:{_LEFT}}{text[0]}",
            *(" " * (_LEFT + 2) + more for more in text[1:]),
        ]
    return "\n".join(lines)


def find(name: str) -> Scenario:
    """Return a scenario by its name; an unknown name gets the nearest and the list."""
    if name in SCENARIOS:
        return SCENARIOS[name]
    close = difflib.get_close_matches(name, SCENARIOS, n=1)
    hint = f'did you mean "{close[0]}"? There are: ' if close else "there are: "
    raise AnalyzerError(f'unknown scenario "{name}"; {hint}fleet, {", ".join(SCENARIOS)}')


def _scenario(given: argparse.Namespace) -> int:
    import torch

    from analyzer.trainer import folders, session
    from analyzer.trainer.choices import changed, choose
    from analyzer.trainer.devices import choose_device

    scenario = changed(session.shortened(find(given.scenario), given.epochs), given.settings)
    formats, framework = choose(scenario, given.formats, given.framework)
    if scenario.needs_file and given.data is None:
        raise AnalyzerError(
            f"{scenario.name}: say where its table is with --data winequality-red.csv"
        )
    if given.data is not None and not scenario.needs_file:
        raise AnalyzerError(f"--data {given.data}: only red-wine reads a table")
    if given.data is not None and not given.data.is_file():
        raise AnalyzerError(f"--data {given.data}: no such file")
    if given.model != "plain" and not scenario.needs_file:
        raise AnalyzerError(f"--model {given.model}: only red-wine has a second model")
    options = session.Options(
        given.output,
        formats,
        framework,
        choose_device(given.device),
        given.seed,
        not given.no_rich,
        given.per_step,
        not given.no_counterfactual,
        given.start_time,
        given.data,
        given.model,
    )
    run = session.run
    if framework == "keras":
        from analyzer.trainer import keras_session

        options = replace(options, is_rich=False)
        run = keras_session.run
    folders.prepare(given.output, force=given.force)
    torch.set_num_threads(
        1
    )  # the networks are so small that a second thread only waits for the first
    with _progress(scenario.name) as progress:
        run(scenario, options, progress)
    _print(str(given.output))
    return 0


def _fleet(given: argparse.Namespace) -> int:
    from analyzer.trainer import fleet, folders
    from analyzer.trainer.devices import choose_device

    device = choose_device(given.device)
    folders.prepare(given.output, force=given.force)
    with _progress("fleet") as progress:
        made = fleet.make(
            runs=given.runs, seed=given.seed, device=device, output=given.output, progress=progress
        )
    _print(str(made))
    return 0


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what shows the progress on a terminal, where rich is installed."""
    rich = None
    if sys.stderr.isatty():
        try:
            from rich.console import Console
            from rich.progress import Progress
        except ModuleNotFoundError:
            pass
        else:
            rich = Progress(console=Console(stderr=True, highlight=False), transient=True)
    if rich is None:
        yield lambda done, total: None  # noqa: ARG005 - quiet
        return
    with rich as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
