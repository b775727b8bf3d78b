"""The first thing the server of the workers loads: nothing it says reaches the screen.

What goes wrong in a run is in its result, and what goes wrong in the server is told by its parent.
Loaded before anything heavy, so that a server without processes, threads or memory is silent too.
"""

import os

SERVER = "ANALYZER_BATCH_SERVER"  # set while a server may start

if SERVER in os.environ:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
