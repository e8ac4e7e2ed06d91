"""Every part that a converter can leave out has a name for the user."""

from bot.ingest.blocks import LeftOut
from bot.presentation.texts import texts


def test_all_that_is_left_out_has_a_name() -> None:
    assert set(texts("documents", "left_out_names")) == {part.value for part in LeftOut}
