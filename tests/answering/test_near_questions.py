"""Questions that come near what a document says, each kind in several wordings and documents: what answers none of them stays silent."""

import pytest

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome, Reason
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder

GUIDE = """# Wegwijzer Esdoornveld

## Gemeentehuis

De publieksbalie aan het Lindeplein 4 is open van maandag tot en met donderdag van 8.45 tot 16.15 uur. Op vrijdag sluit de balie om 12.00 uur. Voor een rijbewijs maakt u vooraf een afspraak. Een rijbewijs kost 48,50 euro. Een uittreksel uit de basisregistratie kost € 17,20.

De gemeenteraad vergadert iedere tweede woensdag van de maand in de raadszaal. Wie wil inspreken, meldt zich uiterlijk 24 uur van tevoren bij de griffier.

De wethouder voor sport en groen is mevrouw Tineke Haverkamp. Burgemeester is de heer Wout Bremer. De coalitie bestaat uit VVD, PvdA en Dorpsbelang.

## Afval

De bruine bak met groente en tuinafval legen wij elke week op dinsdag. De blauwe bak voor papier gaat om de vier weken leeg. Plastic brengt u naar de verzamelbak bij de supermarkt. Oude matrassen halen wij op voor € 18 per stuk. Op het brengpunt aan de Gasfabriekweg mag u gratis vier keer per jaar puin brengen. Het brengpunt is open op woensdag en zaterdag van 9.30 tot 15.30 uur.

Een melding over een volle container handelen wij binnen drie werkdagen af.

## Parkeren

In de binnenstad betaalt u 2,10 euro per uur. Een bewonersvergunning kost € 64 per jaar. Mensen boven de 75 jaar mogen zonder kaartje op het Kerkplein staan. Vrachtwagens mogen niet in de woonwijken staan.

## Spelen en sport

De nieuwe skatebaan bij het Vossenbos komt er in het voorjaar van 2028. De skatebaan kost 140.000 euro. In sporthal De Hazelaar geven wij op maandagavond gratis gymles aan ouderen. Kinderen van ouders met een laag inkomen krijgen een sportpas. De sportpas geldt voor één jaar.

Het trapveld aan de Meidoornlaan is in 1998 aangelegd en wordt vernieuwd.

## Wonen

Tot 2031 bouwen wij 320 huizen, waarvan 110 voor starters. In het oude klooster komen twaalf kamers voor studenten. Wie zijn dak isoleert, krijgt een subsidie van hoogstens € 900. De subsidie is er niet voor huizen die na 2000 zijn gebouwd.

## Groen

Honden mogen los op de weide achter het station. In het Vossenbos moet een hond aan de lijn. Voor het kappen van een boom dikker dan 30 centimeter is een vergunning nodig. De behandeling van een kapaanvraag duurt acht weken.
"""

SILENT_OF_THE_GUIDE = [
    # What it is about stands nowhere in the document.
    "Wat kost een paspoort?",
    "Wat kost een zakenpaspoort?",
    "Wanneer is de bibliotheek open?",
    "Hoe laat gaat het zwembad dicht?",
    "Wie is de wethouder van onderwijs?",
    "Wie is de wethouder van financiën?",
    "Wie is de commandant van de brandweer?",
    "Mag ik barbecueën in het park?",
    "Mag ik kippen houden?",
    "Mag ik twee nationaliteiten hebben?",
    "Hoe lang duurt een naturalisatie?",
    "Waar kan ik asbest inleveren?",
    "Krijg ik subsidie voor zonnepanelen?",
    "Wat kost een parkeerboete?",
    # Something else of the same sort.
    "Wanneer wordt de gele bak geleegd?",
    "Wat kost een kapvergunning?",
    "Hoe lang duurt een bouwaanvraag?",
    "Hoe lang duurt het aanvragen van een rijbewijs?",
    "Hoe lang geldt de bewonersvergunning?",
    "Hoeveel ouderen doen mee aan de gymles?",
    "Mag mijn kat los lopen?",
    # The opposite, and what someone makes of it.
    "Wie krijgt geen sportpas?",
    "Krijgen kinderen van rijke ouders een sportpas?",
    "Krijgen kinderen van ouders met een hoog inkomen een sportpas?",
    "Is het Vossenbos veilig?",
    "Is de binnenstad mooi?",
    # No question about anything.
    "Moet ik langskomen?",
    "Wanneer ben ik aan de beurt?",
]

