"""A fit judges only on what it did not learn from, does what the program does, and writes a file that the program reads."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.corpora import SetOfQuestions
from benchmarks.cross_validation import Splits, at_random, by_author, cross_validate, of_model
from benchmarks.examples import Example, load_examples, without_hints
from benchmarks.fit import main
from benchmarks.models import apply_model, fit_logistic, fit_model, write_weights
from bot.answering.assistant import Assistant
from bot.answering.features import FEATURES
from bot.answering.weights import HINTED, PLAIN, Model, shipped_weights
from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge
from bot.language.tokens import clean
from tests.paths import QUESTIONS, ROOT


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    """Some questions of two authors."""
    path = tmp_path_factory.mktemp("questions") / "some.jsonl"
    lines = [
        line for name in ("own-2017", "voices-a") for line in (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[::8]
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return load_examples([SetOfQuestions(path, ROOT / "knowledge", 1.0, 0.4)])


def test_each_question_is_asked_with_hints_and_without(examples: list[Example]) -> None:
    hinted, plain = of_model(examples, HINTED), of_model(examples, PLAIN)
    assert [e.case for e in hinted] == [e.case for e in plain]
    assert [e.weight for e in hinted] == [e.weight for e in plain]
    assert {e.document for e in examples} == {"regeerakkoord-2017"}
    assert {e.weight for e in hinted} == {1.0, 0.4}
    hint = FEATURES.index("hint")
    assert max(e.features[:, hint].max() for e in hinted if e.features is not None) > 0.5
    assert all(not e.features[:, hint].any() for e in plain if e.features is not None)


@pytest.mark.parametrize("splits", [by_author, at_random])
def test_no_question_is_judged_by_a_model_that_saw_it(examples: list[Example], splits: Splits) -> None:
    judged: list[Example] = []
    for learn, judge in splits(examples):
        assert not {id(e) for e in learn} & {id(e) for e in judge}
        if splits is by_author:
            assert not {e.case.author for e in learn} & {e.case.author for e in judge}
        judged += judge
    assert sorted(map(id, judged)) == sorted(map(id, examples))


def test_a_model_does_what_the_program_does_with_its_weights(examples: list[Example]) -> None:
    weights = shipped_weights()
    for example in of_model(examples, HINTED)[:40]:
        verdict = example.assistant.examine(clean(example.case.question)).verdict
        assert apply_model(weights.models[HINTED], example).confidence == pytest.approx(verdict.confidence, abs=1e-9)


def test_what_is_learned_beats_plain_bm25(examples: list[Example]) -> None:
    own = of_model(examples, PLAIN)
    start = Model({"forms": 1.0}, {"intercept": 0.0})
    able = [e for e in own if e.case.answerable]
    learned = fit_model(own)
    assert sum(apply_model(learned, e).first for e in able) > sum(apply_model(start, e).first for e in able)
    outcomes = cross_validate(own, at_random)
    assert len(outcomes) == len(own)
    assert sum(o.right(0.5) for o in outcomes) > 0.4 * len(own)


def test_evidence_that_is_left_out_counts_for_nothing(examples: list[Example]) -> None:
    model = fit_model(of_model(examples, PLAIN), frozenset({"grams", "margin"}))
    assert model.ranking["grams"] == 0.0
    assert model.confidence.get("margin", 0.0) == 0.0
    assert "grams" not in model.confidence


def test_a_fit_weighs_examples_and_has_an_intercept_where_it_may() -> None:
    rows = [[0.0], [0.0], [1.0], [1.0]]
    (weight,), intercept = fit_logistic(rows, [0, 1, 0, 1], [1e6, 1e6, 1e6, 3e6])
    assert weight == pytest.approx(np.log(3), abs=1e-4)
    assert intercept == pytest.approx(0.0, abs=1e-4)
    assert fit_logistic(rows, [0, 1, 0, 1], [1, 1, 1, 3], intercept=False)[1] == 0.0
    (weight,), intercept = fit_logistic([[0.0], [1.0]], [0, 1], [1e6, 1e6])
    assert np.isfinite(weight), "examples that a line separates give a finite answer"
    assert intercept < 0 < weight


def test_it_prints_before_it_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    some = tmp_path / "some.jsonl"
    lines = [
        line for name in ("voices-b", "voices-c") for line in (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[:25]
    ]
    some.write_text("\n".join(lines), encoding="utf-8")
    target = tmp_path / "weights.yaml"
    target.write_text((ROOT / "bot" / "answering" / "weights.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    before = target.read_text(encoding="utf-8")
    options = ["--questions", f"{some}={ROOT / 'knowledge'}", "--weight", "some=1,0.4", "--threshold", "0.5", "--output", str(target)]
    main([*options, "--dry-run"])
    assert target.read_text(encoding="utf-8") == before
    main(options)
    out = capsys.readouterr().out
    assert "each author left out" in out
    assert "left out at random" in out
    assert target.read_text(encoding="utf-8") != before
    assert target.read_text(encoding="utf-8").startswith(before.splitlines()[0])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--questions", "x.jsonl", "--weight", "x=veel"], "not of the form"),
        (["--questions", "x.jsonl", "--weight", "y=1"], "unknown set: y"),
        (["--questions", "nergens.jsonl"], "nergens.jsonl: dit bestand kan niet worden gelezen"),
    ],
)
def test_what_is_wrong_is_one_clear_line(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    error = capsys.readouterr().err
    assert stopped.value.code == 2
    assert says in error
    assert error.count("\n") == 1


def test_the_written_file_keeps_its_comments_and_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = ROOT / "bot" / "answering" / "weights.yaml"
    path = tmp_path / "weights.yaml"
    path.write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    weights = shipped_weights()
    write_weights(
        path, {"hinted": weights.models[HINTED], "plain": Model({"own": 1.23456}, {"intercept": -0.00004})}, {"hinted": 0.4, "plain": 0.61}
    )
    text = path.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        line for line in shipped.read_text(encoding="utf-8").splitlines() if line.startswith("#")
    ]
    monkeypatch.setattr("bot.answering.weights.WEIGHTS", path)
    found = shipped_weights()
    assert (found.models[PLAIN].ranking, found.models[PLAIN].confidence, found.threshold["plain"]) == (
        {"own": 1.235},
        {"intercept": 0.0},
        0.61,
    )
    assert found.models[HINTED] == weights.models[HINTED]


def test_knowledge_without_hints_has_none_left() -> None:
    knowledge = load_knowledge(ROOT / "knowledge")
    bare = without_hints(knowledge)
    assert [p.text for p in bare.passages] == [p.text for p in knowledge.passages]
    assert not len(Assistant(index_of(bare)).shelves[0].index.hints)
    assert json.dumps([s.questions for p in bare.passages for s in p.sentences]) == json.dumps(
        [[] for p in bare.passages for _ in p.sentences]
    )
