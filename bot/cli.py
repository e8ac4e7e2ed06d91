"""The commands, thin: they read arguments, call the middle, and write what comes out. Heavy modules are imported when needed."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

from bot.answering.assistant import Assistant
from bot.answering.conversation import Conversation
from bot.answering.reply import Outcome
from bot.arguments import DutchParser
from bot.errors import AkkoordwijzerError
from bot.presentation.json_lines import reply_object
from bot.presentation.text import render_text
from bot.presentation.texts import say
from bot.settings import Settings
from bot.sources import load_assistant

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
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, Settings], int] = options.command
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


def _parser() -> argparse.ArgumentParser:
    def help_of(name: str) -> str:
        return say("commands", name)

    parser = DutchParser(prog="akkoordwijzer", description=help_of("program"))
    commands = parser.add_subparsers(metavar="COMMANDO", required=True)

    def add(name: str, run: Callable[[argparse.Namespace, Settings], int]) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_of(name), description=help_of(name))
        command.add_argument("--knowledge", type=Path, metavar="MAP", help=help_of("option_knowledge"))
        command.set_defaults(command=run)
        return command

    ask = add("ask", _ask)
    ask.add_argument("question", nargs="?", metavar="VRAAG", help=help_of("option_question"))
    ask.add_argument("--format", choices=("text", "jsonl"), default="text", help=help_of("option_format"))
    add("console", _console)
    check = add("check", _check)
    check.add_argument("--passages", action="store_true", help=help_of("option_passages"))
    return parser


def _assistant(options: argparse.Namespace, settings: Settings) -> Assistant:
    return load_assistant(options.knowledge or settings.knowledge_dir)


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    assistant = _assistant(options, settings)
    if options.format == "jsonl":
        answer_lines(assistant, sys.stdin.buffer, sys.stdout)
        return ANSWERED
    question = options.question
    if question is None:
        question = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    reply, _ = assistant.reply(question)
    print(render_text(reply, assistant.themes()))
    return ANSWERED if reply.outcome is Outcome.ANSWER else NOT_ANSWERED


def answer_lines(assistant: Assistant, lines: BinaryIO, out: TextIO) -> None:
    """Answer JSON Lines, one object a line, in order, flushed as it goes.

    Args:
        lines: `{"id", "question", "conversation"?}` a line, UTF-8; what is no such object gives an object with "error".
        out: where the objects go; see `presentation.json_lines`.
    """
    conversations: dict[str, Conversation] = {}
    for item in _objects(lines):
        if isinstance(item, str):
            answer: dict[str, object] = {"error": item}
        else:
            ident, question, key = item.get("id"), item.get("question"), item.get("conversation")
            if not isinstance(question, str):
                answer = {"id": ident, "error": say("errors", "no_question")}
            else:
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


def _objects(lines: BinaryIO) -> Iterator[dict[str, object] | str]:
    """Each line's object, or what is wrong with it; empty lines are passed over."""
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

    return run(_assistant(options, settings))


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from bot.checking import check_lines

    for line in check_lines(options.knowledge or settings.knowledge_dir, passages=options.passages):
        print(line)
    return ANSWERED
