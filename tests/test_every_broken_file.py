"""Every command meets every broken file with one clear line in Dutch and exit status 2: no traceback, no 'no answer', nothing half-written."""

import io
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cli import main
from tests.conftest import RunBot
from tests.knowledge_folders import DESCRIPTION, SOURCE, write_folder

QUESTION = "Hoeveel woningen bouwt de gemeente per jaar?"
TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
DOCUMENT = "voorbeeldstad-2022"
STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What makes a terminal do something else than show a letter, and what turns the direction of what follows."""

FAULT = "Er ging iets mis in het programma"
ENGLISH = re.compile(r"\b(?:the|error|expected|found|invalid|cannot|not allowed|no such|permission|denied|while)\b", re.IGNORECASE)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, with a state folder of our own."""
    here = tmp_path / "hier"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path / "gegevens"))


class Ran(NamedTuple):
    """What came of a command."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process."""

    def run_command(*arguments: str, given: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        status = main(list(arguments))
        return Ran(status, *capsys.readouterr())

    return run_command


def is_one_clear_line(ran: Ran) -> None:
    """Hold a failed command against what the contract promises."""
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.startswith("Fout: ")
    assert ran.err.count("\n") == 1
    assert not STEERING.search(ran.err.rstrip("\n"))
    assert FAULT not in ran.err
    assert not ENGLISH.search(re.sub(r"\S*[/\\]\S*", "", ran.err)), "paths apart, it is Dutch"
    assert "Kijk" in ran.err or re.search(r"[.!] [A-Z]", ran.err), "it says what to do"


ALIASES = "\n".join(["kind: &a0 [x,x,x,x,x,x,x,x,x]", *(f"k{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))])
YAML: dict[str, bytes] = {
    "tab": b"title: a\n\tyear: 2022\n",
    "colon": b"title: Plan: van de raad\n",
    "quote": b"title: 'Plan\nyear: 2022\n",
    "apostrophe": b"title: 's-Hertogenbosch\nyear: 2022\n",
    "list": b"title: [a, b\n",
    "mapping": b"title: {a: b\n",
    "at": b"title: @raad\n",
    "percent": b"title: %raad\n",
    "backtick": b"title: `raad`\n",
    "backslash": b'title: "a\\q"\n',
    "alias": b"title: &a Plan\npublisher: *a\n",
    "unknown alias": b"title: *plan\n",
    "alias bomb": ALIASES.encode(),
    "alias to itself": b"title: &a [*a]\n",
    "object": b"title: !!python/object/apply:os.system [ls]\n",
    "tag": b"title: !ding x\n",
    "twice": b"title: a\ntitle: b\n",
    "list as key": b"? [a, b]\n: c\n",
    "number": b"12\n",
    "text": b"zomaar een tekst\n",
    "items": b"- a\n- b\n",
    "unknown key": b"kleur: rood\n",
    "two documents": b"title: a\n---\ntitle: b\n",
    "deep": b"[" * 50_000,
    "long number": b"year: " + b"9" * 5_000 + b"\n",
    "control": b"title: a\x07b\n",
    "escape": b"title: \x1b[31mrood\n",
    "zero": b"title: a\0b\n",
    "latin-1": b"title: caf\xe9\n",
    "utf-16": "title: café\n".encode("utf-16"),
    "utf-16 without a mark": "title: cafe\n".encode("utf-16-le"),
    "half a character": b"title: \xe2\x82",
    "bytes": bytes(range(256)),
}


def damaged(folder: Path, name: str, content: bytes) -> Path:
    """A knowledge folder in which one file holds something else."""
    path = write_folder(folder)
    (path / (name if name == "lexicon.yaml" else f"{DOCUMENT}/{name}")).write_bytes(content)
    return path


def broken_folders() -> Iterator[tuple[str, Callable[[Path], Path]]]:
    """(what is wrong, makes such a knowledge folder in a folder)."""
    for name in ("document.yaml", "hints.yaml", "lexicon.yaml"):
        for what, content in YAML.items():
            yield f"{name}: {what}", partial(damaged, name=name, content=content)
    for what, content in {
        "empty": b"", "white": b" \n\t\n", "headings only": b"# Wonen\n\n# Zorg\n", "latin-1": b"caf\xe9",
        "utf-16": "# Wonen\n\nTekst.\n".encode("utf-16"), "bytes": bytes(range(256)),
    }.items():  # fmt: skip
        yield f"source.md: {what}", partial(damaged, name="source.md", content=content)
    for content in (b"x\n", b"0\t1\nx\t2\n", b"999999\t1\n", b"\xff", b"5\t1\n2\t2\n"):
        yield f"pages.tsv: {content!r}", partial(damaged, name="pages.tsv", content=content)
    for name in ("document.yaml", "source.md", "hints.yaml", "pages.tsv"):
        for what, put in IN_ITS_PLACE.items():
            yield f"{name}: {what}", partial(replaced, name=name, put=put)
    for what, put in {**IN_ITS_PLACE, "nothing": lambda path: None}.items():
        if what != "folder":
            yield f"folder: {what}", partial(made, put=put)


def loop(path: Path) -> None:
    """Two links that point at each other."""
    other = path.with_name(path.name + "-andersom")
    path.symlink_to(other)
    other.symlink_to(path)


IN_ITS_PLACE: dict[str, Callable[[Path], None]] = {
    "folder": Path.mkdir,
    "link to nothing": lambda path: path.symlink_to(path.with_name("nergens")),
    "links in a ring": loop,
    "pipe": lambda path: os.mkfifo(path),
}
"""What may stand where a file should."""


def replaced(folder: Path, name: str, put: Callable[[Path], None]) -> Path:
    """A knowledge folder in which something else stands in the place of a file."""
    path = write_folder(folder)
    target = path / DOCUMENT / name
    target.unlink(missing_ok=True)
    put(target)
    return path


def made(folder: Path, put: Callable[[Path], None]) -> Path:
    """Something that is no folder with knowledge."""
    path = folder / "kennis"
    put(path)
    return path


@pytest.mark.parametrize(("what", "make"), list(broken_folders()), ids=[what for what, _ in broken_folders()])
def test_every_command_refuses_a_broken_knowledge_folder(
    what: str, make: Callable[[Path], Path], tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(make(tmp_path))
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    questions = tmp_path / "vragen.jsonl"
    questions.write_text('{"id": "1", "vraag": "Wat?", "kind": "abstain"}\n')
    commands = [["ask", QUESTION], ["check"]]
    if what.startswith(("document.yaml", "folder")):  # The other files are read by the same reader.
        commands += [
            ["ask", "--format", "jsonl"],
            ["console"],
            ["list"],
            ["suggest", DOCUMENT],
            ["evaluate", str(questions)],
            ["telegram"],
            ["web"],
        ]
    said = set()
    for arguments in commands:
        ran = run(*arguments, "--knowledge", folder, given=b'{"id": 1, "question": "Wat?"}\n')
        is_one_clear_line(ran)
        said.add(ran.err)
    assert len(said) == 1, "all say the same"


@pytest.mark.parametrize(
    "command", ["ask", "console", "check", "list", "suggest", "add", "remove", "telegram", "health", "feedback", "evaluate"]
)
@pytest.mark.parametrize(
    "content",
    ["KENNIS=café\n".encode("utf-16"), "KENNIS=cafe\n".encode("utf-16-le"), b"# caf\xe9\n", bytes(range(256)), b"BOT_ENGINE=stoom\n", None],
    ids=["utf-16", "utf-16 without a mark", "latin-1", "bytes", "wrong value", "links in a ring"],
)
def test_every_command_refuses_a_broken_env_file(command: str, content: bytes | None, run: Run) -> None:
    if content is None:
        loop(Path(".env"))
    else:
        Path(".env").write_bytes(content)
    more = {"suggest": ["x"], "add": ["x"], "remove": ["x"], "ask": ["Wat?"], "evaluate": ["x"]}
    ran = run(command, *more.get(command, []))
    is_one_clear_line(ran)
    assert ".env" in ran.err


def write(path: Path, content: bytes) -> None:
    """A file with this content."""
    path.write_bytes(content)


def archive(path: Path, members: int) -> None:
    """A zip whose list of members is longer than its contents."""
    with zipfile.ZipFile(path, "w") as file:
        for number in range(members):
            file.writestr(zipfile.ZipInfo(f"{number:x}"), b"")


BROKEN_FILES: dict[str, Callable[[Path], None]] = {
    "leeg.pdf": lambda path: write(path, b""),
    "bytes.pdf": lambda path: write(path, b"%PDF-1.7\n" + bytes(range(256)) * 9),
    "halve.docx": lambda path: write(path, b"PK\x03\x04" + bytes(200)),
    "map.docx": Path.mkdir,
    "namen.docx": lambda path: archive(path, 70_000),
    "oud.doc": lambda path: write(path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    "plaatje.md": lambda path: write(path, b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "wit.txt": lambda path: write(path, b" \n\n "),
    "nergens.pdf": lambda path: path.symlink_to(path.with_name("weg.pdf")),
    "kring.html": loop,
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_add_refuses_a_broken_file_and_leaves_nothing_behind(name: str, tmp_path: Path, run: Run) -> None:
    path, knowledge = tmp_path / name, tmp_path / "kennis"
    BROKEN_FILES[name](path)
    ran = run("add", str(path), "--knowledge", str(knowledge), "--title", "T", "--publisher", "P", "--year", "2022")
    is_one_clear_line(ran)
    assert not knowledge.exists() or not list(knowledge.iterdir())


def test_two_files_of_one_name_are_told_apart(tmp_path: Path, run: Run) -> None:
    for name, text in (("a", "De gemeente bouwt 900 woningen."), ("b", "Het afval wordt elke week opgehaald.")):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "besluit.md").write_text(f"# Kop\n\n{text}\n")
    ran = run("add", str(tmp_path / "in"), "--knowledge", str(tmp_path / "k"), "--title", "T", "--publisher", "P", "--year", "2022")
    assert ran.status == 2
    assert "b/besluit.md: een ander bestand in deze map krijgt dezelfde naam" in ran.err
    assert "900" in (tmp_path / "k" / "besluit" / "source.md").read_text(), "the first stays"


@pytest.mark.parametrize("renames", [1, 2])
def test_ctrl_c_during_add_leaves_the_old_document(renames: int, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    file, knowledge = tmp_path / "nota.md", tmp_path / "k"
    said = ["--knowledge", str(knowledge), "--title", "T", "--publisher", "P", "--year", "2022"]
    file.write_text("# Wonen\n\nDe gemeente bouwt 900 woningen.\n")
    assert run("add", str(file), *said).status == 0
    file.write_text("# Wonen\n\nDe gemeente bouwt 1200 woningen.\n")
    real, calls = Path.rename, [0]

    def rename(path: Path, target: Path) -> Path:
        calls[0] += 1
        if calls[0] == renames:
            raise KeyboardInterrupt
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    assert run("add", str(file), *said).status == 130
    assert [path.name for path in knowledge.iterdir()] == ["nota"]
    assert "900" in (knowledge / "nota" / "source.md").read_text()


@pytest.mark.parametrize("arguments", [["add", "nota.md", "--title", "T", "--publisher", "P", "--year", "2022"], ["remove", DOCUMENT]])
def test_a_folder_that_can_only_be_read(arguments: list[str], tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_folder(tmp_path)
    Path("nota.md").write_text("# Wonen\n\nDe gemeente bouwt 900 woningen.\n")

    def refuse(*_: object, **__: object) -> str:
        raise OSError(30, "Read-only file system", str(folder))

    for where in ("tempfile.mkdtemp", "os.mkdir", "os.rename"):
        monkeypatch.setattr(where, refuse)
    is_one_clear_line(run(*arguments, "--knowledge", str(folder)))
    assert (folder / DOCUMENT / "source.md").read_text() == SOURCE


@pytest.mark.parametrize("command", ["add", "check", "ask"])
def test_a_folder_below_a_file(command: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "bestand").write_text("x")
    Path("nota.md").write_text("# Wonen\n\nDe gemeente bouwt 900 woningen.\n")
    more = {"add": ["nota.md", "--title", "T", "--publisher", "P", "--year", "2022"], "ask": [QUESTION]}
    is_one_clear_line(run(command, *more.get(command, []), "--knowledge", str(tmp_path / "bestand" / "kennis")))


QUESTION_SETS: dict[str, bytes] = {
    "empty": b"", "no json": b"geen json\n", "list": b"[1]\n", "no question": b'{"id": "1"}\n', "latin-1": b'{"id": "caf\xe9"}\n',
    "deep": b"[" * 100_000 + b"\n", "infinite": b'{"id": 1e999}\n', "kind": b'{"id": "1", "vraag": "x", "kind": "y"}\n', "zero": b"\0\n",
}  # fmt: skip


@pytest.mark.parametrize("content", QUESTION_SETS.values(), ids=QUESTION_SETS)
def test_measuring_refuses_broken_questions(content: bytes, tmp_path: Path, run: Run) -> None:
    (tmp_path / "vragen.jsonl").write_bytes(content)
    is_one_clear_line(run("evaluate", str(tmp_path / "vragen.jsonl"), "--knowledge", str(write_folder(tmp_path))))
    for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"):
        (tmp_path / name).write_bytes(content)
    is_one_clear_line(run("benchmark", str(tmp_path)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(name=st.sampled_from(["document.yaml", "hints.yaml", "lexicon.yaml", "source.md", "pages.tsv"]), content=st.binary(max_size=60))
def test_any_bytes_at_all(name: str, content: bytes, tmp_path: Path, run: Run) -> None:
    shutil.rmtree(tmp_path / "kennis", ignore_errors=True)
    folder = damaged(tmp_path, name, content)
    for arguments in (["check"], ["ask", QUESTION]):
        ran = run(*arguments, "--knowledge", str(folder))
        assert ran.status in (0, 1, 2)
        if ran.status == 2:
            is_one_clear_line(ran)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(key=st.sampled_from(["title", "publisher", "about", "url", "labels", "names", "kind"]), value=st.text(max_size=30))
def test_any_text_in_a_description(key: str, value: str, tmp_path: Path, run: Run) -> None:
    """Whatever a person types behind a key is read, or refused in one line; what is shown steers nothing."""
    shutil.rmtree(tmp_path / "kennis", ignore_errors=True)
    lines = [line for line in DESCRIPTION.splitlines() if not line.startswith(key)]
    folder = damaged(tmp_path, "document.yaml", "\n".join([*lines, f"{key}: {value}", ""]).encode("utf-8", errors="replace"))
    ran = run("ask", QUESTION, "--knowledge", str(folder))
    if ran.status == 2:
        is_one_clear_line(ran)
    else:
        assert not STEERING.search(ran.out.replace("\n", "").replace("\t", ""))


@pytest.mark.parametrize("damage", ["empty", "garbage", "flipped", "folder"])
def test_a_damaged_cache_only_costs_time(damage: str, tmp_path: Path, run_bot: RunBot) -> None:
    folder, cache = write_folder(tmp_path), tmp_path / "cache"
    asked = ("ask", QUESTION, "--knowledge", str(folder))
    first = run_bot(*asked, XDG_CACHE_HOME=str(cache))
    assert first.returncode == 0
    files = [path for path in cache.rglob("*") if path.is_file()]
    for path in files:
        data = bytearray(path.read_bytes())
        if damage == "folder":
            path.unlink()
            path.mkdir()
            continue
        if damage == "empty":
            data.clear()
        elif damage == "garbage":
            data = bytearray(b"\xff" * len(data))
        else:
            for place in range(0, len(data), 97):
                data[place] ^= 0x55
        path.write_bytes(data)
    again = run_bot(*asked, XDG_CACHE_HOME=str(cache))
    assert (again.returncode, again.stdout, again.stderr) == (0, first.stdout, b"")


def test_a_fault_of_the_program_is_one_line_with_a_file(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, no word of the question: neither on the screen nor in the file."""
    secret = "geheimewoorden"

    def fail(*_: object, **__: object) -> None:
        raise KeyError(secret)

    monkeypatch.setattr("bot.answering.assistant.Assistant.reply", fail)
    folder = str(write_folder(tmp_path))
    first, second = (run("ask", f"Hoeveel {secret} zijn er?", "--knowledge", folder) for _ in range(2))
    assert first == second
    assert (first.status, first.out, first.err.count("\n")) == (2, "", 1)
    path = Path(first.err.rsplit(" ", 1)[1].strip())
    text = path.read_text()
    assert "builtins.KeyError" in text
    assert "test_every_broken_file.py" in text
    assert secret not in first.err + text
    piped = run("ask", "--format", "jsonl", "--knowledge", folder, given=b'{"id": 7, "question": "Hallo"}\n' * 2)
    assert (piped.status, piped.out.count('"id": 7, "error": "'), piped.err) == (2, 2, "")
    console = run("console", "--knowledge", folder, given=b"Hallo\nHallo\n")
    assert (console.status, console.out.count(FAULT)) == (0, 2)
