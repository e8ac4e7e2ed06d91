"""Several documents: which are named, which answer, and that none disturbs another."""

import shutil
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.conversation import Conversation
from bot.answering.mentions import Catalogue
from bot.answering.reply import Outcome, Reason
from bot.knowledge.model import Document
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder
from tests.paths import KNOWLEDGE


def document(ident: str, title: str, publisher: str, year: int, *names: str) -> Document:
    return Document(ident, title, publisher, year, None, "", names, {}, "")


DOCUMENTS = [
    document("blog", "Blog over het regeerakkoord 'Vertrouwen in de toekomst'", "Kennisplatform Integratie & Samenleving (KIS)", 2017,
             "Vertrouwen in de toekomst", "Rutte III"),
    document("land", "Coalitieakkoord 2021-2025", "Rijksoverheid", 2021),
    document("stad", "Coalitieakkoord Voorbeeldstad", "Gemeente Voorbeeldstad", 2022),
    document("park", "Openbare ruimte", "Gemeente Voorbeeldstad", 2023),
]  # fmt: skip
CATALOGUE = Catalogue(DOCUMENTS)


@pytest.mark.parametrize(
    ("question", "named", "rest"),
    [
        ("Wat staat er in het coalitieakkoord van 2021 over wonen?", {"land"}, "Wat staat er over wonen?"),
        ("Wat staat er in het coalitieakkoord 2021-2025 over wonen?", {"land"}, "Wat staat er over wonen?"),
        ("Hoeveel vluchtelingen mogen er komen volgens het regeerakkoord van 2017?", {"blog"}, "Hoeveel vluchtelingen mogen er komen?"),
        ("Wat zegt het regeerakkoord uit 2021 over de zorg?", {"land"}, "Wat zegt over de zorg?"),
        ("Volgens 'Vertrouwen in de toekomst', wat gebeurt er?", {"blog"}, "wat gebeurt er?"),
        ("Wat doet Rutte III aan taal?", {"blog"}, "Wat doet het kabinet aan taal?"),
        ("Wat wil kabinet-Rutte 4 met de basisbeurs?", {"land"}, "Wat wil het kabinet met de basisbeurs?"),
        ("Wat staat er in het akkoord van Voorbeeldstad over afval?", {"stad"}, "Wat staat er over afval?"),
        ("Volgens KIS, wat betekent dit voor gemeenten?", {"blog"}, "wat betekent dit voor gemeenten?"),
        ("Wat zegt het coalitieakkoord over wonen?", set(), None),
        ("Wat gebeurt er met de openbare ruimte?", set(), None),
        ("Wat staat er in de nota Openbare ruimte over bomen?", {"park"}, "Wat staat er over bomen?"),
        ("Wat is het klimaatdoel voor 2030?", set(), None),
        ("Waarom steunt de gemeente Voorbeeldstad de bibliotheek?", set(), None),
        ("Vergelijk het akkoord van 2017 met het akkoord van 2021 over wonen", {"blog", "land"}, None),
    ],
)
def test_a_question_names_documents(question: str, named: set[str], rest: str | None) -> None:
    found = CATALOGUE.naming(question)
    assert found.unknown is None
    assert found.documents == named
    if not named:
        assert found.rest == question
    elif rest is not None:
        assert found.rest == rest


@pytest.mark.parametrize(
    ("question", "reason", "missing"),
    [
        ("Wat staat er in het coalitieakkoord van 2012 over wonen?", Reason.OTHER_YEAR, "2012"),
        ("Wat staat er in het coalitieakkoord van Utrecht over wonen?", Reason.OTHER_AGREEMENT, "coalitieakkoord Utrecht"),
    ],
)
def test_a_document_that_is_not_there(question: str, reason: Reason, missing: str) -> None:
    assert CATALOGUE.naming(question).unknown == (reason, missing)


