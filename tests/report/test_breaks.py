"""Names in HTML break after their parts and nowhere else, and stay text."""

from __future__ import annotations

import pytest

from analyzer.report.breaks import breakable


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("runs/lr_0.1", "runs/<wbr>lr_<wbr>0.1"),
        ("a__b", "a__<wbr>b"),
        ("sgd-long-run", "sgd-<wbr>long-<wbr>run"),
        ("lr=1e-3", "lr=<wbr>1e-3"),
        ("plain", "plain"),
        ("end_", "end_"),
        ("", ""),
        ("<b>_&x", "&lt;b&gt;_<wbr>&amp;x"),
    ],
)
def test_a_name_breaks_after_its_parts(name: str, shown: str) -> None:
    assert breakable(name) == shown
