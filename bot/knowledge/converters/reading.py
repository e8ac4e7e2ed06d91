"""One file, recognised and read in this process. `guard.convert` does the same in a process that can be stopped."""

from pathlib import Path

from bot.errors import ConversionError
from bot.knowledge.converters.extracted import Extracted, Progress
from bot.knowledge.converters.recognise import Format, recognise

MAX_LETTERS = 40_000_000


def read_file(path: Path, progress: Progress) -> Extracted:
    """Make blocks of a file. A library is imported only where a file of its format comes along.

    Raises:
        ConversionError: the file can't be read, or has no text.
    """
    found = _read(recognise(path), path, progress)
    letters = sum(len(line.text) for block in found.blocks for line in block.lines)
    if not any(sign.isalnum() for block in found.blocks for line in block.lines for sign in line.text):
        raise ConversionError("in dit bestand staat geen tekst.", "Kijk of het het goede bestand is.", path)
    if letters > MAX_LETTERS:
        raise ConversionError("in dit bestand staat te veel tekst.", "Knip het in delen.", path)
    return found


def _read(kind: Format, path: Path, progress: Progress) -> Extracted:
    if kind is Format.PDF:
        from bot.knowledge.converters.pdf import convert_pdf

        return convert_pdf(path, progress)
    if kind is Format.DOCX:
        from bot.knowledge.converters.docx import convert_docx

        return convert_docx(path, progress)
    if kind is Format.HTML:
        from bot.knowledge.converters.html import convert_html

        return convert_html(path, progress)
    if kind is Format.MARKDOWN:
        from bot.knowledge.converters.markdown_text import convert_markdown

        return convert_markdown(path, progress)
    from bot.knowledge.converters.plain_text import convert_plain_text

    return convert_plain_text(path, progress)
