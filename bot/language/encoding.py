"""Which encoder there is, and what it is told of a text: for whoever speaks of vectors without making one. The encoder itself is large."""

from pathlib import Path

FILE = Path(__file__).parent / "data" / "encoder-nl.npz"

VERSION = "e5-nl-3"
"""To be changed with the file: vectors that another encoder made can't be compared with its own."""

QUESTION, PASSAGE = "query", "passage"
"""What a text is: the encoder was taught with these words before it."""
