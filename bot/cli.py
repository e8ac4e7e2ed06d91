"""The commands, thin: they read arguments, call the middle, and write what comes out. Heavy modules are imported when needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from bot.answering.reply import Outcome
from bot.errors import AkkoordwijzerError
from bot.made import keep_in
from bot.presentation.contact import Contact
from bot.presentation.text import render_text
from bot.presentation.texts import say
from bot.settings import Settings, cache_folder, knowledge_folder
from bot.watch import load_assistant

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from bot.watch import KnowledgeSource
    from bot.web.desk.tools import Tools
    from bot.web.store import Judgement

ANSWERED, NOT_ANSWERED, ERROR, INTERRUPTED = 0, 1, 2, 130
CLUSTER = "opensearch"
_OF_TELEGRAM = frozenset(("telegram", "health"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: those of the command line; the process's own by default.

    Returns:
        The exit status: 0 done or answered, 1 no answer, 2 error.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="replace")
        with suppress(RuntimeError):
            keep_in(cache_folder())
        name = words[0] if words else ""
        options = _question_alone(words) or Commands(name).parser.parse_args(words)
        command: Run = options.command
        status = command(options, Settings.read(telegram=name in _OF_TELEGRAM, web=name == "web"))
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has had enough; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return ANSWERED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        # The net: whatever goes wrong in whatever command is one line and status 2, never a traceback and never 'no answer'.
        # Imported here: nothing goes wrong most of the time.
        from bot.faults import error_line

        print(say("errors", "prefix") + error_line(error, words[0] if words and words[0] in _COMMANDS else ""), file=sys.stderr)
        return ERROR
    return status


if TYPE_CHECKING:
    Run = Callable[[Namespace, Settings], int]


def _question_alone(words: Sequence[str]) -> Namespace | None:
    """What a parser makes of `ask` with one question and nothing else, the most usual command line; None for any other."""
    if len(words) != 2 or words[0] != "ask" or words[1].startswith("-"):
        return None
    return cast("Namespace", SimpleNamespace(command=_ask, knowledge=None, question=[words[1]], format="text"))


class Commands:
    """The parser, given only the command that is wanted, or all of them where it is none (for help and errors)."""

    def __init__(self, wanted: str) -> None:
        # Imported here: one question alone needs none.
        from bot.command_line import Parser

        self.parser = Parser(prog="akkoordwijzer", description=_help("program"))
        self._sub = self.parser.add_subparsers(metavar="COMMANDO", required=True, prog="akkoordwijzer")
        for name in [wanted] if wanted in _COMMANDS else _COMMANDS:
            run, add_options = _COMMANDS[name]
            command = self._sub.add_parser(name, help=_help(name), description=_help(name))
            command.add_argument("--knowledge", type=Path, metavar="MAP", help=_help("option_knowledge"))
            command.set_defaults(command=run)
            add_options(command)


def _help(name: str) -> str:
    return say("commands", name).replace("%", "%%")


def _ask_options(command: ArgumentParser) -> None:
    command.add_argument("question", nargs="*", metavar="VRAAG", help=_help("option_question"))
    command.add_argument("--format", choices=("text", "jsonl"), default="text", help=_help("option_format"))


def _check_options(command: ArgumentParser) -> None:
    command.add_argument("--passages", action="store_true", help=_help("option_passages"))


def _add_options(command: ArgumentParser) -> None:
    command.add_argument("path", type=Path, metavar="BESTAND", help=_help("option_path"))
    command.add_argument("--title", metavar="TITEL", help=_help("option_title"))
    command.add_argument("--publisher", metavar="NAAM", help=_help("option_publisher"))
    command.add_argument("--year", type=int, metavar="JAAR", help=_help("option_year"))
    command.add_argument("--url", metavar="ADRES", help=_help("option_url"))
    command.add_argument("--kind", choices=("agreement", "explanation", "commentary"), help=_help("option_kind"))
    command.add_argument("--dry-run", action="store_true", help=_help("option_dry_run"))
    command.add_argument("--keep-original", action="store_true", help=_help("option_keep_original"))


def _document_option(command: ArgumentParser) -> None:
    command.add_argument("document", metavar="DOCUMENT", help=_help("option_document"))


def _no_options(command: ArgumentParser) -> None:
    """A command without options of its own."""


def _source(options: Namespace, settings: Settings, wait: bool = False) -> KnowledgeSource:
    # Imported here: a single question is over before anything can change.
    from bot.watch import ClusterSource, KnowledgeSource

    if settings.engine == CLUSTER and options.knowledge is None:
        return ClusterSource(settings)
    return KnowledgeSource(options.knowledge or settings.knowledge_dir, meaning=settings.meaning, wait=wait)


def _ask(options: Namespace, settings: Settings) -> int:
    if options.format == "jsonl":
        from bot.jsonl import answer_lines

        # Other programs want the same answer to the first line as to the last.
        source = _source(options, settings, wait=True)
        well = answer_lines(source.load(), sys.stdin.buffer, sys.stdout, source.renewed_at_times, _contact(settings))
        return ANSWERED if well else ERROR
    question = " ".join(options.question)  # whoever forgets the quotation marks gives a word at a time
    if not options.question:
        if sys.stdin is None or sys.stdin.isatty():  # Waiting in silence would look like a program that hangs.
            raise AkkoordwijzerError("no_question_given")
        question = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    if settings.engine == CLUSTER and options.knowledge is None:
        assistant = _source(options, settings).load()
    else:
        assistant = load_assistant(options.knowledge or settings.knowledge_dir, settings.meaning)
    reply, _ = assistant.reply(question)
    if sys.stdout.isatty():
        # Imported here: layout is for eyes. A terminal would break plain lines in the middle of words.
        from bot.console.layout import TerminalPage

        TerminalPage().reply(reply, assistant.themes(), _contact(settings))
    else:
        print(render_text(reply, assistant.themes(), _contact(settings)))
    return ANSWERED if reply.outcome is Outcome.ANSWER else NOT_ANSWERED


def _console(options: Namespace, settings: Settings) -> int:
    from bot.console import run

    source = _source(options, settings)
    return run(source.load(), source.renewed_at_times, _contact(settings))


def _contact(settings: Settings) -> Contact:
    return Contact(settings.municipality_name, settings.contact_url, settings.contact_phone, settings.contact_email)


def _check(options: Namespace, settings: Settings) -> int:
    from bot.console.checking import check_lines

    for line in check_lines(options.knowledge or settings.knowledge_dir, passages=options.passages):
        print(line)
    if settings.engine == CLUSTER:
        from bot.console.loading import comparison_lines

        for line in comparison_lines(_folder(options, settings), settings):
            print(line)
    Settings.read()  # Those of the Telegram bot too, which stop no other command.
    return ANSWERED


def _telegram(options: Namespace, settings: Settings) -> int:
    from bot.telegram import run

    source = _source(options, settings)
    return run(settings, source.load, source)


def _web_options(command: ArgumentParser) -> None:
    command.add_argument("--editor", action="store_true", help=_help("option_editor"))


def _web(options: Namespace, settings: Settings) -> int:
    from bot.web import run

    tools = _desk_tools(options, settings) if options.editor else None
    return run(settings, _source(options, settings), _folder(options, settings), tools)


def _desk_tools(options: Namespace, settings: Settings) -> Tools:
    """What the editor's desk asks of other commands."""
    from bot.console.checking import suggestion_lines
    from bot.console.documents import summary_lines
    from bot.evaluation.question_sets import read_question_set
    from bot.evaluation.scoring import score
    from bot.evaluation.summary import summary_lines as measured_lines
    from bot.telegram.feedback import judged
    from bot.web.desk.tools import Tools
    from bot.web.store import Judgement

    folder = _folder(options, settings)

    def judgements() -> Iterator[tuple[str, str, Judgement]]:
        for item in judged(settings):
            told = (str(item[name] or "") for name in ("vraag", "outcome", "verdict", "reason", "passage", "sentence", "soort"))
            yield item["id"], item["day"], Judgement(*told)

    return Tools(
        judgements=judgements, suggestions=lambda ident: suggestion_lines(folder, ident), told=summary_lines,
        measured=lambda path: measured_lines(score(load_assistant(folder), read_question_set(path), explain=False)),
    )  # fmt: skip


