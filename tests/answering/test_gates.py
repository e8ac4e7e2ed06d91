"""Each gate forbids an answer where it should, can be named, and can be left out."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.gates import GATES, first_refusal
from bot.answering.reply import Outcome, Reason
from bot.answering.scope import Weighed
from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge
from bot.presentation.texts import say, texts
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder
from tests.paths import KNOWLEDGE

STOPPED = [
    ("Wat stond er in het regeerakkoord van Rutte III over de dividendbelasting?", "other_agreement"),
    ("Hoeveel asielzoekers kwamen er in 2023 naar Nederland?", "other_year"),
    ("qwrtp zzz 44 @@", "nothing_near"),
    ("Komen er meer seniorenwoningen?", "one_word"),
    ("Komt zo'n opvanghuis ook in Limburg of in Zeeland?", "other_name"),
    ("Voorzitter, hoeveel miljoen trekt het kabinet uit voor de bed-bad-broodlocaties?", "amount"),
    ("De eerste bed-bad-broodlocatie ging toch in maart al open?", "named_time"),
    ("Wat stond er in het vorige regeerakkoord over integratie?", "other_cabinet"),
    ("Welk advies bracht de Orde van Advocaten uit over de latere rechtsbijstand?", "opinion"),
    ("Hoe doe je aangifte van haatzaaien?", "procedure"),
    ("Welke tips staan er in de handreiking voor Eritrese statushouders?", "behind_link"),
    ("Hoeveel vluchtelingen wonen er op dit moment in ons land?", "number_now"),
    ("Van welke politieke partij is Bart Somers lid?", "party"),
    ("Hoeveel inwoners telt Mechelen?", "number"),
    ("Hoeveel asielzoekers komen er?", "number"),
    ("Wie krijgt geen taalles?", "negated"),
    ("Is Mechelen veilig?", "judged"),
    ("Is er een pardon voor volwassenen?", "other_group"),
    ("Welke maatregelen tegen discriminatie staan er in het regeerakkoord?", "empty_section"),
    ("Welke voedingsbodems leiden er tot radicalisering?", "only_a_link"),
]
"""Questions about the shipped document that it does not answer, each with the gate that says so first."""


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return load_assistant(KNOWLEDGE, meaning=False)  # By words alone: which sentence comes first is not what is tested.


@pytest.mark.parametrize(("question", "gate"), [pair for pair in STOPPED if pair[1] != "other_agreement"])
def test_a_gate_stops_a_question_that_the_document_does_not_answer(assistant: Assistant, question: str, gate: str) -> None:
    reply, _ = assistant.reply(question)
    assert (reply.outcome, reply.gate) == (Outcome.NO_ANSWER, gate)


@pytest.mark.parametrize(
    "question", ["Wie krijgt geen huurtoeslag?", "Wie krijgt taalles?", "Hoeveel vluchtelingen mogen er per jaar komen?", "Blijft het kinderpardon?"]
)  # fmt: skip
def test_the_same_asked_of_what_the_document_says_is_answered(assistant: Assistant, question: str) -> None:
    assert assistant.reply(question)[0].outcome is Outcome.ANSWER


def test_a_number_that_stands_elsewhere_is_not_said_to_be_absent(assistant: Assistant) -> None:
    reply, _ = assistant.reply("Hoeveel vluchtelingen mogen er komen?")
    assert reply.outcome is Outcome.ANSWER or reply.reason is not Reason.NO_NUMBER


@pytest.mark.parametrize(
    "question", ["Hoeveel vluchtelingen laat Nederland toe?", "Hoeveel vluchtelingen per jaar mogen hier voortaan komen wonen?"]
)
def test_a_link_is_weighed_against_the_whole_passage(assistant: Assistant, question: str) -> None:
    # One sentence names who comes, the next how many: together they say more than the link.
    assert assistant.reply("Hoeveel vluchtelingen laat Nederland toe?")[0].reason is not Reason.ONLY_A_LINK


def test_what_belongs_to_it_is_named(tmp_path: Path) -> None:
    text = "# Regeling\n\nDe regeling voor gratis zwemles geldt in Zeist en Bunnik.\n\n# Sport\n\nIn Houten komt een sporthal.\n"
    assistant = Assistant(index_of(load_knowledge(write_folder(tmp_path, source=text))))
    assert assistant.reply("Valt Zeist daar ook onder, onder de regeling voor gratis zwemles?")[0].outcome is Outcome.ANSWER
    assert assistant.reply("Valt Houten daar ook onder, onder de regeling voor gratis zwemles?")[0].gate == "belongs"


def test_another_cabinet_is_no_subject(tmp_path: Path) -> None:
    folder = tmp_path / "akkoord"
    folder.mkdir()
    (folder / "document.yaml").write_text("title: Coalitieakkoord\npublisher: Rijk\nyear: 2021\n", encoding="utf-8")
    (folder / "source.md").write_text("# Belasting\n\nDe dividendbelasting blijft zoals die is.\n", encoding="utf-8")
    reply, _ = Assistant(index_of(load_knowledge(tmp_path))).reply("Wat wilde Rutte III met de dividendbelasting?")
    assert (reply.gate, reply.reason, reply.missing) == ("other_agreement", Reason.OTHER_AGREEMENT, "Rutte III")


def test_an_answer_names_no_gate(assistant: Assistant) -> None:
    reply, _ = assistant.reply("Hoeveel vluchtelingen mogen er per jaar komen?")
    assert (reply.outcome, reply.gate) == (Outcome.ANSWER, "")


def test_every_gate_has_a_name_of_its_own_and_a_dutch_line() -> None:
    names = [gate.name for gate in GATES]
    assert len(set(names)) == len(names)
    assert set(texts("gates")) == set(names)
    assert all(say("gates", name).endswith(".") and gate.about for name, gate in zip(names, GATES, strict=True))


@pytest.mark.parametrize(("question", "gate"), [pair for pair in STOPPED if pair[1] not in ("other_agreement", "nothing_near")])
def test_a_gate_that_is_left_out_says_nothing(assistant: Assistant, question: str, gate: str) -> None:
    examined = assistant.examine(question)
    case = Weighed(examined.read, examined.candidates[0] if examined.candidates else None, examined.shelf.index, examined.shelf.scope)
    stopped = first_refusal(case)
    assert stopped is not None
    assert stopped.gate == gate
    without = first_refusal(case, {gate})
    assert without is None or without.gate != gate


def test_a_documents_own_words_tell_its_kinds_of_text(tmp_path: Path) -> None:
    folder = tmp_path / "brief"
    folder.mkdir()
    (folder / "document.yaml").write_text(
        "title: Brief\npublisher: Platform Wonen (PW)\nyear: 2024\nlabels:\n  explanation: Uitleg van PW\n  commentary: Column\n",
        encoding="utf-8",
    )
    (folder / "source.md").write_text("# Wonen\n\nEr komen meer huizen.\n", encoding="utf-8")
    assistant = Assistant(index_of(load_knowledge(tmp_path)))
    kinds = [assistant.examine(question).read.question.kind for question in ("Wat zegt PW over huizen?", "Wat vindt de columnschrijver?")]
    assert [kind.value if kind else None for kind in kinds] == ["explanation", "commentary"]
