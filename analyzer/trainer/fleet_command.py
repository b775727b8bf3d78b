"""The commands ``analyzer train fleet`` and ``analyzer train remedies``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.trainer.options import Help, Parser, add_shared_options, count, print_line
from analyzer.trainer.progress import show_progress

if TYPE_CHECKING:
    import torch


def fleet_parser(prog: str) -> argparse.ArgumentParser:
    """Return the parser of the fleet."""
    parser = Parser(
        prog=f"{prog} fleet",
        formatter_class=Help,
        description="Train many small runs at once and write a labelled corpus.",
    )
    parser.add_argument(
        "--runs", type=count, default=256, metavar="N", help="number of runs (default: 256)"
    )
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="DIR", help="an empty or new folder"
    )
    parser.add_argument(
        "--tasks",
        choices=("teachers", "world"),
        default="teachers",
        help="teacher tasks, or real data and logs of many kinds (default: teachers)",
    )
    add_shared_options(parser)
    return parser


def remedies_parser(prog: str) -> argparse.ArgumentParser:
    """Return the parser of the fleet of remedies."""
    parser = Parser(
        prog=f"{prog} remedies",
        formatter_class=Help,
        description="Train many small runs, each again with every remedy that fits it, to measure\n"
        "how often it helps. An interrupted fleet goes on where it stopped.",
    )
    parser.add_argument(
        "--runs", type=count, default=256, metavar="N", help="number of runs (default: 256)"
    )
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="DIR", help="a folder for the trials"
    )
    parser.add_argument(
        "--minutes", type=count, metavar="N", help="begin nothing new after so many minutes"
    )
    parser.add_argument(
        "--until",
        type=count,
        metavar="N",
        help="add runs where an advised remedy has fewer than N with a finding",
    )
    add_shared_options(parser)
    return parser


def train_fleet(arguments: argparse.Namespace) -> int:
    """Train a fleet and print where its corpus is."""
    from analyzer.trainer import fleet, folders
    from analyzer.trainer.devices import choose_device

    device = choose_device(arguments.device)
    folders.prepare(arguments.output, force=arguments.force)
    with show_progress("fleet") as progress:
        path = fleet.make(
            runs=arguments.runs,
            seed=arguments.seed,
            device=device,
            output=arguments.output,
            tasks=arguments.tasks,
            progress=progress,
        )
    print_line(str(path))
    return 0


def train_remedies(arguments: argparse.Namespace, said: Callable[[str], str] = str) -> int:
    """Train a fleet of remedies, or go on with one, and say where its trials are."""
    from analyzer.trainer import folders, trial_fleet
    from analyzer.trainer.devices import choose_device

    device = choose_device(arguments.device)
    if arguments.force:
        folders.prepare(arguments.output, force=True)
    if arguments.until:
        return _add_runs(arguments, device, said)
    with show_progress("remedies") as progress:
        path = trial_fleet.make(
            runs=arguments.runs,
            seed=arguments.seed,
            device=device,
            output=arguments.output,
            minutes=arguments.minutes,
            progress=progress,
        )
    more = f"{arguments.output}: not complete; the same command goes on"
    print_line(said(more) if path is None else str(path))
    return 0


def _add_runs(
    arguments: argparse.Namespace, device: torch.device, said: Callable[[str], str]
) -> int:
    """Add runs to a fleet of remedies where some are lacking, and say where they still are."""
    from analyzer.trainer import targeted

    wanted = targeted.Fleet(
        arguments.output, arguments.runs, arguments.seed, device, arguments.until
    )
    with show_progress("remedies") as progress:
        lacking = targeted.make(wanted, minutes=arguments.minutes, progress=progress)
    for (finding, remedy), runs in lacking.items():
        print_line(said(f"{finding}, {remedy}: {runs} runs of {arguments.until}"))
    print_line(str(wanted.folder))
    return 0
