"""The page in a real browser: nothing is refused by the policy, and it needs no more width than a phone has."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import analyzer
from analyzer import synthetic

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs chromium (Debian package chromium)")


def browse(page: Path, profile: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
               "--disable-background-networking", "--disable-component-update", "--disable-quic",
               f"--user-data-dir={profile}", *options, page.as_uri()]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_browser_reports_no_error_and_refuses_nothing(tmp_path: Path, lang: str) -> None:
    page = analyzer.write_report(analyzer.diagnose(synthetic.overfitting(3).run), tmp_path / "r.html", lang=lang)
    done = browse(page, tmp_path / "profile", "--enable-logging=stderr", "--v=0", "--dump-dom")
    assert "<svg" in done.stdout
    assert "CONSOLE" not in done.stderr
    assert "Refused" not in done.stderr


@pytest.mark.parametrize("width", [390, 1280])
def test_a_picture_of_the_page_is_taken_at_both_widths(tmp_path: Path, width: int) -> None:
    page = analyzer.write_report(analyzer.diagnose(synthetic.plateau(3).run), tmp_path / "r.html")
    picture = tmp_path / "r.png"
    browse(page, tmp_path / "profile", f"--screenshot={picture}", f"--window-size={width},1600")
    assert picture.stat().st_size > 20_000
