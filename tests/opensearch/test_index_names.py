"""The names of indexes in the cluster: the older of two is known by its name, also where both were made within a second."""

from hypothesis import given
from hypothesis import strategies as st

from bot.opensearch.load import index_name

MICROSECOND = 1_000
UNTIL_2100 = 4_102_444_800 * 10**9


@given(st.integers(0, UNTIL_2100), st.integers(MICROSECOND, 10**18))
def test_names_sort_as_the_moments_that_they_were_made_at(moment: int, later: int) -> None:
    assert index_name("gemeente", moment) < index_name("gemeente", moment + later)


def test_a_name_tells_when_the_index_was_made() -> None:
    moment = 1796054582 * 10**9 + 42_000
    assert index_name("gemeente", moment).startswith("gemeente.20261130-160302-000042-")
