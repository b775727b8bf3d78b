// The page is complete without this script. It adds a reading line across all charts, zoom, other axes,
// smoothing, and memory of ticked boxes.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const [LEFT, BOTTOM] = data.frame;
  const WIDE = 900; // pixels from which on a chart has room for more ticks, and for labels at the ends of its lines
  const plotOf = (chart) => chart.width - LEFT - chart.right;
  const MARGIN = 0.06; // of the values shown, as in limits.py
  const FASTEST = 10; // bins that an arrow key passes with Shift
  const ASIDE = 6; // pixels beside the reading line from which on a point is said to stand elsewhere
  const page = document.documentElement;
  // view and at (the reading line) are by link: charts with the same link are read and zoomed together
  const state = { lang: page.lang, unit: null, smooth: 0, view: {}, at: {} };
  const byId = (id) => document.getElementById(id);
  const word = (key, values = {}) =>
    data.words[state.lang][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // ---- numbers: unpacked as packed.py packs them, written as text.py writes them

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
    const bytes = atob(packed.f ?? packed.q);
    if (packed.f) return [...new Float32Array(Uint8Array.from(bytes, (one) => one.charCodeAt(0)).buffer)];
    const scale = (packed.high - packed.low) / 65534;
    const out = new Array(bytes.length / 2);
    for (let i = 0; i < out.length; i++) {
      const code = bytes.charCodeAt(2 * i) + 256 * bytes.charCodeAt(2 * i + 1);
      const value = packed.low + (code - 1) * scale;
      if (code === 0) out[i] = 0;
      else out[i] = packed.log ? Math.exp(value) : packed.k ? Math.round(value) : value;
    }
    return out;
  }

  const writers = new Map();
  function write(value, options) {
    const key = state.lang + JSON.stringify(options);
    if (!writers.has(key)) writers.set(key, new Intl.NumberFormat(state.lang, { useGrouping: "always", ...options }));
    return writers.get(key).format(value).replaceAll("-", "−").replace("E", "e");
  }
  function number(value) {
    const size = Math.abs(value);
    if (size && (size < 1e-4 || size >= 1e6)) {
      return write(value, { notation: "scientific", maximumFractionDigits: 2 });
    }
    const places = size ? Math.max(0, 2 - Math.floor(Math.log10(size))) : 0;
    return write(value, { maximumFractionDigits: Math.min(places, 12) });
  }
  /** Write a place on an axis with the digits that distinguish it from its neighbours at this distance. */
  function place(value, distance) {
    if (Number.isInteger(value)) return write(value, { maximumFractionDigits: 0 });
    const digits = distance > 0 ? Math.ceil(-Math.log10(distance)) + 1 : 2;
    return write(value, { maximumFractionDigits: Math.min(Math.max(digits, 0), 8) });
  }
  const exponent = (size) => Math.floor(Math.log10(size) + 1e-9);
  function places(step, shift) {
    let digits = 0;
    while (digits < 12 && Math.abs(Number(step.toFixed(Math.max(digits + shift, 0))) - step) >= 1e-6 * step) digits++;
    return digits;
  }
  function tickText(value, step, narrow) {
    const size = Math.abs(value);
    const decimals = places(step, 0);
    if ((size && size < 1e-4) || size >= (narrow ? 1e5 : 1e6) || (decimals > 4 && size)) {
      const apart = Math.max(0, exponent(size) - exponent(step) + places(step / 10 ** exponent(step), 0));
      return write(value, { notation: "scientific", maximumFractionDigits: Math.min(apart, 12) });
    }
    if (decimals > 4) return "0";
    return write(value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  }

  // ---- round ticks, chosen as in ticks.py

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
  /** Return ticks with the end of the axis as the last, in place of one too close beside it. */
  function withEnd(ticks, end) {
    if (ticks.length < 2) return ticks;
    const least = 0.6 * (ticks[1] - ticks[0]);
    return [...ticks.filter((tick) => end - tick >= least), Number(end.toPrecision(12))];
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
      if (ticks.length <= most) return ticks.length > 2 ? ticks : linearTicks(low, high, most);
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
  /** Return the index of the point nearest to a place; in a binned line, of the bin around it. */
  function indexAt(line, unit, at) {
    if (line.per === 1) return nearest(xs(line, unit), at);
    return Math.min(before(line.edges[unit] ?? line.edges.step, at), line.bins - 1);
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
    const [raw, curve, dot] = ["raw", "smooth", "dot"].map((kind) => svg.querySelector(`.${kind}.line-${index}`));
    return { ...packed, index, bins, edges, x, mean, low, high, smooth, raw, curve, dot, shown: true, smoothed: new Map() };
  }

  function chartOf(packed, index) {
    const figure = byId(`figure-${packed.id}`);
    const svg = byId(packed.id);
    const lines = packed.lines.map((line, i) => lineOf(line, i, svg));
    const label = svg.querySelector(".axes .label");
    const lowest = Math.min(...lines.map((line) => Math.min(...line.low)));
    const highest = Math.max(...lines.map((line) => Math.max(...line.high)));
    const logarithmic = lowest > 0 && (packed.log || highest > 2 * lowest); // else a log scale shows nothing new
    const linked = ["epoch", "step"].includes(packed.link) ? packed.link : packed.unit; // the unit of its link
    return { ...packed, index, figure, svg, lines, linked, label, logarithmic, log0: packed.log, drawn: false,
      fullWidth: packed.width, fullRight: packed.right };
  }

  const charts = data.charts.map(chartOf);
  // For save.js: what the figure shows.
  for (const chart of charts) {
    chart.figure.chart = { lines: chart.lines, names: () => data.names[state.lang][chart.index] };
  }
  const unitOf = (chart) => state.unit ?? chart.unit;
  const xs = (line, unit) => line.x[unit] ?? line.x.step;

  /** Return [from, to]: the places of a stack in two units, from its densest line, and from others beyond its ends. */
  const mappings = new Map();
  function mapping(chart, from, to) {
    const key = [chart.stack, from, to].join();
    if (!mappings.has(key)) {
      const lines = charts.filter((one) => one.stack === chart.stack).flatMap((one) => one.lines);
      const usable = lines.filter((line) => line.edges[from] && line.edges[to]).sort((a, b) => b.bins - a.bins);
      const pairs = [];
      for (const { edges } of usable) {
        const [first, last] = [pairs[0]?.[0] ?? Infinity, pairs.at(-1)?.[0] ?? -Infinity];
        edges[from].forEach((value, i) => (value < first || value > last) && pairs.push([value, edges[to][i]]));
        pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      }
      let last = -Infinity;
      mappings.set(key, [pairs.map((pair) => pair[0]), pairs.map((pair) => (last = Math.max(last, pair[1])))]);
    }
    return mappings.get(key);
  }
  const convert = (chart, value, from, to) => (from === to ? value : interpolate(value, ...mapping(chart, from, to)));

  /** Return the whole x axis of a chart in a unit. */
  const whole = (chart, unit) => chart.x.map((end) => convert(chart, end, chart.unit, unit));
  function range(chart) {
    const view = state.view[chart.link];
    return view ? view.map((end) => convert(chart, end, chart.linked, unitOf(chart))) : whole(chart, unitOf(chart));
  }
  function wholeOf(link) {
    const ends = charts.filter((chart) => chart.link === link).map((chart) => whole(chart, chart.linked));
    return [Math.min(...ends.map((one) => one[0])), Math.max(...ends.map((one) => one[1]))];
  }

  // ---- drawing

  function element(name, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /** Return the bounds of y: as in the report for the whole run, else around the values in view. */
  function bounds(chart, x0, x1, unit) {
    const asMade = chart.log === chart.log0 && !state.view[chart.link];
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
      low = Math.max(low, 1e-140); // as far as a drawing goes
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
    const { top } = chart;
    const plot = plotOf(chart);
    const [low, high] = chart.log ? [Math.log10(y0), Math.log10(y1)] : [y0, y1];
    const x = (value) => LEFT + ((value - x0) / (x1 - x0 || 1)) * plot;
    const y = (value) => {
      const scaled = chart.log ? Math.log10(Math.max(value, 1e-300)) : value;
      const place = top + ((high - scaled) / (high - low)) * (bottom - top);
      return Math.min(Math.max(place, -1000), chart.height + 1000);
    };
    const value = (px) => x0 + ((px - LEFT) / plot) * (x1 - x0);
    return { unit, x0, x1, y0, y1, top, bottom, plot, x, y, value };
  }

  function draw(chart) {
    chart.drawn = true;
    const frame = (chart.frame = frameOf(chart));
    drawAxes(chart, frame);
    for (const line of chart.lines) drawLine(chart, line, frame);
    chart.bands.forEach((band, index) => drawBand(chart, band, index, frame));
    chart.points.forEach((point, index) => drawPoint(chart, point, index, frame));
    const asMade = frame.y0 === chart.y[0] && frame.y1 === chart.y[1] && !state.view[chart.link];
    chart.svg.querySelector(".over").classList.toggle("off", !asMade);
  }

  function drawAxes(chart, frame) {
    const { x0, x1, y0, y1, top, bottom, plot } = frame;
    const most = chart.height > 200 ? 6 : 4;
    const parts = [];
    const label = (value, ticks, narrow, log) => {
      let step = log || ticks.length < 2 ? Math.abs(value) || 1 : Number((ticks[1] - ticks[0]).toPrecision(6));
      if (!log && Math.abs(value / step - Math.round(value / step)) > 1e-6) step = Number.isInteger(value) ? 1 : step / 10; // the end of the axis
      return tickText(value, step, narrow);
    };
    const yTicks = chart.log ? logTicks(y0, y1, most) : linearTicks(y0, y1, most);
    for (const tick of yTicks) {
      const y = frame.y(tick).toFixed(1);
      parts.push(element("path", { class: "grid", d: `M${LEFT} ${y}h${plot}` }));
      const place = { class: "tick", x: LEFT - 6, y: Number(y) + 4, "text-anchor": "end" };
      parts.push(element("text", place, label(tick, yTicks, true, chart.log)));
    }
    const wholes = chart.lines.every((line) => data.axes[line.axes[frame.unit] ?? line.axes.step].k === 1);
    const inside = linearTicks(x0, x1, chart.width < WIDE ? 6 : 10, wholes);
    const xTicks = state.view[chart.link] ? inside : withEnd(inside, x1);
    for (const tick of xTicks) {
      const x = frame.x(tick).toFixed(1);
      parts.push(element("path", { class: "grid", d: `M${x} ${bottom}v4` }));
      parts.push(element("text", { class: "tick", x, y: bottom + 17, "text-anchor": "middle" }, label(tick, xTicks, false)));
    }
    if (chart.zero && y0 < 0 && y1 > 0) parts.push(element("path", { class: "zero", d: `M${LEFT} ${frame.y(0)}h${plot}` }));
    parts.push(element("path", { class: "axis", d: `M${LEFT} ${top}V${bottom}h${plot}` }));
    const name = chart.label.cloneNode(true);
    name.setAttribute("x", LEFT + plot / 2);
    if (frame.unit !== chart.unit) name.textContent = word(frame.unit);
    chart.svg.querySelector(".axes").replaceChildren(...parts, name);
  }

  const pair = (x, y) => `${x.toFixed(1)} ${y.toFixed(1)}`;

  function drawLine(chart, line, frame) {
    const x = xs(line, frame.unit);
    if (line.dot) {
      const [px, py] = [frame.x(x[0]), frame.y(line.mean[0])];
      line.dot.classList.toggle("off", x[0] < frame.x0 || x[0] > frame.x1 || py < frame.top || py > frame.bottom);
      line.dot.setAttribute("cx", px.toFixed(1));
      line.dot.setAttribute("cy", py.toFixed(1));
    }
    if (!line.raw) return;
    const first = before(x, frame.x0);
    const last = Math.min(before(x, frame.x1) + 1, line.bins - 1);
    const parts = [];
    for (let i = first; i <= last; i++) {
      const at = frame.x(x[i]);
      if (line.per === 1) {
        parts.push(pair(at, frame.y(line.mean[i])));
        continue;
      }
      const [low, high] = [frame.y(line.low[i]), frame.y(line.high[i])];
      parts.push(...(i % 2 ? [pair(at, low), pair(at, high)] : [pair(at, high), pair(at, low)]));
    }
    line.raw.setAttribute("d", "M" + parts.join("L"));
    if (!line.curve) return;
    const [sx, sy, starts] = smoothed(chart, line, frame.unit);
    const from = before(sx, frame.x0);
    const to = Math.min(before(sx, frame.x1) + 1, sx.length - 1);
    let path = "";
    for (let i = from; i <= to; i++) path += (path && !starts.includes(i) ? "L" : "M") + pair(frame.x(sx[i]), frame.y(sy[i]));
    line.curve.setAttribute("d", path);
  }

  /** Return the smoothed line (the one the detectors used, or a fit as wide as the reader asks) and where it restarts. */
  function smoothed(chart, line, unit) {
    const starts = line.starts || [];
    if (state.smooth === 0) {
      const [sx, sy] = line.smooth;
      if (unit === chart.unit) return [sx, sy, starts];
      return [sx.map((value) => convert(chart, value, chart.unit, unit)), sy, starts];
    }
    const x = xs(line, chart.unit);
    const cuts = starts.map((start) => x.findIndex((value) => value >= line.smooth[0][start])).filter((cut) => cut > 0);
    if (!line.smoothed.has(state.smooth)) {
      line.smoothed.set(state.smooth, localLinear(xs(line, chart.linked), line.mean, widthOf(line), cuts));
    }
    return [xs(line, unit), line.smoothed.get(state.smooth), cuts];
  }

  /** Return a local linear fit that passes no cut; the deviation of its Gaussian kernel is a share of the axis. */
  function localLinear(x, y, share, cuts) {
    const width = share * (x.at(-1) - x[0]) || 1;
    const ends = [...cuts, x.length];
    let [from, piece] = [0, 0];
    return x.map((centre, at) => {
      if (at >= ends[piece]) from = ends[piece++];
      while (x[from] < centre - 3 * width) from++;
      let [s0, s1, s2, m0, m1] = [0, 0, 0, 0, 0];
      for (let i = from; i < ends[piece] && x[i] <= centre + 3 * width; i++) {
        const d = (x[i] - centre) / width;
        const w = Math.exp(-0.5 * d * d);
        s0 += w; s1 += w * d; s2 += w * d * d; m0 += w * y[i]; m1 += w * d * y[i];
      }
      const determinant = s0 * s2 - s1 * s1;
      return determinant > 1e-9 * s0 * s2 ? (s2 * m0 - s1 * m1) / determinant : y[at];
    });
  }
  // The deviation of the kernel, as a share of the axis, that leaves as much noise as an exponential moving average
  // of this weight on the points (bins) of a line: (1 - w) / (1 + w) of the variance.
  const widthOf = (line) => (1 + state.smooth) / (1 - state.smooth) / (2 * Math.sqrt(Math.PI)) / Math.max(line.bins - 1, 1);

  function drawBand(chart, band, index, frame) {
    const [low, high, at] = band.map((value) => value === null ? null : convert(chart, value, chart.unit, frame.unit));
    const group = chart.svg.querySelector(`.band-${index}`);
    const gone = high < frame.x0 || low > frame.x1;
    group.classList.toggle("off", gone);
    const clip = (value) => Math.min(Math.max(frame.x(value), LEFT - 3), LEFT + frame.plot + 3);
    const rect = group.querySelector("rect");
    if (rect) {
      rect.setAttribute("x", clip(low).toFixed(1));
      rect.setAttribute("width", Math.max(clip(high) - clip(low), 2).toFixed(1));
    }
    const line = group.querySelector(".at");
    if (line) line.setAttribute("d", `M${frame.x(at).toFixed(1)} ${frame.top}v${frame.bottom - frame.top}`);
    const label = chart.svg.querySelector(`text[data-band="${index}"]`);
    if (!label) return;
    label.classList.toggle("off", gone);
    const inside = at !== null && at >= frame.x0 && at <= frame.x1;
    const x = inside ? clip(at) : (clip(low) + clip(high)) / 2;
    const middle = !inside && x > LEFT + 100 && x < LEFT + frame.plot - 100;
    const side = middle ? "middle" : x < LEFT + 0.6 * frame.plot ? "start" : "end";
    label.setAttribute("text-anchor", side);
    label.setAttribute("x", x.toFixed(1));
  }

  function drawPoint(chart, [px, py], index, frame) {
    const x = frame.x(convert(chart, px, chart.unit, frame.unit));
    const y = frame.y(py);
    const gone = x < LEFT - 1 || x > LEFT + frame.plot + 1 || y < frame.top || y > frame.bottom;
    const [leader, circle, label] = chart.svg.querySelectorAll(`[data-point="${index}"]`);
    for (const part of [leader, circle, label]) part?.classList.toggle("off", gone);
    if (gone || !label) return;
    circle.setAttribute("cx", x.toFixed(1));
    circle.setAttribute("cy", y.toFixed(1));
    leader.setAttribute("d", `M${x.toFixed(1)} ${Number(label.getAttribute("y")) + 3}V${(y - 5).toFixed(1)}`);
    label.setAttribute("text-anchor", x < LEFT + 0.75 * frame.plot ? "start" : "end");
    label.setAttribute("x", x.toFixed(1));
  }

  // ---- a wide chart is drawn anew for a narrower window, so that its letters keep their size

  function fit(chart) {
    const room = Math.round(chart.figure.querySelector(".plot").clientWidth);
    const width = Math.min(Math.max(room, 340), chart.fullWidth);
    if (!room || width === chart.width) return;
    chart.width = width;
    chart.right = width < WIDE ? 20 : chart.fullRight;
    chart.figure.classList.toggle("narrow", width < WIDE);
    chart.figure.classList.add("fitted");
    const above = chart.svg.viewBox.baseVal.y;
    chart.svg.setAttribute("viewBox", `0 ${above} ${width} ${chart.height - above}`);
    const plot = plotOf(chart);
    for (const part of [chart.svg.querySelector("clipPath rect"), chart.catcher]) part.setAttribute("width", plot);
    for (const end of chart.svg.querySelectorAll(".end")) end.setAttribute("x", LEFT + plot + 8);
    draw(chart);
  }
  const fitAll = () => charts.filter((chart) => chart.fullWidth >= WIDE).forEach(fit);

  function drawAll() {
    charts.forEach(draw);
    for (const link of links) read(link, state.at[link] ?? null);
    say();
  }
  const links = [...new Set(charts.map((chart) => chart.link))];

  // ---- zoom

  const binned = Math.max(1, ...charts.flatMap((chart) => chart.lines.map((line) => line.per)));
  function say(finest = 0) {
    const count = write(finest || binned, {});
    const zoomed = links.some((link) => state.view[link]);
    byId("state").textContent = finest > 1 ? word("finest", { count }) : zoomed && binned > 1 ? word("binned", { count }) : "";
  }

  /** Show a stretch of the run, in the unit of the link; at least one bin of the chart that was zoomed. */
  function zoom(chart, low, high) {
    const [first, last] = wholeOf(chart.link);
    [low, high] = [Math.max(Math.min(low, high), first), Math.min(Math.max(low, high), last)];
    const own = chart.lines.some((line) => line.bins > 1) ? [chart] : charts.filter((one) => one.link === chart.link);
    const densest = own.flatMap((one) => one.lines).reduce((best, line) => (line.bins > best.bins ? line : best));
    const x = xs(densest, chart.linked);
    if (x.length < 2) return;
    const at = Math.min(before(x, (low + high) / 2), x.length - 2);
    const least = x[at + 1] - x[at];
    let finest = 0;
    if (least > 0 && high - low <= least) {
      finest = densest.per;
      [low, high] = [x[at] - 0.02 * least, x[at + 1] + 0.02 * least];
    }
    if (!(high > low)) return;
    state.view[chart.link] = low <= first && high >= last ? undefined : [low, high];
    drawAll();
    say(finest);
    announce(chart);
  }
  function zoomBy(chart, factor) {
    const [low, high] = state.view[chart.link] ?? wholeOf(chart.link);
    const at = state.at[chart.link] ?? null;
    const centre = at !== null && at >= low && at <= high ? at : (low + high) / 2;
    zoom(chart, centre - (centre - low) * factor, centre + (high - centre) * factor);
  }
  function zoomAll(factor) {
    for (const link of links) zoomBy(charts.find((chart) => chart.link === link), factor);
    announce(charts[0]);
  }
  /** Have a screen reader read a sentence. */
  function speakOut(said) {
    byId("spoken").textContent = said;
  }
  function announce(chart) {
    if (!state.view[chart.link]) return speakOut(word("unzoomed"));
    const unit = unitOf(chart);
    const [low, high] = range(chart);
    const [first, last] = [low, high].map((value) => place(value, (high - low) / 10));
    speakOut(word("zoomed", { unit: word(unit), first, last }));
  }
  function showWhole() {
    state.view = {};
    drawAll();
    speakOut(word("unzoomed"));
  }

  // ---- the reading line

  /** Return the logged point (or bin) nearest to a place, among the lines shown: {line, i, x}. */
  function nearestPoint(chart, at) {
    let best = null;
    for (const line of chart.lines.filter((one) => one.shown)) {
      const x = xs(line, chart.linked);
      const i = indexAt(line, chart.linked, at);
      const closer = best && (Math.abs(x[i] - at) - Math.abs(best.x - at) || best.line.bins - line.bins);
      if (!best || closer < 0) best = { line, i, x: x[i] };
    }
    return best;
  }

  /** Put the reading line of all charts of a link at one place, in the unit of the link; null removes it. */
  function read(link, at) {
    state.at[link] = at;
    for (const chart of charts.filter((one) => one.link === link)) {
      const frame = (chart.frame ??= frameOf(chart));
      const x = at === null ? NaN : frame.x(convert(chart, at, chart.linked, frame.unit));
      const point = at === null ? null : nearestPoint(chart, at);
      const gone = !(x >= LEFT - 0.5 && x <= LEFT + frame.plot + 0.5) || !point;
      chart.pointer.classList.toggle("off", gone);
      chart.reading.replaceChildren();
      if (gone) continue;
      chart.cross.setAttribute("d", `M${x.toFixed(1)} ${frame.top}V${frame.bottom}`);
      const where = document.createElement("b");
      where.textContent = placeOf(point.line, point.i, frame.unit);
      const said = chart.lines.filter((line) => line.shown).map((line) => readLine(chart, line, at, x, frame));
      for (const line of chart.lines) if (!line.shown) chart.dots[line.index].classList.add("off");
      chart.reading.append(where, ` ${said.join(" · ")}`);
    }
  }
  /** Put the dot of a line, and return its name and value, and its place if that is not on the reading line. */
  function readLine(chart, line, at, x, frame) {
    const i = indexAt(line, chart.linked, at);
    const px = frame.x(xs(line, frame.unit)[i]);
    const dot = chart.dots[line.index];
    const visible = line.mean[i] <= frame.y1 && line.mean[i] >= frame.y0 && px >= LEFT - 0.5 && px <= LEFT + frame.plot + 0.5;
    dot.classList.toggle("off", !visible);
    dot.setAttribute("cx", px.toFixed(1));
    dot.setAttribute("cy", frame.y(line.mean[i]).toFixed(1));
    const [low, high] = [number(line.low[i]), number(line.high[i])];
    const extra = line.per > 1 && low !== high ? [word("range", { first: low, last: high })] : [];
    if (Math.abs(px - x) > ASIDE) extra.push(placeOf(line, i, frame.unit));
    const name = data.names[state.lang][chart.index][line.index];
    return `${name} ${number(line.mean[i])}${extra.length ? ` (${extra.join("; ")})` : ""}`;
  }
  function placeOf(line, i, unit) {
    const edges = line.edges[unit] ?? line.edges.step;
    const usual = (edges.at(-1) - edges[0]) / Math.max(line.n - 1, 1);
    const each = Math.min((edges[i + 1] - edges[i]) / line.per || usual, usual);
    const first = place(edges[i], each);
    if (line.per === 1) return `${word(unit)} ${first}`;
    const next = (edges[i + 1] - edges[i]) / line.per; // from the last point of this bin to the first of the next
    const last = place(i + 1 === line.bins ? edges[i + 1] : edges[i + 1] - next, each);
    return `${word(unit)} ${word("range", { first, last })}`;
  }
  /** Move the reading line over the points of a chart, pan the view, and have a screen reader read the values. */
  function move(chart, to) {
    const { line } = nearestPoint(chart, state.at[chart.link] ?? range(chart)[0]) ?? {};
    if (!line) return;
    const x = xs(line, chart.linked);
    const [low, high] = state.view[chart.link] ?? [x[0], x.at(-1)];
    const from = state.at[chart.link] ?? low;
    const inside = (i) => x[i] >= low && x[i] <= high;
    const first = x.findIndex((_, i) => inside(i));
    const last = x.findLastIndex((_, i) => inside(i));
    const at = Math.min(Math.max(to(nearest(x, from), Math.max(first, 0), Math.max(last, 0)), 0), x.length - 1);
    const shift = x[at] < low ? x[at] - low : x[at] > high ? x[at] - high : 0;
    if (shift && state.view[chart.link]) {
      state.view[chart.link] = [low + shift, high + shift];
      drawAll();
    }
    read(chart.link, x[at]);
    speakOut(chart.reading.textContent);
  }

  // ---- input: mouse, touch, keys

  function listen(chart) {
    const { svg, figure } = chart;
    const plot = figure.querySelector(".plot");
    plot.classList.add("live");
    const [top, height] = [chart.top, chart.height - chart.top - BOTTOM];
    const catcher = (chart.catcher = element("rect", { class: "catch", x: LEFT, y: top, width: plotOf(chart), height }));
    catcher.append(element("title", {})); // an empty title: the browser shows no tooltip over the curves
    svg.querySelector(".over").after(catcher);
    chart.cross = element("path", { class: "cross" });
    chart.dots = chart.lines.map((line) => element("circle", { class: `read ${line.role}`, r: 3.5 }));
    chart.drag = element("rect", { class: "drag off", y: top, height });
    chart.pointer = element("g", { class: "pointer off" });
    chart.pointer.append(chart.cross, ...chart.dots);
    svg.append(chart.drag, chart.pointer);
    chart.reading = document.createElement("p");
    chart.reading.className = chart.lines.length > 1 && chart.lines.some((line) => line.per > 1) ? "reading two-lines" : "reading";
    plot.after(chart.reading);

    let start = null;
    const pixel = (event) => {
      const box = svg.getBoundingClientRect();
      return Math.min(Math.max(((event.clientX - box.left) / box.width) * chart.width, LEFT), LEFT + plotOf(chart));
    };
    const linked = (px) => {
      const frame = (chart.frame ??= frameOf(chart));
      return convert(chart, frame.value(px), frame.unit, chart.linked);
    };
    const readAt = (px) => {
      const point = nearestPoint(chart, linked(px));
      if (point) read(chart.link, point.x);
    };
    svg.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch") readAt(pixel(event));
      if (event.button || event.pointerType === "touch" || event.target.closest("a")) return;
      start = pixel(event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      const px = pixel(event);
      readAt(px);
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
    svg.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && start === null && read(chart.link, null));
    svg.addEventListener("dblclick", showWhole);

    plot.tabIndex = 0;
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-labelledby", `${chart.id}_caption`);
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
    const axis = figure.querySelector("[data-axis]");
    if (chart.logarithmic && axis) axis.classList.add("printed"); // on the screen the box says it
    logBox.checked = chart.log;
    logBox.addEventListener("change", () => {
      chart.log = logBox.checked;
      axis?.classList.toggle("off", chart.log !== chart.log0);
      draw(chart);
      read(chart.link, state.at[chart.link] ?? null);
      speakOut(word(chart.log ? "log_on" : "log_off"));
    });
    for (const box of figure.querySelectorAll("[data-line]")) {
      const line = chart.lines[Number(box.dataset.line)];
      line.shown = box.checked;
      box.addEventListener("change", () => {
        line.shown = box.checked;
        draw(chart);
        read(chart.link, state.at[chart.link] ?? null);
      });
    }
  }

  function fillUnits() {
    const mixed = charts.some((chart) => chart.unit !== charts[0].unit);
    const offered = mixed ? ["", ...data.units] : data.units;
    byId("unit").replaceChildren(...offered.map((unit) => new Option(word(unit || "as_logged"), unit)));
    byId("unit").value = state.unit ?? (mixed ? "" : charts[0].unit);
    byId("unit").closest("label").hidden = offered.length < 2;
  }
  function sayWeight() {
    byId("smoothing-said").textContent = state.smooth ? write(state.smooth, { minimumFractionDigits: 2 }) : word("as_judged");
  }

  // ---- memory: all pages opened from a disk share one store, so each diagnosis has its own keys

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
    const show = () => {
      const ticked = store.get("todo");
      for (const box of boxes) box.checked = Array.isArray(ticked) && ticked.includes(box.dataset.todo);
    };
    show();
    window.addEventListener("storage", show); // another tab of the same report
    for (const box of boxes) {
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
      const ids = ["t", "d"].map((part) => (byId(`${id}_${part}_${lang}`) ?? byId(`${id}_${part}`)).id);
      svg.querySelector("[role=img]").setAttribute("aria-labelledby", ids.join(" "));
    }
    if (!charts.length) return;
    fillUnits();
    sayWeight();
    charts.filter((chart) => chart.drawn).forEach(draw);
    for (const link of links) read(link, state.at[link] ?? null);
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
  const timers = new Map();
  function offerCopies() {
    for (const button of document.querySelectorAll("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const from = byId(button.dataset.copy);
        const own = from.querySelector(`[lang="${state.lang}"]`) ?? from;
        if (!(await copy(own.textContent.trim()))) return;
        button.classList.add("copied");
        clearTimeout(timers.get(button));
        timers.set(button, setTimeout(() => button.classList.remove("copied"), 1500));
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
      state.unit = event.target.value || null;
      drawAll();
    });
    byId("smoothing").value = 0;
    byId("smoothing").addEventListener("input", (event) => {
      state.smooth = Number(event.target.value);
      sayWeight();
      drawAll();
    });
    byId("state").classList.toggle("kept", binned > 1);
    byId("zoom-in").addEventListener("click", () => zoomAll(0.5));
    byId("zoom-out").addEventListener("click", () => zoomAll(2));
    window.addEventListener("resize", fitAll);
    for (const link of document.querySelectorAll(".where")) link.addEventListener("click", showWhole);
    byId("whole").addEventListener("click", showWhole);
  }
  const radios = [...document.querySelectorAll("input[name=language]")];
  for (const radio of radios) {
    radio.addEventListener("change", () => {
      store.set("lang", radio.value);
      speak(radio.value);
    });
  }
  const asked = location.hash.slice(1); // by the index in another language
  const chosen = radios.find((radio) => radio.value === asked) ?? radios.find((radio) => radio.value === store.get("lang"));
  if (chosen) chosen.checked = true;
  speak(radios.find((radio) => radio.checked)?.value ?? page.lang);
  fitAll();
  for (const chart of charts) if (chart.lines.some((line) => !line.shown)) draw(chart); // boxes that the browser kept
})();
