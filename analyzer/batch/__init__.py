"""A folder of runs as a site, diagnosed by a pool of processes; a second call updates it.

The package can be called: ``analyzer.batch(folder, output)`` is ``in_python.batch``. It has the
name of that function, and would hide it as soon as a module of the package is loaded.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from analyzer.batch.in_python import BatchSite
    from analyzer.config import Config


class _CallablePackage(ModuleType):
    """A package that is also the function of its name."""

    def __call__(
        self,
        folder: str | os.PathLike[str],
        output: str | os.PathLike[str],
        *,
        reports: str = "all",
        group: str | Sequence[str] = (),
        points: bool = False,
        workers: int | None = None,
        run_timeout: float = 120.0,
        run_memory: int = 2048,
        lang: str = "en",
        config: Config | None = None,
    ) -> BatchSite:
        """Make the site of a folder of runs; see ``analyzer.batch.in_python.batch``."""
        from analyzer.batch.in_python import batch

        return batch(
            folder,
            output,
            reports=reports,
            group=group,
            points=points,
            workers=workers,
            run_timeout=run_timeout,
            run_memory=run_memory,
            lang=lang,
            config=config,
        )


sys.modules[__name__].__class__ = _CallablePackage
