"""The console through a pipe: plain text, one reply after another, and the commands that begin with a slash."""

import io

import pytest

from bot.answering.assistant import Assistant
from bot.console.layout import PlainPage
from bot.console.session import Session
from bot.presentation.texts import say
from tests.conftest import RunBot

REFUGEES = "Hoeveel vluchtelingen mogen er per jaar komen?"


def talk(assistant: Assistant, *lines: str) -> str:
    """What a console says to these lines."""
    out = io.StringIO()
    session = Session(assistant, PlainPage(out))
    for line in lines:
        if not session.take(line):
            break
    return out.getvalue()


def test_a_question(assistant: Assistant) -> None:
    said = talk(assistant, REFUGEES)
    assert said.startswith("Regeerakkoord 2017 · Opvang vluchtelingen\n")
    assert "»Dit zogenoemde hervestigingsquotum gaat van 500 per jaar naar 750 vluchtelingen per jaar.«" in said


def test_help_names_every_command(assistant: Assistant) -> None:
    said = talk(assistant, "/help")
    session = Session(assistant, PlainPage(io.StringIO()))
    assert all(command in said for command in session.commands)
    assert set(session.commands) == {"/help", "/bronnen", "/themas", "/bron", "/uitleg", "/privacy", "/vergeet", "/stop"}


def test_sources_and_themes(assistant: Assistant) -> None:
    assert talk(assistant, "/bronnen").startswith("1. Blog over het regeerakkoord 'Vertrouwen in de toekomst' - Kennisplatform")
    assert "2017 - Kopjes: 9, stukken tekst: 32" in talk(assistant, "/bronnen")
    themes = talk(assistant, "/themas").splitlines()
    assert "- Opvang vluchtelingen" in themes
    assert "- Discriminatie" not in themes, "nothing stands under it"


def test_the_source_of_a_quote_with_what_stands_around_it(assistant: Assistant) -> None:
    said = talk(assistant, REFUGEES, "/bron 1").split("\n\n", 1)[1].splitlines()
    assert said[0] == "Regeerakkoord 2017 · Opvang vluchtelingen"
    assert [line[:30] for line in said[1:3]] == ["> Het aantal vluchtelingen dat", "  Het kabinet wil nieuwe afspr"]
    assert said[3].startswith("Bron: ")


@pytest.mark.parametrize("number", ["0", "4", "-1", "x", "1.5", "²", "٣", "9" * 5000, "1 2"])
def test_a_quote_that_is_not_there(assistant: Assistant, number: str) -> None:
    said = talk(assistant, REFUGEES, f"/bron {number}")
    assert "Kies een nummer van 1 tot en met 3." in said or "Bron: " in said.split("\n\n", 1)[1]


def test_commands_before_any_question(assistant: Assistant) -> None:
    assert talk(assistant, "/bron 1") == talk(assistant, "/uitleg") == "Stel eerst een vraag.\n"
    assert "Bij het laatste antwoord hoort geen citaat." in talk(assistant, "Hallo", "/bron 1")


def test_a_source_without_a_number_is_that_of_the_answer(assistant: Assistant) -> None:
    assert talk(assistant, REFUGEES, "/bron") == talk(assistant, REFUGEES, "/bron 1")


def test_the_explanation_of_an_answer_names_the_words_that_it_was_chosen_for(assistant: Assistant) -> None:
    said = talk(assistant, "Mag ik een dubbele nationaliteit houden?", "/uitleg").split("\n\n", 1)[1].splitlines()
    said = said[said.index("Ik koos dit stuk tekst omdat het bij je vraag past.") :]
    assert any(line.startswith("Deze woorden uit je vraag staan erin: ") and "nationaliteit" in line for line in said)
    assert any(line.startswith(("Ik ben er vrij zeker", "Ik denk")) for line in said)
    assert said[-1].startswith("Dit stuk tekst heet: regeerakkoord-2017/integratie/nieuwe-immigranten-mogen-nog-een-")
    assert "%" not in "".join(said)


def test_the_explanation_of_a_list_and_of_several_questions(assistant: Assistant) -> None:
    said = talk(assistant, "Welke maatregelen staan er over veiligheid?", "/uitleg").splitlines()
    assert said[-1].startswith("Je vroeg naar meer dan een punt. Dit zijn de stukken tekst onder het kopje 'Veiligheid'")
    both = f"{REFUGEES} En mag ik twee nationaliteiten hebben?"
    explained = talk(assistant, both, "/uitleg").removeprefix(talk(assistant, both)).splitlines()
    assert [line[:2] for line in explained if line[:1].isdigit()] == ["1.", "2."]
    assert sum(line.startswith("Dit stuk tekst heet: ") for line in explained) == 2


def test_the_explanation_of_silence(assistant: Assistant) -> None:
    said = talk(assistant, "Hoeveel kost een paspoort?", "/uitleg").splitlines()
    assert any(line.startswith("Ik gaf geen antwoord. ") for line in said)
    assert talk(assistant, "Hallo", "/uitleg").endswith("Ik las dit niet als een vraag over de documenten. Daarom heb ik niet gezocht.\n")
    assert "Ik heb niet gezocht. Je vraag is te lang" in talk(assistant, "woord " * 400, "/uitleg")


def test_forgetting_leaves_nothing_to_follow_on_or_to_explain(assistant: Assistant) -> None:
    assert "schrijf ik nergens op" in talk(assistant, "/privacy")
    follow_up = "Wie zegt dat?"
    assert "Dat staat in" in talk(assistant, REFUGEES, follow_up)
    assert "Dat staat in" not in talk(assistant, REFUGEES, "/vergeet", follow_up)
    assert talk(assistant, REFUGEES, "/vergeet", "/uitleg").endswith(say("console", "no_reply_yet") + "\n")


def test_an_unknown_command(assistant: Assistant) -> None:
    assert talk(assistant, "/raar") == "Dat ken ik niet: /raar. Typ /help.\n"
    assert talk(assistant, "/\x1b[31m{rood}") == "Dat ken ik niet: /[31m{rood}. Typ /help.\n"


def test_commands_in_capitals_and_with_spaces(assistant: Assistant) -> None:
    assert talk(assistant, "  /HELP  ") == talk(assistant, "/help")


def test_empty_lines_are_passed_over(assistant: Assistant) -> None:
    assert talk(assistant, "", "   ", "\t") == ""


def test_stop_ends_it(assistant: Assistant) -> None:
    assert talk(assistant, "/stop", "/help") == ""


def test_a_conversation_goes_on(assistant: Assistant) -> None:
    """The second question leans on the first."""
    first = talk(assistant, "Krijgen vluchtelingen huurtoeslag?")
    both = talk(assistant, "Krijgen vluchtelingen huurtoeslag?", "En zorgtoeslag?")
    assert both.startswith(first)
    assert "zorgtoeslag, huurtoeslag en bijstand" in both[len(first) :]


def test_the_whole_process(run_bot: RunBot) -> None:
    given = f"{REFUGEES}\n/bron 1\n/raar\n\xff\n".encode("latin-1") + b"/stop\nNooit gelezen\n"
    done = run_bot("console", given=given)
    assert (done.returncode, done.stderr) == (0, b"")
    said = done.stdout.decode()
    assert "750 vluchtelingen per jaar" in said
    assert "Dat ken ik niet: /raar" in said
    assert "\x1b" not in said, "no layout in a pipe"
    assert say("console", "welcome") not in said


def test_an_empty_pipe(run_bot: RunBot) -> None:
    done = run_bot("console")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
