// The page is whole without this script. With it: one reading line over all charts, zoom, axes, smoothing, memory.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const [LEFT, RIGHT, TOP, BOTTOM, WIDTH] = data.frame;
  const PLOT = WIDTH - LEFT - RIGHT;
  const MARGIN = 0.06; // of the values shown, as in limits.py
  const FASTEST = 10; // bins that an arrow key passes with Shift
  const page = document.documentElement;
  const state = { lang: page.lang, unit: null, smooth: 0, view: null, at: null };
  const byId = (id) => document.getElementById(id);
  const word = (key, values = {}) =>
    data.words[state.lang][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // ---- numbers: as packed.py packs them, and as text.py writes them

  function unpack(packed) {
    if (packed.d !== undefined) {
      const out = [];
      let at = 0;
      for (const part of packed.d.split(" ")) {
        const [step, count] = part.split("*").map(Number);
        for (let i = 0; i < (count || 1); i++) out.push((at += step) / packed.k);
      }
      return out;
    }
    const bytes = atob(packed.q);
    const scale = (packed.high - packed.low) / 65534;
    const out = new Array(bytes.length / 2);
    for (let i = 0; i < out.length; i++) {
      const code = bytes.charCodeAt(2 * i) + 256 * bytes.charCodeAt(2 * i + 1);
      const value = packed.low + (code - 1) * scale;
      out[i] = code === 0 ? 0 : packed.log ? Math.exp(value) : value;
    }
    return out;
  }

  const writers = new Map();
  function write(value, options) {
    const key = state.lang + JSON.stringify(options);
    if (!writers.has(key)) writers.set(key, new Intl.NumberFormat(state.lang, { useGrouping: "always", ...options }));
    return writers.get(key).format(value).replaceAll("-", "−");
  }
  function number(value) {
    const size = Math.abs(value);
    if (size && (size < 1e-4 || size >= 1e6)) {
      return write(value, { notation: "scientific", maximumFractionDigits: 2 });
    }
    const places = size ? Math.max(0, 2 - Math.floor(Math.log10(size))) : 0;
    return write(value, { maximumFractionDigits: Math.min(places, 12) });
  }
  const position = (value) => (Number.isInteger(value) ? write(value, { maximumFractionDigits: 0 }) : number(value));
  function tickText(value, step) {
    const size = Math.abs(value);
    if (size >= 1e6 || (size && size < 1e-4)) return number(value);
    let places = 0;
    while (places < 12 && Math.abs(step - Number(step.toFixed(places))) >= 1e-6 * step) places++;
    if (places > 4) return value ? write(value, { notation: "scientific", maximumFractionDigits: 2 }) : "0";
    return write(value, { minimumFractionDigits: places, maximumFractionDigits: places });
  }

  // ---- round ticks, as ticks.py chooses them

  function linearTicks(low, high, most, whole = false) {
    if (!(high > low)) return [low];
    const power = 10 ** Math.floor(Math.log10(high - low));
    let ticks = [];
    for (const factor of [5, 2.5, 2, 1, 0.5, 0.25, 0.2, 0.1, 0.05]) {
      const step = power * factor;
      const first = Math.ceil(low / step - 1e-9);
      const last = Math.floor(high / step + 1e-9);
      if (whole && step % 1) continue;
      if (ticks.length >= 3 && last - first >= most) break;
      ticks = [];
      for (let i = first; i <= last; i++) ticks.push(Number((i * step).toPrecision(12)));
    }
    return ticks;
  }
  function logTicks(low, high, most) {
    let ticks = [];
    for (const factors of [[1, 2, 5], [1, 3], [1]]) {
      ticks = [];
      for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
        for (const factor of factors) {
          const tick = Number((factor * 10 ** power).toPrecision(12));
          if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick);
        }
      }
      if (ticks.length <= most) return ticks.length > 1 ? ticks : linearTicks(low, high, most);
    }
    const every = Math.ceil(ticks.length / most);
    return ticks.filter((tick) => Math.round(Math.log10(tick)) % every === 0);
  }

  // ---- lines and the axes they share

  /** Return the index of the last of sorted values that is at most `value`, at least 0. */
  function before(values, value) {
    let low = 0;
    let high = values.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (values[middle] <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }
  function nearest(values, value) {
    const at = before(values, value);
    return at + 1 < values.length && values[at + 1] - value < value - values[at] ? at + 1 : at;
  }
  function interpolate(value, from, to) {
    if (from.length < 2) return to[0];
    const at = Math.min(before(from, value), from.length - 2);
    const share = (value - from[at]) / (from[at + 1] - from[at] || 1);
    return to[at] + Math.min(Math.max(share, 0), 1) * (to[at + 1] - to[at]);
  }

  const axes = data.axes.map(unpack);

  function lineOf(packed, index, svg) {
    const bins = Math.ceil(packed.n / packed.per);
    const edges = {};
    const x = {};
    for (const [unit, axis] of Object.entries(packed.axes)) {
      edges[unit] = axes[axis];
      x[unit] = edges[unit].slice(0, bins);
      if (packed.per > 1) x[unit] = x[unit].map((first, i) => (first + edges[unit][i + 1]) / 2);
    }
    const y = unpack(packed.y);
    const mean = y.slice(0, bins);
    const [low, high] = packed.per > 1 ? [y.slice(bins, 2 * bins), y.slice(2 * bins)] : [mean, mean];
    const smooth = packed.smooth && packed.smooth.map(unpack);
    const [raw, curve] = ["raw", "smooth"].map((kind) => svg.querySelector(`.${kind}.line-${index}`));
    return { ...packed, index, bins, edges, x, mean, low, high, smooth, raw, curve, shown: true, smoothed: new Map() };
  }

  function chartOf(packed, index) {
    const figure = byId(`figure-${packed.id}`);
    const svg = byId(packed.id);
    const lines = packed.lines.map((line, i) => lineOf(line, i, svg));
    const densest = lines.reduce((best, line) => (line.bins > best.bins ? line : best));
    const label = svg.querySelector(".axes .label");
    const lowest = Math.min(...lines.map((line) => Math.min(...line.low)));
    const highest = Math.max(...lines.map((line) => Math.max(...line.high)));
    const logarithmic = lowest > 0 && (packed.log || highest > 2 * lowest); // else a log scale shows nothing new
    return { ...packed, index, figure, svg, lines, densest, label, logarithmic, log0: packed.log, drawn: false };
  }

  const charts = data.charts.map(chartOf);
  const unitOf = (chart) => state.unit ?? chart.unit;
  const xs = (line, unit) => line.x[unit] ?? line.x.step;
  const convert = (chart, value, from, to) =>
    from === to ? value : interpolate(value, xs(chart.densest, from), xs(chart.densest, to));

  /** Return the whole x axis of a chart in a unit. */
  function whole(chart, unit) {
    if (unit === chart.unit) return chart.x;
    const ends = chart.lines.map((line) => [xs(line, unit)[0], xs(line, unit).at(-1)]);
    return [Math.min(...ends.map((one) => one[0])), Math.max(...ends.map((one) => one[1]))];
  }
  function range(chart) {
    const unit = unitOf(chart);
    if (!state.view) return whole(chart, unit);
    return state.view.map((end) => convert(chart, end, data.link, unit));
  }
  function wholePage() {
    const ends = charts.map((chart) => whole(chart, chart.unit).map((end) => convert(chart, end, chart.unit, data.link)));
    return [Math.min(...ends.map((one) => one[0])), Math.max(...ends.map((one) => one[1]))];
  }

  // ---- drawing

  function element(name, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /** Return the bounds of y: those of the report for the whole run, else those of what is in view. */
  function bounds(chart, x0, x1, unit) {
    const asMade = chart.log === chart.log0 && !state.view;
    if (asMade && chart.lines.every((line) => line.shown)) return chart.y;
    let low = Infinity;
    let high = -Infinity;
    for (const line of chart.lines.filter((one) => one.shown)) {
      const x = xs(line, unit);
      for (let i = 0; i < line.bins; i++) {
        if (x[i] < x0 || x[i] > x1) continue;
        low = Math.min(low, line.low[i]);
        high = Math.max(high, line.high[i]);
      }
    }
    if (!(low <= high)) return chart.y;
    if (chart.log) {
      const edge = (high / low) ** MARGIN * (high > low ? 1 : 1.1);
      return [low / edge, high * edge];
    }
    const edge = MARGIN * (high - low) || Math.abs(high) * MARGIN || 1;
    const found = [low - edge, high + edge];
    return asMade ? [Math.max(found[0], chart.y[0]), Math.min(found[1], chart.y[1])] : found;
  }

  function frameOf(chart) {
    const unit = unitOf(chart);
    const [x0, x1] = range(chart);
    const [y0, y1] = bounds(chart, x0, x1, unit);
    const bottom = chart.height - BOTTOM;
    const [low, high] = chart.log ? [Math.log10(y0), Math.log10(y1)] : [y0, y1];
    const x = (value) => LEFT + ((value - x0) / (x1 - x0 || 1)) * PLOT;
    const y = (value) => {
      const scaled = chart.log ? Math.log10(Math.max(value, 1e-300)) : value;
      const place = TOP + ((high - scaled) / (high - low)) * (bottom - TOP);
      return Math.min(Math.max(place, -1000), chart.height + 1000);
    };
    const value = (px) => x0 + ((px - LEFT) / PLOT) * (x1 - x0);
    return { unit, x0, x1, y0, y1, bottom, x, y, value };
  }

  function draw(chart) {
    chart.drawn = true;
    const frame = (chart.frame = frameOf(chart));
    drawAxes(chart, frame);
    for (const line of chart.lines) drawLine(chart, line, frame);
    chart.bands.forEach((band, index) => drawBand(chart, band, index, frame));
    chart.points.forEach((point, index) => drawPoint(chart, point, index, frame));
    const asMade = frame.y0 === chart.y[0] && frame.y1 === chart.y[1] && !state.view;
    chart.svg.querySelector(".over").classList.toggle("off", !asMade);
  }

  function drawAxes(chart, frame) {
    const { x0, x1, y0, y1, bottom } = frame;
    const most = chart.height > 200 ? 6 : 4;
    const parts = [];
    const label = (value, ticks, log) =>
      tickText(value, log || ticks.length < 2 ? Math.abs(value) || 1 : Number((ticks[1] - ticks[0]).toPrecision(6)));
    const yTicks = chart.log ? logTicks(y0, y1, most) : linearTicks(y0, y1, most);
    for (const tick of yTicks) {
      const y = frame.y(tick).toFixed(1);
      parts.push(element("path", { class: "grid", d: `M${LEFT} ${y}h${PLOT}` }));
      const place = { class: "tick", x: LEFT - 6, y: Number(y) + 4, "text-anchor": "end" };
      parts.push(element("text", place, label(tick, yTicks, chart.log)));
    }
    const wholes = chart.lines.every((line) => data.axes[line.axes[frame.unit] ?? line.axes.step].k === 1);
    const xTicks = linearTicks(x0, x1, 6, wholes);
    for (const tick of xTicks) {
      const x = frame.x(tick).toFixed(1);
      parts.push(element("path", { class: "grid", d: `M${x} ${bottom}v4` }));
      parts.push(element("text", { class: "tick", x, y: bottom + 17, "text-anchor": "middle" }, label(tick, xTicks)));
    }
    if (chart.zero && y0 < 0 && y1 > 0) parts.push(element("path", { class: "zero", d: `M${LEFT} ${frame.y(0)}h${PLOT}` }));
    parts.push(element("path", { class: "axis", d: `M${LEFT} ${TOP}V${bottom}h${PLOT}` }));
    const name = chart.label.cloneNode(true);
    if (frame.unit !== chart.unit) name.textContent = word(frame.unit);
    chart.svg.querySelector(".axes").replaceChildren(...parts, name);
  }

  const place = (x, y) => `${x.toFixed(1)} ${y.toFixed(1)}`;

  function drawLine(chart, line, frame) {
    if (!line.raw || line.bins < 2) return;
    const x = xs(line, frame.unit);
    const first = before(x, frame.x0);
    const last = Math.min(before(x, frame.x1) + 1, line.bins - 1);
    const parts = [];
    for (let i = first; i <= last; i++) {
      const at = frame.x(x[i]);
      if (line.per === 1) {
        parts.push(place(at, frame.y(line.mean[i])));
        continue;
      }
      const [low, high] = [frame.y(line.low[i]), frame.y(line.high[i])];
      parts.push(...(i % 2 ? [place(at, low), place(at, high)] : [place(at, high), place(at, low)]));
    }
    line.raw.setAttribute("d", "M" + parts.join("L"));
    if (!line.curve) return;
    const [sx, sy] = smoothed(chart, line, frame.unit);
    const from = before(sx, frame.x0);
    const to = Math.min(before(sx, frame.x1) + 1, sx.length - 1);
    const points = [];
    for (let i = from; i <= to; i++) points.push(place(frame.x(sx[i]), frame.y(sy[i])));
    line.curve.setAttribute("d", "M" + points.join("L"));
  }

  /** Return the smoothed line: the one that was judged, or a local linear fit of the means as wide as the reader asks. */
  function smoothed(chart, line, unit) {
    if (state.smooth === 0) {
      const [sx, sy] = line.smooth;
      if (unit === chart.unit) return [sx, sy];
      return [sx.map((value) => interpolate(value, xs(line, chart.unit), xs(line, unit))), sy];
    }
    if (!line.smoothed.has(state.smooth)) line.smoothed.set(state.smooth, localLinear(xs(line, data.link), line.mean, share()));
    return [xs(line, unit), line.smoothed.get(state.smooth)];
  }

  /** Local linear fit with a Gaussian kernel whose standard deviation is a share of the axis. */
  function localLinear(x, y, share) {
    const width = share * (x.at(-1) - x[0]) || 1;
    let from = 0;
    return x.map((centre, at) => {
      while (x[from] < centre - 3 * width) from++;
      let [s0, s1, s2, m0, m1] = [0, 0, 0, 0, 0];
      for (let i = from; i < x.length && x[i] <= centre + 3 * width; i++) {
        const d = (x[i] - centre) / width;
        const w = Math.exp(-0.5 * d * d);
        s0 += w; s1 += w * d; s2 += w * d * d; m0 += w * y[i]; m1 += w * d * y[i];
      }
      const determinant = s0 * s2 - s1 * s1;
      return determinant > 1e-9 * s0 * s2 ? (s2 * m0 - s1 * m1) / determinant : y[at];
    });
  }
  const share = () => 0.002 * 100 ** ((state.smooth - 1) / 19); // 0.2 % to 20 % of the run

  function drawBand(chart, band, index, frame) {
    const [low, high, at] = band.map((value) => value === null ? null : convert(chart, value, chart.unit, frame.unit));
    const group = chart.svg.querySelector(`.band-${index}`);
    const gone = high < frame.x0 || low > frame.x1;
    group.classList.toggle("off", gone);
    const clip = (value) => Math.min(Math.max(frame.x(value), LEFT - 3), LEFT + PLOT + 3);
    const rect = group.querySelector("rect");
    if (rect) {
      rect.setAttribute("x", clip(low).toFixed(1));
      rect.setAttribute("width", Math.max(clip(high) - clip(low), 2).toFixed(1));
    }
    const line = group.querySelector(".at");
    if (line) line.setAttribute("d", `M${frame.x(at).toFixed(1)} ${TOP}v${frame.bottom - TOP}`);
    const label = chart.svg.querySelector(`text[data-band="${index}"]`);
    if (!label) return;
    label.classList.toggle("off", gone);
    const x = at === null ? (clip(low) + clip(high)) / 2 : clip(at);
    const middle = at === null && x > LEFT + 60 && x < LEFT + PLOT - 60;
    const side = middle ? "middle" : x < LEFT + 0.6 * PLOT ? "start" : "end";
    label.setAttribute("text-anchor", side);
    label.setAttribute("x", (x + { middle: 0, start: 5, end: -5 }[side]).toFixed(1));
  }

  function drawPoint(chart, [px, py, above], index, frame) {
    const x = frame.x(convert(chart, px, chart.unit, frame.unit));
    const y = frame.y(py);
    const gone = x < LEFT - 1 || x > LEFT + PLOT + 1 || y < TOP || y > frame.bottom;
    for (const part of chart.svg.querySelectorAll(`[data-point="${index}"]`)) {
      part.classList.toggle("off", gone);
      if (part.tagName === "circle") {
        part.setAttribute("cx", x.toFixed(1));
        part.setAttribute("cy", y.toFixed(1));
        continue;
      }
      const side = x < LEFT + 0.75 * PLOT ? "start" : "end";
      part.setAttribute("text-anchor", side);
      part.setAttribute("x", (x + (side === "start" ? 7 : -7)).toFixed(1));
      part.setAttribute("y", (y + (!above && y < frame.bottom - 26 ? 19 : -10)).toFixed(1));
    }
  }

  function drawAll() {
    charts.forEach(draw);
    read(state.at);
    say();
  }

  // ---- zoom

  function say(finest = 0) {
    const binned = Math.max(...charts.map((chart) => Math.max(...chart.lines.map((line) => line.per))));
    const count = write(finest || binned, {});
    const said = finest > 1 ? word("finest", { count }) : state.view && binned > 1 ? word("binned", { count }) : "";
    byId("state").textContent = said;
  }

  /** Show a stretch of the run, in the unit that links the charts; never less than a bin of the chart it was asked on. */
  function zoom(chart, low, high) {
    const [first, last] = wholePage();
    [low, high] = [Math.max(Math.min(low, high), first), Math.min(Math.max(low, high), last)];
    const x = xs(chart.densest, data.link);
    const at = Math.min(before(x, (low + high) / 2), Math.max(x.length - 2, 0));
    const least = x.length > 1 ? x[at + 1] - x[at] : 0;
    let finest = 0;
    if (high - low <= least) {
      finest = chart.densest.per;
      [low, high] = [x[at] - 0.02 * least, x[at + 1] + 0.02 * least];
    }
    state.view = low <= first && high >= last ? null : [low, high];
    drawAll();
    say(finest);
  }
  function zoomBy(chart, factor) {
    const [low, high] = state.view ?? wholePage();
    const centre = state.at !== null && state.at >= low && state.at <= high ? state.at : (low + high) / 2;
    zoom(chart, centre - (centre - low) * factor, centre + (high - centre) * factor);
  }
  function showWhole() {
    state.view = null;
    drawAll();
  }

  // ---- the reading line

  function shownLine(chart) {
    return chart.lines.filter((line) => line.shown).reduce((best, one) => (best && best.bins >= one.bins ? best : one), null);
  }

  /** Put the reading line of every chart at one place, in the unit that links them; null takes it away. */
  function read(at) {
    state.at = at;
    for (const chart of charts) {
      const frame = (chart.frame ??= frameOf(chart));
      const x = at === null ? NaN : frame.x(convert(chart, at, data.link, frame.unit));
      const gone = !(x >= LEFT - 0.5 && x <= LEFT + PLOT + 0.5) || !shownLine(chart);
      chart.pointer.classList.toggle("off", gone);
      chart.reading.replaceChildren();
      if (gone) continue;
      chart.cross.setAttribute("d", `M${x.toFixed(1)} ${TOP}V${frame.bottom}`);
      const said = [];
      for (const line of chart.lines) {
        const i = nearest(xs(line, data.link), at);
        const dot = chart.dots[line.index];
        dot.classList.toggle("off", !line.shown || line.mean[i] > frame.y1 || line.mean[i] < frame.y0);
        dot.setAttribute("cx", frame.x(xs(line, frame.unit)[i]).toFixed(1));
        dot.setAttribute("cy", frame.y(line.mean[i]).toFixed(1));
        if (!line.shown) continue;
        const spread = word("range", { first: number(line.low[i]), last: number(line.high[i]) });
        const name = data.names[state.lang][chart.index][line.index];
        said.push(`${name} ${number(line.mean[i])}${line.per > 1 ? ` (${spread})` : ""}`);
      }
      const where = document.createElement("b");
      where.textContent = placeOf(shownLine(chart), at, frame.unit);
      chart.reading.append(where, ` ${said.join(" · ")}`);
    }
  }
  function placeOf(line, at, unit) {
    const i = nearest(xs(line, data.link), at);
    const edges = line.edges[unit] ?? line.edges.step;
    const [first, last] = [position(edges[i]), position(edges[i + 1])];
    return `${word(unit)} ${line.per > 1 ? word("range", { first, last }) : first}`;
  }
  /** Move the reading line by bins of a chart, and say aloud what it reads there. */
  function move(chart, to) {
    const line = shownLine(chart);
    if (!line) return;
    const x = xs(line, data.link);
    const [low, high] = state.view ?? [x[0], x.at(-1)];
    const here = state.at === null ? nearest(x, low) : nearest(x, state.at);
    const at = Math.min(Math.max(to(here, nearest(x, low), nearest(x, high)), 0), x.length - 1);
    read(x[at]);
    byId("spoken").textContent = chart.reading.textContent;
  }

  // ---- hands: mouse, touch, keys

  function listen(chart) {
    const { svg, figure } = chart;
    const plot = figure.querySelector(".plot");
    plot.classList.add("live");
    const catcher = element("rect", { class: "catch", x: LEFT, y: TOP, width: PLOT, height: chart.height - TOP - BOTTOM });
    catcher.append(element("title", {})); // an empty title: the browser shows no tooltip over the curves
    svg.querySelector(".over").after(catcher);
    chart.cross = element("path", { class: "cross" });
    chart.dots = chart.lines.map((line) => element("circle", { class: `read ${line.role}`, r: 3.5 }));
    chart.drag = element("rect", { class: "drag off", y: TOP, height: chart.height - TOP - BOTTOM });
    chart.pointer = element("g", { class: "pointer off" });
    chart.pointer.append(chart.cross, ...chart.dots);
    svg.append(chart.drag, chart.pointer);
    chart.reading = document.createElement("p");
    chart.reading.className = chart.lines.length > 1 && chart.densest.per > 1 ? "reading two-lines" : "reading";
    plot.after(chart.reading);

    let start = null;
    const pixel = (event) => {
      const box = svg.getBoundingClientRect();
      return Math.min(Math.max(((event.clientX - box.left) / box.width) * WIDTH, LEFT), LEFT + PLOT);
    };
    const linked = (px) => {
      const frame = (chart.frame ??= frameOf(chart));
      return convert(chart, frame.value(px), frame.unit, data.link);
    };
    svg.addEventListener("pointerdown", (event) => {
      if (event.button || event.pointerType === "touch" || event.target.closest("a")) return;
      start = pixel(event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      const px = pixel(event);
      const line = shownLine(chart);
      if (line) read(xs(line, data.link)[nearest(xs(line, data.link), linked(px))]);
      if (start === null) return;
      chart.drag.classList.remove("off");
      chart.drag.setAttribute("x", Math.min(start, px));
      chart.drag.setAttribute("width", Math.abs(px - start));
    });
    const finish = (event) => {
      chart.drag.classList.add("off");
      const [from, to] = [start, pixel(event)];
      start = null;
      if (from !== null && event.type === "pointerup" && Math.abs(to - from) > 6) zoom(chart, linked(from), linked(to));
    };
    svg.addEventListener("pointerup", finish);
    svg.addEventListener("pointercancel", finish);
    svg.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && start === null && read(null));
    svg.addEventListener("dblclick", showWhole);

    plot.tabIndex = 0;
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-labelledby", `${chart.id}-caption`);
    plot.setAttribute("aria-describedby", "help");
    const keys = {
      ArrowLeft: (shift) => move(chart, (here) => here - (shift ? FASTEST : 1)),
      ArrowRight: (shift) => move(chart, (here) => here + (shift ? FASTEST : 1)),
      Home: () => move(chart, (here, first) => first),
      End: () => move(chart, (here, first, last) => last),
      "+": () => zoomBy(chart, 0.5),
      "-": () => zoomBy(chart, 2),
      0: showWhole,
      Escape: showWhole,
      l: () => chart.logarithmic && logBox.click(),
    };
    plot.addEventListener("keydown", (event) => {
      const act = keys[event.key] ?? keys[event.key.toLowerCase()];
      if (!act || event.ctrlKey || event.metaKey || event.altKey || event.target !== plot) return;
      event.preventDefault();
      act(event.shiftKey);
    });
    const logBox = figure.querySelector("[data-log]");
    logBox.closest("label").hidden = !chart.logarithmic;
    if (chart.logarithmic) figure.querySelector("[data-axis]")?.remove(); // the box says it
    logBox.checked = chart.log;
    logBox.addEventListener("change", () => {
      chart.log = logBox.checked;
      draw(chart);
      read(state.at);
    });
    for (const box of figure.querySelectorAll("[data-line]")) {
      const line = chart.lines[Number(box.dataset.line)];
      line.shown = box.checked;
      box.addEventListener("change", () => {
        line.shown = box.checked;
        draw(chart);
        read(state.at);
      });
    }
  }

  function fillUnits() {
    const chosen = byId("unit").value;
    const options = data.units.map((unit) => new Option(word(unit), unit));
    byId("unit").replaceChildren(...options);
    byId("unit").value = chosen || (charts.every((chart) => chart.unit === charts[0].unit) ? charts[0].unit : data.link);
    byId("unit").closest("label").hidden = data.units.length < 2;
  }
  function sayShare() {
    const shown = write(100 * share(), { maximumSignificantDigits: 2 });
    byId("smoothing-said").textContent = state.smooth ? word("share", { share: shown }) : word("as_judged");
  }

  // ---- what is remembered; every page opened from a disk shares one store, so each diagnosis has its own keys

  const store = {
    get(name) {
      try {
        return JSON.parse(localStorage.getItem(`analyzer:${data.key}:${name}`));
      } catch {
        return null; // no store in this browser, or not ours
      }
    },
    set(name, value) {
      try {
        localStorage.setItem(`analyzer:${data.key}:${name}`, JSON.stringify(value));
      } catch {
        // the boxes still tick; they are forgotten with the page
      }
    },
  };

  function remember() {
    const boxes = [...document.querySelectorAll("[data-todo]")];
    const ticked = store.get("todo") ?? [];
    for (const box of boxes) {
      box.checked = Array.isArray(ticked) && ticked.includes(box.dataset.todo);
      box.addEventListener("change", () =>
        store.set("todo", boxes.filter((one) => one.checked).map((one) => one.dataset.todo)));
    }
  }

  // ---- language, findings, copying

  function speak(lang) {
    state.lang = lang;
    page.lang = lang;
    document.title = data.titles[lang];
    for (const { id, svg } of charts) {
      const ids = ["t", "d"].map((part) => (byId(`${id}-${part}-${lang}`) ?? byId(`${id}-${part}`)).id);
      svg.setAttribute("aria-labelledby", ids.join(" "));
    }
    if (!charts.length) return;
    fillUnits();
    sayShare();
    charts.filter((chart) => chart.drawn).forEach(draw);
    read(state.at);
    say();
  }

  function point() {
    const light = (index, on) => {
      byId(`finding-${index}`).classList.toggle("lit", on);
      for (const part of document.querySelectorAll(`[data-finding="${index}"], a[href="#finding-${index}"]`)) {
        part.classList.toggle("lit", on);
      }
    };
    const parts = document.querySelectorAll('article.finding, svg a[href^="#finding-"]');
    for (const part of parts) {
      const index = (part.id || part.getAttribute("href")).split("-").at(-1);
      for (const event of ["mouseenter", "focusin"]) part.addEventListener(event, () => light(index, true));
      for (const event of ["mouseleave", "focusout"]) part.addEventListener(event, () => light(index, false));
    }
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = document.createElement("textarea"); // where the page may not use the clipboard: the old way
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  }
  function offerCopies() {
    for (const button of document.querySelectorAll("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const from = byId(button.dataset.copy);
        const own = from.querySelector(`[lang="${state.lang}"]`) ?? from;
        if (!(await copy(own.textContent.trim()))) return;
        const label = [...button.childNodes].map((node) => node.cloneNode(true));
        button.textContent = word("copied");
        setTimeout(() => button.replaceChildren(...label), 1500);
      });
    }
  }

  // ---- start

  remember();
  point();
  offerCopies();
  if (charts.length) {
    byId("tools").hidden = false;
    charts.forEach(listen);
    byId("unit").addEventListener("change", (event) => {
      state.unit = event.target.value;
      drawAll();
    });
    byId("smoothing").value = 0;
    byId("smoothing").addEventListener("input", (event) => {
      state.smooth = Number(event.target.value);
      sayShare();
      drawAll();
    });
    byId("zoom-in").addEventListener("click", () => zoomBy(charts[0], 0.5));
    byId("zoom-out").addEventListener("click", () => zoomBy(charts[0], 2));
    byId("whole").addEventListener("click", showWhole);
  }
  const radios = [...document.querySelectorAll("input[name=language]")];
  for (const radio of radios) {
    radio.addEventListener("change", () => {
      store.set("lang", radio.value);
      speak(radio.value);
    });
  }
  const chosen = radios.find((radio) => radio.value === store.get("lang"));
  if (chosen) chosen.checked = true;
  speak(radios.find((radio) => radio.checked)?.value ?? page.lang);
  for (const chart of charts) if (chart.lines.some((line) => !line.shown)) draw(chart); // boxes that the browser kept
})();
