// The index is complete without this script. It adds sorting, search, links between charts and table, and the address.
"use strict";
const runIndex = (() => {
  const STEP = 200; // rows drawn at first, and for each "show more"
  const table = document.getElementById("runs");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const boxes = [...document.querySelectorAll(".filters input[type=checkbox]")];
  const marks = [...document.querySelectorAll(".marks [data-r]")];
  const search = document.getElementById("search");
  const choice = document.getElementById("order");
  const shown = document.getElementById("shown");
  const more = document.getElementById("more");
  const lang = document.documentElement.lang;
  const count = new Intl.NumberFormat(lang, { useGrouping: "always" });
  const order = new Intl.Collator(lang, { numeric: true });
  const texts = rows.map((row) => row.textContent.toLowerCase());
  let sorted = rows.map((_, index) => index);
  let sorting = ""; // the key of a column, after "-" if downwards; empty: as the page came
  let most = STEP;
  const others = []; // parts of the page with a state of their own: {read(state), write(state), dress(row)}
  const languages = [...document.querySelectorAll(".languages a")];

  /** Show what is chosen. It is a step to go back to, but not while a text is typed. */
  function draw(step = "pushState") {
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const sought = search.value.trim().toLowerCase();
    const found = sorted.filter((index) => verdicts.has(rows[index].className) && texts[index].includes(sought));
    const drawn = found.slice(0, most);
    for (const other of others) if (other.dress) drawn.forEach(other.dress);
    body.replaceChildren(...drawn.map((index) => rows[index]));
    const values = { shown: count.format(found.length), all: count.format(rows.length) };
    shown.textContent = shown.dataset.said.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    more.hidden = found.length <= most;
    const seen = new Set(found);
    for (const mark of marks) mark.classList.toggle("dim", !seen.has(Number(mark.dataset.r)));
    if (step) write(step);
  }

  /** What a cell is sorted by: the number it stands for, else its text. */
  function keyOf(cell) {
    const value = cell.dataset.v ?? cell.dataset.t;
    return value === undefined ? cell.textContent : Number(value);
  }

  /** Sort by a column: numbers by value, texts by the rules of the language, missing values always last. */
  function sort(wanted) {
    const down = wanted.startsWith("-");
    const column = heads.findIndex((head) => head.dataset.k === wanted.slice(down ? 1 : 0));
    sorting = column < 0 ? "" : wanted;
    for (const head of heads) head.removeAttribute("aria-sort");
    sorted = rows.map((_, index) => index);
    if (column >= 0) {
      heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
      const keys = rows.map((row) => keyOf(row.cells[column]));
      const rank = (key) => (key === "" ? 2 : typeof key === "number" ? 0 : 1);
      const sign = down ? -1 : 1;
      sorted.sort((a, b) => {
        const [one, other] = [keys[a], keys[b]];
        if (rank(one) !== rank(other)) return rank(one) - rank(other);
        return sign * (typeof one === "number" ? one - other : order.compare(one, other)) || a - b;
      });
    }
    choice.value = sorting;
    most = STEP;
  }

  /** Keep what is chosen in the address, so that it can be sent and survives a reload. */
  function write(step = "pushState") {
    const state = new URLSearchParams();
    const hidden = boxes.filter((box) => !box.checked).map((box) => box.value);
    if (sorting) state.set("sort", sorting);
    if (hidden.length) state.set("hide", hidden.join(","));
    if (search.value.trim()) state.set("q", search.value.trim());
    for (const other of others) other.write(state);
    const hash = state.size ? `#${state}`.replaceAll("%2C", ",") : "";
    if (hash !== location.hash) history[step](null, "", hash || location.pathname + location.search);
    carry();
  }

  /** The index in another language shows the same. */
  function carry() {
    for (const link of languages) link.hash = location.hash;
  }

  function read() {
    const state = new URLSearchParams(location.hash.slice(1));
    const hidden = (state.get("hide") ?? "").split(",");
    for (const box of boxes) box.checked = !hidden.includes(box.value);
    search.value = state.get("q") ?? "";
    sort(state.get("sort") ?? "");
    for (const other of others) other.read(state);
    draw("");
    carry();
  }

  choice.append(new Option(choice.dataset.first, ""));
  for (const head of heads) {
    if (head.dataset.k === "curve") continue;
    const name = head.textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      sort(head.getAttribute("aria-sort") === "ascending" ? `-${head.dataset.k}` : head.dataset.k);
      draw();
    });
    if (head.dataset.k === "verdict") choice.append(new Option(choice.dataset.trouble, "-verdict"));
    else choice.append(new Option(`${name} ↑`, head.dataset.k), new Option(`${name} ↓`, `-${head.dataset.k}`));
  }
  for (const tool of document.querySelectorAll(".tool")) tool.hidden = false;
  choice.addEventListener("change", () => {
    sort(choice.value);
    draw();
  });
  search.addEventListener("input", () => {
    most = STEP;
    draw("replaceState");
  });
  for (const box of boxes) box.addEventListener("change", () => draw());
  more.addEventListener("click", () => {
    most += STEP;
    draw();
  });
  addEventListener("popstate", read); // back, forward, or another address

  // A part of the bar shows its verdict alone, and all again when it is pressed once more.
  for (const part of document.querySelectorAll(".bar rect")) {
    part.addEventListener("click", () => {
      const name = part.getAttribute("class");
      const alone = boxes.every((box) => box.checked === (box.value === name));
      for (const box of boxes) box.checked = alone || box.value === name;
      draw();
    });
  }

  // A mark has the name of its run and opens it; all marks of a run light up together.
  const svgTitle = (text) => {
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = text;
    return title;
  };
  const light = (row, on) => {
    for (const mark of marks) if (mark.dataset.r === row) mark.classList.toggle("lit", on);
  };
  const described = (row) => [0, 1, 2].map((cell) => rows[row].cells[cell].textContent).join(" · ");
  for (const mark of marks) {
    mark.addEventListener("pointerenter", () => {
      if (!mark.firstChild) mark.append(svgTitle(described(Number(mark.dataset.r))));
      light(mark.dataset.r, true);
    });
    mark.addEventListener("pointerleave", () => light(mark.dataset.r, false));
    mark.addEventListener("click", () => rows[Number(mark.dataset.r)].querySelector("a").click());
  }
  rows.forEach((row, index) => {
    row.addEventListener("pointerenter", () => light(String(index), true));
    row.addEventListener("pointerleave", () => light(String(index), false));
  });

  const copy = document.getElementById("copy");
  if (copy) {
    copy.hidden = false;
    copy.addEventListener("click", () => {
      const command = document.getElementById("command");
      getSelection().selectAllChildren(command); // Ctrl-C works where the browser refuses to copy
      navigator.clipboard?.writeText(command.textContent).then(() => (copy.textContent = copy.dataset.done), () => {});
    });
  }
  return { rows, heads, lang, order, write, others, start: read };
})();
