"""How replies look in a console: laid out with rich in a terminal, plain when piped."""

from collections.abc import Sequence
from typing import TextIO

from bot.answering.reply import Outcome, Reply
from bot.knowledge.model import Passage
from bot.presentation import lines
from bot.presentation.contact import NO_CONTACT, Contact
from bot.presentation.text import mark, render_text
from bot.presentation.texts import say


class PlainPage:
    """Text without colour or layout, flushed line by line."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def line(self, text: str) -> None:
        """Write one text."""
        print(text, file=self._out, flush=True)

    def passage(self, passage: Passage, chosen: bool) -> None:
        """Write a passage; the chosen one has a mark before it."""
        self.line(("> " if chosen else "  ") + lines.flow(passage.text))

    def reply(self, reply: Reply, themes: Sequence[str], contact: Contact = NO_CONTACT) -> None:
        """Write a whole reply and an empty line."""
        self.line(render_text(reply, themes, contact) + "\n")


class TerminalPage:
    """Layout by rich, which respects NO_COLOR, narrow windows and terminals without colour."""

    def __init__(self) -> None:
        # Imported here: a piped question needs no layout.
        from rich.console import Console

        self._console = Console(highlight=False, soft_wrap=False)

    def line(self, text: str) -> None:
        """Write one text, as it is."""
        self._console.print(text, markup=False, emoji=False)

    def passage(self, passage: Passage, chosen: bool) -> None:
        """Write a passage; the chosen one is bright."""
        from rich.padding import Padding
        from rich.text import Text

        self._console.print(Padding(Text(lines.flow(passage.text), style="bold" if chosen else "dim"), (0, 0, 1, 2)))

    def reply(self, reply: Reply, themes: Sequence[str], contact: Contact = NO_CONTACT) -> None:
        """Write a whole reply: where it stands, the quote with the answering sentence in bold, the source."""
        from rich.padding import Padding
        from rich.text import Text

        if reply.parts or reply.listed or not reply.quotes:
            self.line(render_text(reply, themes, contact) + "\n")
            return
        if lines.opening(reply):
            self.line(lines.opening(reply))
        if reply.outcome is Outcome.NO_ANSWER:
            self.line(say("reply", "nearest"))
        quote = reply.quotes[0]
        before, marked, after = mark(quote, reply.outcome is Outcome.ANSWER)
        text = Text(before)
        text.append(marked, style="bold" if reply.outcome is Outcome.ANSWER else "")
        text.append(after)
        self._console.print(Text(lines.where(quote.passage), style="cyan"))
        self._console.print(Padding(text, (0, 2)))
        self._console.print(Text(lines.source(quote), style="dim"))
        if lines.address(quote):
            self._console.print(Text(str(lines.address(quote)), style="dim"))
        for line in (*lines.earlier(reply), *lines.notes(reply), lines.also(reply), *lines.next_step(reply, themes, contact)):
            if line:
                self.line(line)
        self._console.print()
