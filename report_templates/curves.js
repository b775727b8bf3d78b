// The curves of the index are drawn without this script; it groups them by another setting.
(() => {
  const { rows, heads, lang, order, write, others } = runIndex;
  const box = document.getElementById("curves");
  const choice = document.getElementById("group");
  if (!box) return;
  const MOST = 8; // different numbers with a panel each; more are cut into quarters
  const MOST_NAMES = 12; // different texts with a panel each; more are names
  const number = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3, useGrouping: "always" });
  const paths = [...box.querySelectorAll("[data-r]")].sort((a, b) => a.dataset.r - b.dataset.r);
  const frame = box.querySelector("svg").cloneNode(true);
  for (const path of frame.querySelectorAll("[data-r]")) path.remove();
  let by = box.dataset.by;

  /** What a run is grouped by: {name, place}, where places have an order. */
  function keyOf(row, column) {
    const cell = rows[row].cells[column];
    const value = cell.dataset.v;
    return { name: cell.textContent, place: value === undefined ? cell.textContent : Number(value) };
  }

  function compared(a, b) {
    const rank = (place) => (place === "" ? 2 : typeof place === "number" ? 0 : 1);
    if (rank(a.place) !== rank(b.place)) return rank(a.place) - rank(b.place);
    return typeof a.place === "number" ? a.place - b.place : order.compare(a.place, b.place);
  }

  /** Cut numbers into quarters, each named for its ends. */
  function quarters(keys) {
    const known = keys.filter((key) => typeof key.place === "number").sort(compared);
    const size = Math.ceil(known.length / 4);
    const ends = [0, 1, 2, 3].map((part) => known.slice(part * size, (part + 1) * size));
    const parts = ends.filter((part) => part.length).map((part) => ({
      name: `${number.format(part[0].place)} – ${number.format(part.at(-1).place)}`,
      place: part[0].place,
      last: part.at(-1).place,
    }));
    const partOf = (key) => parts.find((part) => key.place <= part.last);
    return keys.map((key) => (typeof key.place === "number" && partOf(key)) || key);
  }

  /** The key of each path, null if the column says nothing about groups. */
  function keysBy(column) {
    const keys = paths.map((path) => keyOf(path.dataset.r, column));
    const kinds = new Set(keys.map((key) => key.place)).size;
    const numbers = keys.some((key) => typeof key.place === "number");
    if (kinds < 2 || (!numbers && kinds > MOST_NAMES)) return null;
    return numbers && kinds > MOST ? quarters(keys) : keys;
  }

  function panel(name, members) {
    const figure = document.createElement("figure");
    const drawing = frame.cloneNode(true);
    const caption = document.createElement("figcaption");
    const counts = document.createElement("span");
    const best = rows[members[0].dataset.r].cells[2].firstChild?.textContent ?? "";
    counts.className = "quiet";
    const values = { runs: members.length, best: best.trim() };
    counts.textContent = box.dataset.said.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    caption.append(`${name} `, counts);
    drawing.append(...members);
    drawing.setAttribute("aria-label", caption.textContent);
    figure.append(drawing, caption);
    return figure;
  }

  function group(key) {
    const column = heads.findIndex((head) => head.dataset.k === key);
    const keys = column < 0 ? null : keysBy(column);
    if (!keys || key === by) return;
    by = key;
    const label = key === "verdict" ? "" : `${heads[column].textContent} `;
    const groups = new Map();
    keys.forEach((found, at) => {
      if (!groups.has(found.place)) groups.set(found.place, { ...found, members: [] });
      groups.get(found.place).members.push(paths[at]);
    });
    const sorted = [...groups.values()].sort(compared);
    box.className = `panels of-${groups.size}`;
    box.replaceChildren(...sorted.map((found) => panel(label + (found.name || "–"), found.members)));
    choice.value = key;
  }

  const first = by;
  heads.forEach((head, column) => {
    const key = head.dataset.k;
    if (key !== "verdict" && !/^s\d+$/.test(key)) return;
    if (key === by || keysBy(column)) choice.append(new Option(head.textContent, key));
  });
  choice.parentNode.hidden = choice.options.length < 2;
  choice.value = by;
  choice.addEventListener("change", () => {
    group(choice.value);
    write();
  });
  others.push({
    read: (state) => group(state.get("group") ?? first),
    write: (state) => {
      if (by !== first) state.set("group", by);
    },
  });
})();
