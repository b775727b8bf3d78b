"""Init: a file of settings to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.cli._options import PATH, lang_option
from analyzer.cli._saying import fail, say


@click.command()
@click.option(
    "-o",
    "--output",
    type=PATH,
    default=Path("analyzer.toml"),
    show_default=True,
    help="Write to this file.",
)
@lang_option
def init(output: Path, lang: str) -> None:
    """Write analyzer.toml with every setting commented out; never over an existing file."""
    from analyzer.report.starter import starter
    from analyzer.safe.files import cannot_write, make_folder_of

    make_folder_of(output)
    try:
        with output.open("x", encoding="utf-8", newline="\n") as file:
            file.write(starter(lang))
    except FileExistsError:
        fail(f"{output}: already exists and stays as it is; choose another file with -o")
    except OSError as error:
        raise cannot_write(output, error, "choose another -o") from error
    say(str(output))
