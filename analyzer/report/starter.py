"""A file of settings to begin with: every setting with its default, commented out."""

from __future__ import annotations

import textwrap
from dataclasses import fields

from analyzer import registry
from analyzer.detectors._base import Detector
from analyzer.text import Words, words

FILE = "analyzer.toml"
_WIDTH = 98  # characters of a comment
# Settings that are no thresholds, by the key of their comment.
_GENERAL = {
    "disable": ['disable = ["plateau"]'],
    "validation_examples": ["validation_examples = 1200"],
    "split_files": ["split_files = false"],
    "lang": ['lang = "en"'],
    "folder_settings": ['folder_settings = ["lr{lr}_wd{wd}_s{seed}"]'],
    "metrics": ["[metrics]", 'my_nll = "val/loss"'],
    "text": ["[text]", r"lines = ['e(?P<epoch>\d+) (?P<loss>\S+)']"],
    "check": [
        "[check]",
        'fail_on = "critical"',
        'require = ["val_loss<0.5"]',
        "max_gap = 0.1",
    ],
}


def starter(lang: str = "en") -> str:
    """Return the content of analyzer.toml: valid TOML without a setting, and all of them in it.

    A comment begins with "# ", a setting that is commented out with "#". Raises ConfigError for an
    unknown language.
    """
    text = words(lang)
    comments = text.of("_starter")
    lines = [*_comment(comments["head"]), *_comment(comments["how"]), ""]
    for key, settings in _GENERAL.items():
        lines += [*_comment(comments[key]), *(f"#{setting}" for setting in settings), ""]
    lines += _comment(comments["detectors"])
    for name, kind in registry.discover("analyzer.detectors", Detector).items():
        lines += ["", *_thresholds(name, kind, text)]
    return "\n".join(lines) + "\n"


def _thresholds(name: str, kind: type[Detector], text: Words) -> list[str]:
    """Return the table of a detector: what it looks for, and its thresholds with their reasons."""
    lines = [*_comment(text.about(name, "looks_for", kind().thresholds)), f"#[detectors.{name}]"]
    for threshold in fields(kind):
        reason = str(threshold.metadata.get("reason", ""))
        if text.lang != "en":  # the English reasons stand in the code
            reason = text.detector(name).thresholds.get(threshold.name, reason)
        lines += [*_comment(reason), f"#{threshold.name} = {threshold.default!r}"]
    return lines


def _comment(sentence: str) -> list[str]:
    return textwrap.wrap(
        sentence, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False
    )
