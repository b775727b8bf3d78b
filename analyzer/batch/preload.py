"""What every worker needs, imported once by the server that the workers are forked from."""

import analyzer.batch.job
import analyzer.engine
import analyzer.parsers.tensorboard
import analyzer.report.html  # noqa: F401 - loading is the purpose
