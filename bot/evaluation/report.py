"""One self-contained HTML report of an evaluation. Everything that comes from a file is escaped; the words stand in nl.yaml."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from bot.answering.assistant import Assistant
from bot.answering.features import FEATURES, VECTOR_FEATURES, Candidate
from bot.answering.weights import model_name
from bot.evaluation.charts import calibration_chart, risk_coverage_chart
from bot.evaluation.scoring import (
    Figure,
    Scored,
    calibration,
    confusion,
    figures,
    fold,
    mean_figures,
    risk_coverage,
    telling_groups,
    twins,
)
from bot.presentation.texts import say, texts

GROUP_FIGURES = ("right_in_first_3", "answered_right", "sentence_right", "silent_right", "both", "twins_right")
"""The figures of a group of questions, in the order in which they are shown."""

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}
th,td{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #ddd;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}
.charts{display:flex;flex-wrap:wrap;gap:2rem}figure{margin:0;flex:1 1 20rem}
svg{width:100%;font-size:11px}
.grid{stroke:#e4e4e4}.line{fill:none;stroke:#154273;stroke-width:2}
.dot{fill:#154273}.even{stroke:#888;stroke-dasharray:4}
.twins td{width:50%}.twins p{margin:.2rem 0}.bad{color:#a3171a}
details{border-top:1px solid #ddd;padding:.4rem 0}summary{cursor:pointer}blockquote{margin:.3rem 0;padding-left:.8rem;border-left:3px solid #ccc}
"""


def html_report(scored: Sequence[Scored], assistant: Assistant, title: str) -> str:
    """The whole report.

    Args:
        scored: what `scoring.score` gave.
        assistant: the one that was asked: its weights explain the misses.
        title: what was measured, such as the names of the question sets.
    """
    parts = [
        f"<h1>{_say('title')}</h1><p>{escape(title)}: {_say('asked', count=len(scored))}</p>",
        _figures_table(figures(scored)),
        _confusion_table(scored),
        _charts(scored),
        *(_groups_table(grouping, groups) for grouping, groups in telling_groups(scored)),
        _twins_table(scored),
        *_misses(scored, assistant),
    ]
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{_say('title')}</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _say(key: str, **words: object) -> str:
    return escape(say("evaluation", "report", key, **words))


def figure_name(name: str) -> str:
    """What a figure is called."""
    return say("evaluation", "figures", name)


def group_name(grouping: str, name: str) -> str:
    """What a group of questions is called; groups that a question set names itself keep their name."""
    return str(texts("evaluation", "groups").get(grouping, {}).get(name, name))


def _figures_table(measured: Mapping[str, Figure]) -> str:
    rows = "".join(
        f"<tr><td>{escape(figure_name(name))}</td><td class=n>{100 * f.share:.1f} %</td>"
        f"<td class=n>{100 * f.low:.1f} - {100 * f.high:.1f}</td><td class=n>{f.count}</td></tr>"
        for name, f in measured.items()
    )
    return f"<h2>{_say('figures')}</h2><table><tr>{_heads('figure', 'share', 'interval', 'count')}</tr>{rows}</table>"


def _heads(*keys: str) -> str:
    return "".join(f"<th>{_say(key)}</th>" for key in keys)


def _confusion_table(scored: Sequence[Scored]) -> str:
    rows = "".join(
        f"<tr><td>{escape(say('evaluation', 'confusion', name))}</td><td class=n>{count}</td></tr>"
        for name, count in confusion(scored).items()
    )
    return f"<h2>{_say('confusion')}</h2><table>{rows}</table>"


def _charts(scored: Sequence[Scored]) -> str:
    words = texts("evaluation", "report")
    risk = risk_coverage_chart(risk_coverage(scored), words["risk"], words["coverage"], words["wrong"])
    sure = calibration_chart(calibration(scored), words["calibration"], words["confidence"], words["right"])
    return (
        f"<div class=charts><figure><h2>{_say('risk')}</h2>{risk}<p>{_say('risk_meaning')}</p></figure>"
        f"<figure><h2>{_say('calibration')}</h2>{sure}<p>{_say('calibration_meaning')}</p></figure></div>"
    )


def _groups_table(grouping: str, groups: Mapping[str, Sequence[Scored]]) -> str:
    shares = [(name, str(len(items)), {key: f.share for key, f in figures(items).items()}) for name, items in groups.items()]
    rows = [_shares_row(group_name(grouping, name), count, group_shares) for name, count, group_shares in shares]
    if grouping == "document":
        rows.append(_shares_row(say("evaluation", "report", "mean"), "", mean_figures(groups.values())))
    heads = "".join(f"<th>{escape(figure_name(key))}</th>" for key in GROUP_FIGURES)
    return f"<h2>{_say('by_' + grouping)}</h2><table><tr><th></th><th>{_say('count')}</th>{heads}</tr>{''.join(rows)}</table>"


