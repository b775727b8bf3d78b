"""The page in a real browser: wide and narrow, with its script and without it."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import analyzer
from analyzer import synthetic
from analyzer.model.meta import RunMeta
from analyzer.model.run import Run

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    reason="needs chromium (Debian package chromium)",
)
Browser = Any  # of conftest.py, which tests cannot import by name


def written(run: Run, folder: Path, lang: str = "en", name: str = "r.html") -> Path:
    return analyzer.write_report(analyzer.diagnose(run), folder / name, lang=lang)


def long_run() -> Run:
    run = synthetic.overfitting(3, epochs=20_000).run
    rng = np.random.default_rng(0)
    noisy = []
    for series in run.series:
        value = series.value * np.exp(0.1 * rng.standard_normal(len(series)))
        noisy.append(replace(series, value=value, wall_time=1.7e9 + 30.0 * series.step))
    return replace(run, series=tuple(noisy))


def box(browser: Browser, chart: str = "chart-loss") -> dict[str, float]:
    """Scroll to a chart and return where its picture lies in the window."""
    found: dict[str, float] = browser.js(
        f"(() => {{ const svg = document.getElementById('{chart}');"
        "svg.scrollIntoView({block: 'center'}); const box = svg.getBoundingClientRect();"
        "return {x: box.x, y: box.y, width: box.width, height: box.height}; })()"
    )
    return found


def at(browser: Browser, share: float, chart: str = "chart-loss") -> tuple[float, float]:
    """Return the point in the window at a share of the x axis of a chart."""
    picture = box(browser, chart)
    place = (
        "((svg, line) => { const [, x, plot] = line.getAttribute('d').match(/M(\\S+) .*h(\\S+)/);"
        f"return (Number(x) + {share} * Number(plot)) / svg.viewBox.baseVal.width; }})"
        f"(...['', ' .axis'].map(part => document.querySelector('#{chart}' + part)))"
    )
    return picture["x"] + browser.js(place) * picture["width"], picture["y"] + 0.5 * picture[
        "height"
    ]


def drag(browser: Browser, first: float, last: float) -> None:
    (x0, y), (x1, _) = at(browser, first), at(browser, last)
    browser.mouse("mouseMoved", x0, y)
    browser.mouse("mousePressed", x0, y, 1)
    browser.mouse("mouseMoved", (x0 + x1) / 2, y, 1)
    browser.mouse("mouseMoved", x1, y, 1)
    browser.mouse("mouseReleased", x1, y, 1)


def ticks(browser: Browser, chart: str = "chart-loss") -> list[str]:
    found: list[str] = browser.js(
        f"[...document.querySelectorAll('#{chart} .tick[text-anchor=middle]')]"
        ".map(tick => tick.textContent)"
    )
    return found


def readings(browser: Browser) -> list[str]:
    found: list[str] = browser.js(
        "[...document.querySelectorAll('.reading')].map(reading => reading.textContent)"
    )
    return found


def visible(browser: Browser, selector: str) -> str:
    found: str = browser.js(f"document.querySelector('{selector}').innerText")
    return found


def style(browser: Browser, selector: str, name: str) -> str:
    """Return a computed property of the first element that a selector finds."""
    found: str = browser.js(f"getComputedStyle(document.querySelector('{selector}')).{name}")
    return found


def put(browser: Browser, control: str, value: str, event: str) -> None:
    """Set a control as a reader's hand would."""
    browser.js(
        f"(() => {{ const control = document.getElementById('{control}');"
        f"control.value = '{value}'; control.dispatchEvent(new Event('{event}')); }})()"
    )


@pytest.fixture
def no_problem(browser: Browser) -> Any:
    yield
    assert browser.problems == []


@pytest.mark.usefixtures("no_problem")
@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("make", ["overfitting", "oscillating", "exploding", "non_finite"])
def test_the_page_makes_no_request_and_the_browser_has_no_complaint(
    browser: Browser, tmp_path: Path, make: str, lang: str
) -> None:
    browser.open(written(getattr(synthetic, make)(3).run, tmp_path, lang))
    assert browser.js("document.documentElement.lang") == lang
    assert browser.js("document.getElementById('tools').hidden") is False


