// Runs that are ticked in the index are compared: their curves on one scale, their settings, their best.
(() => {
  const { rows, heads, lang, write, others } = runIndex;
  const data = JSON.parse(document.getElementById("data").textContent);
  const MOST = 8; // as many as there are colours
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const [HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [320, 60, 14, 12, 40];
  const panel = document.getElementById("compared");
  const plot = document.getElementById("compared-plot");
  const table = document.getElementById("compared-runs");
  const note = document.getElementById("compared-note");
  const bar = document.getElementById("ticked");
  const said = document.getElementById("ticked-said");
  const show = document.getElementById("compare");
  const usual = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3, useGrouping: "always" });
  const far = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3, notation: "scientific" });
  const slots = []; // the rows that are ticked, by the number of their colour
  const boxes = new Map();

  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const link = (row) => rows[row].cells[0].querySelector("a");
  const keyOf = (row) => link(row).getAttribute("href").split("/").at(-2).split("-").at(-1);
  const rowOf = new Map(rows.map((_, row) => [keyOf(row), row]));
  const ticked = () => slots.filter((row) => row !== undefined);
  const write3 = (value) => {
    const size = Math.abs(value);
    return (size && (size < 1e-4 || size >= 1e6) ? far : usual).format(value);
  };

  function set(row, on) {
    const at = slots.indexOf(row);
    if (on && at < 0 && ticked().length < MOST) {
      const free = slots.indexOf(undefined);
      slots[free < 0 ? slots.length : free] = row;
    } else if (!on && at >= 0) slots[at] = undefined;
  }

  /** Give a row of the table its box, once it is drawn. */
  function dress(row) {
    if (boxes.has(row)) return;
    const box = document.createElement("input");
    box.type = "checkbox";
    box.autocomplete = "off";
    box.setAttribute("aria-label", fill(data.words.tick, { name: link(row).textContent }));
    box.checked = slots.includes(row);
    box.disabled = !box.checked && ticked().length >= MOST;
    box.addEventListener("change", () => {
      set(row, box.checked);
      drawAll();
      write();
    });
    boxes.set(row, box);
    rows[row].cells[0].prepend(box);
  }

  function drawAll() {
    const chosen = ticked();
    for (const [row, box] of boxes) {
      box.checked = slots.includes(row);
      box.disabled = !box.checked && chosen.length >= MOST;
    }
    bar.hidden = !chosen.length;
    said.textContent = chosen.length === 1 ? data.words.one : fill(data.words.several, { count: chosen.length });
    panel.hidden = show.hidden = chosen.length < 2;
    if (panel.hidden) return;
    const curves = drawnTogether();
    drawCurves(curves);
    drawTable(curves);
  }

  /** The curves of the metric that the first ticked run with a curve is judged by. */
  function drawnTogether() {
    const first = slots.find((row) => row !== undefined && data.runs[row]);
    const metric = first === undefined ? -1 : data.runs[first][0];
    const curves = [];
    slots.forEach((row, side) => {
      if (row !== undefined && data.runs[row]?.[0] === metric) curves.push(decoded(row, side));
    });
    return curves;
  }

  function decoded(row, side) {
    const [metric, unit, first, last, low, high, isLog, codes] = data.runs[row];
    const values = [];
    for (let at = 0; at < codes.length; at += 2) {
      const share = (64 * LETTERS.indexOf(codes[at]) + LETTERS.indexOf(codes[at + 1])) / 4095;
      values.push(isLog ? low * (high / low) ** share : low + share * (high - low));
    }
    return { row, side, metric, unit, first, last, values };
  }

  /** Places of labels: 1, 2 or 5 times a power of ten; on a logarithmic axis whole powers if there are many. */
  function ticks(low, high, isLog) {
    const found = [];
    if (isLog) {
      const decades = Math.log10(high / low);
      const steps = decades > 3 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5];
      const every = Math.max(1, Math.ceil(decades / 6));
      for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += every)
        for (const step of steps) found.push(step * 10 ** power);
    } else {
      const rough = (high - low) / 5 || 1;
      const power = 10 ** Math.floor(Math.log10(rough));
      const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
      for (let at = Math.ceil(low / step); at * step <= high; at += 1) found.push(at * step);
    }
    return found.filter((value) => value >= low && value <= high);
  }

  function element(name, attributes, text = "") {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  }

  function drawCurves(curves) {
    plot.replaceChildren();
    const names = slots.filter((row) => row !== undefined && !curves.some((curve) => curve.row === row));
    const lines = curves.length ? [fill(data.words.why, { metric: data.metrics[curves[0].metric] })] : [];
    if (names.length) lines.push(fill(data.words.undrawn, { names: names.map((row) => link(row).textContent).join(", ") }));
    note.textContent = lines.join(" ");
    if (!curves.length) return;
    const width = Math.max(300, plot.clientWidth);
    const isShare = curves.some((curve) => curve.unit !== curves[0].unit);
    const start = isShare ? 0 : Math.min(...curves.map((curve) => curve.first));
    const end = isShare ? 1 : Math.max(...curves.map((curve) => curve.last));
    const every = curves.flatMap((curve) => curve.values);
    const [low, high] = [Math.min(...every), Math.max(...every)];
    const isLog = low > 0 && high / low > data.from_log;
    const level = (value) => (isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low || 1));
    const y = (value) => HEIGHT - BOTTOM - level(value) * (HEIGHT - TOP - BOTTOM);
    const x = (place) => LEFT + ((place - start) / (end - start || 1)) * (width - LEFT - RIGHT);
    const label = fill(data.words.chart, { metric: data.metrics[curves[0].metric], count: curves.length });
    const svg = element("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": label });
    for (const value of ticks(low, high, isLog)) {
      svg.append(element("path", { class: "grid", d: `M${LEFT} ${y(value).toFixed(1)}H${width - RIGHT}` }));
      svg.append(element("text", { class: "tick", x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, write3(value)));
    }
    const percent = new Intl.NumberFormat(lang, { style: "percent" });
    for (const place of ticks(start, end, false)) {
      const text = isShare ? percent.format(place) : new Intl.NumberFormat(lang, { useGrouping: "always" }).format(place);
      svg.append(element("text", { class: "tick", x: x(place), y: HEIGHT - 22, "text-anchor": "middle" }, text));
    }
    const unit = isShare ? data.words.share : data.units[curves[0].unit === "epoch" ? 0 : 1];
    svg.append(element("text", { class: "label", x: width - RIGHT, y: HEIGHT - 5, "text-anchor": "end" }, unit));
    for (const curve of curves) {
      const last = Math.max(curve.values.length - 1, 1);
      const place = (at) => x(isShare ? at / last : curve.first + (at / last) * (curve.last - curve.first));
      const points = curve.values.map((value, at) => `${place(at).toFixed(1)} ${y(value).toFixed(1)}`);
      const path = element("path", { class: `smooth side-${curve.side}`, d: `M${points.join("L")}` });
      path.append(element("title", {}, link(curve.row).textContent));
      svg.append(path);
      const best = bestOf(curve);
      if (best !== null) svg.append(element("circle", { class: `best side-${curve.side}`, cx: place(best), cy: y(between(curve.values, best)), r: 4.5 }));
    }
    plot.append(svg);
  }

  function between(values, at) {
    const [before, after] = [values[Math.floor(at)], values[Math.ceil(at)]];
    return before + (at - Math.floor(at)) * (after - before);
  }

  /** Where the best lies, as a place among the values; null if it is counted in another unit. */
  function bestOf(curve) {
    const column = heads.findIndex((head) => head.dataset.k === "at");
    const at = Number(rows[curve.row].cells[column].dataset.v);
    if (Number.isNaN(at) || at < curve.first || at > curve.last || curve.last === curve.first) return null;
    return ((at - curve.first) / (curve.last - curve.first)) * (curve.values.length - 1);
  }

  /** The columns of the comparison: what every run has, then the settings that differ. */
  function columnsOf(chosen) {
    const cells = (column) => chosen.map((row) => rows[row].cells[column].textContent);
    const found = [];
    heads.forEach((head, column) => {
      const key = head.dataset.k;
      const isSetting = /^s\d+$/.test(key);
      if (!isSetting && !["verdict", "level", "at", "after"].includes(key)) return;
      if (isSetting && new Set(cells(column)).size < 2) return;
      found.push({ name: head.textContent, isSetting, texts: cells(column) });
    });
    for (const setting of data.more) {
      const texts = chosen.map((row) => setting.values[setting.of[row]] ?? "");
      if (new Set(texts).size > 1) found.push({ name: setting.name, isSetting: true, texts });
    }
    return found;
  }

  function drawTable(curves) {
    const chosen = ticked();
    const columns = columnsOf(chosen);
    const head = document.createElement("tr");
    for (const name of [heads[0].textContent, ...columns.map((column) => column.name)]) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = name;
      head.append(cell);
    }
    const lines = chosen.map((row, at) => {
      const line = document.createElement("tr");
      const name = document.createElement("th");
      name.scope = "row";
      if (curves.some((curve) => curve.row === row)) name.append(sample(slots.indexOf(row)), " ");
      const to = link(row).cloneNode(true);
      name.append(to);
      line.append(name);
      for (const column of columns) {
        const cell = line.insertCell();
        cell.textContent = column.texts[at];
        cell.dataset.k = column.name; // where the heads of the columns do not fit
      }
      return line;
    });
    table.tHead.replaceChildren(head);
    table.tBodies[0].replaceChildren(...lines);
    if (!columns.some((column) => column.isSetting)) note.textContent += ` ${data.words.alike}`;
  }

  function sample(side) {
    const svg = element("svg", { viewBox: "0 0 34 10", class: "sample", "aria-hidden": "true" });
    svg.append(element("path", { class: `smooth side-${side}`, d: "M1 5H33" }));
    return svg;
  }

  document.getElementById("untick").addEventListener("click", () => {
    slots.length = 0;
    drawAll();
    write();
  });
  show.addEventListener("click", () => panel.scrollIntoView({ block: "start" }));
  let waiting = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => !panel.hidden && drawCurves(drawnTogether()));
  });
  others.push({
    dress,
    read: (state) => {
      slots.length = 0;
      for (const key of (state.get("runs") ?? "").split(",")) if (rowOf.has(key)) set(rowOf.get(key), true);
      drawAll();
    },
    write: (state) => {
      if (ticked().length) state.set("runs", ticked().map(keyOf).join(","));
    },
  });
  runIndex.start();
  if (!panel.hidden) panel.scrollIntoView({ block: "start" });
})();
