"""Small knowledge folders, made for one test."""

import re
from pathlib import Path

from tests.paths import QUESTIONS

DESCRIPTION = "title: Coalitieakkoord Voorbeeldstad\npublisher: Gemeente Voorbeeldstad\nyear: 2022\n"
SOURCE = """# Wonen

De gemeente bouwt 900 woningen per jaar. Daarvan is een derde sociale huur.

- Starters krijgen voorrang bij nieuwe woningen.

# Afval

Het afval wordt elke twee weken opgehaald.
"""


def write_folder(
    root: Path,
    *,
    description: str | bytes | None = DESCRIPTION,
    source: str | bytes | None = SOURCE,
    hints: str | bytes | None = None,
    lexicon: str | bytes | None = None,
    name: str = "voorbeeldstad-2022",
) -> Path:
    """Write a knowledge folder with one document; a file that is None is not written.

    Returns:
        The knowledge folder, the parent of the document's own.
    """
    folder = root / "kennis"
    document = folder / name
    document.mkdir(parents=True)
    for path, content in (
        (document / "document.yaml", description),
        (document / "source.md", source),
        (document / "hints.yaml", hints),
        (folder / "lexicon.yaml", lexicon),
    ):
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def write_agreements(root: Path, name: str, municipality: str) -> Path:
    """Write a knowledge folder with the agreements of one invented municipality.

    Args:
        name: of the folder in tests/questions/documents where they stand, each by its first year.

    Returns:
        The knowledge folder.
    """
    for path in sorted((QUESTIONS / "documents" / name).glob("akkoord-*.md")):
        source = path.read_text(encoding="utf-8")
        heading = re.match(r"# (.+)", source)
        assert heading is not None
        folder = root / path.stem
        folder.mkdir(parents=True)
        description = f"title: {heading[1]}\npublisher: Gemeente {municipality}\nyear: {path.stem[-4:]}\n"
        (folder / "document.yaml").write_text(description, encoding="utf-8")
        (folder / "source.md").write_text(source, encoding="utf-8")
    return root
