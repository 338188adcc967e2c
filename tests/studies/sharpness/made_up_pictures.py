"""Made-up tables that only figures read: the loss around minima, and on the way to them."""

import numpy as np
import pandas as pd

ARMS = ("large", "medium", "small", "sam")


def pictured(steep, seeds):
    """Lines, planes and learning curves; the loss rises `steep` times as fast."""
    at = np.linspace(-1, 1, 5)
    line = [
        {"arm": arm, "seed": seed, "alpha": a, "loss": 0.1 + steep * (n + 1) * a * a + 0.01 * seed}
        for n, arm in enumerate(ARMS)
        for seed in seeds
        for a in at
    ]
    plane = [
        {"arm": arm, "seed": seed, "a": a, "b": b,
         "loss": 0.1 + steep * (n + 1) * (a * a + b * b)}
        for n, arm in enumerate(ARMS)
        for seed in seeds
        for a in at
        for b in at
    ]  # fmt: skip
    curves = [
        {"arm": arm, "rate": rate, "radius": 0.0, "copy": 0, "seed": seed, "split": "train",
         "step": step, "loss": 2.0 * steep / (1 + step), "accuracy": 50.0}
        for arm in ("abrupt", "warm-up")
        for rate in (0.001, 0.01)
        for seed in seeds
        for step in (0, 10, 20)
    ]  # fmt: skip
    tables = {"line": line, "plane": plane, "curves": curves}
    return {name: _numbered(pd.DataFrame(rows)) for name, rows in tables.items()}


def _numbered(table):
    """Rows that stay different when all measured numbers of a seed are taken away."""
    return table.assign(number=table.groupby(["arm", "seed"]).cumcount())
