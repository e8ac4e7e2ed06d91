"""What the commands of this room print, line by line, in Dutch."""

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.evaluation.beir import Benchmark, Run, measures
from bot.evaluation.documents import DocumentFigures
from bot.evaluation.messages import ScoredMessage
from bot.evaluation.report import GROUP_FIGURES, figure_name, group_name
from bot.evaluation.scoring import Scored, confusion, figure_of, figures, fold, mean_figures, telling_groups
from bot.presentation.texts import say, texts

_NAME, _GROUP = 26, 40


def summary_lines(scored: Sequence[Scored]) -> Iterator[str]:
    """What each document gets where there are several; the figures with their intervals; answer and silence; what each group gets."""
    groups = dict(telling_groups(scored))
    documents = groups.pop("document", {})
    if documents:
        yield from _group_lines("document", documents)
        yield _shares(say("evaluation", "report", "mean"), mean_figures(documents.values()), "")
        yield ""
    for name, figure in figures(scored).items():
        interval = f"{100 * figure.low:5.1f} - {100 * figure.high:.1f}"
        yield f"{figure_name(name):<{_NAME}}{100 * figure.share:6.1f} %   n={figure.count:<5} 95 %: {interval}"
    yield ""
    for name, count in confusion(scored).items():
        yield f"{say('evaluation', 'confusion', name):<{_NAME}}{count:6}"
    for grouping, members in groups.items():
        yield ""
        yield from _group_lines(grouping, members)


def _group_lines(grouping: str, groups: Mapping[str, Sequence[Scored]]) -> Iterator[str]:
    heads = "".join(f"{say('evaluation', 'short', name):>10}" for name in GROUP_FIGURES)
    yield f"{say('evaluation', 'report', 'by_' + grouping):<{_GROUP}}{heads}"
    for name, items in groups.items():
        yield _shares(group_name(grouping, name), {key: figure.share for key, figure in figures(items).items()}, f"n={len(items)}")


def _shares(name: str, shares: Mapping[str, float], count: str) -> str:
    cells = "".join(f"{100 * shares[key]:>10.1f}" if key in shares else " " * 10 for key in GROUP_FIGURES)
    return f"  {name:<{_GROUP - 2}}{cells}   {count}".rstrip()


def message_lines(counted: Iterable[ScoredMessage]) -> Iterator[str]:
    """The figures of messages that are more than one question with one answer."""
    flags: dict[str, list[bool]] = {}
    for scored in counted:
        for name, right in scored.figures.items():
            flags.setdefault(name, []).extend(right)
    for name, right in flags.items():
        figure = figure_of(right)
        interval = f"{100 * figure.low:5.1f} - {100 * figure.high:.1f}"
        yield f"{figure_name(name):<{_NAME}}{100 * figure.share:6.1f} %   n={figure.count:<5} 95 %: {interval}"


def message_miss_lines(counted: Iterable[ScoredMessage]) -> Iterator[str]:
    """Each such message that was not wholly right, on one line, with the replies it got."""
    for scored in counted:
        if not all(flag for right in scored.figures.values() for flag in right):
            given = scored.reply.parts or (scored.reply,)
            shown = " / ".join(
                f"{reply.reason.value}: {fold(reply.quotes[0].highlight_text)[:60] if reply.quotes else '-'}" for reply in given
            )
            yield f"{scored.item['id']} | {fold(scored.item['vraag'])[:120]} | {shown}"


def miss_lines(scored: Sequence[Scored]) -> Iterator[str]:
    """Each miss on one line: what was asked, what came, and why; a report tells more."""
    yield ""
    for item in scored:
        if item.right:
            continue
        reply, first = item.reply, item.evidence.first
        shown = fold(reply.quotes[0].highlight_text)[:90] if reply.quotes else "-"
        wanted = say("evaluation", "outcomes", "answer" if item.case.answerable else "no_answer")
        vetoes = ",".join(sorted(veto.value for veto in first.vetoes)) if first else ""
        yield " | ".join(
            (
                item.case.id, wanted, f"{reply.reason.value} {reply.confidence:.2f}", vetoes or "-", str(item.evidence.right_rank or "-"),
                fold(item.case.question)[:120], shown,
            )
        )  # fmt: skip


def run_lines(benchmark: Benchmark, runs: Iterable[Run]) -> Iterator[str]:
    """The measures of each way of ranking on one set."""
    yield say("evaluation", "benchmark", "set", name=benchmark.name, texts=len(benchmark.texts), questions=len(benchmark.questions))
    for run in runs:
        measured = "   ".join(f"{name} {value:.4f}" for name, value in measures(benchmark, run).items())
        p50 = f"{statistics.median(run.milliseconds):.2f}"
        built = f"{run.seconds_to_build:.1f}"
        yield "  " + say("evaluation", "benchmark", "run", name=f"{run.name:<14}", measures=measured, p50=p50, built=built)


def documents_head() -> Iterator[str]:
    """The head of the table of documents."""
    columns = texts("documents_measured", "columns")
    yield _row(columns)
    yield _row(["---"] * len(columns))


def document_line(item: DocumentFigures) -> str:
    """One file as a row of a Markdown table."""
    if item.refused:
        return _row([item.name, say("documents_measured", "refused", why=item.refused)])
    shares = _share(item.lost, item.words), _share(item.invented, item.words)
    counts = item.pages, item.headings, item.sentences, item.mixed, item.withheld
    return _row([item.name, *counts, *shares, f"{item.cpu / max(item.pages, 1):.3f}", item.peak])


def documents_total(measured: Sequence[DocumentFigures]) -> str:
    """All files together as the last row."""
    read = [item for item in measured if not item.refused]
    words, sentences, mixed = (sum(getattr(item, name) for item in read) for name in ("words", "sentences", "mixed"))
    name = say("documents_measured", "total", files=len(read), refused=len(measured) - len(read))
    shares = _share(sum(item.lost for item in read), words), _share(sum(item.invented for item in read), words)
    pages, headings, withheld = (sum(getattr(item, name) for item in read) for name in ("pages", "headings", "withheld"))
    return _row([name, pages, headings, sentences, f"{mixed} ({_share(mixed, sentences)} %)", withheld, *shares])


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.2f}"