@pytest.mark.usefixtures("no_problem")
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("script", [True, False])
def test_the_page_needs_no_more_width_than_the_window(
    browser: Browser, tmp_path: Path, width: int, script: bool
) -> None:
    run = replace(synthetic.plateau(3).run, config={"a_setting_" * 12: "a_value_" * 30})
    browser.open(written(run, tmp_path), width=width, script=script)
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    assert browser.js("document.documentElement.scrollWidth") <= width


@pytest.mark.usefixtures("no_problem")
def test_one_reading_line_runs_through_all_charts(browser: Browser, tmp_path: Path) -> None:
    run = synthetic.overfitting(3).run
    browser.open(written(run, tmp_path))
    browser.mouse("mouseMoved", *at(browser, 0.5))
    shown = readings(browser)
    last = run.curve("loss", "val").step[-1]
    epochs = {int(reading.removeprefix("epoch ").split(" ")[0]) for reading in shown}
    assert len(shown) == 4
    assert len(epochs) == 1
    (epoch,) = epochs
    assert abs(epoch - 0.5 * last) <= 1.5
    value = float(shown[0].split("validation ")[1])
    assert value == pytest.approx(run.curve("loss", "val").value[epoch], rel=5e-3)


@pytest.mark.usefixtures("no_problem")
def test_dragging_zooms_every_chart_and_a_double_click_goes_back(
    browser: Browser, tmp_path: Path
) -> None:
    browser.open(written(synthetic.overfitting(3, epochs=100).run, tmp_path))
    whole = ticks(browser)
    drag(browser, 0.4, 0.6)
    for chart in ("chart-loss", "gap-loss", "chart-accuracy", "gap-accuracy"):
        assert 40 <= float(ticks(browser, chart)[0]) <= float(ticks(browser, chart)[-1]) <= 60
    x, y = at(browser, 0.5)
    for clicks in (1, 2):
        browser.mouse("mousePressed", x, y, clicks)
        browser.mouse("mouseReleased", x, y, clicks)
    assert ticks(browser) == whole


@pytest.mark.usefixtures("no_problem")
def test_zoom_ends_at_a_bin_and_says_so(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(long_run(), tmp_path))
    drag(browser, 0.3, 0.6)
    assert "a bin of 20 logged points" in visible(browser, "#state")
    for _ in range(4):
        drag(browser, 0.5, 0.52)
    assert "one bin of 20 logged points" in visible(browser, "#state")
    first, *_, last = (float(tick.replace(",", "")) for tick in ticks(browser))
    assert last - first < 30
    browser.mouse("mouseMoved", *at(browser, 0.5))
    assert " to " in readings(browser)[0]


@pytest.mark.usefixtures("no_problem")
def test_the_axis_can_count_steps_epochs_or_hours(browser: Browser, tmp_path: Path) -> None:
    run = long_run()
    browser.open(written(run, tmp_path))
    offered = browser.js("[...document.getElementById('unit').options].map(unit => unit.value)")
    assert offered == ["epoch", "step", "hours"]
    put(browser, "unit", "hours", "change")
    assert float(ticks(browser)[-1]) == round(30.0 * 19_999 / 3600) < 200
    browser.mouse("mouseMoved", *at(browser, 0.5))
    assert readings(browser)[0].startswith("hours 8")


@pytest.mark.usefixtures("no_problem")
def test_smoothing_changes_the_smooth_line_and_leaves_the_raw_one(
    browser: Browser, tmp_path: Path
) -> None:
    browser.open(written(long_run(), tmp_path))
    drawn = "document.querySelector('#chart-loss .{}.line-1').getAttribute('d')"
    browser.js("document.getElementById('whole').click()")  # redraws, to compare like with like
    raw, smooth = (browser.js(drawn.format(kind)) for kind in ("raw", "smooth"))
    put(browser, "smoothing", "0.9", "input")
    assert browser.js(drawn.format("raw")) == raw
    assert browser.js(drawn.format("smooth")) != smooth
    assert visible(browser, "#smoothing-said") == "0.90"
    assert style(browser, "#chart-loss .raw.line-1", "opacity") > "0.2"


