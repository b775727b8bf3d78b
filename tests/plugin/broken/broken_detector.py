"""A detector whose dependency is not installed."""

import a_library_that_nobody_has_installed  # noqa: F401 - it must fail
