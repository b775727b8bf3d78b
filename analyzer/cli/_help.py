"""Help in another language than English, whose texts stand beside the code they describe.

``report_templates/terminal/help.es.toml`` has those of each command and option, the words of click
and the placeholders; it is read only if such help is wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from analyzer.cli._language import asks_for_help, language_of
from analyzer.cli._messages import placeholders, terminal
from analyzer.sentences import LANGUAGES

_EXTRA = "  ["  # what click adds to the text of an option, such as its default


class Formatter(click.HelpFormatter):
    """Writes help with other words than those of click, and with other placeholders."""

    def __init__(self, lang: str, width: int | None, max_width: int | None) -> None:
        super().__init__(width=width, max_width=max_width)
        self.lang = lang

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that shows how a command is called."""
        super().write_usage(
            prog, placeholders(args, self.lang), prefix or f"{self._word('Usage:')} "
        )

    def write_heading(self, heading: str) -> None:
        """Write the heading of a list."""
        super().write_heading(self._word(heading))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write a list of options or commands."""
        worded = [(placeholders(name, self.lang), self._with_extra(text)) for name, text in rows]
        super().write_dl(worded, col_max, col_spacing)

    def _word(self, word: str) -> str:
        return str(terminal("help", self.lang)["click"].get(word, word))

    def _with_extra(self, text: str) -> str:
        """Return the text of an option with what click adds to it in the language."""
        text, bracket, extra = text.rpartition(_EXTRA)
        if not bracket or not extra.endswith("]"):
            return text + bracket + extra
        items = []
        for item in extra[:-1].split("; "):
            word, colon, value = item.partition(": ")
            items.append(f"{self._word(word)}{colon}{value}")
        return f"{text}{bracket}{'; '.join(items)}]"


class Context(click.Context):
    """A context whose help is written in the language of the user."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return what writes the help."""
        lang = language_of(self)
        if lang == LANGUAGES[0]:
            return super().make_formatter()
        return Formatter(lang, self.terminal_width, self.max_content_width)


def translated(command: click.Command, context: click.Context) -> click.Command:
    """Return a command with its help in the language of the user, if help will be shown."""
    if not asks_for_help(context) or language_of(context) == LANGUAGES[0]:
        return command
    from copy import copy

    words = terminal("help", language_of(context))
    own = words["commands"][command.name]
    made = copy(command)
    made.help = own["about"]
    made.short_help = own.get("brief")
    made.params = translated_params(command, command.get_params(context), context)
    made.add_help_option = False  # it is one of the params
    made.context_class = Context
    return made


def translated_params(
    command: click.Command, params: Sequence[click.Parameter], context: click.Context
) -> list[click.Parameter]:
    """Return the params of a command with their help in the language of the user."""
    from copy import copy

    words = terminal("help", language_of(context))
    texts = {**words["options"], **words["commands"].get(command.name, {})}
    made = []
    for param in params:
        worded = copy(param)
        if isinstance(worded, click.Option):
            worded.help = texts[longest_name(worded)]
        made.append(worded)
    return made


def longest_name(option: click.Option) -> str:
    """Return the name by which the words know an option: --output of -o and --output."""
    return max(option.opts, key=len)
