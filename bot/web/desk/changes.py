"""What an editor changes in a knowledge folder: shown as a difference first, proved before it is written, and undone by one press."""

import difflib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.errors import AkkoordwijzerError, WebError
from bot.knowledge.folder import load_with_hints
from bot.knowledge.lexicon_file import read_local_lexicon
from bot.knowledge.yaml_file import YamlFile
from bot.named import NamedTuple

LONGEST_HINT = 300
MOST_CHANGES = 200
_CONTEXT = 2
_FOLDER = "redactie"
QUESTION_SET = "vragen.jsonl"


class Change(NamedTuple):
    """A file as it is and as it would be.

    Attributes:
        before: None where there is no such file yet.
    """

    path: Path
    before: str | None
    after: str

    @property
    def digest(self) -> str:
        """Stands for both: whoever approved a change approved exactly this one."""
        return hashlib.blake2b(f"{self.path}\0{self.before}\0{self.after}".encode(), digest_size=16).hexdigest()

    @property
    def difference(self) -> list[tuple[str, str]]:
        """Lines with their sign: '+' added, '-' taken away, ' ' around it, '@' for a gap."""
        before, after = (self.before or "").splitlines(), self.after.splitlines()
        lines = list(difflib.unified_diff(before, after, lineterm="", n=_CONTEXT))[2:]
        return [(line[:1], "" if line.startswith("@@") else line[1:]) for line in lines]


def hint_change(knowledge_dir: Path, passage_id: str, question: str) -> Change:
    """The change that makes a question a hint of a passage: it is found by it, and never shown.

    Args:
        knowledge_dir: the knowledge folder.
        passage_id: that of the passage, its document's included.
        question: what people ask.

    Raises:
        WebError: the question is empty or too long, or hints.yaml is written in a way that can't be changed line by line.
        KnowledgeError: the document can't be used as it is.
    """
    question = " ".join(question.split())
    if not question or len(question) > LONGEST_HINT:
        raise WebError("web.hint_length", most=LONGEST_HINT)
    document, _, key = passage_id.partition("/")
    folder = _inside(knowledge_dir, document)
    path = folder / "hints.yaml"
    before = _text(path)
    data: dict[str, Any] = (YamlFile(path).data if before else None) or {}
    if question in (data.get(key) or {}).get("questions", ()):
        raise WebError("web.hint_known", path=path)
    after = _with_question(before or "", key, json.dumps(question, ensure_ascii=False))
    wanted = {**data, key: {**(data.get(key) or {}), "questions": [question, *(data.get(key) or {}).get("questions", ())]}}
    try:
        right = yaml.safe_load(after) == wanted
    except yaml.YAMLError:
        right = False
    if not right:
        raise WebError("web.by_hand", path=path)
    _prove_document(folder, after)
    return Change(path, before, after)


def lexicon_change(knowledge_dir: Path, first: str, second: str) -> Change:
    """The change that makes two words synonyms in lexicon.yaml.

    Raises:
        WebError: a word is empty or too long, or lexicon.yaml is written in a way that can't be changed line by line.
        KnowledgeError: the lexicon would be broken.
    """
    words = [" ".join(word.split()) for word in (first, second)]
    if not all(0 < len(word) <= LONGEST_HINT for word in words):
        raise WebError("web.words_missing")
    path = knowledge_dir / "lexicon.yaml"
    before = _text(path)
    line = f"  - [{', '.join(json.dumps(word, ensure_ascii=False) for word in words)}]"
    text = before or ""
    if re.search(r"^synonyms:[ \t]*(?:#.*)?$", text, re.MULTILINE):
        after = re.sub(r"^(synonyms:[ \t]*(?:#.*)?)$", lambda match: f"{match.group(1)}\n{line}", text, count=1, flags=re.MULTILINE)
    else:
        after = f"{_ended(text)}synonyms:\n{line}\n"
    data = (YamlFile(path).data if text else None) or {}
    try:
        right = yaml.safe_load(after) == {**data, "synonyms": [words, *data.get("synonyms", ())]}
    except yaml.YAMLError:
        right = False
    if not right:
        raise WebError("web.by_hand", path=path)
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(scratch) / "lexicon.yaml"
        trial.write_text(after, encoding="utf-8")
        list(read_local_lexicon(trial))
    return Change(path, before, after)


def question_change(data_dir: Path, key: str, question: str, gold: str) -> Change:
    """The change that puts a question into the editor's own question set: with a sentence that answers it, or none.

    Args:
        data_dir: the data folder; the set is `redactie/vragen.jsonl` in it.
        key: of the judgement, so that a question comes in once.
        question: what was asked.
        gold: the answering sentence, to the letter; '' where silence is right.
    """
    path = data_dir / _FOLDER / QUESTION_SET
    before = _text(path)
    item = {"id": f"R-{key}", "vraag": question, "kind": "answer" if gold else "abstain", "gold": [gold] if gold else []}
    lines = [line for line in (before or "").splitlines() if line.strip() and json.loads(line).get("id") != item["id"]]
    return Change(path, before, "".join(f"{line}\n" for line in [*lines, json.dumps(item, ensure_ascii=False)]))


