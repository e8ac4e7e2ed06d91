"""Data that is kept ready: true to its sources, and no trouble when the place to keep it is broken."""

import marshal
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from bot import compiled as room
from bot.compiled import compiled, keep_in


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path) -> Iterator[Path]:
    """A cache for each test."""
    before = keep_in(tmp_path / "cache")
    yield tmp_path / "cache"
    keep_in(before)


class Maker:
    """Makes data and counts how often."""

    def __init__(self, data: Any) -> None:
        self.data, self.times = data, 0

    def __call__(self) -> Any:
        self.times += 1
        return self.data


@pytest.fixture
def kept_files(own_cache: Path) -> Callable[[], list[Path]]:
    """The files in the cache."""
    return lambda: sorted(own_cache.glob("*.bin"))


def test_what_was_made_is_not_made_again(tmp_path: Path) -> None:
    source = tmp_path / "bron.txt"
    source.write_text("een")
    make = Maker({"a": [1, 2.5, "é", (None, True)], "b": b"\x00"})
    assert compiled("proef", [source], make) == compiled("proef", [source], make) == make.data
    assert make.times == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_text("een en meer"),
        lambda path: path.write_text("twee"),
        lambda path: os.utime(path, (1, 1)),
        lambda path: path.unlink(),
    ],
    ids=["longer", "other text", "other time", "gone"],
)
def test_a_changed_source_makes_it_anew(tmp_path: Path, change: Callable[[Path], object]) -> None:
    source = tmp_path / "bron.txt"
    source.write_text("een!")
    os.utime(source, (1_000_000, 1_000_000))
    make = Maker("oud")
    compiled("proef", [source], make)
    change(source)
    assert compiled("proef", [source], Maker("nieuw")) == "nieuw"


def test_other_names_and_sources_are_kept_apart(tmp_path: Path) -> None:
    one, two = tmp_path / "een", tmp_path / "twee"
    one.touch()
    two.touch()
    made = [compiled(name, [source], Maker((name, source.name))) for name in ("a", "b") for source in (one, two)]
    assert made == [("a", "een"), ("a", "twee"), ("b", "een"), ("b", "twee")]


@pytest.mark.parametrize(
    "broken",
    [b"", b"x", b"\xff" * 1000, marshal.dumps(5), marshal.dumps(("other key", "wrong")), marshal.dumps((1, 2, 3)), marshal.dumps([])],
    ids=["empty", "short", "garbage", "number", "other key", "three", "list"],
)
@pytest.mark.parametrize("summed", [False, True], ids=["without its sum", "with its sum"])
def test_a_broken_file_is_made_anew(broken: bytes, summed: bool, kept_files: Callable[[], list[Path]]) -> None:
    compiled("proef", [], Maker("goed"))
    (file,) = kept_files()
    file.write_bytes(crc32(broken).to_bytes(4, "big") + broken if summed else broken)
    assert compiled("proef", [], Maker("goed")) == "goed"


def test_a_sign_that_changed_on_the_disk_is_never_read(kept_files: Callable[[], list[Path]]) -> None:
    """A length that is damaged would make marshal ask for gigabytes."""
    compiled("proef", [], Maker("goed" * 10))
    (file,) = kept_files()
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        assert compiled("proef", [], Maker("goed" * 10)) == "goed" * 10


def test_a_file_that_was_cut_off_is_made_anew(kept_files: Callable[[], list[Path]]) -> None:
    compiled("proef", [], Maker("goed" * 100))
    (file,) = kept_files()
    whole = file.read_bytes()
    for length in range(0, len(whole), 7):
        file.write_bytes(whole[:length])
        assert compiled("proef", [], Maker("goed" * 100)) == "goed" * 100


def test_a_place_that_can_not_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("geen map")
    keep_in(tmp_path / "bestand" / "cache")
    make = Maker("goed")
    assert [compiled("proef", [], make) for _ in range(2)] == ["goed", "goed"]
    assert make.times == 2


def test_only_the_latest_are_kept(tmp_path: Path, own_cache: Path, kept_files: Callable[[], list[Path]]) -> None:
    for number in range(room.KEPT + 5):
        source = tmp_path / f"{number}"
        source.touch()
        compiled("proef", [source], Maker(number))
    assert len(kept_files()) == room.KEPT
    assert not [path for path in own_cache.iterdir() if path.suffix != ".bin"], "no half-written file stays behind"