def _shares_row(name: str, count: str, shares: Mapping[str, float]) -> str:
    # A group without unanswerable questions has no figure for silence.
    cells = "".join(f"<td class=n>{100 * shares[key]:.1f} %</td>" if key in shares else "<td></td>" for key in GROUP_FIGURES)
    return f"<tr><td>{escape(name)}</td><td class=n>{count}</td>{cells}</tr>"


def _twins_table(scored: Sequence[Scored]) -> str:
    """Each answerable question beside its twin, those with a fault first."""
    pairs = sorted(twins(scored), key=lambda pair: pair[0].right and pair[1].right)
    if not pairs:
        return ""
    right = sum(one.right and other.right for one, other in pairs)
    rows = "".join(f"<tr>{_twin(one)}{_twin(other)}</tr>" for one, other in pairs)
    heads = _heads("twin_answerable", "twin_unanswerable")
    return f"<h2>{_say('twins', right=right, count=len(pairs))}</h2><table class=twins><tr>{heads}</tr>{rows}</table>"


def _twin(item: Scored) -> str:
    outcome = say("evaluation", "outcomes", item.reply.outcome.value)
    mark = _say("twin_right") if item.right else f"<span class=bad>{_say('twin_wrong')}</span>"
    quote = f"<blockquote>{escape(fold(item.reply.quotes[0].highlight_text))}</blockquote>" if item.reply.quotes else ""
    return (
        f"<td><p>{escape(item.case.id)} · {escape(item.case.question)}</p>"
        f"<p>{mark}: {escape(outcome)}, {100 * item.reply.confidence:.0f} %</p>{quote}</td>"
    )


def _misses(scored: Sequence[Scored], assistant: Assistant) -> Iterator[str]:
    missed = [item for item in scored if not item.right]
    yield f"<h2>{_say('misses', count=len(missed))}</h2>"
    for item in missed:
        case, reply = item.case, item.reply
        wanted = " / ".join(case.gold) if case.answerable else say("evaluation", "report", "silence")
        got = say("evaluation", "outcomes", reply.outcome.value)
        quote = f"<blockquote>{escape(fold(reply.quotes[0].highlight_text))}</blockquote>" if reply.quotes else ""
        first = item.evidence.first
        vetoes = ", ".join(sorted(v.value for v in first.vetoes)) if first else ""
        facts = (
            ("wanted", wanted),
            ("got", f"{got} ({reply.reason.value}{': ' + reply.missing if reply.missing else ''})"),
            ("sure", f"{100 * reply.confidence:.1f} %"),
            ("vetoes", vetoes or "-"),
            ("right_place", str(item.evidence.right_rank or "-") if case.answerable else "-"),
            ("right_sentence", item.evidence.right_text or "-"),
        )
        rows = "".join(f"<tr><th>{_say(key)}</th><td>{escape(value)}</td></tr>" for key, value in facts)
        yield (
            f"<details><summary>{escape(case.id)} · {escape(case.question)}</summary><table>{rows}</table>{quote}"
            f"{_evidence_table(item, assistant)}</details>"
        )


def _evidence_table(item: Scored, assistant: Assistant) -> str:
    first, right = item.evidence.first, item.evidence.right
    if first is None:
        return ""
    weights = assistant.weights.models[model_name(item.evidence.hinted, any(first.features[name] for name in VECTOR_FEATURES))]
    rows = "".join(
        f"<tr><td><code>{name}</code></td><td class=n>{weights.ranking.get(name, 0.0):.2f}</td>"
        f"<td class=n>{_value(first, name)}</td><td class=n>{_value(right, name)}</td></tr>"
        for name in FEATURES
        if first.features[name] or (right and right.features[name])
    )
    return (
        f"<table><tr>{_heads('evidence', 'weight', 'first', 'right_one')}</tr>{rows}"
        f"<tr><td>{_say('score')}</td><td></td><td class=n>{_score(first)}</td><td class=n>{_score(right)}</td></tr></table>"
    )


def _value(candidate: Candidate | None, name: str) -> str:
    return f"{candidate.features[name]:.2f}" if candidate else ""


def _score(candidate: Candidate | None) -> str:
    return f"{candidate.score:.2f}" if candidate else ""