class Done(NamedTuple):
    """A change that was made: its number, when, what it was about, and whether it was undone."""

    number: int
    when: str
    what: str
    undone: bool


class Journal:
    """What was changed, with what stood there before; its methods are to be called in a thread.

    Args:
        data_dir: the data folder.
    """

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / _FOLDER / "wijzigingen"

    def make(self, change: Change, what: str) -> None:
        """Write a change, and note what stood there before.

        Raises:
            WebError: the file was changed meanwhile, or can't be written.
        """
        if _text(change.path) != change.before:
            raise WebError("web.changed_meanwhile", path=change.path)
        try:
            _write(change.path, change.after)
            self._note({"what": what, "path": str(change.path.absolute()), "before": change.before, "after": change.after})
        except OSError as error:
            raise WebError("file.unwritable", path=change.path, why=error) from None

    def make_folder(self, target: Path, what: str, work: Callable[[], None]) -> None:
        """Do work that makes or replaces a document's folder, and keep the one that stood there.

        Args:
            target: the folder.
            what: what the work is about.
            work: writes it, whole or not at all.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        old = Path(tempfile.mkdtemp(dir=self._folder)) / target.name
        if target.exists():
            shutil.copytree(target, old)
        work()
        self._note({"what": what, "path": str(target.absolute()), "folder": str(old)})

    def all(self) -> list[Done]:
        """The last changes, the newest first."""
        notes = [(int(path.stem), json.loads(path.read_text(encoding="utf-8"))) for path in self._notes()]
        return [Done(number, note["when"], note["what"], note.get("undone", False)) for number, note in notes]

    def undo(self, number: int) -> None:
        """Put back what stood there before a change.

        Raises:
            WebError: there is no such change, it was undone already, or the file was changed since.
        """
        path = self._folder / f"{number:06d}.json"
        note: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"undone": True}
        if note.get("undone"):
            raise WebError("web.nothing_to_undo")
        target = Path(note["path"])
        try:
            if "folder" in note:
                self._put_back(target, Path(note["folder"]))
            elif _text(target) != note["after"]:
                raise WebError("web.changed_since", path=target)
            elif note["before"] is None:
                target.unlink()
            else:
                _write(target, note["before"])
            _write(path, json.dumps({**note, "undone": True}, ensure_ascii=False))
        except OSError as error:
            raise WebError("file.unwritable", path=target, why=error) from None

    def _put_back(self, target: Path, old: Path) -> None:
        # First out of sight in one step, so that a half-removed document is never loaded.
        away = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        if target.exists():
            target.rename(away / target.name)
        if old.exists():
            ready = away / "ready"
            shutil.copytree(old, ready)
            ready.rename(target)
        shutil.rmtree(away)

    def _notes(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9]*.json"), reverse=True)[:MOST_CHANGES] if self._folder.is_dir() else []

    def _note(self, note: dict[str, Any]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        number = max((int(path.stem) for path in self._notes()), default=0) + 1
        when = datetime.now(UTC).isoformat(timespec="minutes")
        _write(self._folder / f"{number:06d}.json", json.dumps({"when": when, **note}, ensure_ascii=False))


def _with_question(text: str, key: str, quoted: str) -> str:
    """hints.yaml with a question more for a passage, all else as it was, comments too."""
    lines = text.splitlines(keepends=True)
    start = next((n for n, line in enumerate(lines) if re.match(rf"{re.escape(key)}:[ \t]*(?:#.*)?$", line.rstrip("\n"))), None)
    if start is None:
        return f"{_ended(text)}{key}:\n  questions:\n    - {quoted}\n"
    end = next((n for n in range(start + 1, len(lines)) if re.match(r"[^\s#]", lines[n])), len(lines))
    there = next((n for n in range(start + 1, end) if re.match(r"  questions:[ \t]*(?:#.*)?$", lines[n].rstrip("\n"))), None)
    added = [f"    - {quoted}\n"] if there is not None else ["  questions:\n", f"    - {quoted}\n"]
    insertion = (there if there is not None else start) + 1
    return "".join([*lines[: insertion - 1], _ended(lines[insertion - 1]), *added, *lines[insertion:]])


def _prove_document(folder: Path, hints: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(scratch) / folder.name
        shutil.copytree(folder, trial, ignore=shutil.ignore_patterns("*.pdf"))
        (trial / "hints.yaml").write_text(hints, encoding="utf-8")
        try:
            load_with_hints(trial)
        except AkkoordwijzerError as error:
            raise WebError("web.would_break", path=folder / "hints.yaml", why=error) from None


def _inside(knowledge_dir: Path, document: str) -> Path:
    """The folder of a document that is there; a name that leads elsewhere is none."""
    names = {child.name for child in knowledge_dir.iterdir() if (child / "document.yaml").is_file()}
    if document not in names:
        raise WebError("web.no_document", document=document)
    return knowledge_dir / document


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WebError("file.unreadable", path=path, why=error) from None
    except UnicodeDecodeError:
        raise WebError("file.not_utf_8", path=path) from None


def _write(path: Path, text: str) -> None:
    """A file whole or not at all: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
