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
