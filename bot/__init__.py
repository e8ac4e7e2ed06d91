"""Akkoordwijzer: answers Dutch questions from policy documents, with the passage itself, or stays silent."""

import os

# The matrices of one question are too small to gain by threads, and starting those would take as long as answering it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
