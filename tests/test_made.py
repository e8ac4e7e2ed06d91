"""What is made of the program's own data is true to its sources, and no trouble when the place to keep it is broken."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import made as room
from bot.made import fingerprint, keep_in, made


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for each test."""
    before = list(room._further)
    monkeypatch.setattr(room, "MADE", tmp_path / "made")
    keep_in(tmp_path / "cache")
    yield tmp_path / "made"
    room._further[:] = before


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "bron.txt"
    path.write_text("een!")
    os.utime(path, (1_000_000, 1_000_000))
    return path


class Maker:
    """Makes data and counts how often."""

    def __init__(self, data: bytes) -> None:
        self.data, self.times = data, 0

    def __call__(self) -> bytes:
        self.times += 1
        return self.data


def test_what_was_made_is_not_made_again(source: Path) -> None:
    make = Maker(b"een\n\ttwee\x00")
    first, again = made("proef", [source], make), made("proef", [source], make)
    assert first == again
    assert (first.data, make.times) == (make.data, 1)


def test_what_was_only_copied_is_not_made_again(source: Path) -> None:
    make = Maker(b"oud")
    made("proef", [source], make)
    os.utime(source, (2_000_000, 2_000_000))
    assert made("proef", [source], make).data == b"oud"
    assert make.times == 1


@pytest.mark.parametrize(
    "change", [lambda path: path.write_text("een en meer"), lambda path: path.write_text("twee")], ids=["longer", "other"]
)
def test_a_changed_source_makes_it_anew(source: Path, change: Callable[[Path], object]) -> None:
    before = made("proef", [source], Maker(b"oud"))
    change(source)
    after = made("proef", [source], Maker(b"nieuw"))
    assert after.data == b"nieuw"
    assert after.fingerprint != before.fingerprint


def test_a_fingerprint_tells_content_apart(source: Path) -> None:
    before = fingerprint("proef", [source])
    assert fingerprint("proef", [source]) == before
    source.write_text("twee")
    assert fingerprint("proef", [source]) != before


@pytest.mark.parametrize("broken", [b"", b"\n", b"kapot", b"a\tb\tc\nd", b"1\t2\t3\n4"])
def test_a_broken_file_is_made_anew(source: Path, own_place: Path, broken: bytes) -> None:
    made("proef", [source], Maker(b"goed"))
    (own_place / "proef").write_bytes(broken)
    assert made("proef", [source], Maker(b"goed")).data == b"goed"


def test_a_file_that_was_cut_off_or_altered_is_made_anew(source: Path, own_place: Path) -> None:
    good = b"goed" * 20
    made("proef", [source], Maker(good))
    whole = (own_place / "proef").read_bytes()
    for length in range(0, len(whole), 7):
        (own_place / "proef").write_bytes(whole[:length])
        assert made("proef", [source], Maker(good)).data == good
    (own_place / "proef").write_bytes(whole[:-4] + b"fout")
    assert made("proef", [source], Maker(good)).data == good


def test_where_the_program_lies_read_only_it_is_kept_elsewhere(source: Path, own_place: Path, tmp_path: Path) -> None:
    own_place.write_text("no folder")
    make = Maker(b"goed")
    assert [made("proef", [source], make).data for _ in range(2)] == [b"goed", b"goed"]
    assert make.times == 1
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["proef"], "no half-written file stays behind"


def test_where_nothing_can_be_kept_it_only_costs_time(source: Path, own_place: Path, tmp_path: Path) -> None:
    for path in (own_place, tmp_path / "cache"):
        path.write_text("no folder")
    make = Maker(b"goed")
    assert [made("proef", [source], make).data for _ in range(2)] == [b"goed", b"goed"]
    assert make.times == 2


def test_installing_makes_all_that_a_question_needs(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from bot import made, make_ready\n"
        f"made.MADE = Path({str(tmp_path / 'made')!r})\n"
        "make_ready.main()\n"
        "from bot.watch import load_assistant\n"
        "before = {path.name: path.stat().st_mtime_ns for path in made.MADE.iterdir()}\n"
        "load_assistant(None).reply('Hoeveel vluchtelingen mogen er per jaar komen?')\n"
        "print(sorted(before), before == {path.name: path.stat().st_mtime_ns for path in made.MADE.iterdir()})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (
        done.stdout
        == "['alternatives', 'code', 'expressions', 'irregular', 'measures', 'near_words', 'nl', 'patterns', 'pieces', 'weights', 'words'] True\n"
    )
