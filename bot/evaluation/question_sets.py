"""Question sets: JSON Lines files of questions and dialogues, each with what a right reply is.

A question is `{"id", "vraag", "kind": "answer" | "abstain", "gold": [...], "soort"?, "stijl"?, "asks"?, "missing"?, "twin"?, "document"?}`,
where `gold` holds alternative strings of the source to the letter; a dialogue is `{"id", "document"?, "turns": [{"vraag", "kind", "gold"}, ...]}`.
Other keys are notes.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import QuestionSetError
from bot.knowledge.model import Kind
from bot.named import NamedTuple

KINDS = {"regeerakkoord": Kind.AGREEMENT, "toelichting": Kind.EXPLANATION, "blog": Kind.COMMENTARY}
"""How a question set calls the kinds of text."""

_AUTHOR = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what a right reply is.

    Attributes:
        conversation: turns of one dialogue share it.
        turn: 1 for a question that stands alone.
        gold: alternative strings of the source; empty where silence is right.
        kind: the kind of text that answers, None where the set does not say.
        style: the voice in which the question was written, or ''.
        asks: what it asks for ('amount', 'reason'), as its author calls it, or ''.
        missing: what the source lacks ('other group'), as the author of an unanswerable question calls it, or ''.
        twin: the id of the answerable question that an unanswerable one differs from in a word or two, or ''.
        document: the document that it is about, where the set names one, or ''.
    """

    id: str
    question: str
    conversation: str
    turn: int
    gold: tuple[str, ...]
    kind: Kind | None = None
    style: str = ""
    asks: str = ""
    missing: str = ""
    twin: str = ""
    document: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the source answers the question."""
        return bool(self.gold)

    @property
    def author(self) -> str:
        """The letters that the id begins with: whoever wrote the question."""
        match = _AUTHOR.match(self.id)
        return match.group() if match else ""


def read_question_set(path: Path) -> list[Case]:
    """Read one file.

    Args:
        path: JSON Lines in UTF-8; empty lines are passed over.

    Returns:
        Its questions in order, the turns of a dialogue one after the other.

    Raises:
        QuestionSetError: the file can't be read, or a line is not of the form above.
    """
    cases: list[Case] = []
    seen: set[str] = set()
    for number, item in json_objects(path):
        turns = list(_cases(item, path, number))
        if turns[0].conversation in seen:
            raise QuestionSetError("questions.twice", path=path, line=number, id=turns[0].conversation)
        seen.add(turns[0].conversation)
        cases += turns
    if not cases:
        raise QuestionSetError("questions.none", path=path)
    return cases


class Chosen(NamedTuple):
    """A question set to evaluate.

    Attributes:
        knowledge: the knowledge folder that is asked; None for the usual one.
    """

    path: Path
    knowledge: Path | None


def chosen_sets(given: str) -> tuple[list[Chosen], list[Path]]:
    """The question sets that one argument of `evaluate` stands for.

    Args:
        given: 'FILE', 'FILE=KNOWLEDGE', or the same with a folder: every .jsonl file in it. For a folder KNOWLEDGE is either one knowledge
            folder for them all, or a folder that has one for each: KNOWLEDGE/name for name.jsonl.

    Returns:
        The sets, and the files that are passed over because KNOWLEDGE has no folder for them.

    Raises:
        QuestionSetError: a folder holds no question sets.
    """
    name, _, folder = given.partition("=")
    path, knowledge = Path(name), Path(folder) if folder else None
    if not path.is_dir():
        return [Chosen(path, knowledge)], []
    files = sorted(path.glob("*.jsonl"))
    if not files:
        raise QuestionSetError("questions.none_in_folder", path=path)
    if knowledge is None or any(knowledge.glob("*/document.yaml")):
        return [Chosen(file, knowledge) for file in files], []
    of_file = {file: knowledge / file.stem for file in files}
    chosen = [Chosen(file, knowledge_folder) for file, knowledge_folder in of_file.items() if knowledge_folder.is_dir()]
    return chosen, [file for file, knowledge_folder in of_file.items() if not knowledge_folder.is_dir()]


def json_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file with their line numbers.

    Raises:
        QuestionSetError: the file can't be read, or a line holds no JSON object.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionSetError("file.not_utf_8", path=path) from error
    except OSError as error:
        raise QuestionSetError("file.unreadable", path=path, why=error) from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise QuestionSetError("questions.no_json", path=path, line=number) from error
        if not isinstance(item, dict):
            raise QuestionSetError("questions.no_object", path=path, line=number)
        yield number, item


def _cases(item: Mapping[str, Any], path: Path, line: int) -> Iterator[Case]:
    ident = _text(item, "id", path, line)
    turns = item.get("turns")
    if turns is None:
        yield _case(item, ident, ident, 1, path, line)
        return
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, dict) for turn in turns):
        raise QuestionSetError("questions.turns", path=path, line=line)
    of_all = {key: item[key] for key in ("stijl", "document") if key in item}
    for number, turn in enumerate(turns, 1):
        yield _case({**of_all, **turn}, f"{ident}.{number}", ident, number, path, line)


def at_hand(cases: Sequence[Case], known: Collection[str]) -> list[Case]:
    """The questions that stand alone, and the dialogues that are about the knowledge at hand.

    Args:
        known: the ids of its documents, and the name of its folder: what a dialogue may call it by.
    """
    return [case for case in cases if case.conversation == case.id or not case.document or case.document in known]


def _case(item: Mapping[str, Any], ident: str, conversation: str, turn: int, path: Path, line: int) -> Case:
    question, wanted = _text(item, "vraag", path, line), item.get("kind")
    if wanted not in ("answer", "abstain"):
        raise QuestionSetError("questions.kind", path=path, line=line)
    gold = item.get("gold", [])
    if not isinstance(gold, list) or not all(isinstance(text, str) and text.strip() for text in gold):
        raise QuestionSetError("questions.gold", path=path, line=line)
    if bool(gold) != (wanted == "answer"):
        raise QuestionSetError("questions.gold_unwanted" if gold else "questions.gold_missing", path=path, line=line)
    kind = item.get("soort")
    if kind is not None and (not isinstance(kind, str) or kind not in KINDS):
        raise QuestionSetError("questions.sort", path=path, line=line, kind=kind, allowed=", ".join(KINDS))
    notes = (_note(item, key, path, line) for key in ("stijl", "asks", "missing", "twin", "document"))
    return Case(ident, question, conversation, turn, tuple(gold), KINDS[kind] if kind else None, *notes)


def _note(item: Mapping[str, Any], key: str, path: Path, line: int) -> str:
    value = item.get(key) or ""
    if not isinstance(value, str):
        raise QuestionSetError("questions.note", path=path, line=line, key=key)
    return value


def _text(item: Mapping[str, Any], key: str, path: Path, line: int) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value.strip():
        raise QuestionSetError("questions.text", path=path, line=line, key=key)
    return value
