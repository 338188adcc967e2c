"""Kendall's rank correlation over the networks of a seed, and what chance makes of it."""

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SHUFFLES = 5
"""Number of permutations of the control; so few that a table on which it fails can be made up."""

Values = NDArray[np.float64]


def kendall(first: Values, others: Values) -> Values:
    """Kendall's τ-b of `first` `[n]` and each of `others` `[…, n]`; NaN if either is constant."""
    ours, theirs = _signs(first), _signs(others)
    agreement = (ours * theirs).sum((-1, -2))
    with np.errstate(invalid="ignore"):
        return agreement / np.sqrt((ours**2).sum() * (theirs**2).sum((-1, -2)))


def permutations(seed: int, networks: int) -> NDArray[np.int64]:
    """The permutations `[SHUFFLES, n]` of the networks of a seed."""
    random = np.random.default_rng(seed)
    return np.stack([random.permutation(networks) for _ in range(SHUFFLES)])


def rank_correlation(part: pd.DataFrame, measure: str, outcome: str) -> float:
    """τ of two columns over the networks of one seed, one a row.

    A pair with a network that did not reach the common loss counts as one in the wrong order. NaN
    for a single network, and where a network that did reach it has no number.
    """
    if len(part) < 2:
        return math.nan
    first, second = _reached(part, measure, outcome)
    share = _pairs(len(first)) / _pairs(len(part))
    return float(share * kendall(first, second) - (1 - share)) if share else -1.0


def permuted_correlation(part: pd.DataFrame, measure: str, outcome: str) -> float:
    """Mean τ of a column and the permuted other one, over the networks at the common loss."""
    first, second = _reached(part, measure, outcome)
    shuffled = second[permutations(int(part.seed.iloc[0]), len(second))]
    return float(kendall(first, shuffled).mean())


def _reached(part: pd.DataFrame, *columns: str) -> list[Values]:
    there = part[part.reached.astype(bool)]
    return [there[name].to_numpy(float) for name in columns]


def _signs(values: Values) -> Values:
    """The signs of all differences `[…, n, n]`."""
    with np.errstate(invalid="ignore"):  # infinities, which make τ NaN
        return np.sign(values[..., :, None] - values[..., None, :])


def _pairs(networks: int) -> int:
    return networks * (networks - 1) // 2
