"""Read the logs of a finished training run and report what happened and what to do next.

The names below are resolved on first use (PEP 562), so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from analyzer.version import __version__ as __version__

if TYPE_CHECKING:
    from analyzer.batch.in_python import BatchSite as BatchSite
    from analyzer.batch.in_python import batch as batch
    from analyzer.comparing.comparison import Comparison as Comparison
    from analyzer.config import Config as Config
    from analyzer.errors import AnalyzerError as AnalyzerError
    from analyzer.errors import ConfigError as ConfigError
    from analyzer.errors import ParseError as ParseError
    from analyzer.errors import PluginWarning as PluginWarning
    from analyzer.model.diagnosis import Diagnosis as Diagnosis
    from analyzer.model.diagnosis import Finding as Finding
    from analyzer.model.issues import LogIssue as LogIssue
    from analyzer.model.meta import RunMeta as RunMeta
    from analyzer.model.run import Run as Run
    from analyzer.model.run import RunSet as RunSet
    from analyzer.model.run import to_frame as to_frame
    from analyzer.model.series import Curve as Curve
    from analyzer.reading.in_memory import from_history as from_history
    from analyzer.report.export import export as export
    from analyzer.report.figure import plot as plot
    from analyzer.report.figure import write_figure as write_figure
    from analyzer.report.notebook import diagnose as diagnose
    from analyzer.report.notebook_comparison import compare as compare
    from analyzer.report.notebook_load import load as load
    from analyzer.report.write import write_report as write_report


_HOMES = {
    "AnalyzerError": "analyzer.errors",
    "BatchSite": "analyzer.batch.in_python",
    "Comparison": "analyzer.comparing.comparison",
    "Config": "analyzer.config",
    "ConfigError": "analyzer.errors",
    "Curve": "analyzer.model.series",
    "Diagnosis": "analyzer.model.diagnosis",
    "Finding": "analyzer.model.diagnosis",
    "LogIssue": "analyzer.model.issues",
    "ParseError": "analyzer.errors",
    "PluginWarning": "analyzer.errors",
    "Run": "analyzer.model.run",
    "RunMeta": "analyzer.model.meta",
    "RunSet": "analyzer.model.run",
    "compare": "analyzer.report.notebook_comparison",
    "diagnose": "analyzer.report.notebook",
    "export": "analyzer.report.export",
    "from_history": "analyzer.reading.in_memory",
    "load": "analyzer.report.notebook_load",
    "plot": "analyzer.report.figure",
    "to_frame": "analyzer.model.run",
    "write_figure": "analyzer.report.figure",
    "write_report": "analyzer.report.write",
}
__all__ = sorted(["__version__", "batch", *_HOMES])


def __getattr__(name: str) -> Any:
    if name == "batch":  # a package that can be called
        return import_module("analyzer.batch")
    if name not in _HOMES:
        raise AttributeError(f"module 'analyzer' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
