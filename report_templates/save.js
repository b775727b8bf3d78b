// Saves a chart as it is shown: as SVG, as PNG, or its values as CSV. Nothing leaves the browser, and no request is made.
"use strict";
(() => {
  const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity", "font-size", "font-weight",
    "font-family", "paint-order"];
  const SHARP = 2; // pixels of a picture for each pixel of a chart
  const isShown = (part) => getComputedStyle(part).display !== "none";
  const paper = () => getComputedStyle(document.body).backgroundColor;

  function hand(name, type, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  /** Return the chart as a file of its own: the looks of the page become attributes. */
  function asSvg(svg) {
    const alone = svg.cloneNode(true);
    const copies = [...alone.querySelectorAll("*")];
    [...svg.querySelectorAll("*")].forEach((part, index) => {
      const style = getComputedStyle(part);
      if (!isShown(part) || part.matches(".catch, .pointer, .drag")) return copies[index].remove();
      if (part.matches("path, rect, circle, text")) {
        for (const look of LOOKS) copies[index].setAttribute(look, style.getPropertyValue(look));
      }
    });
    const { x, y, width, height } = svg.viewBox.baseVal;
    const sheet = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [key, value] of Object.entries({ x, y, width, height, fill: paper() })) sheet.setAttribute(key, value);
    alone.prepend(sheet);
    alone.setAttribute("width", width);
    alone.setAttribute("height", height);
    return new XMLSerializer().serializeToString(alone);
  }

  /** Draw the chart on a canvas, part by part: the policy of the page lets no picture be loaded. */
  function asCanvas(svg) {
    const { x, y, width, height } = svg.viewBox.baseVal;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width * SHARP, height * SHARP];
    const pen = canvas.getContext("2d");
    pen.fillStyle = paper();
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(SHARP, 0, 0, SHARP, -x * SHARP, -y * SHARP);
    const clip = shapeOf(svg.querySelector("clipPath rect"));
    for (const part of svg.querySelectorAll("path, rect, circle, text")) {
      const hidden = part.closest("clipPath, .catch, .pointer, .drag, .off") || !isShown(part);
      if (hidden) continue;
      pen.save();
      if (part.closest("[clip-path]")) pen.clip(clip);
      paint(pen, part);
      pen.restore();
    }
    return canvas;
  }
  function shapeOf(part) {
    const number = (name) => Number(part.getAttribute(name));
    if (part.tagName === "path") return new Path2D(part.getAttribute("d"));
    const shape = new Path2D();
    if (part.tagName === "rect") shape.rect(number("x"), number("y"), number("width"), number("height"));
    else shape.arc(number("cx"), number("cy"), number("r"), 0, 2 * Math.PI);
    return shape;
  }
  function paint(pen, part) {
    const style = getComputedStyle(part);
    pen.globalAlpha = Number(style.opacity);
    pen.fillStyle = style.fill;
    pen.strokeStyle = style.stroke;
    pen.lineWidth = parseFloat(style.strokeWidth);
    pen.lineJoin = "round";
    if (style.strokeDasharray !== "none") pen.setLineDash(style.strokeDasharray.split(/[ ,]+/).map(parseFloat));
    if (part.tagName === "text") {
      const words = [...part.childNodes].filter((node) => node.nodeType === 3 || isShown(node));
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      pen.textAlign = { middle: "center", end: "right" }[part.getAttribute("text-anchor")] ?? "left";
      pen.fillText(words.map((node) => node.textContent).join(""), part.getAttribute("x"), part.getAttribute("y"));
      return;
    }
    const shape = shapeOf(part);
    if (style.fill !== "none") pen.fill(shape);
    if (style.stroke !== "none") pen.stroke(shape);
  }

  /** Return the values that the page holds: a row for each point, or each bin of a long curve. */
  function asCsv({ lines, names }) {
    const units = ["epoch", "step", "hours"].filter((unit) => lines.some((line) => line.x[unit]));
    // A name that a spreadsheet would take for a formula becomes text.
    const quoted = (name) => `"${name.replace(/^(?=[=+\-@\t])/, "'").replaceAll('"', '""')}"`;
    const short = (value) => (value === undefined ? "" : Number(value.toPrecision(6)));
    const rows = [["curve", ...units, "value", "lowest", "highest"].join()];
    lines.forEach((line, index) => {
      for (let i = 0; i < line.bins; i++) {
        const at = units.map((unit) => line.x[unit]?.[i]);
        rows.push([quoted(names()[index]), ...[...at, line.mean[i], line.low[i], line.high[i]].map(short)].join());
      }
    });
    return rows.join("\n") + "\n";
  }

  for (const buttons of document.querySelectorAll(".save")) {
    const figure = buttons.closest("figure");
    const svg = figure.querySelector(".plot svg");
    const ways = {
      svg: () => hand(`${svg.id}.svg`, "image/svg+xml", asSvg(svg)),
      png: () => asCanvas(svg).toBlob((blob) => hand(`${svg.id}.png`, "image/png", blob)),
      csv: () => hand(`${svg.id}.csv`, "text/csv", asCsv(figure.chart)),
    };
    buttons.hidden = false;
    for (const button of buttons.querySelectorAll("[data-save]")) {
      button.addEventListener("click", ways[button.dataset.save]);
    }
  }
})();
