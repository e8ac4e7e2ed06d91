"""What the commands of this room print, line by line, in Dutch."""

import statistics
from collections.abc import Iterable, Iterator, Sequence

from bot.evaluation.beir import Benchmark, Run, measures
from bot.evaluation.report import figure_name, group_name
from bot.evaluation.scoring import GROUPINGS, Scored, by_group, confusion, figures, fold
from bot.presentation.texts import say

_NAME = 26


def summary_lines(scored: Sequence[Scored]) -> Iterator[str]:
    """The figures with their intervals, the confusion of answer and silence, and 'both' for each group of questions."""
    for name, figure in figures(scored).items():
        interval = f"{100 * figure.low:5.1f} - {100 * figure.high:.1f}"
        yield f"{figure_name(name):<{_NAME}}{100 * figure.share:6.1f} %   n={figure.count:<5} 95 %: {interval}"
    yield ""
    for name, count in confusion(scored).items():
        yield f"{say('evaluation', 'confusion', name):<{_NAME}}{count:6}"
    for grouping in GROUPINGS:
        yield ""
        yield say("evaluation", "report", "by_" + grouping)
        for name, items in by_group(scored, grouping).items():
            right = sum(item.right for item in items)
            yield f"  {group_name(grouping, name):<{_NAME - 2}}{100 * right / len(items):6.1f} %   n={len(items)}"


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
                item.case.id, wanted, f"{reply.reason.value} {reply.confidence:.2f}", vetoes or "-", str(item.evidence.right_place or "-"),
                fold(item.case.question)[:120], shown,
            )
        )  # fmt: skip


def run_lines(benchmark: Benchmark, runs: Iterable[Run]) -> Iterator[str]:
    """The measures of each way of ranking on one set."""
    yield say("evaluation", "benchmark", "set", name=benchmark.name, texts=len(benchmark.texts), questions=len(benchmark.questions))
    for run in runs:
        found = "   ".join(f"{name} {value:.4f}" for name, value in measures(benchmark, run).items())
        p50 = f"{statistics.median(run.milliseconds):.2f}"
        built = f"{run.seconds_to_build:.1f}"
        yield "  " + say("evaluation", "benchmark", "run", name=f"{run.name:<14}", measures=found, p50=p50, built=built)
