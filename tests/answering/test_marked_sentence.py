"""The marked sentence can be read by itself: where it leans on the one before it, that one is marked too."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge
from tests.knowledge_folders import write_folder

TEXT = """# Vervoer

Er komt een buurtbus naar Oosterdorp. Deze rijdt elke dag tot tien uur 's avonds. Scholieren reizen gratis. {}

# Afval

Het afval wordt elke twee weken opgehaald.
"""


@pytest.mark.parametrize(
    ("last", "question", "marked"),
    [
        (
            "",
            "Tot hoe laat rijdt de bus 's avonds?",
            "Er komt een buurtbus naar Oosterdorp. Deze rijdt elke dag tot tien uur 's avonds.",
        ),
        ("", "Reizen scholieren gratis met de bus?", "Scholieren reizen gratis."),
        (
            "Daarvoor betaalt de provincie twee ton.",
            "Hoeveel betaalt de provincie?",
            "Scholieren reizen gratis. Daarvoor betaalt de provincie twee ton.",
        ),
        (
            "Dit akkoord geldt voor de hele provincie.",
            "Geldt het akkoord voor de hele provincie?",
            "Dit akkoord geldt voor de hele provincie.",
        ),
    ],
)
def test_a_sentence_that_leans_on_the_one_before_is_marked_with_it(tmp_path: Path, last: str, question: str, marked: str) -> None:
    assistant = Assistant(index_of(load_knowledge(write_folder(tmp_path, source=TEXT.format(last))), []))
    quote = assistant.reply(question)[0].quotes[0]
    assert quote.highlight_text == marked
