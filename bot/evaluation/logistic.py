"""Logistic regression with an L2 penalty, by Newton's method.

The objective is that of scikit-learn's LogisticRegression: |w|^2 / 2 + C * sum of weight * log loss, the intercept unpenalised. Newton's
method on it is iteratively reweighted least squares (Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 4.4.1). With
tens of features and thousands of rows each step is one small linear system, and the optimum is exact.
"""

from typing import Any

import numpy as np

STEPS, TOLERANCE = 100, 1e-10


def fit_logistic(rows: Any, targets: Any, weights: Any, strength: float = 1.0, intercept: bool = True) -> tuple[Any, float]:
    """Fit a logistic model.

    Args:
        rows: an array of examples by features.
        targets: 0 or 1 for each example.
        weights: how much each example counts.
        strength: C, the weight of the examples against the penalty.
        intercept: whether there is one.

    Returns:
        The weights of the features, and the intercept (0 where there is none).
    """
    rows, targets, weights = np.asarray(rows, float), np.asarray(targets, float), strength * np.asarray(weights, float)
    if intercept:
        rows = np.hstack([rows, np.ones((len(rows), 1))])
    penalty = np.ones(rows.shape[1])
    if intercept:
        penalty[-1] = 0.0
    found = np.zeros(rows.shape[1])
    value = _objective(rows, targets, weights, penalty, found)
    for _ in range(STEPS):
        chances = _sigmoid(rows @ found)
        gradient = rows.T @ (weights * (chances - targets)) + penalty * found
        curve = (rows * (weights * chances * (1 - chances))[:, None]).T @ rows + np.diag(penalty + 1e-12)
        step, size = np.linalg.solve(curve, gradient), 1.0
        while size > TOLERANCE:
            after = _objective(rows, targets, weights, penalty, found - size * step)
            if after <= value:
                break
            size /= 2
        found, gained, value = found - size * step, value - after, after
        if gained < TOLERANCE * (1 + abs(value)):
            break
    return (found[:-1], float(found[-1])) if intercept else (found, 0.0)


def _sigmoid(values: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-np.clip(values, -40, 40)))


def _objective(rows: Any, targets: Any, weights: Any, penalty: Any, found: Any) -> float:
    values = rows @ found
    return float(weights @ (np.logaddexp(0, values) - targets * values) + 0.5 * penalty @ found**2)
