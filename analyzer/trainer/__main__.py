"""``python -m analyzer.trainer``.

The trainer where only torch and what it logs with are installed.
"""

from __future__ import annotations

import sys

from analyzer.trainer.command import main

if __name__ == "__main__":
    sys.exit(main())
