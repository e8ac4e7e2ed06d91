"""How long a test waits for what must come: so long that only what hangs takes longer, on however busy a machine."""

LONGEST_WAIT = 300
"""Seconds."""
