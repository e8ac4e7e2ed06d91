"""A conversation in a terminal or through a pipe: questions, and a few commands that begin with a slash."""

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bot.answering.assistant import Assistant
from bot.answering.conversation import Conversation
from bot.answering.reply import Reply
from bot.console.layout import PlainPage, TerminalPage
from bot.errors import KnowledgeError
from bot.faults import error_line
from bot.knowledge.folder import listed
from bot.language.tokens import clean
from bot.presentation import lines
from bot.presentation.contact import NO_CONTACT, Contact
from bot.presentation.texts import say, told
from bot.watch import Renew

if TYPE_CHECKING:
    from prompt_toolkit.key_binding import KeyBindings
    from prompt_toolkit.key_binding.key_processor import KeyPressEvent


def run(assistant: Assistant, renew: Renew | None = None, contact: Contact = NO_CONTACT) -> int:
    """Answer questions until the input ends or someone types /stop.

    Args:
        renew: gives other knowledge where it changed; asked before each question.
        contact: whom to ask where there is no answer.

    Returns:
        Exit status 0, always.
    """
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    page = TerminalPage() if sys.stdout.isatty() else PlainPage(sys.stdout)
    session = Session(assistant, page, renew, contact)
    if terminal:
        page.line(say("console", "welcome"))
    for line in _typed(session) if terminal else _piped():
        if not session.take(line):
            break
    if terminal:
        page.line(say("console", "bye"))
    return 0


def _piped() -> Iterator[str]:
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", errors="replace").rstrip("\r\n")


def _typed(session: "Session") -> Iterator[str]:
    # Imported here: someone who pipes a question in needs no line editing.
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import InMemoryHistory

    def begun() -> PromptSession[str]:
        # Questions are personal: the history lives as long as the session and is written nowhere.
        return PromptSession(
            history=InMemoryHistory(),
            completer=WordCompleter(list(session.commands), sentence=True),
            complete_while_typing=False,
            key_bindings=_clearing_keys(),
        )

    prompt = begun()
    while True:
        try:
            yield prompt.prompt(say("console", "prompt"))
            if session.forgot():
                prompt = begun()
        except (KeyboardInterrupt, EOFError):
            return


def _clearing_keys() -> "KeyBindings":
    """Ctrl-C on a half line clears it; on an empty line it ends the session, as in a shell."""
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("c-c")
    def clear(event: "KeyPressEvent") -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=KeyboardInterrupt, style="class:aborting")

    return keys


class Session:
    """What one console remembers: the conversation and the last reply.

    Args:
        renew, contact: see `run`.
    """

    def __init__(
        self, assistant: Assistant, page: "TerminalPage | PlainPage", renew: Renew | None = None, contact: Contact = NO_CONTACT
    ) -> None:
        self._assistant, self._page, self._renew, self._contact = assistant, page, renew, contact
        self._replied = assistant  # the one that the last reply came from: its passages are no others'
        self._conversation = Conversation()
        self._last: Reply | None = None
        self._forgot = False
        self.commands: dict[str, Callable[[str], bool]] = {
            "/help": self._help, "/bronnen": self._sources, "/themas": self._themes, "/bron": self._source,
            "/uitleg": self._explanation, "/privacy": self._privacy, "/vergeet": self._forget, "/stop": lambda _: False,
        }  # fmt: skip

    def take(self, line: str) -> bool:
        """Answer a question or carry out a command; False when the session is over."""
        line = line.strip()
        if not line:
            return True
        self._look()
        if line.startswith("/"):
            name, _, rest = line.partition(" ")
            command = self.commands.get(name.lower())
            if command is None:
                self._page.line(say("console", "unknown", command=clean(name)))
                return True
            return command(rest.strip())
        try:
            self._last, self._conversation = self._assistant.reply(line, self._conversation)
            self._replied = self._assistant
            self._page.reply(self._last, self._assistant.themes(), self._contact)
        except BrokenPipeError:
            raise
        except Exception as error:
            # One question that goes wrong does not end the conversation.
            self._page.line(say("errors", "prefix") + error_line(error, "console"))
        return True

    def _look(self) -> None:
        try:
            renewed = self._renew() if self._renew else None
        except KnowledgeError as error:
            self._page.line(say("console", "not_reloaded", why=told(error)))
        else:
            if renewed is not None:
                self._assistant = renewed
                self._page.line(say("console", "reloaded"))

    def _help(self, _: str) -> bool:
        self._page.line(say("console", "help"))
        return True

    def _sources(self, _: str) -> bool:
        for number, item in enumerate(listed(self._assistant.knowledge), 1):
            self._page.line(
                say("console", "source", number=number, title=item.document.title, publisher=item.document.publisher,
                    year=item.document.year, size=lines.size(item))
            )  # fmt: skip
        return True

    def _themes(self, _: str) -> bool:
        for theme in self._assistant.themes():
            self._page.line(f"- {lines.flow(theme)}")
        return True

    def _source(self, number: str) -> bool:
        if self._last is None:
            self._page.line(say("console", "no_reply_yet"))
        elif not self._last.quotes:
            self._page.line(say("console", "no_quotes"))
        elif number and (not number.isdecimal() or len(number) > 3 or not 1 <= int(number) <= len(self._last.quotes)):
            count = len(self._last.quotes)
            self._page.line(say("console", "no_such_quote", count=count) if count > 1 else say("console", "only_quote"))
        else:
            quote = self._last.quotes[int(number or 1) - 1]
            beside = self._replied.knowledge.beside(quote.passage)
            position = [passage.id for passage in beside].index(quote.passage.id)
            self._page.line(lines.where(quote.passage))
            for passage in beside[max(0, position - 1) : position + 2]:
                self._page.passage(passage, chosen=passage.id == quote.passage.id)
            self._page.line(lines.source(quote))
        return True

    def _privacy(self, _: str) -> bool:
        self._page.line(say("console", "privacy"))
        return True

    def _forget(self, _: str) -> bool:
        self._conversation, self._last, self._forgot = Conversation(), None, True
        self._page.line(say("console", "forgotten"))
        return True

    def forgot(self) -> bool:
        """Whether all was forgotten since this was asked, so that whoever keeps what was typed lets go of it too."""
        forgot, self._forgot = self._forgot, False
        return forgot

    def _explanation(self, _: str) -> bool:
        if self._last is None:
            self._page.line(say("console", "no_reply_yet"))
            return True
        for line in lines.explanation(self._last):
            self._page.line(line)
        return True
