"""Several questions in one message, and what only stands around one."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome
from bot.answering.splitting import divided
from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("Wat kost een paspoort en hoelang duurt het?", ["Wat kost een paspoort", "Hoelang duurt het?"]),
        ("Waar meld ik dat, en mag ik ook bellen?", ["Waar meld ik dat", "Mag ik ook bellen?"]),
        ("Ik woon hier net. Wat kost afval? Wanneer komt de wagen?", ["Wat kost afval?", "Wanneer komt de wagen?"]),
        (
            "wat kost afval\nwanneer komt de wagen\nwaar is de milieustraat",
            ["wat kost afval", "wanneer komt de wagen", "waar is de milieustraat"],
        ),
        ("Stopt de subsidie voor de zaal, en waarom stoppen ze ermee?", ["Stopt de subsidie voor de zaal", "Waarom stoppen ze ermee?"]),
        (
            "Mag ik vuurwerk afsteken? Zo niet, komt er een show en wie betaalt die?",
            [
                "Mag ik vuurwerk afsteken?",
                "Zo niet, komt er een show",
                "Wie betaalt die?",
            ],
        ),
        (
            "Wanneer gaat de opvang open, voor hoeveel mensen, en uit welke landen komen ze?",
            [
                "Wanneer gaat de opvang open",
                "Voor hoeveel mensen",
                "Uit welke landen komen ze?",
            ],
        ),
        (
            "Ik woon hier pas. Ik wil praten met de burgemeester. Kan dat? En hoe laat is hij er?",
            [
                "Ik wil praten met de burgemeester. Kan dat?",
                "En hoe laat is hij er?",
            ],
        ),
        (
            "Kunt u mij vertellen wat een paspoort kost en hoe lang het duurt?",
            ["Kunt u mij vertellen wat een paspoort kost", "Hoe lang het duurt"],
        ),
        ("Graag hoor ik of er een bad komt, wat het kost en waar.", ["Graag hoor ik of er een bad komt", "Wat het kost en waar"]),
        ("pas van de milieustraat kwijt, wat kost een nieuwe en wanneer heb ik hem", ["wat kost een nieuwe", "Wanneer heb ik hem"]),
        ("Bomen kappen: mag dat zomaar en wat kost het?", ["Bomen kappen mag dat zomaar", "Wat kost het?"]),
        ("Hoeveel boa's komen erbij en dragen ze een bodycam?", ["Hoeveel boa's komen erbij", "Dragen ze een bodycam?"]),
        ("Wat kost het bad en rijdt de bus dan nog?", ["Wat kost het bad", "Rijdt de bus dan nog?"]),
        ("kan ik asbest brengen, hoeveel mag dat zijn & op welke dag", ["kan ik asbest brengen", "Hoeveel mag dat zijn", "Op welke dag"]),
        ("Komt er korting en zo ja, hoeveel?", ["Komt er korting", "Hoeveel?"]),
        (
            "mijn dochter zoekt al drie jaar een huis krijgt zij voorrang en hoe duur mag zo'n huis zijn",
            ["krijgt zij voorrang", "Hoe duur mag zo'n huis zijn"],
        ),
        (
            "wij zijn met drie en willen een club oprichten kunnen we een lijst krijgen en moeten we ons inschrijven",
            ["kunnen we een lijst krijgen", "Moeten we ons inschrijven"],
        ),
        (
            "Openingstijden milieustraat zaterdag\nWat kost een kuub puin?\nMag mijn aanhanger mee?",
            ["Openingstijden milieustraat zaterdag", "Wat kost een kuub puin?", "Mag mijn aanhanger mee?"],
        ),
        ("Betreft parkeren\nWat kost een vergunning\nHoe lang duurt het", ["Wat kost een vergunning", "Hoe lang duurt het"]),
        ("Wat kost een rijbewijs en wat een paspoort?", ["Wat kost een rijbewijs", "Wat een paspoort"]),
        ("Wat kost een rijbewijs en een paspoort?", ["Wat kost een rijbewijs", "Een paspoort"]),
        ("Krijg een uitkering. Krijg ik hulp? Wat moet ik meesturen?", ["Krijg ik hulp?", "Wat moet ik meesturen?"]),
        ("Wat een gedoe! Kunt u mij helpen? Waar is de balie? Hoe laat gaat die open?", ["Waar is de balie?", "Hoe laat gaat die open?"]),
        (
            "wij willen een feest geven hoeveel mensen mogen er komen en tot hoe laat mag er muziek",
            ["hoeveel mensen mogen er komen", "Tot hoe laat mag er muziek"],
        ),
        (
            "Als ik verhuis, wat kost dan een pas en hoeveel zakken krijg ik erbij?",
            ["Als ik verhuis, wat kost dan een pas", "Hoeveel zakken krijg ik erbij?"],
        ),
        (
            "Graag verneem ik: 1) binnen welke termijn u beslist, 2) wat de leges zijn en 3) of bezwaar mogelijk is.",
            ["Graag verneem ik: 1) binnen welke termijn u beslist", "Wat de leges zijn", "Of bezwaar mogelijk is"],
        ),
        ("Is het loket op maandag open en tot hoe laat dan?", ["Is het loket op maandag open", "Tot hoe laat dan?"]),
        ("Wat is de prijs en krijgen starters voorrang?", ["Wat is de prijs", "Krijgen starters voorrang?"]),
        ("Hoe zit het met de brug, waarom is die dicht en wanneer gaat die open?", ["waarom is die dicht", "Wanneer gaat die open?"]),
        ("boete voor poep hoe hoog is die?? en als ik geen zakje heb", ["hoe hoog is die??", "en als ik geen zakje heb"]),
        ("Ik ben 13 en wil een pas, moeten mijn ouders dan mee en wat kost het", ["moeten mijn ouders dan mee", "Wat kost het"]),
        ("Komt er een bad? en zo nee waarom niet", ["Komt er een bad?", "en zo nee waarom niet"]),
        ("Hoe werd er gestemd en hoe stemden de dorpen?", ["Hoe werd er gestemd", "Hoe stemden de dorpen?"]),
        ("Dag, ik heb twee vragen: mag mijn nicht een pas en wat kost die?", ["mag mijn nicht een pas", "Wat kost die?"]),
        ("hee wanneer is de braderie en mag mijn hond mee", ["wanneer is de braderie", "Mag mijn hond mee"]),
        ("1. Hoeveel huizen komen er? 2. Waar? 3. Wie bouwt ze?", ["Hoeveel huizen komen er?", "Waar?", "Wie bouwt ze?"]),
        ("a) Wat kost een stalling? b) Is er nog plek?", ["Wat kost een stalling?", "Is er nog plek?"]),
        (
            "Mag ik u wat vragen over de ijsbaan? Wat kost een rondje? En zijn er schaatsen?",
            ["Wat kost een rondje?", "En zijn er schaatsen?"],
        ),
        ("Hoeveel hulp krijgt de harmonie, en het koor?", ["Hoeveel hulp krijgt de harmonie", "Het koor"]),
        ("Wanneer wordt het oud papier opgehaald en het glas?", ["Wanneer wordt het oud papier opgehaald", "Het glas"]),
        ("Wat zijn de kosten en de looptijd van een lening?", ["Wat zijn de kosten", "De looptijd"]),
        ("Klopt het dat de kiosk verdwijnt en dat er een podium komt?", ["Klopt het dat de kiosk verdwijnt", "Dat er een podium komt"]),
        (
            "Als mijn zus 16 is mag zij dan meedoen met de raad en hoe vaak vergadert die?",
            ["Als mijn zus 16 is mag zij dan meedoen met de raad", "Hoe vaak vergadert die?"],
        ),
        (
            "Bestaat er een fonds, en hoe groot is het en hoe schrijf ik me in?",
            ["Bestaat er een fonds", "Hoe groot is het", "Hoe schrijf ik me in?"],
        ),
        (
            "Ik zag dat jullie de linde gaan kappen?! Klopt dat en komt er een nieuwe?",
            [
                "Ik zag dat jullie de linde gaan kappen?! Klopt dat",
                "Komt er een nieuwe?",
            ],
        ),
        (
            "Mijn collega wil weten of de zaal vrij is en wat een avond kost.",
            [
                "Mijn collega wil weten of de zaal vrij is",
                "Wat een avond kost",
            ],
        ),
        (
            "Ik zorg voor mijn moeder. Krijg ik er iets voor? In welke maand?",
            ["Ik zorg voor mijn moeder. Krijg ik er iets voor?", "In welke maand?"],
        ),
    ],
)
def test_each_question_by_itself(message: str, questions: list[str]) -> None:
    assert [part.question for part in divided(message)] == questions


@pytest.mark.parametrize(
    "message",
    [
        "Ik ben 72 en woon in het centrum. Moet ik betalen voor parkeren?",
        "De instelling die de pas uitreikt maakt er een potje van. Wat mag de minister doen?",
        "Niemand had ons dit verteld, pas in november hoorden we ervan! Krijgen we een vergoeding?",
        "mijn kapper zegt dat de toeslag wordt afgeschaft, klopt dat",
        "Wat wordt er gedaan voor ouderen en kinderen?",
        "Hoeveel was de belasting en wat wordt die?",
        "Krijg ik geld of een lening?",
        "Het kost 12.50 euro. Klopt dat?",
        "Welke regels gelden er voor honden en katten die buiten lopen?",
        "Hoeveel jaar worden de gegevens bewaard en wie die krijgt?",
        "Gelden de regels ook voor een bord met de naam en wat het kost?",
        "Kunt u mij helpen? Wat kost een paspoort?",
        "Iemand die hierheen emigreert, mag die zijn nationaliteit houden?",
        "Hallo ik ben nieuw hier. Waar is de balie?",
        "Mag mijn man en zijn broer ook komen?",
        "Wat is goedkoper, een volkstuin of een balkon?",
        "Wanneer en waar kan ik snoeihout brengen?",
        "Wat betekent de wet voor kopers en huurders?",
        "Hallo, ik heb een vraag over de ijsbaan. Wat kost een rondje?",
        "Wat vindt de partij van zonneparken, windmolens en kolen?",
        "Als agent zie ik vaak ruzie, wat verandert er?",
        "Hoeveel banken en prullenbakken komen er in het park?",
        "Kan ik daar parkeren en betalen met mijn pas?",
        "Wat moet ik doen als ik ziek ben en niet kan komen?",
        "Wie bepaalt wie mag komen?",
        "Het zwembad gaat dicht, lees ik. Wat komt er in de plaats?",
        "Er komt een hek om het park, hoor ik van mijn buurman. Klopt dat?",
        "",
    ],
)
def test_one_question_stays_whole(message: str) -> None:
    assert len(divided(message)) == 1


@pytest.mark.parametrize(
    ("message", "whole"),
    [
        ("Ik wil weten wat een paspoort kost en of ik moet bellen.", "Moet ik bellen?"),
        ("Een vrouw vroeg hoe lang zo'n kaart geldig blijft en of ze ermee in de garage mag staan.", "Mag ze ermee in de garage staan?"),
        ("Weet u wat het kost en tot hoeveel lagen er mag worden gebouwd?", "Tot hoeveel lagen mag er worden gebouwd?"),
        ("Wat kost een rijbewijs en wat een paspoort?", "Wat kost een paspoort?"),
        ("Wat kost een rijbewijs en een paspoort?", "Wat kost een paspoort?"),
        ("Wat doet de gemeente aan armoede en aan eenzaamheid?", "Wat doet de gemeente aan eenzaamheid?"),
        ("Hoeveel hulp krijgt de harmonie en hoeveel het koor?", "Hoeveel hulp krijgt het koor?"),
        ("Hoeveel banken komen er in het park en hoeveel bomen?", "Hoeveel bomen komen er in het park?"),
        ("Wat zijn de kosten en de looptijd van een lening?", "Wat zijn de looptijd van een lening?"),
        ("Wat kost een kaart voor ouders en wat voor kinderen?", "Wat kost een kaart voor kinderen?"),
        ("Klopt het dat de kiosk verdwijnt en dat er een podium komt?", "Klopt het dat er een podium komt?"),
        ("Weet u wat het kost en of je korting krijgt als je alleen woont?", "Krijgt je korting als je alleen woont?"),
    ],
)
def test_a_question_that_was_said_by_its_end_only_is_made_whole(message: str, whole: str) -> None:
    assert divided(message)[1].alone == whole


def test_what_was_said_around_them_goes_with_each() -> None:
    parts = divided("Ik heb een hond. Mag hij los? Wat kost de belasting?")
    assert all(part.text.startswith("Ik heb een hond.") for part in parts)


@pytest.mark.parametrize(
    ("message", "around"),
    [
        ("Hallo, ik heb twee vragen. Wat kost een stalling? Is er nog plek?", ""),
        ("Wat kost een stalling? Is er nog plek? Met vriendelijke groet, Noor", ""),
        ("Alvast bedankt! Wat kost een stalling? Is er nog plek?", ""),
        ("1. Wat kost een stalling? 2. Is er nog plek?", ""),
        ("Vraag 1: wat kost een stalling? Vraag 2: is er nog plek?", ""),
        ("Beste gemeente, mijn fiets is gestolen. Wat kost een stalling? Is er nog plek? groetjes", "mijn fiets is gestolen."),
        ("Even over de stalling: wat kost die en is er nog plek?", "de stalling"),
        ("T.b.v. raadsvragen over de stalling: 1) wat kost die; 2) is er nog plek?", "de stalling"),
        ("Ik woon pas in Oost en heb een paar vragen. Wat kost een stalling? Is er nog plek?", "Ik woon pas in Oost"),
        ("Ik ben 22. Wat kost een stalling? Is er nog plek?", "Ik ben 22."),
    ],
)
def test_a_greeting_thanks_a_number_and_what_announces_questions_are_not_told(message: str, around: str) -> None:
    assert [part.around for part in divided(message)] == [around, around]


def test_what_a_later_question_turns_to_is_not_said_of_those_before_it() -> None:
    parts = divided("Mag ik hier vissen? En mijn neefje van negen, heeft hij een akte nodig? En wat kost die?")
    assert [part.topic for part in parts] == ["", "mijn neefje van negen", "mijn neefje van negen"]


def test_a_topic_goes_with_the_questions_behind_it_only() -> None:
    parts = divided("Honden: wat kost de belasting en wanneer stopt die? Parkeren: wat kost een uur?")
    assert [part.around for part in parts] == ["Honden", "Honden", "Parkeren"]


def test_each_part_is_answered_or_met_with_silence(assistant: Assistant) -> None:
    reply, _ = assistant.reply("Hoeveel vluchtelingen mogen er per jaar komen? En wat kost een paspoort?")
    assert [part.outcome for part in reply.parts] == [Outcome.ANSWER, Outcome.NO_ANSWER]
    assert "750" in reply.parts[0].quotes[0].text
    assert reply.quotes == tuple(quote for part in reply.parts for quote in part.quotes)


def test_at_most_three_are_answered_and_the_rest_named(assistant: Assistant) -> None:
    message = "Blijft het kinderpardon? Mag ik twee paspoorten? Krijgen vluchtelingen huurtoeslag? Wie is Bart Somers?"
    reply, _ = assistant.reply(message)
    assert len(reply.parts) == 3
    assert reply.left_out == ("Wie is Bart Somers?",)


def test_a_greeting_is_no_question(assistant: Assistant) -> None:
    assert not assistant.reply("Hoi! Hoe gaat het? Blijft het kinderpardon?")[0].parts


@pytest.mark.parametrize(
    "message",
    [
        "kunnen vluchtelingen zich nog wel redden zonder toeslagen, wat zegt KIS daar over",
        "komen die strijders terug naar nl, wat wil t kabinet daar mee",
        "Blijft het kinderpardon? Hoe zit dat?",
        "blijft het vaag of niet, wat vindt de schrijver",
        "Van wie kreeg Somers de titel en in welk jaar?",
        "Op welke datum en in welke stad was die dag?",
        "Als je het in één zin moet zeggen, wat is die zin dan?",
        "Wordt er geïnvesteerd in scholen en in mensen die slecht kunnen lezen?",
    ],
)
def test_a_tail_a_detail_or_a_condition_is_no_question_of_its_own(message: str) -> None:
    assert len(divided(message)) == 1


@pytest.mark.parametrize(
    "message",
    ["Blijft het kinderpardon? En waar kan ik terecht?", "Wat kost een stalling? Wie controleert dat? Wat als ik het niet goed doe?"],
)
def test_a_question_that_sounds_like_something_else_by_itself_is_one_of_a_message(assistant: Assistant, message: str) -> None:
    assert len(assistant.reply(message)[0].parts) == len(divided(message))


def test_a_tail_goes_with_the_question_it_is_about() -> None:
    parts = divided("Wie is Bart Somers? Krijgen vluchtelingen huurtoeslag? Hoe zit dat?")
    assert [part.question for part in parts] == ["Wie is Bart Somers?", "Krijgen vluchtelingen huurtoeslag? Hoe zit dat?"]


def test_a_question_that_is_no_follow_up_is_asked_by_itself(assistant: Assistant) -> None:
    reply, _ = assistant.reply("Wat wil het kabinet met landen als Turkije afspreken, en wat doet de 1F-unit?")
    assert "oorlogsmisdadigers" in reply.parts[1].quotes[0].text


def test_a_question_that_leaves_its_subject_out_is_asked_with_it(assistant: Assistant) -> None:
    message = "moet voor school iets schrijven over integratie. wie is bart somers en welke prijs kreeg hij? en van welke stad was hij burgemeester"
    who, prize, city = assistant.reply(message)[0].parts
    assert "Bart Somers" in who.quotes[0].highlight_text
    assert "de beste burgemeester van de wereld" in prize.quotes[0].highlight_text
    assert "de Mechelse burgemeester" in city.quotes[0].highlight_text


@pytest.mark.parametrize("together", ["Wat kost een paspoort? {question}", "Wat kost een paspoort en {question}"])
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("wat kost parkeren?", "1,80 euro"),
        ("wat kost zwemmen?", "5,25 euro"),
    ],
)
def test_a_verb_that_names_what_is_asked_about_is_a_subject_of_its_own(tmp_path: Path, together: str, question: str, said: str) -> None:
    source = (
        "# Paspoort\n\nEen paspoort kost 83,87 euro. Met spoed kost een paspoort 57,85 euro extra.\n\n"
        "# Parkeren\n\nIn het centrum kost parkeren 1,80 euro per uur.\n\n# Zwembad\n\nZwemmen kost 5,25 euro per keer.\n"
    )
    folder = tmp_path / "wijzer"
    folder.mkdir()
    (folder / "document.yaml").write_text("title: Wijzer\npublisher: Gemeente\nyear: 2026\n", encoding="utf-8")
    (folder / "source.md").write_text(source, encoding="utf-8")
    reply, _ = Assistant(index_of(load_knowledge(tmp_path))).reply(together.format(question=question))
    assert said in reply.parts[-1].quotes[0].highlight_text


CARDS = (
    "# Rijbewijs\n\nEen rijbewijs kost 52 euro. U haalt het rijbewijs zelf op aan de balie.\n\n"
    "# Parkeerkaart\n\nEen parkeerkaart kost 61 euro. Voor een parkeerkaart gaat u langs een arts. De keuring duurt een uur.\n\n"
    "# Boerderijen\n\nVoor het splitsen van een boerderij is een vergunning in acht weken klaar.\n"
)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Wat kost een parkeerkaart? Moet ze ook langs een arts?", ["61 euro", "langs een arts"]),
        ("Kan ik mijn rijbewijs aan de balie halen? In hoeveel weken heb ik daar dan een vergunning voor?", ["balie", ""]),
    ],
)
def test_what_a_question_only_points_at_is_not_answered_of_something_else(tmp_path: Path, message: str, said: list[str]) -> None:
    folder = tmp_path / "kaarten"
    folder.mkdir()
    (folder / "document.yaml").write_text("title: Kaarten\npublisher: Gemeente\nyear: 2026\n", encoding="utf-8")
    (folder / "source.md").write_text(CARDS, encoding="utf-8")
    reply, _ = Assistant(index_of(load_knowledge(tmp_path))).reply(message)
    given = [part.quotes[0].highlight_text if part.outcome is Outcome.ANSWER else "" for part in reply.parts]
    assert len(given) == len(said)
    assert all(text in quote if text else not quote for text, quote in zip(said, given, strict=True)), given
