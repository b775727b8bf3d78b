"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from analyzer.cli._language import chosen_language
from analyzer.cli._stdin import path_or_stdin
from analyzer.sentences import LANGUAGES

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from analyzer.remote.places import Source

Command = TypeVar("Command", bound=Callable[..., Any])
FOLDER_SETTINGS = "analyzer.folder_settings"  # where the context keeps the patterns
FAIL_ON = click.Choice(["critical", "warning", "never"])


class _Path(click.Path):
    """A path; an empty one, from a shell variable that is not set, is an error.

    What opens it says why it cannot be read.
    """

    def __init__(self) -> None:
        super().__init__(readable=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("the path is empty; is a variable not set?", param, ctx)
        return super().convert(value, param, ctx)

    def coerce_path_result(self, value: str | os.PathLike[str]) -> Path:
        """Return a Path, which is imported once there is one: help has none."""
        from pathlib import Path

        source = _source(value)
        if not isinstance(source, Path):
            self.fail("is a URL; name a file or folder of this machine")
        return source


class _Source(_Path):
    """A path or a URL to read; a URL is read through a folder of this machine."""

    def __init__(self, *, may_miss: bool = False) -> None:
        super().__init__()
        self.may_miss = may_miss

    def coerce_path_result(self, value: str | os.PathLike[str]) -> Path:
        """Return the path, or the folder that stands for the URL."""
        from pathlib import Path

        source = _source(value)
        if isinstance(source, Path):
            return source
        from analyzer.cli._remote import mirror_path

        return mirror_path(str(value), may_miss=self.may_miss)


class _Place(_Path):
    """A path or a URL that a batch reads or writes."""

    def coerce_path_result(self, value: str | os.PathLike[str]) -> Source:  # type: ignore[override]
        """Return the path, or the place in a store."""
        return _source(value)


def _source(value: str | os.PathLike[str]) -> Source:
    """Return the path, or the place in a store that a text names."""
    from pathlib import Path

    if "://" not in str(value):
        return Path(value)  # without the import
    from analyzer.cli._saying import silence_stores
    from analyzer.remote.places import source_of

    silence_stores()
    return source_of(str(value))


PATH = _Path()
SOURCE = _Source()
PLACE = _Place()
BASELINE = _Source(may_miss=True)
path_argument = click.argument("path", type=SOURCE, callback=path_or_stdin)
run_option = click.option(
    "--run", "run_name", metavar="NAME", help="Use only this run if PATH contains several."
)
strict_option = click.option(
    "--strict", is_flag=True, help="Exit with code 3 at the first damaged or rejected file."
)
_config_option = click.option(
    "--config",
    type=PATH,
    is_eager=True,  # the language may stand in it
    help="Settings file. Default: analyzer.toml or [tool.analyzer] in pyproject.toml, in this "
    "folder or a parent.",
)
_folder_settings_option = click.option(
    "--folder-settings",
    multiple=True,
    metavar="PATTERN",
    expose_value=False,
    callback=lambda ctx, _, patterns: ctx.meta.__setitem__(FOLDER_SETTINGS, patterns),
    help="Read settings from the names of folders, e.g. 'lr{lr}_wd{wd}_s{seed}'. Repeatable.",
)


def config_option(command: Command) -> Command:
    """Add the options that say how all logs are read: a settings file, settings in names."""
    return _config_option(_folder_settings_option(command))


def _choice(name: str, choices: Sequence[str], help_text: str) -> Callable[[Command], Command]:
    """Return an option of a few words, the first of which is the default."""
    return click.option(
        name, type=click.Choice(choices), default=choices[0], show_default=True, help=help_text
    )


baseline_missing_option = _choice(
    "--baseline-missing",
    ("fail", "ok"),
    "With ok, a baseline that does not exist yet or is an empty folder is no error.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON (schema 1) instead of text."
)
map_option = click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="NAME=SPLIT/METRIC",
    help="Map a logged name to a metric, e.g. --map 'my_nll=val/loss'. Repeatable.",
)
split_files_option = click.option(
    "--split-files",
    is_flag=True,
    help="Make each TensorBoard event file a run of its own, instead of one run per folder.",
)
group_option = click.option(
    "--group",
    "group",
    multiple=True,
    metavar="KEY",
    help="Group runs by this setting. Repeatable.",
)
system_option = click.option(
    "--system-stats", is_flag=True, help="Also read system metrics (CPU, GPU, memory)."
)
lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    callback=chosen_language,
    help="Output language. Default: ANALYZER_LANG, else the settings, else that of the system.",
)
