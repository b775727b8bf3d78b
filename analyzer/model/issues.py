"""What a log lost and which files gave no run: the lines that a user sees about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analyzer.registry.words import reason, sentence, without_words
from analyzer.sentences import PLAIN, SentenceFormatter

# Reasons of files that may well be logs, but that cannot or must not be opened.
UNREADABLE = frozenset(
    (
        "cannot_open",
        "link_out_of_folder",
        "not_a_regular_file",
        "pickle",
        "torch_checkpoint",
        "numpy_objects",
        "archive",
        "aim_repository",
        "parquet_extra",
        "parser_failed",
    )
)


@dataclass(frozen=True)
class LogIssue:
    """Something in a log that was damaged, refused or unusual.

    ``severity`` is error (the file gave no run), warning (something was lost or changed) or info.
    ``position`` is a byte offset in binary logs and a line number in text logs; ``kept`` and
    ``lost`` count points (None if unknown), ``bytes`` counts the bytes skipped. ``key`` names the
    sentence in ``_issues.toml``, which ``values`` fill; ``str(issue)`` is the line a user sees.
    """

    severity: str
    source: str
    key: str
    position: int | None = None
    kept: int | None = None
    lost: int | None = None
    bytes: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)

    def line(
        self,
        template: str,
        place: str = "{source}:{position}",
        *,
        formatter: SentenceFormatter = PLAIN,
    ) -> str:
        """Return the issue as one line, worded by a sentence of ``_issues.toml``.

        ``formatter`` writes its counts. The position is an address and is not formatted.
        """
        shown = self.source
        if self.position is not None:
            shown = place.format(source=self.source, position=self.position)
        counts = {
            "position": self.position,
            "kept": self.kept,
            "lost": self.lost,
            "bytes": self.bytes,
        }
        values = {**counts, **self.values}
        try:
            worded = formatter.vformat(template, (), values)
        except (LookupError, ValueError, TypeError):  # a plug-in's sentence that cannot be filled
            worded = formatter.vformat(without_words(self.key, values), (), values)
        return f"{shown}: {worded}"

    def __str__(self) -> str:
        return self.line(sentence("_issues", "en", self.key, self.values))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields of the issue that the JSON output contains."""
        names = ("severity", "source", "position", "kept", "lost", "bytes", "key")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Skipped:
    """A file that was not read; ``key`` is a reason of ``_reasons.toml``, ``values`` fill it.

    ``nearest`` is the title of the format that the file is most like, "" if it is like none.
    """

    source: str
    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    nearest: str = ""

    @property
    def is_unreadable(self) -> bool:
        """Whether the file could not be looked into, so that it may well be a log."""
        return self.key in UNREADABLE

    def to_dict(self, lang: str = "en") -> dict[str, str]:
        """Return the file as the lists of files that cannot be opened have it."""
        return {
            "source": self.source,
            "key": self.key,
            "reason": reason(self.key, self.values, lang),
        }
