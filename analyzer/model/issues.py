"""What a log lost and which files gave no run: the lines that a user sees about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        "hidden_log",
        "git_lfs_pointer",
        "half_archive",
        "half_parquet",
        "merge_conflict",
        "no_database",
        "no_text",
        "numpy_damaged",
        "only_zeros",
        "packed_too_dense",
        "packed_too_large",
        "single_array",
        "web_page",
        "parser_failed",
        "parser_no_memory",
    )
)


RESULTS = "results"  # predictions and the like: the report of the run beside them shows them


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
        return f"{shown}: {self.worded(template, formatter=formatter)}"

    def worded(self, template: str, *, formatter: SentenceFormatter = PLAIN) -> str:
        """Return the issue without its place, worded by a sentence of ``_issues.toml``."""
        counts = {
            "position": self.position,
            "kept": self.kept,
            "lost": self.lost,
            "bytes": self.bytes,
        }
        values = {**counts, **self.values}
        try:
            return formatter.vformat(template, (), values)
        except (LookupError, ValueError, TypeError):  # a plug-in's sentence that cannot be filled
            return formatter.vformat(without_words(self.key, values), (), values)

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

    @property
    def is_spared(self) -> bool:
        """Whether no output may replace the file: it may be a log, or has results of a model."""
        return self.is_unreadable or self.key == RESULTS

    def to_dict(self, lang: str = "en") -> dict[str, str]:
        """Return the file as the lists of files that cannot be opened have it."""
        return {
            "source": self.source,
            "key": self.key,
            "reason": reason(self.key, self.values, lang),
        }


def files_without_run(
    unreadable: Sequence[Skipped], refused: Sequence[LogIssue], lang: str = "en"
) -> list[dict[str, str]]:
    """Return the files that may be logs and gave no run, as JSON lists them.

    ``refused`` are the issues of logs that gave no run: a damaged log is listed once, with the
    first of its issues that is not only a remark.
    """
    files = [file.to_dict(lang) for file in unreadable]
    listed = {file["source"] for file in files}
    for issue in refused:
        if issue.severity != "info" and issue.source not in listed:
            listed.add(issue.source)
            why = issue.worded(sentence("_issues", lang, issue.key, issue.values))
            files.append({"source": issue.source, "key": issue.key, "reason": why})
    return sorted(files, key=lambda file: file["source"])