ANSWERED_BY_THE_GUIDE = [
    ("Wat kost een rijbewijs?", "48,50"),
    ("Wat kost het om een matras op te laten halen?", "€ 18"),
    ("Wat kost het brengen van puin?", "gratis"),
    ("Wanneer is het brengpunt open?", "9.30"),
    ("Tot hoe laat is de balie open?", "16.15"),
    ("Wie is de wethouder van sport?", "Haverkamp"),
    ("Welke partijen zitten in de coalitie?", "VVD"),
    ("Hoe vaak vergadert de gemeenteraad?", "tweede woensdag"),
    ("Hoe vaak wordt de bruine bak geleegd?", "elke week"),
    ("Hoe lang duurt een kapaanvraag?", "acht weken"),
    ("Wanneer komt de skatebaan?", "2028"),
    ("Hoeveel studentenkamers komen er?", "twaalf"),
    ("Mag mijn hond los in het bos?", "aan de lijn"),
    ("Voor welke huizen is er geen subsidie?", "na 2000"),
    ("Mijn huis is uit 2004, krijg ik subsidie voor mijn dak?", "subsidie"),
    ("Ik ben 81, moet ik betalen voor parkeren?", "75 jaar"),
]

SILENT_OF_THE_AGREEMENT = [
    "Hoe lang duurt de inburgering?",
    "Hoe lang duurt een inburgeringstraject?",
    "Hoe lang duurt een inburgeringscursus?",
    "Hoe lang duurt de asielprocedure?",
    "Hoe lang duurt de taalles?",
    "Hoe lang zit je in een asielzoekerscentrum?",
    "Hoe lang zit je in een azc?",
    "Hoe lang moet je in een azc blijven?",
    "Hoeveel asielzoekers komen er?",
    "Hoeveel asielzoekers zijn er?",
    "Hoeveel asielzoekers worden opgevangen?",
    "Hoeveel statushouders komen er?",
    "Hoeveel leefgeld krijgt een vluchteling?",
    "Wanneer is het kinderpardon ingevoerd?",
    "Hoe oud is Bart Somers?",
    "Hoeveel inwoners heeft Mechelen?",
    "Wat vindt de VNG hiervan?",
    "Wat vindt Vluchtelingenwerk ervan?",
    "Wat vindt het kabinet-Schoof van asiel?",
    "Wat wil het kabinet-Jetten met vluchtelingen?",
    "Krijgen kansarme asielzoekers taalles?",
    "Krijgen kansarme vluchtelingen in een azc les in Nederlands?",
    "Wie krijgt geen taalles?",
    "Welke asielzoekers krijgen geen taalles?",
    "Is er een pardon voor volwassenen?",
    "Is Mechelen veilig?",
    "Is Mechelen gevaarlijk?",
    "Is Turkije veilig?",
    "Ben ik veilig?",
    "Wat kost een zakenpaspoort?",
    "Hoe lang is een Nederlands paspoort geldig?",
    "Hoe hoog is de straf voor discriminatie?",
    "Welke straf staat op wildplassen?",
    "Wanneer komt de wet voor IS-gangers?",
    "Wanneer worden de inburgeringscursussen herzien?",
    "Hoeveel taalles krijg je?",
    "Hoe vaak krijg je taalles?",
    "Hoe lang duurt een nader gehoor?",
    "Hoeveel vluchtelingen wonen er in Nederland?",
    "Zijn inburgeringscursussen goed?",
    "Is Bart Somers aardig?",
    "Is het kinderpardon eerlijk?",
    "Zijn vluchtelingen gevaarlijk?",
    "Krijgen afgewezen asielzoekers taalles?",
    "Wie is de minister van veiligheid?",
    "Hoeveel straf krijg je voor discriminatie?",
    "Komen er meer sociale huurwoningen?",
    "Komen er meer goedkope koopwoningen?",
    "Komt er meer sociale woningbouw?",
    "Hoe lang moet ik nog wachten?",
    "Zijn er meer dan 2000 man op komst?",
]

