"""The trainer's own command line.

It uses argparse, so numpy, torch, scikit-learn and tensorboard are all it needs.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from analyzer.errors import AnalyzerError
from analyzer.safe.systems import shell_word
from analyzer.trainer import steps
from analyzer.trainer.fleet_command import (
    fleet_parser,
    remedies_parser,
    train_fleet,
    train_remedies,
)
from analyzer.trainer.options import (
    NAME_WIDTH,
    Help,
    Parser,
    add_shared_options,
    count,
    print_error,
    print_line,
)
from analyzer.trainer.progress import show_progress
from analyzer.trainer.scenarios import FRAMEWORKS, SCENARIOS, Scenario
from analyzer.trainer.worded import Voice, epilog, scenario_texts, worded

ENGLISH = Voice()
INTERRUPTED = 130  # the shell's exit code for a command stopped by Ctrl-C
_USAGE = 2
_MOST_FILES = 6  # named at the end
_OTHERS = ("fleet", "remedies", "steps")  # in place of a scenario
_MODELS = ("plain", "dropout-batchnorm")
_TEXT_WIDTH = 96 - NAME_WIDTH


def main(
    arguments: Sequence[str] | None = None,
    *,
    prog: str = "python -m analyzer.trainer",
    voice: Voice = ENGLISH,
) -> int:
    """Run the command and return its exit code; an error is one line on stderr."""
    said = voice.said
    if arguments is None:
        arguments = sys.argv[1:]
    try:
        with _quiet_threads():
            return _main(list(arguments), prog, voice)
    except AnalyzerError as error:
        print_error(said(str(error)))
        return error.exit_code
    except ModuleNotFoundError as error:
        missing = (
            f"{prog}: {error.name} is not installed; it comes with the extra: "
            "pip install '.[trainer]' in the checkout"
        )
        print_error(said(missing))
        return _USAGE
    except OSError as error:
        place, reason = error.filename or prog, error.strerror or error
        print_error(said(f"{place}: {reason}; files written so far were kept"))
        return _USAGE
    except KeyboardInterrupt:
        print_error(said("interrupted; the logs contain the training up to this point"))
        return INTERRUPTED


@contextmanager
def _quiet_threads() -> Iterator[None]:
    """Leave out the traceback of a writer's thread that could not write.

    TensorBoard's writer raises the same error in the main thread at the next value, or at the end.
    """
    show = threading.excepthook

    def hook(failure: threading.ExceptHookArgs) -> None:
        if not isinstance(failure.exc_value, OSError):
            show(failure)

    threading.excepthook = hook
    try:
        yield
    finally:
        threading.excepthook = show


def parsers(prog: str, lang: str) -> tuple[argparse.ArgumentParser, ...]:
    """Return the parsers for a scenario, the fleet and the exercise: docs/cli.md shows them."""
    return (
        _scenario_parser(prog, lang),
        worded(fleet_parser(prog), "fleet", lang),
        worded(remedies_parser(prog), "remedies", lang),
        worded(_steps_parser(prog), "steps", lang),
    )


def _main(arguments: list[str], prog: str, voice: Voice) -> int:
    lang = voice.lang
    if arguments[:1] == ["fleet"]:
        return train_fleet(worded(fleet_parser(prog), "fleet", lang).parse_args(arguments[1:]))
    if arguments[:1] == ["remedies"]:
        parser = worded(remedies_parser(prog), "remedies", lang)
        return train_remedies(parser.parse_args(arguments[1:]), voice.said)
    if arguments[:1] == ["steps"]:
        parser = worded(_steps_parser(prog), "steps", lang)
        parser.set_defaults(lang=lang)
        print_line(steps.run(parser.parse_args(arguments[1:])))
        return 0
    options = _scenario_parser(prog, lang).parse_args(arguments)
    if options.list:
        print_line(_scenario_list(lang))
        return 0
    if options.scenario is None or options.output is None:
        raise AnalyzerError(f"specify a scenario and -o DIR; see '{prog} --help'")
    return _train_scenario(options, voice.said)


def _scenario_parser(prog: str, lang: str = ENGLISH.lang) -> argparse.ArgumentParser:
    others = (
        f"'{prog} fleet --help': train hundreds of labelled runs at once.\n"
        f"'{prog} remedies --help': train each of them again with every remedy.\n"
        f"'{prog} steps --help': steps of gradient descent to a minimum, by learning rate."
    )
    parser = Parser(
        prog=prog,
        description="Train a small network, faulty on purpose or healthy, and write real logs.",
        epilog=epilog(_scenario_list(lang), others, prog, lang),
        formatter_class=Help,
    )
    parser.add_argument(
        "scenario", nargs="?", metavar="SCENARIO", help="what to train; listed below"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR",
        help="an empty or new folder for the logs and truth.toml",
    )
    parser.add_argument("--list", action="store_true", help="list the scenarios and exit")
    _add_log_options(parser)
    _add_training_options(parser)
    add_shared_options(parser)
    return worded(parser, "train", lang, formats=", ".join(_formats()))


def _add_log_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        action="append",
        dest="formats",
        metavar="FORMAT",
        default=None,
        help=f"log format; repeatable; default: tensorboard; one of: {', '.join(_formats())}",
    )
    parser.add_argument(
        "--no-rich", action="store_true", help="omit histograms, images and PR curves"
    )
    parser.add_argument(
        "--per-step",
        action=argparse.BooleanOptionalAction,
        help="log every step (default: yes, except for csv)",
    )
    parser.add_argument(
        "--start-time",
        type=_time,
        metavar="SECONDS",
        help="start event files at this Unix time instead of now, for identical bytes every time",
    )


def _add_training_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--framework",
        choices=FRAMEWORKS,
        help="default: torch, or keras if the scenario or format requires it",
    )
    parser.add_argument(
        "--model", choices=_MODELS, default="plain", help="the model for red-wine (default: plain)"
    )
    parser.add_argument(
        "--data", type=Path, metavar="FILE", help="the data for red-wine: winequality-red.csv"
    )
    parser.add_argument(
        "--epochs",
        type=count,
        metavar="N",
        help="train for N epochs instead of the scenario's default",
    )
    parser.add_argument(
        "--set",
        action="append",
        dest="settings",
        metavar="NAME=VALUE",
        default=[],
        help="change learning_rate, weight_decay, dropout, batch_size or optimizer; repeatable",
    )
    parser.add_argument(
        "--no-counterfactual",
        action="store_true",
        help="skip the unlogged second half and the runs at other learning rates; "
        "no labels are written",
    )


def _steps_parser(prog: str) -> argparse.ArgumentParser:
    parser = Parser(
        prog=f"{prog} steps",
        formatter_class=Help,
        description="Count the steps of gradient descent to the minimum of a parabola.",
    )
    return steps.add_options(parser)


def _time(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 2**33:  # the year 2242; NaN fails too
        raise argparse.ArgumentTypeError(f'must be a time in seconds since 1970, not "{text}"')
    return seconds


def _formats() -> tuple[str, ...]:
    from analyzer.trainer.writers._open import FORMATS

    return FORMATS


def _scenario_list(lang: str) -> str:
    """Return one entry per scenario: its name and its description, wrapped."""
    lines = []
    english = {scenario.name: scenario.wrong for scenario in SCENARIOS.values()}
    for name, text in scenario_texts(english, lang).items():
        first, *rest = textwrap.wrap(text, _TEXT_WIDTH)
        lines.append(f"  {name:{NAME_WIDTH}}{first}")
        lines += [" " * (NAME_WIDTH + 2) + line for line in rest]
    return "\n".join(lines)


def find(name: str) -> Scenario:
    """Return a scenario by name. Raises AnalyzerError with the closest name and all valid ones."""
    if name in SCENARIOS:
        return SCENARIOS[name]
    names = (*_OTHERS, *SCENARIOS)
    close = difflib.get_close_matches(name, names, n=1)
    hint = f'did you mean "{close[0]}"? Valid names: ' if close else "valid names: "
    raise AnalyzerError(f'unknown scenario "{name}"; {hint}{", ".join(names)}')


def _check_red_wine_options(scenario: Scenario, options: argparse.Namespace) -> None:
    """Raise AnalyzerError if --data is missing or wrong, or an option needs another scenario."""
    if scenario.needs_file:
        if options.data is None:
            raise AnalyzerError(f"{scenario.name}: specify its data: --data winequality-red.csv")
        if not options.data.is_file():
            raise AnalyzerError(f"--data {options.data}: no such file")
        return
    if options.data is not None:
        raise AnalyzerError(f"--data {options.data}: only red-wine takes --data")
    if options.model != "plain":
        raise AnalyzerError(f"--model {options.model}: only red-wine has a second model")


def _train_scenario(arguments: argparse.Namespace, said: Callable[[str], str]) -> int:
    import torch

    from analyzer.trainer import folders, session
    from analyzer.trainer.choices import changed, choose
    from analyzer.trainer.devices import choose_device

    scenario = session.shortened(find(arguments.scenario), arguments.epochs)
    scenario = changed(scenario, arguments.settings)
    formats, framework = choose(scenario, arguments.formats, arguments.framework)
    _check_red_wine_options(scenario, arguments)
    options = session.Options(
        output=arguments.output,
        formats=formats,
        framework=framework,
        device=choose_device(arguments.device),
        seed=arguments.seed,
        is_rich=not arguments.no_rich,
        per_step=arguments.per_step,
        counterfactual=not arguments.no_counterfactual,
        start=arguments.start_time,
        table=arguments.data,
        model=arguments.model,
    )
    run = session.run
    if framework == "keras":
        from analyzer.trainer import keras_session

        options = replace(options, is_rich=False)
        run = keras_session.run
    folders.prepare(arguments.output, force=arguments.force)
    torch.set_num_threads(1)  # in networks this small a second thread only waits for the first
    with show_progress(scenario.name) as progress:
        run(scenario, options, progress)
    print_line(said(_ending(arguments.output)))
    return 0


def _ending(output: Path) -> str:
    """Return the folder that was written, what is in it, and the command that reads it."""
    files = sorted(path for path in output.rglob("*") if path.is_file())
    names = [path.relative_to(output).as_posix() for path in files[:_MOST_FILES]]
    more = f", ... ({len(files)} files)" if len(files) > _MOST_FILES else ""
    command = f"analyzer report {shell_word(str(output))}"
    return f"{output}\nwrote: {', '.join(names)}{more}\nnext: {command}"
