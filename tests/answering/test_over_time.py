"""How something was and how it is now, over three agreements of one municipality."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.forms import spans_time
from bot.answering.over_time import without_times, years_asked
from bot.answering.reply import Outcome
from bot.presentation.text import render_text
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder

TOWN = {
    2014: """# Strand

Honden mogen in de zomer niet op het strand. Gasten betalen € 1,05 toeristenbelasting.

# Wonen

Een op de vijf huizen op de Werf is sociale huur.
""",
    2018: """# Strand

Voor honden komt er een eigen strandvak. De toeristenbelasting gaat naar € 1,80.

# Wonen

Een derde van de huizen op de Werf is sociale huur.

# Geld

| Belasting | Bedrag |
|---|---|
| Hondenbelasting per hond | € 58 |
""",
    2022: """# Strand

Het hondenstrand verhuist naar paal 12. De toeristenbelasting schaffen wij af.

# Wonen

Op de Werf wordt 40 procent sociale huur.
""",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    root = tmp_path_factory.mktemp("duin")
    folder = root / "kennis"
    for year, source in TOWN.items():
        description = f"title: Coalitieprogramma Duin {year}-{year + 4}\npublisher: Gemeente Duin\nyear: {year}\n"
        folder = write_folder(root, description=description, source=source, name=f"duin-{year}")
    return load_assistant(folder, meaning=False)


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("Wat is er veranderd aan de toeristenbelasting?", [2022, 2018, 2014]),
        ("Toeristenbelasting. Wat was het, wat wordt het.", [2022, 2018, 2014]),
        ("toeristenbelasting: 2014 tegen 2018", [2018, 2014]),
        ("Welk verschil is er tussen het programma van 2014 en dat van 2022 als het gaat om de toeristenbelasting?", [2022, 2014]),
        ("Hoeveel sociale huur zit er in het plan voor de Werf van 2014 en in dat van 2018?", [2018, 2014]),
    ],
)
def test_each_year_says_it_the_newest_first(town: Assistant, question: str, years: list[int]) -> None:
    reply, _ = town.reply(question)
    assert reply.listed is not None
    assert [quote.passage.document.year for quote in reply.quotes] == years


def test_of_each_year_the_sentence_that_has_the_whole_subject(town: Assistant) -> None:
    reply, _ = town.reply("Wat was het eerst met de honden op het strand en hoe zit het nu?")
    assert [quote.highlight_text.split()[0] for quote in reply.quotes] == ["Het", "Voor", "Honden"]


def test_what_no_document_speaks_of_has_no_old_and_new(town: Assistant) -> None:
    assert town.reply("Wat is er veranderd aan de bushokjes?")[0].outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "Wat is er veranderd aan de subsidie?",
        "het zwembad: wat zeiden ze eerst en wat zeggen ze nu",
        "Wat deed het vorige bestuur met de rondweg en wat doet het huidige?",
        "Hoe zit het met de boa's vergeleken met vroeger?",
        "Leefeest. 2018 tegen 2026.",
        "Is het parkeren duurder geworden?",
    ],
)
def test_a_question_spans_time(text: str) -> None:
    assert spans_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hoeveel woningen kwamen er bij tussen 2022 en 2026?",
        "Mag ik vuurwerk afsteken met oud en nieuw?",
        "Toen ging ik werken. Mag mijn zoon dat nu ook?",
        "Wat staat er in het akkoord 2018-2022 over wonen?",
    ],
)
def test_a_question_about_one_time_does_not(text: str) -> None:
    assert not spans_time(text)


def test_the_years_that_are_asked() -> None:
    there = [2014, 2018, 2022]
    assert years_asked("het programma 2014-2018 naast dat van 2022", there) == [2014, 2022]
    assert years_asked("anders dan in het vorige programma", there) == [2018, 2022]
    assert years_asked("wat is er gebeurd sinds 2018", there) == [2018, 2022]
    assert years_asked("vroeger en nu", there) == there


def test_each_document_is_asked_without_a_time() -> None:
    assert without_times("Wat kostte parkeren in 2018 en wat kost het nu?") == "Wat kostte parkeren en wat kost het ?"


YEARS = {
    2018: "De hondenbelasting blijft 60 euro per jaar.\n\nHet zwembad blijft open.\n\nWij bouwen 240 woningen.\n",
    2022: "De hondenbelasting gaat naar 40 euro per jaar.\n\nHet zwembad sluit.\n\nWij bouwen 400 woningen.\n",
    2026: "De hondenbelasting wordt afgeschaft.\n\nHet zwembad gaat weer open.\n\nWij bouwen 450 woningen.\n",
}


@pytest.fixture(scope="module")
def agreements(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    root: Path = tmp_path_factory.mktemp("jaren")
    for year, text in YEARS.items():
        about = f"title: Coalitieakkoord {year}\npublisher: Gemeente Lee\nyear: {year}\n"
        folder = root / "kennis" / f"akkoord-{year}"
        folder.mkdir(parents=True)
        (folder / "document.yaml").write_text(about, encoding="utf-8")
        (folder / "source.md").write_text(f"# Afspraken\n\n{text}", encoding="utf-8")
    return load_assistant(root / "kennis")


@pytest.mark.parametrize(
    ("question", "year"),
    [
        ("Hoeveel woningen bouwen wij?", 2026),
        ("Hoeveel woningen bouwen wij volgens het nieuwste akkoord?", 2026),
        ("Hoeveel woningen wilde het vorige college bouwen?", 2022),
        ("Hoeveel woningen bouwen wij volgens het akkoord van 2018?", 2018),
        ("Gaat het zwembad weer open?", 2026),
    ],
)
def test_the_newest_that_speaks_of_it_answers_unless_another_is_named(agreements: Assistant, question: str, year: int) -> None:
    reply, _ = agreements.reply(question)
    assert reply.outcome is Outcome.ANSWER
    assert reply.quotes[0].passage.document.year == year


def test_what_older_agreements_said_stands_below(agreements: Assistant) -> None:
    reply, _ = agreements.reply("Hoeveel woningen bouwen wij?")
    text = render_text(reply, ())
    assert "In 2022 stond er: “Wij bouwen 400 woningen.”" in text
    assert "In 2018 stond er: “Wij bouwen 240 woningen.”" in text


def test_the_newest_speaks_first_with_whichever_of_its_sentences_has_the_words(agreements: Assistant) -> None:
    assert "450" in agreements.reply("Hoeveel woningen worden er gebouwd?")[0].quotes[0].highlight_text
    assert agreements.reply("Wat kost de hondenbelasting per jaar?")[0].quotes[0].passage.document.year == 2026


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("Hoeveel woningen beloofden ze in 2018 en hoeveel in 2026?", [2026, 2018]),
        ("Hoeveel woningen waren het in 2018 en hoeveel later?", [2026, 2022, 2018]),
        ("Hoe verschilt het aantal woningen tussen 2022 en 2026?", [2026, 2022]),
        ("Hoeveel woningen bouwden ze vroeger en hoeveel nu?", [2026, 2022, 2018]),
    ],
)
def test_years_stand_side_by_side(agreements: Assistant, question: str, years: list[int]) -> None:
    reply, _ = agreements.reply(question)
    assert [quote.passage.document.year for quote in reply.quotes] == years
    assert all("woningen" in quote.highlight_text for quote in reply.quotes)


def test_what_ends_in_the_newest_is_not_answered_from_an_older_one(agreements: Assistant) -> None:
    assert agreements.reply("Hoeveel hondenbelasting betaal ik?")[0].quotes[0].highlight_text == "De hondenbelasting wordt afgeschaft."