@pytest.mark.usefixtures("no_problem")
def test_no_smoothing_passes_a_drop_of_the_rate(browser: Browser, tmp_path: Path) -> None:
    time = np.arange(100)
    loss = np.where(time < 50, 1.0, 0.4) * np.exp(0.02 * np.sin(7.0 * time))
    curves = {
        ("", "lr"): np.where(time < 50, 0.1, 0.01),
        **{(split, "loss"): loss for split in ("train", "val")},
    }
    browser.open(written(synthetic.of_curves("dropped", curves), tmp_path))
    for weight in ("0", "0.6", "0.99"):
        put(browser, "smoothing", weight, "input")
        path = browser.js("document.querySelector('#chart-loss .smooth.line-1').getAttribute('d')")
        pieces = path.split("M")[1:]
        assert len(pieces) == 2
        before, after = (
            [float(pair.split(" ")[1]) for pair in piece.split("L")] for piece in pieces
        )
        assert max(before) < min(after)  # the axis points down: no value lies between the levels


@pytest.mark.usefixtures("no_problem")
def test_log_scale_and_curves_can_be_switched(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(synthetic.overfitting(3).run, tmp_path))
    labels = (
        "[...document.querySelectorAll('#chart-loss .tick[text-anchor=end]')]"
        ".map(tick => tick.textContent)"
    )
    before = browser.js(labels)
    browser.js("document.querySelector('#figure-chart-loss [data-log]').click()")
    assert browser.js(labels) != before
    browser.js("document.querySelector('#figure-chart-loss [data-line=\"0\"]').click()")
    assert style(browser, "#chart-loss .raw.line-0", "display") == "none"
    assert style(browser, "#chart-loss .raw.line-1", "display") != "none"
    browser.mouse("mouseMoved", *at(browser, 0.5))
    assert "training" not in readings(browser)[0]


@pytest.mark.usefixtures("no_problem")
def test_the_language_can_be_switched_and_is_remembered(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(synthetic.overfitting(3).run, tmp_path))
    assert visible(browser, "main h2") == "Curves"
    browser.js("document.getElementById('language-es').click()")
    browser.mouse("mouseMoved", *at(browser, 0.5))
    assert visible(browser, "main h2") == "Curvas"
    assert readings(browser)[0].startswith("época ")
    assert "," in readings(browser)[0].split("validación ")[1]
    browser.js("document.getElementById('zoom-in').click()")
    assert "," in browser.js(
        "[...document.querySelectorAll('.tick')].map(tick => tick.textContent).join(' ')"
    )
    browser.reload()
    assert visible(browser, "main h2") == "Curvas"
    assert browser.js("document.documentElement.lang") == "es"
    assert "sobreajuste" in browser.js("document.title")
    picture = "document.querySelector('#chart-loss [role=img]')"
    named_by = browser.js(f"{picture}.getAttribute('aria-labelledby')")
    assert named_by == "chart-loss_t_es chart-loss_d_es"


@pytest.mark.usefixtures("no_problem")
def test_a_ticked_box_is_found_ticked_after_a_reload_and_in_no_other_report(
    browser: Browser, tmp_path: Path
) -> None:
    page = written(synthetic.overfitting(3).run, tmp_path)
    other = written(synthetic.overfitting(4).run, tmp_path, name="other.html")
    ticked = "[...document.querySelectorAll('[data-todo]')].map(box => box.checked)"
    browser.open(page)
    browser.js("document.querySelector('[data-todo=\"1\"]').click()")
    assert browser.js(ticked)[:3] == [False, True, False]
    browser.open(other)
    assert not any(browser.js(ticked))
    browser.open(page)
    browser.reload()
    assert browser.js(ticked)[:3] == [False, True, False]


