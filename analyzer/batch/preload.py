"""What every worker needs, imported once by the server that the workers are forked from.

Plug-ins of third parties are left to the workers: what they start may not survive a fork.
"""

import gc
from importlib import import_module

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
