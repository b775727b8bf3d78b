"""Plot: a figure for a paper or slides, of one run or several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli._options import (
    PATH,
    SOURCE,
    config_option,
    group_option,
    lang_option,
    map_option,
    run_option,
    split_files_option,
    strict_option,
)
from analyzer.cli._paths_apart import sides_by_path
from analyzer.cli._reading import (
    check_maps,
    pick,
    read_settings,
    run_names,
    runs_of,
    spare_logs,
)
from analyzer.cli._saying import fail, say, say_note, silence_drawing

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.comparing.comparison import Comparison


@click.command()
@click.argument("paths", nargs=-1, required=True, type=SOURCE, metavar="PATH...")
@click.option(
    "-o",
    "--output",
    type=PATH,
    required=True,
    help="Write the figure to this file: .svg, .pdf or .png.",
)
@click.option(
    "--style",
    type=click.Choice(["paper", "talk", "dark"]),
    default="paper",
    show_default=True,
    help="Colours and font sizes.",
)
@click.option(
    "--width", metavar="LENGTH", help="Width, e.g. 3.3in, 84mm or 240pt. Default: set by the style."
)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME",
    help="Loss or score to draw. Repeatable. Default: the one the run is judged by.",
)
@group_option
@run_option
@lang_option
@strict_option
@map_option
@split_files_option
@config_option
def plot(
    paths: tuple[Path, ...],
    output: Path,
    style: str,
    width: str | None,
    metrics: tuple[str, ...],
    group: tuple[str, ...],
    run_name: str | None,
    lang: str,
    strict: bool,
    config: Path | None,
    maps: tuple[str, ...],
    split_files: bool,
) -> None:
    """Plot the annotated curves of a run, or overlay several.

    Repeats are drawn as their mean with a band of one standard deviation. If that would need a
    logarithmic axis, or reach below zero where values are positive and span decades, they are drawn
    as their median with a band around the middle 68 %.
    """
    from analyzer.comparing.comparison import compare
    from analyzer.engine import diagnose
    from analyzer.model.diagnosis import Diagnosis
    from analyzer.report.compared import left_out
    from analyzer.report.figure import write_figure

    silence_drawing()
    settings = read_settings(config, maps, split_files=split_files)
    found = runs_of(paths, settings, strict=strict, lang=lang)
    check_maps(maps, found)
    spare_logs(found, output, paths)
    runs = pick(found, run_name)
    subject: Diagnosis | Comparison
    if len(runs) == 1:
        subject = diagnose(runs[0], settings)
    else:
        apart = sides_by_path(runs, paths)
        subject = compared = compare(runs, group=group, apart=apart, config=settings)
        if len(paths) == 1 and not group and len(compared.sides) > 1:
            fail(
                f"{paths[0]}: contains {len(runs)} runs ({run_names(runs)}); pick one with --run "
                "NAME, overlay several by giving their paths or --group KEY, or use "
                "'analyzer batch' for a page of all"
            )
    say(str(write_figure(subject, output, metrics=metrics, style=style, width=width, lang=lang)))
    if not isinstance(subject, Diagnosis):
        for line in left_out(subject, lang):
            say_note(line)
