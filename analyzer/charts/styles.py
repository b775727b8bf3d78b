"""The looks of an exported figure: colours, dashes, sizes and its width. Needs no matplotlib."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.errors import ConfigError

_INCH = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72}  # TeX's points differ by 0.4 %
_NARROWEST, _WIDEST = 2.0, 40.0  # inches: below nothing can be read, above it is not a figure
_SMALLEST = 6.0  # points: the smallest readable letters

_DASHED, _DOTTED, _DASH_DOTTED = (5, 2.5), (1.2, 1.6), (7, 2, 1.4, 2)  # on, off, in line widths
DASHES: Mapping[str, Sequence[float]] = {
    "train": _DASHED,
    "test": _DOTTED,
    "unsaid": _DASH_DOTTED,
}
SIDE_DASHES: Sequence[Sequence[float] | None] = (None, _DASHED, _DOTTED, _DASH_DOTTED)


@dataclass(frozen=True)
class Style:
    """Colours (Okabe and Ito 2008; the roles are those of chart.css), and sizes.

    ``font`` and ``line`` are in points, ``width`` is in inches.
    """

    paper: str
    ink: str
    quiet: str
    grid: str
    roles: Mapping[str, str]
    sides: Sequence[str]
    font: float
    line: float
    width: float

    def colour(self, role: str) -> str:
        """Return the colour of a role of a line or a point."""
        return self.roles.get(role, self.roles["gap"])


_PAPER = Style(
    paper="#ffffff",
    ink="#1b1f24",
    quiet="#59636e",
    grid="#e6eaee",
    roles={
        "train": "#0072b2",
        "val": "#d55e00",
        "test": "#a8457f",
        "unsaid": "#6b4fa0",
        "lr": "#6b4fa0",
        "gap": "#00795a",
    },
    sides=(
        "#0072b2",
        "#d55e00",
        "#009e73",
        "#cc79a7",
        "#56b4e9",
        "#8a6d00",
        "#6b4fa0",
        "#444444",
    ),
    font=8,
    line=1.3,
    width=3.3,  # inches: a column of a paper; the font is the size of its captions
)
_TALK = replace(_PAPER, font=16, line=2.8, width=10)  # can be read from the last row
_DARK = replace(
    _TALK,
    paper="#14171a",
    ink="#e8eaed",
    quiet="#a5adb7",
    grid="#2a3036",
    roles={
        "train": "#56b4e9",
        "val": "#f0923e",
        "test": "#d58bb8",
        "unsaid": "#b39ddb",
        "lr": "#b39ddb",
        "gap": "#35c79b",
    },
    sides=(
        "#56b4e9",
        "#f0923e",
        "#35c79b",
        "#d58bb8",
        "#f0e442",
        "#9fb3c8",
        "#b39ddb",
        "#e8eaed",
    ),
)
STYLES: Mapping[str, Style] = {"paper": _PAPER, "talk": _TALK, "dark": _DARK}


def style_named(name: str) -> Style:
    """Return a style by name. Raises ConfigError if the name is unknown."""
    if name not in STYLES:
        raise ConfigError(f'unknown style "{name}"; there are: {", ".join(STYLES)}')
    return STYLES[name]


def inches(size: str | float) -> float:
    """Return a width such as "3.3in", "84mm", "8.4cm", "240pt" or 3.3 in inches.

    Raises ConfigError if it is not a length, or too narrow or too wide for a figure.
    """
    match = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*(in|cm|mm|pt)?\s*", str(size))
    width = float(match[1]) * _INCH[match[2] or "in"] if match else 0.0
    if not _NARROWEST <= width <= _WIDEST:
        raise ConfigError(
            f'width "{size}": write a length such as 3.3in, 84mm or 240pt, from 2 to 40 inches'
        )
    return width


def fitted(style: Style, width: float) -> Style:
    """Return a style with letters and lines reduced in proportion for a narrower figure."""
    scale = max(min(1.0, width / style.width), _SMALLEST / style.font)
    return replace(style, font=style.font * scale, line=style.line * scale)
