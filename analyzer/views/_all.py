"""Read every view of a run, once."""

from __future__ import annotations

from analyzer import registry
from analyzer.model.run import Run
from analyzer.views._base import Content, View


def views_of(run: Run) -> dict[str, Content]:
    """Return the views of a run that show something, in their order.

    The files of the run are opened here, and never before. A view that fails is left out: it must
    not cost the report.
    """
    return run.once(("views",), lambda: _read(run))


def _read(run: Run) -> dict[str, Content]:
    kinds = registry.discover("analyzer.views", View)
    found = {}
    for name in sorted(kinds, key=lambda name: (kinds[name].place, name)):
        try:
            content = kinds[name]().read(run)
        except Exception:  # noqa: S112 - a stranger's file; the curves matter more
            continue
        if content is not None:
            found[name] = content
    return found