@pytest.mark.usefixtures("no_problem")
def test_everything_can_be_done_with_the_keyboard(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(synthetic.overfitting(3, epochs=100).run, tmp_path))
    whole = ticks(browser)
    browser.js("document.querySelector('#figure-chart-loss .plot').focus()")
    for key in ("Home", "ArrowRight", "ArrowRight"):
        browser.key(key)
    assert readings(browser)[2].startswith("epoch 2 ")
    assert browser.js("document.getElementById('spoken').textContent").startswith("epoch 2 ")
    browser.key("End")
    assert readings(browser)[0].startswith("epoch 99 ")
    browser.key("+")
    assert float(ticks(browser)[0]) >= 49
    browser.key("0")
    assert ticks(browser) == whole


@pytest.mark.usefixtures("no_problem")
def test_findings_and_marks_light_each_other_up(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(synthetic.overfitting(3).run, tmp_path))
    lit = "[...document.querySelectorAll('.lit')].map(part => part.tagName)"
    browser.js("document.getElementById('finding-0').dispatchEvent(new Event('mouseenter'))")
    assert {"ARTICLE", "g", "a"} <= set(browser.js(lit))
    browser.js("document.getElementById('finding-0').dispatchEvent(new Event('mouseleave'))")
    assert browser.js(lit) == []
    browser.js("document.querySelector('svg a').dispatchEvent(new Event('mouseenter'))")
    assert "ARTICLE" in browser.js(lit)


@pytest.mark.usefixtures("no_problem")
def test_command_and_markdown_can_be_copied_in_the_language_shown(
    browser: Browser, tmp_path: Path
) -> None:
    browser.open(written(synthetic.overfitting(3).run, tmp_path))
    browser.call(
        "Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"]
    )
    for lang, word in (("en", "## Findings"), ("es", "## Hallazgos")):
        browser.js(f"document.getElementById('language-{lang}').click()")
        browser.js("document.querySelector('[data-copy=markdown]').click()")
        copied = browser.js("navigator.clipboard.readText()")
        assert word in copied
        assert copied.startswith("# synthetic: ")
        browser.js("document.querySelector('[data-copy=command]').click()")
        command = browser.js("navigator.clipboard.readText()")
        option = {"en": "", "es": " --lang es"}[lang]
        assert command == f"analyzer report synthetic -o report.html{option}"


def test_without_its_script_the_page_switches_language_and_curves(
    browser: Browser, tmp_path: Path
) -> None:
    browser.open(written(synthetic.overfitting(3).run, tmp_path), script=False)
    # Needed to look at the page, whose own script has not run.
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    assert browser.js("document.querySelector('.plot').classList.contains('live')") is False
    assert browser.js("document.getElementById('tools').hidden") is True
    assert visible(browser, "main h2") == "Curves"
    browser.js("document.getElementById('language-es').checked = true")
    assert visible(browser, "main h2") == "Curvas"
    browser.js("document.querySelector('#figure-chart-loss [data-line=\"0\"]').checked = false")
    assert style(browser, "#chart-loss .raw.line-0", "display") == "none"


@pytest.mark.usefixtures("no_problem")
@pytest.mark.parametrize("make", ["overfitting", "plateau", "oscillating"])
def test_the_script_draws_the_whole_run_as_the_page_came(
    browser: Browser, tmp_path: Path, make: str
) -> None:
    browser.open(written(getattr(synthetic, make)(3).run, tmp_path))
    shape = """(() => {
        const english = part => part.lang !== 'es' && part.getAttribute?.('lang') !== 'es';
        const words = text => [...text.childNodes].filter(english).map(part => part.textContent);
        const place = text => ['x', 'y'].map(name => Math.round(text.getAttribute(name)));
        return JSON.stringify([...document.querySelectorAll('svg .tick, svg .mark')]
            .filter(text => !text.closest('.off'))
            .map(text => [words(text).join(''), ...place(text)]));
    })()"""
    came = browser.js(shape)
    browser.js("document.getElementById('whole').click()")
    assert browser.js(shape) == came


