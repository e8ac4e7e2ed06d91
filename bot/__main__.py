"""`python -m bot`: one command."""

import gc

# What is imported stays to the end: to go through it again and again in search of garbage would take a tenth of what a question takes.
gc.disable()

from bot.cli import main  # noqa: E402 - after the line above

gc.freeze()
gc.enable()

if __name__ == "__main__":
    raise SystemExit(main())
