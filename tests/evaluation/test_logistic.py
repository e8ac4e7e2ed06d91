"""The fit is scikit-learn's, to the fifth decimal."""

import random

import numpy as np
import pytest

from bot.evaluation.logistic import fit_logistic

RNG = random.Random(4)
ROWS = [[round(RNG.random(), 3) for _ in range(3)] for _ in range(40)]
TARGETS = [int(RNG.random() < (0.2 + 0.6 * row[0] - 0.3 * row[1] + 0.3)) for row in ROWS]
WEIGHTS = [round(0.2 + RNG.random(), 2) for _ in ROWS]


@pytest.mark.parametrize(
    ("strength", "intercept", "expected", "expected_intercept"),
    [
        # sklearn.linear_model.LogisticRegression(C=strength, fit_intercept=intercept, tol=1e-12), version 1.x
        (1.0, True, [1.00136, -0.63784, -0.03047], 0.62617),
        (0.3, False, [0.70282, 0.02748, 0.22981], 0),
    ],
)
def test_the_solution_is_that_of_scikit_learn(strength: float, intercept: bool, expected: list[float], expected_intercept: float) -> None:
    found, constant = fit_logistic(ROWS, TARGETS, WEIGHTS, strength, intercept)
    assert found.tolist() == pytest.approx(expected, abs=2e-5)
    assert constant == pytest.approx(expected_intercept, abs=2e-5)


def test_separable_examples_give_a_finite_answer() -> None:
    found, constant = fit_logistic([[0.0], [1.0]], [0, 1], [1e6, 1e6])
    assert np.isfinite(found).all()
    assert constant < 0 < found[0]
