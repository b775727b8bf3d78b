"""The guide for agents that comes with the package."""

from __future__ import annotations

from analyzer import resources
from analyzer.text import words


def read_skill(lang: str) -> str:
    """Return the guide in a language. Raises ConfigError for an unknown one."""
    name = f"skill.{words(lang).lang}.md"
    return (resources.folder("report_templates") / name).read_text(encoding="utf-8")
