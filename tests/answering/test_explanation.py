"""/uitleg says what really covered a word of the question."""

import re
from pathlib import Path

from bot.answering.assistant import Assistant
from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge
from bot.presentation.lines import OF_THE_QUESTION, explanation
from bot.presentation.texts import texts


def _covered(tmp_path: Path, source: str, question: str, hints: str = "") -> dict[str, str]:
    folder = tmp_path / "akkoord"
    folder.mkdir()
    (folder / "document.yaml").write_text("title: Akkoord\npublisher: Gemeente\nyear: 2022\n", encoding="utf-8")
    (folder / "source.md").write_text(source, encoding="utf-8")
    reply, _ = Assistant(index_of(load_knowledge(tmp_path))).reply(question)
    return {word.word: word.by for word in reply.words}


def test_a_word_of_the_heading_is_called_so(tmp_path: Path) -> None:
    covered = _covered(tmp_path, "# Zwembaden\n\nDe gemeente opent er drie nieuwe in 2023.\n", "Hoeveel zwembaden opent de gemeente?")
    assert covered["zwembaden"] == "heading"
    assert covered["gemeente"] == "word"


def test_a_word_of_the_sentence_beside_is_called_so(tmp_path: Path) -> None:
    source = "# Sport\n\nDe hal is open. In het park ligt een zwembad.\n"
    assert _covered(tmp_path, source, "Is de hal met zwembad open?")["zwembad"] == "neighbour"


def test_a_part_of_a_word_is_called_so(tmp_path: Path) -> None:
    assert _covered(tmp_path, "# Sport\n\nEr komt een zwembad.\n", "Komt er een zwembadwater?")["zwembadwater"] == "part"


def test_a_word_that_stands_nowhere_is_called_so(tmp_path: Path) -> None:
    assert _covered(tmp_path, "# Sport\n\nEr komt een sporthal.\n", "Komt er een sporthal in Parijs?")["parijs"] == ""


WASTE = """# Milieustraat

De milieustraat is open van 10.00 tot 16.00 uur.

# Bibliotheek

Lid worden van de bibliotheek is gratis tot en met 18 jaar. Er zijn in de bibliotheek ook cursussen.
"""


def test_it_speaks_of_the_passage_that_is_shown_and_not_of_another_that_was_weighed(tmp_path: Path) -> None:
    """The words of an answer, and those of what is nearest, stand where /uitleg says that they stand."""
    folder = tmp_path / "wijzer"
    folder.mkdir()
    (folder / "document.yaml").write_text("title: Wijzer\npublisher: Gemeente\nyear: 2026\n", encoding="utf-8")
    (folder / "source.md").write_text(WASTE, encoding="utf-8")
    assistant = Assistant(index_of(load_knowledge(tmp_path)))
    for question in ("Hoe laat is de bibliotheek open?", "Wat kost lid worden van de bibliotheek?", "Wat kost de milieustraat?"):
        reply, _ = assistant.reply(question)
        for word in reply.words if reply.quotes else ():
            if word.by == "word":
                assert word.word in reply.quotes[0].text.lower()
            elif word.by == "":
                assert word.word not in reply.quotes[0].text.lower()


def test_a_rule_is_told_of_the_passage_that_is_shown_or_of_none(tmp_path: Path) -> None:
    """'Dit stuk gaat over iets anders' is said under a passage that it was asked of; where none is shown, there is no such passage."""
    folder = tmp_path / "wijzer"
    folder.mkdir()
    (folder / "document.yaml").write_text("title: Wijzer\npublisher: Gemeente\nyear: 2026\n", encoding="utf-8")
    (folder / "source.md").write_text(WASTE, encoding="utf-8")
    assistant = Assistant(index_of(load_knowledge(tmp_path)))
    for question in (
        "Hoe laat is de bibliotheek open?",
        "Hoeveel wolven zijn er?",
        "Wie beheert de milieustraat?",
        "Wat kost een rijbewijs?",
    ):
        reply, _ = assistant.reply(question)
        told = " ".join(explanation(reply))
        about_a_piece = "Dit is de reden" in told and reply.gate not in OF_THE_QUESTION
        assert not about_a_piece or (reply.quotes and reply.gate_passage == reply.quotes[0].passage.id)


def test_which_rules_speak_of_a_passage() -> None:
    for gate, sentence in texts("gates").items():
        of_a_piece = re.search(r"\b(hier|dit|deze|staat er|staan er)\b", sentence)
        assert bool(of_a_piece) != (gate in OF_THE_QUESTION), gate
