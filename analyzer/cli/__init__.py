"""The command line: parse, call the API, print, exit code; nothing else. One file per command."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import click

from analyzer.cli._group import main

__all__ = ["main"]

for _module in iter_modules(__path__):
    if not _module.name.startswith("_"):
        _command = getattr(import_module(f"{__name__}.{_module.name}"), _module.name)
        assert isinstance(_command, click.Command)
        main.add_command(_command)
