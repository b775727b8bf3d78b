// The index of many runs is complete without this script. It adds a search over the runs, which lie
// in scripts beside the page and are loaded when somebody searches.
"use strict";
(() => {
  const SHOWN = 200; // results drawn
  const results = document.getElementById("results");
  const body = results.querySelector("tbody");
  const status = document.getElementById("status");
  const shards = results.dataset.shards.split(" ").filter(Boolean);
  const count = new Intl.NumberFormat(document.documentElement.lang, { useGrouping: "always" });
  const parts = [];
  let turn = 0;

  window.foundRuns = (number, runs) => {
    parts[number] = runs.map((run) => ({ run, text: run.slice(0, 5).join(" ").toLowerCase() }));
  };

  /** Fill the blanks of a sentence with numbers. */
  function say(sentence, values) {
    status.textContent = sentence.replace(/\{(\w+)\}/g, (_, name) => count.format(values[name]));
  }

  function load(number) {
    if (parts[number]) return Promise.resolve();
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = shards[number];
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
  }

  function row([name, verdict, said, level, settings, page]) {
    const made = document.createElement("tr");
    made.className = verdict;
    const head = document.createElement("th");
    head.scope = "row";
    const link = document.createElement("a");
    link.href = `runs/${page}`;
    link.textContent = name;
    head.append(link);
    made.append(head);
    for (const cell of [said, level, settings]) made.insertCell().textContent = cell;
    return made;
  }

  async function search(words) {
    const own = ++turn;
    let found = 0;
    let all = 0;
    body.replaceChildren();
    results.hidden = false;
    for (let number = 0; number < shards.length; number += 1) {
      say(status.dataset.searching, { done: number, all: shards.length });
      try {
        await load(number);
      } catch {
        say(status.dataset.missing, { part: number + 1 });
        return;
      }
      if (own !== turn) return;
      all += parts[number].length;
      for (const { run, text } of parts[number]) {
        if (!words.every((word) => text.includes(word))) continue;
        found += 1;
        if (found <= SHOWN) body.append(row(run));
      }
    }
    say(status.dataset.searched, { found, all, shown: Math.min(found, SHOWN) });
  }

  const form = document.getElementById("find");
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search(document.getElementById("search").value.toLowerCase().split(/\s+/).filter(Boolean));
  });
})();
