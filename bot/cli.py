"""The commands, thin: they read arguments, call the middle, and write what comes out. Heavy modules are imported when needed."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from bot.answering.assistant import Assistant
from bot.answering.conversation import Conversation
from bot.answering.reply import Outcome
from bot.arguments import DutchParser
from bot.compiled import keep_in
from bot.errors import AkkoordwijzerError, KnowledgeError
from bot.presentation.text import render_text
from bot.presentation.texts import say
from bot.settings import Settings, cache_folder
from bot.watch import knowledge_folder, load_assistant

if TYPE_CHECKING:
    from bot.watch import KnowledgeSource, Renew

ANSWERED, NOT_ANSWERED, ERROR = 0, 1, 2
KEPT_CONVERSATIONS = 10_000
# JSON may hold these as they are, but many a reader takes them for the end of a line.
_LINE_ENDS = {ord(c): f"\\u{ord(c):04x}" for c in "\u0085\u2028\u2029"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: those of the command line; the process's own by default.

    Returns:
        The exit status: 0 done or answered, 1 no answer, 2 error.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    with suppress(RuntimeError):
        keep_in(cache_folder())
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = Commands(words[0] if words else "").parser.parse_args(words)
    command: Run = options.command
    try:
        return command(options, Settings.read())
    except AkkoordwijzerError as error:
        print(say("errors", "prefix") + str(error), file=sys.stderr)
        return ERROR
    except BrokenPipeError:
        # Whoever read the output has had enough; Python would complain once more when it closes the stream.
        sys.stderr.close()
        return ANSWERED
    except KeyboardInterrupt:
        return 130


Run = Callable[[argparse.Namespace, Settings], int]


class Commands:
    """The parser, given only the command that is wanted, or all of them where it is none (for help and errors)."""

    def __init__(self, wanted: str) -> None:
        self.parser = DutchParser(prog="akkoordwijzer", description=_help("program"))
        self._sub = self.parser.add_subparsers(metavar="COMMANDO", required=True, prog="akkoordwijzer")
        for name in [wanted] if wanted in _COMMANDS else _COMMANDS:
            run, add_options = _COMMANDS[name]
            command = self._sub.add_parser(name, help=_help(name), description=_help(name))
            command.add_argument("--knowledge", type=Path, metavar="MAP", help=_help("option_knowledge"))
            command.set_defaults(command=run)
            add_options(command)


def _help(name: str) -> str:
    return say("commands", name).replace("%", "%%")


def _ask_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", nargs="?", metavar="VRAAG", help=_help("option_question"))
    command.add_argument("--format", choices=("text", "jsonl"), default="text", help=_help("option_format"))


def _check_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--passages", action="store_true", help=_help("option_passages"))


def _add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", type=Path, metavar="BESTAND", help=_help("option_path"))
    command.add_argument("--title", metavar="TITEL", help=_help("option_title"))
    command.add_argument("--publisher", metavar="NAAM", help=_help("option_publisher"))
    command.add_argument("--year", type=int, metavar="JAAR", help=_help("option_year"))
    command.add_argument("--url", metavar="ADRES", help=_help("option_url"))
    command.add_argument("--kind", choices=("agreement", "explanation", "commentary"), help=_help("option_kind"))
    command.add_argument("--dry-run", action="store_true", help=_help("option_dry_run"))


def _document_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("document", metavar="DOCUMENT", help=_help("option_document"))


def _no_options(command: argparse.ArgumentParser) -> None:
    """A command without options of its own."""


def _source(options: argparse.Namespace, settings: Settings) -> "KnowledgeSource":
    # Imported here: a single question is over before anything can change.
    from bot.watch import KnowledgeSource

    return KnowledgeSource(options.knowledge or settings.knowledge_dir)


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    if options.format == "jsonl":
        source = _source(options, settings)
        answer_lines(source.load(), sys.stdin.buffer, sys.stdout, source.renewed_at_times)
        return ANSWERED
    assistant = load_assistant(options.knowledge or settings.knowledge_dir)
    question = options.question
    if question is None:
        question = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    reply, _ = assistant.reply(question)
    print(render_text(reply, assistant.themes()))
    return ANSWERED if reply.outcome is Outcome.ANSWER else NOT_ANSWERED


def answer_lines(assistant: Assistant, lines: BinaryIO, out: TextIO, renew: "Renew | None" = None) -> None:
    """Answer JSON Lines, one object a line, in order, flushed as it goes.

    Args:
        lines: `{"id", "question", "conversation"?}` a line, UTF-8; what is no such object gives an object with "error".
        out: where the objects go; see `presentation.json_lines`.
        renew: gives other knowledge where it changed; asked before each question.
    """
    import json

    from bot.presentation.json_lines import reply_object

    conversations: dict[str, Conversation] = {}
    for item in _objects(lines):
        if isinstance(item, str):
            answer: dict[str, object] = {"error": item}
        else:
            ident, question, key = item.get("id"), item.get("question"), item.get("conversation")
            if not isinstance(question, str):
                answer = {"id": ident, "error": say("errors", "no_question")}
            else:
                assistant = _renewed(renew) or assistant
                name = json.dumps(key, sort_keys=True) if key is not None else ""
                reply, after = assistant.reply(question, conversations.get(name, Conversation()) if name else Conversation())
                if name:
                    conversations.pop(name, None)
                    conversations[name] = after
                    if len(conversations) > KEPT_CONVERSATIONS:
                        del conversations[next(iter(conversations))]
                answer = reply_object(ident, reply, assistant.themes())
        out.write(json.dumps(answer, ensure_ascii=False).translate(_LINE_ENDS) + "\n")
        out.flush()


def _renewed(renew: "Renew | None") -> Assistant | None:
    try:
        return renew() if renew else None
    except KnowledgeError as error:
        # Earlier knowledge goes on answering; standard output holds replies only.
        print(say("console", "not_reloaded", why=str(error)), file=sys.stderr, flush=True)
        return None


def _objects(lines: BinaryIO) -> Iterator[dict[str, object] | str]:
    """Each line's object, or what is wrong with it; empty lines are passed over."""
    import json

    for raw in lines:
        if not raw.strip():
            continue
        try:
            # NaN and Infinity are no JSON, though Python reads them; given back as an id they would break the reader.
            item = json.loads(raw.decode("utf-8-sig", errors="replace"), parse_constant=_refuse)
        except (ValueError, RecursionError):
            item = None
        yield item if isinstance(item, dict) else say("errors", "no_json")


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _console(options: argparse.Namespace, settings: Settings) -> int:
    from bot.console import run

    source = _source(options, settings)
    return run(source.load(), source.renewed_at_times)


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from bot.checking import check_lines

    for line in check_lines(options.knowledge or settings.knowledge_dir, passages=options.passages):
        print(line)
    return ANSWERED


