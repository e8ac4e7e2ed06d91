"""`python -m bot`: one command."""

import gc
import os
import signal
import sys
from typing import NoReturn

# Ctrl-C while all is still being imported ends the process as a shell expects, and without a traceback; `main` meets it from there on.
_interrupted = signal.getsignal(signal.SIGINT)
if _interrupted is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

# What is imported stays to the end: to go through it again and again in search of garbage would take a tenth of what a question takes.
gc.disable()

from bot.cli import main  # noqa: E402 - after the line above

gc.freeze()
gc.enable()
signal.signal(signal.SIGINT, _interrupted)


def run() -> NoReturn:
    """Run the command of the command line, and end with its exit status."""
    status = main()
    if sys.argv[1:2] == ["ask"]:
        # To take all modules apart one by one would take as long as answering did. `main` has written out all that it says.
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    run()
