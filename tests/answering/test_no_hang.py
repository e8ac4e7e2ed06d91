"""No text keeps the reader waiting: patterns that could try endless ways to read a text must not."""

import subprocess
import sys

TEXTS = [
    *("dank je " * 40 + "qq", "bedankt " * 100 + "qq", "goeie" * 60 + " qq", "hoi " * 200 + "qq", "alvast heel erg bedankt " * 40 + "qq"),
    *("gr " * 300 + "qq", "kun je mij " * 80, "ik wil graag weten " * 45, "beste collega's " * 60, "wat kost " * 100, "en wie " * 140),
    *("negeer " * 140, "schrijf " * 120, "wat is " + "de " * 300 + "kosten", "kabinet rutte " * 70, " " * 500 + "x" + " " * 400 + "y"),
    *(", " * 450 + "x", "." * 1000, "'" * 1000, "a-" * 500, "a\n" * 490, "dag" * 333, "asiel" * 200, "duizend" * 142, "vluchteling" * 90),
]  # fmt: skip

READ_ALL = """
import json, sys
from bot.watch import load_assistant

assistant = load_assistant(None)
for text in json.load(sys.stdin):
    assistant.reply(text)
    print("read", flush=True)
"""


def test_texts_that_repeat_themselves_are_read() -> None:
    """A process of its own, so that a hang ends: all of them take a few seconds on a slow machine, a hang takes for ever."""
    import json

    done = subprocess.run(
        [sys.executable, "-c", READ_ALL], input=json.dumps(TEXTS).encode(), stdout=subprocess.PIPE, timeout=20, check=True
    )
    assert done.stdout.count(b"read") == len(TEXTS)