@pytest.mark.usefixtures("no_problem")
def test_a_curve_that_ends_early_does_not_move_what_lies_behind_it(
    browser: Browser, tmp_path: Path
) -> None:
    curves = {("train", "loss"): np.linspace(2, 1, 600), ("val", "loss"): np.linspace(2, 1, 10)}
    train, val = synthetic.of_curves("x", curves).series
    early = replace(train, epoch=np.arange(600) / 100, step=np.arange(600))
    late = replace(val, epoch=np.arange(1.0, 11), step=np.arange(1, 11) * 100)
    run = Run("x", (early, late), {}, RunMeta(files=("f",), axes={"epoch": "epoch"}))
    browser.open(written(run, tmp_path))
    put(browser, "unit", "step", "change")
    browser.mouse("mouseMoved", *at(browser, 0.9))
    assert readings(browser)[0].startswith("step 900 ")
    assert "training 1 (step 599)" in readings(browser)[0]


@pytest.mark.usefixtures("no_problem")
def test_charts_that_nothing_links_are_read_apart(browser: Browser, tmp_path: Path) -> None:
    run = synthetic.healthy(4, epochs=30).run
    rate = replace(
        run.series[0],
        tag="lr",
        metric="lr",
        split="",
        epoch=np.full(30, np.nan),
        step=np.arange(30) * 100,
    )
    browser.open(written(replace(run, series=(*run.series, rate)), tmp_path))
    browser.mouse("mouseMoved", *at(browser, 0.5))
    units = [reading.split(" ")[0] for reading in readings(browser)]
    assert units == ["epoch", "epoch", "epoch", "epoch", ""]
    browser.mouse("mouseMoved", *at(browser, 0.5, "chart-lr"))
    assert readings(browser)[-1].startswith("step 1,")


@pytest.mark.usefixtures("no_problem")
@pytest.mark.parametrize("points", [1, 2, 3])
def test_a_curve_of_a_few_points_survives_every_zoom(
    browser: Browser, tmp_path: Path, points: int
) -> None:
    curves = {("train", "loss"): np.linspace(2, 1, 12), ("val", "loss"): np.linspace(2, 1, points)}
    browser.open(written(synthetic.of_curves("x", curves), tmp_path))
    for button in ("zoom-in", "zoom-in", "zoom-in", "zoom-out", "zoom-in", "whole"):
        browser.js(f"document.getElementById('{button}').click()")
        assert "NaN" not in browser.js(
            "[...document.querySelectorAll('svg')].map(svg => svg.outerHTML).join()"
        )


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.usefixtures("no_problem")
@pytest.mark.parametrize(
    "values", [[1e308, 5e-324, 1.0], [1e308, -1e308, 1.0], [1e308, 5e-324] * 10], ids=repr
)
def test_absurd_values_neither_hang_nor_break_the_page(
    browser: Browser, tmp_path: Path, values: list[float]
) -> None:
    curves = {("train", "loss"): np.array(values), ("val", "loss"): np.array(values[::-1])}
    browser.open(written(synthetic.of_curves("x", curves), tmp_path))
    for button in ("zoom-in", "zoom-in", "whole"):
        browser.js(f"document.getElementById('{button}').click()")


@pytest.mark.usefixtures("no_problem")
def test_a_tap_reads_the_charts(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(synthetic.overfitting(3, epochs=100).run, tmp_path), width=390)
    x, y = at(browser, 0.5)
    browser.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
    browser.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    assert readings(browser)[0].startswith("epoch ")


