"""Twins: two questions that differ in a word or two, of which a sentence answers one. The gates stop the other."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.gates import first_refusal
from bot.answering.scope import Weighed
from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge

TWINS = [
    # (sentence, the question that it answers, its twin, the gate that stops the twin)
    ("Een paspoort kost 75 euro.", "Wat kost een paspoort?", "Hoe lang is een paspoort geldig?", "duration"),
    ("De balie is open van 9.00 tot 16.30 uur.", "Tot hoe laat is de balie open?", "Op welke dag is de balie open?", "day"),
    ("De raad vergadert iedere donderdag.", "Hoe vaak vergadert de raad?", "Hoe laat vergadert de raad?", "time_of_day"),
    ("Je krijgt antwoord binnen vijf werkdagen.", "Binnen hoeveel dagen krijg ik antwoord?", "Wat kost het om antwoord te krijgen?", "amount"),
    ("De grijze container gaat elke twee weken leeg.", "Hoe vaak gaat de grijze container leeg?", "Hoeveel kilo mag er in de container?", "measure"),
    ("Twee derde van de woningen wordt huurwoning.", "Welk deel van de woningen wordt huurwoning?", "Hoeveel woningen worden huurwoning?", ""),
    ("De fietsenstalling is er sinds mei 2024.", "Sinds wanneer is er een fietsenstalling?", "Hoeveel rekken staan er in de fietsenstalling?", "number"),
    ("De coalitie bestaat uit VVD en CDA.", "Uit welke partijen bestaat de coalitie?", "Hoe oud is de coalitie?", "age"),
    ("Vrijwilligers schenken koffie in de buurtkamer.", "Wie schenkt koffie in de buurtkamer?", "Wie betaalt de koffie in de buurtkamer?", "payer"),
    ("Wij sluiten het zwembad omdat het dak lekt.", "Waarom sluit het zwembad?", "Hoe laat sluit het zwembad?", "time_of_day"),
    ("Het zwembad gaat in 2027 dicht.", "Wanneer gaat het zwembad dicht?", "Waarom gaat het zwembad dicht?", "reason"),
    ("Kansrijke asielzoekers krijgen taalles.", "Krijgen kansrijke asielzoekers taalles?", "Krijgen kansarme asielzoekers taalles?", "other_group"),
    ("Het loket zit op Molenpad 8.", "Waar zit het loket?", "Hoeveel mensen zitten er bij het loket?", "number"),
    ("Bij groep 3 helpen 12 ouders.", "Hoeveel ouders helpen bij groep 3?", "Hoeveel ouders betalen bij groep 3?", ""),
    ("Er komen 750 vluchtelingen per jaar.", "Hoeveel vluchtelingen komen er per jaar?", "Hoeveel asielzoekers komen er per jaar?", "number"),
    ("Een hond moet aan de lijn.", "Moet een hond aan de lijn?", "Moet een kat aan de lijn?", "other_group"),
    ("Je bent hoogstens drie dagen weg.", "Hoeveel dagen ben ik hoogstens weg?", "Hoeveel dagen ben ik minstens weg?", "opposite"),
    ("De vliegbelasting gaat met 5 euro omhoog per ticket.", "Met hoeveel euro gaat de vliegbelasting omhoog per ticket?", "Met hoeveel euro gaat de vliegbelasting omhoog per vliegtuig?", "other_rate"),
    ("De hulp kost 19 euro per maand.", "Hoeveel euro kost de hulp per maand?", "Hoeveel euro kost de hulp per week?", "other_rate"),
    ("Een mantelzorger: iemand die voor een naaste zorgt.", "Wat is een mantelzorger?", "Hoeveel euro krijgt een mantelzorger?", "amount"),
    ("De gemeente helpt mantelzorgers met een pas.", "Wie helpt mantelzorgers met een pas?", "Wat is een mantelzorger?", "meaning"),
    ("Het loket in Zeist helpt bij schulden.", "Wie helpt bij schulden in Zeist?", "Wie helpt bij schulden in Bunnik?", "other_name"),
    ("Vraag de pas aan met het formulier.", "Hoe vraag ik de pas aan?", "Hoe oud moet ik zijn voor de pas?", "age"),
    ("De pas geldt voor sport en muziek.", "Geldt de pas voor sport?", "Hoe vraag ik de pas voor sport aan?", "procedure"),
    ("Boven de kist ligt een laag grond van 65 centimeter.", "Hoeveel grond ligt er boven de kist?", "Hoeveel grond ligt er onder de kist?", "other_side"),
    ("Parkeren met een pas kost 3 euro.", "Wat kost parkeren met een pas?", "Wat kost parkeren zonder pas?", "other_side"),
    ("De dagprijs voor de drukte is 4 euro.", "Wat is de prijs voor de drukte?", "Wat is de prijs na de drukte?", "other_side"),
    ("De hondenbelasting is afgeschaft op 1 mei 2025.", "Wanneer is de hondenbelasting afgeschaft?", "Wanneer wordt de hondenbelasting ingevoerd?", "opposite"),
    ("De huur stijgt met 3 procent.", "Met hoeveel procent stijgt de huur?", "Met hoeveel procent daalt de huur?", "opposite"),
    ("De kast is niet zwaarder dan 30 kilo.", "Hoeveel kilo is de kast hoogstens?", "Hoeveel kilo is de kast minstens?", "opposite"),
    ("Over een aanvraag beslissen wij binnen acht weken.", "Binnen hoeveel weken beslissen jullie over een aanvraag?", "Binnen hoeveel weken beslissen jullie over bezwaar?", "opposite"),
    ("Verhuren mag vanaf 12 maanden.", "Na hoeveel maanden mag ik verhuren?", "Na hoeveel maanden mag ik huren?", "opposite"),
    ("Het Rijk betaalt 12 miljoen euro.", "Hoeveel betaalt het Rijk?", "Hoeveel betaalt de provincie?", "other_group"),
    ("De tweede hond kost 96 euro.", "Wat kost de tweede hond?", "Wat kost de derde hond?", "other_group"),
    ("Een vergunning kost 72 euro per jaar.", "Hoeveel kost een vergunning per jaar?", "Hoelang is een vergunning geldig?", "duration"),
    ("In 2025 waren er 63 feesten.", "Hoeveel feesten waren er in 2025?", "Hoeveel feesten waren er in 2026?", "other_period"),
    ("In tweeduizend vijfentwintig waren er 63 feesten.", "Hoeveel feesten waren er in 2025?", "Hoeveel feesten waren er in 2026?", "other_period"),
    ("In 2025 waren er 63 feesten.", "Hoeveel feesten waren er in tweeduizend vijfentwintig?", "Hoeveel feesten waren er in tweeduizend zesentwintig?", "other_period"),
    ("Een feest kost 63 euro.", "Wat kost een feest?", "Wat kost een feest volgend jaar?", "later_period"),
    ("Een feest kost 63 euro.", "Wat kost een feest dit jaar?", "Wat kost een feest over vijf jaar?", "later_period"),
    ("De milieustraat is open tot 16.00 uur.", "Tot hoe laat is de milieustraat open?", "Tot hoe laat is de bibliotheek open?", "telling_word"),
    ("In Oostmeer komen hoogstens vier windmolens.", "Hoeveel windmolens komen er in Oostmeer?", "Hoe hoog worden de windmolens in Oostmeer?", "counts_only"),
    ("In Oostmeer komen ten hoogste vier windturbines.", "Hoeveel windmolens komen er in Oostmeer?", "Hoe hoog worden de windmolens in Oostmeer?", "counts_only"),
    ("De balie is op donderdag open.", "Op welke dag is de balie open?", "Op welke dag is de balie dicht?", "opposite"),
    ("De proef met warme lunch duurt twee schooljaren.", "Hoe lang duurt de proef met warme lunch?", "Wat kost de proef met warme lunch?", "amount"),
    ("Wie afval dumpt krijgt een boete.", "Wie krijgt een boete?", "Wat is de boete als je afval dumpt?", "amount"),
    ("Je krijgt vanaf dag één taalles.", "Vanaf wanneer krijg je taalles?", "Hoeveel taallessen krijg je?", "number"),
    ("De kleine school in Velp heeft 58 leerlingen.", "Hoeveel leerlingen heeft de kleine school?", "Hoeveel leerlingen heeft de school De Regenboog?", "other_named"),
    ("Een kapaanvraag duurt acht weken.", "Hoe lang duurt een kapaanvraag?", "Hoe lang duurt een bouwaanvraag?", "lasting"),
    ("De cursus duurt drie maanden.", "Hoe lang duurt de cursus?", "Hoe lang duurt het examen?", "lasting"),
    ("Het Leefeest duurt drie dagen.", "Hoe lang duurt het Leefeest?", "Hoe lang duurt het akkoord?", "lasting"),
    ("Directeur Bremer werkte tien jaar in Gent.", "Hoeveel jaar werkte Bremer in Gent?", "Hoe oud is Bremer?", "someones_age"),
    ("Het trapveld is in 1998 aangelegd.", "Wanneer is het trapveld aangelegd?", "Hoe oud is de trainer van het trapveld?", "age"),
    ("De boete voor zwerfvuil is 150 euro.", "Hoe hoog is de boete voor zwerfvuil?", "Hoe hoog is de boete voor wildplassen?", "punished"),
    ("Er komt een nieuw zwembad.", "Komt er een nieuw zwembad?", "Komt er een nieuw ziekenhuis?", "comes_about"),
    ("De sporthal is open op maandag en dinsdag.", "Op welke dagen is de sporthal open?", "Wanneer is de sporthal klaar?", "on_its_days"),
    ("De pont vaart twee keer per dag.", "Hoe vaak vaart de pont?", "Waar vertrekt de pont?", "somewhere"),
    ("Het park is open voor iedereen.", "Is het park open voor iedereen?", "Is het park veilig?", "judged"),
    ("De nieuwe weg is veilig.", "Is de nieuwe weg veilig?", "Is de nieuwe weg druk?", "judged"),
    ("De toeristenbelasting gaat naar € 2,40 per nacht.", "Wat is de toeristenbelasting per overnachting?", "Wat is de toeristenbelasting per hond?", "telling_word"),
    ("Puin brengen is gratis.", "Wat kost puin brengen?", "Wat kost een paspoort?", "telling_word"),
    ("Het toernooi is in 2024 begonnen.", "Wanneer is het toernooi begonnen?", "Hoe laat begint het toernooi?", "time_of_day"),
    ("De toeslag blijft zoals hij nu is.", "Blijft de toeslag?", "Wanneer is de toeslag ingevoerd?", "date"),
    ("Ouders met een laag inkomen krijgen een sportpas.", "Krijgen ouders met een laag inkomen een sportpas?", "Krijgen rijke ouders een sportpas?", "other_group"),
    ("De bruine bak gaat elke week leeg.", "Hoe vaak gaat de bruine bak leeg?", "Hoe vaak gaat de gele bak leeg?", "other_group"),
    ("Een paspoort kost 88 euro.", "Wat kost een paspoort?", "Wat kost een zakenpaspoort?", "other_thing"),
    ("Een bewonersvergunning kost 64 euro.", "Wat kost een bewonersvergunning?", "Wat kost een kapvergunning?", "other_thing"),
    ("Er komen acht opvanglocaties voor asielzoekers.", "Hoeveel opvanglocaties komen er?", "Hoeveel asielzoekers worden opgevangen?", "number"),
    ("Er komen 320 huizen.", "Komen er meer dan 2000 huizen?", "Komen er meer dan 2000 bomen?", "number"),
    ("De pont vaart twee keer per dag.", "Vaart de pont elke dag?", "Vaart de trein elk uur?", "telling_word"),
    ("De buurtbus rijdt twee keer per uur.", "Rijdt de buurtbus elk uur?", "Rijdt de metro elk uur?", "telling_word"),
    ("Jonge mantelzorgers houden hun bon van 75 euro.", "Hoeveel is de bon van een jonge mantelzorger?", "Hoeveel is de bon van een jonge vrijwilliger?", "other_receiver"),
    ("Bewoners betalen 60 euro voor een vergunning.", "Wat betalen bewoners voor een vergunning?", "Wat betaalt een winkel voor een vergunning?", "other_receiver"),
    ("De verenigingen zijn drie weken zonder bad.", "Hoeveel weken zitten clubs zonder bad?", "Hoeveel weken zitten scholen zonder bad?", "other_receiver"),
    ("Fase 1 begint in mei 2028.", "Wanneer begint de eerste fase?", "Wanneer begint de tweede fase?", "other_group"),
    ("In de wijkraad mag je vanaf 16 jaar.", "Vanaf welke leeftijd mag je in de wijkraad?", "Tot welke leeftijd mag je in de wijkraad?", "opposite"),
    ("Het dak gaat twintig jaar mee na een opknapbeurt.", "Hoe lang gaat het dak mee als je het opknapt?", "Hoe lang gaat het dak mee als je het niet opknapt?", "not_done"),
    ("Het college beslist binnen acht weken.", "Binnen hoeveel weken beslist het college?", "Binnen hoeveel weken beslist het college over mijn bezwaar?", "decided_on"),
    ("De wethouder van Groen & Sociaal krijgt zorg.", "Welke wethouder krijgt zorg?", "Hoe heet de wethouder van zorg?", "called"),
    ("De wethouder van zorg is Jan Kromhout.", "Hoe heet de wethouder van zorg?", "Hoe oud is de wethouder van zorg?", "age"),
    ("De wethouder van zorg is mevrouw Kromhout.", "Hoe heet de wethouder van zorg?", "Wat kost de wethouder van zorg?", "amount"),
    ("Dit jaar komen er drie boa's bij.", "Hoeveel boa's komen erbij?", "Hoeveel boa's kwamen er in het verleden bij?", "earlier_period"),
]  # fmt: skip


def _refusal(tmp_path: Path, sentence: str, question: str) -> str:
    """The name of the gate that stops a question about a document of one sentence, or ''."""
    folder = tmp_path / "akkoord"
    folder.mkdir(exist_ok=True)
    (folder / "document.yaml").write_text("title: Samen verder\npublisher: Gemeente\nyear: 2026\n", encoding="utf-8")
    (folder / "source.md").write_text(f"# Plannen\n\n{sentence}\n", encoding="utf-8")
    assistant = Assistant(index_of(load_knowledge(tmp_path)))
    examined = assistant.examine(question)
    refusal = first_refusal(Weighed(examined.read, examined.candidates[0], examined.shelf.index, examined.shelf.scope))
    return refusal.gate if refusal else ""


@pytest.mark.parametrize(("sentence", "answered", "twin", "gate"), TWINS)
def test_a_sentence_answers_one_twin_and_not_the_other(tmp_path: Path, sentence: str, answered: str, twin: str, gate: str) -> None:
    assert _refusal(tmp_path, sentence, answered) == ""
    assert _refusal(tmp_path, sentence, twin) == gate


@pytest.mark.parametrize("question", ["Wat kost een paspoort?", "Wat kost een rijbewijs?", "wat kost t zwembad"])
def test_the_word_that_a_question_turns_on_must_be_somewhere_in_the_sources(tmp_path: Path, question: str) -> None:
    assert _refusal(tmp_path, "Grofvuil ophalen kost 25 euro per keer.", question) == "telling_word"


@pytest.mark.parametrize(
    ("question", "gate"),
    [("Tot hoe laat is op zaterdag de milieustraat open?", ""), ("Tot hoe laat is op zaterdag de kringloop open?", "other_thing")],
)
def test_what_is_asked_for_is_of_the_same_thing(tmp_path: Path, question: str, gate: str) -> None:
    text = "Op zaterdag is de milieustraat open van 8.30 tot 16.00 uur.\n\n## Meubels\n\nGoede spullen gaan naar de kringloop."
    assert _refusal(tmp_path, text, question) == gate


@pytest.mark.parametrize(("year", "gate"), [(2026, ""), (2024, "other_period")])
def test_money_for_one_year_is_not_that_of_another(tmp_path: Path, year: int, gate: str) -> None:
    text = "Voor 2026 zit er 240.000 euro in het fonds.\n\n## Voorbeeld\n\nDe moestuin is begonnen in maart 2024."
    assert _refusal(tmp_path, text, f"Hoeveel geld zit er in {year} in het fonds?") == gate


@pytest.mark.parametrize("question", ["Wat kost grofvuil?", "Wat kost het ophalen van groot vuil?"])
def test_what_may_stand_for_a_word_is_that_word(tmp_path: Path, question: str) -> None:
    assert _refusal(tmp_path, "Grofvuil ophalen kost 25 euro per keer.", question) != "telling_word"


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        # Wordings that once were not seen in a sentence, so that the reply said something untrue of the source.
        ("De container wordt elke twee weken geleegd.", "Hoe vaak wordt de container geleegd?"),
        ("Een spoedaanvraag doe je voor 11.00 uur.", "Hoe laat moet ik een spoedaanvraag doen?"),
        ("Bel de storingsdienst: 0199-55 01 99.", "Wat is het telefoonnummer van de storingsdienst?"),
        ("Binnen een jaar is de brug klaar.", "Hoe lang duurt het voor de brug klaar is?"),
        ("De vergadering is elke maandag.", "Hoe vaak is er een vergadering?"),
        ("De huisarts komt in Riethuizen.", "In welk dorp komt de huisarts?"),
        # 'Kosten' asks an amount only where a question word asks for one.
        ("De leges voor de vergunning betaalt het Buurtfonds.", "Wie betaalt de kosten van de vergunning?"),
        # The opposite answers a question for yes or no.
        ("Het is verboden hier te parkeren.", "Is het toegestaan hier te parkeren?"),
        # A year in what is told around the question is no subject.
        ("Bewoners houden hun radiatoren.", "Mijn huis is uit 1995. Houden bewoners hun radiatoren?"),
        ("De subsidie is er niet voor huizen die na 2000 zijn gebouwd.", "Mijn huis is uit 2004, krijg ik subsidie?"),
        ("Mensen boven de 75 jaar parkeren gratis.", "Ik ben 81, moet ik betalen voor parkeren?"),
        # What is counted is no year.
        ("Er komen 320 huizen bij.", "Komen er meer dan 2000 huizen bij?"),
        # A year that a stretch of time holds.
        ("Vanaf 1 januari 2027 kost een pas 5 euro.\n\n## Feest\n\nHet feest is in 2028.", "Wat kost een pas in 2028?"),
        ("Tot en met 2030 komen er 400 huizen bij.\n\n## Feest\n\nHet feest is in 2028.", "Hoeveel huizen komen er in 2028 bij?"),
        ("De komende jaren kost een pas 5 euro.", "Wat kost een pas volgend jaar?"),
        # Whoever asks is no subject, and what an answer is reckoned by is no thing.
        ("Een pas kost 5 euro.", "Wat kost een pas voor mijn dochter?"),
        ("Elke volgende hond kost 96 euro.", "Wat kost een derde hond?"),
        # What was asked is counted by another word than any noun.
        ("In de opvang komen dertig bedden.", "Hoeveel plekken komen er in de opvang?"),
    ],
)
def test_a_sentence_that_offers_it_is_not_stopped(tmp_path: Path, sentence: str, question: str) -> None:
    assert _refusal(tmp_path, sentence, question) == ""


def test_whether_something_is_still_there_turns_on_the_thing(tmp_path: Path) -> None:
    assert _refusal(tmp_path, "De gezinscoach stopt.", "Bestaat die gezinscoach nog?") == ""
