"""What is measured of engines side by side is told as ratios of one run."""

import pytest

from benchmarks.scale import OURS, Figures, extrapolated, plot, table

LINES = [
    Figures(1_000, OURS, 1.5, 2.0, 0.01, 6.0, 12.0, 90.0),
    Figures(1_000, "tantivy", 0.1, 0.2, 0.001, 0.05, 0.1, 50.0),
    Figures(100_000, OURS, 90.0, 120.0, 0.02, 18.0, 60.0, 300.0),
    Figures(100_000, "tantivy", 2.0, 12.0, 0.001, 0.5, 2.0, 60.0),
]


def test_each_engine_is_compared_with_the_bare_ones_at_the_same_size() -> None:
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table(LINES).splitlines()[2:]]
    assert [(row[0], row[1]) for row in rows] == [("1,000", OURS), ("1,000", "tantivy"), ("100,000", OURS), ("100,000", "tantivy")]
    assert [row[-1] for row in rows] == ["120.0", "1.0", "36.0", "1.0"]
    assert {row[-2] for row in rows} == {"-"}


def test_the_plot_has_a_line_for_each_engine() -> None:
    drawing = plot(LINES)
    assert drawing.count("<polyline") == 2
    assert drawing.count("<circle") == len(LINES)
    assert ">100,000</text>" in drawing


def test_more_passages_are_reckoned_from_the_two_largest_sizes() -> None:
    lines = [Figures(100, OURS, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0), *LINES]
    far = extrapolated(lines, 10_000_000)
    assert (far.passages, far.engine) == (10_000_000, OURS)
    assert far.disk == pytest.approx(120.0 * 60)
    assert far.p50 == pytest.approx(18.0 * 3)
