"""Run the trainer as ``python -m analyzer.trainer``, without the analyzer's own dependencies."""

from __future__ import annotations

import sys

from analyzer.trainer.command import main

if __name__ == "__main__":
    sys.exit(main())
