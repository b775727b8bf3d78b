"""Drawings without words: every cell is drawn once, in its shade."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np

from analyzer.charts.shades import draw_curve, draw_shades, standing_alone


def test_every_cell_is_drawn_in_its_shade() -> None:
    levels = np.random.default_rng(0).integers(0, 6, (7, 9)).astype(np.uint8)
    drawn = np.zeros_like(levels)
    for shade, d in re.findall(r'<path class="s(\d)" d="([^"]+)"', draw_shades(levels)):
        for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", d):
            drawn[6 - int(y), int(x) : int(x) + int(length)] = int(shade)
    assert (drawn == levels).all()


def test_a_curve_stays_in_its_square_and_short() -> None:
    x = np.linspace(0, 1, 5000)
    svg = draw_curve(x, 1.5 - x)
    points = re.findall(r"([\d.]+),([\d.]+)", svg[svg.index("points=") :])
    assert len(points) == 60
    assert points[0] == ("0", "0")
    assert points[-1] == ("100", "50")


def test_a_drawing_on_its_own_is_a_file() -> None:
    svg = standing_alone(draw_shades(np.ones((2, 2), np.uint8)), width=30, height=20, style="a{}")
    root = ET.fromstring(svg)
    assert root.get("width") == "30"
    assert root[0].text == "a{}"
