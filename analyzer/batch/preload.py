"""What every worker needs, imported once by the server that the workers are forked from.

Plug-ins of third parties are left to the workers: what they start may not survive a fork.
"""

import gc
import os
from importlib import import_module

from analyzer.batch.job import QUIET
from analyzer.garbage import search_rarely
from analyzer.registry.third_party import GROUPS, built_in
from analyzer.report.html import prepare
from analyzer.stats.correlation import student_t

for package in GROUPS:
    for name in built_in(package):
        import_module(f"{package}.{name}")
prepare()
student_t()
search_rarely()
gc.freeze()  # no worker needs to search what all of them share

# What goes wrong in a run is in its result; a worker that is stopped while it starts stays silent.
if QUIET in os.environ:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
