"""How the index of 5,000 runs behaves in a browser.

Its size, the time until it is there, until it is sorted, searched.

python tests/benchmarks/index.py [RUNS]

Needs chromium. The records are those of tests/batch/conftest.py.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType

from analyzer.batch.index import build_index, in_language
from analyzer.batch.index_html import index_html
from analyzer.batch.result import Options
from analyzer.batch.traces import LETTERS, Trace

TESTS = Path(__file__).parents[1]
SORT = """(() => [0, 2, 4, 5, 2].map((column) => {
  const head = document.querySelectorAll("#runs thead button")[column];
  const begin = performance.now();
  head.click();
  document.body.offsetHeight;
  return performance.now() - begin;
}))()"""
SEARCH = """(() => {
  const begin = performance.now();
  const search = document.getElementById("search");
  search.value = "model-3";
  search.dispatchEvent(new Event("input"));
  document.body.offsetHeight;
  return performance.now() - begin;
})()"""


def module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def main(runs: int = 5000) -> None:
    pages, driver = (
        module(TESTS / "batch" / "conftest.py"),
        module(TESTS / "report" / "conftest.py"),
    )
    curve = Trace(
        "epoch", 0.0, 59.0, 0.3, 2.3, False, "".join(LETTERS[at % 64] for at in range(96))
    )
    records = [pages.site_record(at, trace=curve) for at in range(runs)]
    begin = time.process_time()
    files = pages.site_files(records)
    print(f"all pages and tables made in {time.process_time() - begin:.1f} s of CPU time")
    index = files["index.html"]
    built = build_index(pages.site_batch(records), Options(), missing=0)
    index_html(built)
    for page in (built, in_language(built, "es")):
        begin = time.process_time()
        index_html(page)
        spent = time.process_time() - begin
        print(f"index in {page.options.lang}: {spent:.1f} s of CPU time once runs are ranked")
    print(f"{runs} runs, {len(index) / 1e6:.2f} MB, {len(index) / runs:.0f} bytes a run")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "index.html"
        path.write_bytes(index)
        browser = driver.Browser(Path(folder) / "profile")
        begin = time.perf_counter()
        browser.open(path)
        print(f"there and interactive after {time.perf_counter() - begin:.2f} s")
        print("sorted in", ", ".join(f"{millis:.0f}" for millis in browser.js(SORT)), "ms")
        print(f"searched in {browser.js(SEARCH):.0f} ms")
        print("complaints:", browser.problems or "none")
        browser.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
