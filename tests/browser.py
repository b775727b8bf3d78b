"""A real browser, driven over its debugging pipe: needs chromium, but no driver or package.

Its accessibility audit needs axe-core, which a package for another driver brings along.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import select
import shutil
import subprocess
import time
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
AXE = importlib.util.find_spec("axe_playwright_python")  # only its copy of axe-core is used
PATIENCE = 60.0  # seconds for an answer; a starved machine is slow, not wrong

LOOKS = list(product((1280, 390), (False, True)))  # width, dark
MOST_STOPS = 200
FOCUSED = """(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return null;
    const { x, y, width, height } = (focused.labels?.[0] ?? focused).getBoundingClientRect();
    const name = `${focused.tagName} ${focused.textContent || focused.id}`;
    const outline = getComputedStyle(focused);
    const seen = outline.outlineStyle === 'none' ? 0 : parseFloat(outline.outlineWidth);
    return { name, x, y: y + scrollY, right: x + width, middle: y + scrollY + height / 2, seen };
})()"""
FAINT_TEXTS = """(() => {
    const parts = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255);
    const linear = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    const light = colour => parts(colour).map(linear)
        .reduce((sum, part, at) => sum + [0.2126, 0.7152, 0.0722][at] * part, 0.05);
    const paper = light(getComputedStyle(document.body).backgroundColor);
    return [...document.querySelectorAll('svg text')].filter(text => text.getClientRects().length)
        .map(text => [text.textContent, light(getComputedStyle(text).fill)])
        .filter(([, ink]) => Math.max(ink, paper) / Math.min(ink, paper) < 4.5)
        .map(([words]) => words);
})()"""


class Browser:
    """One tab. ``problems`` lists complaints of the console and the policy, and every request."""

    def __init__(self, profile: Path) -> None:
        commands, self._out = os.pipe()
        self._in, answers = os.pipe()
        assert CHROMIUM is not None

        def give_pipes() -> None:  # chromium reads commands from 3 and answers on 4
            spare = [os.dup(pipe) for pipe in (commands, answers)]
            os.dup2(spare[0], 3)
            os.dup2(spare[1], 4)

        self.process = subprocess.Popen(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-sync",
                "--disable-background-networking",
                "--disable-component-update",
                "--hide-scrollbars",
                f"--user-data-dir={profile}",
                "--remote-debugging-pipe",
                "about:blank",
            ],
            preexec_fn=give_pipes,
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        self._buffer = b""
        self._count = 0
        self._session = ""
        self.problems: list[str] = []
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._count:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def _read(self) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0.0, end - time.monotonic()))
            assert ready, "the browser does not answer"
            part = os.read(self._in, 1 << 16)
            assert part, "the browser is gone"
            self._buffer += part
        message, self._buffer = self._buffer.split(b"\0", 1)
        parsed: dict[str, Any] = json.loads(message)
        return parsed

    def _note(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        method, params = event.get("method", ""), event.get("params", {})
        if method == "Network.requestWillBeSent" and not params["request"]["url"].startswith(
            ("file:", "about:", "data:")
        ):
            self.problems.append(f"request: {params['request']['url']}")
        if method == "Log.entryAdded":
            self.problems.append(f"log: {params['entry']['text']}")
        if method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
            self.problems.append(f"{method}: {json.dumps(params)[:500]}")

    def open(
        self,
        page: Path,
        *,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        script: bool = True,
    ) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=scheme)
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self._loaded("Page.navigate", url=page.as_uri())

    def reload(self) -> None:
        self._loaded("Page.reload")

    def _loaded(self, method: str, **params: Any) -> None:
        self.events.clear()
        self.call(method, **params)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self._note(self._read())

    def js(self, expression: str) -> Any:
        done = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def violations(self) -> list[str]:
        """Return what breaks a rule of axe-core, with everything on the page unfolded."""
        if AXE is None or AXE.origin is None:
            pytest.skip("needs axe-core: pip install --no-deps axe-playwright-python")
        self.js(Path(AXE.origin).with_name("axe.min.js").read_text(encoding="utf-8"))
        self.js("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        found: list[str] = self.js(
            "axe.run(document).then(({violations}) => violations.flatMap(({id, nodes}) =>"
            "nodes.map(node => `${id}: ${node.target.join(' ')}: ${node.failureSummary}`)))"
        )
        return found

    def faint_texts(self) -> list[str]:
        """Return the texts of charts with a contrast below 4.5, which axe-core does not judge."""
        found: list[str] = self.js(FAINT_TEXTS)
        return found

    def faults(self, page: Path) -> list[tuple[int, bool, str]]:
        """Return what is wrong with a page, at each width and in each theme."""
        found = []
        for width, dark in LOOKS:
            self.open(page, width=width, dark=dark)
            for fault in [*self.violations(), *self.faint_texts()]:
                found.append((width, dark, fault))
        return found

    def mouse(self, kind: str, x: float, y: float, clicks: int = 0, button: str = "left") -> None:
        pressed = "none" if kind == "mouseMoved" and not clicks else button
        self.call(
            "Input.dispatchMouseEvent",
            type=kind,
            x=x,
            y=y,
            button=pressed,
            clickCount=clicks,
            buttons=1 if pressed == "left" and kind != "mouseReleased" else 0,
        )

    def key(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key)

    def walk(self) -> list[dict[str, Any]]:
        """Return where each Tab leads, from the first focus to the last: name, box, outline.

        Fails if the keyboard is trapped.
        """
        stops = []
        for _ in range(MOST_STOPS):
            for kind in ("rawKeyDown", "keyUp"):
                tab = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
                self.call("Input.dispatchKeyEvent", type=kind, **tab)
            stop = self.js(FOCUSED)
            if stop is None:
                return stops
            stops.append(stop)
        raise AssertionError(f"no end after {MOST_STOPS} stops: {stops[-3:]}")

    @staticmethod
    def out_of_order(stops: list[dict[str, Any]]) -> list[str]:
        """Return the stops that lie above or left of the one before, unless a column begins."""
        wrong = []
        for before, after in pairwise(stops):
            is_level = abs(after["middle"] - before["middle"]) <= 2
            is_above = max(after["middle"] - before["middle"], after["y"] - before["y"]) < 0
            is_left = after["x"] < before["x"] if is_level else after["x"] < before["right"]
            if is_left and (is_level or is_above):
                wrong.append(f"{before['name']} -> {after['name']}")
        return wrong

    def picture(self, path: Path) -> None:
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(shot["data"]))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._out)
        os.close(self._in)
