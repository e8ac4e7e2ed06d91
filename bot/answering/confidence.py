"""Answer or silence: gates first; then the calibrated chance that the first sentence answers."""

import math
from collections.abc import Callable, Mapping, Sequence

from bot.answering.demands import missing_reason
from bot.answering.features import Candidate
from bot.answering.gates import first_refusal
from bot.answering.reading import ReadQuestion
from bot.answering.reply import Reason
from bot.answering.scope import Scope, Weighed
from bot.answering.weights import Model
from bot.index.group import Group
from bot.language.vocabulary import WordClass
from bot.named import NamedTuple


class Verdict(NamedTuple):
    """Whether to answer.

    Attributes:
        confidence: the calibrated chance that the first sentence answers, 0 to 1; 0 behind a gate.
        reason: ANSWERED, or why not.
        missing: what the reason speaks of.
        nearness: the chance as it would be without gates: how near the first sentence is, for which document comes first.
        gate: the name of the gate that forbids it, or ''.
    """

    confidence: float
    reason: Reason
    missing: str = ""
    nearness: float = 0.0
    gate: str = ""

    def answering(self) -> "Verdict":
        """The same for a sentence that answers because its document is the newest that speaks of it."""
        return Verdict(self.nearness, Reason.ANSWERED, nearness=self.nearness)


CLOSE = 0.4
"""The cosine from which nearness counts: those of a question and sentences that have nothing to do with it lie about here."""


def confidence_features(read: ReadQuestion, candidates: Sequence[Candidate], index: Group) -> dict[str, float]:
    """What the chance is made from: of the first sentence, of the question and of the margin, each about 0 to 1."""
    top = candidates[0]
    view = index.views(top.passage)[top.sentence]
    total = sum(c.weight for c in read.concepts) or 1.0
    nouns = [c for c in read.concepts if c.word.word_class is WordClass.NOUN and not c.word.light]
    missed = [c for c in nouns if c.match(view.wide) < 0.45]
    noun_weight = sum(c.weight for c in nouns)
    rival = _rival(candidates, index)
    margin = (top.score - rival.score) / (abs(top.score) + 1e-9) if rival else 1.0
    return {
        **{name: top.features[name] for name in ("wide", "own", "hint", "hint_cover", "hints", "passage_vector")},
        "nouns": sum(c.weight * c.match(view.wide) for c in nouns) / noun_weight if noun_weight else 0.5,
        "unknown": sum(c.weight for c in missed if not index.knows_stem(c.word.stem)) / total,
        "vetoes": min(1.0, len(top.vetoes) / 2),
        "margin": max(0.0, min(1.0, margin)),
        "lead": min(1.0, _lead(candidates) / 3),
        "length": min(1.0, len(read.concepts) / 8),
        "closeness": 10 * (top.cosine - CLOSE) if top.cosine else 0.0,
    }


FOLLOWING = 5
"""Passages after the first that its lead is taken over."""


def _lead(candidates: Sequence[Candidate]) -> float:
    """By how much the first passage's score exceeds the mean of those that follow; 3 where none does."""
    best: dict[int, float] = {}
    for candidate in candidates:
        best.setdefault(candidate.passage, candidate.score)
        if len(best) > FOLLOWING:
            break
    first, *others = best.values()
    return first - sum(others) / len(others) if others else 3.0


def _rival(candidates: Sequence[Candidate], index: Group) -> Candidate | None:
    """The best other passage. One of another document is passed over: that both speak of the same makes neither less sure."""
    document, passed = index.document_of(candidates[0].passage).id, -1
    for candidate in candidates:
        if candidate.passage in (candidates[0].passage, passed):
            continue
        if passed < 0 and index.document_of(candidate.passage).id != document:
            passed = candidate.passage
            continue
        return candidate
    return None


def chance(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The logistic model: the chance that the first sentence answers."""
    total = weights.get("intercept", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def log_odds(chance: float) -> float:
    """The logarithm of a chance over that of the contrary; a chance of 0 or 1 counts as almost that."""
    chance = min(max(chance, 1e-9), 1 - 1e-9)
    return math.log(chance / (1 - chance))


DOUBT = (0.2, 0.7)
"""The chances between which the first passage is read together with the question: below and above it changes no answer worth its cost."""


def verified_features(features: Mapping[str, float], odds: float) -> dict[str, float]:
    """The features of a passage that was read together with the question.

    Args:
        features: see `confidence_features`.
        odds: the log odds that it answers, see `language.cross_encoder`.
    """
    return {**features, "verified": 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))}


FAR = 0.2
"""Share of a question below which what comes nearest is not near."""


def decide(
    read: ReadQuestion,
    candidates: Sequence[Candidate],
    index: Group,
    scope: Scope,
    model: Model,
    threshold: float,
    reads: Callable[[Candidate], float] | None = None,
) -> Verdict:
    """Answer or silence.

    Args:
        candidates: best first.
        model, threshold: see weights.yaml.
        reads: gives the log odds that a candidate's passage answers, read together with the question; None where nothing can.
    """
    refusal = first_refusal(Weighed(read, candidates[0] if candidates else None, index, scope))
    features = confidence_features(read, candidates, index) if candidates else {}
    value = chance(features, model.confidence) if candidates else 0.0
    if refusal:
        return Verdict(0.0, refusal.reason, refusal.missing, value, refusal.gate)
    if candidates and model.verified and reads and DOUBT[0] <= value < DOUBT[1]:
        value = chance(verified_features(features, reads(candidates[0])), model.verified)
    if value >= threshold:
        return Verdict(value, Reason.ANSWERED, nearness=value)
    wide = candidates[0].features["wide"]
    reason = missing_reason(candidates[0].vetoes) if wide > 0.5 else Reason.NEAREST if wide > FAR else Reason.NOTHING
    return Verdict(value, reason, nearness=value)
