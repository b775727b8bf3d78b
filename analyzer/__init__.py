"""Read the logs of a finished training run and say what happened, how sure it is and what to do next.

The names below are resolved on first use (PEP 562), so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analyzer.comparison import Comparison as Comparison
    from analyzer.comparison import compare as compare
    from analyzer.config import Config as Config
    from analyzer.engine import diagnose as diagnose
    from analyzer.errors import AnalyzerError as AnalyzerError
    from analyzer.errors import ConfigError as ConfigError
    from analyzer.errors import ParseError as ParseError
    from analyzer.exporting import export as export
    from analyzer.figures import plot as plot
    from analyzer.figures import write_figure as write_figure
    from analyzer.loading import load as load
    from analyzer.model import Curve as Curve
    from analyzer.model import Diagnosis as Diagnosis
    from analyzer.model import Finding as Finding
    from analyzer.model import LogIssue as LogIssue
    from analyzer.model import Run as Run
    from analyzer.model import RunSet as RunSet
    from analyzer.model import to_frame as to_frame
    from analyzer.report.write import write_report as write_report

__version__ = "0.1.0"

_HOMES = {
    "AnalyzerError": "analyzer.errors",
    "Comparison": "analyzer.comparison",
    "Config": "analyzer.config",
    "ConfigError": "analyzer.errors",
    "Curve": "analyzer.model",
    "Diagnosis": "analyzer.model",
    "Finding": "analyzer.model",
    "LogIssue": "analyzer.model",
    "ParseError": "analyzer.errors",
    "Run": "analyzer.model",
    "RunSet": "analyzer.model",
    "compare": "analyzer.comparison",
    "diagnose": "analyzer.engine",
    "export": "analyzer.exporting",
    "load": "analyzer.loading",
    "plot": "analyzer.figures",
    "to_frame": "analyzer.model",
    "write_figure": "analyzer.figures",
    "write_report": "analyzer.report.write",
}
__all__ = sorted(["__version__", *_HOMES])


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'analyzer' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
