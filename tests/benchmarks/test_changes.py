"""What a change costs is measured on the document of the size that was asked for, which is there again after it."""

from pathlib import Path

from benchmarks.changes import measured
from tests.knowledge_folders import SOURCE, write_folder


def test_the_document_of_about_that_size_is_changed(tmp_path: Path) -> None:
    for number in range(3):
        folder = write_folder(tmp_path, name=f"stad-{number}", source=SOURCE + "".join(f"\nPunt {n} telt.\n" for n in range(6 * number)))
    before = {path: path.read_text(encoding="utf-8") for path in folder.glob("*/source.md")}
    change = measured(folder, tmp_path / "cache", 10)
    changed = [path.parent.name for path, text in before.items() if path.read_text(encoding="utf-8") != text]
    assert changed == ["stad-1"]
    assert (change.changed, change.passages) == (9, 3 + 9 + 15 + 3)
