"""A footnote speaks only where the text itself says less of what is asked."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge
from tests.knowledge_folders import write_folder

SOURCE = """# Zwembad

Een kaartje kost 3 euro.1

Het bad is open van mei tot en met september.

[^1]: Een kaartje voor het zwembad kost 2 euro voor wie jonger is dan tien jaar en met een ouder komt zwemmen.

# Haven

De haven wordt uitgebreid met een steiger voor zeilboten.
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Wat kost een kaartje voor het zwembad?", "Een kaartje kost 3 euro."),
        ("Wat kost een kaartje voor het zwembad voor wie jonger is dan tien jaar?", "Een kaartje voor het zwembad kost 2 euro voor wie"),
    ],
)
def test_the_text_goes_before_its_footnotes(tmp_path: Path, question: str, answer: str) -> None:
    assistant = Assistant(index_of(load_knowledge(write_folder(tmp_path, source=SOURCE))))
    reply, _ = assistant.reply(question)
    assert reply.quotes[0].highlight_text.startswith(answer)
