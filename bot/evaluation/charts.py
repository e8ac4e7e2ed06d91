"""Two charts as inline SVG, without any script or outside file."""

import html
from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 420, 300, 46


def risk_coverage_chart(points: Sequence[tuple[float, float]], title: str, across: str, up: str) -> str:
    """The share of wrong answers against the share of questions answered.

    Args:
        points: (coverage, risk), both 0 to 1.
        title, across, up: texts for the chart and its axes.
    """
    line = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    return _frame(title, across, up, f'<polyline class="line" points="{line}"/>')


def calibration_chart(points: Sequence[tuple[float, float, int]], title: str, across: str, up: str) -> str:
    """How often an answer is right against how sure the program was; on the dashed line both are equal.

    Args:
        points: (mean confidence, share right, questions); a larger dot stands for more questions.
    """
    most = max((count for _, _, count in points), default=1)
    dots = "".join(
        f'<circle class="dot" cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="{3 + 7 * (count / most) ** 0.5:.1f}"><title>{count}</title></circle>'
        for x, y, count in points
    )
    return _frame(title, across, up, f'<line class="even" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>{dots}')


def _x(share: float) -> float:
    return MARGIN + share * (WIDTH - MARGIN - 12)


def _y(share: float) -> float:
    return HEIGHT - MARGIN - share * (HEIGHT - MARGIN - 12)


def _frame(title: str, across: str, up: str, inside: str) -> str:
    steps = [n / 5 for n in range(6)]
    grid = "".join(
        f'<line class="grid" x1="{_x(0)}" y1="{_y(s):.1f}" x2="{_x(1)}" y2="{_y(s):.1f}"/>'
        f'<text x="{_x(0) - 6}" y="{_y(s) + 4:.1f}" text-anchor="end">{100 * s:.0f} %</text>'
        f'<text x="{_x(s):.1f}" y="{_y(0) + 16}" text-anchor="middle">{100 * s:.0f} %</text>'
        for s in steps
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(title)}">{grid}{inside}'
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">{html.escape(across)}</text>'
        f'<text transform="rotate(-90)" x="{-HEIGHT / 2}" y="11" text-anchor="middle">{html.escape(up)}</text></svg>'
    )
