"""Bringing documents in from a terminal: progress, questions about what is not known, and what came of it."""

import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from bot.errors import ConversionError
from bot.ingest.add import AddSummary, Metadata, MissingMetadataError, add, files_in, id_for
from bot.presentation.texts import say, texts, told

DONE, FAILED = 0, 2
_NAMED = 5  # of the sentences that are not quoted
_LONGEST_NAMED = 100
_NAMED_HEADINGS = 3


def add_files(
    path: Path, knowledge_dir: Path, metadata: Metadata, dry_run: bool, keep_original: bool = False, meaning: bool = False
) -> int:
    """Bring in a file, or all documents of a folder, and tell what came of each.

    Args:
        path: the file or folder.
        knowledge_dir: where documents lie.
        metadata: what was said about it on the command line.
        dry_run: write nothing, show a preview.
        keep_original: see `ingest.add.add`.
        meaning: make the vectors of their sentences too, so that the first question needn't wait.

    Returns:
        Exit status 0, or 2 where a file of a folder failed; the others are brought in all the same.

    Raises:
        ConversionError: the only file failed, or there is nothing to bring in.
    """
    files = files_in(path)
    failed = 0
    seen: dict[str, Path] = {}
    for file in files:
        try:
            other = seen.setdefault(id_for(file), file)
            if other is not file:
                # The second would silently take the place of the first.
                raise ConversionError("ingest.same_name", path=file, other=str(other))
            for line in summary_lines(_add(file, knowledge_dir, metadata, dry_run, keep_original)):
                print(line)
        except ConversionError as error:
            if len(files) == 1:
                raise
            failed += 1
            print(say("errors", "prefix") + told(error), file=sys.stderr)
    if meaning and not dry_run and failed < len(files):
        _make_vectors(knowledge_dir)
    if failed:
        print(say("documents", "failed", count=failed, total=len(files)), file=sys.stderr)
    return FAILED if failed else DONE


def _make_vectors(knowledge_dir: Path) -> None:
    # Imported here: a preview needs no index.
    from bot.watch import load_assistant

    console = Console(stderr=True)
    columns = TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.percentage:.0f} %")
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(say("documents", "comparing"), total=None)
        load_assistant(knowledge_dir, wait=True, progress=lambda done, total: bar.update(task, completed=done, total=total))


def _add(file: Path, knowledge_dir: Path, metadata: Metadata, dry_run: bool, keep_original: bool) -> AddSummary:
    console = Console(stderr=True)
    columns = TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[pages]}")
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(say("documents", "reading", name=file.name), total=None, pages="")

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, pages=say("documents", "pages_done", done=done, total=total))

        try:
            return add(file, knowledge_dir, metadata, dry_run=dry_run, progress=progress, keep_original=keep_original)
        except MissingMetadataError as error:
            if not sys.stdin.isatty():
                raise
            missing = error
    answers = {name: _asked(name, missing.suggestions.get(name, "")) for name in missing.missing}
    filled = replace(
        metadata,
        title=answers.get("title", metadata.title),
        publisher=answers.get("publisher", metadata.publisher),
        year=int(answers["year"]) if "year" in answers else metadata.year,
    )
    return add(file, knowledge_dir, filled, dry_run=dry_run, extracted=missing.extracted, keep_original=keep_original)


def _asked(name: str, suggestion: str) -> str:
    question = say("documents", "ask", name)
    prompt = (
        say("documents", "ask_with_suggestion", question=question, suggestion=suggestion)
        if suggestion
        else say("documents", "ask_plain", question=question)
    )
    while True:
        try:
            # Some keyboards give digits in other forms (full-width, raised): they are read as digits.
            answer = unicodedata.normalize("NFKC", input(prompt)).strip() or suggestion
        except EOFError:
            raise KeyboardInterrupt from None
        if answer and (name != "year" or (answer.isascii() and answer.isdigit() and len(answer) == 4)):
            return answer
        if name == "year":
            print(say("documents", "no_year"))


def summary_lines(summary: AddSummary) -> Iterator[str]:
    """What came of one file, line by line."""
    if not summary.written:
        yield say("documents", "preview")
        yield say("documents", "would_replace" if summary.replaced else "would_add", id=summary.document_id)
    else:
        yield say("documents", "replaced" if summary.replaced else "added", id=summary.document_id)
    year = "?" if "year" in summary.missing else summary.year
    yield say("documents", "described", title=summary.title, publisher=summary.publisher, year=year)
    if summary.pages is None:
        yield say("documents", "counts", sections=summary.sections, passages=summary.passages)
    else:
        yield say("documents", "counts_with_pages", sections=summary.sections, passages=summary.passages, pages=summary.pages)
    if summary.replaced:
        yield say("documents", "unchanged", count=summary.unchanged)
    if summary.left_out:
        names = texts("documents", "left_out_names")
        parts = [say("documents", "left_out_part", name=names[part.value], count=count) for part, count in summary.left_out.items()]
        yield say("documents", "left_out", parts=", ".join(parts))
    if summary.withheld:
        yield say("ingest", "withheld", count=len(summary.withheld))
        for page, text in summary.withheld[:_NAMED]:
            yield say("ingest", "withheld_sentence", page=page, text=shortened(text))
    if summary.recognised:
        yield say("ingest", "recognised_page" if summary.recognised == 1 else "recognised", count=summary.recognised)
    if summary.lost_hints:
        yield say("documents", "lost_hints", count=summary.lost_hints)
    for rule in summary.lost_rules:
        yield say("documents", "lost_rule", rule=rule)
    if summary.empty_headings:
        names = ", ".join(f"'{shortened(name)}'" for name in summary.empty_headings[:_NAMED_HEADINGS])
        yield say("ingest", "empty_headings", count=len(summary.empty_headings), names=names)
    if summary.missing:
        yield say("ingest", "still_missing", options=" ".join(f"--{name}" for name in summary.missing))
    if summary.written:
        return
    yield say("documents", "outline")
    for level, heading, passages in summary.outline:
        yield say(
            "documents", "outline_line", indent="  " * max(1, level), heading=heading or say("documents", "no_heading"), passages=passages
        )
    yield say("documents", "samples")
    for sample in summary.samples:
        yield say("documents", "sample", text=" ".join(sample.split()))


def shortened(text: str) -> str:
    """A text on one line, cut off where it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST_NAMED else plain[: _LONGEST_NAMED - 1].rstrip() + "…"
