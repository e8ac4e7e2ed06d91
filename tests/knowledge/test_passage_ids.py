"""A passage id stands in links: it stays while the text around it changes."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.folder import load_knowledge
from bot.knowledge.passages import passage_id, slug
from tests.knowledge_folders import SOURCE, write_folder


def ids(folder: Path) -> dict[str, str]:
    """Text -> id of every passage."""
    return {p.text: p.id for p in load_knowledge(folder).passages}


def test_ids_stay_when_passages_are_added_and_removed_elsewhere(tmp_path: Path) -> None:
    before = ids(write_folder(tmp_path / "before"))
    added = SOURCE.replace("# Wonen\n", "Vooraf komt een nieuwe alinea.\n\n# Wonen\n\nNog een nieuwe alinea over wonen.\n")
    removed = added.replace("- Starters krijgen voorrang bij nieuwe woningen.\n", "")
    after = ids(write_folder(tmp_path / "after", source=removed))
    kept = set(before) & set(after)
    assert len(kept) == 2
    assert {text: before[text] for text in kept} == {text: after[text] for text in kept}


def test_line_breaks_do_not_change_an_id(tmp_path: Path) -> None:
    one = ids(write_folder(tmp_path / "one"))
    broken = SOURCE.replace("De gemeente bouwt", "De gemeente\nbouwt")
    two = ids(write_folder(tmp_path / "two", source=broken))
    assert sorted(one.values()) == sorted(two.values())


def test_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    one = ids(write_folder(tmp_path / "one"))
    two = ids(write_folder(tmp_path / "two", source=SOURCE.replace("\n", "\r\n")))
    assert one == two


def test_an_id_stays_when_the_same_text_goes_elsewhere(tmp_path: Path) -> None:
    """The same words under the same heading are one passage, so that none is the second of its kind."""
    parts = ["# Wonen\n\n- Niet van toepassing.\n\n", "# Zorg\n\n- Iets anders.\n\n", "# Wonen\n\n- Niet van toepassing.\n"]
    whole, without_first, without_last = (
        ids(write_folder(tmp_path / str(number), source="".join(source))) for number, source in enumerate((parts, parts[1:], parts[:2]))
    )
    assert whole == without_first == without_last


def test_the_same_text_under_another_heading_has_an_id_of_its_own(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, source="# Wonen\n\n- Niet van toepassing.\n\n# Zorg\n\n- Niet van toepassing.\n")
    assert len({p.id for p in load_knowledge(folder).passages}) == 2


def test_an_id_is_readable() -> None:
    assert passage_id("akkoord", "Zorg & welzijn:", "Iedereen krijgt zorg, nu en later.").startswith(
        "akkoord/zorg-welzijn/iedereen-krijgt-zorg-nu-en-"
    )
    assert passage_id("akkoord", "", "Eén zin.").startswith("akkoord/begin/een-zin-")


@given(st.text())
def test_a_slug_is_plain(text: str) -> None:
    made = slug(text)
    assert made
    assert len(made) <= 60
    assert all(c in "abcdefghijklmnopqrstuvwxyz0123456789-" for c in made)
