"""Score replies of any system to these question sets. Python alone is enough, nothing has to be installed.

    python3 score.py leerplichtwet.jsonl regeling-tog.jsonl < replies.jsonl

Of a reply three keys are read, one JSON object a line, in any order: `id` of the question, `outcome` ('answer' or 'no_answer'), and
`quotes`, best first, each with `text` (the passage) and `highlight` (the sentence in it that answers). A question without a reply counts as
met with silence. The figures are those of README.md, one line for each set, and their mean.
"""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

LONGEST_QUOTE, LONGEST_HIGHLIGHT = 900, 320
FIGURES = ("first 3", "answered", "sentence", "silent", "both", "twins")
NO_REPLY = {"outcome": "no_answer", "quotes": ()}

Line = dict[str, Any]


def lines_of(text: str) -> list[Line]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def folded(text: str) -> str:
    """Text with every run of white space, Unicode's own too, as one space."""
    return re.sub(r"\s+", " ", text).strip()


def holds(quote: Line, gold: Iterable[str]) -> bool:
    """Whether a quote of fair length holds a gold string."""
    text = folded(quote["text"])
    return len(text) <= LONGEST_QUOTE and any(folded(string) in text for string in gold)


def pinpoints(quote: Line, gold: Iterable[str]) -> bool:
    """Whether the marked sentence holds a gold string, or lies inside one."""
    mark = folded(quote.get("highlight") or "")
    return 0 < len(mark) <= LONGEST_HIGHLIGHT and any(folded(string) in mark or mark in folded(string) for string in gold)


def figures(questions: Sequence[Line], replies: dict[str, Line]) -> dict[str, float]:
    """The share of 1 that is right, of every figure that has questions."""
    flags: dict[str, list[bool]] = {name: [] for name in FIGURES}
    right: dict[str, bool] = {}
    for question in questions:
        reply, gold = replies.get(question["id"], NO_REPLY), question["gold"]
        answered, quotes = reply["outcome"] == "answer", reply["quotes"]
        if question["kind"] == "answer":
            right[question["id"]] = answered and bool(quotes) and holds(quotes[0], gold)
            flags["first 3"].append(any(holds(quote, gold) for quote in quotes[:3]))
            flags["answered"].append(right[question["id"]])
            flags["sentence"].append(right[question["id"]] and pinpoints(quotes[0], gold))
        else:
            right[question["id"]] = not answered
            flags["silent"].append(not answered)
        flags["both"].append(right[question["id"]])
    flags["twins"] = [right[q["id"]] and right[q["twin"]] for q in questions if q.get("twin") in right]
    return {name: sum(given) / len(given) for name, given in flags.items() if given}


def main() -> None:
    """Print the figures of the sets named on the command line, for the replies on standard input."""
    replies = {reply["id"]: reply for reply in lines_of(sys.stdin.read())}
    print(f"{'':34}" + "".join(f"{name:>10}" for name in FIGURES))
    sets: list[dict[str, float]] = []
    for path in map(Path, sys.argv[1:]):
        sets.append(figures(lines_of(path.read_text(encoding="utf-8")), replies))
        show(path.stem, sets[-1])
    have = {name: [found[name] for found in sets if name in found] for name in FIGURES}
    show("mean", {name: sum(shares) / len(shares) for name, shares in have.items() if shares})


def show(name: str, shares: dict[str, float]) -> None:
    """Print one line."""
    print(f"{name:34}" + "".join(f"{100 * shares[figure]:>10.1f}" if figure in shares else " " * 10 for figure in FIGURES))


if __name__ == "__main__":
    main()