CITY = "# Opvang\n\nDe gemeente vangt 250 vluchtelingen per jaar op. Zij krijgen een woning in de wijk Noord.\n"
CITY_DESCRIPTION = "title: Coalitieakkoord Voorbeeldstad\npublisher: Gemeente Voorbeeldstad\nyear: 2022\n"
BEFORE_DESCRIPTION = "title: Coalitieakkoord Voorbeeldstad 2018\npublisher: Gemeente Voorbeeldstad\nyear: 2018\n"
BOTH_SAY = "Hoeveel vluchtelingen mogen er per jaar komen?"


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The shipped document, with hints, beside two small ones without."""
    root = tmp_path_factory.mktemp("samen")
    folder = write_folder(root, description=CITY_DESCRIPTION, source=CITY)
    other = write_folder(root / "eerder", description=BEFORE_DESCRIPTION, source=CITY.replace("250", "100"), name="voorbeeldstad-2018")
    shutil.copytree(other / "voorbeeldstad-2018", folder / "voorbeeldstad-2018")
    shutil.copytree(KNOWLEDGE / "regeerakkoord-2017", folder / "regeerakkoord-2017")
    shutil.copy(KNOWLEDGE / "lexicon.yaml", folder / "lexicon.yaml")
    return load_assistant(folder)


def test_documents_stand_in_order_whatever_is_weighed_together(together: Assistant) -> None:
    ids = ["regeerakkoord-2017", "voorbeeldstad-2018", "voorbeeldstad-2022"]
    assert [d.id for d in together.knowledge.documents] == ids
    assert [[d.id for d in shelf.index.documents] for shelf in together.shelves] == [ids[:1], ids[1:]]
    assert list(dict.fromkeys(p.document.id for p in together.knowledge.passages)) == ids


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Hoeveel vluchtelingen vangt de gemeente op volgens het coalitieakkoord van 2022?", "250"),
        ("Hoeveel vluchtelingen vangt de gemeente op volgens het coalitieakkoord van 2018?", "100"),
        ("Hoeveel vluchtelingen mogen er volgens Rutte III per jaar komen?", "750"),
    ],
)
def test_only_the_named_document_answers(together: Assistant, question: str, number: str) -> None:
    reply, _ = together.reply(question)
    assert reply.outcome is Outcome.ANSWER
    assert number in reply.quotes[0].highlight_text
    assert len({quote.passage.document.id for quote in reply.quotes}) == 1
    assert reply.also_in == ()


def test_an_agreement_that_is_not_there_gets_silence_that_says_so(together: Assistant) -> None:
    reply, _ = together.reply("Hoeveel vluchtelingen vangt de gemeente op volgens het coalitieakkoord van 2014?")
    assert (reply.outcome, reply.reason, reply.missing) == (Outcome.NO_ANSWER, Reason.OTHER_YEAR, "2014")
    reply, _ = together.reply("Wat wil Rutte IV met vluchtelingen?")
    assert (reply.outcome, reply.reason) == (Outcome.NO_ANSWER, Reason.OTHER_AGREEMENT)


def test_where_two_documents_answer_the_reply_says_so(together: Assistant) -> None:
    reply, _ = together.reply("Hoeveel vluchtelingen per jaar vangt de gemeente op?")
    assert reply.outcome is Outcome.ANSWER
    assert reply.also_in
    for title, quote in zip(reply.also_in, reply.quotes[1:], strict=False):
        assert quote.passage.document.title == title
    assert len({quote.passage.document.id for quote in reply.quotes[: 1 + len(reply.also_in)]}) == 1 + len(reply.also_in)


def test_a_follow_up_stays_with_the_document_that_was_named(together: Assistant) -> None:
    _, conversation = together.reply("Hoeveel vluchtelingen vangt de gemeente op volgens het coalitieakkoord van 2018?")
    conversation = Conversation.from_json(conversation.to_json())
    assert conversation.turns[-1].documents == ("voorbeeldstad-2018",)
    reply, after = together.reply("En waar krijgen zij een woning?", conversation)
    assert {quote.passage.document.id for quote in reply.quotes} == {"voorbeeldstad-2018"}
    reply, _ = together.reply("En volgens het akkoord van 2022?", after)
    assert {quote.passage.document.id for quote in reply.quotes} == {"voorbeeldstad-2022"}


def test_a_follow_up_on_a_document_that_is_gone_is_a_question_of_its_own(together: Assistant, assistant: Assistant) -> None:
    _, conversation = together.reply("Hoeveel vluchtelingen vangt de gemeente op volgens het coalitieakkoord van 2018?")
    reply, _ = assistant.reply("En waarom?", conversation)
    assert reply.outcome is Outcome.NO_ANSWER


def test_the_shipped_document_answers_as_it_does_alone(together: Assistant, assistant: Assistant) -> None:
    for question in ("Wat gebeurt er met het kinderpardon?", "Mag ik twee nationaliteiten hebben?", "Wat krijgt een asielzoeker?"):
        alone, beside = assistant.reply(question)[0], together.reply(question)[0]
        assert beside.quotes[0].passage.id == alone.quotes[0].passage.id
        assert beside.confidence == pytest.approx(alone.confidence)
        assert beside.outcome is alone.outcome


def test_the_words_of_one_document_are_no_typing_errors_in_another(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, description=CITY_DESCRIPTION, source="# Afval\n\nDe zakkenslurfer wordt elke week geleegd.\n")
    shutil.copytree(KNOWLEDGE / "regeerakkoord-2017", folder / "regeerakkoord-2017")
    reply, _ = load_assistant(folder).reply("Hoe vaak wordt de zakkenslurfer geleegd?")
    assert reply.corrections == ()
    assert reply.quotes[0].passage.document.id == "voorbeeldstad-2022"


def test_a_document_is_named_among_many_as_among_few() -> None:
    others = [document(f"wet-{n}", f"Wet nummer {n}", f"Uitgever {n}", 1990, f"W{n}", "Ti") for n in range(LARGE)]
    many = Catalogue([*DOCUMENTS, *others])
    for question in (
        "Wat staat er in het coalitieakkoord van 2021 over wonen?",
        "Hoeveel vluchtelingen mogen er komen volgens KIS?",
        "Wat zegt Rutte III over wonen?",
        "Wat zegt de gemeente Voorbeeldstad over parkeren?",
        "Wat staat er in 'Openbare ruimte' over bomen?",
        "Hoeveel huizen komen er?",
    ):
        few = CATALOGUE.naming(question)
        assert many.naming(question) == few
    assert many.naming("Wat staat er volgens Wet nummer 17 over bomen?").documents == {"wet-17"}
    assert many.naming("Wat staat er volgens Uitgever 3 over bomen?").documents == {"wet-3"}


LARGE = 60
