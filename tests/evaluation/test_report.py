"""The report is one file that shows every miss and lets nothing of a question set through as HTML."""

from html.parser import HTMLParser

from bot.evaluation.question_sets import Case
from bot.evaluation.report import html_report
from bot.evaluation.scoring import score
from bot.watch import load_assistant
from tests.paths import ROOT

VOID = {"meta"}


class Tags(HTMLParser):
    """Notes every tag, and that each is closed in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not {"src", "href"} & {name for name, _ in attrs}, "no outside files"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_report_is_whole_and_escaped() -> None:
    assistant = load_assistant(ROOT / "knowledge")
    cases = [
        Case("<b>1", "<script>alert(1)</script> kinderpardon?", "1", 1, ("</table><i>fout",), None, "<img onerror=x>"),
        Case("2", "Wat gebeurt er met het kinderpardon?", "2", 1, ("Het kinderpardon blijft",)),
        Case("3", "Wat is de hoofdstad van Peru?", "3", 1, ()),
    ]
    page = html_report(score(assistant, cases), assistant, "<set>.jsonl")
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert {"svg", "details", "table", "polyline"} <= tags.seen
    assert not {"script", "img", "i", "b"} & tags.seen
    assert "&lt;script&gt;alert(1)" in page
    assert "3 vragen" in page
    assert "Wat misging (1)" in page


def test_twins_stand_side_by_side_those_with_a_fault_first() -> None:
    assistant = load_assistant(ROOT / "knowledge")
    cases = [
        Case("A-1", "Wat gebeurt er met het kinderpardon?", "A-1", 1, ("Het kinderpardon blijft",)),
        Case("A-2", "Wat is de hoofdstad van <u>Peru</u>?", "A-2", 1, (), twin="A-1"),
        Case("B-1", "Hoeveel vluchtelingen mogen er per jaar komen?", "B-1", 1, ("staat er niet",)),
        Case("B-2", "Wat is de hoofdstad van Chili?", "B-2", 1, (), twin="B-1"),
    ]
    page = html_report(score(assistant, cases), assistant, "set")
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert "u" not in tags.seen
    assert "Tweelingen (1 van 2 allebei goed)" in page
    table = page.partition("<table class=twins>")[2].partition("</table>")[0]
    rows = [row for row in table.split("<tr>") if "A-1" in row or "B-1" in row]
    assert ["B-1" in rows[0], "B-2" in rows[0], "A-1" in rows[1], "A-2" in rows[1]] == [True] * 4
    assert "fout" in rows[0]
    assert "fout" not in rows[1]
