"""Where the project's own files lie, and the shared folder beside it that only some machines have."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
KNOWLEDGE = ROOT / "knowledge"
DOCUMENT = KNOWLEDGE / "regeerakkoord-2017"
QUESTIONS = ROOT / "tests" / "questions"


def shared(path: str) -> Path:
    """A file in the folder beside the project; the test is skipped where it is absent."""
    found = ROOT.parent / "shared" / path
    if not found.exists():
        pytest.skip(f"{path} is not on this machine")
    return found
