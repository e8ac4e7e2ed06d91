"""The commands, thin: they read arguments, call the middle, and write what comes out."""

import sys


def main() -> int:
    return 0