@pytest.mark.usefixtures("no_problem")
def test_the_arrow_keys_take_the_view_along(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(synthetic.overfitting(3, epochs=100).run, tmp_path))
    drag(browser, 0.4, 0.6)
    browser.js("document.querySelector('#figure-chart-loss .plot').focus()")
    browser.key("End")
    edge = float(readings(browser)[0].split(" ")[1])
    for _ in range(5):
        browser.key("ArrowRight")
    assert float(readings(browser)[0].split(" ")[1]) == edge + 5


@pytest.mark.usefixtures("no_problem")
def test_a_reading_agrees_with_the_values_of_a_gap_that_explodes(
    browser: Browser, tmp_path: Path
) -> None:
    browser.open(written(synthetic.exploding(3).run, tmp_path))
    browser.mouse("mouseMoved", *at(browser, 0.0, "gap-loss"))
    reading = readings(browser)[1].split("gap ")[1]
    row = browser.js(
        "document.querySelector('#figure-gap-loss .values td:last-child span').textContent"
    )
    assert row == reading


@pytest.mark.usefixtures("no_problem")
def test_a_place_on_the_edge_of_a_bin_reads_the_bin_that_holds_it(
    browser: Browser, tmp_path: Path
) -> None:
    run = long_run()
    val = run.series[1]
    every = slice(0, None, 1000)
    names = ("step", "epoch", "wall_time", "value", "superseded")
    sparse = replace(val, **{name: getattr(val, name)[every] for name in names})
    browser.open(written(replace(run, series=(run.series[0], sparse)), tmp_path))
    browser.js("document.querySelector('#figure-chart-loss [data-line=\"0\"]').click()")
    # Validation alone: its point at 10,000 lies on the edge of a bin of the training loss.
    browser.mouse("mouseMoved", *at(browser, 0.5))
    browser.js("document.querySelector('#figure-chart-loss [data-line=\"0\"]').click()")
    train = run.curve("loss", "train").value
    reading = float(readings(browser)[0].split("training ")[1].split(" ")[0])
    inside, before = (float(train[first : first + 20].mean()) for first in (10_000, 9_980))
    assert abs(reading / inside - 1) < 5e-3 < abs(before / inside - 1)


@pytest.mark.usefixtures("no_problem")
def test_a_copy_button_returns_to_its_label_in_the_language_shown(
    browser: Browser, tmp_path: Path
) -> None:
    browser.open(written(synthetic.overfitting(3).run, tmp_path))
    for _ in range(2):
        browser.js("document.querySelector('[data-copy=command]').click()")
    browser.js("document.getElementById('language-es').click()")
    browser.js("new Promise(done => setTimeout(done, 1700))")
    assert visible(browser, "[data-copy=command]") == "Copiar"


SAVED = """(async kind => {
    const made = new Promise(done => { URL.createObjectURL = blob => (done(blob), '#'); });
    document.querySelector(`#figure-chart-loss [data-save=${kind}]`).click();
    const blob = await made;
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const text = kind === 'png' ? '' : await blob.text();
    return [blob.type, bytes.length, [...bytes.slice(0, 8)], text];
})"""


@pytest.mark.usefixtures("no_problem")
def test_a_chart_is_saved_as_drawing_picture_and_values(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(synthetic.overfitting(3).run, tmp_path))
    kind, _, _, drawing = browser.js(f"{SAVED}('svg')")
    assert kind == "image/svg+xml"
    root = ElementTree.fromstring(drawing)
    paths = [part for part in root.iter() if part.tag.endswith("path")]
    assert all(part.get("stroke") for part in paths)
    assert "época" not in drawing  # the language that is not shown
    kind, length, head, _ = browser.js(f"{SAVED}('png')")
    assert (kind, bytes(head)) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert length > 10_000
    kind, _, _, values = browser.js(f"{SAVED}('csv')")
    rows = list(csv.DictReader(values.splitlines()))
    assert kind == "text/csv"
    assert {row["curve"] for row in rows} == {"training", "validation"}
    first = next(iter(synthetic.overfitting(3).run.series))
    assert float(rows[0]["value"]) == pytest.approx(float(first.value[0]), rel=1e-3)