def _health(options: Namespace, settings: Settings) -> int:
    from bot.telegram.monitoring import check

    return check(settings)


def _feedback(options: Namespace, settings: Settings) -> int:
    from bot.telegram.feedback import export

    return export(settings, sys.stdout)


def _folder(options: Namespace, settings: Settings) -> Path:
    return knowledge_folder(options.knowledge or settings.knowledge_dir)


def _filled(text: str | None) -> str | None:
    """What was typed, None where that is nothing but spaces."""
    return (text or "").strip() or None


def _add(options: Namespace, settings: Settings) -> int:
    from bot.console.documents import add_files
    from bot.ingest.add import Metadata
    from bot.knowledge.model import Kind

    metadata = Metadata(
        _filled(options.title), _filled(options.publisher), options.year, options.url, Kind(options.kind) if options.kind else None
    )
    return add_files(options.path, _folder(options, settings), metadata, options.dry_run, options.keep_original, meaning=settings.meaning)


def _load_options(command: ArgumentParser) -> None:
    command.add_argument("--anew", action="store_true", help=_help("option_anew"))
    command.add_argument("--shards", type=int, metavar="AANTAL", help=_help("option_shards"))
    command.add_argument("--replicas", type=int, metavar="AANTAL", help=_help("option_replicas"))


