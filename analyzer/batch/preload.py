"""What every worker needs, imported once by the server that the workers are forked from."""

import os

import analyzer.engine
import analyzer.parsers.tensorboard
import analyzer.report.html  # noqa: F401 - loading is the purpose
from analyzer.batch.job import QUIET

# What goes wrong in a run is in its result; a worker that is stopped while it starts stays silent.
if QUIET in os.environ:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
