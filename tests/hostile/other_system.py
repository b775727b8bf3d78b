"""The command line as on a system without the calls of POSIX: no descriptors of folders, no fork.

Run as a program, ``python other_system.py report PATH``. Worker processes import this file as
well, so that the calls are missing there too. Left is what other libraries call on this system.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys

import analyzer.safe.systems

for _module in ("resource", "grp", "pwd", "termios", "tty", "readline"):
    sys.modules[_module] = None  # type: ignore[assignment]
for _name in ("O_NOFOLLOW", "O_DIRECTORY", "O_CLOEXEC", "getuid", "geteuid"):
    delattr(os, _name)
for _name in ("killpg", "getpgid", "sched_getaffinity", "sysconf", "chown", "mkfifo"):
    delattr(os, _name)
for _name in ("setitimer", "SIGALRM", "SIGHUP", "SIGKILL"):
    delattr(signal, _name)
for _calls in (os.supports_dir_fd, os.supports_fd):
    _calls.clear()
multiprocessing.get_all_start_methods = lambda: ["spawn"]  # type: ignore[method-assign]
analyzer.safe.systems.ON_WINDOWS = True

if __name__ == "__main__":
    from analyzer.cli import main

    main()
