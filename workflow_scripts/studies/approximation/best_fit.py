"""The best piecewise linear fit with a number of pieces, by dynamic programming (Bellman 1961).

Pieces need not join, so no network of one hidden layer with as many pieces can do better at the
places that are fitted: m units have at most m + 1 pieces.
"""

import numpy as np


def line_errors(places: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Squared error `[N + 1, N + 1]` of the best line through the points i to j − 1, for i < j.

    Infinite for i ≥ j. From sums up to each point, in float64.
    """
    x = places - places.mean()
    terms = np.stack([np.ones_like(x), x, values, x * x, x * values, values * values])
    sums = np.concatenate([np.zeros((6, 1)), np.cumsum(terms, axis=1)], axis=1)
    n, sx, sy, sxx, sxy, syy = sums[:, None, :] - sums[:, :, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        xx, xy, yy = sxx - sx * sx / n, sxy - sx * sy / n, syy - sy * sy / n
        # Two points are always on a line.
        error = np.where(n > 2, yy - np.where(xx > 0, xy * xy / xx, 0.0), 0.0)
    return np.where(n > 0, np.maximum(error, 0.0), np.inf)


def least_errors(costs: np.ndarray, most: int, enough: float = 0.0) -> np.ndarray:
    """The least sum of `costs` `[N + 1, N + 1]` over the pieces, for 1, 2, … pieces.

    Up to `most` pieces, or to the first number whose error is at most `enough`.
    """
    best, found = costs[0], [costs[0, -1]]
    while len(found) < most and found[-1] > enough:
        best = np.min(best[:, None] + costs, axis=0)
        found.append(min(found[-1], best[-1]))
    return np.array(found)


def misclassified(labels: np.ndarray) -> np.ndarray:
    """Cost `[N + 1, N + 1]` of one class for the points i to j − 1: those of the other class.

    A function of p pieces crosses a threshold at most p times, so it has at most p + 1 such runs.
    """
    ones = np.concatenate([[0], np.cumsum(labels)])
    count = np.arange(len(labels) + 1)
    of_one, all_of = ones[None, :] - ones[:, None], count[None, :] - count[:, None]
    cost = np.minimum(of_one, all_of - of_one).astype(np.float64)
    return np.where(all_of > 0, cost, np.inf)
