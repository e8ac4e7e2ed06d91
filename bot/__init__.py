"""Akkoordwijzer: answers Dutch questions from policy documents, with the passage itself, or stays silent."""

__version__ = "0.1.0"
