"""The gate: no figure falls below what recorded_figures.yaml holds."""

from typing import Any

import pytest

from tests.evaluation.recorded import measured_benchmark, measured_questions, place, recorded


@pytest.mark.parametrize("entry", recorded()["question_sets"], ids=lambda entry: entry["questions"])
def test_answers_and_silence_are_no_worse(entry: dict[str, Any]) -> None:
    for needed in (entry["questions"], entry["knowledge"]):
        if not place(needed).exists():
            pytest.skip(f"../{needed} is not on this machine")
    found = measured_questions(entry["questions"], entry["knowledge"])
    assert entry["figures"], "nothing was recorded"
    worse = {name: (found[name], least) for name, least in entry["figures"].items() if found[name] < least}
    assert not worse, "lower than recorded (found, recorded)"


@pytest.mark.parametrize("entry", recorded()["benchmarks"], ids=lambda entry: entry["folder"])
def test_retrieval_is_no_worse(entry: dict[str, Any]) -> None:
    if not place(entry["folder"]).exists():
        pytest.skip(f"../{entry['folder']} is not on this machine")
    found = measured_benchmark(entry["folder"])
    assert entry["measures"], "nothing was recorded"
    worse = {name: (found[name], least) for name, least in entry["measures"].items() if found[name] < least}
    assert not worse, "lower than recorded (found, recorded)"
