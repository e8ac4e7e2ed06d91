"""Akkoordwijzer: answers Dutch questions from policy documents, with the passage itself, or stays silent."""

import os

# numpy's linear algebra is not used here; starting its threads would take as long as answering a question.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