ANSWERED_BY_THE_AGREEMENT = [
    ("Hoeveel vluchtelingen mogen er komen?", "750"),
    ("Krijgen vluchtelingen na twee jaar geen bijstand?", "eerste twee jaar"),
    ("Hoe lang geldt een verblijfsvergunning?", "drie jaar"),
    ("Wordt de straf voor haatzaaien lager?", "verdubbeld"),
    ("Welke straf staat op haatzaaien?", "twee jaar"),
    ("Wie is de burgemeester van Mechelen?", "Bart Somers"),
    ("Waarvan leven vluchtelingen de eerste twee jaar?", "leefgeld"),
    ("Wie geeft het leefgeld?", "gemeenten"),
    ("Wat is de titel die Somers kreeg?", "titel"),
    ("Mag ik mijn Turkse paspoort houden?", "dubbele nationaliteit"),
    ("Wat is VVE?", "voor- en vroegschoolse educatie"),
]

ABOUT_ONESELF = [
    "Moet ik iets doen?",
    "Moet ik nu iets doen?",
    "Kan ik iets doen?",
    "Moet ik me melden?",
    "Word ik teruggestuurd?",
    "Word ik uitgezet?",
    "Krijg ik bericht?",
    "Wat gebeurt er met mij?",
]

ABOUT_THIS_TALK = [
    "Wordt dit opgenomen?",
    "Kijkt er iemand mee?",
    "Kan mijn baas dit lezen?",
    "Weet je wie ik ben?",
    "Ben ik anoniem?",
]


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The page of an invented municipality, brought in without hints, with its vectors."""
    about = "title: Wegwijzer Esdoornveld\npublisher: Gemeente Esdoornveld\nyear: 2026\n"
    return load_assistant(write_folder(tmp_path_factory.mktemp("guide"), description=about, source=GUIDE, name="wegwijzer"), wait=True)


@pytest.fixture(scope="module")
def ferry(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """A document of one sentence."""
    folder = write_folder(tmp_path_factory.mktemp("ferry"), source="De pont vaart twee keer per dag.\n", name="pont")
    return load_assistant(folder, wait=True)


@pytest.mark.parametrize("question", SILENT_OF_THE_GUIDE)
def test_a_guide_stays_silent_on_what_it_does_not_say(guide: Assistant, question: str) -> None:
    assert guide.reply(question)[0].outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(("question", "says"), ANSWERED_BY_THE_GUIDE)
def test_a_guide_answers_what_it_says(guide: Assistant, question: str, says: str) -> None:
    reply, _ = guide.reply(question)
    assert reply.outcome is Outcome.ANSWER
    assert says in reply.quotes[0].text


@pytest.mark.parametrize("question", SILENT_OF_THE_AGREEMENT)
def test_the_agreement_stays_silent_on_what_it_does_not_say(assistant: Assistant, question: str) -> None:
    assert assistant.reply(question)[0].outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(("question", "says"), ANSWERED_BY_THE_AGREEMENT)
def test_the_agreement_marks_the_sentence_that_says_it(assistant: Assistant, question: str, says: str) -> None:
    reply, _ = assistant.reply(question)
    assert reply.outcome is Outcome.ANSWER
    assert says in reply.quotes[0].highlight_text


@pytest.mark.parametrize("question", ABOUT_ONESELF)
def test_a_question_about_oneself_is_not_taken_for_one_about_this_talk(assistant: Assistant, question: str) -> None:
    assert assistant.reply(question)[0].reason is not Reason.PRIVACY


@pytest.mark.parametrize("question", ABOUT_THIS_TALK)
def test_what_is_kept_of_this_talk_is_told(assistant: Assistant, question: str) -> None:
    assert assistant.reply(question)[0].reason is Reason.PRIVACY


@pytest.mark.parametrize(
    "question",
    [
        "Rijdt de metro elk uur?",
        "Vaart de trein elk uur?",
        "Wanneer rijdt de bus?",
        "Waar stopt de pont?",
        "Waar vertrekt de pont?",
        "Wat kost de pont?",
    ],
)
def test_a_document_of_one_sentence_answers_nothing_else(ferry: Assistant, question: str) -> None:
    assert ferry.reply(question)[0].outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize("question", ["Hoe vaak vaart de pont?", "Vaart de pont elke dag?"])
def test_a_document_of_one_sentence_answers_what_it_says(ferry: Assistant, question: str) -> None:
    assert ferry.reply(question)[0].outcome is Outcome.ANSWER
