// The index is complete without this script. It adds sorting and search, and draws only as many rows as fit.
"use strict";
(() => {
  const STEP = 200; // rows drawn at first, and for each "show more"
  const table = document.getElementById("runs");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const boxes = [...document.querySelectorAll(".filters input[type=checkbox]")];
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const more = document.getElementById("more");
  const lang = document.documentElement.lang;
  const count = new Intl.NumberFormat(lang);
  const order = new Intl.Collator(lang, { numeric: true });
  const texts = rows.map((row) => row.textContent.toLowerCase());
  let sorted = rows.map((_, index) => index);
  let most = STEP;

  function draw() {
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const sought = search.value.trim().toLowerCase();
    const found = sorted.filter((index) => verdicts.has(rows[index].className) && texts[index].includes(sought));
    body.replaceChildren(...found.slice(0, most).map((index) => rows[index]));
    const values = { shown: count.format(found.length), all: count.format(rows.length) };
    shown.textContent = shown.dataset.said.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    more.hidden = found.length <= most;
  }

  /** Sort by a column: numbers by value, texts by the rules of the language, missing values always last. */
  function sort(column, down) {
    const keys = rows.map((row) => {
      const cell = row.cells[column];
      return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
    });
    const rank = (key) => (key === "" ? 2 : typeof key === "number" ? 0 : 1);
    const sign = down ? -1 : 1;
    sorted = rows.map((_, index) => index).sort((a, b) => {
      const [one, other] = [keys[a], keys[b]];
      if (rank(one) !== rank(other)) return rank(one) - rank(other);
      return sign * (typeof one === "number" ? one - other : order.compare(one, other)) || a - b;
    });
    most = STEP;
    draw();
  }

  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (head.classList.contains("curve")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const one of heads) one.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(column, down);
    });
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
  search.closest("label").hidden = false;
  search.addEventListener("input", () => {
    most = STEP;
    draw();
  });
  for (const box of boxes) box.addEventListener("change", draw);
  more.addEventListener("click", () => {
    most += STEP;
    draw();
  });
  draw();
})();