def _load(options: Namespace, settings: Settings) -> int:
    from bot.console.loading import load

    for line in load(_folder(options, settings), settings, options.anew, options.shards, options.replicas):
        print(line)
    return ANSWERED


def _list(options: Namespace, settings: Settings) -> int:
    from bot.console.checking import list_lines

    for line in list_lines(_folder(options, settings)):
        print(line)
    return ANSWERED


def _remove(options: Namespace, settings: Settings) -> int:
    from bot.ingest.add import remove

    remove(options.document, _folder(options, settings))
    print(say("documents", "removed", id=options.document))
    return ANSWERED


def _suggest(options: Namespace, settings: Settings) -> int:
    from bot.console.checking import suggestion_lines

    for line in suggestion_lines(_folder(options, settings), options.document):
        print(line)
    return ANSWERED


def _measuring(name: str) -> tuple[Run, Callable[[ArgumentParser], None]]:
    """A command of bot.evaluation, which is read only when it is wanted."""

    def run(options: Namespace, settings: Settings) -> int:
        from bot.evaluation import commands

        done: int = getattr(commands, name)(options, settings)
        return done

    def add_options(command: ArgumentParser) -> None:
        from bot.evaluation import commands

        getattr(commands, f"{name}_options")(command)

    return run, add_options


_COMMANDS: Mapping[str, tuple[Run, Callable[[ArgumentParser], None]]] = {
    "ask": (_ask, _ask_options),
    "console": (_console, _no_options),
    "telegram": (_telegram, _no_options),
    "web": (_web, _web_options),
    "check": (_check, _check_options),
    "add": (_add, _add_options),
    "list": (_list, _no_options),
    "remove": (_remove, _document_option),
    "load": (_load, _load_options),
    "suggest": (_suggest, _document_option),
    "health": (_health, _no_options),
    "feedback": (_feedback, _no_options),
    **{name: _measuring(name) for name in ("evaluate", "benchmark")},
}