def _telegram(options: argparse.Namespace, settings: Settings) -> int:
    from bot.telegram import run

    source = _source(options, settings)
    return run(settings, source.load, source)


def _health(options: argparse.Namespace, settings: Settings) -> int:
    from bot.telegram.health import check

    return check(settings)


def _feedback(options: argparse.Namespace, settings: Settings) -> int:
    from bot.telegram.feedback import export

    return export(settings, sys.stdout)


def _folder(options: argparse.Namespace, settings: Settings) -> Path:
    return knowledge_folder(options.knowledge or settings.knowledge_dir)


def _add(options: argparse.Namespace, settings: Settings) -> int:
    from bot.console.documents import add_files
    from bot.ingest.add import Metadata
    from bot.knowledge.model import Kind

    metadata = Metadata(options.title, options.publisher, options.year, options.url, Kind(options.kind) if options.kind else None)
    return add_files(options.path, _folder(options, settings), metadata, dry_run=options.dry_run)


def _list(options: argparse.Namespace, settings: Settings) -> int:
    from bot.console.documents import list_lines

    for line in list_lines(_folder(options, settings)):
        print(line)
    return ANSWERED


def _remove(options: argparse.Namespace, settings: Settings) -> int:
    from bot.ingest.add import remove

    remove(options.document, _folder(options, settings))
    print(say("documents", "removed", id=options.document))
    return ANSWERED


def _suggest(options: argparse.Namespace, settings: Settings) -> int:
    from bot.suggesting import suggestion_lines

    for line in suggestion_lines(_folder(options, settings), options.document):
        print(line)
    return ANSWERED


def _measuring(name: str) -> tuple[Run, Callable[[argparse.ArgumentParser], None]]:
    """A command of bot.evaluation, which is read only when it is wanted."""

    def run(options: argparse.Namespace, settings: Settings) -> int:
        from bot.evaluation import commands

        done: int = getattr(commands, name)(options, settings)
        return done

    def add_options(command: argparse.ArgumentParser) -> None:
        from bot.evaluation import commands

        getattr(commands, f"{name}_options")(command)

    return run, add_options


_COMMANDS: Mapping[str, tuple[Run, Callable[[argparse.ArgumentParser], None]]] = {
    "ask": (_ask, _ask_options),
    "console": (_console, _no_options),
    "telegram": (_telegram, _no_options),
    "check": (_check, _check_options),
    "add": (_add, _add_options),
    "list": (_list, _no_options),
    "remove": (_remove, _document_option),
    "suggest": (_suggest, _document_option),
    "health": (_health, _no_options),
    "feedback": (_feedback, _no_options),
    **{name: _measuring(name) for name in ("evaluate", "benchmark", "fit", "ablate")},
}
