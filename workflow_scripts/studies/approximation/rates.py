"""The learning rate with the least error on the tuning seeds."""

import numpy as np
import pandas as pd


def best_rates(table: pd.DataFrame) -> dict[tuple[str, int], float]:
    """By kind of function and width: the rate with the least geometric mean of the largest errors.

    `table` has the columns kind, width, rate, tuning_seed and inside. A rate at which a network
    diverged has an infinite mean and is never the best, unless all have.
    """
    logs = table.assign(log=np.log(table.inside.to_numpy(dtype=float)))
    means = logs.groupby(["kind", "width", "rate"], as_index=False).log.mean()
    best = means.loc[means.groupby(["kind", "width"]).log.idxmin()]
    rows = zip(best.kind, best.width, best.rate, strict=True)
    return {(str(kind), int(width)): float(rate) for kind, width, rate in rows}
