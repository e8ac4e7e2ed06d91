"""What people added to a document by hand, kept where it still fits when the document is made anew."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.errors import KnowledgeError
from bot.knowledge import yaml_file as schema
from bot.knowledge.document import load_document

_NAMES = {"headings": "heading", "sentences": "starts", "leave_out": "text"}
"""The rules of document.yaml that speak of text, and the key in which each does."""


def fitting_rules(folder: Path, described: Mapping[str, Any], passage_size: int) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Leave out the rules of document.yaml that speak of text which is no longer there.

    Args:
        folder: holds the new source.md; its document.yaml is overwritten.
        described: the content of document.yaml.
        passage_size: see `passages.groups`.

    Returns:
        The content without those rules, and the rules that were left out, as 'key: text'.

    Raises:
        KnowledgeError: the document can't be loaded even without any rule.
    """
    plain = {key: value for key, value in described.items() if key not in _NAMES}

    def load(content: Mapping[str, Any]) -> None:
        (folder / "document.yaml").write_text(yaml.safe_dump(dict(content), allow_unicode=True), encoding="utf-8")
        load_document(folder, passage_size)

    load(plain)
    fitted, lost = dict(described), []
    for key in _NAMES:
        rules = described.get(key)
        if not isinstance(rules, list):
            continue
        fitting = []
        for rule in rules:
            try:
                load({**plain, key: [rule]})
            except KnowledgeError:
                lost.append(f"{key}: {rule.get(_NAMES[key], '') if isinstance(rule, dict) else rule}")
            else:
                fitting.append(rule)
        fitted[key] = fitting
        if not fitting:
            del fitted[key]
    return fitted, tuple(lost)


def split_hints(earlier: Path, folder: Path, ids: set[str]) -> int:
    """Copy hints.yaml, the hints whose passage is gone apart into hints-vervallen.yaml. Comments are kept.

    Args:
        earlier: the folder of the earlier version.
        folder: the new folder.
        ids: the passages that there are now, without the document's name.

    Returns:
        The number of hints set apart this time.
    """
    lost_before = earlier / "hints-vervallen.yaml"
    lost_text = schema.read_text(lost_before) if lost_before.exists() else ""
    number = 0
    if (earlier / "hints.yaml").exists():
        fitting: list[str] = []
        lost: list[str] = []
        for key, text in _entries(earlier / "hints.yaml"):
            fits = key is None or key in ids
            (fitting if fits else lost).append(text)
            number += not fits
        if any(key is not None and key in ids for key, _ in _entries(earlier / "hints.yaml")):
            (folder / "hints.yaml").write_text("".join(fitting), encoding="utf-8")
        lost_text += "".join(text if text.endswith("\n") else text + "\n" for text in lost)
    if lost_text:
        (folder / "hints-vervallen.yaml").write_text(lost_text, encoding="utf-8")
    return number


def _entries(path: Path) -> list[tuple[str | None, str]]:
    """The entries of a mapping with the lines that they stand on; what comes before the first has no key."""
    text = schema.read_text(path)
    node = yaml.compose(text, yaml.SafeLoader)
    if not isinstance(node, yaml.MappingNode):
        return [(None, text)]
    lines = text.splitlines(keepends=True)
    starts = [key.start_mark.line for key, _ in node.value]
    entries: list[tuple[str | None, str]] = [(None, "".join(lines[: starts[0]]))] if starts else []
    for number, (key, _) in enumerate(node.value):
        end = starts[number + 1] if number + 1 < len(starts) else len(lines)
        entries.append((str(key.value), "".join(lines[starts[number] : end])))
    return entries
