"""The looks of a figure to take away: colours, sizes, the width that was asked for. Needs no matplotlib."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.errors import ConfigError

_INCH = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72}  # TeX's points differ by 0.4 %
_SIZES = (2.0, 40.0)  # inches: below nothing can be read, above is no figure
_SMALLEST = 6.0  # points: of letters that can be read


@dataclass(frozen=True)
class Style:
    """Colours (Okabe and Ito 2008; the roles are those of chart.css), sizes in points, width in inches."""

    paper: str
    ink: str
    quiet: str
    grid: str
    roles: Mapping[str, str]
    sides: Sequence[str]
    font: float
    line: float
    width: float


_ROLES = {
    "train": "#0072b2",
    "val": "#d55e00",
    "test": "#a8457f",
    "unsaid": "#6b4fa0",
    "lr": "#6b4fa0",
    "gap": "#00795a",
}
_BRIGHT = {
    "train": "#56b4e9",
    "val": "#f0923e",
    "test": "#d58bb8",
    "unsaid": "#b39ddb",
    "lr": "#b39ddb",
    "gap": "#35c79b",
}
_SIDES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#8a6d00", "#6b4fa0", "#444444")
_BRIGHT_SIDES = (
    "#56b4e9",
    "#f0923e",
    "#35c79b",
    "#d58bb8",
    "#f0e442",
    "#9fb3c8",
    "#b39ddb",
    "#e8eaed",
)
_PAPER = Style(
    "#ffffff", "#1b1f24", "#59636e", "#e6eaee", _ROLES, _SIDES, font=8, line=1.3, width=3.3
)
STYLES: Mapping[str, Style] = {
    "paper": _PAPER,  # a column of a paper: 3.3 inches, the size of its captions
    "talk": replace(_PAPER, font=16, line=2.8, width=10),  # read from the last row
    "dark": Style(
        "#14171a",
        "#e8eaed",
        "#a5adb7",
        "#2a3036",
        _BRIGHT,
        _BRIGHT_SIDES,
        font=16,
        line=2.8,
        width=10,
    ),
}


def style_named(name: str) -> Style:
    """Return a style. Raises ConfigError for one that there is not."""
    if name not in STYLES:
        raise ConfigError(f'unknown style "{name}"; there are: {", ".join(STYLES)}')
    return STYLES[name]


def inches(size: str | float) -> float:
    """Return a width such as "3.3in", "84mm", "8.4cm", "240pt" or 3.3 in inches. Raises ConfigError."""
    match = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*(in|cm|mm|pt)?\s*", str(size))
    found = float(match[1]) * _INCH[match[2] or "in"] if match else 0.0
    if not _SIZES[0] <= found <= _SIZES[1]:
        raise ConfigError(
            f'width "{size}": write a length such as 3.3in, 84mm or 240pt, from 2 to 40 inches'
        )
    return found


def fitted(style: Style, width: float) -> Style:
    """Return a style whose letters and lines are as much smaller as a figure is narrower than those it is made for."""
    scale = max(min(1.0, width / style.width), _SMALLEST / style.font)
    return replace(style, font=style.font * scale, line=style.line * scale)
