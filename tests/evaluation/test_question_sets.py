"""Question sets are read as they are meant, and what is wrong in one is told with file, line and remedy."""

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.errors import QuestionSetError
from bot.evaluation.question_sets import Chosen, at_hand, chosen_sets, read_question_set
from bot.knowledge.model import Kind
from tests.paths import QUESTIONS
from tests.refused import refused

GOOD = {"id": "A-1", "vraag": "Mag dat?", "kind": "answer", "gold": ["Ja"], "soort": "toelichting", "stijl": "kort", "note": "x"}


def write(folder: Path, *items: object) -> Path:
    path = folder / "set.jsonl"
    path.write_text("\n".join(i if isinstance(i, str) else json.dumps(i) for i in items), encoding="utf-8")
    return path


def test_questions_and_dialogues_are_read(tmp_path: Path) -> None:
    turns = [{"vraag": "En dan?", "kind": "answer", "gold": ["x"]}, {"vraag": "Hoeveel?", "kind": "abstain"}]
    single, first, second = read_question_set(write(tmp_path, GOOD, "", {"id": "D-1", "turns": turns}))
    assert (single.question, single.gold, single.kind, single.style, single.author) == ("Mag dat?", ("Ja",), Kind.EXPLANATION, "kort", "A")
    assert (first.id, first.turn, second.id, second.turn) == ("D-1.1", 1, "D-1.2", 2)
    assert first.conversation == second.conversation == "D-1"
    assert first.answerable
    assert not second.answerable


def test_of_dialogues_only_those_about_the_knowledge_at_hand_are_asked(tmp_path: Path) -> None:
    turns = [{"vraag": "En dan?", "kind": "abstain"}]
    dialogues = [{"id": f"D-{name}", "document": name, "turns": turns} for name in ("wonen", "afval")]
    cases = read_question_set(write(tmp_path, {**GOOD, "document": "p. 3"}, *dialogues, {"id": "D-all", "turns": turns}))
    assert [case.conversation for case in at_hand(cases, {"wonen"})] == ["A-1", "D-wonen", "D-all"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "geen geldige JSON"),
        ("[1]", "geen JSON-object"),
        ({**GOOD, "id": ""}, "'id' ontbreekt"),
        ({**GOOD, "vraag": None}, "'vraag' ontbreekt"),
        ({**GOOD, "kind": "maybe"}, "'kind' moet"),
        ({**GOOD, "gold": "Ja"}, "'gold' moet een lijst"),
        ({**GOOD, "gold": []}, "'gold' is leeg"),
        ({**GOOD, "kind": "abstain"}, "'gold' is niet leeg"),
        ({**GOOD, "soort": "krant"}, "soort 'krant' bestaat niet"),
        ({**GOOD, "stijl": 3}, "'stijl' moet"),
        ({**GOOD, "asks": ["amount"]}, "'asks' moet"),
        ({**GOOD, "twin": 7}, "'twin' moet"),
        ({"id": "D", "turns": []}, "'turns' moet"),
        (GOOD, "twee keer"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, line: object, says: str) -> None:
    path = write(tmp_path, GOOD, line)
    with refused(QuestionSetError, says) as caught:
        read_question_set(path)
    assert (caught.value.path, caught.value.line) == (path, 2)


def test_a_missing_file_and_an_empty_one_are_told(tmp_path: Path) -> None:
    with refused(QuestionSetError, "niet worden gelezen"):
        read_question_set(tmp_path / "none.jsonl")
    with refused(QuestionSetError, "geen vragen"):
        read_question_set(write(tmp_path, ""))
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "\xe9"}')
    with refused(QuestionSetError, "geen UTF-8"):
        read_question_set(tmp_path / "latin.jsonl")


def test_what_a_question_asks_for_and_lacks_is_read(tmp_path: Path) -> None:
    near = {
        "id": "A-2",
        "vraag": "Mag dat in Gent?",
        "kind": "abstain",
        "gold": [],
        "asks": "yes_no",
        "missing": "other place",
        "twin": "A-1",
    }
    first, second = read_question_set(write(tmp_path, {**GOOD, "document": "brief"}, near))
    assert (first.asks, first.missing, first.twin, first.document) == ("", "", "", "brief")
    assert (second.asks, second.missing, second.twin, second.document) == ("yes_no", "other place", "A-1", "")


def test_a_folder_of_sets_is_asked_of_a_folder_of_knowledge(tmp_path: Path) -> None:
    sets, knowledge = tmp_path / "sets", tmp_path / "knowledge"
    for name in ("brief", "wet"):
        (sets / name).parent.mkdir(exist_ok=True)
        (sets / f"{name}.jsonl").write_text("", encoding="utf-8")
    brief, law = sets / "brief.jsonl", sets / "wet.jsonl"
    (knowledge / "wet" / "wet").mkdir(parents=True)
    assert chosen_sets(f"{law}") == ([Chosen(law, None)], [])
    assert chosen_sets(f"{law}={knowledge}") == ([Chosen(law, knowledge)], [])
    assert chosen_sets(f"{sets}") == ([Chosen(brief, None), Chosen(law, None)], [])
    assert chosen_sets(f"{sets}={knowledge}") == ([Chosen(law, knowledge / "wet")], [brief])
    (knowledge / "wet" / "document.yaml").write_text("", encoding="utf-8")
    assert chosen_sets(f"{sets}={knowledge}") == ([Chosen(brief, knowledge), Chosen(law, knowledge)], []), "one knowledge folder for all"
    with refused(QuestionSetError, "geen bestand met vragen"):
        chosen_sets(str(knowledge))


def test_the_projects_own_sets_are_sound() -> None:
    questions: Counter[str] = Counter()
    for path in QUESTIONS.glob("*.jsonl"):
        # Pairs about a document stand beside its own set.
        questions[path.stem.removeprefix("twins-")] += len(read_question_set(path))
    assert questions
    for name, asked in questions.items():
        assert asked >= 60, name
