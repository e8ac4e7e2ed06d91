"""The commands of this room: evaluate and benchmark. Heavy modules are imported inside them."""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.errors import QuestionSetError
from bot.presentation.texts import say
from bot.settings import Settings

DONE = 0


def evaluate_options(command: argparse.ArgumentParser) -> None:
    """The options of `evaluate`."""
    command.add_argument("questions", nargs="+", metavar="VRAGEN[=MAP]", help=_help("option_question_sets"))
    command.add_argument("--report", type=Path, metavar="BESTAND", help=_help("option_report"))
    command.add_argument("--misses", action="store_true", help=_help("option_misses"))


def benchmark_options(command: argparse.ArgumentParser) -> None:
    """The options of `benchmark`."""
    command.add_argument("folders", nargs="*", type=Path, metavar="MAP", help=_help("option_folders"))
    command.add_argument("--documents", type=Path, metavar="MAP", help=_help("option_documents"))
    command.add_argument("--json", type=Path, metavar="BESTAND", help=_help("option_json"))
    command.add_argument("--run-file", type=Path, metavar="BESTAND", help=_help("option_run_file"))
    command.add_argument("--baseline", action="store_true", help=_help("option_baseline"))


def _help(name: str) -> str:
    return say("commands", name).replace("%", "%%")


def evaluate(options: argparse.Namespace, settings: Settings) -> int:
    """Score question sets, print the figures, and write a report where one is wanted."""
    from bot.evaluation.messages import ScoredMessage, about, read_messages, score_messages
    from bot.evaluation.question_sets import at_hand, chosen_sets, read_question_set
    from bot.evaluation.scoring import Scored, score
    from bot.evaluation.summary import message_lines, message_miss_lines, miss_lines, summary_lines
    from bot.watch import load_assistant

    usual = options.knowledge or settings.knowledge_dir
    sets, messages = [], []
    for given in options.questions:
        chosen, passed_over = chosen_sets(given)
        for file, knowledge in chosen:
            items = read_messages(file)
            if items:
                messages.append((items, knowledge or usual))
            else:
                sets.append((file, read_question_set(file), knowledge or usual))
        if passed_over:
            print(say("evaluation", "passed_over", names=", ".join(file.name for file in passed_over)), file=sys.stderr)
    if not sets and not messages:
        raise QuestionSetError("questions.no_knowledge")
    assistant, asked = None, None
    counted: list[ScoredMessage] = []
    for items, knowledge in messages:
        if assistant is None or knowledge != asked:
            assistant, asked = load_assistant(knowledge), knowledge
        counted += score_messages(assistant, about(items, assistant, knowledge))
    _print_lines(message_lines(counted))
    _print_lines(message_miss_lines(counted) if options.misses else ())
    if not sets:
        return DONE
    scored: list[Scored] = []
    for file, cases, knowledge in sets:
        if assistant is None or knowledge != asked:
            assistant, asked = load_assistant(knowledge, settings.meaning, wait=True), knowledge
        known = {(knowledge or Path()).name, *(document.id for document in assistant.knowledge.documents)}
        cases = at_hand(cases, known)
        scored += score(assistant, cases, explain=options.misses or options.report is not None, set_name=file.stem)
    assert assistant is not None
    _print_lines(summary_lines(scored))
    if options.misses:
        _print_lines(miss_lines(scored))
    if options.report:
        from bot.evaluation.report import html_report

        title = ", ".join(file.name for file, _, _ in sets)
        _write(options.report, html_report(scored, assistant, title))
        print(say("evaluation", "written", path=options.report))
    return DONE


def benchmark(options: argparse.Namespace, settings: Settings) -> int:
    """Rank BEIR-format sets, or measure how files become documents."""
    if options.documents is not None:
        return _measure_documents(options.documents, options.json)
    if not options.folders:
        raise QuestionSetError("questions.nothing_to_measure")
    from bot.evaluation.beir import BASELINES, read_benchmark, run_baseline, run_benchmark, trec_lines
    from bot.evaluation.summary import run_lines

    lines: list[str] = []
    for folder in options.folders:
        chosen = read_benchmark(folder)
        run = run_benchmark(chosen, settings.meaning)
        lines += trec_lines(run)
        runs = [run, *(run_baseline(chosen, engine) for engine in (BASELINES if options.baseline else ()))]
        _print_lines(run_lines(chosen, runs))
    if options.run_file:
        _write(options.run_file, "\n".join(lines) + "\n")
        print(say("evaluation", "written", path=options.run_file))
    return DONE


def _measure_documents(folder: Path, written: Path | None) -> int:
    from bot.evaluation.documents import measure_folder
    from bot.evaluation.summary import document_line, documents_head, documents_total

    _print_lines(documents_head())
    figures = []
    for item in measure_folder(folder):
        figures.append(item)
        print(document_line(item), flush=True)
    print(documents_total(figures))
    if written is not None:
        _write(written, json.dumps([item.as_json() for item in figures], indent=1) + "\n")
        print(say("evaluation", "written", path=written))
    return DONE


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise QuestionSetError("file.unwritable", path=path, why=error) from error
