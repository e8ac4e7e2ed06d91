"""Mutated files of each format: a document or one clear error, in time, and no word that the file doesn't hold."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ingest.mutations import mutated, outcome
from tests.ingest.small_files import files


@pytest.mark.parametrize("kind", ["pdf", "docx", "odt", "xml", "html", "md", "txt"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1_000_000))
def test_a_mutated_file_gives_a_document_or_one_error(tmp_path: Path, kind: str, seed: int) -> None:
    whole = files(tmp_path)[kind]
    broken = tmp_path / f"stuk{whole.suffix}"
    broken.write_bytes(mutated(whole.read_bytes(), seed))
    outcome(broken)
